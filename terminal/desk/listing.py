"""Discharges by a list: a draft for each line, filled in, and what the register says of it."""

from dataclasses import dataclass, replace

from registration.findings import FORBIDDING, Finding, Level
from registration.mortgage import RegistrationKind
from registration.people import PersonName
from terminal.desk.draft import Draft, DraftState, Slot, SlotRole
from terminal.desk.fields import read_fields
from terminal.desk.intake import Intake
from terminal.desk.lists import KeptList, RowResult, RowState
from terminal.desk.people import slot_problems
from terminal.desk.table import ListedRow
from terminal.errors import DeskError, LinkError, OfficeRefusedError

_TWICE = ("清单里已有同一证明号", "The same certificate stands in the list already")
_AT_WORK = ("本窗口已有这一证明号的草稿", "A draft of this certificate is at work here already")
_GONE = (
    "这一行的草稿已作废，或已移交给别人",
    "The draft of this line was discarded, or is somebody else's now",
)
_OTHER = (
    "登记簿上没有本行的这一抵押权，请核对证明号",
    "The register has no such mortgage of this bank; compare the certificate's number",
)


@dataclass(frozen=True, slots=True)
class Listing:
    """Begins the discharges of a list, line by line: one that is wrong stops no other.

    Raises: BoxError.
    """

    intake: Intake

    def begin(self, rows: tuple[ListedRow, ...], *, teller: str) -> tuple[RowResult, ...]:
        """Open a draft for each line; return what became of each, in order, and keep that.

        Raises:
            NotFoundError: no such teller works at this counter.
        """
        at_work = {
            _plain(d.text("certificate_no")): d
            for d in self.intake.drafts()
            if d.kind is RegistrationKind.CANCELLATION
        }
        results, seen = [], set[str]()
        for row in rows:
            number = _plain(row.certificate_no)
            if number in seen:
                results.append(_refused(row, _TWICE))
            elif number and number in at_work:
                results.append(replace(_refused(row, _AT_WORK), number=at_work[number].number))
            else:
                results.append(self._one(row, teller))
            seen.add(number)
        clock = self.intake.clock
        kept = KeptList(teller=teller, kept_at=clock.now(), rows=tuple(results))
        self.intake.box.keep_list(kept)
        return kept.rows

    def last(self, teller: str) -> tuple[RowResult, ...] | None:
        """Return the lines that a teller brought in last, as they stand now; None where there are none."""
        kept = self.intake.box.find_list(teller)
        if kept is None:
            return None
        drafts = {draft.draft_id: draft for draft in self.intake.box.drafts()}
        return tuple(self._now(row, drafts.get(row.draft_id), teller) for row in kept.rows)

    def _now(self, row: RowResult, draft: Draft | None, teller: str) -> RowResult:
        """Return a line as its draft stands now."""
        if not row.draft_id:
            return row
        if draft is None or draft.teller != teller:
            return replace(row, state=RowState.GONE, draft_id="", told=(_GONE,))
        if draft.state in {DraftState.SUBMITTED, DraftState.CLOSED}:
            return replace(row, state=RowState.SENT, told=())
        if draft.state is not DraftState.OPEN:
            return replace(row, state=RowState.GONE, draft_id="", told=(_GONE,))
        problems = (*read_fields(draft).problems, *slot_problems(draft))
        told = tuple((problem.zh, problem.en) for problem in problems)
        if draft.precheck is None:
            return replace(row, told=told)
        return _judged(replace(row, told=told), draft)

    def _one(self, row: ListedRow, teller: str) -> RowResult:
        draft = self.intake.open_draft(RegistrationKind.CANCELLATION, teller=teller)
        try:
            told = self._filled(draft.draft_id, row)
        except DeskError as exc:
            self.intake.discard(draft.draft_id)
            return _refused(row, (f"这一行读不出来：{exc.code}", f"It cannot be taken: {exc.code}"))
        return self._asked(row, draft, told)

    def _filled(self, draft_id: str, row: ListedRow) -> tuple[tuple[str, str], ...]:
        """Fill a line in; return what is wrong with its texts."""
        for place, (name, number) in enumerate(row.people):
            if place:
                self.intake.add_slot(draft_id, SlotRole.MORTGAGOR)
            slot: Slot = self.intake.get(draft_id).in_role(SlotRole.MORTGAGOR)[place]
            kind = "2" if number[:1] == "9" and len(number) == 18 else "1"
            texts = {"kind": kind, "name": name, "number": number}
            self.intake.set_slot(draft_id, slot.slot_id, texts)
        fields = {
            "certificate_no": row.certificate_no,
            "cause": row.cause,
            "cleared_amount": row.cleared_amount,
        }
        edited = self.intake.set_fields(draft_id, {n: t for n, t in fields.items() if t})
        return tuple((problem.zh, problem.en) for problem in edited.problems)

    def _asked(self, row: ListedRow, draft: Draft, told: tuple[tuple[str, str], ...]) -> RowResult:
        """Ask the register about a line, and say what it says."""
        made = RowResult(
            line=row.line,
            certificate_no=row.certificate_no,
            label=_label(row),
            state=RowState.LOOK,
            draft_id=draft.draft_id,
            number=draft.number,
            told=told,
        )
        try:
            filled = self.intake.precheck(draft.draft_id)
        except OfficeRefusedError:
            self.intake.discard(draft.draft_id)
            return _refused(row, _OTHER)
        except LinkError:
            return replace(made, state=RowState.UNASKED)
        except DeskError:
            return made  # There is no number that could be asked about; `told` says so.
        return _judged(made, filled)


def _judged(row: RowResult, draft: Draft) -> RowResult:
    """Add what the register said of a line; a line is ready when nothing has to be looked at."""
    against = [f for f in _findings(draft) if f.level in FORBIDDING or f.level is Level.MANUAL]
    told = (*row.told, *((finding.zh, finding.en) for finding in against))
    if not _is_ours(draft, row.certificate_no):
        told = (*told, _OTHER)
    return replace(row, told=told, state=RowState.LOOK if told else RowState.READY)


def _findings(draft: Draft) -> tuple[Finding, ...]:
    return draft.precheck.findings if draft.precheck else ()


def _is_ours(draft: Draft, certificate_no: str) -> bool:
    standing = draft.precheck.standing if draft.precheck else ()
    numbers = {_plain(one.certificate_no) for one in standing if not one.holder}
    return _plain(certificate_no) in numbers


def _plain(number: str) -> str:
    return "".join(number.split()).replace("(", "（").replace(")", "）")


def _label(row: ListedRow) -> str:
    return "、".join(PersonName(name).masked for name, _ in row.people if name)


def _refused(row: ListedRow, why: tuple[str, str]) -> RowResult:
    return RowResult(
        line=row.line,
        certificate_no=row.certificate_no,
        label=_label(row),
        state=RowState.REFUSED,
        told=(why,),
    )
