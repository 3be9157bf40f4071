"""Statements and powers of attorney that the counter writes: from the table's words to PDF.

Like the application form they are drawn from the claim alone, neither from ink nor from papers.
"""

from collections.abc import Iterator
from typing import Final

from registration.application import Application
from registration.mortgage import Money
from registration.papers.flow import Block, Ends, Gap, Paragraph, Title, headed, lay_out, row
from registration.papers.forms import foot, imprint, signature_blocks, unit_rows
from registration.papers.matters import amount_text
from registration.parties import Acting, acting_parties
from registration.people import Agent, Guardian
from registration.statements import STATEMENTS, Signers, Statement, is_person

_UNKNOWN: Final = "＿＿＿＿"
"""For what is not known yet; a rule of its own asks for it."""
Words = dict[str, str]


def draw_statement(
    application: Application, code: str, *, mark: str = "", is_finished: bool = False
) -> bytes:
    """Draw a statement of the table; `mark` and `is_finished`: as `draw_application_form`.

    Raises:
        KeyError: no such statement.
        PaperOverflowError, MissingGlyphError: as `draw_application_form`.

    Source: the articles that `registration/statements.toml` names beside each.
    """
    statement = STATEMENTS.by_code[code]
    blocks: list[Block] = [
        Title(statement.zh),
        Ends(f"申请编号：{application.application_id}", f"材料 {code}"),
        *headed("所涉登记", tuple(_matter_rows(application))),
        Gap(4),
    ]
    blocks += [Paragraph(text, size=12.0, after=3.0) for text in _texts(statement, application)]
    blocks += [Gap(2), Paragraph(f"依据：{statement.law}", is_indented=False, size=9.0)]
    blocks += signature_blocks(application, code, statement.closing, is_finished=is_finished)
    small = f"{foot(application)}　文本 {STATEMENTS.version}"
    return lay_out(imprint(statement.zh, application), blocks, foot=small, mark=mark)


def plain_words(application: Application, code: str, number: str) -> tuple[str, str] | None:
    """Return what a statement means for one signer, in Chinese and English; None for other papers.

    `number` is the signer's document number.
    """
    statement = STATEMENTS.by_code.get(code)
    if statement is None:
        return None
    mine = [w for signer, w in _matters(statement, application) if signer == number]
    words = mine[0] if mine else _common(application)
    english = words | {"kind": application.kind.title_en}
    return statement.plain_zh.format_map(words), statement.plain_en.format_map(english)


def _matter_rows(application: Application) -> Iterator[Block]:
    yield row("登记类型", application.kind.title_zh)
    yield row("抵押权人", application.mortgagee.name.text)
    yield from unit_rows(application)


def _texts(statement: Statement, application: Application) -> Iterator[str]:
    for _, words in _matters(statement, application) if statement.each else ():
        yield from (text.format_map(words) for text in statement.each)
    yield from (text.format_map(_common(application)) for text in statement.all)


def _common(application: Application) -> Words:
    return {
        "kind": application.kind.title_zh,
        "location": application.unit.location,
        "unit_no": application.unit.unit_no.grouped,
        "amount": _amount(application),
    } | dict.fromkeys(
        ("name", "number", "helper", "helper_number", "relation", "authority_no", "from", "to"),
        _UNKNOWN,
    )


def _amount(application: Application) -> str:
    secured: Money | None = application.mortgage.secured if application.mortgage else None
    return amount_text(secured) if secured else _UNKNOWN


def _matters(statement: Statement, application: Application) -> Iterator[tuple[str, Words]]:
    """Yield who signs for himself or a ward, by document number, and the words about it."""
    for acting in acting_parties(application):
        party = acting.party
        if statement.signers is Signers.GUARDIANS and party.guardian:
            number = party.guardian.document.number
            yield number, _common(application) | _of(acting, party.guardian)
        elif statement.signers is Signers.PRINCIPALS and party.agent and is_person(party.kind):
            yield party.document.number, _common(application) | _of(acting, party.agent)


def _of(acting: Acting, helper: Guardian | Agent) -> Words:
    words = {
        "name": acting.party.name.text,
        "number": acting.party.document.number,
        "helper": helper.name.text,
        "helper_number": helper.document.number,
    }
    if isinstance(helper, Guardian):
        return words | {"relation": helper.relation or _UNKNOWN}
    authority = helper.authority
    if authority is None:
        return words
    days = {"from": authority.valid_from.isoformat(), "to": authority.valid_to.isoformat()}
    return words | days | {"authority_no": authority.number}
