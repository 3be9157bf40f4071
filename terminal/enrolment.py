"""Joining an office with a one-time code, and renewing before the certificates end."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.bundle import TrustBundle, from_json
from certs.canonical import encode
from certs.devices import make_device_request
from certs.errors import CertsError
from certs.identity import Identity, Role, SuiteName
from certs.keys import (
    PublicKey,
    fingerprint,
    generate_key,
    load_certificates,
    make_request,
    public_key_of,
)
from certs.signers import open_token
from certs.statements import check_statement, sign_statement
from certs.trust import TrustStore
from registration import schema
from registration.errors import BadDocumentError
from terminal.errors import BadBundleError, EnrolmentError
from terminal.joined import (
    Joined,
    Kept,
    load_joined,
    put_in_force,
    read_suites,
    save_request_keys,
    save_roots,
    stage,
)

CONFIGURATION: Final = "configuration/1"
LATE: Final = "late-renewal/1"
VERSION: Final = 1
_CLAIMS: Final = ("terminal", "branch", "office", "office_name", "bank", "bank_name")
_LARGEST_BUNDLE: Final = 4 * 1024 * 1024

Post = Callable[[str, Mapping[str, object]], Any]
"""Posts an object to a path of the office and returns what comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What the office's operator gave the branch: where to join, and whom to believe."""

    office_url: str
    code: str
    """One-time; a secret until it is used."""
    trust: TrustBundle
    terminal: str = ""
    """The counter that was invited; empty when the bundle does not say."""
    suites: tuple[SuiteName, ...] = (SuiteName.INTERNATIONAL,)
    """Those that the office has open; in the first one it speaks, and this counter will sign."""

    def __repr__(self) -> str:
        return f"Bundle({self.office_url!r}, {self.terminal!r})"


def load_bundle_file(path: Path) -> Bundle:
    """Read an enrolment bundle.

    Raises:
        BadBundleError: it cannot be read, or its root is not the one that it was made for.
    """
    try:
        value = schema.decode_json(path.read_bytes(), largest=_LARGEST_BUNDLE)
    except OSError as exc:
        raise BadBundleError(f"{path} cannot be read: {exc.strerror}") from exc
    except BadDocumentError as exc:
        raise BadBundleError(f"{path} is no enrolment bundle") from exc
    return read_bundle(value)


def read_bundle(value: object) -> Bundle:
    """Read a decoded bundle. Raises: BadBundleError."""
    if not isinstance(value, dict) or value.get("version") != VERSION:
        raise BadBundleError("not an enrolment bundle of this version")
    texts = {
        name: value.get(name, "") for name in ("office_url", "code", "root_sha256", "terminal")
    }
    if not all(isinstance(text, str) for text in texts.values()):
        raise BadBundleError("the bundle is damaged")
    if not texts["office_url"].startswith("https://") or not texts["code"]:
        raise BadBundleError("the bundle lacks the office's address or the code")
    trust = _trust(value.get("trust"))
    if texts["root_sha256"] not in {fingerprint(root) for root in trust.roots}:
        raise BadBundleError("the bundle's root is not the one that it names")
    return Bundle(
        office_url=texts["office_url"],
        code=texts["code"],
        trust=trust,
        terminal=texts["terminal"],
        suites=read_suites(value),
    )


def enrol(
    bundle: Bundle,
    home: Path,
    *,
    connect: Callable[[str, Path], Post],
    now: Callable[[], datetime],
    device: str = "",
) -> Joined:
    """Join the office: fresh keys, made here; certificates and configuration from there.

    With `device` (pkcs11:…, RFC 7512) the key of packages is one that lies in a token already.
    `connect` opens a line to an address, checked with a PEM file of roots and with nothing else.
    Until everything is checked and on the disk, the counter is what it was before.

    Raises:
        EnrolmentError: what came back is not what was promised.
        LinkError: the office cannot be reached, is not ours, or does not take the code.
        CertsError: a key cannot be written, or the token cannot be used.
    """
    folder = stage(home)
    try:
        post = connect(bundle.office_url, save_roots(folder, bundle.trust))
        wish = _Wish(bundle.terminal or "counter", bundle.trust.organisation, bundle.suites[0])
        asked = _ask(folder, wish, device)
        answer = post("/api/v1/enrolments", {"code": bundle.code, **asked.requests})
        pinned = TrustStore(bundle.trust, suites=bundle.suites)
        kept = _check(answer, asked, pinned, bundle.office_url, now())
        if bundle.terminal not in {"", kept.terminal}:
            raise EnrolmentError("the office let another counter in than the one invited")
        return put_in_force(home, folder, kept)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def renew(home: Path, *, post: Post, now: Callable[[], datetime]) -> Joined:
    """Get new certificates for new keys over the line that the old ones open.

    Raises:
        NotEnrolledError: there is nothing to renew.
        EnrolmentError, LinkError, CertsError: as `enrol`; the old identity stays in force.
    """
    return _renew(home, lambda old, requests: post("/api/v1/renewals", requests), now)


def renew_late(home: Path, *, post: Post, now: Callable[[], datetime]) -> Joined:
    """Get new certificates though the one for the line has ended, over the package key's name.

    `post` goes over a line without a certificate of ours. Raises: as `renew`.
    """

    def ask(old: Joined, requests: Mapping[str, str]) -> Any:
        ended = load_certificates(old.client.certificate)[0]
        claims = {"replaces": fingerprint(ended), **requests}
        statement = sign_statement(LATE, claims, old.signer(), now())
        return post("/api/v1/renewals/late", {"statement": statement})

    return _renew(home, ask, now)


