"""The form as data: every field of every kind of registration, and when it is asked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from registration.bundle import BundleModel
from registration.changes import ChangeGround, CrystallisationFact, TransferMode
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.mortgage import (
    Applicant,
    DischargeCause,
    MortgageForm,
    RegistrationKind,
    parse_yuan,
)
from registration.people import CoOwnership, parse_name
from terminal.desk.draft import Draft
from terminal.desk.readings import (
    YES_NO,
    by_value,
    read_amount,
    read_area,
    read_contract,
    read_credit_code,
    read_date,
    read_money,
    read_one_of,
    read_rank,
    read_short,
    read_some_of,
    read_text,
    read_words,
)
from terminal.desk.shape import has_former, has_sale, model_of, steps_of

_K: Final = RegistrationKind
_MODELS: Final = (BundleModel.COMBINED, BundleModel.STAGED, BundleModel.CHANGED)


@dataclass(frozen=True, slots=True)
class Choice:
    """One text that a field may have, in words."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One field of the form."""

    name: str
    zh: str
    en: str
    pointers: tuple[str, ...]
    """Where its value stands in the applications (JSON Pointers)."""
    parse: Callable[[str], Any]
    section: str
    shape: str = "text"
    """How it is drawn: text, mono, amount, date, choice, choices, long, decimal, whole."""
    choices: tuple[Choice, ...] = ()
    is_on: Callable[[Draft], bool] = lambda _draft: True
    """Whether a draft's form has it, as it now stands."""
    is_optional: bool = False

    @property
    def pointer(self) -> str:
        return self.pointers[0]


def _of(*kinds: RegistrationKind) -> Callable[[Draft], bool]:
    """Return whether a draft has a step of one of some kinds."""
    return lambda draft: not set(kinds).isdisjoint(steps_of(draft))


def _both(*tests: Callable[[Draft], bool]) -> Callable[[Draft], bool]:
    return lambda draft: all(test(draft) for test in tests)


def _says(name: str, *texts: str) -> Callable[[Draft], bool]:
    """Return whether a field has one of some texts, or one of them among others."""
    return lambda draft: not set(draft.text(name).split() or [""]).isdisjoint(texts)


def _titles(members: Iterable[Any], english: dict[str, str] | None = None) -> tuple[Choice, ...]:
    return tuple(
        Choice(m.value, m.title_zh, english[m.value] if english else m.title_en) for m in members
    )


def _has_terms(draft: Draft) -> bool:
    """Whether the terms of a mortgage are stated; names change without them."""
    steps, grounds = steps_of(draft), set(draft.text("grounds").split())
    if any(kind.sets_up_mortgage for kind in steps):
        return True
    return _K.CHANGE in steps and not (grounds and grounds <= {"holder_name", "obligor_name"})


def _rests_on_notice(draft: Draft) -> bool:
    is_together = model_of(draft) is BundleModel.PRESALE
    return _of(_K.MORTGAGE_NOTICE, _K.CONVERSION)(draft) and not is_together


def _is_under_mortgage(draft: Draft) -> bool:
    return draft.kind is _K.TRANSFER_UNDER_MORTGAGE


_STANDING: Final = _of(_K.CANCELLATION, _K.CHANGE, _K.CRYSTALLISATION, _K.TRANSFER)
_ORDINARY: Final = _both(_has_terms, _says("form", "", "1"))
_MAXIMUM: Final = _both(_has_terms, _says("form", "2"))
_SALE: Final = has_sale
_YES_NO: Final = (Choice("yes", "是", "Yes"), Choice("no", "否", "No"))
_HELD: Final = (
    Choice("0", "单独所有", "One owner"),
    Choice("1", "共同共有", "Jointly"),
    Choice("2", "按份共有", "By shares"),
    Choice("3", "其他共有", "Otherwise"),
)
_CAUSES: Final = {
    "debt_cleared": "The debt is paid",
    "abandoned": "The mortgagee gave it up",
    "realised": "The mortgage was realised",
    "court_document": "A court's or arbitrator's document",
}
_APPLICANTS: Final = {
    "both": "Both together",
    "mortgagee": "The mortgagee alone",
    "mortgagor": "The mortgagor alone",
}
_OLD: Final = (
    Choice("ours", "本行的，一并注销", "Ours; discharged with it"),
    Choice("theirs", "他行的，其代理人到场，一并注销", "Another bank's, whose agent is here; discharged with it"),
    Choice("later", "另行注销（须原抵押权人书面同意）", "Discharged later; its holder agrees in writing"),
)  # fmt: skip


def _certificate(name: str) -> tuple[str, ...]:
    return tuple(f"/{m}/{name}" for m in ("discharge", "change", "crystallisation", "transfer"))


