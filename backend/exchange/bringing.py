"""From messages to estates: what each says of a unit, the latest word on each entry counting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from backend.exchange.message import Fault, Message, Row, wan_to_fen
from backend.exchange.remarks import day, is_yes, parse_remarks
from backend.office.events import as_entry
from backend.office.register import (
    Deed,
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Holder,
    MortgageEntry,
    Owner,
    PurchaseEntry,
    Title,
)
from backend.store.estate_file import Estate
from registration.errors import BadValueError
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.people import CoOwnership

_SUBJECTS: Final = {
    "QLF_QL_DYAQ": EncumbranceKind.MORTGAGE,
    "QLF_QL_YGDJ": EncumbranceKind.PURCHASE_NOTICE,
    "QLF_QL_CFDJ": EncumbranceKind.SEIZURE,
    "QLF_QL_YYDJ": EncumbranceKind.DISSENT,
    "XB_QL_JZQ": EncumbranceKind.HABITATION,
    "XB_QL_XZ": EncumbranceKind.RESTRICTION,
}
_TITLE: Final = "QLF_FW_FDCQ_YZ"


@dataclass(slots=True)
class _Unit:
    titles: list[Title] = field(default_factory=list)
    entries: dict[str, Encumbrance] = field(default_factory=dict)
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)


def bring_together(messages: Sequence[Message]) -> tuple[tuple[Estate, ...], tuple[Fault, ...]]:
    """Return the estates that messages tell of, and everything that does not fit together.

    The messages must have passed their checks. Of an entry that several tell of the latest
    counts, by CreateDate and BizMsgID; an entry without any message of its unit's ownership is a
    fault.
    """
    units: dict[str, _Unit] = {}
    faults: list[Fault] = []
    for message in sorted(
        messages, key=lambda m: (_time(m.head["CreateDate"]), m.head["BizMsgID"])
    ):
        found = tuple(_find_loose(message))
        faults += found
        if not found:
            _lay(message, units.setdefault(message.head["EstateNum"], _Unit()))
    for unit_no, unit in units.items():
        if not unit.titles:
            file, line = next(iter(unit.lines.values()), ("", 0))
            zh = f"单元 {unit_no} 没有权属报文（QLF_FW_FDCQ_YZ），请一并导入"
            faults.append(
                Fault(file, line, _TITLE, zh, f"no message of the ownership of {unit_no}")
            )
        faults += _find_rank_twice(unit)
    estates = tuple(_estate(unit) for unit in units.values() if unit.titles)
    return estates, tuple(faults)


def _estate(unit: _Unit) -> Estate:
    entries = tuple(unit.entries.values())
    return Estate(
        title=unit.titles[-1],
        encumbrances=entries,
        deeds={entry.entry_no: entry.deed for entry in entries if entry.deed is not None},
    )


def _find_rank_twice(unit: _Unit) -> Iterator[Fault]:
    seen: set[tuple[int | None, int]] = set()
    for number, entry in unit.entries.items():
        if entry.kind is not EncumbranceKind.MORTGAGE or entry.state is not EntryState.CURRENT:
            continue
        rank = (entry.rank, entry.rank_part)
        if rank in seen:
            file, line = unit.lines[number]
            zh, en = "同一单元两个现势抵押权顺位相同", "two mortgages in force have one rank"
            yield Fault(file, line, "QLF_QL_DYAQ@DYQSW", zh, en)
        seen.add(rank)


def _find_loose(message: Message) -> Iterator[Fault]:
    """Find what the single attributes' checks cannot see."""
    subjects = _subjects(message)
    unit_no = message.head["EstateNum"]
    if len(subjects) != 1:
        zh, en = "一个报文须有且只有一个权利", "a message tells of exactly one right"
        yield Fault(message.file, 0, "Data", zh, en)
        return
    row = subjects[0]
    for other in message.rows:
        if other.get("BDCDYH") not in {"", unit_no}:
            zh, en = "与报文头的不动产单元号不同", "is not the unit of the head"
            yield Fault(message.file, other.line, f"{other.table}@BDCDYH", zh, en)
    try:
        parse_unit_no(unit_no)
    except BadValueError as error:
        yield Fault(
            message.file, row.line, "EstateNum", f"不动产单元号有误：{error.reason}", str(error)
        )
    yield from _find_loose_row(message, row)


