"""Files that were changed after they were sealed: none is valid, none raises."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certs.documents import DocumentVerdict, check_pdf
from tests.pki import NOW, PKI
from tests.sealed import DIGITS, make_paper, make_sealed

PDF: Any = generic  # pyHanko is typed in part


@pytest.fixture(scope="module")
def sealed(pki: PKI) -> bytes:
    return make_sealed(pki)


def flip(place: Callable[[bytes], int]) -> Callable[[bytes], bytes]:
    def change(pdf: bytes) -> bytes:
        at = place(pdf)
        return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]

    return change


def with_contents(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change the signature's bytes and keep their room."""

    def apply(pdf: bytes) -> bytes:
        match = DIGITS.search(pdf)
        assert match is not None
        contents = change(bytes.fromhex(match[1].decode()))
        digits = contents.hex().upper().encode()[: len(match[1])].ljust(len(match[1]), b"0")
        return pdf[: match.start(1)] + digits + pdf[match.end(1) :]

    return apply


def with_signature(change: Callable[[cms.SignedData], None]) -> Callable[[bytes], bytes]:
    """Change the signature as a structure and write it anew."""

    def apply(contents: bytes) -> bytes:
        info = cms.ContentInfo.load(contents)
        change(info["content"])
        return bytes(info.dump())

    return with_contents(apply)


