"""The only place of the office where a name becomes an object."""

import base64
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from backend.calendars import load_calendar
from backend.deciding import build_policy, build_rule_books
from backend.logbook import build_log_keeper, build_public_log, find_log_faults
from backend.office.alarms import AlarmBell
from backend.office.answering import Answering
from backend.office.calendar import Calendar, Clocks
from backend.office.complaints import ComplaintRoom
from backend.office.correcting import Correcting, Lapsing
from backend.office.editions import Editions
from backend.office.enquiring import Enquiring
from backend.office.evidence_desk import FORGET, MAKE, EvidenceDesk, EvidenceMaking
from backend.office.handing import Handing
from backend.office.intake import Intake
from backend.office.issuing import Imprint, Issuing
from backend.office.leaders import Leaders
from backend.office.leases import Leases
from backend.office.news import NewsDesk
from backend.office.outlook import OutlookDesk
from backend.office.ports import OfficeSigner
from backend.office.precheck import Precheck
from backend.office.preserving import Preserving
from backend.office.receipts import ReceiptDesk
from backend.office.reception import Reception
from backend.office.recording import Recording
from backend.office.review import Review
from backend.office.rounds import Rounds, find_stuck
from backend.office.ruling_acts import RulingRoom
from backend.office.stages import ChiefPolicy
from backend.office.status_lists import StatusLists
from backend.office.suspending import Suspending
from backend.office.sweeping import Sweeping
from backend.office.thread import Thread
from backend.office.uploads import UploadRoom
from backend.office.verification import Verification
from backend.outside import build_asking, build_enquiring, build_renewing, build_sparing
from backend.packing import pack, read_kit
from backend.proving import (
    build_evidence_shelf,
    build_ink_proofs,
    build_invitation_pieces,
    build_inviting,
    build_parcel_pieces,
    build_relay,
    build_stamps,
)
from backend.sealing import (
    build_archive,
    build_ofd_seal,
    build_seal,
    build_stampers,
    seal_check,
    seal_judge,
)
from backend.seals.conformance import find_archive_faults
from backend.settings import Settings
from backend.store.uploads import FolderUploads
from backend.wall import (
    KeptSigner,
    Wall,
    build_people,
    build_terminal_room,
    find_faults,
)
from backend.web.callers import Office
from certs.bundle import load_bundle, to_json
from certs.codes import sign_code, write_code
from certs.envelope import Opened, open_sealed
from certs.identity import Role
from certs.scanned import check_text
from certs.statuslist import sign_status_list
from registration.identifiers import parse_credit_code


def build_calendar(settings: Settings) -> Calendar:
    """Return the office's working days and hours."""
    return load_calendar(settings.calendar_file, settings.office_hours)


def build_office(wall: Wall, is_worker_alive: Callable[[], bool]) -> Office:
    """Return the use cases that the web rooms call; none of them can open a package."""
    settings = wall.settings
    signer = KeptSigner(wall.signer(Role.OFFICE))
    is_specimen, reception = settings.seal == "specimen", _reception(wall, signer)
    return Office(
        name=settings.office_name,
        code=settings.office_code,
        reception=reception,
        uploads=_uploads(wall, reception),
        news=NewsDesk(works=wall.works),
        outlook=OutlookDesk(works=wall.works, clock=wall.clock, calendar=build_calendar(settings)),
        receipts=ReceiptDesk(works=wall.works),
        review=_review(wall, signer),
        leases=Leases(works=wall.works, clock=wall.clock),
        thread=Thread(works=wall.works, clock=wall.clock),
        leaders=Leaders(works=wall.works, clock=wall.clock, calendar=build_calendar(settings)),
        precheck=Precheck(works=wall.works, clock=wall.clock, policy=build_policy(settings)),
        verification=build_verification(wall, is_specimen=is_specimen),
        **_proofs(wall),
        **_books(wall, signer),
        terminals=build_terminal_room(wall),
        log=build_public_log(wall),
        **build_people(wall),
        now=wall.clock.now,
        trust=lambda: to_json(load_bundle(wall.trust_path)),
        health=lambda: find_faults(wall, is_worker_alive) | find_log_faults(wall),
        stuck=lambda: find_stuck(wall.works),
        is_specimen=is_specimen,
    )


