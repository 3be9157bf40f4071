"""Acts on a draft through the JSON API."""

from typing import Any

from tests.factories import UNIT_NO
from tests.web.terminal.world import World


def _json(answer: Any) -> dict[str, Any]:
    assert answer.json is not None
    return dict(answer.json)


def test_a_draft_opens_with_a_place_for_the_first_owner(world: World) -> None:
    draft = world.draft()

    assert draft["number"] == "D0929-001"
    assert [s["slot_id"] for s in draft["slots"]] == ["p1"]


def test_a_text_that_cannot_be_read_is_kept_and_told(world: World) -> None:
    draft = world.draft(area_m2="118 平")

    assert draft["fields"]["area_m2"]["text"] == "118 平"
    assert [p["field"] for p in draft["problems"]] == ["p1.identity", "area_m2"] or [
        p["field"] for p in draft["problems"]
    ] == ["area_m2", "p1.identity"]


def test_an_amount_is_read_back_in_capitals(world: World) -> None:
    draft = world.draft(amount="860000")

    assert draft["capital"]["amount"] == {
        "capital": "捌拾陆万元整",
        "wan": "86.0000",
        "yuan": "860,000.00",
    }


def test_an_older_window_does_not_write_over_a_newer_one(world: World) -> None:
    draft = world.draft()
    path = f"/ui/api/drafts/{draft['draft_id']}/fields"
    world.call("PUT", path, {"texts": {"use": "住宅"}, "base": {"use": ""}})
    texts, base = {"use": "商业", "area_m2": "118.56"}, {"use": "", "area_m2": ""}
    late = _json(world.call("PUT", path, {"texts": texts, "base": base}))

    assert late["clashes"] == [{"name": "use", "ours": "商业", "theirs": "住宅"}]
    assert late["fields"]["use"]["text"] == "住宅"
    assert late["fields"]["area_m2"]["text"] == "118.56"


def test_the_register_fills_the_form(world: World) -> None:
    draft = world.draft(unit_no=UNIT_NO, area_m2="118.65")
    answer = _json(world.call("POST", f"/ui/api/drafts/{draft['draft_id']}/precheck"))

    assert answer["fields"]["location"]["source"] == "register"
    assert answer["differences"] == {"area_m2": "118.56"}
    assert answer["precheck"]["owners"] == ["张*", "李*"]


def test_the_registers_value_replaces_a_typed_one_when_asked(world: World) -> None:
    draft = world.draft(unit_no=UNIT_NO, area_m2="118.65")
    path = f"/ui/api/drafts/{draft['draft_id']}"
    world.call("POST", f"{path}/precheck")
    answer = _json(world.call("POST", f"{path}/fields/area_m2/register"))

    assert answer["fields"]["area_m2"] == {"text": "118.56", "source": "register"}


def test_a_broken_line_says_so_and_loses_nothing(world: World) -> None:
    draft = world.draft(unit_no=UNIT_NO)
    world.link.is_down = True
    answer = world.call("POST", f"/ui/api/drafts/{draft['draft_id']}/precheck")

    assert answer.status_code == 503
    assert _json(answer)["code"] == "terminal.office-unreachable"
    assert world.box.get_draft(draft["draft_id"]).text("unit_no") == UNIT_NO


def test_a_discarded_draft_is_gone(world: World) -> None:
    draft = world.draft()
    path = f"/ui/api/drafts/{draft['draft_id']}"

    assert world.call("DELETE", path).status_code == 204
    assert world.call("GET", path).status_code == 404


def test_the_inquiry_takes_allowed_answers_only(world: World) -> None:
    draft = world.draft(unit_no=UNIT_NO)
    path = f"/ui/api/drafts/{draft['draft_id']}/inquiry"
    good = world.call("PUT", path, {"texts": {"leased": "no"}})
    bad = world.call("PUT", path, {"texts": {"leased": "perhaps"}})

    assert _json(good)["inquiry"] == {"leased": "no"}
    assert bad.status_code == 404
