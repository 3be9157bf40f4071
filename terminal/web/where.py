"""Where on the pages a finding is put right: the step and the field it jumps to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registration.findings import Finding, Level
from registration.materials import CATALOGUE
from registration.signatures import PAPERS
from terminal.desk.draft import Draft
from terminal.desk.fields import FIELDS
from terminal.desk.prechecks import register_differences
from terminal.desk.shape import pointers_of
from terminal.web.shown import JSON, finding_shown

IDENTITY, ESTATE, MATERIALS, SIGNING, CHECK = 1, 2, 3, 4, 5
_BY_POINTER: Final[Mapping[str, str]] = {
    pointer: kind.name for kind in reversed(tuple(FIELDS.values())) for pointer in kind.pointers
}
_STEPS: Final = (
    ("/mortgagors", IDENTITY),
    ("/debtors", IDENTITY),
    ("/mortgagee", IDENTITY),
    ("/counter", IDENTITY),
    ("/shares", IDENTITY),
    ("/sale/sellers", IDENTITY),
    ("/sale/buyers", IDENTITY),
    ("/sale/buyer_shares", IDENTITY),
    ("/transfer/former/agent", IDENTITY),
    ("/statements", SIGNING),
    ("/visits", SIGNING),
    ("/unit", ESTATE),
    ("/mortgage", ESTATE),
    ("/discharge", ESTATE),
    ("/change", ESTATE),
    ("/crystallisation", ESTATE),
    ("/transfer", ESTATE),
    ("/sale", ESTATE),
    ("/bundle", ESTATE),
    ("/co_ownership", ESTATE),
    ("/inks", SIGNING),
    ("/materials", MATERIALS),
)
_TEXTS: Final = ("phone", "relation", "address", "share", "name", "number")
_AUTHORITY: Final[Mapping[str, str]] = {
    "authority": "authority_no",
    "authority/valid_to": "authority_to",
    "authority/matters": "has_matters",
}


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
    if finding.rule in {"MATERIAL", "R49"}:
        return _material(finding)
    if pointer == "/inquiry" or pointer.startswith("/inquiry/"):
        return Spot(MATERIALS, _question(draft, _rest(pointer, "/inquiry")))
    for start, step in _STEPS:
        if pointer == start or pointer.startswith(f"{start}/"):
            return Spot(step, _rest(pointer, start))
    return Spot(CHECK, "")


def located(finding: Finding, draft: Draft) -> JSON:
    """Return a finding with the place where it is put right."""
    spot = find_spot(draft, finding)
    return finding_shown(finding) | {"step": spot.step, "target": spot.target}


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
    places = ((at, slot.slot_id) for slot in draft.slots for at in pointers_of(draft, slot))
    fitting = [(at, s) for at, s in places if pointer == at or pointer.startswith(f"{at}/")]
    if not fitting:
        return None
    at, slot_id = max(fitting, key=lambda found: len(found[0]))
    rest = pointer.removeprefix(at).strip("/")
    name = _AUTHORITY.get(rest, rest.partition("/")[0])
    is_text = name in _TEXTS or name in _AUTHORITY.values()
    return Spot(IDENTITY, f"{slot_id}.{name}" if is_text else slot_id)


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
