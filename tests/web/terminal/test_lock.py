"""While the counter is locked it tells nothing of anybody; a draft is its own teller's alone."""

from pathlib import Path

import pytest

from terminal.web.admission import LOCKED_ENDPOINTS
from terminal.web.guard import OPEN_ENDPOINTS
from tests.factories import UNIT_NO
from tests.web.terminal.world import COLLEAGUE, COLLEAGUE_PIN, TELLER_PIN, World, make_world

WHO = "/ui/api/attendance"


@pytest.fixture
def locked(world: World) -> World:
    world.draft(unit_no=UNIT_NO)
    world.call("DELETE", WHO)
    return world


def test_a_counter_that_was_started_is_locked(tmp_path: Path) -> None:
    world = make_world(tmp_path / "started", is_open=False)
    answer = world.call("GET", "/ui/api/drafts")
    world.box.close()

    assert (answer.status_code, (answer.json or {})["code"]) == (401, "terminal.locked")


def test_every_route_but_the_lock_is_locked(locked: World) -> None:
    for rule in locked.app.url_map.iter_rules():
        if rule.endpoint in OPEN_ENDPOINTS | LOCKED_ENDPOINTS:
            continue
        path = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
        assert path is not None
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = locked.call(method, path[1])
            assert (answer.json or {})["code"] == "terminal.locked", (method, path[1])


def test_the_lock_itself_names_no_customer(locked: World) -> None:
    told = locked.call("GET", WHO).json

    assert told is not None
    assert set(told) == {"present", "last", "locks_in_s", "bank", "terminal", "tellers"}
    assert (told["present"], told["last"]) == (None, "T0007")


def test_the_lock_wants_the_token_too(world: World) -> None:
    asked = {"staff_no": "T0007", "pin": TELLER_PIN}
    answer = world.call("POST", WHO, asked, headers={"X-UI-Token": "wrong"})

    assert answer.status_code == 401


def test_a_wrong_pin_opens_nothing(locked: World) -> None:
    answer = locked.sign_in(pin="000000")

    assert (answer.json or {})["code"] == "terminal.wrong-pin"
    assert locked.call("GET", "/ui/api/drafts").status_code == 401


def test_the_draft_is_there_again_after_the_pin(locked: World) -> None:
    locked.sign_in()
    told = locked.call("GET", "/ui/api/drafts").json

    assert told is not None
    assert len(told["drafts"]) == 1


def test_a_counter_that_was_left_locks_itself(tmp_path: Path) -> None:
    world = make_world(tmp_path / "left", lock_after_s=300)
    world.clock.advance(minutes=4)
    moved = world.call("GET", "/ui/api/drafts", headers={"X-Idle-S": "0"})
    world.clock.advance(minutes=4)
    quiet = world.call("GET", "/ui/api/drafts", headers={"X-Idle-S": "240"})
    world.clock.advance(minutes=1)
    left = world.call("GET", "/ui/api/drafts", headers={"X-Idle-S": "0"})
    world.box.close()

    assert [a.status_code for a in (moved, quiet, left)] == [200, 200, 401]


@pytest.mark.parametrize("idle", ["", "-1", "x", "１", "9" * 40, "\x80"])
def test_a_window_that_says_nonsense_of_its_hands_is_answered(world: World, idle: str) -> None:
    assert world.call("GET", "/ui/api/drafts", headers={"X-Idle-S": idle}).status_code == 200


def test_the_next_teller_sees_no_draft_of_the_one_before(world: World) -> None:
    world.draft(unit_no=UNIT_NO)
    world.sign_in(COLLEAGUE, COLLEAGUE_PIN)
    drafts, tray = (world.call("GET", path).json for path in ("/ui/api/drafts", "/ui/api/tray"))

    assert drafts is not None
    assert drafts["drafts"] == []
    assert tray is not None
    assert tray["drafts"] == []


def test_a_window_of_the_teller_before_waits_as_if_locked(world: World) -> None:
    """What was typed there and is not saved must not be refused for good."""
    draft_id = world.draft(unit_no=UNIT_NO)["draft_id"]
    path, typed = f"/ui/api/drafts/{draft_id}/fields", {"texts": {"use": "住宅"}, "base": {}}
    world.sign_in(COLLEAGUE, COLLEAGUE_PIN)
    early = world.call("PUT", path, typed, headers={"X-Teller": "T0007"})
    world.sign_in()
    again = world.call("PUT", path, typed, headers={"X-Teller": "T0007"})

    assert (early.status_code, (early.json or {})["code"]) == (401, "terminal.locked")
    assert again.status_code == 200


def test_no_route_opens_anothers_draft(world: World) -> None:
    """Every address that names a draft, those that will be added as well."""
    draft_id = world.draft(unit_no=UNIT_NO)["draft_id"]
    world.sign_in(COLLEAGUE, COLLEAGUE_PIN)
    rules = [rule for rule in world.app.url_map.iter_rules() if "draft_id" in rule.arguments]
    assert len(rules) > 20
    for rule in rules:
        values = dict.fromkeys(rule.arguments, "p1") | {"draft_id": draft_id}
        built = rule.build(values)
        assert built is not None
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = world.call(method, built[1], {} if method != "GET" else None)
            assert answer.status_code == 403, (method, built[1])
            assert (answer.json or {})["code"] == "terminal.anothers-draft", (method, built[1])


def test_a_window_of_another_teller_opens_no_draft(world: World) -> None:
    world.sign_in(COLLEAGUE, COLLEAGUE_PIN)
    asked = {"kind": "mortgage.first_registration", "teller": "T0007"}

    assert world.call("POST", "/ui/api/drafts", asked).status_code == 409
