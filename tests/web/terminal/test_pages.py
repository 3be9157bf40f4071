"""Pages through the JSON API: in, ready, in order, straight, out; and from scanner and folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.virtual_scanner import RunningScanner, obey
from terminal.desk.binder import LARGEST_FILE
from terminal.desk.scanning import Scanning
from terminal.drivers.escl import ESCLScanner
from terminal.drivers.folder import WatchedFolder
from terminal.drivers.scanner import ScannerShelf
from tests.hostile import closed_pdf
from tests.papers import pdf_of, photo_of, scan_of
from tests.web.terminal.paperwork import add_paper, upload
from tests.web.terminal.world import World, make_world


@pytest.fixture
def draft_id(world: World) -> str:
    return str(world.draft()["draft_id"])


def act(world: World, draft_id: str, path: str, body: Any = None, method: str = "POST") -> Any:
    answer = world.call(method, f"/ui/api/drafts/{draft_id}/pages/{path}", body)
    assert answer.json is not None, answer.status_code
    return answer.json


def order(draft: dict[str, Any]) -> list[list[str]]:
    return [[page["page_id"], page["code"]] for page in draft["pages"]]


def test_pages_wait_until_they_are_made_ready(world: World, draft_id: str) -> None:
    added = upload(world, draft_id, "M06", pdf_of("contract", "sealed"))
    first = act(world, draft_id, "develop")
    second = act(world, draft_id, "develop")

    assert added.status_code == 201
    assert [p["is_waiting"] for p in added.json["pages"]] == [True, True]
    assert [p["is_waiting"] for p in first["pages"]] == [False, True]
    assert second["volume"]["waiting"] == 0
    assert second["volume"]["bytes"] == second["materials"][0]["size"]
    assert second["volume"]["seconds"] == round(second["volume"]["bytes"] * 8 * 1.06 / 64_000)
    assert second["pages"][0]["file_name"] == "合同.pdf"


def test_a_page_is_shown_before_and_after_it_is_ready(world: World, draft_id: str) -> None:
    upload(world, draft_id, "M06", scan_of("contract"))
    path = f"/ui/api/drafts/{draft_id}/pages/s1/picture?width=200"
    before = world.call("GET", path)
    act(world, draft_id, "develop")
    after = world.call("GET", path)

    for answer in (before, after):
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"
    assert world.call("GET", path.replace("200", "9000")).status_code == 422
    assert world.call("GET", path.replace("s1", "s9")).status_code == 404


def test_a_page_says_what_is_wrong_and_may_be_kept(world: World, draft_id: str) -> None:
    upload(world, draft_id, "M06", scan_of("blank"))
    remark = act(world, draft_id, "develop")["pages"][0]["remarks"][0]
    kept = act(world, draft_id, "s1/keep")["pages"][0]["remarks"][0]

    assert (remark["code"], remark["level"], remark["is_kept"]) == ("blank", "correct", False)
    assert remark["zh"] == "是空白的"
    assert remark["do_zh"]
    assert kept["is_kept"]


def test_a_page_that_needs_somebody_keeps_the_case_here(world: World, draft_id: str) -> None:
    upload(world, draft_id, "M06", scan_of("blank"))
    waiting = _findings(world, draft_id)
    act(world, draft_id, "develop")
    empty = _findings(world, draft_id)
    act(world, draft_id, "s1/keep")

    assert [(f["step"], f["target"]) for f in waiting] == [(3, "m-M06")]
    assert "还有 1 页没整理好" in waiting[0]["zh"]
    assert [(f["step"], f["target"]) for f in empty] == [(3, "M06-page-1")]
    assert _findings(world, draft_id) == []


def _findings(world: World, draft_id: str) -> list[dict[str, Any]]:
    told = world.call("GET", f"/ui/api/drafts/{draft_id}/check").json
    assert told is not None
    return [f for f in told["findings"] if f["rule"] == "PAGE"]


def test_pages_are_turned_moved_taken_out_and_all_is_undone(world: World, draft_id: str) -> None:
    begun = add_paper(world, draft_id, "M06", pdf_of("contract", "sealed"))
    turned = act(world, draft_id, "s1/edit", {"turn": 1}, "PUT")
    moved = act(world, draft_id, "order", {"order": [["s2", "M06"], ["s1", "M07"]]}, "PUT")
    gone = act(world, draft_id, "remove", {"pages": ["s2"]})

    assert turned["pages"][0]["edit"] == {"cut": [], "turn": 1}
    assert order(moved) == [["s2", "M06"], ["s1", "M07"]]
    assert (order(gone), gone["undo"]) == ([["s1", "M07"]], "removed")
    back = [act(world, draft_id, "undo") for _ in range(3)][-1]
    assert (back["pages"], back["undo"]) == (begun["pages"], "added")


def test_a_photographed_sheet_is_offered_and_cut(world: World, draft_id: str) -> None:
    answer = world.call(
        "POST",
        f"/ui/api/drafts/{draft_id}/materials/M06",
        data=photo_of("sealed"),
        headers={"Content-Type": "application/octet-stream", "X-Capture": "camera"},
    )
    page = act(world, draft_id, "develop")["pages"][0]
    cut = act(world, draft_id, "s1/edit", {"cut": page["offer"]}, "PUT")["pages"][0]

    assert answer.json is not None
    assert page["capture"] == "camera"
    assert cut["edit"]["cut"] == page["offer"]
    assert cut["offer"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"cut": [0] * 7},
        {"cut": [0] * 9},
        {"cut": [99_999] * 8},
        {"cut": [0.5] * 8},
        {"turn": 4},
        {"turn": -1},
        {"angle": 3},
    ],
)
def test_an_edit_that_cannot_be_is_refused(
    world: World, draft_id: str, body: dict[str, Any]
) -> None:
    add_paper(world, draft_id, "M06", scan_of("contract"))
    answer = world.call("PUT", f"/ui/api/drafts/{draft_id}/pages/s1/edit", body)

    assert answer.status_code == 422


def test_a_cut_that_leaves_nothing_is_refused(world: World, draft_id: str) -> None:
    before = add_paper(world, draft_id, "M06", scan_of("contract"))
    told = act(world, draft_id, "s1/edit", {"cut": [5000] * 8}, "PUT")
    after = world.call("GET", f"/ui/api/drafts/{draft_id}").json

    assert told["title"]["zh"] == "裁得太小了"
    assert after is not None
    assert after["pages"] == before["pages"]


@pytest.mark.parametrize(
    ("data", "status", "detail", "title"),
    [
        (b"MZ program", 422, "type", "这不是 PDF、JPEG 或 PNG"),
        (closed_pdf(), 422, "encrypted", "这份 PDF 要密码才能打开"),
    ],
    ids=["a program", "a password"],
)
def test_a_file_that_is_not_taken_says_why_and_what_to_do(
    world: World, draft_id: str, data: bytes, status: int, detail: str, title: str
) -> None:
    answer = upload(world, draft_id, "M06", data)

    assert (answer.status_code, answer.json["detail"]) == (status, detail)
    assert answer.json["title"]["zh"] == title
    assert answer.json["remedy"]["zh"]


def test_a_file_that_comes_twice_is_told(world: World, draft_id: str) -> None:
    upload(world, draft_id, "M06", scan_of("contract"))

    assert upload(world, draft_id, "M07", scan_of("contract")).status_code == 409


def test_a_file_over_the_limit_is_refused_before_it_is_read(world: World, draft_id: str) -> None:
    assert upload(world, draft_id, "M06", bytes(LARGEST_FILE + 8192)).status_code == 413


def test_how_a_file_came_is_one_of_two_ways(world: World, draft_id: str) -> None:
    """From a scanner or its folder only the counter itself takes files."""
    answer = world.call(
        "POST",
        f"/ui/api/drafts/{draft_id}/materials/M06",
        data=scan_of("contract"),
        headers={"Content-Type": "application/octet-stream", "X-Capture": "scanner"},
    )

    assert answer.status_code == 422


def test_a_material_is_handed_out_as_it_travels(world: World, draft_id: str) -> None:
    draft = add_paper(world, draft_id, "M06", scan_of("contract"))
    sha256 = draft["materials"][0]["sha256"]
    answer = world.call("GET", f"/ui/api/drafts/{draft_id}/materials/{sha256}")

    assert answer.content_type == "application/pdf"
    assert len(answer.get_data()) == draft["materials"][0]["size"]


def test_the_page_may_use_the_camera_and_nothing_else(world: World) -> None:
    policy = world.call("GET", "/").headers["Permissions-Policy"]

    assert policy == "camera=(self), microphone=(), geolocation=()"


# --- scanner and folder


@pytest.fixture
def running() -> Iterator[RunningScanner]:
    with RunningScanner() as made:
        yield made


@pytest.fixture
def seat(tmp_path: Path, running: RunningScanner) -> Iterator[World]:
    """Give a counter with a virtual scanner and a folder."""
    (tmp_path / "scans").mkdir()
    world = make_world(tmp_path / "counter")
    at = iter(range(0, 10_000, 100))
    scanning = Scanning(
        world.counter.binder,
        world.box,
        ScannerShelf({"s": ESCLScanner(running.url, sleep=lambda _s: None)}),
        WatchedFolder(tmp_path / "scans", lambda: float(next(at))),
        lambda: "run1",
    )
    object.__setattr__(world.counter, "scanning", scanning)
    yield world
    world.box.close()


def test_scanners_say_what_they_can_and_what_is_wrong(seat: World, running: RunningScanner) -> None:
    idle = _scanner(seat)
    obey(running.scanner, "load contract")
    loaded = _scanner(seat)
    obey(running.scanner, "fault open")
    opened = _scanner(seat)

    assert idle["info"]["is_simulated"]
    assert idle["info"]["sources"] == ["glass", "feeder", "feeder_both"]
    assert (idle["has_paper"], loaded["has_paper"]) == (False, True)
    assert opened["trouble"]["code"] == "terminal.scanner-open"
    assert opened["trouble"]["zh"].startswith("扫描仪的盖子没合上")


def _scanner(seat: World) -> dict[str, Any]:
    told = seat.call("GET", "/ui/api/scanners").json
    assert told is not None
    return dict(told["scanners"][0])


def test_a_run_brings_one_page_a_call_until_it_is_over(
    seat: World, running: RunningScanner
) -> None:
    obey(running.scanner, "load contract sealed")
    draft_id = seat.draft()["draft_id"]
    asked = {"scanner": "s", "source": "feeder", "dpi": 100, "code": "M06"}
    begun = seat.call("POST", f"/ui/api/drafts/{draft_id}/scans", asked)
    pages = [seat.call("POST", "/ui/api/scans/run1/next") for _ in range(3)]

    assert (begun.status_code, begun.json) == (201, {"run": "run1"})
    assert [p.status_code for p in pages] == [200, 200, 204]
    assert pages[1].json is not None
    assert [p["is_simulated"] for p in pages[1].json["pages"]] == [True, True]
    assert seat.call("POST", "/ui/api/scans/run1/next").status_code == 404


def test_a_jam_is_told_with_what_to_do(seat: World, running: RunningScanner) -> None:
    obey(running.scanner, "load contract")
    obey(running.scanner, "fault jam 0")
    draft_id = seat.draft()["draft_id"]
    asked = {"scanner": "s", "source": "feeder", "dpi": 100, "code": "M06"}
    seat.call("POST", f"/ui/api/drafts/{draft_id}/scans", asked)
    answer = seat.call("POST", "/ui/api/scans/run1/next")

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (409, "terminal.paper-jam")
    assert "取出卡住的纸" in answer.json["remedy"]["zh"]


def test_a_run_is_stopped(seat: World, running: RunningScanner) -> None:
    obey(running.scanner, "load contract sealed")
    draft_id = seat.draft()["draft_id"]
    asked = {"scanner": "s", "source": "feeder", "dpi": 100, "code": "M06"}
    seat.call("POST", f"/ui/api/drafts/{draft_id}/scans", asked)

    assert seat.call("DELETE", "/ui/api/scans/run1").status_code == 204
    assert seat.call("DELETE", "/ui/api/scans/run1").status_code == 204
    assert running.scanner.state == "Idle"


def test_files_of_the_folder_are_listed_and_taken_in(seat: World, tmp_path: Path) -> None:
    (tmp_path / "scans" / "scan.jpg").write_bytes(scan_of("contract"))
    draft_id = seat.draft()["draft_id"]
    writing = seat.call("GET", "/ui/api/folder").json
    whole = seat.call("GET", "/ui/api/folder").json
    assert writing is not None
    assert whole is not None
    key = whole["arrivals"][0]["key"]
    taken = seat.call("POST", f"/ui/api/drafts/{draft_id}/folder", {"key": key, "code": "M06"})

    assert [a["is_whole"] for a in (writing["arrivals"][0], whole["arrivals"][0])] == [False, True]
    assert taken.json is not None
    assert [p["capture"] for p in taken.json["pages"]] == ["folder"]
    assert seat.call("GET", "/ui/api/folder").json == {
        "is_watched": True,
        "arrivals": [],
        "trouble": None,
    }


def test_a_folder_that_is_gone_is_told(seat: World, tmp_path: Path) -> None:
    (tmp_path / "scans").rmdir()
    told = seat.call("GET", "/ui/api/folder").json

    assert told is not None
    assert told["trouble"]["code"] == "terminal.scan-folder"


def test_a_counter_without_a_folder_says_so(world: World) -> None:
    assert world.call("GET", "/ui/api/folder").json == {
        "is_watched": False,
        "arrivals": [],
        "trouble": None,
    }
