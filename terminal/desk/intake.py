"""Intake: identity record, form fields and scanned pages become a draft."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from registration.bundle import BundleModel
from registration.days import local_day
from registration.inquiry import find_question, order_answers
from registration.mortgage import MortgageForm, RegistrationKind
from registration.outcomes import CorrectionRequest
from registration.people import IdentityRecord, IdSource, PartyKind
from terminal.desk.draft import (
    Draft,
    DraftState,
    FieldSource,
    Slot,
    SlotRole,
    next_slot_id,
    with_slot,
    with_text,
)
from terminal.desk.fields import FIELDS, FIXED_FIELDS, FieldProblem, read_fields
from terminal.desk.opening import opened, with_needed_slots
from terminal.desk.people import slot_problems
from terminal.desk.place import Place
from terminal.desk.ports import Box, Clock, OfficeLink
from terminal.desk.prechecks import (
    asked_number,
    fill_from_register,
    register_texts,
    without_stale_precheck,
)
from terminal.desk.shape import application_ids
from terminal.desk.typed import typed_slot
from terminal.desk.undoing import recorded, redone, undone
from terminal.errors import (
    ConflictError,
    DraftClosedError,
    DuplicatePersonError,
    NotFoundError,
    NotReadyError,
    SlotTakenError,
    WrongPersonError,
)

PURPOSE: Final = "办理抵押登记"
"""What the office writes into its journal beside a precheck."""
SLOT_TEXTS: Final = (
    *("name", "number", "phone", "relation", "address", "share", "is_debtor", "kind"),
    *("representative", "authority_no", "authority_from", "authority_to", "has_matters"),
)
"""What may be typed about a person or organisation."""

_FOR_SEVERAL: Final = frozenset({SlotRole.GUARDIAN, SlotRole.PARTY_AGENT})
_LONGEST_TEXT: Final = 2000
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Edited:
    """A saved draft and everything that is wrong with the texts on its form."""

    draft: Draft
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that fills a draft; each act saves what it changed before it returns.

    `version` is the draft's that the caller read; None where whatever stands there may be changed.

    Raises (every act): NotFoundError, DraftClosedError, ConflictError (read again), BoxError.
    """

    box: Box
    link: OfficeLink
    clock: Clock
    place: Place
    new_id: Callable[[], str]
    """Gives a fresh identifier for an application."""

    def open_draft(
        self,
        kind: RegistrationKind,
        *,
        teller: str,
        form: MortgageForm = MortgageForm.ORDINARY,
        model: BundleModel | None = None,
    ) -> Draft:
        """Start a draft of one application, or of a bundle, with the places that its form has.

        Raises:
            NotFoundError: no such teller works at this counter.
        """
        if teller not in self.place.tellers:
            raise NotFoundError("no such teller")
        now = self.clock.now()
        day = local_day(now)
        draft = Draft(
            draft_id=self.new_id(),
            number=f"D{day:%m%d}-{self.box.next_number(day):03d}",
            kind=kind,
            teller=teller,
            created_at=now,
            changed_at=now,
        )
        draft = opened(draft, form=form, model=model)
        self.box.add_draft(draft)
        return draft

    def get(self, draft_id: str) -> Draft:
        """Return a draft."""
        return self.box.get_draft(draft_id)

    def drafts(self) -> tuple[Draft, ...]:
        """Return the drafts at work, last changed first."""
        return tuple(d for d in self.box.drafts() if d.state is DraftState.OPEN)

    def discard(self, draft_id: str) -> None:
        """Forget an open draft with its pages and signatures; this cannot be undone."""
        self._open(draft_id)
        self.box.delete_draft(draft_id)

    def add_slot(
        self,
        draft_id: str,
        role: SlotRole,
        *,
        kind: PartyKind = PartyKind.PERSON,
        ward: str = "",
    ) -> Draft:
        """Make a place for one more person or organisation; it is the last of its role.

        Raises:
            NotFoundError: a guardian or agent for a party who is not there.
            SlotTakenError: the party has one already, or the bank.
        """
        draft = self._open(draft_id)
        is_helper = role in {SlotRole.GUARDIAN, SlotRole.PARTY_AGENT}
        if is_helper:
            self._party(draft, ward)
            if draft.helper_of(ward, role):
                raise SlotTakenError(role.value)
        if role in {SlotRole.AGENT, SlotRole.FORMER_AGENT} and draft.in_role(role):
            raise SlotTakenError(role.value)
        ward = ward if is_helper else ""
        slot = Slot(slot_id=next_slot_id(draft), role=role, kind=kind, ward=ward)
        return self._save(with_slot(draft, slot))

    def remove_slot(self, draft_id: str, slot_id: str) -> Draft:
        """Take a person out, together with the guardian who acted for him and their ink."""
        draft = self._open(draft_id)
        slot = self._slot(draft, slot_id)
        gone = {slot_id} | {s.slot_id for s in draft.slots if s.ward == slot.slot_id}
        numbers = {s.document_number for s in draft.slots if s.slot_id in gone} - {""}
        return self._save(
            replace(
                draft,
                slots=tuple(s for s in draft.slots if s.slot_id not in gone),
                inks=tuple(i for i in draft.inks if i.signer_number not in numbers),
            )
        )

    def put_identity(
        self, draft_id: str, slot_id: str, record: IdentityRecord, *, replace_other: bool = False
    ) -> Draft:
        """Put what a document said into a person's place; the same document again is harmless.

        Raises:
            SlotTakenError: another document is there; ask, then call with `replace_other`.
            DuplicatePersonError: the person stands in another place of the same application.
            WrongPersonError: a typed record over a chip, or not the teller in the agent's place.
            BadValueError: the number of a typed record fails its check.
        """
        draft = self._open(draft_id)
        slot = self._slot(draft, slot_id)
        if record.source is IdSource.MANUAL:
            record.document.check()
        self._require_fitting(draft, slot, record, replace_other=replace_other)
        changed = replace(slot, identity=record, name="", number="", kind=PartyKind.PERSON)
        draft = with_slot(draft, changed)
        if slot.document_number and slot.document_number != record.document.number:
            # Ink of the person who was here before is nobody's now.
            inks = tuple(i for i in draft.inks if i.signer_number != slot.document_number)
            draft = replace(draft, inks=inks)
        return self._save(draft)

    def set_slot(
        self, draft_id: str, slot_id: str, texts: Texts, *, version: int | None = None
    ) -> Edited:
        """Write what was typed about a person or organisation; see `SLOT_TEXTS`.

        `is_debtor` is "yes" or "no"; `kind` a code of `PartyKind`. Names and numbers can be typed
        for an organisation, and for owners who are not at the counter.

        Raises:
            ChipValueError: name or number of somebody whose document was read.
            NotFoundError: no such slot or text.
        """
        draft = self._open(draft_id, version)
        slot = self._slot(draft, slot_id)
        for name, text in texts.items():
            if name not in SLOT_TEXTS:
                raise NotFoundError(f"no field {name}")
            slot = typed_slot(slot, name, text.strip()[:_LONGEST_TEXT])
        if "number" in texts:
            self._require_single(draft, slot, slot.document_number)
        return self._edited(self._save(with_slot(draft, slot)))

    def set_fields(
        self,
        draft_id: str,
        texts: Texts,
        *,
        version: int | None = None,
        source: FieldSource = FieldSource.HAND,
    ) -> Edited:
        """Write texts as typed; a text that cannot be read is kept, and told as a problem.

        Raises:
            NotFoundError: the form has no such field.
        """
        draft = self._open(draft_id, version)
        for name, text in texts.items():
            if name not in FIELDS or (name in FIXED_FIELDS and not FIELDS[name].is_on(draft)):
                raise NotFoundError(f"no field {name}")
            if text != draft.text(name):
                draft = with_text(draft, name, text[:_LONGEST_TEXT], source)
        return self._edited(self._save(with_needed_slots(without_stale_precheck(draft, texts))))

    def set_inquiry(self, draft_id: str, answers: Texts, *, version: int | None = None) -> Draft:
        """Write answers of the inquiry record by question; an empty answer takes one away.

        Raises:
            NotFoundError: no such question, or an answer that it does not allow.
        """
        draft = self._open(draft_id, version)
        kept = {a.question: a.answer for a in draft.inquiry}
        for code, answer in answers.items():
            question = find_question(code)
            if question is None or (answer and not question.may_answer(answer)):
                raise NotFoundError(f"no question {code}, or not one of its answers")
            kept[code] = answer[:_LONGEST_TEXT]
        return self._save(replace(draft, inquiry=order_answers(kept)))

    def precheck(self, draft_id: str) -> Draft:
        """Ask the register about the unit and fill in what it says; typed values stay.

        The unit's number is enough, or that of its title, its mortgage's or its notice's certificate.

        Raises:
            NotReadyError: there is no readable number yet.
            LinkError: the office cannot be asked now; the draft is as it was.
        """
        draft = self._open(draft_id)
        number = asked_number(draft)
        answer = self.link.precheck(number, PURPOSE, draft.kind.value)
        # The answer took a while: what was typed meanwhile must not be lost.
        draft = self._open(draft_id)
        if asked_number(draft) != number:
            raise ConflictError("the number was changed meanwhile")
        return self._save(fill_from_register(replace(draft, precheck=answer)))

    def take_register_value(self, draft_id: str, name: str) -> Edited:
        """Replace a typed value by the register's.

        Raises:
            NotReadyError: the register was not asked, or says nothing of this field.
        """
        draft = self._open(draft_id)
        text = register_texts(draft).get(name)
        if not text:
            raise NotReadyError("the register says nothing of this")
        return self._edited(self._save(with_text(draft, name, text, FieldSource.REGISTER)))

    def reopen(self, draft_id: str, request: CorrectionRequest) -> Draft:
        """Open a submitted draft for the round that the office asked for.

        Raises:
            ConflictError: it is open already, or answers another application.
        """
        draft = self.box.get_draft(draft_id)
        ids = application_ids(draft)
        if draft.state is not DraftState.SUBMITTED or request.application_id not in ids:
            raise ConflictError("nothing to correct")
        cases = {a.answer.application_id: a.case_no for a in self.box.inbox() if a.case_no}
        again = replace(
            draft,
            round=request.round + 1,
            corrects=request.case_no,
            cases=tuple(cases.get(one, "") for one in ids) if len(ids) > 1 else (),
            # What other authorities said in the round before is asked anew.
            asked=None,
            shared=None,
        )
        return self._save(replace(again, state=DraftState.OPEN))

    def undo(self, draft_id: str) -> Draft:
        """Take the last edit back; nothing happens where there is none."""
        return self._turned(draft_id, undone)

    def redo(self, draft_id: str) -> Draft:
        """Do again what was taken back last; nothing happens where there is none."""
        return self._turned(draft_id, redone)

    # --- inside

    def _turned(self, draft_id: str, turn: Callable[[Draft, datetime], Draft]) -> Draft:
        draft, now = self._open(draft_id), self.clock.now()
        turned = turn(draft, now)
        if turned is draft:
            return draft
        return self.box.save_draft(replace(turned, changed_at=now))

    def _open(self, draft_id: str, version: int | None = None) -> Draft:
        draft = self.box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        if version not in {None, draft.version}:
            raise ConflictError("changed in another window")
        return draft

    def _save(self, draft: Draft) -> Draft:
        now = self.clock.now()
        # A draft that was saved meanwhile is refused below, whatever is compared here.
        changed = recorded(self.box.get_draft(draft.draft_id), draft, now)
        return self.box.save_draft(replace(changed, changed_at=now))

    def _edited(self, draft: Draft) -> Edited:
        return Edited(draft, (*read_fields(draft).problems, *slot_problems(draft)))

    def _slot(self, draft: Draft, slot_id: str) -> Slot:
        slot = draft.find_slot(slot_id)
        if slot is None:
            raise NotFoundError("no such person")
        return slot

    def _party(self, draft: Draft, slot_id: str) -> Slot:
        slot = self._slot(draft, slot_id)
        if slot.role not in {SlotRole.MORTGAGOR, SlotRole.SELLER, SlotRole.BUYER}:
            raise NotFoundError("no such party")
        return slot

    def _require_fitting(
        self, draft: Draft, slot: Slot, record: IdentityRecord, *, replace_other: bool
    ) -> None:
        number = record.document.number
        present = slot.identity
        if present is not None and not replace_other:
            if present.document.number != number:
                raise SlotTakenError("another document was read here")
            if present.source is IdSource.CHIP and record.source is IdSource.MANUAL:
                raise WrongPersonError("a typed record cannot replace a chip's")
        if slot.role is SlotRole.AGENT:
            teller = self.place.tellers.get(draft.teller)
            if teller is None or teller.document.number != number:
                raise WrongPersonError("not the teller of this draft")
        self._require_single(draft, slot, number)

    def _require_single(self, draft: Draft, slot: Slot, number: str) -> None:
        """Refuse one person in two places, except a guardian who is a debtor as well."""
        for other in draft.slots:
            if not number or other.slot_id == slot.slot_id or other.document_number != number:
                continue
            if {slot.role, other.role} == {SlotRole.GUARDIAN, SlotRole.DEBTOR}:
                continue
            if slot.role is other.role and slot.role in _FOR_SEVERAL:
                continue  # One parent may act for two children, one agent for two sellers.
            raise DuplicatePersonError(other.slot_id)
