"""Rules on the door: is this office the right one, is the channel open, is it new."""

from collections.abc import Iterator
from typing import Final

from backend.office.register import EncumbranceKind
from backend.office.rules.book import EVERY, MORTGAGING, NOTICES, SALE, Clause, Rule
from backend.office.rules.matter import Matter, Page
from backend.office.rules.sameness import is_bank
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind
from registration.papers.faces import code_point, find_undrawable
from registration.requirements.printing import CHANNEL_LAW, RULE_ID

_OUTSIDE: Final = Clause(
    rule="R29",
    level=Level.NOT_ACCEPTED,
    basis="《不动产登记暂行条例》第七条、第十七条第一款第四项",
    zh="不属于本机构登记范围，请向{name}申请。",
    en="The unit lies outside this office's area; apply to: {name}.",
)
_CLOSED: Final = Clause(
    rule="KIND",
    level=Level.NOT_ACCEPTED,
    basis="《不动产登记暂行条例》第十七条；本登记机构开通“不见面”抵押登记通道的规定",
    zh="本通道尚未开通“{kind_zh}”，请到登记机构窗口办理。",
    en="This channel does not take this kind ({kind_en}) yet; please go to the office's window.",
)
_BANK: Final = Clause(
    rule="R30",
    level=Level.NOT_ACCEPTED,
    basis=CHANNEL_LAW,
    zh="该抵押权人未开通本通道，请到窗口办理。",
    en="This channel is not open to the mortgagee; please apply at the office's window.",
)
_UNPRINTABLE: Final = Clause(
    rule=RULE_ID,
    level=Level.NOT_ACCEPTED,
    basis=CHANNEL_LAW,
    zh="登记簿记载的{what_zh}中有 {codes} 没有可印制的字形，本通道印不出证明：请到登记机构窗口办理。",
    en="The {what_en} on the register holds {codes}, which no font prints: the certificate cannot be "
    "made here; please apply at the office's window.",
)
_OTHER_CASE: Final = Clause(
    rule="R34",
    level=Level.MANUAL,
    basis="《不动产登记暂行条例实施细则》第六十七条",
    zh="该不动产单元存在在办业务{case_no}，按受理时间先后办理。",
    en="Another case on the unit is at work ({case_no}); they are taken in order of acceptance.",
)
_DUPLICATE: Final = Clause(
    rule="R35",
    level=Level.NOT_ACCEPTED,
    basis="《不动产登记暂行条例》第十七条",
    zh="该抵押权已登记（抵押合同{contract_no}），请勿重复申请。",
    en="This mortgage is registered already (mortgage contract {contract_no}).",
)
_NOTICE_DUPLICATE: Final = Clause(
    rule="R35",
    level=Level.NOT_ACCEPTED,
    basis="《不动产登记暂行条例》第十七条",
    zh="该预告登记已办理（合同{contract_no}），请勿重复申请。",
    en="This notice is registered already (contract {contract_no}).",
)
_ALONE: Final = Clause(
    rule="KIND",
    level=Level.NOT_ACCEPTED,
    basis="本登记机构开通“不见面”抵押登记通道的规定",
    zh="不动产所有权转移登记须与抵押登记一并申请；单独申请的，请到登记机构窗口办理。",
    en="This channel takes a transfer of ownership only together with a mortgage.",
)


def check_area(page: Page) -> Iterator[Finding]:
    """R29: the unit lies in this office's area."""
    unit_no = page.extract.unit_no
    if not page.policy.covers(unit_no):
        yield _OUTSIDE.finding("/unit/unit_no", name=page.policy.other_office(unit_no))


def check_kind(matter: Matter) -> Iterator[Finding]:
    """KIND: the office opened the channel for this kind of registration."""
    kind = matter.application.kind
    # A bundle's kind on a single application is told by the form's own rule.
    if kind not in matter.policy.kinds and not kind.is_bundle:
        yield tell_closed(kind)
    elif kind is RegistrationKind.OWNERSHIP_TRANSFER and matter.application.bundle is None:
        yield _ALONE.finding("/kind")


