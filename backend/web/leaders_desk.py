"""For leaders: the figures of a month, as a page, as a table, as a circular."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from backend.office.figures import month_of
from backend.web.callers import LEADERS, office, require_role
from backend.web.pages import render
from backend.web.report_paper import draw_report
from backend.web.statistics_page import samples_tile, show_statistics, to_csv
from registration.days import CHINA

bp = Blueprint("leaders_desk", __name__, url_prefix="/desk/statistics")

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@bp.get("")
def statistics() -> ResponseReturnValue:
    """Show a month in figures and charts."""
    known = require_role(*LEADERS)
    month = _month()
    overview = office().leaders.month(month)
    view = show_statistics(overview, today=office().leaders.this_day())
    drawn = office().sampling.tally(_begin(month), _begin(month_of(month).last + timedelta(days=1)))
    view = replace(view, tiles=(*view.tiles, samples_tile(drawn)))
    return render("statistics.html", known, active="statistics", notice=None, view=view)


@bp.get("/table.csv")
def table() -> Response:
    """Give the same figures as a table."""
    require_role(*LEADERS)
    month = _month()
    text = to_csv(office().leaders.month(month))
    return _file(text.encode(), "text/csv; charset=utf-8", f"{month:%Y-%m}.csv")


@bp.get("/report.pdf")
def report() -> Response:
    """Give the circular for the superior authority."""
    require_role(*LEADERS)
    month = _month()
    day = office().leaders.this_day()
    data = draw_report(office().leaders.month(month), office=office().name, day=day)
    return _file(data, "application/pdf", f"{month:%Y-%m}.pdf")


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _month() -> date:
    """Return the first day of the month that is asked for; this one where none is."""
    today = office().leaders.this_day()
    asked = request.args.get("month", f"{today:%Y-%m}")
    if not _MONTH.fullmatch(asked):
        abort(404)
    first = date.fromisoformat(f"{asked}-01")
    if first > today:
        abort(404)
    return first


def _file(data: bytes, content_type: str, name: str) -> Response:
    response = Response(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="statistics-{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
