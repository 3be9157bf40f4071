"""What a counter offers to begin with: each kind of registration, alone or as a bundle."""

from dataclasses import dataclass
from typing import Final

from registration.bundle import BundleModel
from registration.mortgage import MortgageForm, RegistrationKind

_K: Final = RegistrationKind


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to begin a draft."""

    code: str
    """Stable; names it in addresses and on buttons."""
    group: str
    """Under which heading it stands: mortgage, standing, sale, notice."""
    kind: RegistrationKind
    zh: str
    en: str
    form: MortgageForm = MortgageForm.ORDINARY
    model: BundleModel | None = None

    @property
    def steps(self) -> tuple[RegistrationKind, ...]:
        """The kinds of its applications, in order; of a bundle the usual ones."""
        model = self.model or next((m for m in BundleModel if m.kind is self.kind), None)
        return model.steps[0] if model else (self.kind,)


def _bundle(
    code: str, group: str, kind: RegistrationKind, model: BundleModel, *words: str
) -> Offer:
    zh, en = words or (model.title_zh, model.title_en)
    return Offer(code, group, kind, zh, en, model=model)


OFFERS: Final = (
    Offer("first", "mortgage", _K.FIRST, "一般抵押权首次登记", "First registration"),
    Offer("maximum", "mortgage", _K.FIRST, "最高额抵押权首次登记", "Maximum-amount, first registration",
          form=MortgageForm.MAXIMUM),
    _bundle("sale", "sale", _K.SALE_AND_MORTGAGE, BundleModel.SALE_AND_MORTGAGE,
            "二手房转移与抵押一并申请", "Sale and mortgage together"),
    _bundle("under-mortgage", "sale", _K.TRANSFER_UNDER_MORTGAGE, BundleModel.COMBINED,
            "带押过户", "Transfer under mortgage"),
    Offer("discharge", "standing", _K.CANCELLATION, "抵押权注销登记", "Discharge"),
    Offer("change", "standing", _K.CHANGE, "抵押权变更登记", "Change"),
    Offer("transfer", "standing", _K.TRANSFER, "抵押权转移登记", "Transfer"),
    Offer("crystallisation", "standing", _K.CRYSTALLISATION, "最高额抵押权确定登记", "Crystallisation"),
    _bundle("crystallise-and-transfer", "standing", _K.TRANSFER, BundleModel.CRYSTALLISE_AND_TRANSFER,
            "最高额确定并转移", "Crystallisation and transfer"),
    _bundle("split", "standing", _K.TRANSFER, BundleModel.SPLIT,
            "最高额部分债权转移（拆分）", "Split off a part of a maximum"),
    _bundle("presale", "notice", _K.MORTGAGE_NOTICE, BundleModel.PRESALE,
            "预购商品房预告与抵押预告一并申请", "Notices of purchase and mortgage"),
    Offer("purchase-notice", "notice", _K.PURCHASE_NOTICE, "预购商品房预告登记", "Notice of a purchase"),
    Offer("mortgage-notice", "notice", _K.MORTGAGE_NOTICE, "预购商品房抵押权预告登记", "Notice of a mortgage"),
    Offer("conversion", "notice", _K.CONVERSION, "预抵押转抵押权登记", "Conversion of a notice"),
    _bundle("completion", "notice", _K.CONVERSION, BundleModel.COMPLETION,
            "商品房转移与预抵押转现一并申请", "Transfer of a new flat and conversion"),
)  # fmt: skip
"""Every offer, in the order of the start page; the first is the usual one."""
