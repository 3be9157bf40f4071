"""What the tray tells of packages on their way, of the line, and of how long cases take."""

from dataclasses import replace
from typing import Any

from tests.web.terminal.full_outbox import (
    fill_outbox,
    lose_line,
    send_now,
    take_one,
    tell_outlook,
)
from tests.web.terminal.world import World


def tray(world: World) -> dict[str, Any]:
    told = world.call("GET", "/ui/api/tray").json
    assert told is not None
    return dict(told)


def ways(world: World) -> list[str]:
    return [item["way"] for item in tray(world)["outbox"]]


def test_each_package_says_what_holds_it(world: World) -> None:
    items = fill_outbox(world)
    send_now(world, items[1])
    shown = tray(world)["outbox"]

    assert [i["way"] for i in shown] == ["you", "sending", "before", "pause", "soon"]
    assert shown[2]["held_by"] == items[1].number
    assert (shown[1]["kept"], shown[1]["cuts"]) == (3_200_000, 3)
    assert [e["code"] for e in shown[1]["events"]] == ["sealed", "line.cut"]
    assert [bool(i["next_try_at"]) for i in shown] == [False, False, False, True, False]


def test_a_line_that_is_down_says_when_it_is_tried_next(world: World) -> None:
    fill_outbox(world)
    lose_line(world)
    told = tray(world)
    station = world.call("GET", "/ui/api/station").json

    assert [i["way"] for i in told["outbox"]] == ["you", "line", "before", "line", "line"]
    assert told["line"]["trouble"]["reason"] == "line.connect-timeout"
    assert told["line"]["tries"] == 4
    # The package's own next time may be later than the line's.
    times = [i["next_try_at"] for i in told["outbox"]]
    assert times[3] > times[1] == told["line"]["next_try_at"] == times[4]
    assert station is not None
    assert station["line"] == told["line"]


def test_trying_one_now_tries_the_line_now(world: World) -> None:
    items = fill_outbox(world)
    lose_line(world)
    world.call("POST", f"/ui/api/outbox/{items[1].sequence}/retry")

    assert tray(world)["line"]["next_try_at"] is None


def test_one_that_may_pass_is_held_no_longer(world: World) -> None:
    items = fill_outbox(world)
    shown = world.call("POST", f"/ui/api/outbox/{items[2].sequence}/pass").json

    assert shown is not None
    assert (shown["way"], shown["may_pass"]) == ("soon", True)
    assert shown["events"][-1]["code"] == "passed"


def test_what_was_filed_from_a_folder_is_not_offered_to_the_pages(world: World) -> None:
    """No page holds its people and papers: it is mended where it was filed."""
    items = fill_outbox(world)
    assert [i["is_filed"] for i in tray(world)["outbox"]] == [False] * 5

    draft = world.box.get_draft(items[0].draft_id)
    world.box.save_draft(replace(draft, slots=()))

    assert [i["is_filed"] for i in tray(world)["outbox"]] == [True, *[False] * 4]


def test_a_refused_one_is_taken_back_and_its_draft_opened(world: World) -> None:
    items = fill_outbox(world)
    opened = world.call("POST", f"/ui/api/outbox/{items[0].sequence}/take-back").json
    again = world.call("POST", f"/ui/api/outbox/{items[0].sequence}/take-back")

    assert opened is not None
    assert (opened["draft_id"], opened["state"]) == (items[0].draft_id, "open")
    assert again.status_code == 409
    assert ways(world)[0] == ""


def test_a_slip_is_given_only_while_there_is_no_receipt(world: World) -> None:
    item = fill_outbox(world)[4]
    path = f"/ui/api/outbox/{item.sequence}/slip.pdf"
    world.read_both(item.draft_id)
    before = world.call("GET", path)
    take_one(world, item)

    assert before.content_type == "application/pdf", before.json
    assert world.call("GET", path).status_code == 409
    assert tray(world)["outbox"][4]["receipt"]["check_code"] == "A" * 25 + "A"


def test_how_long_it_takes_is_told_as_the_office_said(world: World) -> None:
    before = world.call("GET", "/ui/api/outlook").json
    tell_outlook(world)
    after = world.call("GET", "/ui/api/outlook").json

    assert before is not None
    assert after is not None
    assert (before["outlook"], before["line"]["trouble"]) == (None, None)
    assert after["outlook"] == tray(world)["outlook"]
    assert [e["path"] for e in after["outlook"]["estimates"]] == [
        "received",
        "automatic",
        "review",
    ]
