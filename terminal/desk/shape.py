"""The shape of a draft: its steps, and whose places it has; all of it follows from the kind."""

from collections.abc import Mapping
from typing import Final

from registration.bundle import BundleModel
from registration.mortgage import Applicant, DischargeCause, RegistrationKind
from registration.people import PartyKind
from terminal.desk.draft import Draft, Slot, SlotRole

_SALES: Final = frozenset({RegistrationKind.PURCHASE_NOTICE, RegistrationKind.OWNERSHIP_TRANSFER})
_OURS_ENDS: Final = frozenset({"ours", "theirs"})
_FIRM_SELLS: Final = frozenset({BundleModel.PRESALE, BundleModel.COMPLETION})
_FORMER_HOLDS: Final[Mapping[BundleModel, RegistrationKind]] = {
    BundleModel.CRYSTALLISE_AND_TRANSFER: RegistrationKind.CRYSTALLISATION,
    BundleModel.SPLIT: RegistrationKind.CHANGE,
}
"""The step of a bundle that the bank which holds the mortgage until now applies for."""


def model_of(draft: Draft) -> BundleModel | None:
    """Return what a draft's applications are together; None where it is one alone."""
    text = draft.text("model")
    return next((model for model in BundleModel if model.value == text), None)


def steps_of(draft: Draft) -> tuple[RegistrationKind, ...]:
    """Return the kinds of a draft's applications, in the order in which they are entered."""
    model = model_of(draft)
    if model is None:
        return (draft.kind,)
    if model not in {BundleModel.COMBINED, BundleModel.STAGED}:
        return model.steps[0]
    is_ended = draft.text("old_mortgage") in _OURS_ENDS
    steps = (RegistrationKind.OWNERSHIP_TRANSFER, RegistrationKind.FIRST)
    return (*steps, RegistrationKind.CANCELLATION) if is_ended else steps


def application_ids(draft: Draft) -> tuple[str, ...]:
    """Return the identifier of each step's application; the first has the draft's own."""
    later = range(2, len(steps_of(draft)) + 1)
    return (draft.draft_id, *(f"{draft.draft_id}-{place}" for place in later))


def has_sale(draft: Draft) -> bool:
    """Whether sellers and buyers stand in the draft."""
    return not _SALES.isdisjoint(steps_of(draft))


def has_debtors(draft: Draft) -> bool:
    """Whether it is stated who owes: where a mortgage is set up, or passes to a buyer's debt."""
    steps = steps_of(draft)
    is_changed = has_sale(draft) and RegistrationKind.CHANGE in steps
    return is_changed or any(kind.sets_up_mortgage for kind in steps)


def owner_role(draft: Draft) -> SlotRole:
    """Return in which role the mortgagors stand: as buyers where they buy in the same bundle."""
    return SlotRole.BUYER if has_sale(draft) else SlotRole.MORTGAGOR


def is_of_former(draft: Draft, kind: RegistrationKind) -> bool:
    """Say whether the other bank, and not this one, is the mortgagee of a step."""
    model = model_of(draft)
    if model is not None and _FORMER_HOLDS.get(model) is kind:
        return True
    return kind is RegistrationKind.CANCELLATION and draft.text("old_mortgage") == "theirs"


def has_former(draft: Draft) -> bool:
    """Whether another bank's agent acts: the one that holds the mortgage until now."""
    steps = steps_of(draft)
    return RegistrationKind.TRANSFER in steps or any(is_of_former(draft, k) for k in steps)


def applied_by(draft: Draft) -> Applicant:
    """Return who applies for what becomes of a mortgage, as the form now says."""
    if draft.kind is RegistrationKind.CANCELLATION and draft.text("applicant") == "":
        is_joint = draft.text("cause") == DischargeCause.REALISED.value
        return Applicant.BOTH if is_joint else Applicant.MORTGAGEE
    grounds = set(draft.text("grounds").split())
    alone = {
        frozenset({"holder_name"}): Applicant.MORTGAGEE,
        frozenset({"obligor_name"}): Applicant.MORTGAGOR,
    }
    if draft.kind is RegistrationKind.CHANGE:
        return alone.get(frozenset(grounds), Applicant.BOTH)
    told = draft.text("applicant")
    return next((one for one in Applicant if one.value == told), Applicant.BOTH)


def roles_of(draft: Draft) -> tuple[SlotRole, ...]:
    """Return the roles in which people and firms stand in a draft, in the order of the form."""
    roles: list[SlotRole] = []
    if has_sale(draft):
        roles += [SlotRole.SELLER, SlotRole.BUYER]
    elif draft.kind is not RegistrationKind.TRANSFER or model_of(draft) is not None:
        roles.append(SlotRole.MORTGAGOR)
    if has_debtors(draft):
        roles.append(SlotRole.DEBTOR)
    if has_former(draft):
        roles.append(SlotRole.FORMER_AGENT)
    return tuple(roles)


def first_slots(draft: Draft) -> tuple[Slot, ...]:
    """Return the places that a new draft opens with; debtors stand in more only when asked for."""
    is_firm = model_of(draft) in _FIRM_SELLS or draft.kind is RegistrationKind.PURCHASE_NOTICE
    slots: list[Slot] = []
    for role in roles_of(draft):
        if role is SlotRole.DEBTOR:
            continue
        is_seller = role is SlotRole.SELLER and is_firm
        slots.append(
            Slot(
                slot_id=f"p{len(slots) + 1}",
                role=role,
                kind=PartyKind.ENTERPRISE if is_seller else PartyKind.PERSON,
                is_debtor=role is owner_role(draft) and has_debtors(draft),
            )
        )
        if is_seller:
            ward, slot_id = slots[-1].slot_id, f"p{len(slots) + 1}"
            slots.append(Slot(slot_id=slot_id, role=SlotRole.PARTY_AGENT, ward=ward))
    return tuple(slots)


def pointers_of(draft: Draft, slot: Slot) -> tuple[str, ...]:
    """Return every place of a slot in the draft's applications, as JSON Pointers.

    Several steps may name the same person: a buyer is the mortgagor of the step that follows.
    """
    if slot.role is SlotRole.AGENT:
        return ("/mortgagee/agent",)
    if slot.role is SlotRole.FORMER_AGENT:
        return ("/transfer/former/agent", "/mortgagee/agent")
    if slot.role in {SlotRole.GUARDIAN, SlotRole.PARTY_AGENT}:
        ward = draft.find_slot(slot.ward)
        name = "guardian" if slot.role is SlotRole.GUARDIAN else "agent"
        return tuple(f"{at}/{name}" for at in pointers_of(draft, ward)) if ward else ()
    return tuple(_of_party(draft, slot))


def _of_party(draft: Draft, slot: Slot) -> list[str]:
    place = draft.in_role(slot.role).index(slot)
    owing = [s for s in draft.in_role(owner_role(draft)) if s.is_debtor]
    if slot.role is SlotRole.DEBTOR:
        return [f"/debtors/{place + len(owing)}"]
    lists = {SlotRole.SELLER: ["/sale/sellers"], SlotRole.BUYER: ["/sale/buyers"]}
    found = [f"{name}/{place}" for name in lists.get(slot.role, [])]
    if slot.role is owner_role(draft):
        found.append(f"/mortgagors/{place}")
        found += [f"/debtors/{owing.index(slot)}"] if slot in owing else []
    return found
