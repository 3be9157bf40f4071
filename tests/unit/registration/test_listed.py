"""R48: a list signs exactly the applications that it names."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from registration.application import Application, MaterialSource
from registration.findings import Level
from registration.listed import LIST_CODE, ListPlace
from registration.listings import application_sha256, make_row, rows_sha256
from registration.mortgage import DischargeCause, Money
from registration.papers.discharges import draw_list, find_rows_sha256
from registration.requirements import check_application
from registration.schema import format_application, parse_application
from tests.factories import make_application, make_discharge, make_inks, make_material
from tests.unit.registration.papers.reading import collisions, loose_fonts, read_text, spilled

TODAY = date(2026, 9, 29)


def listed(count: int = 3, place: int = 2) -> Application:
    """Return one of several discharges that were signed by one list."""
    bare = [
        make_discharge(application_id=f"A-4102-0001-20260929-{n:06d}", inks=())
        for n in range(1, count + 1)
    ]
    rows = tuple(make_row(application) for application in bare)
    listing = ListPlace(list_id="L-1", made_on=TODAY, place=place, rows=rows)
    own = replace(bare[place - 1], listing=listing)
    paper = draw_list(own)
    material = make_material(
        LIST_CODE,
        sha256=hashlib.sha256(paper).hexdigest(),
        size=len(paper),
        source=MaterialSource.GENERATED,
    )
    whole = replace(own, materials=(*own.materials, material))
    return replace(whole, inks=make_inks(whole))


def rules(application: Application) -> list[tuple[str, Level]]:
    found = check_application(application, today=TODAY)
    return [(f.rule, f.level) for f in found if f.level is not Level.INFO]


def moved(application: Application, **changes: object) -> Application:
    assert application.listing is not None
    listing = replace(application.listing, **changes)  # type: ignore[arg-type]  # members by name
    return replace(application, listing=listing)


def other_amount(application: Application) -> Application:
    assert application.discharge is not None
    return replace(
        application, discharge=replace(application.discharge, cleared_amount=Money(1_00))
    )


def other_person(application: Application) -> Application:
    first, *rest = application.mortgagors
    return replace(application, mortgagors=(replace(first, phone="13700000000"), *rest))


def another(application: Application) -> Application:
    return replace(application, application_id="A-4102-0001-20260929-000777")


def more_paper(application: Application) -> Application:
    return replace(application, materials=(*application.materials, make_material("M16")))


def test_one_signature_on_the_list_is_enough() -> None:
    application = listed()

    assert rules(application) == []
    assert {ink.paper_code for ink in application.inks} == {LIST_CODE}


@pytest.mark.parametrize("change", [other_amount, other_person, another, more_paper])
def test_an_application_that_the_row_does_not_name_is_not_signed(
    change: Callable[[Application], Application],
) -> None:
    assert ("R48", Level.CORRECT) in rules(change(listed()))


@pytest.mark.parametrize("place", [1, 3])
def test_another_row_signs_nothing(place: int) -> None:
    assert ("R48", Level.CORRECT) in rules(moved(listed(), place=place))


def test_a_row_that_is_not_there_signs_nothing() -> None:
    assert ("R48", Level.CORRECT) in rules(moved(listed(), place=4))


def test_a_row_that_stands_twice_signs_nothing() -> None:
    application = listed()
    assert application.listing is not None
    first, second, _ = application.listing.rows

    assert ("R48", Level.CORRECT) in rules(moved(application, rows=(first, second, second)))


def test_only_the_mortgagee_alone_signs_by_a_list() -> None:
    application = listed()
    assert application.discharge is not None
    realised = replace(application.discharge, cause=DischargeCause.REALISED)

    found = rules(replace(application, discharge=realised))

    assert ("R48", Level.CORRECT) in found
    assert ("R33", Level.CORRECT) in found, "the form itself has to be signed"


def test_a_correction_is_signed_by_itself() -> None:
    again = replace(listed(), round=2, corrects="20260929-0000001")

    assert ("R48", Level.CORRECT) in rules(again)


def test_a_first_registration_is_in_no_list() -> None:
    listing = listed().listing

    assert ("R48", Level.CORRECT) in rules(replace(make_application(), listing=listing))


def test_a_list_that_is_not_there_signs_nothing() -> None:
    application = listed()
    without = tuple(m for m in application.materials if m.code != LIST_CODE)

    assert ("R48", Level.CORRECT) in rules(replace(application, materials=without))


def test_ink_on_another_list_is_told() -> None:
    application = listed()
    (ink,) = application.inks

    assert ("R33", Level.CORRECT) in rules(
        replace(application, inks=(replace(ink, paper_sha256="0" * 64),))
    )


def resigned(application: Application, paper: bytes) -> Application:
    """Return an application whose agent signed other bytes as its list."""
    sha256 = hashlib.sha256(paper).hexdigest()
    materials = tuple(
        replace(m, sha256=sha256, size=len(paper)) if m.code == LIST_CODE else m
        for m in application.materials
    )
    whole = replace(application, materials=materials, inks=())
    return replace(whole, inks=make_inks(whole))


def test_a_paper_of_other_rows_under_the_same_digest_goes_to_a_person() -> None:
    """The agent saw rows of another list; the mark in the file is all that fits."""
    application = listed()
    assert application.listing is not None
    other = replace(application.listing, rows=application.listing.rows[:1])
    shown = draw_list(replace(application, listing=other))
    paper = shown.replace(rows_sha256(other).encode(), rows_sha256(application.listing).encode())

    assert find_rows_sha256(paper) == rows_sha256(application.listing)
    assert rules(resigned(application, paper)) == [("R48", Level.MANUAL)]


def test_the_paper_carries_the_digest_of_its_rows() -> None:
    application = listed(count=40)
    paper = draw_list(application)
    assert application.listing is not None

    assert find_rows_sha256(paper) == rows_sha256(application.listing)
    assert find_rows_sha256(b"%PDF-1.7") == ""
    fewer = replace(application.listing, rows=application.listing.rows[:-1])
    assert rows_sha256(fewer) != rows_sha256(application.listing)


def test_the_paper_names_every_row_and_covers_the_people() -> None:
    paper = draw_list(listed(count=40))

    text = read_text(paper)
    assert "清单编号：L-1" in text
    assert "张*、李*" in text
    assert "张示例" not in text
    assert (loose_fonts(paper), spilled(paper), collisions(paper)) == ([], [], [])


def test_each_row_draws_the_same_list() -> None:
    assert draw_list(listed(place=1)) == draw_list(listed(place=3))


def test_it_travels_and_comes_back_the_same() -> None:
    application = listed()

    back = parse_application(format_application(application))

    assert back == application
    assert application_sha256(back) == application_sha256(application)
    assert "listing" not in format_application(make_discharge())
