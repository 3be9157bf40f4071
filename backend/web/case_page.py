"""The comparison on the case page: chip, register and application side by side."""

from dataclasses import dataclass
from datetime import date

from backend.office.register import Extract, Owner
from backend.web.language import join, pick, say
from registration.application import Application
from registration.errors import BadValueError
from registration.identifiers import parse_certificate_no
from registration.mortgage import Discharge, Mortgage
from registration.people import CoOwnership, IdDocument, IdKind, IdSource, Party, PersonName
from registration.visits import Visit

_CO_OWNERSHIP = {
    CoOwnership.SOLE: "单独所有",
    CoOwnership.JOINT: "共同共有",
    CoOwnership.SHARES: "按份共有",
    CoOwnership.OTHER: "其他共有",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, over one or more of the columns chip, register, application."""

    text: str
    span: int = 1
    is_odd: bool = False
    is_mono: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One item in three sources."""

    label: str
    state: str
    """"same", "differs", or empty when only one source has it."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one head."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """A value in its three sources; `keys` are compared, `texts` are shown."""

    label: str
    texts: tuple[str, str, str]
    keys: tuple[str, str, str]
    is_mono: bool = False


def compare(
    application: Application, extract: Extract, *, is_open: bool = False
) -> tuple[Group, ...]:
    """Return what agrees and what differs; rows that differ come first, once.

    Numbers of people are covered unless `is_open`.
    """
    groups = [
        (
            "出卖人" if application.sale else "抵押人",
            _people(application, extract, is_open=is_open),
        ),
        ("不动产", _estate(application, extract)),
        ("抵押", _claim(application)),
    ]
    shown = [(title, [_row(item) for item in items]) for title, items in groups]
    odd = tuple(row for _, rows in shown for row in rows if row.state == "differs")
    first = (Group(say("先看：不一致 {n}", n=len(odd)), odd),) if odd else ()
    rest = (Group(say(t), tuple(r for r in rows if r.state != "differs")) for t, rows in shown)
    return first + tuple(group for group in rest if group.rows)


def _row(item: _Item) -> Row:
    told = [key for key in item.keys if key]
    differs = len(set(told)) > 1
    state = "differs" if differs else "same" if len(told) > 1 else ""
    cells: list[Cell] = []
    for text, key in zip(item.texts, item.keys, strict=True):
        if cells and not differs and text and cells[-1].text == text:
            cells[-1] = Cell(text, cells[-1].span + 1, is_mono=item.is_mono)
            continue
        is_odd = differs and bool(key) and told.count(key) == 1
        cells.append(Cell(text, is_odd=is_odd, is_mono=item.is_mono))
    return Row(item.label, state, tuple(cells))


def _people(application: Application, extract: Extract, *, is_open: bool) -> list[_Item]:
    owners = extract.title.owners if extract.title else ()
    items: list[_Item] = []
    label = "出卖人 {n}" if application.sale else "抵押人 {n}"
    for number, party in enumerate(application.obligors, 1):
        owner = _find_owner(owners, party)
        read = application.chip_read_elsewhere(party.document.number)
        visit = read[1] if read else None
        items += _person(say(label, n=number), party, owner, visit, is_open=is_open)
    missing = [o for o in owners if not any(_is_owner(o, p) for p in application.obligors)]
    for owner in missing:
        items.append(_Item(say("登记簿另有权利人"), ("", owner.name, ""), ("", owner.name, "")))
    co = _CO_OWNERSHIP
    held = say(co[extract.title.co_ownership]) if extract.title else ""
    claimed = say(co[application.co_ownership])
    items.append(_Item(say("共有方式"), ("", held, claimed), ("", held, claimed)))
    names = join(*(d.name.text for d in application.debtors))
    items.append(_Item(say("债务人"), ("", "", names), ("", "", names)))
    return items


def _person(
    label: str, party: Party, owner: Owner | None, read: Visit | None, *, is_open: bool
) -> list[_Item]:
    # What was typed stands in no chip; the panel of the documents says how it became known.
    identity = read.identity if read else party.identity
    chip = identity if identity and identity.source is IdSource.CHIP else None
    names = (chip.name.text if chip else "", owner.name if owner else "", party.name.text)
    numbers = (
        chip.document.number if chip else "",
        owner.id_number if owner else "",
        party.document.number,
    )
    masked = numbers if is_open else tuple(_cover(n) for n in numbers)
    folded = tuple(PersonName(n).folded for n in names)
    return [
        _Item(label, names, (folded[0], folded[1], folded[2])),
        _Item(
            say("{who} 证件号", who=label), (masked[0], masked[1], masked[2]), numbers, is_mono=True
        ),
    ]


def _cover(number: str) -> str:
    return IdDocument(IdKind.OTHER, number).masked if number else ""


def _is_owner(owner: Owner, party: Party) -> bool:
    return owner.id_number == party.document.number


def _find_owner(owners: tuple[Owner, ...], party: Party) -> Owner | None:
    by_number = next((o for o in owners if _is_owner(o, party)), None)
    return by_number or next(
        (o for o in owners if PersonName(o.name).folded == party.name.folded), None
    )


def _estate(application: Application, extract: Extract) -> list[_Item]:
    unit, title = application.unit, extract.title
    number = unit.title_no.text if unit.title_no else ""
    rows = [
        ("权证号", _printed(title.title_no) if title else "", number),
        ("坐落", title.location if title else "", unit.location),
        ("建筑面积", title.area_m2 if title else "", unit.area_m2),
        ("用途", title.use if title else "", unit.use),
        ("土地至", _day(title.land_right_end) if title else "", ""),
    ]
    return [
        _Item(say(label), ("", a, b), ("", _number(a), _number(b)))
        for label, a, b in rows
        if a or b
    ]


def _printed(text: str) -> str:
    try:
        return parse_certificate_no(text).text
    except BadValueError:
        return text


def _number(text: str) -> str:
    """Return a comparable form: 69.71 and 69.710 are one area."""
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").isdigit() else text


def _claim(application: Application) -> list[_Item]:
    if application.mortgage:
        rows = _mortgage(application.mortgage)
    else:
        rows = _discharge(application.discharge) if application.discharge else []
    rows.append(("抵押权人", application.mortgagee.name.text))
    return [_Item(say(label), ("", "", text), ("", "", text)) for label, text in rows]


def _mortgage(mortgage: Mortgage) -> list[tuple[str, str]]:
    secured = mortgage.secured
    restricted = {True: "是", False: "否", None: "未答"}[mortgage.is_transfer_restricted]
    return [
        ("抵押方式", pick(mortgage.form.title_zh, mortgage.form.title_en)),
        ("债权数额", say("{yuan} 元", yuan=secured.yuan) if secured else say("未填")),
        ("大写", mortgage.amount_words),
        ("期限@债务", say("{start} 至 {end}", start=_day(mortgage.start), end=_day(mortgage.end))),
        ("担保范围", mortgage.security_scope),
        ("转让约定", say(restricted)),
        ("主债权合同", mortgage.principal_contract_no),
        ("抵押合同", mortgage.mortgage_contract_no),
    ]


def _discharge(discharge: Discharge) -> list[tuple[str, str]]:
    cleared = discharge.cleared_amount
    return [
        ("注销的证明", discharge.certificate_no.text),
        ("注销原因", pick(discharge.cause.title_zh, discharge.cause.title_en)),
        ("结清数额", say("{yuan} 元", yuan=cleared.yuan) if cleared else say("未写")),
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
