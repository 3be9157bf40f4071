"""Where on the pages a finding is put right: the step and the field it jumps to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registration.findings import Finding, Level
from registration.materials import CATALOGUE
from registration.signatures import PAPERS
from terminal.desk.draft import Draft, SlotRole
from terminal.desk.fields import FIELDS
from terminal.desk.freezing import slot_pointer
from terminal.desk.prechecks import register_differences

IDENTITY, ESTATE, MATERIALS, SIGNING, CHECK = 1, 2, 3, 4, 5
_BY_POINTER: Final[Mapping[str, str]] = {kind.pointer: kind.name for kind in FIELDS.values()}
_STEPS: Final = (
    ("/mortgagors", IDENTITY),
    ("/debtors", IDENTITY),
    ("/mortgagee", IDENTITY),
    ("/counter", IDENTITY),
    ("/shares", IDENTITY),
    ("/unit", ESTATE),
    ("/mortgage", ESTATE),
    ("/discharge", ESTATE),
    ("/co_ownership", ESTATE),
    ("/inks", SIGNING),
    ("/materials", MATERIALS),
)
_TEXTS: Final = ("phone", "relation", "address", "share", "name", "number")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the pages."""

    step: int
    target: str
    """A field's name, a slot's with a dot and the text, or empty for the step itself."""


def find_spot(draft: Draft, finding: Finding) -> Spot:
    """Say where a finding is put right; the check page itself where nothing better is known."""
    pointer = finding.pointer
    if name := _BY_POINTER.get(pointer):
        return Spot(ESTATE, name)
    if spot := _person(draft, pointer):
        return spot
    if place := finding.place:
        return Spot(MATERIALS, f"{place.material}-page-{place.page}")
    if finding.rule == "PAGE":
        code, _, page = pointer.removeprefix("/materials/").partition("/pages/")
        return Spot(MATERIALS, f"{code}-page-{page}" if page else f"m-{code}")
    if finding.rule == "MATERIAL":
        return _material(finding)
    if pointer == "/inquiry" or pointer.startswith("/inquiry/"):
        return Spot(MATERIALS, _question(draft, _rest(pointer, "/inquiry")))
    for start, step in _STEPS:
        if pointer == start or pointer.startswith(f"{start}/"):
            return Spot(step, _rest(pointer, start))
    return Spot(CHECK, "")


def difference_findings(draft: Draft) -> tuple[Finding, ...]:
    """Say where the form is not what the register said; nothing stops, a reviewer will look."""
    return tuple(
        Finding(
            rule="FORMAT",
            level=Level.MANUAL,
            zh=f"{FIELDS[name].zh}与登记簿不一致：登记簿是 {told}，申请写 {draft.text(name)}",
            en=f"{FIELDS[name].en}: the register says {told}, the form {draft.text(name)}",
            basis="",
            pointer=FIELDS[name].pointer,
        )
        for name, told in register_differences(draft).items()
    )


def _person(draft: Draft, pointer: str) -> Spot | None:
    """Find whose place a pointer lies in; the deepest wins (a guardian in a mortgagor)."""
    found = None
    for slot in draft.slots:
        at = slot_pointer(draft, slot)
        if not at or not (pointer == at or pointer.startswith(f"{at}/")):
            continue
        if found is None or len(at) > len(found[0]):
            found = (at, slot.slot_id)
    if found is None and pointer.startswith("/debtors/"):
        # A mortgagor who owes too stands among the debtors as well.
        owners = [s for s in draft.in_role(SlotRole.MORTGAGOR) if s.is_debtor]
        place = pointer.split("/")[2]
        if place.isascii() and place.isdigit() and int(place) < len(owners):
            found = (f"/debtors/{place}", owners[int(place)].slot_id)
    if found is None:
        return None
    name = pointer.removeprefix(found[0]).strip("/").partition("/")[0]
    return Spot(IDENTITY, f"{found[1]}.{name}" if name in _TEXTS else found[1])


def _material(finding: Finding) -> Spot:
    """Say where a paper comes from: the ones that are drawn here come with the signatures."""
    code = next((code for code in CATALOGUE if code in finding.zh), "")
    return Spot(SIGNING, "") if code in PAPERS else Spot(MATERIALS, f"m-{code}" if code else "")


def _question(draft: Draft, index: str) -> str:
    """Return which question an answer's place belongs to; the inquiry itself when it has none."""
    is_index = index.isascii() and index.isdigit() and int(index) < len(draft.inquiry)
    return f"inquiry.{draft.inquiry[int(index)].question}" if is_index else "inquiry"


def _rest(pointer: str, start: str) -> str:
    return pointer.removeprefix(start).strip("/").partition("/")[0]
