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
from cryptography.hazmat.primitives.serialization import Encoding

from certs.bundle import LISTS, TrustBundle, load_bundle, save_bundle
from certs.errors import (
    AuthorityError,
    AuthorityMissingError,
    RequestRefusedError,
    SerialUnknownError,
)
from certs.identity import Identity, Role, SuiteName, find_profile, identity_uri
from certs.keys import (
    PrivateKey,
    fingerprint,
    load_certificates,
    load_key,
    public_key_of,
    suite_of,
    write_public,
)
from certs.places import generations, pair, suite_folder
from certs.records import append_record, read_records
from certs.requests import read_request
from certs.templates import Template, sign_revocations, sign_template
from certs.trust import crl_number

CRL_LIFETIME: Final = timedelta(hours=24)
_BACKDATE: Final = timedelta(minutes=5)
_LIST_END: Final = b"-----END X509 CRL-----"

ISSUED: Final = "issued.jsonl"
REVOKED: Final = "revoked.jsonl"
CRL: Final = "crl.pem"
TRUST: Final = "trust.json"
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A key that signs certificates or, once it has a successor, only its revocation lists."""

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)

    @property
    def mark(self) -> str:
        """By what records name it."""
        return fingerprint(self.certificate)


@dataclass(frozen=True, slots=True)
class Authority:
    """An issuing authority of one suite; several processes may share its folder."""

    home: Path
    """Where `trust.json` and the lock are, which the authorities of all suites share."""
    certificate: x509.Certificate
    """Of the issuing authority."""
    key: PrivateKey = field(repr=False)
    earlier: tuple[Issuer, ...] = ()
    """Its predecessors, newest first: what they issued is still in use, and taken back by them."""

    @property
    def issuers(self) -> tuple[Issuer, ...]:
        """Everybody who has ever issued here, newest first."""
        return (Issuer(self.certificate, self.key), *self.earlier)

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

    @property
    def lists_url(self) -> str:
        """Where its lists are served, as every certificate says that it issues; empty for nowhere."""
        return self.bundle.links.get(LISTS, "")

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
            lists_url=self.lists_url,
        )
        with self._locked():
            return self._sign(template, now)

    def _sign(self, template: Template, now: datetime) -> x509.Certificate:
        # Written before it is signed, so that whatever exists can be revoked by its number.
        facts = {"issuer": fingerprint(self.certificate), **_facts(template)}
        self._log({"event": "prepared", "at": _text(now), **facts})
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
        lists = tuple(
            self._make_list(issuer, now)
            for issuer in self.issuers
            # What a predecessor issued ends with it, and its last list outlives it by a day.
            if issuer.certificate.not_valid_after_utc > now or issuer.mark == self.issuers[0].mark
        )
        pem = b"".join(one.public_bytes(Encoding.PEM) for one in lists)
        write_public(self.folder / CRL, pem)
        bundle, names = self.bundle, {one.issuer for one in lists}
        others = tuple(one for one in bundle.crls if one.issuer not in names)
        save_bundle(self.home / TRUST, replace(bundle, crls=(*lists, *others)))
        return lists[0]

    def _make_list(self, issuer: Issuer, now: datetime) -> x509.CertificateRevocationList:
        number, this_update = self._next_list(issuer, now)
        # A clock that was ahead and was set right must not keep a revocation from being published.
        made_at = max(now.replace(microsecond=0), this_update)
        return sign_revocations(
            [entry.as_crl_entry() for entry in self._revocations_by(issuer)],
            number=number,
            this_update=this_update,
            next_update=made_at + CRL_LIFETIME,
            issuer=issuer.certificate,
            key=issuer.key,
        )

    def _next_list(self, issuer: Issuer, now: datetime) -> tuple[int, datetime]:
        """Return number and date of the list that follows the newest.

        OpenSSL keeps the older of two lists with one date, and refuses a list from the future: so
        each list is dated at least a second after the last, starting five minutes back, which
        leaves room for 300 lists in one second.
        """
        # trust.json holds the list too: if crl.pem is lost, its number must still go on, since
        # everybody believes the list with the highest number.
        found = (*self.bundle.crls, *self.current_crls())
        own = [one for one in found if one.issuer == issuer.certificate.subject]
        earliest = now.replace(microsecond=0) - _BACKDATE
        if not own:
            return 1, earliest
        newest = max(own, key=crl_number)
        follows = newest.last_update_utc + timedelta(seconds=1)
        return crl_number(newest) + 1, max(earliest, follows)

    def current_crls(self) -> tuple[x509.CertificateRevocationList, ...]:
        """Read the lists as last published, one for each issuer; none before the first."""
        try:
            *parts, _ = (self.folder / CRL).read_bytes().split(_LIST_END)
            return tuple(x509.load_pem_x509_crl(one + _LIST_END) for one in parts or [b""])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as exc:
            # Starting again at number 1 would make every newer list look old: stop instead.
            raise AuthorityError("crl.pem is damaged") from exc

    def _revocations_by(self, issuer: Issuer) -> list["_Revocation"]:
        """Return what an issuer has to take back; records of the first one do not name it."""
        found = self._revocations()
        if not self.earlier:
            return found
        marks = {
            int(one["serial"], 16): one.get("issuer", self.issuers[-1].mark)
            for one in read_records(self.folder / ISSUED)
            if one.get("event") == "prepared"
        }
        return [entry for entry in found if marks.get(entry.serial) == issuer.mark]

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
    current, *earlier = generations(suite_folder(home, suite), Role.ISSUING)
    if not pair(current)[0].exists():
        raise AuthorityMissingError("no authority here")
    issuer = _load_issuer(current, suite)
    # The key of a predecessor may be destroyed once everything that it issued has ended.
    kept = tuple(_load_issuer(one, suite) for one in earlier if pair(one)[0].exists())
    return Authority(home, issuer.certificate, issuer.key, kept)


def _load_issuer(generation: Path, suite: SuiteName) -> Issuer:
    key_file, certificate_file = pair(generation)
    certificate, key = load_certificates(certificate_file)[0], load_key(key_file)
    if suite_of(key) is not suite or key.public_key() != public_key_of(certificate):
        raise AuthorityMissingError("issuing key and certificate do not belong together")
    return Issuer(certificate, key)


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
