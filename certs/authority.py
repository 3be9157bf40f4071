"""The authority: issues by template, revokes, publishes its list; writes first, signs after."""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from certs.bundle import TrustBundle, load_bundle, save_bundle
from certs.errors import (
    AuthorityError,
    AuthorityMissingError,
    KeyUnsuitableError,
    RequestRefusedError,
    SerialUnknownError,
    SM2SignatureError,
)
from certs.identity import Identity, Role, SuiteName, find_profile, identity_uri
from certs.keys import (
    PrivateKey,
    PublicKey,
    fingerprint,
    load_certificates,
    load_key,
    public_key_of,
    require_kind,
    suite_of,
    write_public,
)
from certs.records import append_record, read_records
from certs.sm2.keys import load_public
from certs.sm2.structures import check_request, spki_of_request
from certs.templates import Template, sign_revocations, sign_template
from certs.trust import crl_number

CRL_LIFETIME: Final = timedelta(hours=24)
_BACKDATE: Final = timedelta(minutes=5)
_LARGEST_REQUEST: Final = 16 * 1024
_STRONG: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)

ISSUED: Final = "issued.jsonl"
REVOKED: Final = "revoked.jsonl"
CRL: Final = "crl.pem"
TRUST: Final = "trust.json"
_LOCK: Final = ".lock"


def suite_folder(home: Path, suite: SuiteName) -> Path:
    """Say where in an authority's folder a suite's keys, certificates and records lie."""
    return home / suite.value if suite is SuiteName.NATIONAL else home


def key_path(folder: Path, role: Role) -> Path:
    """Say where the authority keeps the private key of one of its own roles."""
    return folder / role.value / "key.pem"


def certificate_path(folder: Path, role: Role) -> Path:
    """Say where the certificate of one of its own roles lies, followed by its issuers."""
    return folder / role.value / "certificate.pem"


