"""The cases as a queue: pages in their order, and how many there are, by covering indices alone.

A page begins after the last case of the one before (keyset), so that the thousandth costs what the
first does. Numbers are found first, in an index that holds all that is asked for; whole rows are
read for the cases of the page only.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, or_, select, tuple_

from backend.office.case import CLOSED, Stage
from backend.office.rows import Spot, Tally, Waiting
from backend.store.tables import CaseTable

_ORDER: Final = (CaseTable.due_at, CaseTable.case_no)
_AWAITING: Final = ("first", "second", "chief")
_CASE_NO: Final = re.compile(r"20[0-9]{6}(-[0-9]{0,7})?")
_UNIT_NO: Final = re.compile(r"[0-9]{12}[A-Z]{2}[0-9]{5}[A-Z][0-9]{8}")
_OPEN: Final = tuple(stage.value for stage in Stage if stage not in CLOSED)


def find_page(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    *,
    after: Spot | None,
    before: Spot | None,
    limit: int,
) -> list[str]:
    """Return the numbers of a page's cases, soonest due first."""
    wanted = select(CaseTable.case_no).where(*where).limit(limit)
    if after is not None:
        wanted = wanted.where(tuple_(*_ORDER) > tuple_(after.due_at, after.case_no))
    if before is None:
        return list(connection.scalars(wanted.order_by(*_ORDER)))
    wanted = wanted.where(tuple_(*_ORDER) < tuple_(before.due_at, before.case_no))
    backwards = connection.scalars(wanted.order_by(*(column.desc() for column in _ORDER)))
    return list(backwards)[::-1]


def count(
    connection: Connection, where: Sequence[ColumnElement[bool]], *, most: int | None = None
) -> int:
    """Count cases, and stop at `most`; 0 asks nothing."""
    if most == 0:
        return 0
    if most is None:
        return connection.scalar(select(func.count()).select_from(CaseTable).where(*where)) or 0
    some = select(CaseTable.case_no).where(*where).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def tally(connection: Connection, at: datetime) -> Tally:
    """Count the open cases where they stand, those in somebody's hands apart."""
    stage, awaiting, on_hold = CaseTable.stage, CaseTable.awaiting, CaseTable.is_on_hold
    free, hold, correction, total = dict.fromkeys(_AWAITING, 0), 0, 0, 0
    groups = connection.execute(
        select(stage, awaiting, on_hold, func.count())
        .where(stage.in_(_OPEN))
        .group_by(stage, awaiting, on_hold)
    )
    for where, whom, is_aside, many in groups:
        total += many
        correction += many if where == Stage.CORRECTION_REQUIRED.value else 0
        if where == Stage.IN_REVIEW.value and is_aside:
            hold += many
        elif where == Stage.IN_REVIEW.value:
            free[whom] += many
    # By holder alone: that few are held is what the index knows, and the planner does not.
    held = connection.execute(
        select(stage, awaiting, on_hold, func.count())
        .where(CaseTable.holder > "", CaseTable.held_until > at)
        .group_by(stage, awaiting, on_hold)
    )
    for where, whom, is_aside, many in held:
        if where == Stage.IN_REVIEW.value and not is_aside:
            free[whom] -= many
    return Tally(free=free, on_hold=hold, correction=correction, open=total)


def conditions(
    stages: Sequence[Stage], waiting: Waiting | None, *, is_searched: bool
) -> list[ColumnElement[bool]]:
    """Return what a view asks for.

    One that is searched goes through the index that holds the texts, and not by its stage.
    """
    where: list[ColumnElement[bool]] = []
    stage = func.coalesce(CaseTable.stage, "") if is_searched else CaseTable.stage
    if stages:
        where.append(stage.in_([s.value for s in stages]))
    if waiting is None:
        return where
    # All three are named where any will do: so the index is entered at each of them.
    whom = _AWAITING if waiting.awaiting is None else (waiting.awaiting,)
    where += [stage == Stage.IN_REVIEW.value, CaseTable.awaiting.in_(whom)]
    if waiting.is_on_hold is not None:
        where.append(CaseTable.is_on_hold.is_(waiting.is_on_hold))
    if waiting.due_until is not None:
        where.append(CaseTable.due_at <= waiting.due_until)
    if waiting.free_at is not None:
        is_over = or_(CaseTable.held_until.is_(None), CaseTable.held_until <= waiting.free_at)
        where.append(or_(CaseTable.holder == "", is_over))
    return where


def containing(text: str, dialect: str) -> list[ColumnElement[bool]]:
    """Return what a text that is looked for asks for, anywhere in a case's number, unit or names."""
    if not text:
        return []
    # Faster than LIKE, and alike on both: letters as they are, those of numbers in capitals.
    find = func.strpos if dialect == "postgresql" else func.instr
    where = [find(column, text) > 0 for column in (CaseTable.location, CaseTable.mortgagee)]
    if text.isascii():
        where += [find(c, text.upper()) > 0 for c in (CaseTable.case_no, CaseTable.unit_no)]
    return [or_(*where)]


def beginning(text: str) -> list[ColumnElement[bool]] | None:
    """Return what a number that is looked for asks of an index; None where it is no such number."""
    if _CASE_NO.fullmatch(text):
        return [CaseTable.case_no >= text, CaseTable.case_no < f"{text}~"]
    return [CaseTable.unit_no == text] if _UNIT_NO.fullmatch(text) else None
