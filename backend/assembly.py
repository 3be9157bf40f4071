"""The only place of the office where a name becomes an object."""

import base64
import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backend.calendars import load_calendar
from backend.errors import MisconfiguredError, OfficeError
from backend.failpoints import load_failpoints
from backend.issuer import AuthorityIssuer
from backend.office.answering import Answering
from backend.office.calendar import due_times
from backend.office.intake import Intake
from backend.office.issuing import Imprint, Issuing
from backend.office.ports import FailPoints, Seal, Sharing, TerminalRow
from backend.office.precheck import Precheck
from backend.office.reception import Reception
from backend.office.recording import Recording
from backend.office.review import Review
from backend.office.rounds import Rounds
from backend.office.rules import Policy
from backend.office.staff import StaffRoom
from backend.office.terminals import TerminalRoom
from backend.office.verification import Verification
from backend.passwords import COMMON, ArgonHasher
from backend.seals import load_seal
from backend.settings import Settings
from backend.sharing import load_sharing
from backend.sharing.envelope import Account
from backend.store.upgrades import check_current
from backend.store.work import StoreWorks, open_works
from backend.web.callers import Office
from certs.atrest import Vault, create_vault, load_vault
from certs.authority import TRUST, certificate_path, key_path, load_authority
from certs.bundle import load_bundle, to_json
from certs.documents import DocumentVerdict, check_pdf
from certs.envelope import Opened, open_sealed
from certs.identity import Role
from certs.keys import read_private
from certs.ports import Signer
from certs.signers import load_opener, load_signer
from certs.statements import sign_statement
from certs.timestamps import HTTPTimestamper, LocalTimestamper
from certs.trust import TrustStore
from registration.identifiers import parse_credit_code
from registration.papers.stamp import draw_seal

_VAULT = "at-rest.key"
_LEAST_FREE = 256 * 1024 * 1024


class SystemClock:
    """The time of this machine, which the operator keeps right."""

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class KeptSigner:
    """Signs what the office says with a key that is held in memory."""

    signer: Signer

    def sign(self, kind: str, claims: Mapping[str, object], at: datetime) -> str:
        """Return the signed statement."""
        return sign_statement(kind, claims, self.signer, at)


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

    def trust(self) -> TrustStore:
        """Return the trust as published now: a list may be a second old."""
        return TrustStore(load_bundle(self.trust_path))

    def is_seal_good(self, pdf: bytes, at: datetime) -> bool:
        """Say whether a PDF bears this office's seal, whole and unchanged."""
        return check_pdf(pdf, trust=self.trust(), at=at).verdict is DocumentVerdict.VALID

    def signer(self, role: Role) -> Signer:
        """Open one of the office's own keys."""
        folder = self.settings.authority_dir
        return load_signer(f"softkey:{key_path(folder, role)}", certificate_path(folder, role))


def open_vault(settings: Settings) -> Vault:
    """Read the key of everything at rest, or make it where nothing is kept yet.

    Raises:
        MisconfiguredError: there is a database but no key to it.
    """
    path = settings.data_dir / _VAULT
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
    check_current(settings.database)
    works = open_works(settings.database, settings.blobs, open_vault(settings))
    points = settings.failpoints if settings.allow_failpoints else ""
    return Wall(settings, works, SystemClock(), load_failpoints(points))


def build_policy(settings: Settings) -> Policy:
    """Return what this office decides for itself."""
    return Policy(
        areas=settings.areas,
        banks=settings.banks,
        is_straight_through=settings.is_straight_through,
        limit_fen=settings.straight_through_limit_yuan * 100,
    )


def build_staff_room(wall: Wall) -> StaffRoom:
    """Return the room that knows who works here."""
    return StaffRoom(
        works=wall.works,
        hasher=ArgonHasher(),
        clock=wall.clock,
        make_token=lambda: secrets.token_urlsafe(32),
        blocked_passwords=COMMON,
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
            "trust": json.loads(to_json(load_bundle(wall.trust_path))),
        }
        return signer.sign("configuration/1", claims, at)

    return TerminalRoom(
        works=wall.works,
        issuer=AuthorityIssuer(load_authority(settings.authority_dir)),
        clock=wall.clock,
        make_code=lambda: base64.b32encode(secrets.token_bytes(20)).decode("ascii"),
        configuration=configuration,
    )


