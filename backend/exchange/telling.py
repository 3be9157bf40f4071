"""From the register to messages: a title, or an entry beside it, as the rows of one message."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from backend.exchange.message import Message, Row
from backend.exchange.remarks import flag, flag_off, format_remarks
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Holder,
    MortgageEntry,
    Owner,
    PurchaseEntry,
    Title,
)
from registration.days import CHINA
from registration.errors import BadValueError
from registration.identifiers import parse_credit_code, parse_id_number
from registration.mortgage import Money

_YSDM = {
    "ZTT_GY_QLR": "6003000000",
    "QLF_QL_DYAQ": "6002030100",
    "QLF_QL_YGDJ": "6002040100",
    "QLF_QL_YYDJ": "6002040200",
    "QLF_QL_CFDJ": "6002040300",
    "DJT_DJ_SL": "6004020000",
}
_REC_TYPES = {
    EncumbranceKind.MORTGAGE: ("9000101", "23", "100"),
    EncumbranceKind.PURCHASE_NOTICE: ("7000101", "99", "700"),
    EncumbranceKind.MORTGAGE_NOTICE: ("7000101", "99", "700"),
    EncumbranceKind.SEIZURE: ("8000101", "99", "800"),
    EncumbranceKind.DISSENT: ("6000101", "99", "600"),
    EncumbranceKind.HABITATION: ("9200101", "92", "100"),
    EncumbranceKind.RESTRICTION: ("9900101", "99", "900"),
}
_ENDED = ("4000101", "400")
_HOLDERS = {
    EncumbranceKind.MORTGAGE: "9",
    EncumbranceKind.PURCHASE_NOTICE: "18",
    EncumbranceKind.MORTGAGE_NOTICE: "18",
    EncumbranceKind.DISSENT: "20",
    EncumbranceKind.HABITATION: "92",
}
"""QLRTZ of those who hold an entry; courts and authorities stand in their own attribute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a message says of itself."""

    message_id: str
    """BizMsgID: 6 digits area, yyMMdd, 6 digits sequence."""
    area: str
    """Area code of the office that reports, six digits."""
    office: str
    at: datetime
    reg_type: str = ""
    """DJLX; empty for the usual one of the entry's kind."""


def tell_title(title: Title, stamp: Stamp) -> Message:
    """Return the message of an ownership."""
    number, reg_type = title.entry_no or f"CQ-{title.unit_no}", stamp.reg_type or "200"
    values = {
        "QLLX": title.right_type,
        "FDZL": title.location,
        "JZMJ": title.area_m2,
        "YTMC": title.use,
        "QLXZ": title.land_nature,
        "TDSYJSSJ": _day(title.land_right_end),
        "BDCQZH": title.title_no,
        "FJ": format_remarks(_title_remarks(title)),
        **_ending(title.unit_no, reg_type, title.registered_at, title.state, stamp),
    }
    main = _row("QLF_FW_FDCQ_YZ", title.unit_no, number, values)
    owners = _people(title.unit_no, number, map(_owner, title.owners), "13")
    held = {"GYFS": title.co_ownership.value, "BDCQZH": title.title_no}
    rows = [_with(row, held) for row in owners]
    rows = [_with(row, {"BZ": _owner_remark(o)}) for row, o in zip(rows, title.owners, strict=True)]
    head = _head(stamp, title.unit_no, number, ("2000402", title.right_type, reg_type))
    return Message(head=head | {"CertCount": "1"}, rows=(*rows, main))


def _title_remarks(title: Title) -> dict[str, str]:
    return {
        "首次登记": flag_off(title.is_first_registered),
        "在建建筑物": flag(title.is_under_construction),
        "公益设施": flag(title.is_public_facility),
        "房地一并": flag_off(title.covers_land_and_building),
        "权属争议": flag(title.is_disputed),
        "首次登记日期": _day(title.first_registered_on),
        "限制信息": "；".join(title.restrictions),
    }


def _owner(owner: Owner) -> Holder:
    return Holder(owner.name, owner.id_number, owner.share)


def _owner_remark(owner: Owner) -> str:
    married = {True: "已婚", False: "未婚", None: ""}[owner.is_married]
    return "；".join(part for part in ("非营利" if owner.is_non_profit else "", married) if part)


def tell_entry(title: Title, entry: Encumbrance, stamp: Stamp) -> Message:
    """Return the message of an entry as it stands.

    Raises:
        BadAmountError: the amount has jiao or fen, which the message's form cannot hold.
    """
    usual = _REC_TYPES[entry.kind]
    is_over = entry.state in {EntryState.HISTORICAL, EntryState.TERMINATED}
    rec_type, reg_type = _ENDED if is_over else (usual[0], stamp.reg_type or usual[2])
    unit_no, number = title.unit_no, entry.entry_no
    ending = _ending(unit_no, reg_type, entry.recorded_at, entry.state, stamp)
    ending["DBR"] = entry.deed.registrar if entry.deed else ""
    table, values = _subject(title, entry)
    rows = [
        *_holders(unit_no, entry),
        _row(table, unit_no, number, ending | values),
        *_way(entry, reg_type, ending),
    ]
    head = _head(stamp, unit_no, number, (rec_type, usual[1], reg_type))
    head |= {"ProofCount": "1" if entry.certificate_no else "0"}
    head |= {"RecFlowID": entry.case_no or number}
    return Message(head=head, rows=tuple(rows))


