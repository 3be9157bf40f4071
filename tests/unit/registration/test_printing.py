"""A character that no font draws is told by field and code point, wherever a paper would show it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from registration.application import Application
from registration.errors import BadDocumentError, MissingGlyphError
from registration.findings import Level
from registration.papers.faces import find_undrawable, spell_out
from registration.papers.forms import draw_application_form, draw_inquiry_record
from registration.people import Guardian, Party, PartyKind, parse_name
from registration.requirements import check_application
from registration.requirements.printing import UNSEEN, WORDS, check_printable
from registration.schema import (
    application_json_schema,
    format_application,
    parse_application,
)
from tests.factories import (
    FATHER,
    LI,
    TODAY,
    make_application,
    make_discharge,
    make_document,
    make_mortgage,
    make_mortgagee,
    make_party,
    make_unit,
)
from tests.factories_kinds import (
    make_crystallisation,
    make_mortgage_notice,
    make_ownership_transfer,
    make_purchase_notice,
    make_renamed_bank,
    make_transfer,
)
from tests.unit.registration.applications import agent, authority, by_shares, mortgage, owner

OLD = "\ue000"
"""A private-use character, as old ID cards have them."""
NEVER = "\U000e01f0"
"""A code point that Unicode has not given to any character."""


def make_full(base: Application) -> Application:
    """Return an application with something in every member that a paper shows."""
    father = Guardian(name=parse_name("王父例"), document=make_document(FATHER), relation="父亲")
    child = make_party(guardian=father, relation="子")
    company = Party(
        name=parse_name("示例商贸有限公司"),
        document=make_document(LI),
        kind=PartyKind.ENTERPRISE,
        address="开封市龙亭区示例大街9号",
        legal_representative="孙示例",
        relation="无",
    )
    debtors = () if base.mortgage is None else (company,)
    full = replace(base, mortgagors=(child, company), debtors=debtors)
    return replace(full, **by_shares("1/2", "1/2"), round=2, corrects="20260929-0000001")


def leaves(value: Any, at: str = "") -> Iterator[str]:
    """Yield the pointer to every text of a document."""
    if isinstance(value, str):
        yield at
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, f"{at}/{key}")


def with_text(document: Any, pointer: str, extra: str) -> Any:
    """Return a document with something added to one of its texts."""
    if not pointer:
        return document + extra
    key, _, rest = pointer[1:].partition("/")
    rest = f"/{rest}" if rest else ""
    if isinstance(document, list):
        place = int(key)
        return [with_text(v, rest, extra) if i == place else v for i, v in enumerate(document)]
    return document | {key: with_text(document[key], rest, extra)}


def is_drawable(application: Application) -> bool:
    try:
        draw_application_form(application)
        draw_inquiry_record(application)
    except MissingGlyphError:
        return False
    return True


KINDS: Mapping[str, Callable[[], Application]] = {
    "first": lambda: make_full(make_application()),
    "discharge": lambda: make_full(make_discharge()),
    "change": make_renamed_bank,
    "crystallisation": lambda: make_crystallisation(corrects="20260929-0000001"),
    "transfer": make_transfer,
    "purchase notice": make_purchase_notice,
    "mortgage notice": make_mortgage_notice,
    "ownership transfer": make_ownership_transfer,
}


@pytest.mark.parametrize("kind", KINDS)
def test_everything_a_signed_paper_shows_is_looked_at(kind: str) -> None:
    """Every text that the schema lets hold such a character, one after another."""
    document = format_application(KINDS[kind]())
    stopped = 0
    for pointer in leaves(document):
        try:
            application = parse_application(with_text(document, pointer, OLD))
        except BadDocumentError:
            continue
        found = check_printable(application, today=TODAY)
        assert {f.pointer for f in found} <= {pointer}
        assert not any(f.zh.startswith(("中的", "“")) for f in found), "a place without a word"
        if not is_drawable(application):
            stopped += 1
            assert found, pointer
    assert stopped > 10


def test_every_place_that_may_hold_such_a_character_has_a_word() -> None:
    """A member that is added to the schema needs one, or is among those that no paper shows."""
    schema = application_json_schema()

    assert [at for at in places(schema, schema["$defs"]) if not told_of(at)] == []


def told_of(at: tuple[str, ...]) -> bool:
    return bool(set(at) & (WORDS.keys() | UNSEEN))


def places(
    node: dict[str, Any], known: dict[str, Any], at: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield the members of a JSON Schema whose text may be other than ASCII, none in itself."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in at:
            inner = places(known[name], known, (*at, name))
            yield from (tuple(step for step in found if step not in known) for found in inner)
        return
    for choice in (*node.get("anyOf", ()), *([node["items"]] if "items" in node else ())):
        yield from places(choice, known, at)
    for name, member in node.get("properties", {}).items():
        yield from places(member, known, (*at, name))
    is_free = node.get("type") == "string" and not {"enum", "const"} & node.keys()
    if is_free and re.search(node.get("pattern", ""), "甲"):
        yield at


NAMES = {
    "/mortgagors/0/name": lambda: owner(name=parse_name(f"王{OLD}明")),
    "/debtors/0/name": lambda: make_application(debtors=(make_party(f"王{OLD}明", FATHER),)),
    "/mortgagee/name": lambda: make_application(
        mortgagee=make_mortgagee(name=parse_name(f"示例{OLD}银行"))
    ),
}
TEXTS = {
    "/mortgage/principal_contract_no": lambda: mortgage(principal_contract_no=f"HT{OLD}"),
    "/mortgage/mortgage_contract_no": lambda: mortgage(mortgage_contract_no=f"DY{OLD}"),
    "/mortgage/security_scope": lambda: mortgage(security_scope=f"本金{NEVER}"),
    "/unit/location": lambda: make_application(unit=make_unit(location=f"示例路{OLD}号")),
    "/mortgagee/agent/name": lambda: agent(name=parse_name(f"赵{OLD}")),
    "/mortgagee/agent/authority/number": lambda: authority(number=f"POA{OLD}"),
}


@pytest.mark.parametrize(("pointer", "make"), NAMES.items(), ids=NAMES)
def test_a_name_that_cannot_be_printed_goes_to_the_window(pointer: str, make: Any) -> None:
    (found,) = [f for f in check_application(make(), today=TODAY) if f.rule == "PRINT"]

    assert (found.pointer, found.level) == (pointer, Level.NOT_ACCEPTED)
    assert "U+E000" in found.zh
    assert "窗口" in found.zh
    assert "U+E000" in found.en
    assert OLD not in found.zh + found.en


@pytest.mark.parametrize(("pointer", "make"), TEXTS.items(), ids=TEXTS)
def test_a_text_that_cannot_be_printed_is_written_otherwise(pointer: str, make: Any) -> None:
    (found,) = [f for f in check_application(make(), today=TODAY) if f.rule == "PRINT"]

    assert (found.pointer, found.level) == (pointer, Level.CORRECT)
    assert "U+E0" in found.zh
    assert "请换" in found.zh


def test_rare_characters_that_a_font_has_are_nothing_to_tell() -> None:
    application = owner(name=parse_name("𠮷㙟〇·𬸣"))

    assert check_printable(application, today=TODAY) == ()


def test_line_breaks_and_tabs_are_layout() -> None:
    application = make_application(mortgage=make_mortgage(security_scope="本金\r\n利息\t罚息"))

    assert check_printable(application, today=TODAY) == ()
    assert is_drawable(application)


def test_each_character_is_named_once_in_order() -> None:
    assert find_undrawable(f"{OLD}王{NEVER}{OLD}") == (OLD, NEVER)
    assert spell_out(f"王{OLD}\n明") == "王〔U+E000〕\n明"
