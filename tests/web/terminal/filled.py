"""A clean case of an offer, filled in over the pages' own calls: all but papers and signatures."""

from typing import Any

from registration.identifiers import parse_unit_no
from registration.outcomes import PrecheckAnswer
from scripts.stand.counter import scribble
from terminal.desk.draft import SlotRole
from terminal.desk.samples import AGENTS, AUTHORITY, REGISTERED
from tests.counter_forms import find_filled
from tests.factories import CAPTURED_AT, UNIT_NO, make_identity
from tests.papers import pdf_of
from tests.web.terminal.paperwork import add_paper
from tests.web.terminal.world import World

_ANSWERS = {
    "true_intent": "yes",
    "leased": "no",
    "habitation_right": "no",
    "enforcement_risk": "yes",
    "debtor_notified": "yes",
}


def fill_offer(world: World, code: str) -> str:
    """Fill in people and matter of an offer; return the draft's id."""
    filled = find_filled(code)
    offer = filled.offer
    people = {role: list(who) for role, who in filled.sample.people.items()}
    is_shared = len(people.get(SlotRole.SELLER, people.get(SlotRole.MORTGAGOR, []))) > 1
    world.link.told = PrecheckAnswer(
        unit_no=parse_unit_no(UNIT_NO),
        is_found=True,
        at=CAPTURED_AT,
        co_ownership="1" if is_shared else "0",
        title_no=REGISTERED["title_no"],
        location=REGISTERED["location"],
        area_m2=REGISTERED["area_m2"],
        use=REGISTERED["use"],
    )
    asked = {"kind": offer.kind.value, "teller": "T0007", "form": offer.form.value}
    asked |= {"model": offer.model.value} if offer.model else {}
    draft_id = str(_told(world, "POST", "/ui/api/drafts", asked)["draft_id"])
    path = f"/ui/api/drafts/{draft_id}"
    number = {"unit_no": UNIT_NO} | (
        {"notice_no": REGISTERED["notice_no"]} if code == "mortgage-notice" else {}
    )
    _told(world, "PUT", f"{path}/fields", {"texts": number})
    _told(world, "POST", f"{path}/precheck")
    draft = _told(world, "PUT", f"{path}/fields", {"texts": dict(filled.sample.texts)})
    for role, who in people.items():
        for _ in range(len(who) - sum(s["role"] == role.value for s in draft["slots"])):
            draft = _told(world, "POST", f"{path}/slots", {"role": role.value})
    for slot in draft["slots"]:
        _seat(world, path, slot, people)
    return draft_id


def _seat(world: World, path: str, slot: dict[str, Any], people: dict[SlotRole, Any]) -> None:
    role = SlotRole(slot["role"])
    name, number = AGENTS[role] if role in AGENTS else people[role].pop(0)
    at = f"{path}/slots/{slot['slot_id']}"
    if not slot["is_person"]:
        texts = {"name": name, "number": number, "representative": "孙示例"}
        _told(world, "PUT", at, {"texts": texts})
        return
    world.reader.cards[:] = [make_identity(name, number)]
    _told(world, "POST", f"{at}/card", {"reader": "cards"})
    said = {field: "yes" if text is True else str(text) for field, text in AUTHORITY.items()}
    _told(world, "PUT", at, {"texts": said if role in AGENTS else {"phone": "13800000000"}})


def bring_papers(world: World, draft_id: str, *codes: str) -> None:
    """Bring papers, each other than the rest, and answer what is asked of the people."""
    for place, code in enumerate(codes):
        add_paper(world, draft_id, code, pdf_of(*["contract"] * place, "sealed"))
    path = f"/ui/api/drafts/{draft_id}"
    draft = _told(world, "GET", path)
    asked = {q["code"]: q["told"] or _ANSWERS.get(q["code"], "") for q in draft["questions"]}
    texts = {code: answer for code, answer in asked.items() if answer}
    _told(world, "PUT", f"{path}/inquiry", {"texts": texts})


def sign_all(world: World, draft_id: str) -> None:
    """Let everybody sign every paper."""
    path = f"/ui/api/drafts/{draft_id}/papers"
    for paper in _told(world, "GET", path)["papers"]:
        for signer in paper["signers"]:
            ink = {
                "sha256": paper["sha256"],
                "signer": signer["signer"],
                "strokes": scribble(signer["name"] + paper["code"]),
                "width": 16000,
                "height": 8000,
                "device": "pen",
                "is_simulated": True,
            }
            _told(world, "POST", f"{path}/{paper['code']}/inks", ink)


def _told(world: World, method: str, path: str, body: Any = None) -> dict[str, Any]:
    answer = world.call(method, path, body)
    assert answer.status_code in {200, 201}, answer.json
    return dict(answer.json or {})
