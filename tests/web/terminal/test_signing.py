"""Signing, check and submission through the JSON API."""

from datetime import datetime
from typing import Any

from tests.factories import LI, ZHANG, make_pdf, make_strokes
from tests.web.terminal.dissented import ANSWERS, TEXTS
from tests.web.terminal.paperwork import add_paper
from tests.web.terminal.world import World


def _filled(world: World) -> str:
    """Fill in the base case, all but the signatures; return the address of its draft."""
    draft_id = world.draft(**TEXTS)["draft_id"]
    path = f"/ui/api/drafts/{draft_id}"
    world.read_both(draft_id)
    for slot, phone in (("p1", "13800000000"), ("p2", "13900000000")):
        world.call("PUT", f"{path}/slots/{slot}", {"texts": {"phone": phone, "relation": "配偶"}})
    world.call("POST", f"{path}/precheck")
    world.call("PUT", f"{path}/inquiry", {"texts": ANSWERS})
    for code in ("M03", "M06", "M07"):
        add_paper(world, draft_id, code, make_pdf(code))
    return path


def _papers(world: World, path: str) -> list[dict[str, Any]]:
    told = world.call("GET", f"{path}/papers").json
    assert told is not None
    return list(told["papers"])


def test_what_no_font_prints_is_told_where_it_is_signed(world: World) -> None:
    path = _filled(world)
    world.call("PUT", f"{path}/fields", {"texts": {"security_scope": "本金\ue000"}})

    answer = world.call("GET", f"{path}/papers")

    assert answer.status_code == 409
    assert answer.json is not None
    assert [f["rule"] for f in answer.json["findings"]] == ["PRINT"]
    assert "U+E000" in answer.json["findings"][0]["zh"]


def _ink(paper: dict[str, Any], signer: str, **changes: Any) -> dict[str, Any]:
    strokes = make_strokes(f"{paper['code']}/{signer}")
    points = [[[p.t_ms, p.x, p.y, p.pressure] for p in s.points] for s in strokes]
    ink = {"sha256": paper["sha256"], "signer": signer, "strokes": points}
    return ink | {"width": 12_000, "height": 6_000, "device": "pen"} | changes


def _sign_all(world: World, path: str) -> None:
    for paper in _papers(world, path):
        for person in paper["signers"]:
            answer = world.call(
                "POST", f"{path}/papers/{paper['code']}/inks", _ink(paper, person["signer"])
            )
            assert answer.status_code == 201, answer.json


def test_the_papers_say_who_signs_and_tell_no_number(world: World) -> None:
    path = _filled(world)
    answer = world.call("GET", f"{path}/papers")
    papers = _papers(world, path)

    assert [(p["code"], len(p["signers"])) for p in papers] == [("M01", 3), ("M15", 2)]
    assert ZHANG not in answer.get_data(as_text=True)
    assert LI not in answer.get_data(as_text=True)


def test_ink_is_bound_to_the_paper_that_was_shown(world: World) -> None:
    path = _filled(world)
    paper = _papers(world, path)[0]
    ink = _ink(paper, paper["signers"][0]["signer"], sha256="0" * 64)
    answer = world.call("POST", f"{path}/papers/M01/inks", ink)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "terminal.paper-changed"


def test_a_signature_is_shown_with_its_time(world: World) -> None:
    path = _filled(world)
    paper = _papers(world, path)[0]
    person = paper["signers"][0]
    world.call("POST", f"{path}/papers/M01/inks", _ink(paper, person["signer"]))
    signed = _papers(world, path)[0]["signers"][0]

    assert signed["is_signed"]
    assert datetime.fromisoformat(signed["signed_at"]) == world.clock.now()


def test_too_little_ink_is_refused(world: World) -> None:
    path = _filled(world)
    paper = _papers(world, path)[0]
    ink = _ink(paper, paper["signers"][0]["signer"], strokes=[[[0, 1, 1, 500]]])
    answer = world.call("POST", f"{path}/papers/M01/inks", ink)

    assert answer.json is not None
    assert (answer.status_code, answer.json["detail"]) == (422, "too little")


def test_a_signature_can_be_taken_off_again(world: World) -> None:
    path = _filled(world)
    paper = _papers(world, path)[0]
    signer = paper["signers"][0]["signer"]
    world.call("POST", f"{path}/papers/M01/inks", _ink(paper, signer))
    world.call("DELETE", f"{path}/papers/M01/inks/{signer}")

    assert not _papers(world, path)[0]["signers"][0]["is_signed"]


def test_an_unknown_signer_is_not_found(world: World) -> None:
    path = _filled(world)
    paper = _papers(world, path)[0]
    answer = world.call("POST", f"{path}/papers/M01/inks", _ink(paper, "somebody"))

    assert answer.status_code == 404


def test_a_paper_is_the_very_pdf_that_is_signed(world: World) -> None:
    path = _filled(world)
    _papers(world, path)
    answer = world.call("GET", f"{path}/papers/M01/pdf")

    assert answer.content_type == "application/pdf"
    assert answer.get_data().startswith(b"%PDF-")


def test_the_check_tells_everything_and_where_it_is_put_right(world: World) -> None:
    draft = world.draft(**(TEXTS | {"amount": "86万"}))
    path = f"/ui/api/drafts/{draft['draft_id']}"
    told = world.call("GET", f"{path}/check").json
    assert told is not None
    spots = {(f["step"], f["target"]) for f in told["findings"]}

    assert {(1, "p1"), (2, "amount"), (3, "m-M06"), (3, "inquiry"), (4, "")} <= spots


def test_a_finding_about_a_phone_leads_to_that_phone(world: World) -> None:
    path = _filled(world)
    world.call("PUT", f"{path}/slots/p2", {"texts": {"phone": "139"}})
    told = world.call("GET", f"{path}/check").json
    assert told is not None

    assert (1, "p2.phone") in {(f["step"], f["target"]) for f in told["findings"]}


def test_a_value_unlike_the_registers_is_told_but_stops_nothing(world: World) -> None:
    path = _filled(world)
    world.call("PUT", f"{path}/fields", {"texts": {"area_m2": "118.65"}})
    told = world.call("GET", f"{path}/check").json
    assert told is not None
    found = next(f for f in told["findings"] if f["target"] == "area_m2")

    assert (found["level"], found["step"]) == ("manual", 2)


def test_an_incomplete_draft_is_not_submitted(world: World) -> None:
    path = _filled(world)
    answer = world.call("POST", f"{path}/submit")

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "terminal.not-complete"
    assert answer.json["findings"]


def test_a_complete_draft_goes_into_the_outbox(world: World) -> None:
    path = _filled(world)
    _sign_all(world, path)
    answer = world.call("POST", f"{path}/submit")

    assert answer.status_code == 201, answer.json
    assert answer.json is not None
    assert answer.json["state"] == "waiting"
