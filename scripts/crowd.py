"""Fills an office with made-up open cases, encrypted like real ones: for measuring a full queue.

python -m scripts.crowd --config FILE [--count N]
"""

import argparse
import hashlib
import json
import secrets
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from backend.calendars import load_calendar
from backend.errors import OfficeError
from backend.office.calendar import Clocks
from backend.office.case import Case, Stage, hold, move
from backend.settings import load
from backend.store.cases import StoreCases, application_context
from backend.store.chain import FIRST_PREVIOUS, link
from backend.store.counters import next_number, office_day, raise_number
from backend.store.engine import open_engine
from backend.store.form import check_current
from backend.store.sealed import DataKeys, case_key, forget_keys
from backend.store.tables import ApplicationTable, CaseTable, JournalTable
from backend.wall import open_vault
from certs.atrest import Vault
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind

_LIKE: Final = Path(__file__).resolve().parents[1] / "tests" / "data" / "vectors"
_TOGETHER: Final = 1000
"""Cases a transaction."""
_DISTRICTS: Final = ("龙亭区", "鼓楼区", "禹王台区", "顺河回族区", "祥符区")
_BANKS: Final = ("示例银行甲", "示例银行乙", "示例商业银行股份有限公司开封龙亭支行")
_HELD_UNTIL: Final = 20_000
"""Of the first so many cases one in a hundred is in somebody's hands."""
_FINDING: Final = Finding(
    rule="R27",
    level=Level.MANUAL,
    zh="李示例：登记簿是 15 位旧号。旧号升到 18 位后与芯片相同，请确认是同一人。",
    en="The register has a 15-digit number; please confirm that it is the same person.",
    basis="《不动产登记暂行条例》第十八条",
    pointer="/mortgagors/1/document",
)


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Made-up cases, spread as in a busy office.

    They go in hundreds at a time, through the same triggers, keys and chain as those that the
    office files one by one. Ink is left out of their applications, and they have no papers.
    """

    until: datetime
    """When the last of them was accepted; the others came before it."""
    count: int

    def fill(self, url: str, vault: Vault) -> None:
        """File all of them into the migrated database at a URL."""
        engine = open_engine(url, is_writing=True, pool_size=1)
        try:
            with engine.begin() as connection:
                counter = f"case:{office_day(self.until)}"
                start = next_number(connection, counter)
                raise_number(connection, counter, start + self.count)
            for at in range(0, self.count, _TOGETHER):
                numbers = range(start + at, start + min(at + _TOGETHER, self.count))
                with engine.begin() as connection:
                    forget_keys(connection)
                    self._file(connection, vault, [self._case(n, start) for n in numbers])
        finally:
            engine.dispose()

    def _file(self, connection: Connection, vault: Vault, cases: Sequence[Case]) -> None:
        keys = DataKeys(connection, vault)
        store = StoreCases(connection, keys)
        rows = [{"case_no": case.case_no, **store.columns(case)} for case in cases]
        connection.execute(insert(CaseTable), rows)
        connection.execute(insert(ApplicationTable), [self._sealed(keys, case) for case in cases])
        _note(connection, cases)
        courses = [self._course(case) for case in cases]
        for step in range(max(map(len, courses))):
            _move(connection, [_row(one[step], step + 1) for one in courses if step < len(one)])

    def _case(self, number: int, start: int) -> Case:
        at = self.until - timedelta(seconds=self.count - (number - start) - 1)
        return Case(
            case_no=f"{office_day(self.until)}-{number:07d}",
            stage=Stage.RECEIVED,
            version=0,
            application_id=f"A-4102-CROWD-{office_day(self.until)}-{number:07d}",
            terminal=f"KF-{number % 300:03d}",
            bank="91410200MA0X00015B",
            branch=f"KF-{number % 90:02d}",
            teller=f"T{number % 900:04d}",
            kind=RegistrationKind.FIRST,
            unit_no=f"410202001003GB{number // 10_000:05d}F{number % 10_000:04d}0001",
            location=f"开封市{_DISTRICTS[number % 5]}示例路{number % 997}号{number % 31}幢{number % 89}",
            mortgagee=_BANKS[number % 3],
            amount_fen=10_000_000 + number * 1000,
            round=1,
            package_sha256=hashlib.sha256(f"crowd {self.until} {number}".encode()).hexdigest(),
            received_at=at,
            accepted_at=at,
            due=self._clocks.start(at),
            findings=(_FINDING,) if number % 3 else (),
        )

    def _course(self, case: Case) -> list[Case]:
        """Return the case at each of its steps after reception."""
        accepted = move(case, Stage.ACCEPTED)
        in_review = move(accepted, Stage.IN_REVIEW)
        now = _spread(in_review, int(case.case_no[-7:]), self.until)
        return [accepted, in_review, *([now] if now != in_review else [])]

    def _sealed(self, keys: DataKeys, case: Case) -> dict[str, Any]:
        unit = {**self._like["unit"], "unit_no": case.unit_no, "location": case.location}
        told = {**self._like, "application_id": case.application_id, "unit": unit, "inks": []}
        data = json.dumps(told, ensure_ascii=False).encode()
        context = application_context(case.case_no, case.round)
        sealed = keys.seal(case_key(case.case_no), context, data)
        return {"case_no": case.case_no, "round": case.round, "sealed": sealed}

    @cached_property
    def _like(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((_LIKE / "application.json").read_text("utf-8"))
        return told

    @cached_property
    def _clocks(self) -> Clocks:
        return Clocks(load_calendar())


def _row(case: Case, version: int) -> dict[str, Any]:
    """Return what a step of a case changes in its row."""
    return {
        "b_case_no": case.case_no,
        "stage": case.stage.value,
        "version": version,
        "awaiting": case.awaiting,
        "chief_reason": case.chief_reason,
        "is_on_hold": case.is_on_hold,
        "holder": case.holder,
        "held_until": case.held_until,
    }


def _move(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name != "b_case_no"]
    table = CaseTable.__table__
    connection.execute(
        update(CaseTable)
        .where(table.c.case_no == bindparam("b_case_no"))
        .values({name: bindparam(name) for name in names}),
        list(rows),
    )


def _note(connection: Connection, cases: Sequence[Case]) -> None:
    """Write three records of each case to the journal, as the office does."""
    last = connection.execute(
        select(JournalTable.seq, JournalTable.hash).order_by(JournalTable.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous = (last[0], last[1]) if last else (0, FIRST_PREVIOUS)
    rows = []
    for case, act in _acts(cases):
        seq += 1
        record = link(
            seq=seq,
            at=case.received_at,
            actor="auto",
            act=act,
            ref=case.case_no,
            body=b"",
            previous_hash=previous,
            salt=secrets.token_hex(16),
        )
        previous = record.hash
        rows.append({name: getattr(record, name) for name in record.__slots__})
    connection.execute(insert(JournalTable), rows)


def _acts(cases: Sequence[Case]) -> Iterator[tuple[Case, str]]:
    for case in cases:
        for act in ("filed", "examined", "accepted"):
            yield case, act


def _spread(case: Case, number: int, now: datetime) -> Case:
    """Put a share of the cases where a busy office has them; six in seven wait for anybody."""
    place = number % 100
    if place < 10:
        return replace(case, awaiting="second")
    if place < 12:
        return replace(case, awaiting="chief", chief_reason="amount")
    if place == 12:
        return replace(case, is_on_hold=True)
    if place == 13 and number < _HELD_UNTIL:
        return hold(case, f"reviewer-{number % 40}", now)
    return move(case, Stage.WITHDRAWN) if place == 14 else case


def main(arguments: list[str]) -> int:
    """Fill the office that a settings file names."""
    parser = argparse.ArgumentParser(prog="python -m scripts.crowd", description=__doc__)
    parser.add_argument(
        "--config", type=Path, required=True, help="settings of an office for tests"
    )
    parser.add_argument("--count", type=int, default=100_000, metavar="N")
    options = parser.parse_args(arguments)
    try:
        settings = load(options.config, {})
        check_current(settings.database)
        Crowd(until=datetime.now(UTC), count=options.count).fill(
            settings.database, open_vault(settings)
        )
    except OfficeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
