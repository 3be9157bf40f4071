"""Made-up passports and travel permits, signed by an authority made on the spot.

Nobody here exists, and neither does any state that would stand behind the signatures. The
files are put together here and not by the reader's own code: a mistake made on one side alone
then shows.
"""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw

_GROUP_TAGS = {1: 0x61, 2: 0x75, 11: 0x6B}
_LIST_OID = "2.23.136.1.1.1"


def tlv(tag: int, value: bytes) -> bytes:
    """Return a tag, a length of as few bytes as it needs, and the value."""
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([0x80 | len(digits)]) + digits
    return tag.to_bytes(1 if tag < 0x100 else 2, "big") + length + value


def check_digit(text: str) -> str:
    """Return the check digit of a part of the machine-readable zone."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(
        (alphabet.find(c) if c != "<" else 0) * (7, 3, 1)[i % 3] for i, c in enumerate(text)
    )
    return str(total % 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A made-up person with a made-up document."""

    latin_name: str
    """As in the zone: EXAMPLE<<ANNA<MARIA."""
    number: str
    birth: str
    """YYMMDD."""
    sex: str
    expiry: str
    """YYMMDD."""
    nationality: str = "CHN"
    chinese_name: str = ""
    full_birth: str = ""
    code: str = "P"
    """P: a passport of two lines; CS: a mainland resident's exit-entry permit; C and another
    letter: a card of three lines."""

    @property
    def key_text(self) -> str:
        """Number, birth and expiry with their check digits: what opens the chip."""
        parts = (self.number.ljust(9, "<"), self.birth, self.expiry)
        return "".join(part + check_digit(part) for part in parts)

    @property
    def zone(self) -> str:
        """The machine-readable zone without line breaks."""
        if self.code == "CS":
            return self._exit_entry_zone()
        state = "CHN" if self.nationality == "CHN" else self.nationality
        number, birth, expiry = (
            part + check_digit(part)
            for part in (self.number.ljust(9, "<"), self.birth, self.expiry)
        )
        nation = self.nationality.ljust(3, "<")
        head = self.code.ljust(2, "<") + state.ljust(3, "<")
        if self.code == "P":
            body = number + nation + birth + self.sex + expiry + "<" * 14 + "<"
            covered = number + birth + expiry + "<" * 15
            return (head + self.latin_name).ljust(44, "<") + body + check_digit(covered)
        first = (head + number).ljust(30, "<")
        second = birth + self.sex + expiry + nation + "<" * 11
        covered = first[5:] + birth + expiry + "<" * 11
        return first + second + check_digit(covered) + self.latin_name.ljust(30, "<")

    def _exit_entry_zone(self) -> str:
        number, expiry, birth = (
            part + check_digit(part) for part in (self.number, self.expiry, self.birth)
        )
        first = f"CS{number}<{expiry}<{birth}<"
        name = "NFMFMKLOMAPN" + self.latin_name.ljust(18, "<")
        return first + check_digit(first) + name + (self.sex + "0").ljust(30, "<")


HOLDERS: Mapping[str, Holder] = {
    "张示例": Holder(
        latin_name="ZHANG<<SHILI",
        number="EA0000018",
        birth="850615",
        sex="M",
        expiry="330228",
        chinese_name="张示例",
        full_birth="19850615",
    ),
    "ANNA": Holder(
        latin_name="EXAMPLE<<ANNA<MARIA",
        number="C01X00T47",
        birth="800704",
        sex="F",
        expiry="310703",
        nationality="UTO",
    ),
    "陈示例": Holder(
        latin_name="CHAN<<SHILI",
        number="H09999999",
        birth="850505",
        sex="M",
        expiry="320430",
        chinese_name="陈示例",
        code="CR",
    ),
    "孙示例": Holder(
        latin_name="SUN<<SHILI",
        number="C99999998",
        birth="660101",
        sex="F",
        expiry="330101",
        chinese_name="孙示例",
        code="CS",
    ),
    "钱示例": Holder(
        latin_name="QIAN<<SHILI",
        number="EA0000026",
        birth="950812",
        sex="F",
        expiry="230820",
        chinese_name="钱示例",
    ),
}
"""By name. 钱示例's passport has expired; UTO is the state of the standard's own examples."""