def build_office(wall: Wall, is_worker_alive: Callable[[], bool]) -> Office:
    """Return the use cases that the web rooms call; none of them can open a package."""
    settings = wall.settings
    signer = KeptSigner(wall.signer(Role.OFFICE))
    is_specimen = settings.seal == "specimen"
    return Office(
        name=settings.office_name,
        code=settings.office_code,
        reception=Reception(
            office=settings.office_code,
            works=wall.works,
            blobs=wall.works.blobs,
            signer=signer,
            clock=wall.clock,
            fail_point=wall.fail_point,
        ),
        review=Review(
            works=wall.works,
            blobs=wall.works.blobs,
            answering=Answering(signer),
            clock=wall.clock,
        ),
        precheck=Precheck(works=wall.works, clock=wall.clock, policy=build_policy(settings)),
        verification=Verification(
            works=wall.works,
            clock=wall.clock,
            is_seal_good=wall.is_seal_good,
            is_specimen=is_specimen,
        ),
        terminals=build_terminal_room(wall),
        staff=build_staff_room(wall),
        now=wall.clock.now,
        trust=lambda: to_json(load_bundle(wall.trust_path)),
        health=lambda: find_faults(wall, is_worker_alive),
        is_specimen=is_specimen,
    )


def build_rounds(wall: Wall) -> Rounds:
    """Return the worker: the one process that holds the envelope key and the seal."""
    settings = wall.settings
    answering = Answering(KeptSigner(wall.signer(Role.OFFICE)))
    policy = build_policy(settings)
    calendar = load_calendar()
    folder = settings.authority_dir
    opener = load_opener(
        [
            (
                f"softkey:{key_path(folder, Role.ENVELOPE)}",
                certificate_path(folder, Role.ENVELOPE),
            )
        ]
    )

    def open_package(data: bytes, at: datetime) -> Opened:
        return open_sealed(
            data, opener=opener, trust=wall.trust(), at=at, office=settings.office_code
        )

    intake = Intake(
        works=wall.works,
        blobs=wall.works.blobs,
        open_package=open_package,
        sharing=build_sharing(settings),
        answering=answering,
        clock=wall.clock,
        due_times=lambda at: due_times(at, calendar),
        policy=policy,
        fail_point=wall.fail_point,
    )
    recording = Recording(
        works=wall.works,
        answering=answering,
        clock=wall.clock,
        policy=policy,
        fail_point=wall.fail_point,
    )
    issuing = Issuing(
        works=wall.works,
        blobs=wall.works.blobs,
        seal=build_seal(wall),
        is_seal_good=wall.is_seal_good,
        answering=answering,
        clock=wall.clock,
        make_code=lambda: base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("="),
        imprint=Imprint(
            office=settings.office_name,
            code=parse_credit_code(settings.office_code),
            province=settings.province,
            place=settings.place,
            province_code=settings.province_code,
            public_url=settings.public_url.rstrip("/"),
        ),
        fail_point=wall.fail_point,
    )
    acts = {"open": intake.open, "record": recording.record, "issue": issuing.issue}
    return Rounds(works=wall.works, clock=wall.clock, acts=acts)


def build_sharing(settings: Settings) -> Sharing:
    """Return the gateway to other authorities that the settings name."""
    path = settings.police_token_file
    token = read_private(Path(path)).decode("ascii").strip() if path else ""
    account = Account(area=settings.police_area, token=token, department=settings.office_name)
    return load_sharing(settings.police_url, account=account)


def build_seal(wall: Wall) -> Seal:
    """Return the seal that the settings name."""
    settings = wall.settings
    timestamper = (
        HTTPTimestamper(settings.timestamp_url)
        if settings.timestamp_url
        else LocalTimestamper(wall.signer(Role.TIMESTAMP))
    )
    stamp = draw_seal(settings.office_name, is_specimen=settings.seal == "specimen")
    return load_seal(
        settings.seal,
        signer=wall.signer(Role.SEAL),
        timestamper=timestamper,
        stamp=stamp,
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
