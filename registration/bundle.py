"""Several applications as one (一并申请): each its own kind, filed, decided and entered together."""

import enum
from dataclasses import dataclass

from registration.mortgage import RegistrationKind


class BundleModel(enum.Enum):
    """What belongs together, and in which order it is entered. The value is our stable code."""

    SALE_AND_MORTGAGE = "sale_and_mortgage"
    COMBINED = "transfer_under_mortgage.combined"
    STAGED = "transfer_under_mortgage.staged"
    CHANGED = "transfer_under_mortgage.changed"
    PRESALE = "presale"
    COMPLETION = "completion"
    CRYSTALLISE_AND_TRANSFER = "crystallise_and_transfer"
    SPLIT = "split"

    @property
    def title_zh(self) -> str:
        return _MODELS[self][0]

    @property
    def title_en(self) -> str:
        return _MODELS[self][1]

    @property
    def steps(self) -> tuple[tuple[RegistrationKind, ...], ...]:
        """The allowed sequences of kinds, the usual one first."""
        return _MODELS[self][2]

    @property
    def kind(self) -> RegistrationKind | None:
        """The kind under which a counter offers it; None where a step's own kind serves."""
        if self is BundleModel.SALE_AND_MORTGAGE:
            return RegistrationKind.SALE_AND_MORTGAGE
        if self in {BundleModel.COMBINED, BundleModel.STAGED, BundleModel.CHANGED}:
            return RegistrationKind.TRANSFER_UNDER_MORTGAGE
        return None


_SALE = RegistrationKind.OWNERSHIP_TRANSFER
_FIRST = RegistrationKind.FIRST
_CHANGE = RegistrationKind.CHANGE
_TRANSFER = RegistrationKind.TRANSFER
_DISCHARGE = RegistrationKind.CANCELLATION
# Sources: 条例 art. 14, 实施细则 arts 27, 66 (sale and mortgage); 民法典 art. 406 and the Ministry's
# notice of 2023 on transfers under mortgage, three models (带押过户); 实施细则 arts 78, 85 (presale,
# completion); 实施细则 art. 74(2)(3) (a maximum-amount mortgage and a part of its claims). In the
# models with two banks the old mortgage may end in the bundle or later, as its holder agrees.
_MODELS: dict[BundleModel, tuple[str, str, tuple[tuple[RegistrationKind, ...], ...]]] = {
    BundleModel.SALE_AND_MORTGAGE: (
        "转移登记与抵押权首次登记一并申请",
        "Sale and mortgage together",
        ((_SALE, _FIRST),),
    ),
    BundleModel.COMBINED: (
        "带押过户（新旧抵押权组合）",
        "Transfer under mortgage: new and old mortgage combined",
        ((_SALE, _FIRST, _DISCHARGE), (_SALE, _DISCHARGE, _FIRST), (_SALE, _FIRST)),
    ),
    BundleModel.STAGED: (
        "带押过户（新旧抵押权分段）",
        "Transfer under mortgage: the old mortgage ends after the new one stands",
        ((_SALE, _FIRST), (_SALE, _FIRST, _DISCHARGE)),
    ),
    BundleModel.CHANGED: (
        "带押过户（抵押权变更）",
        "Transfer under mortgage: the old mortgage is changed to the new debt",
        ((_SALE, _CHANGE), (_SALE, _TRANSFER, _CHANGE)),
    ),
    BundleModel.PRESALE: (
        "预购商品房预告登记与抵押权预告登记一并申请",
        "Notices of purchase and mortgage together",
        ((RegistrationKind.PURCHASE_NOTICE, RegistrationKind.MORTGAGE_NOTICE),),
    ),
    BundleModel.COMPLETION: (
        "转移登记与预抵押转抵押权登记一并申请",
        "Transfer of ownership and conversion of the notice together",
        ((_SALE, RegistrationKind.CONVERSION),),
    ),
    BundleModel.CRYSTALLISE_AND_TRANSFER: (
        "最高额抵押权确定登记与抵押权转移登记一并申请",
        "Crystallisation and transfer together",
        ((RegistrationKind.CRYSTALLISATION, _TRANSFER),),
    ),
    BundleModel.SPLIT: (
        "一般抵押权转移登记与最高额抵押权变更登记一并申请",
        "Split off an ordinary mortgage and reduce the maximum",
        ((_TRANSFER, _CHANGE),),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePlace:
    """Where an application stands in its bundle."""

    bundle_id: str
    """Made at the counter; the same in every application and round of the bundle."""
    model: BundleModel
    place: int
    """From 1: the order in which the register takes them."""
    count: int
    """How many applications there are."""