def _find_loose_row(message: Message, row: Row) -> Iterator[Fault]:
    people = message.of("ZTT_GY_QLR")
    for name, zh, en in (*_find_odd(row), *_find_missing(row, people)):
        yield Fault(message.file, row.line, f"{row.table}@{name}", zh, en)


def _find_odd(row: Row) -> Iterator[tuple[str, str, str]]:
    """Find what is written in another form than this register's."""
    number = row.get("BDCDJZMH")
    try:
        is_odd = bool(number) and parse_certificate_no(number).text != number
    except BadValueError:
        is_odd = True
    if is_odd:
        yield "BDCDJZMH", "登记证明号格式有误", "is no certificate number as printed"
    remarks = parse_remarks(row.get("FJ"))
    try:
        for name in ("首次登记日期", "债权确定日期", "债务履行起始", "债务履行结束"):
            day(remarks, name)
        int(remarks.get("顺位分支") or 0)
    except ValueError:
        yield "FJ", "附记里的日期或数字有误", "a day or number in it is none"


def _find_missing(row: Row, people: Sequence[Row]) -> Iterator[tuple[str, str, str]]:
    """Find what another attribute makes necessary."""
    marks = {person.get("QLRTZ") for person in people}
    if row.table == _TITLE:
        if "13" not in marks or any(not person.get("GYFS") for person in people):
            yield "YWH", "缺权利人（QLRTZ=13）或其共有方式", "lacks an owner (QLRTZ=13) or GYFS"
        return
    if not row.get("DJSJ"):
        yield "DJSJ", "登记时间必填", "is required"
    wanted = _WANTED_MARKS.get(row.table)
    if wanted and wanted not in marks:
        yield "YWH", f"缺权利人（QLRTZ={wanted}）", f"lacks a right holder (QLRTZ={wanted})"
    if row.table == "QLF_QL_DYAQ":
        amount = "ZGZQSE" if row.get("DYFS") == "2" else "BDBZZQSE"
        if not row.get(amount):
            yield amount, "按抵押方式必填", "is required of this form of mortgage"


_WANTED_MARKS: Final = {
    "QLF_QL_DYAQ": "9",
    "QLF_QL_YGDJ": "18",
    "QLF_QL_YYDJ": "20",
    "XB_QL_JZQ": "92",
}


def _subjects(message: Message) -> tuple[Row, ...]:
    return tuple(row for row in message.rows if row.table == _TITLE or row.table in _SUBJECTS)


def _lay(message: Message, unit: _Unit) -> None:
    (row,) = _subjects(message)
    people = message.of("ZTT_GY_QLR")
    if row.table == _TITLE:
        unit.titles.append(_title(row, people))
        unit.lines.setdefault("", (message.file, row.line))
        return
    entry = _entry(message, row, people)
    unit.entries[entry.entry_no] = entry
    unit.lines[entry.entry_no] = (message.file, row.line)


def _title(row: Row, people: Sequence[Row]) -> Title:
    told = parse_remarks(row.get("FJ"))
    return Title(
        unit_no=row.get("BDCDYH"),
        title_no=row.get("BDCQZH"),
        location=row.get("FDZL"),
        area_m2=row.get("JZMJ"),
        use=row.get("YTMC"),
        right_type=row.get("QLLX"),
        land_nature=row.get("QLXZ"),
        land_right_end=_day(row.get("TDSYJSSJ")),
        co_ownership=CoOwnership(people[0].get("GYFS")),
        owners=tuple(_owner(person) for person in people if person.get("QLRTZ") == "13"),
        state=EntryState(row.get("QSZT")),
        is_first_registered=is_yes(told, "首次登记", usually=True),
        is_under_construction=is_yes(told, "在建建筑物"),
        is_public_facility=is_yes(told, "公益设施"),
        covers_land_and_building=is_yes(told, "房地一并", usually=True),
        is_disputed=is_yes(told, "权属争议"),
        restrictions=tuple(filter(None, told.get("限制信息", "").split("；"))),
        registered_at=_time(row.get("DJSJ")) if row.get("DJSJ") else None,
        first_registered_on=day(told, "首次登记日期"),
    )