def _holders(unit_no: str, entry: Encumbrance) -> Iterator[Row]:
    mark = _HOLDERS.get(entry.kind)
    if mark is not None:
        held, holders = {}, entry.holders
        if isinstance(entry.deed, PurchaseEntry):
            held = {"GYFS": entry.deed.buyer_co_ownership.value}
            # The page's own holders leave the first one's share out.
            holders = entry.deed.buyers
        for row in _people(unit_no, entry.entry_no, holders, mark):
            yield _with(row, held)
    deed = entry.deed
    if isinstance(deed, MortgageEntry):
        numbers = (*deed.mortgagor_numbers, *[""] * len(deed.mortgagors))
        obligors = [Holder(n, k) for n, k in zip(deed.mortgagors, numbers, strict=False)]
        is_notice = entry.kind is EncumbranceKind.MORTGAGE_NOTICE
        yield from _people(unit_no, entry.entry_no, obligors, "19" if is_notice else "10")
    if isinstance(deed, PurchaseEntry):
        yield from _people(unit_no, entry.entry_no, deed.sellers, "19")


def _way(entry: Encumbrance, reg_type: str, ending: dict[str, str]) -> Iterator[Row]:
    """Yield when the case was accepted and who entered it, where a case did."""
    deed = entry.deed
    if deed is None:
        return
    area = {"QXDM": ending["QXDM"]}
    told = {"DJLX": reg_type, "SLSJ": _time(deed.accepted_at), "ZL": deed.location, **area}
    yield Row(table="DJT_DJ_SL", values={"YSDM": _YSDM["DJT_DJ_SL"], "YWH": entry.entry_no} | told)
    if deed.registrar:
        entered = {"DBRYXM": deed.registrar, "DBSJ": _time(deed.registered_at), "CZJG": "1"}
        yield Row(table="DJF_DJ_DB", values={"YWH": entry.entry_no, **entered, **area})


def _subject(title: Title, entry: Encumbrance) -> tuple[str, dict[str, str]]:
    """Return the table of an entry's kind, and what it says."""
    kind = entry.kind
    if kind is EncumbranceKind.MORTGAGE:
        return "QLF_QL_DYAQ", _mortgage(title, entry)
    if kind in {EncumbranceKind.PURCHASE_NOTICE, EncumbranceKind.MORTGAGE_NOTICE}:
        return "QLF_QL_YGDJ", _notice(title, entry)
    if kind is EncumbranceKind.SEIZURE:
        return "QLF_QL_CFDJ", _seizure(entry)
    if kind is EncumbranceKind.DISSENT:
        return "QLF_QL_YYDJ", {
            "YYSX": entry.note,
            "BDCDJZMH": entry.certificate_no,
            "FJ": format_remarks({"已起诉": flag(entry.is_suit_filed)}),
        }
    if kind is EncumbranceKind.HABITATION:
        told = {"JZQJSSJ": _day(entry.until), "WH": entry.document_no}
        note = format_remarks({"附记": entry.note})
        return "XB_QL_JZQ", told | {"BDCDJZMH": entry.certificate_no, "FJ": note}
    return "XB_QL_XZ", _restriction(entry)


def _seizure(entry: Encumbrance) -> dict[str, str]:
    remarks = {
        "附记": entry.note,
        "机关代码": entry.holder_number,
        "查封类型未载": flag(not entry.seizure_type),
    }
    return {
        "CFJG": entry.holder,
        "CFLX": entry.seizure_type or "1",
        "CFWH": entry.document_no,
        "CFJSSJ": _day(entry.until),
        "FJ": format_remarks(remarks),
    }


def _restriction(entry: Encumbrance) -> dict[str, str]:
    return {
        "XZJG": entry.holder,
        "XZSX": entry.note,
        "WH": entry.document_no,
        "XZJSSJ": _day(entry.until),
        "FJ": format_remarks({"机关代码": entry.holder_number}),
    }


def _mortgage(title: Title, entry: Encumbrance) -> dict[str, str]:
    deed = entry.deed if isinstance(entry.deed, MortgageEntry) else None
    amount = _wan(entry.amount_fen)
    is_maximum = deed is not None and deed.form == "2"
    return {
        "DYBDCLX": "4" if title.is_under_construction else "2",
        "DYR": "、".join(deed.mortgagors) if deed else "",
        "DYFS": deed.form if deed else "",
        "BDBZZQSE": "" if is_maximum else amount,
        "ZGZQSE": amount if is_maximum else _wan(deed.max_claim_fen if deed else None),
        "ZGZQQDSS": deed.determined if deed else "",
        "ZWLXQSSJ": _day(deed.start) if deed else "",
        "ZWLXJSSJ": _day(deed.end) if deed else "",
        "DYQX": "未约定" if deed and deed.is_period_open else "",
        "DYQSW": str(entry.rank or ""),
        "SFYGDJ": "0",
        "ZWR": "、".join(deed.debtors) if deed else "",
        "ZL": deed.location if deed else title.location,
        "BDCDJZMH": entry.certificate_no,
        "JEDW": "1",
        "DBFW": deed.security_scope if deed else "",
        "SFCZJZHXZ": "1" if entry.is_transfer_restricted else "0",
        "FJ": format_remarks(_mortgage_remarks(entry, deed)),
    }


