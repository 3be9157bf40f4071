"""The outer wall that both processes and the operator's commands stand on: store, keys, clock."""

import base64
import json
import os
import pwd
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backend.codes import TimeCodes
from backend.errors import MisconfiguredError, OfficeError
from backend.failpoints import load_failpoints
from backend.issuer import AuthorityIssuer
from backend.keys import OfficeKeys
from backend.office.accounts import AccountRoom
from backend.office.factors import Factors
from backend.office.ports import FailPoints
from backend.office.rows import TerminalRow
from backend.office.security_keys import KeyRoom
from backend.office.staff import StaffRoom
from backend.office.terminals import TerminalRoom
from backend.passwords import ArgonHasher, load_guesser
from backend.settings import Settings
from backend.store.backups import INVITATIONS, require_restored
from backend.store.form import check_current
from backend.store.work import StoreWorks, open_works
from backend.webauthn import WebAuthnKeys, rp_id_of, same_origin
from certs.atrest import Vault, create_vault, load_vault
from certs.authority import TRUST
from certs.bundle import load_bundle, to_json
from certs.identity import Role
from certs.ports import Signer
from certs.statements import sign_statement
from certs.trust import TrustStore

VAULT = "at-rest.key"
"""Name of the key file in the data folder."""
_LEAST_FREE = 256 * 1024 * 1024


def shelves_of(settings: Settings) -> dict[str, Path]:
    """Return where sealed bytes lie that are carried, not kept, and backed up, by name."""
    return {INVITATIONS: settings.data_dir / INVITATIONS}


class SystemClock:
    """The time of this machine, which the operator keeps right."""

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class KeptSigner:
    """Signs what the office says with a key that is held in memory."""

    signer: Callable[[], Signer]
    """Gives the key in force: a renewed one takes its place while the office works."""

    def sign(self, kind: str, claims: Mapping[str, object], at: datetime) -> str:
        """Return the signed statement."""
        return sign_statement(kind, claims, self.signer(), at)


@dataclass(frozen=True, slots=True)
class Wall:
    """What both processes of the office need of the outer wall."""

    settings: Settings
    works: StoreWorks
    clock: SystemClock
    fail_point: FailPoints

    @property
    def trust_path(self) -> Path:
        """Where the authority publishes its bundle."""
        return self.settings.authority_dir / TRUST

    @property
    def keys(self) -> OfficeKeys:
        """The office's own keys."""
        settings = self.settings
        return OfficeKeys(settings.authority_dir, settings.open_suites, settings.signers)

    def trust(self) -> TrustStore:
        """Return the trust as published now: a list may be a second old."""
        return TrustStore(load_bundle(self.trust_path), suites=self.settings.open_suites)

    def trust_of_old(self) -> TrustStore:
        """Return the trust for what was taken already, in suites closed since, too."""
        return TrustStore(load_bundle(self.trust_path))

    def signer(self, role: Role) -> Callable[[], Signer]:
        """Open one of the office's own keys, and each that takes its place."""
        return self.keys.signer(role)


def require_owner(folder: Path) -> None:
    """Refuse to work on another account's folder, as root too.

    What is made there would be closed to the office itself, which would stop at its next start.

    Raises:
        MisconfiguredError: the message names the account.
    """
    if not folder.exists() or (owner := folder.stat().st_uid) == os.geteuid():
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = str(owner)
    raise MisconfiguredError(f"{folder} belongs to the account {name}: run this as that account")


def open_vault(settings: Settings) -> Vault:
    """Read the key of everything at rest, or make it where nothing is kept yet.

    Raises:
        MisconfiguredError: there is a database but no key to it, or it is another account's.
    """
    require_owner(settings.data_dir)
    path = settings.data_dir / VAULT
    if path.exists():
        return load_vault(path)
    if settings.database.startswith("sqlite") and (settings.data_dir / "office.db").exists():
        raise MisconfiguredError(f"{path} is missing: the key to everything that is kept here")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return create_vault(path)


