"""The catalogue of materials (材料目录): which papers a registration needs, and why."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registration.application import Application
from registration.days import local_day
from registration.mortgage import MortgageForm, RegistrationKind
from registration.people import Guardian, IdSource, Party, is_private_use

CATALOGUE_VERSION: Final = "2026.1"
"""Changes whenever a paper or a need changes; shown beside every list made from the catalogue."""

"""The whole country has one time and no summer time."""


class Need(enum.Enum):
    """How a registration needs a paper."""

    MUST = "must"
    CONDITIONAL = "conditional"


class Column(enum.Enum):
    """The columns of the catalogue: a kind of registration and, for first ones, a form."""

    FIRST = "first"
    MAXIMUM = "maximum"
    CHANGE = "change"
    TRANSFER = "transfer"
    CANCELLATION = "cancellation"
    MORTGAGE_NOTICE = "mortgage_notice"
    SALE_AND_MORTGAGE = "sale_and_mortgage"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialKind:
    """One line of the catalogue."""

    code: str
    title_zh: str
    title_en: str
    needs: Mapping[Column, Need]
    """A column that is not there does not need the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredMaterial:
    """A paper that an application must hold."""

    code: str
    title_zh: str
    title_en: str
    reason: str
    """Why it is asked, in Chinese."""


_MARKS: Final = {"M": Need.MUST, "C": Need.CONDITIONAL}


def _line(code: str, title_zh: str, title_en: str, marks: str) -> MaterialKind:
    """Make a line from one mark a column, in the order of `Column`: M must, C conditional, - not."""
    needs = {
        column: _MARKS[mark] for column, mark in zip(Column, marks, strict=True) if mark in _MARKS
    }
    return MaterialKind(code=code, title_zh=title_zh, title_en=title_en, needs=needs)


# Columns: first, maximum, change, transfer, cancellation, mortgage notice, sale and mortgage.
# Source: 实施细则 arts 66-74 and 85; 操作规范 14.1-14.4; published guides of registration offices.
_LINES: Final = (
    _line("M01", "不动产登记申请书", "Application form", "MMMMMMM"),
    _line("M02", "申请人身份证明", "Applicants' identity documents", "MMMMMMM"),
    _line("M03", "授权委托书及代理人身份证明", "Power of attorney and agent's ID", "MMMMMMM"),
    _line("M04", "不动产权属证书", "Certificate of title", "MMMMC-M"),
    _line("M05", "不动产登记证明", "Registration certificate", "--MMMMC"),
    _line("M06", "主债权合同", "Principal contract", "MM---MM"),
    _line("M07", "抵押合同", "Mortgage contract", "MM---MM"),
    _line("M08", "同意将已有债权转入最高额抵押的材料", "Consent to move in earlier debts", "-C-----"),
    _line("M09", "变更协议或变更证明", "Agreement or proof of the change", "--M----"),
    _line("M10", "其他抵押权人书面同意", "Other mortgagees' written consent", "--C----"),
    _line("M11", "债权转让协议及通知债务人的证明", "Assignment and notice to the debtor", "---M---"),
    _line("M12", "抵押权消灭的材料", "Proof that the mortgage ended", "----M-C"),
    _line("M13", "已备案的商品房预售合同", "Filed presale contract", "-----M-"),
    _line("M14", "存量房买卖合同及完税凭证", "Sale contract and tax receipt", "------M"),
    _line("M15", "询问笔录", "Inquiry record", "MMMMCMM"),
    _line("M16", "婚姻证明或无配偶声明", "Proof of marriage or of none", "CC---CC"),
    _line("M17", "监护人材料及书面保证", "Guardian's papers and written guarantee", "CCC--CC"),
    _line("M18", "知悉异议登记并自担风险的书面承诺", "Commitment on a dissent", "CC----C"),
    _line("M19", "建设工程规划许可证", "Construction planning permit", "CC-----"),
)  # fmt: skip
CATALOGUE: Final[Mapping[str, MaterialKind]] = {line.code: line for line in _LINES}


