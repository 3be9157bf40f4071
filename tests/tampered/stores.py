"""Tampering with layers: the store of validation material, and the document time stamps."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.sign.validation.dss import DocumentSecurityStore

from certs.identity import Role
from certs.timestamps import LocalTimestamper, to_asn1
from tests.pki import NOW, PKI, make_signer
from tests.sealed import DIGITS
from tests.tampered.genuine import SOON, Genuine, Variant
from tests.tampered.raw import flip, rooms
from tests.tampered.stamping import stamp_over

PDF: Any = generic  # pyHanko is typed in part
_KIND = "layer"


def make_layers(genuine: Genuine, rogue: PKI) -> Iterator[Variant]:
    """Yield files whose layers were tampered with; `rogue` is an authority with the same names."""
    yield from _foreign_stamps(genuine, rogue)
    yield from _stores(genuine, rogue)
    yield from _tokens(genuine)
    yield from _moved_layers(genuine)


def _foreign_stamps(genuine: Genuine, rogue: PKI) -> Iterator[Variant]:
    theirs = LocalTimestamper(rogue.office(Role.TIMESTAMP), lambda: SOON)
    issued = make_signer(genuine.pki.authority, Role.PACKAGE)
    stampers = {
        "another authority of the same name": theirs,
        "a counter's key": LocalTimestamper(issued, lambda: SOON),
        "the office's voice": LocalTimestamper(genuine.pki.office(Role.OFFICE), lambda: SOON),
        "a clock before its certificate": LocalTimestamper(
            genuine.pki.office(Role.TIMESTAMP), lambda: NOW - timedelta(days=1)
        ),
    }
    for name, pdf in genuine.pdfs.items():
        for who, stamper in stampers.items():
            yield Variant(
                _KIND,
                f"{name}: stamped by {who}",
                partial(stamp_over, genuine, pdf, timestamper=stamper),
            )


def _stores(genuine: Genuine, rogue: PKI) -> Iterator[Variant]:
    """Yield stores with what nobody vouches for, under a genuine stamp and without."""
    foreign = to_asn1(rogue.certificate(Role.SEAL))
    crl = rogue.trust.bundle.crls[0].public_bytes(Encoding.DER)

    def add(writer: Any, **what: Any) -> None:
        DocumentSecurityStore.supply_dss_in_writer(writer, None, **what)

    def add_stream(writer: Any, key: str, data: bytes) -> None:
        add(writer)
        store = writer.root["/DSS"]
        stream = writer.add_object(PDF.StreamObject(stream_data=data))
        store[PDF.pdf_name(key)] = PDF.ArrayObject([*store.get(key, []), stream])
        writer.update_container(store)

    def add_key(writer: Any, key: str) -> None:
        add(writer)
        store = writer.root["/DSS"]
        store[PDF.pdf_name(key)] = PDF.pdf_string("x")
        writer.update_container(store)

    changes = {
        "foreign certificate": partial(add, certs=[foreign]),
        "foreign list": partial(add_stream, key="/CRLs", data=crl),
        "text as a list": partial(add_stream, key="/CRLs", data=b"amount 9000000"),
        "text as a response": partial(add_stream, key="/OCSPs", data=b"amount 9000000"),
        "text as a certificate": partial(add_stream, key="/Certs", data=b"amount 9000000"),
        "certificate with a bit turned": partial(
            add_stream,
            key="/Certs",
            data=flip(to_asn1(genuine.pki.certificate(Role.SEAL)).dump(), 700),
        ),
        "member of its own": partial(add_key, key="/Note"),
        "entry of its own": partial(add_key, key="/VRI"),
    }
    for name, pdf in genuine.pdfs.items():
        for what, change in changes.items():
            yield Variant("store", f"{name}: {what}", partial(stamp_over, genuine, pdf, change))


def _tokens(genuine: Genuine) -> Iterator[Variant]:
    """Yield files whose tokens stand in other places, or are gone."""
    twice = genuine.twice
    seal, first, second = (twice[start:end] for start, end in rooms(twice))
    *_, other = (genuine.other[start:end] for start, end in rooms(genuine.other))
    orders = {
        "tokens swapped": (seal, second, first),
        "first token twice": (seal, first, first),
        "token of another certificate": (seal, other, second),
        "token of another certificate last": (seal, first, other),
        "seal as token": (seal, seal, second),
        "no first token": (seal, b"0" * len(first), second),
        "no last token": (seal, first, b"0" * len(second)),
        "token as seal": (first, first, second),
        "no seal": (b"0" * len(seal), first, second),
    }
    for what, order in orders.items():
        yield Variant(_KIND, f"twice: {what}", partial(_with_rooms, twice, order))


def _with_rooms(pdf: bytes, contents: tuple[bytes, ...]) -> bytes:
    for (start, end), new in zip(rooms(pdf), contents, strict=True):
        room = end - start
        pdf = pdf[:start] + new.rstrip(b"0").ljust(room, b"0")[:room] + pdf[end:]
    return pdf


def _moved_layers(genuine: Genuine) -> Iterator[Variant]:
    """Yield layers taken away from their place, doubled, or put behind another certificate."""
    size, middle = len(genuine.sealed), len(genuine.once)
    first, second = genuine.twice[size:middle], genuine.twice[middle:]
    other = genuine.other
    other_size = _sealed_size(other)
    files = {
        "layers in the other order": genuine.sealed + second + first,
        "second layer alone": genuine.sealed + second,
        "first layer doubled": genuine.once + first,
        "second layer doubled": genuine.twice + second,
        "layer behind another certificate": other[:other_size] + first,
        "another certificate's layer": genuine.sealed + other[other_size:],
        "another certificate's layer behind ours": genuine.once + other[other_size:],
        "layer before the certificate": first + genuine.sealed,
        "stamp's kind changed": genuine.once.replace(b"/DocTimeStamp", b"/Sig         "),
        "stamp's filter changed": genuine.once.replace(b"/ETSI.RFC3161", b"/ETSI.RFC3162"),
        "small digits": _small_digits(genuine.once),
    }
    for what, data in files.items():
        yield Variant(_KIND, what, partial(bytes, data))


def _sealed_size(pdf: bytes) -> int:
    found = re.search(rb"/ByteRange \[0 \d+ (\d+) (\d+)\]", pdf)
    assert found is not None
    return int(found[1]) + int(found[2])


def _small_digits(pdf: bytes) -> bytes:
    *_, last = DIGITS.finditer(pdf)
    return pdf[: last.start()] + last[0].lower() + pdf[last.end() :]
