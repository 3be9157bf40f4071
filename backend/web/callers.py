"""Who is calling: a terminal by its client certificate, a member of staff by session."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g, request

from backend.errors import BadLoginError, NotAllowedError
from backend.office.alarms import AlarmBell
from backend.office.asking_again import AskingAgain
from backend.office.checks import InkCheck
from backend.office.complaints import ComplaintRoom
from backend.office.evidence_desk import EvidenceDesk
from backend.office.extracts import Extracts
from backend.office.factors import FRESH, Factors
from backend.office.inviting import Inviting
from backend.office.leaders import Leaders
from backend.office.leases import Leases
from backend.office.news import NewsDesk
from backend.office.outlook import OutlookDesk
from backend.office.parcel_pieces import InvitationPieces, ParcelPieces
from backend.office.precheck import Precheck
from backend.office.public_log import PublicLog
from backend.office.receipts import ReceiptDesk
from backend.office.reception import Reception
from backend.office.relay import Relay
from backend.office.review import Review
from backend.office.rows import StaffRow, StuckTask, TerminalRow
from backend.office.ruling_acts import RulingRoom
from backend.office.rulings import RuleBooks, chief_in_force
from backend.office.sampling import Sampling
from backend.office.security_keys import KeyRoom
from backend.office.sparing import Sparing
from backend.office.staff import SignedIn, StaffRoom
from backend.office.stages import ChiefPolicy
from backend.office.status_lists import StatusLists
from backend.office.suspending import Suspending
from backend.office.terminals import TerminalRoom
from backend.office.thread import Thread
from backend.office.uploads import UploadRoom
from backend.office.verification import Verification
from backend.web.problems import ProblemError
from registration.application import Application

PEER_CERTIFICATE = "mortgage_registration.peer_certificate"
"""WSGI key under which the server puts the client certificate, DER. No header can forge it."""

SEAT = "mortgage_registration.seat"
"""WSGI key under which the server puts what a request waits on (`backend.waiting`)."""

SESSION_COOKIE = "__Host-sid"

REVIEWERS = ("first_reviewer", "second_reviewer", "chief")
"""Roles that decide."""
READERS = (*REVIEWERS, "registrar", "auditor")
"""Roles that may read cases. Whoever runs the system is not among them."""
ADMINISTRATORS = ("administrator",)
MAY_HAND_OUT = ("chief",)
"""Who gives away everything about a case answers for the office."""
LEADERS = ("chief", "auditor")
"""Roles that see figures of the whole office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The use cases that the web rooms call."""

    name: str
    code: str
    reception: Reception
    uploads: UploadRoom
    news: NewsDesk
    outlook: OutlookDesk
    receipts: ReceiptDesk
    review: Review
    books: RuleBooks
    rulings: RulingRoom
    alarms: AlarmBell
    leases: Leases
    asking: AskingAgain
    evidence: EvidenceDesk
    thread: Thread
    leaders: Leaders
    precheck: Precheck
    verification: Verification
    suspending: Suspending
    status_lists: StatusLists
    terminals: TerminalRoom
    log: PublicLog
    staff: StaffRoom
    factors: Factors
    keys: KeyRoom
    complaints: ComplaintRoom
    now: Callable[[], datetime]
    trust: Callable[[], bytes]
    """The trust bundle as last published, JSON."""
    health: Callable[[], Mapping[str, str]]
    """What is wrong, by part; empty when the office can take work."""
    stuck: Callable[[], tuple[StuckTask, ...]]
    """What the worker tries again and again in vain."""
    is_specimen: bool
    """True when certificates are sealed with a test seal."""
    relay: Relay | None = None
    """Carries parcels between the counters of a branch."""
    inviting: Inviting | None = None
    invitation_pieces: InvitationPieces | None = None
    """Carries papers to whoever signs elsewhere, and his ink back."""
    parcel_pieces: ParcelPieces | None = None
    """Takes parcels in pieces on slow lines."""
    sparing: Sparing | None = None
    """Asks other authorities for a counter, before anybody signs."""
    check_inks: Callable[[Application], tuple[InkCheck, ...]] = lambda application: ()
    """What the evidence of each signature is worth, checked anew."""
    give_stamp: Callable[[bytes], bytes] = lambda query: b""
    """Answers a query for a time stamp (RFC 3161), DER both."""

    @property
    def extracts(self) -> Extracts:
        """Who shows the register of any moment."""
        return Extracts(works=self.thread.works, clock=self.thread.clock)

    def chief_now(self) -> ChiefPolicy:
        """Return what the head approves himself as of now."""
        with self.books.works.reading() as work:
            return chief_in_force(work, self.review.chief, self.now())

    @property
    def sampling(self) -> Sampling:
        """Who looks at what the rule book decided."""
        return Sampling(works=self.books.works, clock=self.books.clock)


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in member of staff with the session's form token."""

    staff: StaffRow
    csrf: str
    session: str
    has_factor: bool = False
    has_code: bool = False
    has_key: bool = False
    factor: str = ""
    """The second factor that was shown last: "totp" or "webauthn"."""
    is_fresh: bool = True
    """Whether the second factor was shown within the last minutes, or there is none."""


