"""Evidence that is asked for at the desk: made by the worker, kept a day, given to who asked for it.

The pages' process holds no key that opens a package, so the worker, which does, puts the evidence
together. What is asked for, and why, stands in the journal, and so do its being ready and each handing
out; there is no other record of it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from backend.errors import ConflictError, NotFoundError, NotReadyError
from backend.office.handing import HANDED_OUT, Files
from backend.office.ports import Clock, Work, Works
from backend.office.relay_ports import ParcelBytes
from backend.office.rows import JournalRecord, StaffRow
from registration import schema

ASKED: Final = "evidence asked for"
READY: Final = "evidence ready"
WITHDRAWN: Final = "evidence withdrawn"
MAKE: Final = "evidence"
FORGET: Final = "forget evidence"
"""Kinds of tasks."""
KEPT: Final = timedelta(hours=24)
"""For so long what was made can be fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Evidence that somebody asked for."""

    number: int
    """Of the journal's record that says so."""
    by: str
    reason: str
    asked_at: datetime
    ready_at: datetime | None = None
    sha256: str = ""
    size: int = 0
    is_withdrawn: bool = False

    @property
    def is_waiting(self) -> bool:
        """Say whether it is still to be made."""
        return not self.sha256 and not self.is_withdrawn

    def is_there(self, at: datetime) -> bool:
        """Say whether it can be fetched."""
        return self.ready_at is not None and at < self.ready_at + KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDesk:
    """Takes wishes and hands out what was made; it opens nothing."""

    works: Works
    shelf: ParcelBytes
    clock: Clock

    def ask(self, case_no: str, *, staff: StaffRow, reason: str) -> None:
        """Let the worker make a case's evidence; the journal says who asked, and keeps why.

        The same wish again, as by a second click, is the one that is being made.

        Raises:
            NotFoundError: no such case.
            ConflictError: what he asked for with another reason is being made; wait, or withdraw it.
        """
        now, by = self.clock.now(), f"staff:{staff.staff_id}"
        with self.works() as work:
            work.cases.get(case_no)
            # One writer at a time: nobody asks between this look and the record.
            waiting = [w for w in _wishes(work, case_no) if w.by == by and w.is_waiting]
            if waiting:
                if waiting[0].reason != reason:
                    raise ConflictError("evidence")
                return
            body = schema.canonical({"by": by, "reason": reason})
            record = work.journal.append(
                actor=by, act=ASKED, ref=case_no, body=body, at=now, is_kept=True
            )
            work.tasks.add(MAKE, f"{case_no}/{record.seq}", at=now)
            work.commit()

    def withdraw(self, case_no: str, number: int, *, staff: StaffRow) -> None:
        """Take a wish back that is not made yet, as one that can never be; again is harmless.

        Raises:
            NotFoundError: he asked for none of this number. ConflictError: it is made already.
        """
        now, by = self.clock.now(), f"staff:{staff.staff_id}"
        with self.works() as work:
            wish = _find(work, case_no, number)
            if wish is None or wish.by != by:
                raise NotFoundError("evidence")
            if wish.sha256:
                raise ConflictError("evidence")
            if wish.is_withdrawn:
                return
            told = schema.canonical({"number": number})
            work.journal.append(
                actor=by, act=WITHDRAWN, ref=case_no, body=told, at=now, is_kept=True
            )
            work.commit()

    def wishes(self, case_no: str, *, staff: StaffRow) -> tuple[Wish, ...]:
        """Return what somebody asked for about a case, the newest first.

        Raises:
            NotFoundError: no such case.
        """
        with self.works.reading() as work:
            work.cases.get(case_no)
            found = [*_wishes(work, case_no)]
        own = [wish for wish in found if wish.by == f"staff:{staff.staff_id}"]
        return tuple(sorted(own, key=lambda wish: wish.number, reverse=True))

    def fetch(self, case_no: str, number: int, *, staff: StaffRow) -> bytes:
        """Return a package, ZIP; the journal has it before anybody else does.

        Raises:
            NotFoundError: he asked for none of this number, or its day is over.
            NotReadyError: the worker has not made it yet.
        """
        now = self.clock.now()
        wish = next((w for w in self.wishes(case_no, staff=staff) if w.number == number), None)
        if wish is None or not (wish.is_waiting or wish.is_there(now)):
            raise NotFoundError("evidence")
        if not wish.sha256:
            raise NotReadyError("evidence")
        data = self.shelf.get(wish.sha256)
        body = schema.canonical({"by": wish.by, "reason": wish.reason, "sha256": wish.sha256})
        with self.works() as work:
            work.journal.append(
                actor=wish.by, act=HANDED_OUT, ref=case_no, body=body, at=now, is_kept=True
            )
            work.commit()
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMaking:
    """The worker's part: makes what was asked for, and forgets it a day later."""

    works: Works
    shelf: ParcelBytes
    clock: Clock
    make_files: Callable[[str], Files]
    pack: Callable[[Files], bytes]

    def make(self, ref: str) -> None:
        """Make the evidence of a wish, `CASE/NUMBER`; one made or withdrawn is left alone.

        Raises: as `Handing.make`.
        """
        case_no, _, number = ref.partition("/")
        with self.works.reading() as work:
            wish = _find(work, case_no, int(number))
        if wish is None or not wish.is_waiting:
            return
        data = self.pack(self.make_files(case_no))
        sha256, now = self.shelf.put(data), self.clock.now()
        told = {"number": wish.number, "sha256": sha256, "size": len(data)}
        with self.works() as work:
            now_wished = _find(work, case_no, wish.number)
            if now_wished is None or not now_wished.is_waiting:
                # Withdrawn while it was made: nobody can fetch it.
                self.shelf.drop(sha256)
                return
            work.journal.append(
                actor="system",
                act=READY,
                ref=case_no,
                body=schema.canonical(told),
                at=now,
                is_kept=True,
            )
            work.tasks.add(FORGET, f"{case_no}/{sha256}", at=now + KEPT)
            work.commit()

    def forget(self, ref: str) -> None:
        """Take away what was made, `CASE/DIGEST`."""
        self.shelf.drop(ref.partition("/")[2])


def _find(work: Work, case_no: str, number: int) -> Wish | None:
    return next((wish for wish in _wishes(work, case_no) if wish.number == number), None)


def _wishes(work: Work, case_no: str) -> Iterator[Wish]:
    kept = work.journal.words(case_no)
    records = work.journal.of(case_no)
    ready = [(one, json.loads(kept[one.seq])) for one in records if one.act == READY]
    withdrawn = {json.loads(kept[one.seq])["number"] for one in records if one.act == WITHDRAWN}
    for one in records:
        if one.act == ASKED:
            wish = _wish(one, json.loads(kept[one.seq]), ready)
            yield replace(wish, is_withdrawn=one.seq in withdrawn)


def _wish(
    asked: JournalRecord,
    told: Mapping[str, Any],
    ready: list[tuple[JournalRecord, dict[str, Any]]],
) -> Wish:
    made = next((pair for pair in ready if pair[1]["number"] == asked.seq), None)
    return Wish(
        number=asked.seq,
        by=asked.actor,
        reason=str(told["reason"]),
        asked_at=asked.at,
        ready_at=made[0].at if made else None,
        sha256=str(made[1]["sha256"]) if made else "",
        size=int(made[1]["size"]) if made else 0,
    )
