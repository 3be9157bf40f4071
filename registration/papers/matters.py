"""The rows of a form that say what is applied for."""

from collections.abc import Iterator

from registration.application import Application
from registration.changes import Change, Crystallisation, Transfer
from registration.errors import BadAmountError
from registration.mortgage import Discharge, Money, Mortgage, MortgageForm, RegistrationKind
from registration.papers.dates import format_period
from registration.papers.flow import Block, pair, row
from registration.sale import Sale


def mortgage_rows(mortgage: Mortgage) -> Iterator[Block]:
    """Yield the terms of a mortgage."""
    is_maximum = mortgage.form is MortgageForm.MAXIMUM
    yield row("抵押方式", mortgage.form.title_zh)
    if mortgage.secured:
        yield row("最高债权额" if is_maximum else "被担保主债权数额", amount_text(mortgage.secured))
    if mortgage.amount_words:
        yield row("合同大写金额", mortgage.amount_words)
    if mortgage.contract_amount:
        yield row("合同记载金额", amount_text(mortgage.contract_amount))
    period = format_period(mortgage.start, mortgage.end)
    if mortgage.is_period_open:
        period = " ".join(part for part in (period, "未约定") if part)
    yield row("债权确定期间" if is_maximum else "债务履行期限", period)
    yield pair(
        ("主债权合同号", mortgage.principal_contract_no),
        ("抵押合同号", mortgage.mortgage_contract_no),
    )
    yield row("担保范围", mortgage.security_scope)
    yield row("禁止或限制转让约定", _answer_text(mortgage.is_transfer_restricted))
    if mortgage.agreed_rank is not None:
        yield row("约定的抵押顺位", f"第 {mortgage.agreed_rank} 顺位")
    if mortgage.contract_date is not None:
        yield row("主债权合同签订日期", mortgage.contract_date.isoformat())
    if mortgage.includes_earlier_claims:
        yield row("已有债权转入", "最高额抵押权设立前已经存在的债权，经当事人同意转入担保范围")


def _answer_text(is_restricted: bool | None) -> str:
    if is_restricted is None:
        return "是否存在禁止或限制转让抵押不动产的约定：□是　□否"
    yes, no = ("■", "□") if is_restricted else ("□", "■")
    return f"是否存在禁止或限制转让抵押不动产的约定：{yes}是　{no}否"


def amount_text(money: Money) -> str:
    """Return an amount in figures, in capital numerals and in ten-thousands."""
    try:
        wan = f"，{money.wan} 万元"
    except BadAmountError:
        wan = ""
    return f"{money.yuan} 元（{money.capital}）{wan}"


def discharge_rows(discharge: Discharge) -> Iterator[Block]:
    """Yield the mortgage that ends, and why."""
    yield row("不动产登记证明号", str(discharge.certificate_no))
    yield row("抵押权消灭原因", discharge.cause.title_zh)
    if discharge.cleared_amount:
        yield row("结清金额", amount_text(discharge.cleared_amount))
    if discharge.applicant is not None:
        yield row("申请方式", discharge.applicant.title_zh)


def change_rows(change: Change) -> Iterator[Block]:
    """Yield what is other than before."""
    yield row("不动产登记证明号", str(change.certificate_no))
    yield row("变更事项", "；".join(ground.title_zh for ground in change.grounds))
    for renaming in change.renamings:
        before = f"{renaming.name_before}　{renaming.number_before}".strip()
        after = f"{renaming.name_after}　{renaming.number_after}".strip()
        yield row("名称变更", f"变更前：{before}\n变更后：{after}")
    if change.note:
        yield row("变更内容说明", change.note)


def crystallisation_rows(told: Crystallisation) -> Iterator[Block]:
    """Yield what was determined, and by which fact."""
    yield row("不动产登记证明号", str(told.certificate_no))
    note = f"\n{told.note}" if told.note else ""
    yield row("最高债权确定事实", told.fact.title_zh + note)
    if told.amount:
        yield row("确定的债权数额", amount_text(told.amount))
    day = told.determined_on.isoformat() if told.determined_on else ""
    yield pair(("债权确定日期", day), ("申请方式", told.applicant.title_zh))


def transfer_rows(told: Transfer) -> Iterator[Block]:
    """Yield how a mortgage passes on."""
    yield row("不动产登记证明号", str(told.certificate_no))
    yield row("转移方式", told.mode.title_zh)
    day = told.notified_on.isoformat() if told.notified_on else ""
    yield pair(("债权转让协议编号", told.assignment_no), ("通知债务人日期", day))
    if told.amount:
        yield row("转让的债权数额", amount_text(told.amount))


def sale_rows(sale: Sale) -> Iterator[Block]:
    """Yield the contract of a sale."""
    yield pair(("买卖合同号", sale.contract_no), ("合同备案号", sale.filing_no))
    if sale.price:
        yield row("成交价格", amount_text(sale.price))
    if sale.tax_receipt_no:
        yield row("契税完税凭证号", sale.tax_receipt_no)
    if sale.is_by_buyers_alone:
        yield row("申请方式", "出卖人未按约定申请，由买受人单方申请")


def cause_text(application: Application) -> str:
    """Return why the registration is asked for (登记原因)."""
    if application.discharge:
        return application.discharge.cause.title_zh
    if application.change:
        return "；".join(ground.title_zh for ground in application.change.grounds)
    if application.crystallisation:
        return application.crystallisation.fact.title_zh
    return _CAUSES.get(application.kind, "设立抵押权")


_CAUSES = {
    RegistrationKind.TRANSFER: "主债权转让",
    RegistrationKind.PURCHASE_NOTICE: "预购商品房买卖",
    RegistrationKind.MORTGAGE_NOTICE: "预购商品房抵押",
    RegistrationKind.CONVERSION: "预购商品房抵押权预告登记转抵押权首次登记",
    RegistrationKind.OWNERSHIP_TRANSFER: "买卖",
}