def draw_photo() -> bytes:
    """Return a portrait of nobody: JPEG, 240 by 320."""
    image = Image.new("L", (240, 320), 210)
    pen = ImageDraw.Draw(image)
    pen.ellipse((70, 60, 170, 190), fill=120)
    pen.ellipse((30, 210, 210, 420), fill=120)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def make_groups(holder: Holder, photo: bytes = b"") -> dict[int, bytes]:
    """Return the data groups of a holder's chip: 1, 2 and, with a Chinese name, 11."""
    groups = {1: tlv(0x61, tlv(0x5F1F, holder.zone.encode())), 2: _face(photo or draw_photo())}
    if holder.chinese_name:
        details = tlv(0x5F0E, holder.chinese_name.encode())
        tags = b"\x5f\x0e"
        if holder.full_birth:
            details += tlv(0x5F2B, holder.full_birth.encode())
            tags += b"\x5f\x2b"
        groups[11] = tlv(0x6B, tlv(0x5C, tags) + details)
    return groups


def _face(photo: bytes) -> bytes:
    image = bytes([1, 0]) + (240).to_bytes(2, "big") + (320).to_bytes(2, "big") + bytes(6) + photo
    face = (20 + len(image)).to_bytes(4, "big") + bytes(16) + image
    block = b"FAC\x00010\x00" + (14 + len(face)).to_bytes(4, "big") + b"\x00\x01" + face
    header = tlv(0xA1, bytes.fromhex("80020101810102870201018802 0008".replace(" ", "")))
    template = tlv(0x7F60, header + tlv(0x5F2E, block))
    return tlv(0x75, tlv(0x7F61, tlv(0x02, b"\x01") + template))


PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(slots=True)
class VirtualState:
    """A state that issues passports: its authority (CSCA) and its document signer."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """The certificates are good from a year before to ten years after."""
    scheme: str = "ecdsa"
    """What signs the documents: "ecdsa", "rsassa_pkcs1v15" or "rsassa_pss"."""
    years: int = 10
    name: str = "Virtual State"
    authority: x509.Certificate = field(init=False)
    signer: x509.Certificate = field(init=False)
    _authority_key: PrivateKey = field(init=False, repr=False)
    _signer_key: PrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._authority_key, self._signer_key = self._make_key(), self._make_key()
        name, key = f"{self.name} CSCA (simulated)", self._authority_key
        self.authority = self._certify(
            name, key, x509.BasicConstraints(ca=True, path_length=0), self._own_number()
        )
        self.certify_signer()

    def certify_signer(
        self,
        authority: x509.AuthorityKeyIdentifier | None = None,
        extra: x509.ExtensionType | None = None,
    ) -> None:
        """Certify the document signer anew: under another authority's number, or for too much."""
        extensions = [authority or self._own_number(), *([extra] if extra else [])]
        name = f"{self.name} Document Signer (simulated)"
        self.signer = self._certify(name, self._signer_key, *extensions)

    def revoke_signer(
        self, *, days: int = 90, is_signer_named: bool = True
    ) -> x509.CertificateRevocationList:
        """Return the authority's list, good for so many days, that names the signer or nobody."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.authority.subject)
            .last_update(self.at - timedelta(days=1))
            .next_update(self.at + timedelta(days=days))
        )
        if is_signer_named:
            revoked = x509.RevokedCertificateBuilder().serial_number(self.signer.serial_number)
            builder = builder.add_revoked_certificate(revoked.revocation_date(self.at).build())
        return builder.sign(self._authority_key, hashes.SHA256())

    def issue(self, groups: Mapping[int, bytes], digest: str = "sha256") -> dict[str, bytes]:
        """Return the files of a chip with these data groups, signed."""
        tags = bytes(_GROUP_TAGS[number] for number in groups)
        versions = tlv(0x5F01, b"0107") + tlv(0x5F36, b"040000")
        return {
            "COM": tlv(0x60, versions + tlv(0x5C, tags)),
            "SOD": tlv(0x77, self._sign(_listed(groups, digest), digest)),
            **{f"DG{number}": data for number, data in groups.items()},
        }

    def _make_key(self) -> PrivateKey:
        if self.scheme == "ecdsa":
            return ec.generate_private_key(ec.SECP256R1())
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def _own_number(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self._authority_key.public_key())

    def _certify(
        self, name: str, key: PrivateKey, *extensions: x509.ExtensionType
    ) -> x509.Certificate:
        public = key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(_subject(name))
            .issuer_name(_subject(f"{self.name} CSCA (simulated)"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.at - timedelta(days=365))
            .not_valid_after(self.at + timedelta(days=365 * self.years))
        )
        for extension in (x509.SubjectKeyIdentifier.from_public_key(public), *extensions):
            is_critical = isinstance(extension, x509.BasicConstraints)
            builder = builder.add_extension(extension, critical=is_critical)
        return builder.sign(self._authority_key, hashes.SHA256())

    def _sign(self, content: bytes, digest: str) -> bytes:
        signer = asn1_x509.Certificate.load(self.signer.public_bytes(Encoding.DER))
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [_LIST_OID]},
                {"type": "message_digest", "values": [hashlib.new(digest, content).digest()]},
            ]
        )
        info = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": signer.issuer, "serial_number": signer.serial_number},
            ),
            "digest_algorithm": {"algorithm": digest},
            "signed_attrs": attributes,
            "signature_algorithm": self._algorithm(digest),
            "signature": self._signature(attributes.dump(), digest),
        }
        signed = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": digest}],
            "encap_content_info": {"content_type": _LIST_OID, "content": content},
            "certificates": [signer],
            "signer_infos": [info],
        }
        outer = cms.ContentInfo({"content_type": "signed_data", "content": signed})
        encoded: bytes = outer.dump()
        return encoded

    def _algorithm(self, digest: str) -> dict[str, object]:
        if self.scheme == "ecdsa":
            return {"algorithm": f"{digest}_ecdsa"}
        if self.scheme == "rsassa_pkcs1v15":
            return {"algorithm": "rsassa_pkcs1v15"}
        mask = {"algorithm": "mgf1", "parameters": {"algorithm": digest}}
        size = hashlib.new(digest).digest_size
        parameters = algos.RSASSAPSSParams(
            {
                "hash_algorithm": {"algorithm": digest},
                "mask_gen_algorithm": mask,
                "salt_length": size,
            }
        )
        return {"algorithm": "rsassa_pss", "parameters": parameters}

    def _signature(self, data: bytes, digest: str) -> bytes:
        algorithm: hashes.HashAlgorithm = getattr(hashes, digest.upper())()
        key = self._signer_key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(data, ec.ECDSA(algorithm))
        if self.scheme == "rsassa_pkcs1v15":
            return key.sign(data, padding.PKCS1v15(), algorithm)
        pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
        return key.sign(data, pss, algorithm)


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "UT"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _listed(groups: Mapping[int, bytes], digest: str) -> bytes:
    entries = b"".join(
        tlv(
            0x30,
            core.Integer(number).dump() + tlv(0x04, hashlib.new(digest, data).digest()),
        )
        for number, data in sorted(groups.items())
    )
    algorithm = algos.DigestAlgorithm({"algorithm": digest}).dump()
    return tlv(0x30, core.Integer(0).dump() + algorithm + tlv(0x30, entries))
