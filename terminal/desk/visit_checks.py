"""What came back from another counter: believed only where its own key, and the office, say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certs.errors import EventRefusedError
from certs.events import check_event
from certs.trust import TrustStore
from registration import schema
from registration.errors import BadDocumentError
from registration.ink import Handwriting, InkRecord, check_ink, event_facts
from registration.visits import Visit, VisitAnswer, VisitTaken
from terminal.desk.attesting import Attesting
from terminal.desk.invitations import Invitation, PaperHand
from terminal.desk.invite_ports import Standing
from terminal.desk.place import Place
from terminal.errors import BadAnswerError


@dataclass(frozen=True, slots=True)
class VisitReader:
    """Reads what other counters of the bank send back."""

    place: Place
    attesting: Attesting
    """Its keys say whom to believe."""

    def read(self, data: bytes, one: Invitation, standing: Standing) -> VisitAnswer:
        """Read an opened answer, every word of it checked. Raises: BadAnswerError."""
        trust = self.attesting.keys().trust
        return _read(data, one, standing, place=self.place, trust=trust)


def _read(
    data: bytes, one: Invitation, standing: Standing, *, place: Place, trust: TrustStore
) -> VisitAnswer:
    """Read an answer of another counter.

    The counter is the one that the office saw; of this bank, and not this one; its package key, good
    at the time and not revoked, vouches for each ink on just these papers, given by whom was invited
    and whose chip it read.

    Raises:
        BadAnswerError: any of this is not so; nothing of it is kept.
    """
    try:
        answer = schema.parse_visit_answer(schema.decode_json(data))
    except BadDocumentError as exc:
        raise BadAnswerError("visit") from exc
    _require_visit(answer.visit, one, standing, place)
    shown = sorted(sha256 for _, sha256 in one.papers)
    if sorted(ink.paper_sha256 for ink in answer.inks) != shown:
        raise BadAnswerError("other papers")
    for ink in answer.inks:
        _require_ink(ink, answer.visit, trust)
    return answer


def show_hands(answer: VisitAnswer, papers: Sequence[tuple[str, str]]) -> tuple[PaperHand, ...]:
    """Return the ink, paper by paper, as it is shown before it counts."""
    given = {ink.paper_sha256: ink for ink in answer.inks}
    return tuple(
        PaperHand(paper=key, sha256=sha256, hand=_hand(given[sha256])) for key, sha256 in papers
    )


def taken_visit(one: Invitation, *, staff_no: str, at: datetime) -> tuple[Visit, VisitTaken]:
    """Return a visit, and how it came back, once a teller has looked at it."""
    assert one.visited is not None
    assert one.opened_at is not None
    assert one.answered_at is not None
    taken = VisitTaken(
        answer_sha256=one.answer_sha256,
        opened_at=one.opened_at,
        answered_at=one.answered_at,
        checked_by=staff_no,
        checked_at=at,
    )
    return one.visited.visit, taken


def _require_visit(visit: Visit, one: Invitation, standing: Standing, place: Place) -> None:
    if visit.invitation != one.invitation or visit.taken is not None:
        raise BadAnswerError("another visit")
    if visit.terminal != standing.attended_by or visit.terminal == place.terminal:
        raise BadAnswerError("another counter")
    if visit.bank != place.bank.credit_code:
        raise BadAnswerError("another bank")
    if not visit.is_of_chip or visit.identity.document.number != one.number:
        raise BadAnswerError("another person")


def _require_ink(ink: InkRecord, visit: Visit, trust: TrustStore) -> None:
    is_his = ink.signer_number == visit.identity.document.number
    if not is_his or ink.visit_sha256 != visit.sha256 or ink.remote is not None:
        raise BadAnswerError("another visit's ink")
    if check_ink(ink.strokes) is not None:
        raise BadAnswerError("no signature")
    try:
        facts, at = event_facts(ink), ink.bound_at
        seen = check_event(ink.event, facts, terminal=visit.terminal, trust=trust, at=at)
    except EventRefusedError as exc:
        raise BadAnswerError(f"event {exc.reason}") from exc
    if seen.branch != visit.branch:
        raise BadAnswerError("another branch")


def _hand(ink: InkRecord) -> Handwriting:
    return Handwriting(
        strokes=ink.strokes,
        width=ink.width,
        height=ink.height,
        device=ink.device,
        started_at=ink.started_at,
        ended_at=ink.ended_at,
        is_simulated=ink.is_simulated,
    )