def _books(wall: Wall, signer: OfficeSigner) -> dict[str, Any]:
    """Return who knows what the office decided about its rule book, and how it is changed."""
    books = build_rule_books(wall)
    room = RulingRoom(works=wall.works, clock=wall.clock, books=books, signer=signer)
    return {"books": books, "rulings": room, "alarms": build_alarms(wall)}


def build_status_lists(wall: Wall) -> StatusLists:
    """Return who says which certificates still stand."""
    signer = wall.signer(Role.OFFICE)

    def sign(
        uri: str, marks: Mapping[int, int], named: Mapping[int, str], size: int, at: datetime
    ) -> str:
        return sign_status_list(uri, marks, size=size, signer=signer(), at=at, successors=named)

    url = f"{wall.settings.public_url.rstrip('/')}/status"
    return StatusLists(works=wall.works, clock=wall.clock, sign=sign, url=url)


def _proofs(wall: Wall) -> dict[str, Any]:
    """Return what says later that something was, or still is; and the relay."""
    relay, inviting = build_relay(wall), build_inviting(wall)
    return {
        "status_lists": build_status_lists(wall),
        "check_inks": build_ink_proofs(wall),
        "suspending": Suspending(works=wall.works, clock=wall.clock),
        "evidence": EvidenceDesk(
            works=wall.works, shelf=build_evidence_shelf(wall), clock=wall.clock
        ),
        "asking": build_asking(wall, build_policy(wall.settings)),
        "sparing": build_sparing(wall, build_policy(wall.settings)),
        "complaints": ComplaintRoom(
            works=wall.works,
            clock=wall.clock,
            calendar=lambda: build_calendar(wall.settings),
            days=wall.settings.complaint_days,
        ),
        "give_stamp": build_stamps(wall),
        "relay": relay,
        "parcel_pieces": build_parcel_pieces(wall, relay),
        "inviting": inviting,
        "invitation_pieces": build_invitation_pieces(wall, inviting),
    }


def build_verification(wall: Wall, *, is_specimen: bool) -> Verification:
    """Return who tells anybody whether a certificate is good."""
    return Verification(
        works=wall.works,
        clock=wall.clock,
        judge_seal=seal_judge(wall),
        # A code outlives its suite: what was signed before that was closed stays signed.
        read_text=lambda text, at: check_text(text, trust=wall.trust_of_old(), at=at),
        is_specimen=is_specimen,
    )


def _reception(wall: Wall, signer: OfficeSigner) -> Reception:
    return Reception(
        office=wall.settings.office_code,
        works=wall.works,
        blobs=wall.works.blobs,
        signer=signer,
        clock=wall.clock,
        trust=wall.trust,
        fail_point=wall.fail_point,
    )


def _uploads(wall: Wall, reception: Reception) -> UploadRoom:
    return UploadRoom(
        uploads=FolderUploads(wall.settings.uploads, wall.fail_point),
        reception=reception,
        clock=wall.clock,
        fail_point=wall.fail_point,
    )


def _review(wall: Wall, signer: OfficeSigner) -> Review:
    answering = Answering(signer)
    return Review(
        works=wall.works,
        blobs=wall.works.blobs,
        answering=answering,
        correcting=_correcting(wall, answering),
        clock=wall.clock,
        chief=ChiefPolicy(
            limit_fen=wall.settings.chief_limit_yuan * 100,
            rules=frozenset(wall.settings.chief_rules),
        ),
    )


def _correcting(wall: Wall, answering: Answering) -> Correcting:
    return Correcting(
        answering=answering,
        calendar=build_calendar(wall.settings),
        days=wall.settings.correction_days,
    )


def build_rounds(wall: Wall) -> Rounds:
    """Return the worker: the one process that holds the envelope key and the seal."""
    answering = Answering(KeptSigner(wall.signer(Role.OFFICE)))
    enquiring = build_enquiring(wall)
    recording = Recording(
        works=wall.works,
        answering=answering,
        clock=wall.clock,
        policy=build_policy(wall.settings),
        fail_point=wall.fail_point,
        province=wall.settings.province,
        place=wall.settings.place,
        renewing=build_renewing(wall, enquiring),
    )
    editions = build_editions(wall)
    acts = {
        **_evidence_acts(wall),
        "open": _intake(wall, answering, enquiring).open,
        "record": recording.record,
        "issue": _issuing(wall, answering, editions).issue,
        "preserve": build_preserving(wall, editions).complete,
        "lapse": Lapsing(
            works=wall.works,
            answering=answering,
            clock=wall.clock,
            clocks=Clocks(build_calendar(wall.settings)),
            fail_point=wall.fail_point,
        ).lapse,
    }
    return Rounds(works=wall.works, clock=wall.clock, acts=acts)


