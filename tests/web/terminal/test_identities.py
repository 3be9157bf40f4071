"""Who the people of a draft are: cards, typed documents, the second look, what is told of them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registration.people import IdentityRecord, parse_name
from terminal.reader_words import NOTICES
from tests.factories import LI, ZHANG, make_evidence, make_identity
from tests.web.terminal.world import CHECKER, PIN, World

TYPED = {
    "kind": "resident_card",
    "number": ZHANG,
    "name": "张示例",
    "reason": "chip_broken",
    "note": "刷两次读不出",
}


def _json(answer: Any) -> dict[str, Any]:
    assert answer.json is not None
    return dict(answer.json)


def slots(draft: dict[str, Any]) -> str:
    return f"/ui/api/drafts/{draft['draft_id']}/slots"


def test_a_card_fills_the_place_and_its_number_stays_masked(world: World) -> None:
    draft = world.draft()
    answer = world.call(
        "POST", f"/ui/api/drafts/{draft['draft_id']}/slots/p1/card", {"reader": "cards"}
    )
    identity = _json(answer)["slots"][0]["identity"]

    assert identity["name"] == "张示例"
    assert identity["source"] == "chip"
    assert ZHANG not in answer.get_data(as_text=True)


def test_showing_a_number_is_an_act_of_its_own(world: World) -> None:
    draft = world.draft()
    path = f"/ui/api/drafts/{draft['draft_id']}/slots/p1"
    world.call("POST", f"{path}/card", {"reader": "cards"})

    assert _json(world.call("POST", f"{path}/reveal"))["number"] == ZHANG


def test_an_empty_reader_says_what_to_do(world: World) -> None:
    world.reader.cards.clear()
    draft = world.draft()
    answer = world.call(
        "POST", f"/ui/api/drafts/{draft['draft_id']}/slots/p1/card", {"reader": "cards"}
    )

    assert answer.status_code == 409
    assert _json(answer)["code"] == "terminal.no-card"
    assert _json(answer)["title"]["zh"] == "请将证件平放在读卡区"
    assert _json(answer)["may_retry"] is True


def test_a_chip_key_reaches_the_reader(world: World) -> None:
    draft = world.draft()
    key = {"document_no": "E12345678", "birth_date": "1985-06-15", "valid_to": "2030-01-01"}
    world.call(
        "POST",
        f"/ui/api/drafts/{draft['draft_id']}/slots/p1/card",
        {"reader": "passports", "key": key},
    )
    given = world.passports.keys[0]

    assert given is not None
    assert given.document_no == "E12345678"
    assert given.birth_date is not None


def test_another_card_asks_before_it_replaces(world: World) -> None:
    draft = world.draft()
    path = f"/ui/api/drafts/{draft['draft_id']}/slots/p1/card"
    world.call("POST", path, {"reader": "cards"})
    refused = world.call("POST", path, {"reader": "cards"})
    world.reader.cards.append(make_identity("李示例", LI))
    taken = world.call("POST", path, {"reader": "cards", "is_replacing": True})

    assert (refused.status_code, _json(refused)["code"]) == (409, "terminal.slot-taken")
    assert _json(taken)["slots"][0]["display_name"] == "李示例"


def test_a_date_that_is_none_says_how_to_write_it(world: World) -> None:
    draft = world.draft()
    answer = world.call(
        "PUT",
        f"/ui/api/drafts/{draft['draft_id']}/slots/p1/identity",
        {"kind": "resident_card", "number": ZHANG, "name": "张示例", "valid_to": "2039.3.1"},
    )

    assert answer.status_code == 422
    assert _json(answer)["remedy"]["zh"] == "写成 2026-09-28"


def test_the_next_card_goes_where_nobody_stands(world: World) -> None:
    draft = world.draft()
    path = f"/ui/api/drafts/{draft['draft_id']}/card"

    first = _json(world.call("POST", path, {"reader": "cards"}))
    second = _json(world.call("POST", path, {"reader": "cards"}))

    assert (first["read_into"], second["read_into"]) == ("p1", "p2")
    assert [s["role"] for s in second["slots"]] == ["mortgagor", "mortgagor"]


def test_the_same_card_again_changes_nothing(world: World) -> None:
    draft = world.draft()
    path = f"/ui/api/drafts/{draft['draft_id']}/card"
    world.reader.cards[:] = [make_identity(), make_identity()]
    world.call("POST", path, {"reader": "cards"})
    answer = world.call("POST", path, {"reader": "cards"})

    assert (answer.status_code, _json(answer)["code"]) == (409, "terminal.duplicate-person")
    assert _json(answer)["pointer"] == "/p1"
    assert len(world.box.get_draft(draft["draft_id"]).slots) == 1


def test_a_whole_zone_reaches_the_reader(world: World) -> None:
    draft = world.draft()
    body = {"reader": "passports", "key": {"zone": "P<UTO"}}
    world.call("POST", f"{slots(draft)}/p1/card", body)

    assert world.passports.keys[0] is not None
    assert world.passports.keys[0].zone == "P<UTO"


def test_a_typed_document_says_why_and_waits_for_a_second_look(world: World) -> None:
    draft = world.draft()
    answer = _json(world.call("PUT", f"{slots(draft)}/p1/identity", TYPED))
    identity = answer["slots"][0]["identity"]

    assert identity["source"] == "manual"
    assert identity["manual"]["zh"] == "证件芯片损坏，读不出"
    assert (identity["manual"]["entered_by"], identity["manual"]["checked_by"]) == ("T0007", "")
    assert answer["checkers"] == [CHECKER]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"number": "410203198506159910"}, 422, "registration.bad-id-number"),
        ({"reason": "other", "note": " "}, 422, "terminal.reason-missing"),
        ({"reason": "no time"}, 422, "terminal.bad-request"),
        ({"reason": None}, 422, "terminal.bad-request"),
    ],
    ids=["wrong number", "other without words", "no such reason", "no reason"],
)
def test_a_document_is_not_typed_without_a_reason_and_a_number(
    world: World, changes: dict[str, Any], status: int, code: str
) -> None:
    draft = world.draft()
    answer = world.call("PUT", f"{slots(draft)}/p1/identity", TYPED | changes)

    assert (answer.status_code, _json(answer)["code"]) == (status, code)
    assert "4102" not in answer.get_data(as_text=True)


def check(world: World, draft: dict[str, Any], **changes: str) -> Any:
    body = {"staff_no": CHECKER, "pin": PIN, "number": ZHANG} | changes
    return world.call("POST", f"{slots(draft)}/p1/identity/check", body)


def test_a_colleague_confirms_what_was_typed(world: World) -> None:
    draft = world.draft()
    world.call("PUT", f"{slots(draft)}/p1/identity", TYPED)
    manual = _json(check(world, draft))["slots"][0]["identity"]["manual"]

    assert manual["checked_by"] == CHECKER
    assert manual["checked_at"] is not None


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"staff_no": "T0007"}, 409, "terminal.not-another-person"),
        ({"pin": "000000"}, 403, "terminal.wrong-pin"),
        ({"staff_no": "T0999"}, 403, "terminal.wrong-pin"),
        ({"number": LI}, 409, "terminal.not-the-same"),
    ],
)
def test_a_second_look_that_is_none(
    world: World, changes: dict[str, str], status: int, code: str
) -> None:
    draft = world.draft()
    world.call("PUT", f"{slots(draft)}/p1/identity", TYPED)
    answer = check(world, draft, **changes)

    assert (answer.status_code, _json(answer)["code"]) == (status, code)
    assert PIN not in answer.get_data(as_text=True)


def test_until_then_the_draft_does_not_go(world: World) -> None:
    draft = world.draft()
    world.call("PUT", f"{slots(draft)}/p1/identity", TYPED)
    path = f"/ui/api/drafts/{draft['draft_id']}/check"

    before = _json(world.call("GET", path))["findings"]
    check(world, draft)
    after = _json(world.call("GET", path))["findings"]

    assert [f["target"] for f in before if "复核" in f["zh"]] == ["p1"]
    assert [f for f in after if "复核" in f["zh"]] == []


EXPIRED = {"valid_to": date(2026, 9, 28)}
UNPROVEN = {"evidence": make_evidence(checks=(("document signer", "unknown"), ("photo", "ok")))}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (EXPIRED, "terminal.document-expired"),
        ({"valid_from": date(2026, 9, 30)}, "terminal.document-not-yet-valid"),
        (UNPROVEN, "terminal.issuer-unknown"),
        (
            {"evidence": make_evidence(checks=(("photo", "undecoded"),))},
            "terminal.photo-undecoded",
        ),
    ],
    ids=["expired", "not yet", "issuer", "photo"],
)
def test_what_is_to_be_said_of_a_document_is_said(
    world: World, changes: dict[str, Any], code: str
) -> None:
    draft = world.draft()
    world.reader.cards[:] = [replace(make_identity(), **changes)]
    answer = _json(world.call("POST", f"{slots(draft)}/p1/card", {"reader": "cards"}))
    (notice,) = answer["slots"][0]["identity"]["notices"]

    assert notice["code"] == code
    assert (notice["zh"], notice["en"]) == (NOTICES[code].zh, NOTICES[code].en)


def test_whether_a_document_is_in_force_is_judged_by_the_offices_day(world: World) -> None:
    """A counter whose clock is a day behind must not take a document that ended yesterday."""
    world.link.skew_s = 24 * 3600.0
    draft = world.draft()
    world.reader.cards[:] = [replace(make_identity(), valid_to=date(2026, 9, 29))]
    answer = _json(world.call("POST", f"{slots(draft)}/p1/card", {"reader": "cards"}))

    assert not answer["slots"][0]["identity"]["is_valid"]


@pytest.mark.parametrize(
    ("name", "rare"),
    [
        ("张示例", []),
        ("𠮷田示例", [{"character": "𠮷", "code": "U+20BB7", "is_drawn": True}]),
        ("张\ue863", [{"character": "\ue863", "code": "U+E863", "is_drawn": False}]),
    ],
    ids=["common", "drawn", "without a shape"],
)
def test_rare_characters_are_told_with_their_code_points(
    world: World, name: str, rare: list[Any]
) -> None:
    draft = world.draft()
    world.reader.cards[:] = [replace(make_identity(), name=parse_name(name))]
    answer = _json(world.call("POST", f"{slots(draft)}/p1/card", {"reader": "cards"}))
    identity = answer["slots"][0]["identity"]

    assert identity["name"] == name
    assert identity["rare"] == rare


def test_a_decoded_portrait_is_shown(world: World) -> None:
    record: IdentityRecord = replace(
        make_identity(), portrait=b"\xff\xd8\xff picture", portrait_codec="jpeg"
    )
    draft = world.draft()
    world.reader.cards[:] = [record]
    told = _json(world.call("POST", f"{slots(draft)}/p1/card", {"reader": "cards"}))
    answer = world.call("GET", f"{slots(draft)}/p1/photo")

    assert told["slots"][0]["identity"]["has_photo"]
    assert (answer.content_type, answer.get_data()) == ("image/jpeg", b"\xff\xd8\xff picture")


def test_a_reader_is_tried_and_nothing_is_kept(world: World) -> None:
    answer = _json(world.call("POST", "/ui/api/readers/cards/try"))

    assert answer["number"] == "410203********991X"
    assert world.box.drafts() == ()


def test_a_window_that_is_gone_holds_no_reader(world: World) -> None:
    """Its wait ends when another window asks."""
    draft = world.draft()
    world.reader.is_waiting = True
    answer = world.call("POST", f"{slots(draft)}/p1/card", {"reader": "cards"})

    assert answer.status_code == 200
    assert world.reader.is_closed


def test_the_font_of_rare_characters_is_served(world: World) -> None:
    answer = world.call("GET", "/ui/rare-han.ttf")

    assert answer.content_type == "font/ttf"
    assert len(answer.get_data()) > 1_000_000