@dataclass(frozen=True, slots=True)
class Authority:
    """An issuing authority of one suite; several processes may share its folder."""

    home: Path
    """Where `trust.json` and the lock are, which the authorities of all suites share."""
    certificate: x509.Certificate
    """Of the issuing authority."""
    key: PrivateKey = field(repr=False)

    @property
    def suite(self) -> SuiteName:
        """The suite that it issues in; every key below it is of this suite."""
        return suite_of(self.key)

    @property
    def folder(self) -> Path:
        """Where its own keys, certificates and records lie."""
        return suite_folder(self.home, self.suite)

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates to hand out with every leaf, without the root."""
        return (self.certificate,)

    @property
    def bundle(self) -> TrustBundle:
        """The trust bundle as last published.

        Raises:
            TrustBundleError: trust.json is gone or damaged.
        """
        return load_bundle(self.home / TRUST)

    def issue(
        self,
        request: bytes,
        identity: Identity,
        role: Role,
        now: datetime,
        *,
        lifetime: timedelta | None = None,
        dns_names: Sequence[str] = (),
    ) -> x509.Certificate:
        """Issue one certificate by the role's template; the only way that anything is issued.

        `request` is PKCS#10 in DER and gives the public key and nothing else: its subject and
        extensions are ignored. `dns_names` (names or addresses) go into SERVER certificates only.

        Raises:
            RequestRefusedError: malformed, a weak or foreign key, or no proof of possession.
            AuthorityError: the role cannot be issued here, or the log cannot be written.
        """
        profile = find_profile(role, self.suite)
        if identity.role is not role or profile is None or profile.is_authority:
            raise AuthorityError("role cannot be issued")
        if dns_names and role is not Role.SERVER:
            raise AuthorityError("only servers have addresses")
        public_key = read_request(request, role)
        if suite_of(public_key) is not self.suite:
            raise RequestRefusedError("key of another suite")
        template = Template(
            identity=identity,
            public_key=public_key,
            # 128 random bits below a leading one keep the number positive and of constant length.
            serial=(1 << 128) | secrets.randbits(128),
            starts=now,
            ends=now + (lifetime or profile.lifetime),
            addresses=tuple(dns_names),
        )
        with self._locked():
            return self._sign(template, now)

    def _sign(self, template: Template, now: datetime) -> x509.Certificate:
        # Written before it is signed, so that whatever exists can be revoked by its number.
        self._log({"event": "prepared", "at": _text(now), **_facts(template)})
        certificate = sign_template(template, self.certificate, self.key)
        self._log(
            {
                "event": "issued",
                "at": _text(now),
                "serial": f"{template.serial:x}",
                "sha256": fingerprint(certificate),
                "pem": certificate.public_bytes(Encoding.PEM).decode("ascii"),
            }
        )
        return certificate

    def revoke(self, serial: int, at: datetime, reason: x509.ReasonFlags) -> None:
        """Take a certificate back and publish a new list at once; again is harmless.

        Raises:
            SerialUnknownError: no certificate of this number was ever prepared here.
            AuthorityError: the record cannot be written.
        """
        with self._locked():
            if serial not in self._serials():
                raise SerialUnknownError("never issued")
            if serial not in {entry.serial for entry in self._revocations()}:
                record = {"serial": f"{serial:x}", "at": _text(at), "reason": reason.value}
                append_record(self.folder / REVOKED, record)
            self._publish(at)

    def is_revoked(self, serial: int) -> bool:
        """Ask the record itself, which is never older than the list."""
        return any(entry.serial == serial for entry in self._revocations())

    def find_serial(self, sha256: str) -> int | None:
        """Return the number of the certificate with a fingerprint; None when none was issued."""
        for one in read_records(self.folder / ISSUED):
            if one.get("sha256") == sha256:
                return int(one["serial"], 16)
        return None

    def find_certificate(self, sha256: str) -> x509.Certificate | None:
        """Return the certificate with a fingerprint; None when none was issued."""
        for one in read_records(self.folder / ISSUED):
            if sha256 and one.get("sha256") == sha256:
                return x509.load_pem_x509_certificate(one["pem"].encode("ascii"))
        return None

    def find_serials(self, role: Role, name: str, at: datetime) -> tuple[int, ...]:
        """Return the numbers of all certificates of a holder that have not expired by `at`."""
        uri = identity_uri(role, name)
        return tuple(
            int(one["serial"], 16)
            for one in read_records(self.folder / ISSUED)
            if one.get("uri") == uri and datetime.fromisoformat(one["ends"]) > at
        )

    def crl(self, now: datetime) -> x509.CertificateRevocationList:
        """Make and publish a new revocation list, valid for 24 hours.

        Raises:
            AuthorityError: it cannot be written.
        """
        with self._locked():
            return self._publish(now)

    def publish(self, change: Callable[[TrustBundle], TrustBundle]) -> None:
        """Change the trust bundle, and let nobody else do so meanwhile.

        Raises:
            TrustBundleError: trust.json is gone or damaged.
            KeyFileError: the disk refused.
        """
        with self._locked():
            save_bundle(self.home / TRUST, change(self.bundle))

    def _publish(self, now: datetime) -> x509.CertificateRevocationList:
        number, this_update = self._next_list(now)
        # A clock that was ahead and was set right must not keep a revocation from being published.
        made_at = max(now.replace(microsecond=0), this_update)
        crl = sign_revocations(
            [entry.as_crl_entry() for entry in self._revocations()],
            number=number,
            this_update=this_update,
            next_update=made_at + CRL_LIFETIME,
            issuer=self.certificate,
            key=self.key,
        )
        write_public(self.folder / CRL, crl.public_bytes(Encoding.PEM))
        self._publish_bundle(crl)
        return crl

    def _next_list(self, now: datetime) -> tuple[int, datetime]:
        """Return number and date of the list that follows the newest.

        OpenSSL keeps the older of two lists with one date, and refuses a list from the future: so
        each list is dated at least a second after the last, starting five minutes back, which
        leaves room for 300 lists in one second.
        """
        previous, earliest = self._newest_crl(), now.replace(microsecond=0) - _BACKDATE
        if previous is None:
            return 1, earliest
        follows = previous.last_update_utc + timedelta(seconds=1)
        return crl_number(previous) + 1, max(earliest, follows)

    def _publish_bundle(self, crl: x509.CertificateRevocationList) -> None:
        bundle = self.bundle
        others = tuple(one for one in bundle.crls if one.issuer != crl.issuer)
        save_bundle(self.home / TRUST, replace(bundle, crls=(crl, *others)))

    def _newest_crl(self) -> x509.CertificateRevocationList | None:
        # trust.json holds the list too: if crl.pem is lost, its number must still go on, since
        # everybody believes the list with the highest number.
        own = [one for one in self.bundle.crls if one.issuer == self.certificate.subject]
        current = self.current_crl()
        return max([*own, *([current] if current else [])], key=crl_number, default=None)

    def current_crl(self) -> x509.CertificateRevocationList | None:
        """Read the list as last published; None before the first."""
        try:
            return x509.load_pem_x509_crl((self.folder / CRL).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            # Starting again at number 1 would make every newer list look old: stop instead.
            raise AuthorityError("crl.pem is damaged") from exc

    def _serials(self) -> set[int]:
        return {int(one["serial"], 16) for one in read_records(self.folder / ISSUED)}

    def _revocations(self) -> list["_Revocation"]:
        return [
            _Revocation(
                int(one["serial"], 16),
                datetime.fromisoformat(one["at"]),
                x509.ReasonFlags(one["reason"]),
            )
            for one in read_records(self.folder / REVOKED)
        ]

    def _log(self, record: dict[str, str]) -> None:
        append_record(self.folder / ISSUED, record)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.home / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class _Revocation:
    serial: int
    at: datetime
    reason: x509.ReasonFlags

    def as_crl_entry(self) -> x509.RevokedCertificate:
        builder = x509.RevokedCertificateBuilder().serial_number(self.serial)
        builder = builder.revocation_date(self.at.replace(microsecond=0))
        if self.reason is not x509.ReasonFlags.unspecified:
            builder = builder.add_extension(x509.CRLReason(self.reason), critical=False)
        return builder.build()


def load_authority(home: Path, suite: SuiteName = SuiteName.INTERNATIONAL) -> Authority:
    """Open the authority of a suite in a folder.

    Raises:
        AuthorityMissingError: none stands there.
        KeyFileError: its key is open to others or damaged.
        ProviderError: this machine cannot compute with the suite's keys.
    """
    folder = suite_folder(home, suite)
    if not key_path(folder, Role.ISSUING).exists():
        raise AuthorityMissingError("no authority here")
    certificates = load_certificates(certificate_path(folder, Role.ISSUING))
    key = load_key(key_path(folder, Role.ISSUING))
    if suite_of(key) is not suite or key.public_key() != public_key_of(certificates[0]):
        raise AuthorityMissingError("issuing key and certificate do not belong together")
    return Authority(home, certificates[0], key)


def request_suite(request: bytes, role: Role) -> SuiteName:
    """Say which suite a certificate request is of. Raises: RequestRefusedError."""
    return suite_of(read_request(request, role))


def read_request(request: bytes, role: Role) -> PublicKey:
    """Take the public key out of a certificate request.

    Raises:
        RequestRefusedError: malformed, a weak or foreign key, or no proof of possession.
    """
    if len(request) > _LARGEST_REQUEST:
        raise RequestRefusedError("too large")
    try:
        parsed = x509.load_der_x509_csr(request)
        public_key = _proven_key(parsed)
        require_kind(public_key, role)
    except KeyUnsuitableError as exc:
        raise RequestRefusedError("key unsuitable") from exc
    except SM2SignatureError as exc:
        raise RequestRefusedError("no proof of possession") from exc
    except RequestRefusedError:
        raise
    except Exception as exc:
        # The parser raises many kinds of error on hostile input; all of them mean the same here.
        raise RequestRefusedError("malformed") from exc
    return public_key


def _proven_key(parsed: x509.CertificateSigningRequest) -> PublicKey:
    """Take the key out of a request that it has signed itself."""
    try:
        key = parsed.public_key()
    except UnsupportedAlgorithm:
        national = load_public(spki_of_request(parsed))
        check_request(parsed, national)
        return national
    if not parsed.is_signature_valid:
        raise RequestRefusedError("no proof of possession")
    # Ed25519 has its digest built in.
    has_digest_within = isinstance(key, ed25519.Ed25519PublicKey)
    if not has_digest_within and not isinstance(parsed.signature_hash_algorithm, _STRONG):
        raise RequestRefusedError("weak signature")
    if not isinstance(key, PublicKey):
        raise KeyUnsuitableError("foreign key algorithm")
    return key


def _facts(template: Template) -> dict[str, str]:
    return {
        "serial": f"{template.serial:x}",
        "uri": template.identity.uri,
        "organisation": template.identity.organisation,
        "unit": template.identity.unit,
        "ends": _text(template.ends),
    }


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
