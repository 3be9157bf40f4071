"""What a registration certificate says of an entry, in the words of the certificate's form."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.office.register import Deed, EncumbranceKind, Holder, MortgageEntry, PurchaseEntry
from registration.findings import Finding, Level
from registration.mortgage import Money, MortgageForm
from registration.papers.dates import format_period
from registration.papers.faces import code_point, find_undrawable
from registration.requirements.printing import CHANNEL_LAW, RULE_ID

_HELD = {"0": "单独所有", "1": "共同共有", "2": "按份共有", "3": "其他共有"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The fields of a certificate that depend on what kind of entry it proves."""

    right: str
    """证明权利或事项."""
    holder: str
    """权利人(申请人)."""
    obligors: tuple[str, ...]
    """义务人."""
    other_items: tuple[tuple[str, str], ...]
    """其他: label and text, in the order of the form."""
    remarks: str
    """附记."""


def wording(deed: Deed) -> Wording:
    """Return what a certificate says of an entry.

    Source: 不动产登记暂行条例实施细则第二十条; the Ministry's form of the certificate of 2015.
    """
    return _of_purchase(deed) if isinstance(deed, PurchaseEntry) else _of_mortgage(deed)


def check_wording(deed: Deed | None, told: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return what keeps the certificate of an entry from being drawn; nothing where none is issued.

    It is the last word before the entry, whatever the application and the register have been
    looked at for: `told` are the findings so far, and what they say of it is not said again.
    """
    if deed is None or any(finding.rule == RULE_ID for finding in told):
        return ()
    said = wording(deed)
    items = (text for _, text in said.other_items)
    codes = find_undrawable(
        "".join((said.holder, *said.obligors, deed.location, *items, said.remarks))
    )
    if not codes:
        return ()
    shown = "、".join(map(code_point, codes))
    return (
        Finding(
            rule=RULE_ID,
            level=Level.NOT_ACCEPTED,
            zh=f"证明须记载的内容中有 {shown} 没有可印制的字形，本通道印不出证明："
            "请到登记机构窗口办理。",
            en=f"What the certificate must say holds {shown}, which no font prints; "
            "please apply at the office's window.",
            basis=CHANNEL_LAW,
        ),
    )


def _of_purchase(deed: PurchaseEntry) -> Wording:
    buyers = tuple(_shown(holder) for holder in deed.buyers)
    items = [("预告登记种类", "预售商品房买卖"), ("共有情况", _HELD[deed.buyer_co_ownership.value])]
    if deed.price_fen is not None:
        items.append(("取得价格", _amount(deed.price_fen)))
    return Wording(
        right="预告登记（预购商品房）",
        holder="、".join(buyers),
        obligors=tuple(holder.name for holder in deed.sellers),
        other_items=tuple(items),
        remarks="\n".join(
            (
                f"商品房预售合同：{deed.contract_no}",
                f"合同备案号：{deed.filing_no}",
                f"业务号：{deed.case_no}",
            )
        ),
    )


def _shown(holder: Holder) -> str:
    return f"{holder.name}（{holder.share}）" if holder.share else holder.name


def _of_mortgage(deed: MortgageEntry) -> Wording:
    is_notice = deed.kind is EncumbranceKind.MORTGAGE_NOTICE
    holders = (deed.mortgagee, *(holder.name for holder in deed.co_mortgagees))
    return Wording(
        right="预告登记（预购商品房抵押权）" if is_notice else "抵押权",
        holder="、".join(holders),
        obligors=deed.mortgagors,
        other_items=tuple(_items(deed)),
        remarks="\n".join(_remarks(deed)),
    )


def _items(deed: MortgageEntry) -> Iterator[tuple[str, str]]:
    form = MortgageForm(deed.form)
    is_maximum = form is MortgageForm.MAXIMUM
    is_period = is_maximum or bool(deed.determined)
    if deed.kind is EncumbranceKind.MORTGAGE_NOTICE:
        yield "预告登记种类", "预售商品房抵押权"
    else:
        yield "不动产权证书号", deed.title_no
    yield "抵押方式", form.title_zh
    yield "最高债权额" if is_maximum else "担保债权数额", _amount(deed.amount_fen)
    if deed.max_claim_fen is not None:
        yield "原最高债权额", _amount(deed.max_claim_fen)
    if deed.determined:
        day = f"（{deed.determined_on}）" if deed.determined_on else ""
        yield "最高债权确定事实", deed.determined + day
    period = "未约定" if deed.is_period_open else format_period(deed.start, deed.end)
    yield "债权确定期间" if is_period else "债务履行期限", period
    yield "担保范围", deed.security_scope
    yield "禁止或限制转让的约定", "有" if deed.is_transfer_restricted else "无"
    if deed.rank is not None:
        beside = "（与分出该抵押权的原抵押权同一顺位）" if deed.rank_part else ""
        yield "抵押顺位", f"第 {deed.rank} 顺位{beside}"


def _remarks(deed: MortgageEntry) -> Iterator[str]:
    if deed.debtors:
        yield f"债务人：{'、'.join(deed.debtors)}"
    yield f"主债权合同：{deed.principal_contract_no}"
    yield f"抵押合同：{deed.mortgage_contract_no}"
    if deed.notice_no and deed.kind is EncumbranceKind.MORTGAGE:
        yield f"由预告登记转本登记，原证明：{deed.notice_no}"
    yield f"业务号：{deed.case_no}"


def _amount(fen: int) -> str:
    amount = Money(fen)
    return f"{amount.yuan} 元（{amount.capital}）"