def find_column(
    kind: RegistrationKind, form: MortgageForm = MortgageForm.ORDINARY
) -> Column | None:
    """Return the catalogue's column for a kind; None where the catalogue has none yet."""
    if kind is RegistrationKind.FIRST:
        return Column.MAXIMUM if form is MortgageForm.MAXIMUM else Column.FIRST
    return {
        RegistrationKind.CHANGE: Column.CHANGE,
        RegistrationKind.TRANSFER: Column.TRANSFER,
        RegistrationKind.CANCELLATION: Column.CANCELLATION,
        RegistrationKind.MORTGAGE_NOTICE: Column.MORTGAGE_NOTICE,
        RegistrationKind.SALE_AND_MORTGAGE: Column.SALE_AND_MORTGAGE,
    }.get(kind)


def required_materials(application: Application) -> tuple[RequiredMaterial, ...]:
    """Return every paper that the application's own facts ask for, in the catalogue's order.

    The title certificate (M04) is not among them: the register holds the title, and what it
    holds must not be asked again (暂行条例 art. 24). The office decides about M16, M18 and M19,
    because only the register and the file can tell.
    """
    form = application.mortgage.form if application.mortgage else MortgageForm.ORDINARY
    column = find_column(application.kind, form)
    if column is None:
        return ()
    found = []
    for line in _LINES:
        need = line.needs.get(column)
        reason = _reason(line.code, need, application) if need else ""
        if reason:
            found.append(
                RequiredMaterial(
                    code=line.code, title_zh=line.title_zh, title_en=line.title_en, reason=reason
                )
            )
    return tuple(found)


def _reason(code: str, need: Need, application: Application) -> str:
    """Say why the application needs a paper; empty when it does not."""
    if code == "M02":
        return _why_pictures(application)
    if code == "M04":
        return ""
    if code == "M07":
        return "" if _is_one_contract(application) else "必须提交"
    if code == "M15" and need is Need.CONDITIONAL:
        return "" if application.is_by_mortgagee_alone else "抵押人一并申请"
    if code == "M17":
        return "抵押人为未成年人或由监护人代理" if _needs_guardian(application) else ""
    return "必须提交" if need is Need.MUST else ""


def _why_pictures(application: Application) -> str:
    if lacks_chip_identity(application):
        return "身份信息未经芯片读取，须提交证件影像"
    names = (person.name.text for person in acting_people(application))
    if any(is_private_use(character) for name in names for character in name):
        return "姓名含自造字，须提交证件影像以明字形"
    return ""


def _is_one_contract(application: Application) -> bool:
    """Say whether the mortgage is a clause of the principal contract: one number for both."""
    mortgage = application.mortgage
    return mortgage is not None and mortgage.mortgage_contract_no == mortgage.principal_contract_no


def lacks_chip_identity(application: Application) -> bool:
    """Say whether anybody who acts was identified otherwise than by a chip that was read."""
    return not all(is_chip_read(person) for person in acting_people(application))


def acting_people(application: Application) -> tuple[Party | Guardian, ...]:
    """Return the mortgagors, their guardians and the outside debtors who act themselves.

    The bank and its agent are not among them: the agent's identity stands in M03. Nobody but
    the bank acts when it applies alone.
    """
    if application.is_by_mortgagee_alone:
        return ()
    guardians = [p.guardian for p in application.mortgagors if p.guardian is not None]
    return (*application.mortgagors, *guardians, *application.outside_debtors)


def is_chip_read(person: Party | Guardian) -> bool:
    """Say whether a person's document was read from its chip, with the evidence of it."""
    identity = person.identity
    return (
        identity is not None and identity.source is IdSource.CHIP and identity.evidence is not None
    )


def _needs_guardian(application: Application) -> bool:
    day = local_day(application.captured_at)
    return any(p.guardian is not None or p.is_minor_on(day) for p in application.mortgagors)
