"""Rules on a sale: its parties, its contract, and what it must have before it is registered."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Level
from registration.mortgage import RegistrationKind
from registration.requirements.rule import FORM_LAW, Hit, Rule


def check_sale(application: Application, _today: date) -> Iterator[Hit]:
    """A sale has sellers, buyers, a contract, and a price above nought where one is told."""
    sale = application.sale
    if sale is None:
        return
    if not sale.sellers:
        yield Hit("请填写出卖人。", "State the sellers.", "/sale/sellers")
    if not sale.buyers:
        yield Hit("请填写买受人。", "State the buyers.", "/sale/buyers")
    if not sale.contract_no.strip():
        yield Hit(
            "请填写买卖合同号。", "State the number of the sale contract.", "/sale/contract_no"
        )
    if sale.price is not None and sale.price.fen <= 0:
        yield Hit("成交价格必须大于零。", "The price must be above nought.", "/sale/price_fen")


def check_buyers_alone(application: Application, _today: date) -> Iterator[Hit]:
    """Buyers may ask for the notice alone when the seller does not; a transfer takes both."""
    sale = application.sale
    is_transfer = application.kind is RegistrationKind.OWNERSHIP_TRANSFER
    if sale is not None and sale.is_by_buyers_alone and is_transfer:
        yield Hit(
            "不动产转移登记由买卖双方共同申请。",
            "Seller and buyer apply for a transfer of ownership together.",
            "/sale/is_by_buyers_alone",
        )


def check_filed(application: Application, _today: date) -> Iterator[Hit]:
    """A presale contract is filed before its notice is registered."""
    sale = application.sale
    is_notice = application.kind is RegistrationKind.PURCHASE_NOTICE
    if sale is not None and is_notice and not sale.filing_no.strip():
        yield Hit(
            "请先办理商品房预售合同备案，并填写备案号。",
            "The presale contract must be filed first; state the filing number.",
            "/sale/filing_no",
        )


def check_tax(application: Application, _today: date) -> Iterator[Hit]:
    """Ownership passes on the register only after the deed tax was paid."""
    sale = application.sale
    is_transfer = application.kind is RegistrationKind.OWNERSHIP_TRANSFER
    if sale is not None and is_transfer and not sale.tax_receipt_no.strip():
        yield Hit(
            "请填写契税完税凭证号。",
            "State the number of the deed tax receipt.",
            "/sale/tax_receipt_no",
        )


RULES: Final = (
    Rule(id="FORMAT", level=Level.CORRECT, basis=FORM_LAW, look=check_sale),
    Rule(
        id="FORMAT",
        level=Level.CORRECT,
        basis="《不动产登记暂行条例》第十四条第一款",
        look=check_buyers_alone,
    ),
    Rule(
        id="R37",
        level=Level.CORRECT,
        basis="《城市房地产管理法》第四十五条；《不动产登记暂行条例实施细则》第八十六条",
        look=check_filed,
    ),
    Rule(id="FORMAT", level=Level.CORRECT, basis="《契税法》第十一条", look=check_tax),
)
