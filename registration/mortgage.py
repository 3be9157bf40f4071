"""What is registered: the unit, the money and the mortgage."""

import enum
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from registration.errors import BadAmountError
from registration.identifiers import CertificateNo, UnitNo

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL_UNITS = ("", "拾", "佰", "仟")
_BIG_UNITS = ("", "万", "亿", "万亿")
_READ_DIGITS = (
    {c: i for i, c in enumerate(_DIGITS)}
    | {c: i for i, c in enumerate("〇一二三四五六七八九")}
    | {"两": 2, "貳": 2, "叄": 3, "陸": 6}
)
_READ_UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of renminbi in whole fen."""

    fen: int

    @property
    def yuan(self) -> str:
        """Grouped with two decimals: 860,000.00."""
        return f"{self.fen // 100:,}.{self.fen % 100:02d}"

    @property
    def wan(self) -> str:
        """Ten-thousands of yuan with four decimals, as the register writes it: 86.0000.

        Raises:
            BadAmountError: the amount has jiao or fen, which that form cannot hold.
        """
        if self.fen % 100:
            raise BadAmountError("jiao or fen")
        whole, rest = divmod(self.fen // 100, 10_000)
        return f"{whole}.{rest:04d}"

    @property
    def capital(self) -> str:
        """The amount in capital Chinese numerals: 捌拾陆万元整.

        Source: 正确填写票据和结算凭证的基本规定 (中国人民银行).
        """
        yuan, fen = divmod(self.fen, 100)
        text = (_capital_integer(yuan) + "元") if yuan else ""
        jiao, rest = divmod(fen, 10)
        if not fen:
            return (text or "零元") + "整"
        if jiao:
            text += _DIGITS[jiao] + "角"
        elif yuan:
            text += "零"
        return text + (_DIGITS[rest] + "分" if rest else "整" if not jiao else "")


def _capital_integer(number: int) -> str:
    groups = []
    while number:
        number, low = divmod(number, 10_000)
        groups.append(low)
    text = ""
    for position in range(len(groups) - 1, -1, -1):
        group = groups[position]
        if not group:
            continue
        gap = text and (group < 1000 or groups[position + 1] == 0)
        text += ("零" if gap else "") + _capital_group(group) + _BIG_UNITS[position]
    return text


def _capital_group(group: int) -> str:
    text, is_gap = "", False
    for power in (3, 2, 1, 0):
        digit = group // 10**power % 10
        if digit:
            text += ("零" if is_gap and text else "") + _DIGITS[digit] + _SMALL_UNITS[power]
            is_gap = False
        else:
            is_gap = True
    return text


def parse_yuan(text: str) -> Money:
    """Read figures in yuan such as 860,000.00.

    Raises:
        BadAmountError: not a number, negative, or finer than a fen.
    """
    plain = text.strip().replace(",", "").replace("，", "")
    if not _AMOUNT.fullmatch(plain):
        raise BadAmountError("figures")
    try:
        return Money(int(Decimal(plain) * 100))
    except InvalidOperation as exc:  # pragma: no cover - the pattern lets no such text pass
        raise BadAmountError("figures") from exc


def parse_capital(text: str) -> Money:
    """Read an amount in Chinese numerals; the many customary spellings give one number.

    Raises:
        BadAmountError: a character that is no numeral, or no unit of money.
    """
    plain = text.strip().removeprefix("人民币").replace("圆", "元").rstrip("整正")
    yuan_text, _, rest = plain.rpartition("元")
    if not _ and not rest.endswith(("角", "分")):
        raise BadAmountError("no unit")
    yuan = _read_integer(yuan_text) if yuan_text else 0
    fen = 0
    for unit, value in (("角", 10), ("分", 1)):
        digit, found, after = rest.partition(unit)
        if found:
            fen += _read_integer(digit.strip("零〇")) * value
            rest = after
    if rest.strip("零〇"):
        raise BadAmountError("words")
    return Money(yuan * 100 + fen)


def _read_integer(text: str) -> int:
    for big, value in (("亿", 10**8), ("万", 10**4)):
        high, found, low = text.rpartition(big)
        if found:
            return _read_integer(high) * value + _read_integer(low)
    total, digit = 0, 0
    for position, character in enumerate(text):
        if character in _READ_DIGITS:
            digit = _READ_DIGITS[character]
        elif character in _READ_UNITS:
            total += (digit if digit or position else 1) * _READ_UNITS[character]
            digit = 0
        else:
            raise BadAmountError("words")
    return total + digit


class RegistrationKind(enum.Enum):
    """What kind of registration an application asks for. The value is our stable code.

    The two bundles are what a counter offers and a draft is of; on the wire each application has
    the kind of its own step and names the bundle in `bundle`.
    """

    FIRST = "mortgage.first_registration"
    CHANGE = "mortgage.change"
    CRYSTALLISATION = "mortgage.crystallisation"
    TRANSFER = "mortgage.transfer"
    CANCELLATION = "mortgage.cancellation"
    PURCHASE_NOTICE = "priority_notice.purchase"
    MORTGAGE_NOTICE = "priority_notice.mortgage"
    CONVERSION = "mortgage.conversion"
    OWNERSHIP_TRANSFER = "ownership.transfer"
    SALE_AND_MORTGAGE = "bundled.sale_and_mortgage"
    TRANSFER_UNDER_MORTGAGE = "bundled.transfer_under_mortgage"

    @property
    def djlx(self) -> str:
        """登记类型 DJLX of the database standard; a bundle has that of its mortgage."""
        return _KINDS[self][0]

    @property
    def rec_type(self) -> str:
        """RecType of the national access message."""
        return _KINDS[self][1]

    @property
    def title_zh(self) -> str:
        return _KINDS[self][2]

    @property
    def title_en(self) -> str:
        return _KINDS[self][3]

    @property
    def is_bundle(self) -> bool:
        """Whether it stands for several applications and is no application's own kind."""
        return self in {
            RegistrationKind.SALE_AND_MORTGAGE,
            RegistrationKind.TRANSFER_UNDER_MORTGAGE,
        }

    @property
    def sets_up_mortgage(self) -> bool:
        """Whether it asks for a mortgage, or the notice of one, that does not stand yet."""
        return self in {
            RegistrationKind.FIRST,
            RegistrationKind.CONVERSION,
            RegistrationKind.MORTGAGE_NOTICE,
        }


