"""The public test keys behind tests/data/vectors, and the certificates made with them."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    PrivateFormat,
)
from cryptography.utils import Buffer

from certs.authority import ISSUED, REVOKED, Authority
from certs.bundle import TrustBundle, load_bundle, save_bundle
from certs.identity import Identity, KeyKind, Role, SuiteName, find_profile
from certs.records import append_record
from certs.signers.softkey import SoftKeySigner
from certs.templates import Template, sign_template
from scripts.vector_sm2 import FixedSM2Key

FOUNDED: Final = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
AT: Final = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)
"""When the package was sealed and received."""

ORGANISATION: Final = "示例市不动产登记中心"
BANK: Final = "示例商业银行股份有限公司"
BRANCH: Final = "开封龙亭支行"
TERMINAL: Final = "KF-LT-01"
SEQUENCE: Final = 7
LINKS: Final = {
    "checkpoint": "https://registration.example:8443/log/checkpoint",
    "log": "https://registration.example:8443/log",
    "verify": "https://registration.example:8443/verify",
}
RULE: Final = (
    "Private scalars are SHA-256 (P-256) or SHA-384 (P-384) of the ASCII text "
    "'mortgage registration public test key/1 NAME'; private keys of Ed25519 are that SHA-256. "
    "Everybody knows these keys: never trust them."
)

RULE_NATIONAL: Final = (
    "Private scalars are SHA-256 of the ASCII text 'mortgage registration public test key/1 NAME "
    "national'. Everybody knows these keys: never trust them."
)


def scalar(name: str, kind: KeyKind = KeyKind.P256) -> int:
    """Return the private number of a test key, which anybody can compute."""
    text = f"mortgage registration public test key/1 {name}".encode("ascii")
    digest = hashlib.sha384(text) if kind is KeyKind.P384 else hashlib.sha256(text)
    return int.from_bytes(digest.digest(), "big")


class FixedKey(ec.EllipticCurvePrivateKey):
    """A key that signs the same bytes with the same signature (RFC 6979)."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def sign(self, data: Buffer, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        algorithm = signature_algorithm.algorithm
        assert not isinstance(algorithm, Prehashed)
        return self._key.sign(data, ec.ECDSA(algorithm, deterministic_signing=True))

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:
        return self._key.exchange(algorithm, peer_public_key)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._key.curve

    @property
    def key_size(self) -> int:
        return self._key.key_size

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        return self._key.private_numbers()

    def private_bytes(
        self,
        encoding: Encoding,
        format: PrivateFormat,  # noqa: A002 - the interface's own name
        encryption_algorithm: KeySerializationEncryption,
    ) -> bytes:
        return self._key.private_bytes(encoding, format, encryption_algorithm)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def make_key(name: str, kind: KeyKind = KeyKind.P256) -> FixedKey:
    """Make the test key of a name."""
    assert kind is not KeyKind.SM2
    curve = ec.SECP384R1() if kind is KeyKind.P384 else ec.SECP256R1()
    return FixedKey(ec.derive_private_key(scalar(name, kind), curve))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One test key and its certificate."""

    name: str
    """Names the key in the rule above."""
    role: Role
    key: FixedKey | FixedSM2Key | Ed25519PrivateKey
    number: int
    """The private number."""
    certificate: x509.Certificate

    @property
    def curve(self) -> str:
        """The name of the curve, as libraries say it."""
        if isinstance(self.key, FixedKey):
            return self.key.curve.name
        return "sm2" if isinstance(self.key, FixedSM2Key) else "ed25519"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Everybody who appears in the vectors."""

    suite: SuiteName
    holders: tuple[Holder, ...]
    bundle: TrustBundle

    def holder(self, name: str) -> Holder:
        """Give one of the holders."""
        return next(one for one in self.holders if one.name == name)

    def signer(self, name: str) -> SoftKeySigner:
        """Give the signer of one of the holders, with the issuing certificate behind it."""
        holder = self.holder(name)
        return SoftKeySigner(holder.certificate, (self.holder("issuing").certificate,), holder.key)


