"""Papers that nobody need bring, as the pages' calls tell them; and step 5 without them."""

from typing import Any

import pytest

from tests.spared import PRICE
from tests.web.terminal.filled import bring_papers, fill_offer, sign_all
from tests.web.terminal.world import World


def asked(world: World, draft_id: str) -> dict[str, Any]:
    answer = world.call("POST", f"/ui/api/drafts/{draft_id}/enquiries")
    assert answer.status_code == 200, answer.json
    return dict(answer.json or {})


def line_of(draft: dict[str, Any], code: str) -> dict[str, Any]:
    return next(line for line in draft["catalogue"] if line["code"] == code)


def left(world: World, draft_id: str) -> list[tuple[str, str]]:
    found = world.call("GET", f"/ui/api/drafts/{draft_id}/check").json
    assert found is not None
    return [(f["rule"], f["level"]) for f in found["findings"]]


@pytest.mark.parametrize(
    ("code", "paper", "brought"),
    [
        ("sale", "M14", ("M03", "M06", "M07")),
        ("mortgage-notice", "M13", ("M03", "M05", "M06", "M07")),
    ],
)
def test_a_case_whose_paper_is_spared_is_complete(
    world: World, code: str, paper: str, brought: tuple[str, ...]
) -> None:
    world.link.shares = True
    draft_id = fill_offer(world, code)
    before = world.call("GET", f"/ui/api/drafts/{draft_id}").json
    assert before is not None
    assert (before["shared"]["is_due"], line_of(before, paper)["is_required"]) == (True, True)

    draft = asked(world, draft_id)

    line = line_of(draft, paper)
    assert (draft["shared"]["is_due"], line["is_required"]) == (False, False)
    assert line["spare"]["is_spared"]
    assert line["spare"]["is_simulated"]
    assert "20260929410200000001" in line["spare"]["zh"]
    bring_papers(world, draft_id, *brought)
    sign_all(world, draft_id)
    assert left(world, draft_id) == []


def test_where_nobody_answers_the_paper_is_asked_for_and_nothing_waits(world: World) -> None:
    world.link.shares, world.link.silent = True, ("M14",)
    draft_id = fill_offer(world, "sale")

    draft = asked(world, draft_id)

    line = line_of(draft, "M14")
    assert (line["is_required"], line["spare"]["is_spared"]) == (True, False)
    assert draft["shared"]["is_waiting"]
    assert ("MATERIAL", "correct") in left(world, draft_id)


def test_what_differs_stands_there_with_its_field_before_anybody_signs(world: World) -> None:
    world.link.shares, world.link.differing = True, (PRICE,)
    draft_id = fill_offer(world, "sale")

    (finding,) = asked(world, draft_id)["shared"]["findings"]

    assert (finding["step"], finding["target"], finding["level"]) == (2, "price", "manual")
    assert ("R27", "manual") in left(world, draft_id)


def test_without_a_line_the_teller_is_told_and_the_draft_stands(world: World) -> None:
    draft_id = fill_offer(world, "sale")
    world.link.is_down = True

    answer = world.call("POST", f"/ui/api/drafts/{draft_id}/enquiries")

    assert answer.status_code in {502, 503}
    assert world.box.get_draft(draft_id).shared is None


def test_a_draft_without_numbers_has_nothing_to_ask(world: World) -> None:
    draft_id = str(world.draft()["draft_id"])

    assert world.call("POST", f"/ui/api/drafts/{draft_id}/enquiries").status_code == 409