def updated(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    """Append an update, as an editor does."""

    def apply(pdf: bytes) -> bytes:
        writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
        change(writer)
        file = BytesIO()
        writer.write(file)
        return file.getvalue()

    return apply


def _strip_token(data: cms.SignedData) -> None:
    data["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([])


def _drop_certificates(data: cms.SignedData) -> None:
    data["certificates"] = cms.CertificateSet([])


def _double_signer(data: cms.SignedData) -> None:
    data["signer_infos"].append(data["signer_infos"][0].copy())


def _add_content(data: cms.SignedData) -> None:
    data["encap_content_info"] = {"content_type": "data", "content": b"other"}


def _double_attribute(data: cms.SignedData) -> None:
    attributes = data["signer_infos"][0]["unsigned_attrs"]
    attributes.append(attributes[0].copy())


def _annotate(writer: Any) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    name = PDF.pdf_name
    note = PDF.DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/FreeText"),
            name("/Contents"): PDF.pdf_string("1000000"),
            name("/Rect"): PDF.ArrayObject([PDF.NumberObject(n) for n in (0, 0, 9, 9)]),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    writer.update_container(page)


def _cover(writer: Any) -> None:
    stream = PDF.StreamObject(stream_data=b"0 0 600 800 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))


def _hide_page(writer: Any) -> None:
    writer.root["/Pages"]["/Count"] = PDF.NumberObject(0)
    writer.update_container(writer.root["/Pages"])


def _drop_certification(writer: Any) -> None:
    del writer.root["/Perms"]
    writer.update_root()


def _script(writer: Any) -> None:
    name = PDF.pdf_name
    writer.root["/OpenAction"] = PDF.DictionaryObject(
        {name("/S"): name("/JavaScript"), name("/JS"): PDF.pdf_string("app.alert(1)")}
    )
    writer.update_root()


def _shadow_signature(pdf: bytes) -> bytes:
    """Put a second signature dictionary behind the first, with the same contents."""
    match = DIGITS.search(pdf)
    assert match is not None
    return (
        pdf + b"\n99 0 obj\n<</Type/Sig/ByteRange [0 9 9 9]/Contents " + match[0] + b">>\nendobj\n"
    )


RANGE = re.compile(rb"(/ByteRange \[0 )(\d+)( )(\d+)( )(\d+)")


def with_range(change: Callable[[int, int, int], tuple[int, int, int]]) -> Callable[[bytes], bytes]:
    def apply(pdf: bytes) -> bytes:
        match = RANGE.search(pdf)
        assert match is not None
        new = change(int(match[2]), int(match[4]), int(match[6]))
        text = match[1] + b" ".join(str(n).encode() for n in new)
        return pdf[: match.start()] + text.ljust(len(match[0])) + pdf[match.end() :]

    return apply


TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    # one bit
    "bit of the header": flip(lambda pdf: 6),
    "bit of the page": flip(lambda pdf: pdf.index(b"stream") + 20),
    "bit of the paper's trailer": flip(lambda pdf: pdf.index(b"trailer") + 12),
    "bit of the range": flip(lambda pdf: pdf.index(b"/ByteRange") + 13),
    "bit of the reason": flip(lambda pdf: pdf.index(b"/Reason") + 12),
    "bit of the certification": flip(lambda pdf: pdf.index(b"/DocMDP") + 3),
    "bit of the stamp": flip(lambda pdf: pdf.rindex(b"/BBox") + 8),
    "bit of the last table": flip(
        lambda pdf: pdf.rindex(b"xref", 0, pdf.rindex(b"startxref") + 1) + 30
    ),
    "last byte": flip(lambda pdf: len(pdf) - 2),
    # after the end
    "newline after the end": lambda pdf: pdf + b"\n",
    "zero after the end": lambda pdf: pdf + b"\0",
    "objects after the end": lambda pdf: pdf + b"\n99 0 obj\n<<>>\nendobj\n",
    "another end": lambda pdf: pdf + b"%%EOF\n",
    "another file after the end": lambda pdf: pdf + make_paper("other"),
    "file in a file": lambda pdf: make_paper("other") + pdf,
    "junk before": lambda pdf: b"junk\n" + pdf,
    # updates
    "annotation": updated(_annotate),
    "cover over the page": updated(_cover),
    "page hidden": updated(_hide_page),
    "certification taken away": updated(_drop_certification),
    "script": updated(_script),
    "second signature dictionary": _shadow_signature,
    # the range
    "range from 1": lambda pdf: pdf.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
    "range too short": with_range(lambda a, b, c: (a, b, c - 1)),
    "range too long": with_range(lambda a, b, c: (a, b, c + 1)),
    "wider gap before": with_range(lambda a, b, c: (a - 1, b, c)),
    "wider gap after": with_range(lambda a, b, c: (a, b + 1, c - 1)),
    "no gap": with_range(lambda a, b, c: (b, b, c)),
    "gap the wrong way": with_range(lambda a, b, c: (b, a, c)),
    "no range": lambda pdf: pdf.replace(b"/ByteRange", b"/ByteRangf"),
    "range written otherwise": lambda pdf: pdf.replace(b"/ByteRange", b"/Byte#52an"),
    # the signature
    "no contents": with_contents(lambda contents: b""),
    "contents cut": with_contents(lambda contents: contents[:700]),
    "contents of nothing": with_contents(lambda contents: b"\xff" * 700),
    "nested without end": with_contents(lambda contents: b"\x30\x80" * 4000),
    "bytes behind the signature": with_contents(lambda contents: contents[:-1] + b"\x01"),
    "longer than it is": with_contents(
        lambda contents: contents[:2] + bytes([contents[2] + 1]) + contents[3:]
    ),
    "small digits": lambda pdf: DIGITS.sub(lambda match: match[0].lower(), pdf),
    "time stamp taken away": with_signature(_strip_token),
    "time stamp twice": with_signature(_double_attribute),
    "no certificates": with_signature(_drop_certificates),
    "two signers": with_signature(_double_signer),
    "content of its own": with_signature(_add_content),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_changed_file_is_never_valid(pki: PKI, sealed: bytes, name: str) -> None:
    changed = TAMPERED[name](sealed)
    assert changed != sealed
    assert not _passes(changed, pki)


def test_no_bit_of_the_signature_can_be_flipped(pki: PKI, sealed: bytes) -> None:
    match = DIGITS.search(sealed)
    assert match is not None
    size = len(cms.ContentInfo.load(bytes.fromhex(match[1].decode())).dump())
    places = {*range(64), *range(0, size, 41)}
    taken = [at for at in places if _passes(with_contents(flip(lambda _, at=at: at))(sealed), pki)]  # type: ignore[misc]  # no type for a default
    assert taken == []


def _passes(pdf: bytes, pki: PKI) -> bool:
    return check_pdf(pdf, trust=pki.trust, at=NOW).verdict is DocumentVerdict.VALID


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.9, 0.9999])
def test_a_cut_file_is_invalid(pki: PKI, sealed: bytes, share: float) -> None:
    cut = check_pdf(sealed[: int(len(sealed) * share)], trust=pki.trust, at=NOW)
    assert cut.verdict is DocumentVerdict.INVALID