def _renew(
    home: Path,
    ask: Callable[[Joined, Mapping[str, str]], Any],
    now: Callable[[], datetime],
) -> Joined:
    old = load_joined(home)
    folder = stage(home)
    try:
        wish = _Wish(old.terminal, old.trust.organisation, old.suites[0])
        asked = _ask(folder, wish, old.device)
        answer = ask(old, asked.requests)
        # Whoever holds an old key of a closed suite must not open it again.
        pinned = TrustStore(old.trust, suites=old.suites)
        kept = _check(answer, asked, pinned, old.office_url, now())
        if kept.terminal != old.terminal:
            raise EnrolmentError("the office answered another counter")
        return put_in_force(home, folder, kept)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


# --- inside


@dataclass(frozen=True, slots=True)
class _Wish:
    """Who asks, as it sees itself, and in which suite it is to sign."""

    terminal: str
    organisation: str
    suite: SuiteName

    def identity(self, role: Role) -> Identity:
        return Identity(role=role, organisation=self.organisation, name=self.terminal)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The keys that certificates were asked for, and the requests."""

    keys: Mapping[Role, PublicKey]
    requests: Mapping[str, str]
    device: str


def _ask(folder: Path, wish: _Wish, device: str) -> _Asked:
    if device and wish.suite is SuiteName.NATIONAL:
        raise EnrolmentError("the office wants SM2, which no token of this counter knows")
    tls = generate_key(Role.TERMINAL)
    package = None if device else generate_key(Role.PACKAGE, wish.suite)
    # On the disk before they are asked for: a certificate without its key helps nobody.
    save_request_keys(folder, tls=tls, package=package)
    asked = {
        "tls_request": make_request(tls, wish.identity(Role.TERMINAL)),
        "package_request": make_request(package, wish.identity(Role.PACKAGE))
        if package
        else make_device_request(device, wish.identity(Role.PACKAGE)),
    }
    requests = {name: x509.load_der_x509_csr(der) for name, der in asked.items()}
    return _Asked(
        keys={
            Role.TERMINAL: tls.public_key(),
            Role.PACKAGE: package.public_key() if package else open_token(device).public_key(),
        },
        requests={
            name: one.public_bytes(Encoding.PEM).decode("ascii") for name, one in requests.items()
        },
        device=device,
    )


def _check(
    answer: object, asked: _Asked, pinned: TrustStore, office_url: str, at: datetime
) -> Kept:
    """Believe the answer only as far as the pinned root reaches."""
    if not isinstance(answer, dict):
        raise EnrolmentError("the office's answer cannot be read")
    texts = {
        name: answer.get(name)
        for name in ("terminal", "tls_certificate", "package_certificate", "configuration")
    }
    if not all(isinstance(text, str) and text for text in texts.values()):
        raise EnrolmentError("the office's answer lacks a part")
    terminal = str(texts["terminal"])
    claims = _claims(str(texts["configuration"]), terminal, pinned, at)
    trust = _trust(claims.get("trust")) if "trust" in claims else pinned.bundle
    if not {*map(fingerprint, trust.roots)} & {*map(fingerprint, pinned.bundle.roots)}:
        raise EnrolmentError("the office sent another root than the one we know")
    for role, name in ((Role.TERMINAL, "tls_certificate"), (Role.PACKAGE, "package_certificate")):
        identity = _check_certificate(str(texts[name]), asked.keys[role], role, trust, at)
        if identity.name != terminal:
            raise EnrolmentError("the office sent somebody else's certificate")
    return Kept(
        office_url=office_url,
        terminal=terminal,
        claims=claims,
        configuration=str(texts["configuration"]),
        trust=trust,
        tls_chain=str(texts["tls_certificate"]),
        package_chain=str(texts["package_certificate"]),
        device=asked.device,
    )


def _claims(statement: str, terminal: str, trust: TrustStore, at: datetime) -> Mapping[str, Any]:
    """Return what the office confirms about this very counter, over its name."""
    try:
        claims = check_statement(statement, CONFIGURATION, trust, Role.OFFICE, at)
    except CertsError as exc:
        raise EnrolmentError(f"the configuration is not the office's: {exc.code}") from exc
    if claims.get("terminal") != terminal or not all(claims.get(name) for name in _CLAIMS):
        raise EnrolmentError("the configuration is another counter's, or lacks a part")
    return claims


def _check_certificate(
    chain: str, key: PublicKey, role: Role, trust: TrustBundle, at: datetime
) -> Identity:
    try:
        certificate, *issuers = x509.load_pem_x509_certificates(chain.encode("ascii"))
        identity = TrustStore(trust).require(certificate, issuers, role, at)
    except (ValueError, CertsError) as exc:
        raise EnrolmentError("a certificate that the office sent is not good") from exc
    if public_key_of(certificate) != key:
        raise EnrolmentError("the office sent a certificate for another key")
    return identity


def _trust(value: object) -> TrustBundle:
    try:
        return from_json(encode(value)) if isinstance(value, dict) else from_json(b"")
    except CertsError as exc:
        raise BadBundleError("the list of trusted certificates is damaged") from exc
