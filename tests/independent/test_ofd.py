"""An OFD certificate in the hands of others: ofdkit reads it, GmSSL checks its seal.

Nothing of the project reads here: the seal's structure is taken apart as GB/T 38540 writes it.
"""

import base64
import io
import xml.etree.ElementTree as ET
import zipfile
from typing import Any

import ofdkit
import pytest
from asn1crypto import cms, core, parser, tsp
from gmssl_pyx import sm2_verify, sm3_hash

from tests.independent.national import public_point
from tests.ofds import make_ofd
from tests.pki import PKI
from tests.unit.registration.papers.facts import LONG_NAMES

OFD = "{http://www.ofdspec.org/2016}"


@pytest.fixture(scope="module")
def sealed(national_pki: PKI) -> bytes:
    return make_ofd(national_pki)


def test_another_reader_finds_every_word(sealed: bytes) -> None:
    text = "".join(ofdkit.extract_text(sealed).split())

    for words in (
        "豫（2026）开封市不动产证明第0012345号",
        "示例商业银行股份有限公司开封龙亭支行",
        "担保债权数额：860,000.00",
        LONG_NAMES[1],
        "2026年09月29日",
    ):
        assert "".join(words.split()) in text


def test_the_seal_holds_by_another_library(sealed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(sealed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    root = ET.fromstring(files["OFD.xml"])
    listed = ET.fromstring(files[root.findtext(f".//{OFD}Signatures") or ""])
    record = listed.find(f"{OFD}Signature")
    assert record is not None
    place = str(record.get("BaseLoc")).lstrip("/")
    described = ET.fromstring(files[place])
    value = files[str(described.findtext(f"{OFD}SignedValue")).lstrip("/")]

    to_sign, certificate, algorithm, signature = parts(value)[:4]
    _, eseal, _, digest, where = parts(to_sign.dump())
    info, maker, _, seal_signature = parts(eseal.dump())

    assert algorithm.native == "1.2.156.10197.1.501"
    assert digest.native == sm3_hash(files[place])
    assert where.native == f"/{place}"
    assert is_signed(certificate, to_sign.dump(), signature.native)
    assert is_signed(maker, info.dump(), seal_signature.native)
    assert_stamped(parts(value)[4], signature.native)
    covered = {
        str(one.get("FileRef")).lstrip("/"): one.findtext(f"{OFD}CheckValue")
        for one in described.iter(f"{OFD}Reference")
    }
    assert covered == {
        name: base64.b64encode(sm3_hash(data)).decode("ascii")
        for name, data in files.items()
        if name != place and not name.endswith("SignedValue.dat")
    }


def parts(der: bytes) -> list[Any]:
    """Return the members of a SEQUENCE, bit strings as bytes, tagged ones by what they hold."""
    found, rest = [], parser.parse(der)[4]
    while rest:
        class_, _, tag, header, contents, _ = parser.parse(rest)
        raw, rest = rest[: len(header + contents)], rest[len(header + contents) :]
        if class_ == 2:
            raw, tag = contents, core.BitString.tag
        is_bits = tag == core.BitString.tag
        found.append(core.OctetBitString.load(raw) if is_bits else core.load(raw))
    return found


def assert_stamped(stamp: Any, signature: bytes) -> None:
    """Check the time stamp by hand: RFC 3161 within RFC 5652, with SM2 and SM3."""
    token = stamp.native
    signed = cms.ContentInfo.load(token)["content"]
    (signer,) = signed["signer_infos"]
    content = bytes(signed["encap_content_info"]["content"])
    info = tsp.TSTInfo.load(content)
    digests = [
        a["values"][0].native for a in signer["signed_attrs"] if len(a["values"][0].contents) == 32
    ]

    assert info["message_imprint"]["hashed_message"].native == sm3_hash(signature)
    assert digests == [sm3_hash(content)]
    certificate = signed["certificates"][0].chosen.dump()
    attributes = signer["signed_attrs"].untag().dump()
    assert sm2_verify(public_point(certificate), attributes, signer["signature"].native)


def is_signed(certificate: Any, data: bytes, signature: bytes) -> bool:
    return bool(sm2_verify(public_point(certificate.native), data, signature))
