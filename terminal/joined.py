"""What this counter holds since it joined: keys, certificates, trust; one folder for each time.

home/identity.json names the folder in force. Joining and renewing write a whole new folder, make
it durable, and then point there: a power cut leaves either the old identity or the new one.
"""

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from certs.bundle import TrustBundle, from_json, load_bundle, save_bundle
from certs.errors import CertsError
from certs.identity import SuiteName
from certs.keys import (
    PrivateKey,
    international,
    load_certificates,
    make_folder,
    read_private,
    save_certificates,
    save_key,
    write_private,
    write_public,
)
from certs.lists import with_news
from certs.ports import Signer
from certs.signers import load_signer
from terminal.errors import BadBundleError, NotEnrolledError

POINTER: Final = "identity.json"
_PREFIX: Final = "identity-"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class ClientFiles:
    """The counter's TLS certificate (with its issuers) and key, as files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Joined:
    """The identity in force."""

    folder: Path
    office_url: str
    terminal: str
    claims: Mapping[str, Any]
    """What the office confirmed about this counter, as its signed configuration says."""
    trust: TrustBundle
    device: str = ""
    """Where the key of packages lives, if not in a file: pkcs11:… (RFC 7512)."""

    @property
    def suites(self) -> tuple[SuiteName, ...]:
        """The suites that the office has open, the one that it speaks first."""
        return read_suites(self.claims)

    @property
    def roots(self) -> Path:
        """The PEM file that the office's server is checked with."""
        return self.folder / "roots.pem"

    @property
    def client(self) -> ClientFiles:
        """The files of mutual TLS."""
        return ClientFiles(self.folder / "tls.pem", self.folder / "tls-key.pem")

    @property
    def package_certificate(self) -> Path:
        """The PEM file of the certificate that packages are signed with."""
        return self.folder / "package.pem"

    def signer(self) -> Signer:
        """Open the key that packages are signed with. Raises: CertsError."""
        spec = self.device or f"softkey:{self.folder / 'package-key.pem'}"
        return load_signer(spec, self.package_certificate)


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that joining brought, before it is in force."""

    office_url: str
    terminal: str
    claims: Mapping[str, Any]
    configuration: str
    """The signed statement that the claims stand in."""
    trust: TrustBundle
    tls_chain: str
    package_chain: str
    """PEM, the counter's own certificate first."""
    device: str = ""


def read_suites(value: Mapping[str, Any]) -> tuple[SuiteName, ...]:
    """Read which suites the office has open; without a word about it, the international one.

    Raises:
        BadBundleError: they are none that this counter knows.
    """
    names = value.get("suites", [SuiteName.INTERNATIONAL.value])
    known = {suite.value: suite for suite in SuiteName}
    found = tuple(known[name] for name in names if name in known) if _is_texts(names) else ()
    if not found or names[0] not in known:
        raise BadBundleError("the office speaks in algorithms that this counter does not know")
    return found


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def stage(home: Path) -> Path:
    """Make an empty folder for a new identity; it is not in force yet."""
    folder = home / f"{_PREFIX}{secrets.token_hex(8)}"
    make_folder(folder)
    return folder


def save_request_keys(folder: Path, *, tls: PrivateKey, package: PrivateKey | None) -> None:
    """Write the keys of a new identity, mode 0600, before anything is asked for them."""
    save_key(folder / "tls-key.pem", tls)
    if package is not None:
        save_key(folder / "package-key.pem", package)


def save_roots(folder: Path, trust: TrustBundle) -> Path:
    """Write the roots that the office's server is checked with."""
    save_certificates(folder / "roots.pem", international(trust.roots))
    return folder / "roots.pem"


def put_in_force(home: Path, folder: Path, kept: Kept) -> Joined:
    """Write the rest of an identity and point to it; earlier ones are then forgotten."""
    save_roots(folder, kept.trust)
    save_bundle(folder / "trust.json", kept.trust)
    write_public(folder / "tls.pem", kept.tls_chain.encode("ascii"))
    write_public(folder / "package.pem", kept.package_chain.encode("ascii"))
    write_private(folder / "configuration.jws", kept.configuration.encode("ascii"))
    facts = {
        "version": _VERSION,
        "folder": folder.name,
        "office_url": kept.office_url,
        "terminal": kept.terminal,
        "device": kept.device,
        "claims": {name: value for name, value in kept.claims.items() if name != "trust"},
    }
    write_public(home / POINTER, json.dumps(facts, ensure_ascii=False, indent=2).encode())
    forget_others(home, folder)
    return load_joined(home)


def refresh_trust(joined: Joined, published: bytes, at: datetime) -> Joined:
    """Take the news out of a bundle that the office published: newer lists, its renewed keys.

    Only what the roots that we know vouch for; see `certs.lists.with_news`.

    Raises:
        CertsError: no bundle, or the disk refused.
    """
    trust = with_news(joined.trust, from_json(published), at)
    if trust is joined.trust:
        return joined
    save_bundle(joined.folder / "trust.json", trust)
    return replace(joined, trust=trust)


def forget_others(home: Path, folder: Path) -> None:
    """Remove the folders of earlier or unfinished identities; their certificates are revoked."""
    for other in home.glob(f"{_PREFIX}*"):
        if other != folder and other.is_dir():
            shutil.rmtree(other, ignore_errors=True)


def load_joined(home: Path) -> Joined:
    """Return the identity in force.

    Raises:
        NotEnrolledError: there is none, or a part of it is gone; enrol this counter.
    """
    try:
        facts = json.loads((home / POINTER).read_bytes())
        folder = home / Path(facts["folder"]).name
        joined = Joined(
            folder=folder,
            office_url=facts["office_url"],
            terminal=facts["terminal"],
            claims=facts["claims"],
            trust=load_bundle(folder / "trust.json"),
            device=facts.get("device", ""),
        )
        load_certificates(joined.client.certificate)
        read_private(joined.client.key)
    except FileNotFoundError as exc:
        raise NotEnrolledError("this counter has not joined an office; run enroll BUNDLE") from exc
    except (OSError, ValueError, KeyError, TypeError, CertsError) as exc:
        raise NotEnrolledError("this counter's identity is damaged; enrol it again") from exc
    return joined
