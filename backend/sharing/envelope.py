"""The envelope of the ministry's sharing gateway: questions out, answers in, as JSON values."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

IDENTITY: Final = "police_identity_check"
BASE: Final = "zw_police_baseinfo"
_OK: Final = "0200"
"""Of the police; the success codes of other sources differ."""
_CODE: Final = re.compile(r"[0-9]{3}", re.ASCII)
_DEATH_MARKS: Final = frozenset({"1", "Y", "是", "true"})
_NO_MARKS: Final = frozenset({"", "0", "N", "否", "false"})
_DEPTH: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """As whom the office asks."""

    area: str = "410200"
    """Area code of the office, six digits."""
    token: str = ""
    department: str = "示例不动产登记中心"
    user: str = "mortgage-registration"
    ip: str = ""

    def __repr__(self) -> str:
        return f"Account({self.area})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about one person."""

    request_no: str
    """Date of eight digits, area of six, sequence of six."""
    case_no: str
    name: str
    number: str
    at: datetime

    def __repr__(self) -> str:
        # Tracebacks print reprs; a name and a number must not leak through them.
        return f"Question({self.request_no})"


def format_identity(question: Question, account: Account) -> dict[str, object]:
    """Ask whether a name and a resident's number belong together."""
    return _envelope(
        question,
        account,
        IDENTITY,
        {
            "Conditions": [
                {
                    "CheckCondition": {"xm": question.name},
                    "QueryCondition": {"gmsfhm": question.number},
                }
            ],
            "bus_sre_idcard": "",
            "bus_sre_deptcode": account.area,
            "bus_sre_deptaddr": "",
            "bus_sre_appname": account.user,
            "bus_sre_businesstypecode": "9000101",
            "bus_sre_businesstypename": "抵押权登记",
            "MessageSequence": f"{question.at:%Y%m%d%H%M%S}{question.request_no[-4:]}",
        },
    )


def format_base(question: Question, account: Account) -> dict[str, object]:
    """Ask for a person's base record, which holds the death mark."""
    return _envelope(question, account, BASE, {"xm": question.name, "sfzh": question.number})


def format_envelope(
    account: Account,
    kind: str,
    parameters: dict[str, object],
    *,
    request_no: str,
    case_no: str,
) -> dict[str, object]:
    """Return a question in the gateway's form: who asks, for which case, what."""
    return {
        "head": {
            "xzqdm": account.area,
            "token": account.token,
            "deptName": account.department,
            "userName": account.user,
            "cxqqdh": request_no,
            "businessNumber": case_no,
            "ip": account.ip,
        },
        "data": {"cxywlb": kind, "cxywcs": [parameters]},
    }


def _envelope(
    question: Question, account: Account, kind: str, parameters: dict[str, object]
) -> dict[str, object]:
    return format_envelope(
        account, kind, parameters, request_no=question.request_no, case_no=question.case_no
    )


def is_marked_simulated(answer: bytes) -> bool:
    """Say whether a raw answer says of itself that it is simulated."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return False
    head = told.get("head") if isinstance(told, dict) else None
    return isinstance(head, dict) and head.get("simulated") is True


def parse_identity(answer: Any) -> str:
    """Return the check code: "000" same, "999" nobody, others different; "" when none is there."""
    codes = {_text(info, "CheckCode") for info in _found(answer, "CheckCode")}
    code = codes.pop() if len(codes) == 1 else ""
    return code if is_good(answer) and _CODE.fullmatch(code) else ""


def parse_death_mark(answer: Any, number: str) -> bool | None:
    """Say whether a person's record bears the death mark; None when the answer does not tell."""
    records = [r for r in _found(answer, "gmsfzh") if _text(r, "gmsfzh").upper() == number]
    if not is_good(answer) or len(records) != 1:
        return None
    mark = _text(records[0], "swbs")
    if mark in _DEATH_MARKS:
        return True
    return False if mark in _NO_MARKS else None


def is_good(answer: Any) -> bool:
    """Say whether the gateway itself is content."""
    head = answer.get("head") if isinstance(answer, dict) else None
    return isinstance(head, dict) and _text(head, "status") == _OK


def _found(value: Any, key: str, depth: int = _DEPTH) -> Iterator[dict[str, Any]]:
    """Yield every object that holds a key: the gateways wrap the same answer differently."""
    if depth and isinstance(value, dict):
        if key in value:
            yield value
        for inner in value.values():
            yield from _found(inner, key, depth - 1)
    elif depth and isinstance(value, list):
        for inner in value:
            yield from _found(inner, key, depth - 1)


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)
