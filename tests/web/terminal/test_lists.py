"""One signature for a list over the pages' API: drawn, signed in one draft, good for all."""

from typing import Any

from registration.listed import MOST_LISTED
from tests.factories import make_strokes
from tests.listed import add_discharge
from tests.web.terminal.world import COLLEAGUE, COLLEAGUE_PIN, World


def begun(world: World, count: int) -> list[str]:
    """Keep the drafts of a list with their papers."""
    return [add_discharge(world.box, world.clock, n).draft_id for n in range(1, count + 1)]


def drawn(world: World, drafts: list[str]) -> Any:
    return world.call("POST", "/ui/api/lists/forms", {"drafts": drafts})


def the_list(world: World, draft_id: str) -> dict[str, Any]:
    told = world.call("GET", f"/ui/api/drafts/{draft_id}/papers").json
    assert told is not None
    return next(dict(paper) for paper in told["papers"] if paper["code"] == "M22")


def test_a_list_is_signed_in_one_draft_and_good_for_all(world: World) -> None:
    drafts = begun(world, 2)
    made = drawn(world, drafts)
    assert made.status_code == 201
    assert made.json["drafts"] == drafts
    paper = the_list(world, drafts[0])
    (signer,) = paper["signers"]
    strokes = [[[p.t_ms, p.x, p.y, p.pressure] for p in s.points] for s in make_strokes("list")]
    ink = {"sha256": paper["sha256"], "signer": signer["signer"], "strokes": strokes}
    size = {"width": 12_000, "height": 6_000, "device": "pen"}

    told = world.call("POST", f"/ui/api/drafts/{drafts[0]}/papers/M22/inks", ink | size)

    assert told.status_code == 201
    assert "等于在这 2 件" in signer["plain"]["zh"]
    assert "each of these 2 forms" in signer["plain"]["en"]
    assert all(the_list(world, draft_id)["signers"][0]["is_signed"] for draft_id in drafts)
    pdf = world.call("GET", f"/ui/api/drafts/{drafts[1]}/papers/M22/finished")
    assert pdf.data.startswith(b"%PDF-")


def test_who_is_left_out_is_told_with_the_reason(world: World) -> None:
    lacking = add_discharge(world.box, world.clock, 9, scans=("M03", "M05")).draft_id

    made = drawn(world, [*begun(world, 1), lacking])

    (left,) = made.json["left_out"]
    assert left["draft_id"] == lacking
    assert any("M12" in told["zh"] for told in left["told"])


def test_nothing_ready_is_told(world: World) -> None:
    lacking = add_discharge(world.box, world.clock, 9, scans=()).draft_id

    assert drawn(world, [lacking]).status_code == 409


def test_a_list_that_is_too_long_to_be_signed_names_the_limit(world: World) -> None:
    (draft,) = begun(world, 1)

    made = drawn(world, [draft] * (MOST_LISTED + 1))

    assert made.status_code == 422
    assert str(MOST_LISTED) in made.json["title"]["zh"]


def test_another_tellers_draft_is_in_no_list(world: World) -> None:
    drafts = begun(world, 1)
    world.sign_in(COLLEAGUE, COLLEAGUE_PIN)

    assert drawn(world, drafts).status_code == 403