_KINDS: dict[RegistrationKind, tuple[str, str, str, str]] = {
    RegistrationKind.FIRST: ("100", "9000101", "抵押权首次登记", "First registration"),
    RegistrationKind.CHANGE: ("300", "9000101", "抵押权变更登记", "Change"),
    RegistrationKind.CRYSTALLISATION: ("300", "9000101", "最高额抵押权确定登记", "Crystallisation"),
    RegistrationKind.TRANSFER: ("200", "9000101", "抵押权转移登记", "Transfer"),
    RegistrationKind.CANCELLATION: ("400", "9000101", "抵押权注销登记", "Discharge"),
    RegistrationKind.PURCHASE_NOTICE: (
        "700", "7000101", "预购商品房预告登记", "Priority notice, purchase",
    ),
    RegistrationKind.MORTGAGE_NOTICE: (
        "700", "7000101", "预购商品房抵押权预告登记", "Priority notice, mortgage",
    ),
    RegistrationKind.CONVERSION: ("100", "9000101", "预抵押转抵押权首次登记", "Conversion of a notice"),
    RegistrationKind.OWNERSHIP_TRANSFER: (
        "200", "2000402", "不动产所有权转移登记", "Transfer of ownership",
    ),
    RegistrationKind.SALE_AND_MORTGAGE: (
        "100", "9000101", "转移登记与抵押权首次登记一并申请", "Sale and mortgage together",
    ),
    RegistrationKind.TRANSFER_UNDER_MORTGAGE: (
        "100", "9000101", "带押过户", "Transfer under mortgage",
    ),
}  # fmt: skip


