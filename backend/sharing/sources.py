"""The table of services: what each is asked in the envelope, and how its answer is read.

An answer's records stand in `data.cxjg`, a list that is empty where nothing is on record. Each
record names what was asked about; one that names another is no answer to the question. The
members and codes are described in docs/formats.md.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.errors import NoAnswerError
from backend.office.enquiries import Enquiry, Service
from registration.people import PersonName

Record = Mapping[str, Any]
Facts = tuple[tuple[str, str], ...]
Answer = tuple[str, Facts]
_NOTHING: Final[Answer] = ("nothing", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One service."""

    query: str
    """cxywlb."""
    is_good: frozenset[str]
    """Values of head.status that mean an answer; they differ by source."""
    format: Callable[[Enquiry], dict[str, object]]
    """The parameters: cxywcs."""
    parse: Callable[[Enquiry, Sequence[Record]], Answer]
    """Read the records. Raises: NoAnswerError: they say nothing clear."""


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise NoAnswerError("malformed", f"{key} is no text")
    return str(value).strip()


def _require(record: Record, key: str, wanted: str) -> None:
    if _text(record, key).upper() != wanted.upper():
        raise NoAnswerError("mismatched", f"another {key}")


def _only(records: Sequence[Record]) -> Record:
    if len(records) > 1:
        raise NoAnswerError("malformed", "more than one record")
    return records[0]


def _facts(record: Record, *names: tuple[str, str]) -> Facts:
    return tuple((zh, _text(record, key)) for zh, key in names if _text(record, key))


_MARRIED: Final = frozenset({"IA", "ICA"})
"""A marriage is registered, or its certificate was given anew."""
_DIVORCED: Final = frozenset({"IB", "ICB"})


def _parse_marriage(enquiry: Enquiry, records: Sequence[Record]) -> Answer:
    """Of a person's records the latest says what holds."""
    number = enquiry.get("number").upper()
    for record in records:
        parties = {_text(record, key).upper() for key in ("certNumMan", "certNumWoman")}
        if number not in parties:
            raise NoAnswerError("mismatched", "another person's record")
    if not records:
        return "single", ()
    days = [_text(record, "opDate") for record in records]
    if "" in days or len(set(days)) != len(days):
        raise NoAnswerError("malformed", "no order of days")
    last = max(records, key=lambda record: _text(record, "opDate"))
    kind, facts = _text(last, "opType"), _facts(last, ("登记日期", "opDate"), ("证号", "certNo"))
    if kind in _MARRIED:
        return "married", facts
    if kind in _DIVORCED:
        return "single", facts
    raise NoAnswerError("malformed", "unknown opType")


def _parse_seizures(enquiry: Enquiry, records: Sequence[Record]) -> Answer:
    for record in records:
        _require(record, "bdcdyh", enquiry.get("unit_no"))
    if not records:
        return "clear", ()
    names = (("查封机关", "cfjg"), ("查封文号", "cfwh"), ("起", "cfkssj"), ("止", "cfjssj"))
    return "seized", _facts(records[0], *names)


def _parse_tax(enquiry: Enquiry, records: Sequence[Record]) -> Answer:
    if not records:
        return _NOTHING
    record = _only(records)
    _require(record, "spmh", enquiry.get("receipt_no"))
    facts = _facts(record, ("合同号", "htbh"), ("税额", "sjje"), ("缴款日期", "jkrq"))
    is_same = _text(record, "htbh") == enquiry.get("contract_no")
    if not is_same or _text(record, "bdcdyh") not in {"", enquiry.get("unit_no")}:
        return "differs", facts
    paid = {"1": "paid", "0": "unpaid"}.get(_text(record, "wszt"))
    if paid is None:
        raise NoAnswerError("malformed", "unknown wszt")
    return paid, facts


_CONTRACT_STATES: Final = {
    "1": "unfiled",
    "2": "unfiled",
    "3": "signed",
    "4": "filed",
    "5": "unfiled",
}
"""网签合同状态: none, waiting, signed and not filed, filed, filing failed."""


def _parse_contract(enquiry: Enquiry, records: Sequence[Record]) -> Answer:
    if not records:
        return _NOTHING
    record = _only(records)
    _require(record, "htbh", enquiry.get("contract_no"))
    state = _CONTRACT_STATES.get(_text(record, "htzt"))
    if state is None:
        raise NoAnswerError("malformed", "unknown htzt")
    facts = _facts(record, ("备案号", "bah"), ("成交价", "cjje"))
    odd = "、".join(_contract_differences(enquiry, record))
    return ("differs", (*facts, ("不一致", odd))) if odd else (state, facts)


