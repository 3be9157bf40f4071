"""The wire language: nothing is lost on it, nothing bad passes, nothing of it leaks."""

import copy
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from registration.application import Application, MaterialSource
from registration.errors import BadDocumentError, Problem
from registration.identifiers import (
    parse_certificate_no,
)
from registration.ink import InkPoint, Stroke
from registration.mortgage import Discharge, DischargeCause, Money
from registration.people import CoOwnership, Guardian, IdSource, PartyKind, parse_name
from registration.schema import (
    application_json_schema,
    canonical,
    decode_json,
    format_application,
    parse_application,
)
from tests.factories import (
    LI,
    MINOR,
    PROOF_NO,
    make_application,
    make_discharge,
    make_document,
    make_identity,
    make_ink,
    make_material,
    make_maximum_mortgage,
    make_mortgagee,
    make_party,
    make_unit,
)

ROOT: Final = Path(__file__).parents[3]
GOLDEN: Final = ROOT / "tests/data/schema/application-1.json"
PUBLISHED: Final = ROOT / "docs/schema/application-1.json"
NOON: Final = datetime(2026, 9, 29, 12, 0, 0, tzinfo=timezone(timedelta(hours=8)))
SECRET: Final = "机密41020319850615991X"


def sent(value: Any) -> Any:
    """Return what arrives of a value that was sent as canonical JSON."""
    return decode_json(canonical(value))


def problems_of(value: object) -> tuple[Problem, ...]:
    with pytest.raises(BadDocumentError) as caught:
        parse_application(value)
    return caught.value.problems


def changed(**changes: Any) -> dict[str, Any]:
    """Return the base case on the wire with other members."""
    return {**format_application(make_application()), **changes}


def with_mortgage(**changes: Any) -> dict[str, Any]:
    document = format_application(make_application())
    document["mortgage"] |= changes
    return document


# --- nothing is lost --------------------------------------------------------------------------

GUARDIAN: Final = Guardian(
    name=parse_name("李示例"),
    document=make_document(LI),
    relation="母亲",
    identity=make_identity("李示例", LI),
)
VARIANTS: Final = {
    "base case": make_application(),
    "rare characters": make_application(
        mortgagors=(
            make_party("𠮷〇·古丽"),
            make_party("\ue863示例", LI, address="〇号院\u3000𠮷"),
        ),
    ),
    "maximum-amount mortgage": make_application(mortgage=make_maximum_mortgage()),
    "open period": make_application(
        mortgage=make_maximum_mortgage(end=None, is_period_open=True, agreed_rank=2)
    ),
    "discharge": make_discharge(),
    "discharge by a court": make_discharge(
        discharge=Discharge(
            certificate_no=parse_certificate_no(PROOF_NO), cause=DischargeCause.COURT_DOCUMENT
        )
    ),
    "guardian": make_application(
        mortgagors=(make_party(), make_party("张小示", MINOR, guardian=GUARDIAN))
    ),
    "nobody's chip was read": make_application(
        mortgagors=(
            make_party(
                identity=make_identity(source=IdSource.MANUAL, evidence=None, photo=b"", sex="")
            ),
        )
    ),
    "photo of a passport": make_application(
        mortgagors=(
            make_party(identity=make_identity(photo=bytes(range(256)) * 80, photo_codec="jp2")),
        )
    ),
    "card without an end": make_application(
        mortgagors=(make_party(identity=make_identity(valid_to=None)),)
    ),
    "shares": make_application(co_ownership=CoOwnership.SHARES, shares=("1/3", "2/3")),
    "enterprise": make_application(
        debtors=(
            make_party(identity=None, kind=PartyKind.ENTERPRISE, legal_representative="孙示例"),
        )
    ),
    "no title number, no power of attorney": make_application(
        unit=make_unit(title_no=None),
        mortgagee=make_mortgagee(agent=replace(make_mortgagee().agent, authority=None)),
    ),
    "nothing but what must be": make_application(
        mortgagors=(), debtors=(), mortgage=None, inquiry=(), materials=(), inks=()
    ),
    "second round, microseconds, east of Greenwich": make_application(
        round=2, corrects="410202-2026-0000001", captured_at=NOON.replace(microsecond=123456)
    ),
    "ink that runs back over the edge": make_application(
        inks=(make_ink(strokes=(Stroke(points=(InkPoint(5, -3, 2, 0), InkPoint(4, 9, 9, 1000))),)),)
    ),
    "material out of the archive": make_application(
        materials=(make_material(source=MaterialSource.ARCHIVE, file_name="合同 (第1页).pdf"),)
    ),
}


@pytest.mark.parametrize("application", VARIANTS.values(), ids=VARIANTS.keys())
def test_an_application_arrives_as_it_was_sent(application: Application) -> None:
    assert parse_application(sent(format_application(application))) == application