def _owner(row: Row) -> Owner:
    marks = row.get("BZ").split("；")
    return Owner(
        name=row.get("QLRMC"),
        id_number=row.get("ZJH"),
        share=row.get("QLBL"),
        is_non_profit="非营利" in marks,
        is_married=True if "已婚" in marks else False if "未婚" in marks else None,
    )


def _entry(message: Message, row: Row, people: Sequence[Row]) -> Encumbrance:
    told = parse_remarks(row.get("FJ"))
    kind = _SUBJECTS[row.table]
    if row.get("YGDJZL") in {"3", "4"}:
        kind = EncumbranceKind.MORTGAGE_NOTICE
    deed = _deed(message, row, people, told, kind)
    if deed is not None:
        return as_entry(deed) if isinstance(deed, MortgageEntry) else _bought(deed, row)
    holders = _holders(people, "9", "18", "20", "92")
    holder = row.get("CFJG") or row.get("XZJG")
    first = Holder(holder, told.get("机关代码", "")) if holder else holders[0]
    is_kind_told = not is_yes(told, "种类未载")
    return Encumbrance(
        entry_no=row.get("YWH"),
        kind=kind,
        state=EntryState(row.get("QSZT")),
        recorded_at=_time(row.get("DJSJ")),
        holder=first.name,
        holder_number=first.number,
        certificate_no=row.get("BDCDJZMH"),
        amount_fen=wan_to_fen(row.get("QDJG")) if row.get("QDJG") else None,
        contract_no=told.get("合同", ""),
        is_transfer_restricted=row.get("SFCZJZHXZ") == "1",
        document_no=row.get("CFWH") or row.get("WH") or (row.get("YGDJZL") if is_kind_told else ""),
        seizure_type="" if is_yes(told, "查封类型未载") else row.get("CFLX"),
        is_suit_filed=is_yes(told, "已起诉"),
        co_holders=tuple(holders[1:]),
        until=_day(row.get("CFJSSJ") or row.get("JZQJSSJ") or row.get("XZJSSJ")),
        note=row.get("YYSX") or row.get("XZSX") or told.get("附记", ""),
    )


def _bought(deed: PurchaseEntry, row: Row) -> Encumbrance:
    return replace(as_entry(deed), certificate_no=row.get("BDCDJZMH"))


def _deed(
    message: Message,
    row: Row,
    people: Sequence[Row],
    told: dict[str, str],
    kind: EncumbranceKind,
) -> Deed | None:
    """Return an entry with all its facts, where the message tells them."""
    accepted = message.of("DJT_DJ_SL")
    accepted_at = _time(accepted[0].get("SLSJ") if accepted else row.get("DJSJ"))
    if kind is EncumbranceKind.PURCHASE_NOTICE and "买卖合同" in told:
        return _purchase(row, people, told, accepted_at)
    if kind is EncumbranceKind.MORTGAGE:
        return _mortgage(row, people, told, accepted_at)
    if kind is EncumbranceKind.MORTGAGE_NOTICE and "抵押方式" in told:
        return _mortgage_notice(row, people, told, accepted_at)
    return None


