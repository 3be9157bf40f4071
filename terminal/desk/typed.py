"""Texts as people type them and files as they name them, brought into a draft's form."""

from dataclasses import replace

from registration.people import PartyKind
from terminal.desk.draft import Slot
from terminal.errors import ChipValueError, NotFoundError


def typed_slot(slot: Slot, name: str, text: str) -> Slot:
    """Return the slot with one text typed in.

    Raises:
        ChipValueError: name, number or kind of somebody whose document was read.
        NotFoundError: no such kind of party.
    """
    if slot.identity is not None and name in {"name", "number", "kind"}:
        raise ChipValueError(f"{slot.slot_id}.{name}")
    if name in {"is_debtor", "has_matters"}:
        flag: dict[str, bool] = {name: text == "yes"}
        return replace(slot, **flag)  # type: ignore[arg-type]  # both are true or false
    if name == "kind":
        if text not in {kind.value for kind in PartyKind}:
            raise NotFoundError("no such kind of party")
        return replace(slot, kind=PartyKind(text))
    changes: dict[str, str] = {name: text}
    return replace(slot, **changes)  # type: ignore[arg-type]  # names come from the form's own list


def file_label(file_name: str, code: str) -> str:
    """Return a file's name for people: no folders, nothing that does not print."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    label = "".join(c for c in last if c.isprintable()).strip()[:100]
    return label or code