@pytest.mark.parametrize("application", VARIANTS.values(), ids=VARIANTS.keys())
def test_its_bytes_are_the_same_after_every_journey(application: Application) -> None:
    first = canonical(format_application(application))

    again = canonical(format_application(parse_application(decode_json(first))))

    assert again == first


@pytest.mark.parametrize("application", VARIANTS.values(), ids=VARIANTS.keys())
def test_the_published_schema_takes_what_we_send(application: Application) -> None:
    schema = json.loads(PUBLISHED.read_text("utf-8"))

    jsonschema.Draft202012Validator(schema).validate(sent(format_application(application)))


def test_the_order_of_members_does_not_matter() -> None:
    document = format_application(make_application())
    backwards = dict(reversed(document.items()))

    assert canonical(backwards) == canonical(document)


# --- what was once said stays said ------------------------------------------------------------


def test_the_golden_sample_is_still_understood() -> None:
    """The sample is never edited: it stands for every package in the archive."""
    found = parse_application(decode_json(GOLDEN.read_bytes()))

    assert found.round == 2
    assert found.mortgage is not None
    assert found.mortgage.max_claim == Money(150_000_000)
    assert found.mortgagors[1].name.text == "张𠮷·〇示例"
    assert found.mortgagors[1].guardian is not None
    assert found.mortgagors[1].guardian.identity is not None
    assert len(found.mortgagors[1].guardian.identity.photo) == 1024
    assert found.inks[0].strokes[0].points[0] == InkPoint(t_ms=0, x=1000, y=1807, pressure=536)
    assert found.captured_at == datetime(2026, 9, 29, 2, 12, tzinfo=UTC)


def test_the_golden_sample_keeps_its_bytes() -> None:
    """A member added with a default changes this digest; anything else that does is a fault."""
    found = parse_application(decode_json(GOLDEN.read_bytes()))

    assert hashlib.sha256(canonical(format_application(found))).hexdigest() == (
        "5b16fded745480c2fe16a1fecee0f3bef8d8dc16270aea5c03633cc5b9b4102c"
    )


def test_the_published_schema_is_that_of_the_code() -> None:
    """How to write it anew stands in docs/schema/README.md."""
    assert json.loads(PUBLISHED.read_text("utf-8")) == application_json_schema()


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(application_json_schema())


# --- all that is wrong, at once, and no value ---------------------------------------------------


def test_everything_wrong_is_told_at_once() -> None:
    document = with_mortgage(amount_fen="86万", start="2026-02-30", colour="red")
    document["mortgagors"][1]["document"] = {"number": 7}
    document["unit"]["unit_no"] = "410202"
    del document["office"]

    assert sorted((p.pointer, p.code) for p in problems_of(document)) == [
        ("/mortgage/amount_fen", "not-whole"),
        ("/mortgage/colour", "unknown-member"),
        ("/mortgage/start", "date"),
        ("/mortgagors/1/document/kind", "missing"),
        ("/mortgagors/1/document/number", "not-text"),
        ("/office", "missing"),
        ("/unit/unit_no", "registration.bad-unit-no"),
    ]


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        (changed(schema="application/2"), "/schema", "unknown-schema"),
        ({k: v for k, v in changed().items() if k != "schema"}, "/schema", "missing"),
        (changed(status="approved"), "/status", "unknown-member"),
        (changed(kind="mortgage.gift"), "/kind", "unknown-value"),
        (changed(co_ownership=0), "/co_ownership", "unknown-value"),
        (changed(round="1"), "/round", "not-whole"),
        (changed(round=True), "/round", "not-whole"),
        (changed(round=0), "/round", "out-of-range"),
        (changed(application_id=""), "/application_id", "too-short"),
        (changed(application_id="A 1"), "/application_id", "characters"),
        (changed(corrects="x" * 201), "/corrects", "too-long"),
        (changed(corrects="a\x00b"), "/corrects", "characters"),
        (changed(corrects="a\nb"), "/corrects", "characters"),
        (changed(corrects="good\u202etxt"), "/corrects", "characters"),
        (changed(mortgagors={}), "/mortgagors", "not-list"),
        (changed(mortgagors=[1]), "/mortgagors/0", "not-object"),
        (changed(shares=["1"] * 501), "/shares", "too-many"),
        (changed(mortgagee=None), "/mortgagee", "not-object"),
        (changed(office="114102000X0000043F"), "/office", "registration.bad-credit-code"),
        (changed(office="114102000x0000043e"), "/office", "spelling"),
        (changed(captured_at="2026-09-29T10:12:00"), "/captured_at", "date"),
        (changed(captured_at="2026-09-29 10:12:00Z"), "/captured_at", "date"),
        (changed(captured_at="2026-09-29T10:12:60Z"), "/captured_at", "date"),
        (changed(captured_at="2026-09-29T10:12:00Z\n"), "/captured_at", "date"),
        (changed(captured_at="0001-01-01T00:00:00+23:00"), "/captured_at", "date"),
        (changed(captured_at=1790647920), "/captured_at", "not-text"),
        (with_mortgage(start="2026-9-28"), "/mortgage/start", "date"),
        (with_mortgage(start="20260928"), "/mortgage/start", "date"),
        (with_mortgage(start="２０２６-09-28"), "/mortgage/start", "date"),
        (with_mortgage(amount_fen=-1), "/mortgage/amount_fen", "out-of-range"),
        (with_mortgage(amount_fen=True), "/mortgage/amount_fen", "not-whole"),
        (with_mortgage(amount_fen=86.0), "/mortgage/amount_fen", "not-whole"),
        (with_mortgage(amount=86_000_000), "/mortgage/amount", "unknown-member"),
        (with_mortgage(is_period_open="yes"), "/mortgage/is_period_open", "not-boolean"),
        (with_mortgage(agreed_rank=0), "/mortgage/agreed_rank", "out-of-range"),
    ],
)
def test_refuses(document: dict[str, Any], pointer: str, code: str) -> None:
    assert [(p.pointer, p.code) for p in problems_of(document)] == [(pointer, code)]


