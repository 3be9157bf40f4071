"""A draft as it opens: its form's first texts and places, and those that a choice adds later."""

from dataclasses import replace

from registration.bundle import BundleModel
from registration.mortgage import MortgageForm, RegistrationKind
from terminal.desk.draft import (
    Draft,
    FieldSource,
    Slot,
    SlotRole,
    next_slot_id,
    with_slot,
    with_text,
)
from terminal.desk.shape import first_slots, has_former, steps_of

_K = RegistrationKind


def opened(draft: Draft, *, form: MortgageForm, model: BundleModel | None) -> Draft:
    """Return a new draft with what its kind says at once, and a place for everybody it needs."""
    for name, text in _first_texts(draft, form, model).items():
        draft = with_text(draft, name, text, FieldSource.HAND)
    return replace(draft, slots=first_slots(draft))


def _first_texts(draft: Draft, form: MortgageForm, model: BundleModel | None) -> dict[str, str]:
    is_under_mortgage = draft.kind is _K.TRANSFER_UNDER_MORTGAGE
    if model is None and draft.kind is _K.SALE_AND_MORTGAGE:
        model = BundleModel.SALE_AND_MORTGAGE
    if model is None and is_under_mortgage:
        model = BundleModel.COMBINED
    texts = {"model": model.value} if model else {}
    if is_under_mortgage:
        texts |= {"old_mortgage": "ours", "cause": "debt_cleared"}
    steps = steps_of(with_text(draft, "model", model.value if model else "", FieldSource.HAND))
    if any(kind.sets_up_mortgage for kind in steps):
        texts["form"] = form.value
    if model is BundleModel.SPLIT:
        texts |= {"form": MortgageForm.MAXIMUM.value, "grounds": "max_claim"}
    elif _K.TRANSFER in steps:
        texts["mode"] = "whole"
    return texts


def with_needed_slots(draft: Draft) -> Draft:
    """Return the draft with a place for the other bank's agent as soon as the form needs him."""
    if not has_former(draft) or draft.in_role(SlotRole.FORMER_AGENT):
        return draft
    return with_slot(draft, Slot(slot_id=next_slot_id(draft), role=SlotRole.FORMER_AGENT))
