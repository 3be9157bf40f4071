"""The form's fields: text in, values out, and every problem at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from registration.errors import BadValueError
from registration.findings import Finding, Level
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.mortgage import (
    DischargeCause,
    Money,
    MortgageForm,
    RegistrationKind,
    parse_capital,
    parse_yuan,
)
from registration.people import CoOwnership
from terminal.desk.draft import Draft

_AREA: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?", re.ASCII)
_CONTRACT: Final = re.compile(r"[^\s\x00-\x1f]{1,60}(?: [^\s\x00-\x1f]{1,60})*")
_YES_NO: Final = {"yes": True, "no": False}


class _FieldError(Exception):
    """A text that a field does not take; `reason` is looked up in `_WORDS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _area(text: str) -> str:
    if not _AREA.fullmatch(text):
        raise _FieldError("area")
    return text


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise _FieldError("date") from exc


def _amount(text: str) -> Money:
    money = parse_yuan(text)
    if money.fen <= 0:
        raise _FieldError("not positive")
    # The register keeps amounts in ten thousands of yuan with four decimals: whole yuan only.
    if money.fen % 100:
        raise _FieldError("jiao or fen")
    return money


def _words(text: str) -> str:
    parse_capital(text)
    return text


def _contract(text: str) -> str:
    if not _CONTRACT.fullmatch(text):
        raise _FieldError("contract")
    return text


def _text(text: str) -> str:
    if len(text) > 2000 or any(ord(c) < 32 and c != "\n" for c in text):
        raise _FieldError("text")
    return text


def _short(text: str) -> str:
    if len(text) > 200 or not text.isprintable():
        raise _FieldError("text")
    return text


def _rank(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 99):
        raise _FieldError("rank")
    return int(text)


def _one_of(values: Mapping[str, Any]) -> Callable[[str], Any]:
    def choose(text: str) -> Any:
        if text not in values:
            raise _FieldError("choice")
        return values[text]

    return choose


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One field of the form."""

    name: str
    zh: str
    en: str
    pointer: str
    """Where its value stands in the application (JSON Pointer)."""
    parse: Callable[[str], Any]
    kinds: frozenset[RegistrationKind]
    """Kinds of registration whose form has it."""


_FIRST: Final = frozenset({RegistrationKind.FIRST})
_DISCHARGE: Final = frozenset({RegistrationKind.CANCELLATION})
_BOTH: Final = _FIRST | _DISCHARGE
_LIST: Final = (
    FieldKind("unit_no", "不动产单元号", "Unit number", "/unit/unit_no", parse_unit_no, _BOTH),
    FieldKind("title_no", "不动产权证号", "Title number", "/unit/title_no", parse_certificate_no, _BOTH),
    FieldKind("location", "坐落", "Location", "/unit/location", _short, _BOTH),
    FieldKind("area_m2", "建筑面积", "Area", "/unit/area_m2", _area, _BOTH),
    FieldKind("use", "用途", "Use", "/unit/use", _short, _BOTH),
    FieldKind("co_ownership", "共有方式", "Co-ownership", "/co_ownership",
              _one_of({kind.value: kind for kind in CoOwnership}), _BOTH),
    FieldKind("form", "抵押方式", "Form of mortgage", "/mortgage/form",
              _one_of({form.value: form for form in MortgageForm}), _FIRST),
    FieldKind("principal_contract_no", "主债权合同号", "Principal contract number",
              "/mortgage/principal_contract_no", _contract, _FIRST),
    FieldKind("mortgage_contract_no", "抵押合同号", "Mortgage contract number",
              "/mortgage/mortgage_contract_no", _contract, _FIRST),
    FieldKind("amount", "被担保债权数额", "Secured amount", "/mortgage/amount_fen", _amount, _FIRST),
    FieldKind("amount_words", "大写金额", "Amount in words", "/mortgage/amount_words", _words, _FIRST),
    FieldKind("max_claim", "最高债权额", "Highest claim", "/mortgage/max_claim_fen", _amount, _FIRST),
    FieldKind("start", "开始日期", "First day", "/mortgage/start", _date, _FIRST),
    FieldKind("end", "结束日期", "Last day", "/mortgage/end", _date, _FIRST),
    FieldKind("is_period_open", "债权确定期间未约定", "No period agreed", "/mortgage/is_period_open",
              _one_of(_YES_NO), _FIRST),
    FieldKind("security_scope", "担保范围", "Scope of security", "/mortgage/security_scope", _text, _FIRST),
    FieldKind("is_transfer_restricted", "是否约定禁止或限制转让", "Transfer restricted",
              "/mortgage/is_transfer_restricted", _one_of(_YES_NO), _FIRST),
    FieldKind("agreed_rank", "约定顺位", "Agreed rank", "/mortgage/agreed_rank", _rank, _FIRST),
    FieldKind("contract_amount", "合同金额", "Amount in the contract", "/mortgage/contract_amount_fen",
              parse_yuan, _FIRST),
    FieldKind("certificate_no", "不动产登记证明号", "Certificate number", "/discharge/certificate_no",
              parse_certificate_no, _DISCHARGE),
    FieldKind("cause", "注销原因", "Cause", "/discharge/cause",
              _one_of({cause.value: cause for cause in DischargeCause}), _DISCHARGE),
    FieldKind("cleared_amount", "结清金额", "Amount cleared", "/discharge/cleared_amount_fen",
              parse_yuan, _DISCHARGE),
)  # fmt: skip
FIELDS: Final[Mapping[str, FieldKind]] = {kind.name: kind for kind in _LIST}
"""Every field by its name. Dates are YYYY-MM-DD, amounts yuan, choices the codes on the wire."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "length": ("位数不对", "The number of characters is wrong"),
    "shape": ("格式不对，请与证书核对", "The form is wrong; compare it with the certificate"),
    "ownership letter": ("所有权类型字母与宗地类型不符", "The ownership letter does not fit"),
    "figures": ("请填数字，最多两位小数", "Figures with at most two decimals"),
    "words": ("大写金额读不出来", "The amount in words cannot be read"),
    "no unit": ("大写金额缺“元”", "The amount in words lacks 元"),
    "not positive": ("数额须大于零", "The amount must be above zero"),
    "jiao or fen": (
        "登记簿以元为单位，不能有角、分",
        "The register holds whole yuan: no jiao or fen",
    ),
    "area": ("请填平方米，最多两位小数", "Square metres with at most two decimals"),
    "date": ("没有这个日期，写成 2026-09-28", "No such date; write 2026-09-28"),
    "contract": ("合同号最长 120 个字符，不能有换行", "At most 120 characters on one line"),
    "text": ("太长，或有不能打印的字符", "Too long, or with characters that cannot be printed"),
    "rank": ("顺位是 1 到 99 的整数", "A rank is a whole number from 1 to 99"),
    "choice": ("请从所列中选一项", "Choose one of the list"),
    "phone": ("手机号是 11 位，以 1 开头", "A mobile number has 11 digits and starts with 1"),
    "share": ("份额写成 1/2", "Write a share as 1/2"),
    "missing": ("还没有填", "Not filled in yet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """Why one text is not taken; the text itself stays on the form."""

    field: str
    """The field's name; of a person: slot id, dot, name (p1.phone)."""
    code: str
    zh: str
    en: str
    pointer: str = ""

    def as_finding(self) -> Finding:
        """Return it as a finding that somebody can put right."""
        kind = FIELDS.get(self.field)
        zh, en = (f"{kind.zh}：{self.zh}", f"{kind.en}: {self.en}") if kind else (self.zh, self.en)
        return Finding(
            rule="FORMAT", level=Level.CORRECT, zh=zh, en=en, basis="", pointer=self.pointer
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the texts of a draft mean."""

    values: Mapping[str, Any]
    """Parsed values by field; absent where the text is empty or not taken."""
    problems: tuple[FieldProblem, ...]


def read_fields(draft: Draft) -> Reading:
    """Parse every field of a draft that its form has."""
    values: dict[str, Any] = {}
    problems = []
    for kind in _LIST:
        text = _tidy(draft.text(kind.name))
        if not text or draft.kind not in kind.kinds:
            continue
        try:
            values[kind.name] = kind.parse(text)
        except (BadValueError, _FieldError) as exc:
            problems.append(make_problem(kind.name, exc.reason, kind.pointer))
    return Reading(values=values, problems=tuple(problems))


def make_problem(field: str, reason: str, pointer: str = "") -> FieldProblem:
    """Return a problem in the words that belong to a reason."""
    zh, en = _WORDS.get(
        reason, ("填得不对，请核对", "It cannot be read; compare it with the paper")
    )
    return FieldProblem(field=field, code=reason.replace(" ", "-"), zh=zh, en=en, pointer=pointer)


def check_phone(text: str) -> str | None:
    """Say what is wrong with a mobile number: a reason, or None."""
    is_good = text.isascii() and text.isdigit() and len(text) == 11 and text[0] == "1"
    return None if is_good else "phone"


def check_share(text: str) -> str | None:
    """Say what is wrong with a share such as 1/2: a reason, or None."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,5}", text, re.ASCII):
        return "share"
    return None if Fraction(text) <= 1 else "share"


def _tidy(text: str) -> str:
    return text.strip()
