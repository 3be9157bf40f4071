"""Statements over the pages' API: offered with the materials, chosen, shown plainly, as signed."""

from tests.factories import make_strokes
from tests.web.terminal.dissented import fill_dissented, papers_of
from tests.web.terminal.world import World


def test_the_draft_says_which_papers_are_written_here(world: World) -> None:
    draft_id = fill_dissented(world)

    told = world.call("GET", f"/ui/api/drafts/{draft_id}").json

    assert told is not None
    (statement,) = told["statements"]
    assert (statement["code"], statement["is_written"], statement["is_whole"]) == (
        "M18",
        True,
        True,
    )


def test_the_teller_takes_the_paper_that_was_brought(world: World) -> None:
    draft_id = fill_dissented(world)
    path = f"/ui/api/drafts/{draft_id}/statements/M18"

    told = world.call("PUT", path, {"is_written": False})

    assert told.status_code == 200
    assert set(papers_of(world, draft_id)) == {"M01", "M15"}
    world.call("PUT", path, {"is_written": True})
    assert set(papers_of(world, draft_id)) == {"M01", "M15", "M18"}


def test_what_the_table_does_not_know_is_not_found(world: World) -> None:
    draft_id = fill_dissented(world)

    told = world.call("PUT", f"/ui/api/drafts/{draft_id}/statements/M99", {"is_written": True})

    assert told.status_code == 404


def test_each_signer_is_told_plainly_in_both_languages(world: World) -> None:
    signers = papers_of(world, fill_dissented(world))["M18"]["signers"]

    assert len(signers) == 3
    assert all("损失由您自己承担" in signer["plain"]["zh"] for signer in signers)
    assert all("at your own risk" in signer["plain"]["en"] for signer in signers)


def test_the_finished_paper_is_another_file_than_what_is_signed(world: World) -> None:
    draft_id = fill_dissented(world)
    path = f"/ui/api/drafts/{draft_id}/papers/M18"
    paper = papers_of(world, draft_id)["M18"]
    strokes = [[[p.t_ms, p.x, p.y, p.pressure] for p in s.points] for s in make_strokes("M18")]
    ink = {"sha256": paper["sha256"], "signer": paper["signers"][0]["signer"], "strokes": strokes}
    size = {"width": 12_000, "height": 6_000, "device": "pen"}

    assert world.call("POST", f"{path}/inks", ink | size).status_code == 201

    finished = world.call("GET", f"{path}/finished")
    assert finished.status_code == 200
    assert finished.data.startswith(b"%PDF-")
    assert finished.data != world.call("GET", f"{path}/pdf").data