def make_ring(suite: SuiteName = SuiteName.INTERNATIONAL) -> Ring:
    """Make every certificate, the revocation list and the trust bundle; always the same bytes."""
    above = Identity(role=Role.ROOT, organisation=ORGANISATION, name="410200-root")
    between = Identity(role=Role.ISSUING, organisation=ORGANISATION, name="410200-issuing")
    root = _hold("root", above, suite)
    issuing = _hold("issuing", between, suite, root)
    office = [
        _hold(
            role.value,
            Identity(role=role, organisation=ORGANISATION, name="410200"),
            suite,
            issuing,
        )
        for role in (Role.ENVELOPE, Role.OFFICE, Role.QR, Role.LOG)
        if find_profile(role, suite)
    ]
    counter = Identity(role=Role.PACKAGE, organisation=BANK, unit=BRANCH, name=TERMINAL)
    package = _hold("package", counter, suite, issuing)
    revoked = _hold("package revoked", counter, suite, issuing)
    with _published(root, issuing, office, revoked) as bundle:
        holders = (root, issuing, *office, package, revoked)
        return Ring(suite=suite, holders=holders, bundle=bundle)


def number_of(name: str, suite: SuiteName, kind: KeyKind = KeyKind.P256) -> int:
    """Return the private number of a name in a suite."""
    return scalar(name if suite is SuiteName.INTERNATIONAL else f"{name} national", kind)


def _hold(name: str, identity: Identity, suite: SuiteName, issuer: Holder | None = None) -> Holder:
    profile = find_profile(identity.role, suite)
    assert profile is not None
    number = number_of(name, suite, profile.key_kind)
    key = _make(name, number, profile.key_kind)
    serial = int.from_bytes(hashlib.sha256(name.encode("ascii")).digest()[:16], "big")
    template = Template(
        identity=identity,
        public_key=key.public_key(),
        serial=(1 << 128) | serial,
        starts=FOUNDED,
        ends=FOUNDED + profile.lifetime,
    )
    certificate = sign_template(
        template, issuer.certificate if issuer else None, issuer.key if issuer else key
    )
    return Holder(name=name, role=identity.role, key=key, number=number, certificate=certificate)


def _make(name: str, number: int, kind: KeyKind) -> FixedKey | FixedSM2Key | Ed25519PrivateKey:
    if kind is KeyKind.SM2:
        return FixedSM2Key.make(number)
    if kind is KeyKind.ED25519:
        return make_ed25519(name)
    return make_key(name, kind)


def make_ed25519(name: str) -> Ed25519PrivateKey:
    """Make the test key of a name that signs notes; Ed25519 signs the same each time by itself."""
    return Ed25519PrivateKey.from_private_bytes(scalar(name).to_bytes(32, "big"))


@contextmanager
def _published(
    root: Holder, issuing: Holder, office: list[Holder], revoked: Holder
) -> Iterator[TrustBundle]:
    """Let the authority itself write its list, number 2 with one certificate on it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_bundle(
            folder / "trust.json",
            TrustBundle(
                organisation=ORGANISATION,
                roots=(root.certificate,),
                intermediates=(issuing.certificate,),
                pinned={one.role: (one.certificate,) for one in office},
                links=LINKS,
            ),
        )
        authority = Authority(folder, issuing.certificate, issuing.key)
        authority.folder.mkdir(exist_ok=True)
        append_record(
            authority.folder / ISSUED, {"serial": f"{revoked.certificate.serial_number:x}"}
        )
        append_record(authority.folder / REVOKED, {**_revocation(revoked)})
        authority.crl(FOUNDED)
        authority.crl(AT - timedelta(hours=1))
        yield load_bundle(folder / "trust.json")


def _revocation(holder: Holder) -> dict[str, str]:
    return {
        "serial": f"{holder.certificate.serial_number:x}",
        "at": (FOUNDED + timedelta(days=3)).isoformat(),
        "reason": x509.ReasonFlags.key_compromise.value,
    }