LIST: Final = (
    FieldKind("model", "办理模式", "How it is done", ("/bundle",),
              read_one_of(by_value(_MODELS)), "bundle", "choice", _titles(_MODELS), _is_under_mortgage),
    FieldKind("old_mortgage", "原抵押权", "The old mortgage", ("/bundle/place",),
              read_one_of({c.value: c.value for c in _OLD}), "bundle", "choice", _OLD,
              _both(_is_under_mortgage, _says("model", "transfer_under_mortgage.combined",
                                              "transfer_under_mortgage.staged"))),
    FieldKind("unit_no", "不动产单元号", "Unit number", ("/unit/unit_no",), parse_unit_no, "unit", "mono"),
    FieldKind("title_no", "不动产权证号", "Title number", ("/unit/title_no",), parse_certificate_no, "unit"),
    FieldKind("location", "坐落", "Location", ("/unit/location",), read_short, "unit"),
    FieldKind("area_m2", "建筑面积", "Area", ("/unit/area_m2",), read_area, "unit", "decimal"),
    FieldKind("use", "用途", "Use", ("/unit/use",), read_short, "unit"),
    FieldKind("co_ownership", "共有方式", "Co-ownership", ("/co_ownership",),
              read_one_of(by_value(CoOwnership)), "unit", "choice", _HELD),
    FieldKind("certificate_no", "不动产登记证明号", "Certificate number", _certificate("certificate_no"),
              parse_certificate_no, "standing", "mono", is_on=_STANDING),
    FieldKind("notice_no", "预告登记的不动产登记证明号", "Certificate of the notice", ("/notice_no",),
              parse_certificate_no, "standing", "mono", is_on=_rests_on_notice),
    FieldKind("contract_no", "买卖合同号", "Sale contract number", ("/sale/contract_no",),
              read_contract, "sale", "mono", is_on=_SALE),
    FieldKind("filing_no", "合同备案号", "Filing number of the contract", ("/sale/filing_no",),
              read_contract, "sale", "mono", is_on=_of(_K.PURCHASE_NOTICE)),
    FieldKind("price", "成交价格", "Price", ("/sale/price_fen",), read_money, "sale", "amount",
              is_on=_SALE, is_optional=True),
    FieldKind("tax_receipt_no", "契税完税凭证号", "Deed tax receipt", ("/sale/tax_receipt_no",),
              read_contract, "sale", "mono", is_on=_of(_K.OWNERSHIP_TRANSFER)),
    FieldKind("buyer_co_ownership", "买受人共有方式", "How the buyers will own",
              ("/sale/buyer_co_ownership",), read_one_of(by_value(CoOwnership)), "sale", "choice",
              _HELD, _SALE),
    FieldKind("is_by_buyers_alone", "出卖人未按约定申请，由买受人单方申请", "By the buyers alone",
              ("/sale/is_by_buyers_alone",), read_one_of(YES_NO), "sale", "choice", _YES_NO,
              _both(_of(_K.PURCHASE_NOTICE), _says("model", "")), is_optional=True),
    FieldKind("cause", "注销原因", "Cause", ("/discharge/cause",),
              read_one_of(by_value(DischargeCause)), "discharge", "choice",
              _titles(DischargeCause, _CAUSES), _of(_K.CANCELLATION)),
    FieldKind("cleared_amount", "结清金额", "Amount cleared", ("/discharge/cleared_amount_fen",),
              parse_yuan, "discharge", "money", is_on=_both(_of(_K.CANCELLATION), _says("cause", "debt_cleared", "")),
              is_optional=True),
    FieldKind("grounds", "变更事项", "What is changed", ("/change/grounds",),
              read_some_of(by_value(ChangeGround)), "change", "choices", _titles(ChangeGround),
              _of(_K.CHANGE)),
    FieldKind("holder_before", "变更前的抵押权人名称", "The mortgagee's name before",
              ("/change/renamings",), parse_name, "change", is_on=_says("grounds", "holder_name")),
    FieldKind("holder_number_before", "变更前的证件号码", "The mortgagee's number before",
              ("/change/renamings/0",), read_short, "change", "mono",
              is_on=_says("grounds", "holder_name"), is_optional=True),
    FieldKind("obligor_before", "变更前的抵押人姓名（名称）", "The mortgagor's name before",
              ("/change/renamings",), parse_name, "change", is_on=_says("grounds", "obligor_name")),
    FieldKind("obligor_number_before", "变更前的证件号码", "The mortgagor's number before",
              ("/change/renamings/0",), read_short, "change", "mono",
              is_on=_says("grounds", "obligor_name"), is_optional=True),
    FieldKind("change_note", "其他变更内容", "What else is changed", ("/change/note",), read_text,
              "change", "long", is_on=_says("grounds", "other")),
    FieldKind("fact", "债权确定的事实", "What fixed the claims", ("/crystallisation/fact",),
              read_one_of(by_value(CrystallisationFact)), "crystallisation", "choice",
              _titles(CrystallisationFact), _of(_K.CRYSTALLISATION)),
    FieldKind("fact_note", "事实说明", "The fact in words", ("/crystallisation/note",), read_text,
              "crystallisation", "long", is_on=_both(_of(_K.CRYSTALLISATION), _says("fact", "other"))),
    FieldKind("determined_amount", "确定的债权数额", "Amount determined",
              ("/crystallisation/amount_fen",), read_amount, "crystallisation", "amount",
              is_on=_of(_K.CRYSTALLISATION)),
    FieldKind("determined_on", "债权确定日期", "Determined on", ("/crystallisation/determined_on",),
              read_date, "crystallisation", "date", is_on=_of(_K.CRYSTALLISATION)),
    FieldKind("applicant", "申请方式", "Who applies", ("/discharge/applicant", "/crystallisation/applicant"),
              read_one_of(by_value(Applicant)), "applicant", "choice", _titles(Applicant, _APPLICANTS),
              _both(_of(_K.CANCELLATION, _K.CRYSTALLISATION), _says("model", "")), is_optional=True),
    FieldKind("mode", "转移方式", "How the mortgage passes", ("/transfer/mode",),
              read_one_of(by_value(TransferMode)), "transfer", "choice", _titles(TransferMode),
              _both(_of(_K.TRANSFER), lambda d: model_of(d) is not BundleModel.SPLIT)),
    FieldKind("assignment_no", "债权转让协议编号", "Assignment contract number",
              ("/transfer/assignment_no",), read_contract, "transfer", "mono", is_on=_of(_K.TRANSFER)),
    FieldKind("assigned_amount", "转让的债权数额", "Claim assigned", ("/transfer/amount_fen",),
              read_amount, "transfer", "amount",
              is_on=lambda d: model_of(d) is BundleModel.SPLIT or _says("mode", "shared", "split")(d)),
    FieldKind("notified_on", "通知债务人日期", "Debtor notified on", ("/transfer/notified_on",),
              read_date, "transfer", "date", is_on=_of(_K.TRANSFER)),
    FieldKind("former_name", "原抵押权人名称", "Mortgagee until now", ("/transfer/former/name",),
              parse_name, "former", is_on=has_former),
    FieldKind("former_code", "原抵押权人统一社会信用代码", "Its credit code",
              ("/transfer/former/credit_code",), read_credit_code, "former", "mono", is_on=has_former),
    FieldKind("former_licence", "原抵押权人金融许可证编码", "Its financial licence",
              ("/transfer/former/financial_licence",), read_short, "former", "mono", is_on=has_former),
    FieldKind("form", "抵押方式", "Form", ("/mortgage/form",), read_one_of(by_value(MortgageForm)),
              "mortgage", "choice", _titles(MortgageForm), _has_terms),
    FieldKind("is_transfer_restricted", "是否约定禁止或限制转让", "Transfer restricted",
              ("/mortgage/is_transfer_restricted",), read_one_of(YES_NO), "mortgage", "choice",
              _YES_NO, _has_terms),
    FieldKind("amount", "被担保债权数额", "Secured amount", ("/mortgage/amount_fen",), read_amount,
              "mortgage", "amount", is_on=_ORDINARY),
    FieldKind("max_claim", "最高债权额", "Highest claim", ("/mortgage/max_claim_fen",), read_amount,
              "mortgage", "amount", is_on=_MAXIMUM),
    FieldKind("amount_words", "大写金额", "Amount in words", ("/mortgage/amount_words",), read_words,
              "", is_on=_has_terms, is_optional=True),
    FieldKind("start", "开始日期", "First day", ("/mortgage/start",), read_date, "mortgage", "date", is_on=_has_terms),
    FieldKind("end", "结束日期", "Last day", ("/mortgage/end",), read_date, "mortgage", "date", is_on=_has_terms),
    FieldKind("is_period_open", "债权确定期间未约定", "No period agreed", ("/mortgage/is_period_open",),
              read_one_of(YES_NO), "mortgage", "choice", _YES_NO, _MAXIMUM, is_optional=True),
    FieldKind("includes_earlier_claims", "已有债权转入最高额抵押", "Earlier claims are moved in",
              ("/mortgage/includes_earlier_claims",), read_one_of(YES_NO), "mortgage", "choice",
              _YES_NO, _both(_MAXIMUM, _of(_K.FIRST)), is_optional=True),
    FieldKind("principal_contract_no", "主债权合同号", "Principal contract number",
              ("/mortgage/principal_contract_no",), read_contract, "mortgage", "mono", is_on=_has_terms),
    FieldKind("mortgage_contract_no", "抵押合同号", "Mortgage contract number",
              ("/mortgage/mortgage_contract_no",), read_contract, "mortgage", "mono", is_on=_has_terms),
    FieldKind("security_scope", "担保范围", "Scope of security", ("/mortgage/security_scope",),
              read_text, "mortgage", "long", is_on=_has_terms),
    FieldKind("agreed_rank", "约定顺位", "Agreed rank", ("/mortgage/agreed_rank",), read_rank,
              "mortgage", "whole", is_on=_has_terms, is_optional=True),
    FieldKind("contract_amount", "合同金额", "Amount in the contract", ("/mortgage/contract_amount_fen",),
              parse_yuan, "mortgage", "money", is_on=_has_terms, is_optional=True),
)  # fmt: skip
"""Every field, in the order of the form. Dates are YYYY-MM-DD, amounts yuan, choices the codes on
the wire; several choices stand with a blank between."""