@pytest.mark.parametrize("value", [None, [], "application/1", 1, True])
def test_refuses_what_is_no_object(value: object) -> None:
    assert [(p.pointer, p.code) for p in problems_of(value)] == [("", "not-object")]


@pytest.mark.parametrize("name", [" 张示例", "张示例 ", "", " ", "张\u200b示例", "名" * 101])
def test_refuses_a_name_that_hides_something(name: str) -> None:
    document = format_application(make_application())
    document["mortgagors"][0]["name"] = name

    assert [p.pointer for p in problems_of(document)] == ["/mortgagors/0/name"]


@pytest.mark.parametrize("photo", ["AAA", "AA A", "AAAA\n", "AB==", "-_-_", "照片", 7])
def test_a_photo_has_one_spelling(photo: object) -> None:
    document = format_application(make_application())
    document["mortgagors"][0]["identity"]["photo"] = photo

    assert [p.pointer for p in problems_of(document)] == ["/mortgagors/0/identity/photo"]


def test_refuses_a_photo_that_is_too_large() -> None:
    application = make_application(
        mortgagors=(make_party(identity=make_identity(photo=bytes(256 * 1024 + 1))),)
    )

    with pytest.raises(BadDocumentError):
        format_application(application)


@pytest.mark.parametrize(
    "point", [[1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, True], {"x": 1}, [2**53] * 4]
)
def test_refuses_a_point_of_another_shape(point: object) -> None:
    document = format_application(make_application())
    document["inks"][0]["strokes"][1]["points"][2] = point

    assert [p.pointer for p in problems_of(document)] == ["/inks/0/strokes/1/points/2"]


def test_tells_at_most_two_hundred_problems() -> None:
    assert len(problems_of(changed(shares=[1] * 500))) == 200


def _leaves(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to everything in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for step, item in inner:
        yield (*steps, step)
        if isinstance(item, dict | list):
            yield from _leaves(item, (*steps, step))


def test_no_answer_repeats_what_was_sent() -> None:
    """Validation answers go to logs and screens; the values in them are people's."""
    document = format_application(VARIANTS["guardian"])
    document["inks"] = document["inks"][:1]
    document["inks"][0]["strokes"] = document["inks"][0]["strokes"][:1]
    refused = 0
    for *way, last in _leaves(document):
        bad = copy.deepcopy(document)
        place = bad
        for step in way:
            place = place[step]
        place[last] = {SECRET: SECRET}
        told = problems_of(bad)
        refused += 1
        assert SECRET not in repr(told)
        assert not any(SECRET in p.detail or SECRET in p.pointer for p in told)
    assert refused > 200


@pytest.mark.parametrize("name", [SECRET, "a/b", "~", "", "1", "x" * 41])
def test_a_member_with_an_odd_name_is_not_named(name: str) -> None:
    assert [(p.pointer, p.code) for p in problems_of(changed(**{name: 1}))] == [
        ("", "unknown-member")
    ]


def test_the_error_itself_does_not_show_the_value() -> None:
    with pytest.raises(BadDocumentError) as caught:
        parse_application(changed(office=SECRET))

    assert SECRET not in str(caught.value)


def test_does_not_send_what_it_would_not_take() -> None:
    """A value that slipped past the counter's own checks is found before it is signed."""
    with pytest.raises(BadDocumentError) as caught:
        format_application(make_application(mortgagors=(make_party(phone="138\x00"),)))

    assert caught.value.problems[0].pointer == "/mortgagors/0/phone"


def test_does_not_send_a_time_without_offset() -> None:
    with pytest.raises(BadDocumentError) as caught:
        format_application(make_application(captured_at=datetime(2026, 9, 29, 10, 12)))

    assert [p.pointer for p in caught.value.problems] == ["/captured_at"]