def _mortgage_remarks(entry: Encumbrance, deed: MortgageEntry | None) -> dict[str, str]:
    told = {"抵押合同": entry.contract_no, "顺位分支": str(entry.rank_part or "")}
    if deed is None:
        return told
    return told | {
        "主债权合同": deed.principal_contract_no,
        "不动产权证书": deed.title_no,
        "债权确定日期": _day(deed.determined_on),
        "原预告登记证明": deed.notice_no,
    }


def _notice(title: Title, entry: Encumbrance) -> dict[str, str]:
    deed = entry.deed
    is_mortgage = entry.kind is EncumbranceKind.MORTGAGE_NOTICE
    usual = "3" if is_mortgage else "1"
    told = {"合同": entry.contract_no, "种类未载": flag(not entry.document_no and deed is None)}
    if isinstance(deed, MortgageEntry):
        told |= _mortgage_remarks(entry, deed) | {
            "抵押方式": deed.form,
            "债务履行起始": _day(deed.start),
            "债务履行结束": _day(deed.end),
            "债权确定期间未约定": flag(deed.is_period_open),
            "债务人": "、".join(deed.debtors),
        }
    if isinstance(deed, PurchaseEntry):
        told |= {"买卖合同": deed.contract_no, "备案号": deed.filing_no}
    obligors = deed.mortgagors if isinstance(deed, MortgageEntry) else ()
    if isinstance(deed, PurchaseEntry):
        obligors = tuple(seller.name for seller in deed.sellers)
    return {
        "YGDJZL": entry.document_no or usual,
        "BDCZL": deed.location if deed else title.location,
        "YWR": "、".join(obligors),
        "QDJG": _wan(entry.amount_fen),
        "BDCDJZMH": entry.certificate_no,
        "JEDW": "1",
        "DBFW": deed.security_scope if isinstance(deed, MortgageEntry) else "",
        "SFCZJZHXZ": "1" if entry.is_transfer_restricted else "0",
        "FJ": format_remarks(told),
    }


def _people(unit_no: str, number: str, holders: Iterable[Holder], mark: str) -> list[Row]:
    return [
        _row(
            "ZTT_GY_QLR",
            unit_no,
            number,
            {
                "SXH": str(place),
                "QLRMC": holder.name,
                "ZJZL": _document_kind(holder.number),
                "ZJH": holder.number,
                "QLBL": holder.share,
                "QLRTZ": mark,
            },
        )
        for place, holder in enumerate(holders, 1)
    ]


def _document_kind(number: str) -> str:
    for parse, code in ((parse_id_number, "1"), (parse_credit_code, "8")):
        try:
            parse(number)
        except BadValueError:
            continue
        return code
    return "99" if number else ""


def _row(table: str, unit_no: str, number: str, values: dict[str, str]) -> Row:
    own = {"YSDM": _YSDM.get(table, ""), "BDCDYH": unit_no, "YWH": number}
    return Row(table=table, values={k: v for k, v in (own | values).items() if v})


def _with(row: Row, more: dict[str, str]) -> Row:
    told = {name: value for name, value in more.items() if value}
    return Row(table=row.table, values=dict(row.values) | told)


def _ending(
    unit_no: str, reg_type: str, at: datetime | None, state: EntryState, stamp: Stamp
) -> dict[str, str]:
    return {
        "DJLX": reg_type,
        "QXDM": unit_no[:6],
        "DJJG": stamp.office,
        "DJSJ": _time(at) if at else "",
        "QSZT": state.value,
    }


def _head(stamp: Stamp, unit_no: str, number: str, kinds: tuple[str, str, str]) -> dict[str, str]:
    rec_type, right_type, reg_type = kinds
    return {
        "BizMsgID": stamp.message_id,
        "ASID": "AS100",
        "AreaCode": unit_no[:6],
        "RecType": rec_type,
        "RightType": right_type,
        "RegType": reg_type,
        "CreateDate": _time(stamp.at),
        "RecFlowID": number,
        "RegOrgID": stamp.area,
        "ParcelID": unit_no[:19],
        "EstateNum": unit_no,
        "CertCount": "0",
        "ProofCount": "0",
    }


def _wan(fen: int | None) -> str:
    return "" if fen is None else Money(fen).wan


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _time(at: datetime) -> str:
    return at.astimezone(CHINA).isoformat()
