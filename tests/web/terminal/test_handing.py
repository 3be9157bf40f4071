"""Hand-over over the pages: what each of the two sees before, between and after."""

from tests.factories import UNIT_NO
from tests.web.terminal.world import CHECKER, COLLEAGUE, COLLEAGUE_PIN, PIN, World


def _handovers(world: World) -> dict[str, list[dict[str, object]]]:
    told = world.call("GET", "/ui/api/handovers").json
    assert told is not None
    return dict(told)


def _numbers(world: World) -> list[str]:
    told = world.call("GET", "/ui/api/drafts").json
    assert told is not None
    return [d["number"] for d in told["drafts"]]


def test_a_draft_changes_hands(world: World) -> None:
    draft = world.draft(unit_no=UNIT_NO)
    path = f"/ui/api/drafts/{draft['draft_id']}"
    world.call("PUT", f"{path}/offer", {"to": COLLEAGUE, "note": "等补合同"})
    world.sign_in(COLLEAGUE, COLLEAGUE_PIN)
    before = world.call("GET", path).status_code
    (offered,) = _handovers(world)["offered"]
    world.call("POST", f"/ui/api/handovers/{offered['draft_id']}/accept", {})

    assert before == 403
    assert world.call("GET", path).status_code == 200
    assert _numbers(world) == [draft["number"]]
    world.sign_in()
    assert world.call("GET", path).status_code == 403
    assert _numbers(world) == []


def test_a_colleagues_draft_shows_no_name(world: World) -> None:
    draft_id = world.draft(unit_no=UNIT_NO)["draft_id"]
    world.read_both(draft_id)
    world.sign_in(COLLEAGUE, COLLEAGUE_PIN)
    answer = world.call("GET", "/ui/api/handovers")

    assert "张" not in answer.get_data(as_text=True)
    assert (answer.json or {})["others"][0]["teller"] == "T0007"


def test_it_is_taken_over_with_a_witness(world: World) -> None:
    draft = world.draft(unit_no=UNIT_NO)
    world.sign_in(COLLEAGUE, COLLEAGUE_PIN)
    claim = f"/ui/api/handovers/{draft['draft_id']}/claim"
    alone = {"reason": "住院", "staff_no": COLLEAGUE, "pin": COLLEAGUE_PIN}
    refused = world.call("POST", claim, alone)
    taken = world.call("POST", claim, {"reason": "住院", "staff_no": CHECKER, "pin": PIN})

    assert (refused.status_code, taken.status_code) == (409, 200)
    assert _numbers(world) == [draft["number"]]