def open_wall(settings: Settings) -> Wall:
    """Open store, clock and fail points.

    Raises:
        MisconfiguredError: the database or a key does not fit; the message says which.
    """
    require_owner(settings.data_dir)
    require_owner(settings.authority_dir)
    require_restored(settings.blobs)
    check_current(settings.database)
    fail_point = load_failpoints(settings.failpoints if settings.allow_failpoints else "")
    vault = open_vault(settings)
    works = open_works(settings.database, settings.blobs, vault, failpoint=fail_point)
    return Wall(settings, works, SystemClock(), fail_point)


def build_staff_room(wall: Wall) -> StaffRoom:
    """Return the room that knows who is signed in."""
    return StaffRoom(
        works=wall.works,
        hasher=ArgonHasher(),
        clock=wall.clock,
        make_token=lambda: secrets.token_urlsafe(32),
        is_factor_required=wall.settings.second_factor == "required",
    )


def build_factors(wall: Wall) -> Factors:
    """Return the room that knows everybody's second factor."""
    return Factors(
        works=wall.works,
        codes=TimeCodes(),
        clock=wall.clock,
        make_token=lambda: secrets.token_urlsafe(32),
        issuer=wall.settings.office_name,
    )


def build_key_room(wall: Wall) -> KeyRoom:
    """Return the room that knows everybody's security keys."""
    settings = wall.settings
    origin = settings.key_origin or settings.public_url
    return KeyRoom(
        works=wall.works,
        keys=WebAuthnKeys(
            rp_id=settings.key_rp_id or rp_id_of(origin),
            office=settings.office_name,
            is_ours=same_origin(origin),
        ),
        clock=wall.clock,
        make_token=lambda: secrets.token_urlsafe(32),
        make_challenge=lambda: secrets.token_bytes(32),
    )


def build_people(wall: Wall) -> dict[str, Any]:
    """Return the rooms that know who works here."""
    return {
        "staff": build_staff_room(wall),
        "factors": build_factors(wall),
        "keys": build_key_room(wall),
    }


def build_account_room(wall: Wall) -> AccountRoom:
    """Return the room in which the operator keeps the accounts."""
    return AccountRoom(
        works=wall.works,
        hasher=ArgonHasher(),
        clock=wall.clock,
        is_guessable=load_guesser(wall.settings.password_list),
    )


def build_terminal_room(wall: Wall) -> TerminalRoom:
    """Return the room that lets counters in and out; it needs the issuing authority's key."""
    signer = KeptSigner(wall.signer(Role.OFFICE))
    settings = wall.settings

    def configuration(row: TerminalRow, at: datetime) -> str:
        claims = {
            "terminal": row.terminal,
            "branch": row.branch,
            "office": settings.office_code,
            "office_name": settings.office_name,
            "bank": row.bank,
            "bank_name": row.bank_name,
            "public_url": settings.public_url.rstrip("/"),
            "suites": list(settings.suites),
            "trust": json.loads(to_json(load_bundle(wall.trust_path))),
        }
        return signer.sign("configuration/1", claims, at)

    return TerminalRoom(
        works=wall.works,
        issuer=AuthorityIssuer(wall.keys.authorities(), settings.open_suites),
        clock=wall.clock,
        make_code=lambda: base64.b32encode(secrets.token_bytes(20)).decode("ascii"),
        configuration=configuration,
        trust=wall.trust,
        late=timedelta(days=settings.late_renewal_days),
    )


def find_faults(wall: Wall, is_worker_alive: Callable[[], bool]) -> dict[str, str]:
    """Say what keeps the office from taking work, by part; empty when nothing does."""
    faults = {}
    try:
        with wall.works.reading() as work:
            work.terminals.list()
    except OfficeError as error:
        faults["store"] = error.code
    if not is_worker_alive():
        faults["worker"] = "the worker is not running"
    if shutil.disk_usage(wall.settings.data_dir).free < _LEAST_FREE:
        faults["disk"] = "less than 256 MiB free"
    return faults