def _contract_differences(enquiry: Enquiry, record: Record) -> list[str]:
    """Return the fields in which the contract says otherwise; what it does not tell is no field."""
    buyers = record.get("msr", [])
    if not isinstance(buyers, list) or not all(isinstance(buyer, dict) for buyer in buyers):
        raise NoAnswerError("malformed", "msr is no list")
    told = {_text(buyer, "zjh").upper() for buyer in buyers}
    asked = {number.upper() for number in enquiry.get("buyers").split("、") if number}
    number, price = enquiry.get("filing_no"), _fen(_text(record, "cjje"))
    pairs = (
        ("不动产单元号", _text(record, "bdcdyh") not in {"", enquiry.get("unit_no")}),
        ("备案号", bool(number) and _text(record, "bah") not in {"", number}),
        ("买受人", bool(told) and told != asked),
        (
            "成交价格",
            bool(price and enquiry.get("price_fen")) and price != enquiry.get("price_fen"),
        ),
    )
    return [name for name, is_other in pairs if is_other]


_YUAN: Final = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,2})?", re.ASCII)


def _fen(yuan: str) -> str:
    """Return an amount of yuan as whole fen; empty where none is told."""
    if not yuan:
        return ""
    if not _YUAN.fullmatch(yuan):
        raise NoAnswerError("malformed", "cjje is no amount")
    whole, _, part = yuan.partition(".")
    return str(int(whole) * 100 + int(part.ljust(2, "0") or "0"))


def _parse_business(enquiry: Enquiry, records: Sequence[Record]) -> Answer:
    if not records:
        return _NOTHING
    record = _only(records)
    _require(record, "uniscid", enquiry.get("number"))
    facts = _facts(record, ("名称", "entname"), ("登记状态", "regstate_cn"))
    if PersonName(_text(record, "entname")).folded != PersonName(enquiry.get("name")).folded:
        return "differs", facts
    state = _text(record, "regstate")
    if not state:
        raise NoAnswerError("malformed", "no regstate")
    return ("good" if state == "1" else "ended"), facts


def _parse_licence(enquiry: Enquiry, records: Sequence[Record]) -> Answer:
    if not records:
        return _NOTHING
    record = _only(records)
    _require(record, "certCode", enquiry.get("licence"))
    facts = _facts(record, ("机构名称", "fullName"), ("流水号", "certFlowNo"), ("成立", "setDate"))
    told, asked = PersonName(_text(record, "fullName")), PersonName(enquiry.get("name"))
    return ("good" if told.folded in {"", asked.folded} else "differs"), facts


_OK: Final = frozenset({"0200"})
SOURCES: Final[Mapping[Service, Source]] = {
    Service.MARRIAGE: Source(
        query="civil_marriage_query",
        is_good=frozenset({"1"}),
        format=lambda e: {"name": e.get("name"), "cert_num": e.get("number")},
        parse=_parse_marriage,
    ),
    Service.SEIZURES: Source(
        query="supremecourt_seizure_query",
        is_good=_OK,
        format=lambda e: {"bdcdyh": e.get("unit_no")},
        parse=_parse_seizures,
    ),
    Service.DEED_TAX: Source(
        query="tax_deed_query",
        is_good=_OK,
        format=lambda e: {"spmh": e.get("receipt_no"), "htbh": e.get("contract_no")},
        parse=_parse_tax,
    ),
    Service.SALE_CONTRACT: Source(
        query="housing_contract_query",
        is_good=_OK,
        format=lambda e: {"htbh": e.get("contract_no"), "bah": e.get("filing_no")},
        parse=_parse_contract,
    ),
    Service.BUSINESS_LICENCE: Source(
        query="zw_samr_enterprise_query",
        is_good=_OK,
        format=lambda e: {"entname": e.get("name"), "uniscid": e.get("number")},
        parse=_parse_business,
    ),
    Service.FINANCIAL_LICENCE: Source(
        query="cbirc_financial_query",
        is_good=frozenset({"200"}),
        format=lambda e: {"typeId": "01", "certCode": e.get("licence")},
        parse=_parse_licence,
    ),
}
"""Everybody but the police, whose service has two questions and codes of its own."""
