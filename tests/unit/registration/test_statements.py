"""The papers that the counter writes: when, for whom, in which words, and what the rules make of them."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from registration.application import Application, MaterialSource
from registration.errors import BadDocumentError
from registration.findings import Level
from registration.ink import SignerRole
from registration.papers.statements import draw_statement, plain_words
from registration.people import Agent, Guardian, parse_name
from registration.requirements import check_application
from registration.schema import format_application, parse_application
from registration.signatures import required_signatures
from registration.statements import (
    STATEMENTS,
    fitting_statements,
    has_material,
    read_statements,
    statements_json_schema,
)
from tests.factories import (
    FATHER,
    LI,
    MINOR,
    TELLER,
    ZHANG,
    make_application,
    make_authority,
    make_document,
    make_inks,
    make_material,
    make_maximum_mortgage,
    make_party,
)
from tests.unit.registration.papers.reading import collisions, loose_fonts, read_text, spilled

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 9, 29)
AGENT = "410202199112089910"


def of_minor() -> Application:
    guardian = Guardian(name=parse_name("王父例"), document=make_document(FATHER), relation="父亲")
    ward = make_party("王示例", MINOR, identity=None, guardian=guardian)
    return make_application(mortgagors=(ward,), debtors=(ward,))


def through_agent() -> Application:
    agent = Agent(
        name=parse_name("郑示例"), document=make_document(AGENT), authority=make_authority()
    )
    owner = make_party("李示例", LI, phone="13900000000", agent=agent)
    return make_application(mortgagors=(make_party(), owner))


def of_earlier_claims() -> Application:
    return make_application(mortgage=replace(make_maximum_mortgage(), includes_earlier_claims=True))


def stated(application: Application, code: str, *, is_signed: bool = True) -> Application:
    """Return an application with a statement that the counter wrote for it, signed or not."""
    bare = replace(application, statements=(code,), inks=())
    paper = draw_statement(bare, code)
    drawn = make_material(
        code,
        sha256=hashlib.sha256(paper).hexdigest(),
        size=len(paper),
        source=MaterialSource.GENERATED,
    )
    whole = replace(bare, materials=(*bare.materials, drawn))
    return replace(whole, inks=make_inks(whole)) if is_signed else whole


CASES: dict[str, Callable[[], Application]] = {
    "M03": through_agent,
    "M08": of_earlier_claims,
    "M17": of_minor,
    "M18": make_application,
}
every_statement = pytest.mark.parametrize("code", CASES)


def rules(application: Application) -> list[tuple[str, Level]]:
    found = check_application(application, today=TODAY)
    return [(f.rule, f.level) for f in found if f.rule in {"R47", "R33"}]


def test_there_is_a_case_for_every_statement_of_the_table() -> None:
    assert set(CASES) == set(STATEMENTS.by_code)


def test_the_published_form_is_the_one_that_is_read() -> None:
    published = json.loads(ROOT.joinpath("docs", "schema", "statements-1.json").read_text("utf-8"))

    assert published == statements_json_schema()


@every_statement
def test_its_facts_ask_for_it_and_for_no_other(code: str) -> None:
    found = fitting_statements(CASES[code](), told={"R02"} if code == "M18" else ())

    assert [statement.code for statement in found] == [code]


def test_nothing_is_written_where_nothing_asks_for_it() -> None:
    assert fitting_statements(make_application(), told={"R04"}) == ()


@pytest.mark.parametrize(
    ("code", "signers"),
    [
        ("M03", [(SignerRole.MORTGAGOR, LI)]),
        ("M08", [(SignerRole.MORTGAGOR, ZHANG), (SignerRole.MORTGAGOR, LI), (SignerRole.AGENT, TELLER)]),
        ("M17", [(SignerRole.GUARDIAN, FATHER)]),
        ("M18", [(SignerRole.MORTGAGOR, ZHANG), (SignerRole.MORTGAGOR, LI), (SignerRole.AGENT, TELLER)]),
    ],
)  # fmt: skip
def test_who_signs_it(code: str, signers: list[tuple[SignerRole, str]]) -> None:
    wanted = required_signatures(replace(CASES[code](), statements=(code,)))

    assert [(s.role, s.number) for s in wanted if s.paper_code == code] == signers


@every_statement
def test_a_signed_statement_answers_every_rule(code: str) -> None:
    assert rules(stated(CASES[code](), code)) == []


@every_statement
def test_what_is_not_signed_is_told(code: str) -> None:
    assert ("R33", Level.CORRECT) in rules(stated(CASES[code](), code, is_signed=False))


@every_statement
def test_the_paper_holds_its_words_and_nothing_beyond_its_edges(code: str) -> None:
    pdf = draw_statement(replace(CASES[code](), statements=(code,)), code)

    text = read_text(pdf)
    assert STATEMENTS.by_code[code].zh in text
    assert f"文本{STATEMENTS.version}" in text
    assert "{" not in text
    assert (loose_fonts(pdf), spilled(pdf), collisions(pdf)) == ([], [], [])


def test_a_power_of_attorney_names_both_the_matter_and_its_days() -> None:
    text = read_text(draw_statement(through_agent(), "M03"))

    for words in ("李示例", LI, "郑示例", AGENT, "抵押权首次登记", "2026-12-31", "不得转委托"):
        assert words in text


def test_a_character_of_no_standard_font_is_drawn_as_it_is() -> None:
    """The supplementary ideograph U+20BB7 (𠮷) stands in names."""
    application = make_application(mortgagors=(make_party("王𠮷例", ZHANG, identity=None),))

    assert "王𠮷例" in read_text(draw_statement(replace(application, statements=("M18",)), "M18"))


def test_plain_words_speak_to_each_signer_in_both_languages() -> None:
    told = plain_words(through_agent(), "M03", LI)

    assert told is not None
    assert "郑示例" in told[0]
    assert told[1].startswith("With this paper 郑示例 may act for you")
    assert plain_words(make_application(), "M01", ZHANG) is None


def test_other_facts_make_another_paper_and_equal_facts_the_same() -> None:
    one, other = make_application(), make_application(captured_at=make_application().captured_at)
    moved = replace(one, unit=replace(one.unit, location="开封市龙亭区示例路2号"))

    assert draw_statement(one, "M18") == draw_statement(other, "M18")
    assert draw_statement(one, "M18") != draw_statement(moved, "M18")


def test_scanned_materials_change_no_statement() -> None:
    """So that a page more asks nobody to sign it again."""
    one = make_application()
    more = replace(one, materials=(*one.materials, make_material("M16")))

    assert draw_statement(one, "M18") == draw_statement(more, "M18")


def test_a_paper_of_other_words_goes_to_a_person() -> None:
    signed = stated(make_application(), "M18")
    moved = replace(signed, unit=replace(signed.unit, use="办公"))

    assert rules(moved) == [("R47", Level.MANUAL)]


def test_a_paper_that_is_named_and_not_there_is_told() -> None:
    named = replace(make_application(), statements=("M18",))

    assert ("R47", Level.CORRECT) in rules(named)


def test_a_paper_that_nobody_was_asked_to_sign_is_told() -> None:
    unnamed = replace(stated(make_application(), "M18"), statements=())

    assert rules(unnamed) == [("R47", Level.CORRECT)]


def test_a_guarantee_for_nobody_is_told() -> None:
    assert ("R47", Level.CORRECT) in rules(stated(make_application(), "M17"))


def test_ink_of_another_person_is_no_signature_of_it() -> None:
    signed = stated(of_minor(), "M17")
    inks = tuple(
        replace(ink, signer_number=ZHANG) if ink.paper_code == "M17" else ink for ink in signed.inks
    )

    assert rules(replace(signed, inks=inks)) == [("R33", Level.CORRECT)]


def test_a_part_of_a_material_leaves_the_rest_to_be_brought() -> None:
    """The guarantee is written here; who the guardian is must be shown all the same."""
    alone = stated(of_minor(), "M17")
    beside = replace(alone, materials=(*alone.materials, make_material("M17")))

    assert not has_material(alone, "M17")
    assert has_material(beside, "M17")
    told = [{f.rule for f in check_application(a, today=TODAY)} for a in (alone, beside)]
    assert ["R11" in rules for rules in told] == [True, False]


def test_a_whole_material_needs_nothing_else() -> None:
    assert has_material(stated(make_application(), "M18"), "M18")


def test_it_travels_and_comes_back_the_same() -> None:
    signed = stated(make_application(), "M18")

    assert parse_application(format_application(signed)) == signed
    assert "statements" not in format_application(make_application())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('code = "M08"', 'code = "M03"'),
        ('code = "M08"', 'code = "M77"'),
        ('when = "guardian"', 'when = "moon"'),
        ('told = "R02"', ""),
        ('made = "asked"', 'made = "asked"\ncolour = "red"'),
        ("schema =", "schema"),
    ],
    ids=["twice", "no such material", "no such fact", "never", "unknown member", "no TOML"],
)
def test_a_table_that_makes_no_sense_is_refused(old: str, new: str) -> None:
    text = ROOT.joinpath("registration", "statements.toml").read_text("utf-8")
    with pytest.raises(BadDocumentError):
        read_statements(text.replace(old, new, 1))