def office() -> Office:
    """Return the office that this application serves."""
    found: Office = current_app.extensions["office"]
    return found


def peer_fingerprint() -> str:
    """Return the fingerprint of the client certificate; empty when there is none."""
    der = request.environ.get(PEER_CERTIFICATE) or b""
    return hashlib.sha256(der).hexdigest() if der else ""


def terminal() -> TerminalRow:
    """Return the terminal that calls; asked of the store on every request.

    Raises:
        TerminalSuspendedError: revoked, replaced, or never registered.
        ProblemError: there is no client certificate.
    """
    fingerprint = peer_fingerprint()
    if not fingerprint:
        raise ProblemError(
            401,
            "office.certificate-required",
            "请用终端证书连接",
            "Connect with a terminal's client certificate",
        )
    return office().terminals.require_active(fingerprint, at=office().now())


def may_wait(who: str, after: int, wait_s: int) -> bool:
    """Ask the server to put this request again when there is news for `who`, or time is over.

    After True whatever is answered is never sent. Servers without seats say False.
    """
    seat = request.environ.get(SEAT)
    return seat is not None and bool(seat.take(who, after, wait_s))


def find_session() -> str:
    """Return the token that the browser shows; empty when it shows none."""
    return request.cookies.get(SESSION_COOKIE, "")


def find_signed_in() -> SignedIn | None:
    """Return the session, a half one too; None when there is none or it has ended."""
    if "signed_in" not in g:
        token = find_session()
        g.signed_in = office().staff.find_session(token, at=office().now()) if token else None
    known: SignedIn | None = g.signed_in
    return known


def require_session() -> SignedIn:
    """Return the session, a half one too. Raises: BadLoginError: there is none."""
    known = find_signed_in()
    if known is None:
        raise BadLoginError("no session")
    return known


def find_caller() -> Caller | None:
    """Return who is signed in; None when nobody is, or only by half."""
    known = find_signed_in()
    if known is None or known.step != "full":
        return None
    at = known.confirmed_at
    is_fresh = not known.has_factor or (at is not None and office().now() - at < FRESH)
    return Caller(
        known.staff,
        known.csrf,
        find_session(),
        has_factor=known.has_factor,
        has_code=known.has_code,
        has_key=known.has_key,
        factor=known.confirmed_by,
        is_fresh=is_fresh,
    )


def caller() -> Caller:
    """Return who is signed in.

    Raises:
        BadLoginError: nobody, or the session has ended.
    """
    known = find_caller()
    if known is None:
        raise BadLoginError("no session")
    return known


def require_role(*roles: str) -> Caller:
    """Return the caller when he holds one of the roles.

    Raises:
        NotAllowedError: he holds none of them. BadLoginError: nobody is signed in.
    """
    known = caller()
    if not set(roles) & set(known.staff.roles):
        raise NotAllowedError("role")
    return known


def require_form(*roles: str) -> Caller:
    """Return the caller when he holds one of the roles and the form is from a page of ours.

    Raises:
        NotAllowedError: he holds none of them. BadLoginError: nobody is signed in.
        ProblemError: the form is foreign.
    """
    known = require_role(*roles)
    check_form(known.csrf)
    return known


def check_form(token: str) -> None:
    """Check where a form comes from, and its token; an empty token fits nothing.

    Raises:
        ProblemError: the form is not from a page of ours.
    """
    check_origin()
    given = request.form.get("csrf", "").encode("utf-8", "replace")
    if not token or not hmac.compare_digest(given, token.encode("utf-8", "replace")):
        raise _foreign()


def check_origin() -> None:
    """Check that a request that changes something was sent by a page of ours.

    Raises:
        ProblemError: the browser says that another site sent it.
    """
    origin = request.headers.get("Origin")
    is_ours = origin is None or origin == f"{request.scheme}://{request.host}"
    # Browsers that send no Origin with a form still say which site it is from.
    if not is_ours or request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITE:
        raise _foreign()


_OWN_SITE = frozenset({"same-origin", "none"})


def _foreign() -> ProblemError:
    return ProblemError(
        403,
        "office.foreign-form",
        "这个表单不是从本页面发出的，请重新打开页面",
        "This form was not sent by a page of ours; reload the page",
    )
