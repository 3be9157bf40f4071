"""How a text of the form is read, and in what words it is refused."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from registration.errors import BadValueError
from registration.identifiers import parse_credit_code
from registration.mortgage import Money, parse_capital, parse_yuan

_AREA: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?", re.ASCII)
_CONTRACT: Final = re.compile(r"[^\s\x00-\x1f]{1,60}(?: [^\s\x00-\x1f]{1,60})*")
YES_NO: Final = {"yes": True, "no": False}


def read_area(text: str) -> str:
    """Read square metres."""
    if not _AREA.fullmatch(text):
        raise BadValueError("area")
    return text


def read_date(text: str) -> date:
    """Read a day, YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise BadValueError("date") from exc


def read_amount(text: str) -> Money:
    """Read an amount as the register keeps it."""
    money = read_money(text)
    # The register keeps amounts in ten thousands of yuan with four decimals: whole yuan only.
    if money.fen % 100:
        raise BadValueError("jiao or fen")
    return money


def read_money(text: str) -> Money:
    """Read an amount above nought, to the fen."""
    money = parse_yuan(text)
    if money.fen <= 0:
        raise BadValueError("not positive")
    return money


def read_words(text: str) -> str:
    """Read an amount in capital numerals; the text stays as it is."""
    parse_capital(text)
    return text


def read_contract(text: str) -> str:
    """Read the number of a contract or paper."""
    if not _CONTRACT.fullmatch(text):
        raise BadValueError("contract")
    return text


def read_text(text: str) -> str:
    """Read words on several lines."""
    if len(text) > 2000 or any(ord(c) < 32 and c != "\n" for c in text):
        raise BadValueError("text")
    return text


def read_short(text: str) -> str:
    """Read words on one line."""
    if len(text) > 200 or not text.isprintable():
        raise BadValueError("text")
    return text


def read_rank(text: str) -> int:
    """Read a rank."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 99):
        raise BadValueError("rank")
    return int(text)


def read_credit_code(text: str) -> Any:
    """Read a unified social credit code; small letters and blanks do not matter."""
    return parse_credit_code("".join(text.split()).upper())


def read_one_of(values: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return a reader of one of some texts."""

    def choose(text: str) -> Any:
        if text not in values:
            raise BadValueError("choice")
        return values[text]

    return choose


def read_some_of(values: Mapping[str, Any]) -> Callable[[str], tuple[Any, ...]]:
    """Return a reader of several of some texts, with blanks between; order is the list's."""

    def choose(text: str) -> tuple[Any, ...]:
        chosen = text.split()
        if not set(chosen) <= set(values):
            raise BadValueError("choice")
        return tuple(value for name, value in values.items() if name in chosen)

    return choose


def by_value(members: Iterable[Any]) -> dict[str, Any]:
    """Return the members of an enumeration by their values."""
    return {member.value: member for member in members}


REASONS: Final[Mapping[str, tuple[str, str]]] = {
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
"""By reason: what is said of a text that is not taken, in Chinese and English."""
