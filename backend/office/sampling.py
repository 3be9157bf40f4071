"""Which of the cases that the rule book decided a person looks at afterwards, and what he says.

The draw comes from the journal's own hash of the entry: it covers everything that happened before
and a salt, so nobody knows it while the case is under way, and everybody who has the journal can
check it afterwards.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.errors import NotAllowedError, NotFoundError
from backend.office.book_ports import Sample, SampleTally
from backend.office.ports import Clock, Work, Works
from backend.office.rows import JournalRecord
from registration import schema

_WHOLE: Final = 10_000
_MAY_LOOK: Final = frozenset({"first_reviewer", "second_reviewer", "chief"})
LONGEST_REASON: Final = 500
_TOLD_FOR: Final = timedelta(days=7)


def draw_of(seed: str, case_no: str) -> int:
    """Return a case's number from 0 to 9999, out of the hash of its entry's record."""
    told = hashlib.sha256(f"sample/1\n{seed}\n{case_no}".encode("ascii")).digest()
    return int.from_bytes(told, "big") % _WHOLE


def draw(work: Work, case_no: str, record: JournalRecord, *, percent: int) -> Sample | None:
    """Draw for a case that was just entered; return the sample when somebody is to look at it."""
    number = draw_of(record.hash, case_no)
    if number >= percent * (_WHOLE // 100):
        return None
    sample = Sample(case_no=case_no, drawn_at=record.at, seed=record.hash, draw=number)
    work.samples.add(sample)
    work.journal.append(
        actor="system",
        act="sampled",
        ref=case_no,
        body=schema.canonical({"seed": record.hash, "draw": number}),
        at=record.at,
    )
    return sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Lets people say what they think of the rule book's decisions."""

    works: Works
    clock: Clock

    def list(self, since: datetime) -> tuple[Sample, ...]:
        """Return what was drawn from a moment on, and all that still waits."""
        with self.works.reading() as work:
            return work.samples.list(since)

    def tally(self, begin: datetime, end: datetime) -> SampleTally:
        """Count what was drawn from a moment until before another, and what people thought of it."""
        with self.works.reading() as work:
            return work.samples.tally(begin, end)

    def disagreements(self) -> int:
        """Return how many decisions somebody did not agree with in the last week."""
        since = self.clock.now() - _TOLD_FOR
        with self.works.reading() as work:
            return work.samples.count_disagreed(since)

    def judge(self, case_no: str, *, staff_id: str, is_agreed: bool, reason: str) -> Sample:
        """Write what somebody thinks of the decision; the entry stands whatever he thinks.

        Raises:
            NotFoundError: the case was not drawn.
            NotAllowedError: no reviewer, or no reason for a no.
            ConflictError: somebody was first.
        """
        reason, now = reason.strip(), self.clock.now()
        if len(reason) > LONGEST_REASON or not (is_agreed or reason):
            raise NotAllowedError("a reason of up to 500 characters")
        with self.works() as work:
            if not _MAY_LOOK & set(work.staff.get(staff_id).roles):
                raise NotAllowedError("role for looking at samples")
            known = work.samples.find(case_no)
            if known is None:
                raise NotFoundError(f"sample {case_no}")
            verdict = "agree" if is_agreed else "disagree"
            seen = replace(known, verdict=verdict, reviewer=staff_id, reason=reason, decided_at=now)
            work.samples.judge(seen)
            body = schema.canonical({"verdict": verdict, "reason": reason})
            actor = f"staff:{staff_id}"
            work.journal.append(
                actor=actor, act="sample judged", ref=case_no, body=body, at=now, is_kept=True
            )
            work.commit()
        return seen