def _purchase(
    row: Row, people: Sequence[Row], told: dict[str, str], accepted_at: datetime
) -> PurchaseEntry:
    return PurchaseEntry(
        entry_no=row.get("YWH"),
        case_no="",
        unit_no=row.get("BDCDYH"),
        location=row.get("BDCZL"),
        buyers=tuple(_holders(people, "18")),
        buyer_co_ownership=CoOwnership(_first(people, "18", "GYFS") or "0"),
        sellers=tuple(_holders(people, "19")),
        contract_no=told["买卖合同"],
        filing_no=told.get("备案号", ""),
        price_fen=wan_to_fen(row.get("QDJG")) if row.get("QDJG") else None,
        accepted_at=accepted_at,
        registered_at=_time(row.get("DJSJ")),
        registrar=row.get("DBR"),
        state=EntryState(row.get("QSZT")),
    )


def _mortgage(
    row: Row, people: Sequence[Row], told: dict[str, str], accepted_at: datetime
) -> MortgageEntry:
    form = row.get("DYFS")
    amount = row.get("ZGZQSE" if form == "2" else "BDBZZQSE")
    most = row.get("ZGZQSE") if form == "1" else ""
    return MortgageEntry(
        **_common(row, told, accepted_at),
        **_parties(people, "9", "10"),
        location=row.get("ZL"),
        rank=int(row.get("DYQSW")),
        rank_part=int(told.get("顺位分支") or 0),
        debtors=_names(row.get("ZWR")),
        form=form,
        amount_fen=wan_to_fen(amount),
        start=_day(row.get("ZWLXQSSJ")),
        end=_day(row.get("ZWLXJSSJ")),
        is_period_open=row.get("DYQX") == "未约定",
        kind=EncumbranceKind.MORTGAGE,
        max_claim_fen=wan_to_fen(most) if most else None,
        determined=row.get("ZGZQQDSS"),
        determined_on=day(told, "债权确定日期"),
    )


def _mortgage_notice(
    row: Row, people: Sequence[Row], told: dict[str, str], accepted_at: datetime
) -> MortgageEntry:
    return MortgageEntry(
        **_common(row, told, accepted_at),
        **_parties(people, "18", "19"),
        location=row.get("BDCZL"),
        rank=None,
        debtors=_names(told.get("债务人", "")),
        form=told["抵押方式"],
        amount_fen=wan_to_fen(row.get("QDJG")) if row.get("QDJG") else 0,
        start=day(told, "债务履行起始"),
        end=day(told, "债务履行结束"),
        is_period_open=is_yes(told, "债权确定期间未约定"),
        kind=EncumbranceKind.MORTGAGE_NOTICE,
    )


def _common(row: Row, told: dict[str, str], accepted_at: datetime) -> dict[str, Any]:
    """Return the facts that a mortgage and the notice of one tell alike."""
    return {
        "entry_no": row.get("YWH"),
        "case_no": "",
        "unit_no": row.get("BDCDYH"),
        "title_no": told.get("不动产权证书", ""),
        "security_scope": row.get("DBFW"),
        "is_transfer_restricted": row.get("SFCZJZHXZ") == "1",
        "principal_contract_no": told.get("主债权合同", ""),
        "mortgage_contract_no": told.get("抵押合同", ""),
        "accepted_at": accepted_at,
        "registered_at": _time(row.get("DJSJ")),
        "registrar": row.get("DBR"),
        "state": EntryState(row.get("QSZT")),
        "notice_no": told.get("原预告登记证明", ""),
        "certificate_no": row.get("BDCDJZMH"),
    }


def _parties(people: Sequence[Row], holder: str, obligor: str) -> dict[str, Any]:
    first, *others = _holders(people, holder)
    obligors = _holders(people, obligor)
    return {
        "mortgagee": first.name,
        "mortgagee_number": first.number,
        "co_mortgagees": tuple(others),
        "mortgagors": tuple(one.name for one in obligors),
        "mortgagor_numbers": tuple(one.number for one in obligors),
    }


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("、")))


def _holders(people: Sequence[Row], *marks: str) -> list[Holder]:
    return [
        Holder(person.get("QLRMC"), person.get("ZJH"), person.get("QLBL"))
        for person in people
        if person.get("QLRTZ") in marks
    ]


def _first(people: Sequence[Row], mark: str, name: str) -> str:
    return next((person.get(name) for person in people if person.get("QLRTZ") == mark), "")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