def _evidence_acts(wall: Wall) -> dict[str, Callable[[str], None]]:
    making = EvidenceMaking(
        works=wall.works,
        shelf=build_evidence_shelf(wall),
        clock=wall.clock,
        make_files=build_handing(wall, read_kit()).make,
        pack=pack,
    )
    return {MAKE: making.make, FORGET: making.forget}


def build_sweeping(wall: Wall) -> Sweeping:
    """Return who answers in time what the worker tries in vain."""
    answering = Answering(KeptSigner(wall.signer(Role.OFFICE)))
    return Sweeping(
        works=wall.works,
        clock=wall.clock,
        calendar=build_calendar(wall.settings),
        intake=_intake(wall, answering, build_enquiring(wall)),
    )


def build_alarms(wall: Wall) -> AlarmBell:
    """Return who knows what is late."""
    return AlarmBell(works=wall.works, clock=wall.clock, calendar=build_calendar(wall.settings))


def build_handing(wall: Wall, kit: Mapping[str, bytes]) -> Handing:
    """Return what puts a case's evidence together; it opens packages, so it runs where the keys are."""
    return Handing(
        works=wall.works,
        blobs=wall.works.blobs,
        clock=wall.clock,
        signer=KeptSigner(wall.signer(Role.OFFICE)),
        open_package=_package_opener(wall),
        prove=build_log_keeper(wall).prove,
        trust=lambda: to_json(load_bundle(wall.trust_path)),
        kit=kit,
    )


def _intake(wall: Wall, answering: Answering, enquiring: Enquiring) -> Intake:
    return Intake(
        office=wall.settings.office_code,
        works=wall.works,
        blobs=wall.works.blobs,
        open_package=_package_opener(wall),
        enquiring=enquiring,
        answering=answering,
        correcting=_correcting(wall, answering),
        clock=wall.clock,
        clocks=Clocks(build_calendar(wall.settings)),
        policy=build_policy(wall.settings),
        fail_point=wall.fail_point,
        check_inks=build_ink_proofs(wall),
    )


def _package_opener(wall: Wall) -> Callable[[bytes, datetime], Opened]:
    opener, office = wall.keys.opener(), wall.settings.office_code

    def open_package(data: bytes, at: datetime) -> Opened:
        return open_sealed(data, opener=opener(), trust=wall.trust_of_old(), at=at, office=office)

    return open_package


def _issuing(wall: Wall, answering: Answering, editions: Editions) -> Issuing:
    qr_key, public_url = wall.signer(Role.QR), wall.settings.public_url
    return Issuing(
        works=wall.works,
        blobs=wall.works.blobs,
        editions=editions,
        prove=build_log_keeper(wall).prove,
        answering=answering,
        clock=wall.clock,
        make_code=lambda: base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("="),
        sign_code=lambda claims: write_code(sign_code(claims, qr_key()), public_url),
        imprint=build_imprint(wall.settings),
        fail_point=wall.fail_point,
    )


def build_editions(wall: Wall) -> Editions:
    """Return who draws and seals the files of certificates; it holds the seal."""
    stampers = build_stampers(wall)
    return Editions(
        seal=build_seal(wall, stampers),
        ofd_seal=build_ofd_seal(wall),
        archive=build_archive(wall, stampers),
        find_faults=find_archive_faults,
        is_seal_good=seal_check(wall),
        fail_point=wall.fail_point,
    )


def build_preserving(wall: Wall, editions: Editions) -> Preserving:
    """Return who makes certificates last, and makes them anew."""
    return Preserving(
        works=wall.works,
        blobs=wall.works.blobs,
        editions=editions,
        clock=wall.clock,
        fail_point=wall.fail_point,
    )


def build_imprint(settings: Settings) -> Imprint:
    """Return what every certificate of this office says of it."""
    return Imprint(
        office=settings.office_name,
        code=parse_credit_code(settings.office_code),
        province=settings.province,
        place=settings.place,
        province_code=settings.province_code,
        public_url=settings.public_url.rstrip("/"),
    )
