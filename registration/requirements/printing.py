"""Rules on what can be printed: the papers must show every character as it is, or not be made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Finding, Level
from registration.papers.faces import code_point, find_undrawable, spell_out
from registration.people import Party
from registration.requirements.rule import FORM_LAW, Hit, Rule

RULE_ID: Final = "PRINT"
CHANNEL_LAW: Final = "本登记机构开通“不见面”抵押登记通道的规定"


@dataclass(frozen=True, slots=True)
class _Printed:
    """One text that a paper of the application shows."""

    text: str
    pointer: str
    zh: str
    en: str


def check_names(application: Application, _today: date) -> Iterator[Hit]:
    """A name that no font can print is not taken through this channel: the window takes it.

    Nobody can put a legal name right, so this is no correction; and no law forbids the
    registration, so it is no refusal. What fails is the channel, whose certificate is a drawn
    file: it would have to leave the character out or change it, and either is another name.
    """
    for item in _names(application):
        if codes := _codes(item.text):
            shown = spell_out(item.text)
            yield Hit(
                f"{item.zh}“{shown}”中的 {codes} 没有可印制的字形，姓名、名称不得改写，"
                "本通道印不出证明：请到登记机构窗口办理。",
                f"{item.en} “{shown}”: no font prints {codes}, and a name must not be changed; "
                "please apply at the office's window.",
                item.pointer,
            )


def check_texts(application: Application, _today: date) -> Iterator[Hit]:
    """A text that no font can print is written otherwise: nobody's name depends on it.

    That is so for numbers, addresses and scopes, and for the bank's agent, who can be another.
    """
    for item in _texts(application):
        if codes := _codes(item.text):
            yield Hit(
                f"{item.zh}中的 {codes} 没有可印制的字形，申请书和证明印不出："
                "请换用能印的字重新填写后提交。",
                f"{item.en}: no font prints {codes}; write it with other characters and file again.",
                item.pointer,
            )
    agent = application.mortgagee.agent.name.text
    if codes := _codes(agent):
        yield Hit(
            f"代理人姓名“{spell_out(agent)}”中的 {codes} 没有可印制的字形，"
            "申请书印不出：请换一名代理人办理。",
            f"The agent's name “{spell_out(agent)}”: no font prints {codes}; let another agent act.",
            "/mortgagee/agent/name",
        )


def _codes(text: str) -> str:
    return "、".join(map(code_point, find_undrawable(text)))


def _parties(application: Application) -> Iterator[tuple[Party, str, str, str]]:
    """Yield everybody who stands on a side, once where he stands twice alike.

    Each with his pointer and what he is.
    """
    for index, party in enumerate(application.mortgagors):
        yield party, f"/mortgagors/{index}", "抵押人", "mortgagor"
    for index, party in enumerate(application.debtors):
        if party not in application.mortgagors:
            yield party, f"/debtors/{index}", "债务人", "debtor"


def _names(application: Application) -> Iterator[_Printed]:
    bank = application.mortgagee
    yield _Printed(bank.name.text, "/mortgagee/name", "抵押权人名称", "Name of the mortgagee")
    yield _Printed(
        bank.legal_representative,
        "/mortgagee/legal_representative",
        "抵押权人法定代表人姓名",
        "Name of the mortgagee's representative",
    )
    for party, at, zh, en in _parties(application):
        yield _Printed(party.name.text, f"{at}/name", f"{zh}姓名（名称）", f"Name of the {en}")
        yield _Printed(
            party.legal_representative,
            f"{at}/legal_representative",
            f"{zh}法定代表人姓名",
            f"Name of the {en}'s representative",
        )
        if party.guardian is not None:
            name = party.guardian.name.text
            yield _Printed(name, f"{at}/guardian/name", "监护人姓名", "Name of the guardian")


def _texts(application: Application) -> Iterator[_Printed]:
    for party, at, zh, en in _parties(application):
        yield _Printed(party.address, f"{at}/address", f"{zh}通讯地址", f"Address of the {en}")
        yield _Printed(party.phone, f"{at}/phone", f"{zh}联系电话", f"Telephone of the {en}")
        yield _Printed(party.relation, f"{at}/relation", f"{zh}关系", f"Relation of the {en}")
        if party.guardian is not None:
            relation = party.guardian.relation
            yield _Printed(relation, f"{at}/guardian/relation", "监护关系", "Guardian's relation")
    yield from _unit_texts(application)
    yield from _mortgage_texts(application)
    yield from _bank_texts(application)
    for index, material in enumerate(application.materials):
        yield _Printed(
            material.title, f"/materials/{index}/title", "材料名称", "Title of a material"
        )
    for index, answer in enumerate(application.inquiry):
        yield _Printed(
            answer.answer, f"/inquiry/{index}/answer", "询问笔录的回答", "Answer of the inquiry"
        )
    for index, share in enumerate(application.shares):
        yield _Printed(share, f"/shares/{index}", "份额", "Share")


def _unit_texts(application: Application) -> Iterator[_Printed]:
    unit, discharge = application.unit, application.discharge
    yield _Printed(unit.location, "/unit/location", "坐落", "Location")
    title_no = unit.title_no.text if unit.title_no else ""
    yield _Printed(title_no, "/unit/title_no", "不动产权证书号", "Title number")
    yield _Printed(unit.area_m2, "/unit/area_m2", "面积", "Area")
    yield _Printed(unit.use, "/unit/use", "用途", "Use")
    if discharge is not None:
        number = discharge.certificate_no.text
        yield _Printed(
            number, "/discharge/certificate_no", "不动产登记证明号", "Certificate number"
        )


def _mortgage_texts(application: Application) -> Iterator[_Printed]:
    mortgage = application.mortgage
    if mortgage is None:
        return
    for name, zh, en in (
        ("principal_contract_no", "主债权合同号", "Number of the principal contract"),
        ("mortgage_contract_no", "抵押合同号", "Number of the mortgage contract"),
        ("amount_words", "大写金额", "Amount in words"),
        ("security_scope", "担保范围", "Scope of security"),
    ):
        yield _Printed(getattr(mortgage, name), f"/mortgage/{name}", zh, en)


def _bank_texts(application: Application) -> Iterator[_Printed]:
    bank, counter = application.mortgagee, application.counter
    yield _Printed(
        bank.financial_licence, "/mortgagee/financial_licence", "金融许可证编码", "Licence code"
    )
    yield _Printed(bank.address, "/mortgagee/address", "抵押权人地址", "Mortgagee's address")
    authority = bank.agent.authority
    if authority is not None:
        at = "/mortgagee/agent/authority"
        yield _Printed(
            authority.number, f"{at}/number", "授权委托书编号", "Number of the authority"
        )
        matters = "、".join(authority.matters)
        yield _Printed(matters, f"{at}/matters", "代理事项", "Matters of the authority")
    for name, zh, en in (
        ("branch", "网点", "Branch"),
        ("terminal", "终端", "Terminal"),
        ("teller", "柜员号", "Teller"),
    ):
        yield _Printed(getattr(counter, name), f"/counter/{name}", zh, en)
    yield _Printed(application.corrects, "/corrects", "补正业务号", "Number of the corrected case")


RULES: Final = (
    Rule(id=RULE_ID, level=Level.NOT_ACCEPTED, basis=CHANNEL_LAW, look=check_names),
    Rule(id=RULE_ID, level=Level.CORRECT, basis=FORM_LAW, look=check_texts),
)


def check_printable(application: Application, *, today: date) -> tuple[Finding, ...]:
    """Return what keeps the papers from being drawn; empty when nothing does."""
    return tuple(finding for rule in RULES for finding in rule.apply(application, today))
