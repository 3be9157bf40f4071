"""Discharges by a list: a draft for each line, filled in, and what the register says of it."""

import enum
from dataclasses import dataclass, replace

from registration.findings import FORBIDDING, Finding, Level
from registration.mortgage import RegistrationKind
from registration.people import PersonName
from terminal.desk.draft import Draft, Slot, SlotRole
from terminal.desk.intake import Intake
from terminal.desk.table import ListedRow
from terminal.errors import DeskError, LinkError, OfficeRefusedError


class RowState(enum.Enum):
    """What became of a line."""

    READY = "ready"
    """A draft stands filled in; papers and signature are left."""
    LOOK = "look"
    """A draft stands, and something has to be looked at or put right."""
    UNASKED = "unasked"
    """A draft stands; the register could not be asked now."""
    REFUSED = "refused"
    """No draft was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One line of a list, and what became of it."""

    line: int
    certificate_no: str
    label: str
    """Masked names of the mortgagors."""
    state: RowState
    draft_id: str = ""
    number: str = ""
    """The draft's, for people."""
    told: tuple[tuple[str, str], ...] = ()
    """What there is to know, in Chinese and English; why, where no draft was made."""


_TWICE = ("清单里已有同一证明号", "The same certificate stands in the list already")
_AT_WORK = ("本窗口已有这一证明号的草稿", "A draft of this certificate is at work here already")
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
        """Open a draft for each line; return what became of each, in order.

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
        return tuple(results)

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
        against = [f for f in _findings(filled) if f.level in FORBIDDING or f.level is Level.MANUAL]
        told = (*told, *((finding.zh, finding.en) for finding in against))
        if not _is_ours(filled, row):
            told = (*told, _OTHER)
        return replace(made, told=told, state=RowState.LOOK if told else RowState.READY)


def _findings(draft: Draft) -> tuple[Finding, ...]:
    return draft.precheck.findings if draft.precheck else ()


def _is_ours(draft: Draft, row: ListedRow) -> bool:
    standing = draft.precheck.standing if draft.precheck else ()
    numbers = {_plain(one.certificate_no) for one in standing if not one.holder}
    return _plain(row.certificate_no) in numbers


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
