"""What takes edits of a draft back, and forth again: texts, people, answers.

The acts on pages have steps of their own; ink is given and taken back by the hand that wrote it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from registration.outcomes import PrecheckAnswer
from terminal.desk.draft import Draft, Edit, Slot

MOST_EDITS: Final = 50
TOGETHER: Final = timedelta(seconds=5)
"""What is typed on in one place without a longer rest is one edit."""

_TYPED: Final = (
    *("name", "number", "phone", "relation", "address", "share", "is_debtor", "kind"),
    *("representative", "authority_no", "authority_from", "authority_to", "has_matters"),
)


def recorded(before: Draft, after: Draft, at: datetime) -> Draft:
    """Return a changed draft that knows how to take the change back."""
    edit = edit_back(before, after, at)
    if edit is None:
        return after
    last = before.done[-1] if before.done else None
    if last is not None and _goes_on(last, edit):
        done = (*before.done[:-1], replace(last, at=at))
    else:
        done = (*before.done, edit)[-MOST_EDITS:]
    return replace(after, done=done, undone=())


def undone(draft: Draft, at: datetime) -> Draft:
    """Return the draft before its last edit; the same where there is none."""
    if not draft.done:
        return draft
    changed = _taken_back(draft.done[-1], draft)
    forth = edit_back(draft, changed, at)
    more = (*draft.undone, forth) if forth else draft.undone
    return replace(changed, done=draft.done[:-1], undone=more)


def redone(draft: Draft, at: datetime) -> Draft:
    """Return the draft with the edit that was taken back last; the same where there is none."""
    if not draft.undone:
        return draft
    changed = _taken_back(draft.undone[-1], draft)
    back = edit_back(draft, changed, at)
    more = (*draft.done, back) if back else draft.done
    return replace(changed, done=more, undone=draft.undone[:-1])


def without_past(draft: Draft) -> Draft:
    """Return the draft with nothing to take back: what was sealed was said."""
    return replace(draft, steps=(), done=(), undone=())


def edit_back(before: Draft, after: Draft, at: datetime) -> Edit | None:
    """Return what makes `before` of `after`; None where no edit lies between them."""
    fields = _names(before, after)
    slots = tuple(s for s in before.slots if after.find_slot(s.slot_id) != s)
    people = _people(before, after)
    answers = _answers(before, after)
    if not (fields or people or answers):
        return None
    return Edit(
        names=(*fields, *people, *answers),
        at=at,
        fields=tuple(f for f in before.fields if f.name in fields),
        order=tuple(s.slot_id for s in before.slots),
        slots=slots,
        inquiry=before.inquiry,
        inks=tuple(ink for ink in before.inks if ink not in after.inks),
        precheck=before.precheck,
    )


def _taken_back(edit: Edit, draft: Draft) -> Draft:
    known = {s.slot_id: s for s in (*draft.slots, *edit.slots)}
    slots = tuple(known[slot_id] for slot_id in edit.order if slot_id in known)
    # Ink of a person who is in no place any more is nobody's.
    gone = _numbers(draft.slots) - _numbers(slots)
    kept = tuple(ink for ink in draft.inks if ink.signer_number not in gone)
    return replace(
        draft,
        fields=(*(f for f in draft.fields if f.name not in edit.names), *edit.fields),
        slots=slots,
        inquiry=edit.inquiry,
        inks=(*kept, *(ink for ink in edit.inks if ink not in kept)),
        precheck=_precheck(edit, draft),
    )


def _precheck(edit: Edit, draft: Draft) -> PrecheckAnswer | None:
    """Return what the register says of the unit that stands there then; of the same, the newer."""
    old, new = edit.precheck, draft.precheck
    return new if old and new and old.unit_no == new.unit_no else old


def _goes_on(last: Edit, edit: Edit) -> bool:
    is_text = len(edit.names) == 1 and edit.slots == last.slots == ()
    is_person = len(edit.names) == 1 and "." in edit.names[0] and bool(last.slots)
    return (is_text or is_person) and edit.names == last.names and edit.at - last.at <= TOGETHER


def _names(before: Draft, after: Draft) -> tuple[str, ...]:
    names = dict.fromkeys(f.name for f in (*before.fields, *after.fields))
    return tuple(n for n in names if _field(before, n) != _field(after, n))


def _field(draft: Draft, name: str) -> object:
    return next((f for f in draft.fields if f.name == name), None)


def _people(before: Draft, after: Draft) -> tuple[str, ...]:
    found: list[str] = []
    ids = dict.fromkeys(s.slot_id for s in (*before.slots, *after.slots))
    for slot_id in ids:
        one, other = before.find_slot(slot_id), after.find_slot(slot_id)
        if one == other:
            continue
        texts = [n for n in _TYPED if getattr(one, n, None) != getattr(other, n, None)]
        is_typed = one and other and one.identity == other.identity
        found += [f"{slot_id}.{n}" for n in texts] if is_typed else [slot_id]
    return tuple(found)


def _answers(before: Draft, after: Draft) -> tuple[str, ...]:
    one = {a.question: a.answer for a in before.inquiry}
    other = {a.question: a.answer for a in after.inquiry}
    return tuple(f"inquiry.{q}" for q in one | other if one.get(q) != other.get(q))


def _numbers(slots: tuple[Slot, ...]) -> set[str]:
    return {s.document_number for s in slots} - {""}
