"""Rules on what can be printed: the papers must show every character as it is, or not be made."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Finding, Level
from registration.papers.faces import code_point, find_undrawable, spell_out
from registration.people import PersonName
from registration.requirements.rule import FORM_LAW, Hit, Rule

RULE_ID: Final = "PRINT"
CHANNEL_LAW: Final = "本登记机构开通“不见面”抵押登记通道的规定"
UNSEEN: Final = frozenset({"inks", "visits", "identity", "file_name", "origins"})
"""What no paper shows; everything else of an application is looked at."""
WORDS: Final = {
    "mortgagee": ("抵押权人", "mortgagee"),
    "mortgagors": ("抵押人", "mortgagor"),
    "debtors": ("债务人", "debtor"),
    "former": ("原抵押权人", "former mortgagee"),
    "sellers": ("出卖人", "seller"),
    "buyers": ("买受人", "buyer"),
    "agent": ("代理人", "agent"),
    "guardian": ("监护人", "guardian"),
    "name": ("姓名（名称）", "name"),
    "legal_representative": ("法定代表人姓名", "name of the representative"),
    "name_before": ("变更前的姓名（名称）", "name before the change"),
    "name_after": ("变更后的姓名（名称）", "name after the change"),
    "number_before": ("变更前的证件号码", "number before the change"),
    "number_after": ("变更后的证件号码", "number after the change"),
    "number": ("编号", "number"),
    "address": ("通讯地址", "address"),
    "phone": ("联系电话", "telephone"),
    "relation": ("关系", "relation"),
    "financial_licence": ("金融许可证编码", "licence code"),
    "authority": ("授权委托书", "authority"),
    "matters": ("代理事项", "matters"),
    "shares": ("份额", "share"),
    "buyer_shares": ("买受人份额", "share of a buyer"),
    "listing": ("清单", "list"),
    "unit_no": ("不动产单元号", "unit number"),
    "location": ("坐落", "location"),
    "title_no": ("不动产权证书号", "title number"),
    "area_m2": ("面积", "area"),
    "use": ("用途", "use"),
    "certificate_no": ("不动产登记证明号", "certificate number"),
    "notice_no": ("预告登记证明号", "number of the notice"),
    "principal_contract_no": ("主债权合同号", "number of the principal contract"),
    "mortgage_contract_no": ("抵押合同号", "number of the mortgage contract"),
    "assignment_no": ("债权转让协议编号", "number of the assignment"),
    "contract_no": ("买卖合同号", "number of the contract of sale"),
    "filing_no": ("合同备案号", "filing number of the contract"),
    "tax_receipt_no": ("契税完税凭证号", "number of the tax receipt"),
    "amount_words": ("大写金额", "amount in words"),
    "security_scope": ("担保范围", "scope of security"),
    "note": ("说明", "note"),
    "title": ("材料名称", "title of a material"),
    "answer": ("询问笔录的回答", "answer of the inquiry"),
    "branch": ("网点", "branch"),
    "terminal": ("终端", "terminal"),
    "teller": ("柜员号", "teller"),
    "corrects": ("补正业务号", "number of the corrected case"),
}
"""What a place in the application is called; a place without a word adds none."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of an application that some font lacks characters of."""

    text: str
    pointer: str
    is_name: bool

    @property
    def codes(self) -> str:
        return "、".join(map(code_point, find_undrawable(self.text)))

    @property
    def is_agents(self) -> bool:
        """Whether it names somebody in whose place another may act."""
        return self.is_name and self.pointer.endswith("/agent/name")

    def label(self, language: int) -> str:
        """Return what stands there, in Chinese (0) or English (1)."""
        words = [WORDS[s][language] for s in self.pointer.split("/") if s in WORDS]
        return ("" if language == 0 else ", ").join(words)


def check_names(application: Application, _today: date) -> Iterator[Hit]:
    """A name that no font can print is not taken through this channel: the window takes it.

    Nobody can put a legal name right, so this is no correction; and no law forbids the
    registration, so it is no refusal. What fails is the channel, whose certificate is a drawn
    file: it would have to leave the character out or change it, and either is another name.
    """
    for item in _unprintable(application):
        if item.is_name and not item.is_agents:
            shown = spell_out(item.text)
            yield Hit(
                f"{item.label(0)}“{shown}”中的 {item.codes} 没有可印制的字形，"
                "姓名、名称不得改写，本通道印不出证明：请到登记机构窗口办理。",
                f"{item.label(1)} “{shown}”: no font prints {item.codes}, and a name must not be "
                "changed; please apply at the office's window.",
                item.pointer,
            )


def check_texts(application: Application, _today: date) -> Iterator[Hit]:
    """A text that no font can print is written otherwise: nobody's name depends on it.

    That is so for numbers, addresses and scopes; and where an agent's name is the trouble,
    another agent can act.
    """
    for item in _unprintable(application):
        if item.is_agents:
            yield Hit(
                f"{item.label(0)}“{spell_out(item.text)}”中的 {item.codes} 没有可印制的字形，"
                "申请书印不出：请换一名代理人办理。",
                f"{item.label(1)} “{spell_out(item.text)}”: no font prints {item.codes}; "
                "let another agent act.",
                item.pointer,
            )
        elif not item.is_name:
            yield Hit(
                f"{item.label(0)}中的 {item.codes} 没有可印制的字形，申请书和证明印不出："
                "请换用能印的字重新填写后提交。",
                f"{item.label(1)}: no font prints {item.codes}; "
                "write it with other characters and file again.",
                item.pointer,
            )


def _unprintable(application: Application) -> Iterator[_Text]:
    """Yield every text with such a character; a debtor who is a mortgagor too is told once."""
    told = {f"/debtors/{i}" for i, p in enumerate(application.debtors) if p in application.obligors}
    for item in _walk(application, ""):
        is_twice = "/".join(item.pointer.split("/")[:3]) in told
        if not is_twice and find_undrawable(item.text):
            yield item


def _walk(value: object, at: str) -> Iterator[_Text]:
    """Yield every text inside a value, each with its JSON Pointer."""
    if isinstance(value, PersonName):
        yield _Text(value.text, at, is_name=True)
    elif isinstance(value, str):
        yield _Text(value, at, is_name=at.endswith("/legal_representative"))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _walk(inner, f"{at}/{index}")
    elif dataclasses.is_dataclass(value):
        names = [f.name for f in dataclasses.fields(value) if f.name not in UNSEEN]
        for name in names:
            # A number with a check is one text, and its pointer is its own.
            inner = at if names == ["text"] else f"{at}/{name}"
            yield from _walk(getattr(value, name), inner)


RULES: Final = (
    Rule(id=RULE_ID, level=Level.NOT_ACCEPTED, basis=CHANNEL_LAW, look=check_names),
    Rule(id=RULE_ID, level=Level.CORRECT, basis=FORM_LAW, look=check_texts),
)


def check_printable(application: Application, *, today: date) -> tuple[Finding, ...]:
    """Return what keeps the papers from being drawn; empty when nothing does."""
    return tuple(finding for rule in RULES for finding in rule.apply(application, today))
