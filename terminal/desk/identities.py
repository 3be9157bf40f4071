"""Documents into the places of people: read one after another, or typed and looked at twice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from registration.people import (
    IdDocument,
    IdentityRecord,
    IdKind,
    IdSource,
    ManualEntry,
    ManualReason,
    PartyKind,
    parse_name,
)
from terminal.desk.draft import Draft, Slot, SlotRole
from terminal.desk.intake import Intake
from terminal.desk.ports import Clock, PinChecker
from terminal.desk.shape import owner_role, roles_of
from terminal.errors import (
    ConflictError,
    DuplicatePersonError,
    NotAnotherPersonError,
    NotFoundError,
    NotTheSameError,
    ReasonMissingError,
    SlotTakenError,
)

T = TypeVar("T")
_TRIES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A document as the teller typed it, and why it was not read."""

    kind: IdKind
    number: str
    name: str
    reason: ManualReason
    note: str = ""
    address: str = ""
    birth_date: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Identities:
    """Who the people of a draft are, and how that became known.

    Raises (every act): as `Intake`.
    """

    intake: Intake
    pins: PinChecker
    clock: Clock

    def put_next(self, draft_id: str, record: IdentityRecord) -> tuple[Draft, str]:
        """Put a document that was read into the first empty place, or into one for another owner.

        Return the draft and the place.

        Raises:
            DuplicatePersonError: this person is in the application already; nothing was changed.
        """
        return _again(lambda: self._put_next(draft_id, record))

    def put(
        self, draft_id: str, slot_id: str, record: IdentityRecord, *, replace_other: bool = False
    ) -> Draft:
        """Put a document that was read into a person's place. Raises: as `Intake.put_identity`."""
        act = self.intake.put_identity
        return _again(lambda: act(draft_id, slot_id, record, replace_other=replace_other))

    def _put_next(self, draft_id: str, record: IdentityRecord) -> tuple[Draft, str]:
        draft = self.intake.get(draft_id)
        for slot in draft.slots:
            if slot.document_number == record.document.number:
                raise DuplicatePersonError(slot.slot_id)
        empty = next((s for s in draft.slots if _is_empty(s)), None)
        if empty is None:
            if owner_role(draft) not in roles_of(draft):
                raise SlotTakenError("nobody else stands in it")
            draft = self.intake.add_slot(draft_id, owner_role(draft))
            empty = draft.in_role(owner_role(draft))[-1]
        return self.intake.put_identity(draft_id, empty.slot_id, record), empty.slot_id

    def type(
        self, draft_id: str, slot_id: str, typed: Typed, *, replace_other: bool = False
    ) -> Draft:
        """Take a document that cannot be read; it stays marked as typed wherever it is shown.

        Raises:
            ReasonMissingError: "other" without words.
            BadValueError: its number or name cannot be.
        """
        if typed.reason is ManualReason.OTHER and not typed.note.strip():
            raise ReasonMissingError("note")
        draft = self.intake.get(draft_id)
        record = IdentityRecord(
            document=IdDocument(kind=typed.kind, number=typed.number.strip().upper()),
            name=parse_name(typed.name),
            address=typed.address.strip(),
            birth_date=typed.birth_date,
            valid_from=typed.valid_from,
            valid_to=typed.valid_to,
            source=IdSource.MANUAL,
            manual=ManualEntry(
                reason=typed.reason,
                note=typed.note.strip(),
                entered_by=draft.teller,
                entered_at=self.clock.now(),
            ),
        )
        return self.intake.put_identity(draft_id, slot_id, record, replace_other=replace_other)

    def confirm(
        self, draft_id: str, slot_id: str, *, staff_no: str, pin: str, number: str
    ) -> Draft:
        """Note that somebody else compared a typed document with the paper.

        Whoever looks types the number again from the paper: agreeing without looking is then as
        much work as looking.

        Raises:
            NotFoundError: nothing was typed here.
            NotAnotherPersonError: it was this very person who typed it.
            WrongPinError, PinShutError: it is not proven who looks.
            NotTheSameError: the two numbers differ; compare both with the paper.
        """
        slot = self.intake.get(draft_id).find_slot(slot_id)
        if slot is None or slot.identity is None or slot.identity.manual is None:
            raise NotFoundError("nothing was typed here")
        manual = slot.identity.manual
        if staff_no == manual.entered_by:
            raise NotAnotherPersonError
        self.pins.require(staff_no, pin)
        if number.strip().upper() != slot.identity.document.number:
            raise NotTheSameError
        checked = replace(manual, checked_by=staff_no, checked_at=self.clock.now())
        record = replace(slot.identity, manual=checked)
        return self.intake.put_identity(draft_id, slot_id, record)


def _again(act: Callable[[], T]) -> T:
    """Do an act again when somebody typed into the draft at that very moment.

    A card was read and may be lifted already: it must not have to be laid down again for that.
    """
    for _ in range(_TRIES):
        try:
            return act()
        except ConflictError:
            continue
    return act()


def _is_empty(slot: Slot) -> bool:
    is_person = slot.kind is PartyKind.PERSON and slot.role is not SlotRole.AGENT
    return is_person and slot.identity is None and not slot.number
