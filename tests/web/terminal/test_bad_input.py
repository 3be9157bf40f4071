"""Whatever a body holds, the answer is a problem that says what is wrong; never a failure."""

from typing import Any

import pytest

from tests.factories import UNIT_NO, make_pdf
from tests.web.terminal.paperwork import add_paper
from tests.web.terminal.world import World

_BODIES: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"{",
    "not UTF-8": b'{"texts": "\xff"}',
    "a list": b"[]",
    "a number": b"1e999",
    "null": b"null",
    "unknown member": b'{"surprise": 1}',
    "deep": b"[" * 100_000,
    "wrong types": b'{"texts": 5, "kind": [], "teller": {}, "role": 1, "reader": null, "code": 9}',
    "lone surrogate": b'{"texts": {"use": "\\ud800"}}',
    "big number": b'{"texts": {}, "base": ' + b"9" * 400 + b"}",
    "many texts": b'{"texts": {' + b",".join(b'"t%d": ""' % n for n in range(500)) + b"}}",
}


def _writes(world: World) -> list[tuple[str, str]]:
    """Every route that changes something, with the names of a draft that is there."""
    draft = world.draft(unit_no=UNIT_NO)
    values: dict[str, Any] = {
        "draft_id": draft["draft_id"], "slot_id": "p1", "code": "M06", "name": "area_m2",
        "sha256": "0" * 64, "signer": "x", "page_id": "s1", "run_id": "run1",
        "sequence": 1, "step": 1, "cursor": 1, "case_no": "x", "offered_id": "x", "absent_id": "x",
        "parcel": "0" * 32, "invitation": "0" * 32,
    }  # fmt: skip
    found = []
    for rule in world.app.url_map.iter_rules():
        built = rule.build({name: values[name] for name in rule.arguments})
        assert built is not None
        found += [(m, built[1]) for m in rule.methods or () if m in {"POST", "PUT", "DELETE"}]
    # Whatever forgets the draft comes last.
    return sorted(found, key=lambda entry: (entry[0] == "DELETE", entry))


@pytest.mark.parametrize("body", _BODIES.values(), ids=_BODIES.keys())
def test_no_body_breaks_a_route(world: World, body: bytes) -> None:
    for method, path in _writes(world):
        for kind in ("application/json", "application/octet-stream", "text/plain"):
            answer = world.call(method, path, data=body, headers={"Content-Type": kind})
            assert answer.status_code < 500 or answer.status_code == 503, (method, path, kind)
            if answer.status_code >= 400:
                told = answer.json
                assert told is not None, (method, path, kind)
                assert told["title"]["zh"], (method, path, kind)
                assert told["remedy"]["en"], (method, path, kind)


@pytest.mark.parametrize(
    "path",
    [
        "/ui/api/drafts/none",
        "/ui/api/drafts/%00",
        "/ui/api/drafts/%ff%fe",
        "/ui/api/drafts/..%2f..%2fetc",
        "/ui/api/certificates/none/pdf",
        "/ui/api/answers/999999999999999999999999/paper.pdf",
        "/ui/api/outbox/99999999999999999999999/receipt.pdf",
        "/ui/api/outbox/1/receipt.pdf",
        "/ui/nothing.js",
        "/ui/..%2fguard.py",
        "/ui/shell.html",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_not_found(world: World, path: str) -> None:
    answer = world.call("GET", path)

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_everything_wrong_in_a_body_is_told_at_once(world: World) -> None:
    told = world.call("POST", "/ui/api/drafts", {"kind": "other", "surprise": 1}).json

    assert told is not None
    assert {p["pointer"] for p in told["problems"]} == {"/kind", "/teller", "/surprise"}


def test_a_problem_never_repeats_the_value(world: World) -> None:
    answer = world.call("POST", "/ui/api/drafts", {"kind": "41020319850615991X", "teller": "x"})

    assert "41020319850615991X" not in answer.get_data(as_text=True)


def test_an_unknown_method_names_the_allowed_ones(world: World) -> None:
    answer = world.call("PATCH", "/ui/api/drafts")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=1&width=99999", "page=１", "page=-1"])
def test_a_page_out_of_bounds_is_refused(world: World, query: str) -> None:
    draft = world.draft()
    added = add_paper(world, draft["draft_id"], "M06", make_pdf("M06"))
    path = f"/ui/api/drafts/{draft['draft_id']}/materials"
    answer = world.call("GET", f"{path}/{added['materials'][0]['sha256']}?{query}")

    assert answer.status_code == 422


def test_an_unexpected_failure_says_so_and_hides_its_cause(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.box.close()
    answer = world.call("GET", "/ui/api/tray")

    assert answer.status_code == 500
    assert answer.json is not None
    assert answer.json["remedy"]["zh"]
    assert "sqlite" not in answer.get_data(as_text=True).lower()