def tell_closed(kind: RegistrationKind) -> Finding:
    """Return that the channel does not take a kind."""
    return _CLOSED.finding("/kind", kind_zh=kind.title_zh, kind_en=kind.title_en)


def check_bank(matter: Matter) -> Iterator[Finding]:
    """R30: the channel is open to the mortgagee; of a bundle's banks, to the one that files."""
    applications = (matter.application, *matter.together)
    banks = {application.mortgagee.credit_code.text for application in applications}
    if not banks & set(matter.policy.banks):
        yield _BANK.finding("/mortgagee/credit_code")


def check_other_cases(page: Page) -> Iterator[Finding]:
    """R34: no other case is at work on the unit."""
    for case in page.extract.open_cases:
        yield tell_other_case(case.case_no)


def tell_other_case(case_no: str) -> Finding:
    """Return what a case is told of another one on its unit."""
    return _OTHER_CASE.finding("/unit/unit_no", case_no=case_no)


def check_duplicate(matter: Matter) -> Iterator[Finding]:
    """R35: the same contract of the same bank is not on the register already."""
    mortgage = matter.application.mortgage
    if mortgage is None:
        return
    contract_no = mortgage.mortgage_contract_no
    is_notice = matter.kind is RegistrationKind.MORTGAGE_NOTICE
    kind = EncumbranceKind.MORTGAGE_NOTICE if is_notice else EncumbranceKind.MORTGAGE
    clause = _NOTICE_DUPLICATE if is_notice else _DUPLICATE
    for entry in matter.page.current(kind):
        if entry.contract_no == contract_no != "" and is_bank(entry, matter.application.mortgagee):
            yield clause.finding("/mortgage/mortgage_contract_no", contract_no=contract_no)


def check_notice_duplicate(matter: Matter) -> Iterator[Finding]:
    """R35: the same presale contract has no notice on the register already."""
    sale = matter.application.sale
    if sale is None or not sale.contract_no.strip():
        return
    for entry in matter.page.current(EncumbranceKind.PURCHASE_NOTICE):
        if entry.contract_no == sale.contract_no:
            yield _NOTICE_DUPLICATE.finding("/sale/contract_no", contract_no=sale.contract_no)


def check_printable(page: Page) -> Iterator[Finding]:
    """What the certificate takes from the register can be printed as it stands there.

    The register is right by law and the applicants cannot correct it, nor may the certificate
    write it otherwise, so the window takes the case. A discharge issues no certificate.
    """
    if page.title is None:
        return
    names = "".join(owner.name for owner in page.title.owners)
    for text, pointer, zh, en in (
        (names, "/mortgagors", "权利人姓名（名称）", "name of an owner"),
        (page.title.location, "/unit/location", "坐落", "location"),
        (page.title.title_no, "/unit/title_no", "不动产权证书号", "title number"),
    ):
        if found := find_undrawable(text):
            codes = "、".join(map(code_point, found))
            yield _UNPRINTABLE.finding(pointer, what_zh=zh, what_en=en, codes=codes)


_PURCHASE: Final = frozenset({RegistrationKind.PURCHASE_NOTICE})
_UNCERTIFIED: Final = SALE | frozenset({RegistrationKind.CANCELLATION})
RULES: Final = (
    Rule(look=check_area, clauses=(_OUTSIDE,), kinds=EVERY),
    Rule(check=check_kind, clauses=(_CLOSED, _ALONE), kinds=EVERY),
    Rule(check=check_bank, clauses=(_BANK,), kinds=EVERY),
    Rule(look=check_other_cases, clauses=(_OTHER_CASE,), kinds=EVERY),
    Rule(
        check=check_duplicate,
        clauses=(_DUPLICATE, _NOTICE_DUPLICATE),
        kinds=MORTGAGING | NOTICES - _PURCHASE,
    ),
    Rule(check=check_notice_duplicate, clauses=(_NOTICE_DUPLICATE,), kinds=_PURCHASE),
    Rule(look=check_printable, clauses=(_UNPRINTABLE,), kinds=EVERY - _UNCERTIFIED),
)