class MortgageForm(enum.Enum):
    """抵押方式 DYFS."""

    ORDINARY = "1"
    MAXIMUM = "2"

    @property
    def title_zh(self) -> str:
        return "一般抵押" if self is MortgageForm.ORDINARY else "最高额抵押"

    @property
    def title_en(self) -> str:
        return "Ordinary" if self is MortgageForm.ORDINARY else "Maximum amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class RealEstateUnit:
    """The unit as the application describes it; the register decides what is true."""

    unit_no: UnitNo
    title_no: CertificateNo | None
    location: str
    area_m2: str = ""
    """Decimal text, square metres; empty when not claimed."""
    use: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mortgage:
    """The terms of a mortgage: as asked for, or in a change as they shall stand after it."""

    form: MortgageForm
    principal_contract_no: str
    mortgage_contract_no: str
    amount: Money | None
    """The secured claim (被担保主债权数额) of an ordinary mortgage."""
    amount_words: str = ""
    """The same in capital numerals, as the contract has it; empty when not given."""
    max_claim: Money | None = None
    """The highest claim (最高债权额) of a maximum-amount mortgage."""
    start: date | None = None
    """First day of the debt, or of the determination period."""
    end: date | None = None
    """Last day of the debt, or of the determination period."""
    is_period_open: bool = False
    """True when the parties said that no determination period was agreed (未约定)."""
    security_scope: str = ""
    """担保范围."""
    is_transfer_restricted: bool | None = None
    """Whether transfer is forbidden or limited by agreement; None when not answered."""
    agreed_rank: int | None = None
    """Only when the mortgagees agreed on ranks."""
    contract_amount: Money | None = None
    """The amount that the teller read in the contract, where it was compared."""
    contract_date: date | None = None
    """The day of the principal contract, where it was told."""
    includes_earlier_claims: bool = False
    """Whether claims from before a maximum-amount mortgage are moved in (Civil Code art. 420(2))."""

    @property
    def secured(self) -> Money | None:
        """The amount that the entry will carry."""
        return self.amount if self.form is MortgageForm.ORDINARY else self.max_claim


class Applicant(enum.Enum):
    """Who applies, where the law leaves it to both parties or to one of them."""

    BOTH = "both"
    MORTGAGEE = "mortgagee"
    MORTGAGOR = "mortgagor"

    @property
    def title_zh(self) -> str:
        return {
            Applicant.BOTH: "双方共同申请",
            Applicant.MORTGAGEE: "抵押权人单方申请",
            Applicant.MORTGAGOR: "抵押人单方申请",
        }[self]


class DischargeCause(enum.Enum):
    """Why a mortgage ended (M12)."""

    DEBT_CLEARED = "debt_cleared"
    ABANDONED = "abandoned"
    REALISED = "realised"
    COURT_DOCUMENT = "court_document"

    @property
    def title_zh(self) -> str:
        return {
            DischargeCause.DEBT_CLEARED: "主债权消灭（已结清）",
            DischargeCause.ABANDONED: "抵押权人放弃抵押权",
            DischargeCause.REALISED: "抵押权已实现",
            DischargeCause.COURT_DOCUMENT: "生效法律文书",
        }[self]

    @property
    def title_en(self) -> str:
        return {
            DischargeCause.DEBT_CLEARED: "The secured claim is extinguished (paid)",
            DischargeCause.ABANDONED: "The mortgagee has waived the mortgage",
            DischargeCause.REALISED: "The mortgage has been enforced",
            DischargeCause.COURT_DOCUMENT: "A legal document in force",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    """The mortgage that a discharge ends."""

    certificate_no: CertificateNo
    """The registration certificate of the mortgage."""
    cause: DischargeCause
    cleared_amount: Money | None = None
    """The amount that the proof of payment names, where it names one."""
    applicant: Applicant | None = None
    """None: the mortgagee alone, or both where the mortgage was realised."""

    @property
    def applied_by(self) -> Applicant:
        """Who applies for it.

        Source: 不动产登记暂行条例 art. 14; 实施细则 art. 70.
        """
        if self.applicant is not None:
            return self.applicant
        is_joint = self.cause is DischargeCause.REALISED
        return Applicant.BOTH if is_joint else Applicant.MORTGAGEE
