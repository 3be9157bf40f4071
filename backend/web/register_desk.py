"""The register on the desk: one unit as it stands, or as it stood at any moment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from backend.errors import NotFoundError
from backend.office.chronicle import PERSONAL, name_subject, tell
from backend.office.events import BEFORE
from backend.office.extracts import Past
from backend.office.register import Encumbrance, EntryState, Title
from backend.web.callers import READERS, office, require_form, require_role
from backend.web.language import join, pick, say
from backend.web.pages import Notice, render
from backend.web.thread import read_remark
from backend.web.words import local
from registration.days import CHINA
from registration.mortgage import Money
from registration.people import IdDocument, IdKind

bp = Blueprint("register_desk", __name__, url_prefix="/desk/register")

_TIME = "%Y-%m-%d %H:%M:%S"
_HELD = {"0": "单独所有", "1": "共同共有", "2": "按份共有", "3": "其他共有"}


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry beside the ownership."""

    kind: str
    is_over: bool
    holders: str
    terms: str
    number: str
    entry_no: str
    at: str


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """One line of the story."""

    at: str
    title: str
    text: str
    state: str = "done"


@dataclass(frozen=True, slots=True)
class ShownPast:
    """A unit's page in words."""

    unit_no: str
    as_of: str
    facts: tuple[tuple[str, str], ...]
    entries: tuple[ShownEntry, ...]
    history: tuple[ShownEvent, ...]
    cases: tuple[str, ...]


@bp.get("")
def ask() -> ResponseReturnValue:
    """Show the form that asks for a unit, a moment and a reason."""
    known = require_role(*READERS)
    return _render(known, {"number": request.args.get("unit", "")[:64]})


@bp.post("")
def look() -> ResponseReturnValue:
    """Show a unit's page; the journal holds who looked and why before anything is shown."""
    known = require_form(*READERS)
    form = {name: request.form.get(name, "").strip()[:64] for name in ("number", "at")}
    as_of, reason = _moment(form["at"]), read_remark()
    if form["at"] and as_of is None:
        return _render(
            known, form, Notice("block", say("时间读不懂，请写成 2026-09-29 10:31。"))
        ), 422
    try:
        past = office().extracts.look(form["number"], as_of=as_of, reason=reason, staff=known.staff)
    except NotFoundError:
        return _render(
            known, form, Notice("block", say("登记簿上没有这个单元或证明，或者那时还没有。"))
        ), 404
    return _render(known, form, shown=show_past(past))


def _render(
    known: object, form: dict[str, str], notice: Notice | None = None, **more: object
) -> str:
    told = {"form": {"number": "", "at": ""} | form, "shown": None} | more
    return render("register.html", known, active="register", notice=notice, **told)  # type: ignore[arg-type]  # a table


def _moment(text: str) -> datetime | None:
    """Read a moment of the country's clock; a day alone is meant whole, a minute to its end."""
    spans = {len("2026-09-29"): timedelta(days=1), len("2026-09-29T10:31"): timedelta(minutes=1)}
    try:
        found = datetime.fromisoformat(text)
        if span := spans.get(len(text)):
            found += span - timedelta(microseconds=1)
        # The first and last days of the calendar are not whole days of UTC, which the store keeps.
        return (found if found.tzinfo else found.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def show_past(past: Past) -> ShownPast:
    """Return a page in words; numbers of people are covered, their changes are not told."""
    page = past.page
    assert page.title is not None
    return ShownPast(
        unit_no=page.unit_no,
        as_of=local(past.as_of, _TIME) if past.as_of else "",
        facts=tuple(_facts(page.title)),
        entries=tuple(_entry(entry) for entry in page.encumbrances),
        history=_history(past),
        cases=tuple(case.case_no for case in page.open_cases),
    )


def _facts(title: Title) -> list[tuple[str, str]]:
    people = say("；").join(
        " ".join(part for part in (o.name, _cover(o.id_number), o.share) if part)
        for o in title.owners
    )
    state = "" if title.state is EntryState.CURRENT else say("（已失效）")
    told = [
        ("不动产权证号", title.title_no + state),
        ("权利人", people),
        ("共有方式", say(_HELD[title.co_ownership.value])),
        ("坐落", title.location),
        ("建筑面积", say("{area} 平方米", area=title.area_m2)),
        ("用途", title.use),
        ("土地使用至", title.land_right_end.isoformat() if title.land_right_end else ""),
        ("登记时间", local(title.registered_at, _TIME) if title.registered_at else say("未载")),
        ("限制信息", say("；").join(title.restrictions)),
    ]
    return [(say(name), value) for name, value in told if value]


def _cover(number: str) -> str:
    return IdDocument(IdKind.OTHER, number).masked if number else ""


def _entry(entry: Encumbrance) -> ShownEntry:
    terms = (
        say("第 {n} 顺位", n=entry.rank) if entry.rank else "",
        say("{yuan} 元", yuan=Money(entry.amount_fen).yuan) if entry.amount_fen else "",
        say("约定禁止或限制转让") if entry.is_transfer_restricted else "",
        say("至 {day}", day=entry.until.isoformat()) if entry.until else "",
        entry.note,
    )
    zh, en = name_subject(entry.kind)
    return ShownEntry(
        kind=pick(zh, en.capitalize()),
        is_over=entry.state is not EntryState.CURRENT,
        holders=join(*(holder.name for holder in entry.holders)),
        terms=say("，").join(part for part in terms if part),
        number=entry.certificate_no or entry.document_no,
        entry_no=entry.entry_no,
        at=local(entry.recorded_at, _TIME),
    )


def _history(past: Past) -> tuple[ShownEvent, ...]:
    shown = []
    for told in tell(past.history):
        event = told.event
        parts = [event.entry_no, event.case_no or event.source, event.note]
        parts += [
            f"{name}: {was} → {is_now}"
            for name, was, is_now in told.changes
            if was and name not in PERSONAL
        ]
        at = say("时间未载") if event.at == BEFORE else local(event.at, _TIME)
        shown.append(
            ShownEvent(
                at, pick(told.zh, told.en.capitalize()), "　".join(part for part in parts if part)
            )
        )
    return tuple(shown)
