"""Rulings, the switch, examinations and samples, in dictionaries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backend.errors import ConflictError, NeedsOtherReviewerError
from backend.office.book_ports import (
    Examination,
    RulingProposal,
    RulingRow,
    Sample,
    SampleTally,
    Switch,
)
from backend.office.case import Stage
from tests.memory.tables import Room, require


class MemoryBooks(Room):
    def adopt(self, row: RulingRow) -> RulingRow:
        used = {one.version for one in self.tables.rulings.values()}
        require(row.version not in used, "uq_rulings_version")
        kept = replace(row, seq=len(self.tables.rulings) + 1)
        self.tables.rulings[kept.seq] = kept
        return kept

    def history(self) -> tuple[RulingRow, ...]:
        return tuple(row for _, row in sorted(self.tables.rulings.items()))

    def in_force(self, at: datetime) -> RulingRow | None:
        begun = (row for row in self.history() if row.begins_at <= at)
        return max(begun, key=lambda row: (row.begins_at, row.seq), default=None)

    def switch(self, row: Switch) -> None:
        self.tables.switches[len(self.tables.switches) + 1] = row

    def last_switch(self) -> Switch | None:
        return self.tables.switches.get(len(self.tables.switches))

    def switches(self) -> tuple[Switch, ...]:
        return tuple(row for _, row in sorted(self.tables.switches.items()))


class MemoryRulingProposals(Room):
    def propose(self, row: RulingProposal) -> RulingProposal:
        if self.waiting() is not None:
            raise ConflictError("another proposal waits")
        kept = replace(row, seq=len(self.tables.ruling_proposals) + 1)
        self.tables.ruling_proposals[kept.seq] = kept
        return kept

    def decide(self, seq: int, *, verdict: str, by: str, person: str, at: datetime) -> None:
        row = self.tables.ruling_proposals.get(seq)
        if row is None or row.verdict:
            raise ConflictError("nothing to decide")
        if verdict == "adopted" and person == row.proposer:
            raise NeedsOtherReviewerError("four eyes")
        decided = {"verdict": verdict, "decided_by": by, "decider": person, "decided_at": at}
        self.tables.ruling_proposals[seq] = replace(row, **decided)  # type: ignore[arg-type]  # its own fields

    def waiting(self) -> RulingProposal | None:
        return next((one for one in self.all() if not one.verdict), None)

    def all(self) -> tuple[RulingProposal, ...]:
        return tuple(row for _, row in sorted(self.tables.ruling_proposals.items()))


class MemoryExaminations(Room):
    def add(self, row: Examination) -> None:
        require(row.case_no in self.tables.cases, "fk_examinations_case_no")
        key = (row.case_no, row.round)
        require(key not in self.tables.examinations, "pk_examinations")
        self.tables.examinations[key] = row

    def find(self, case_no: str) -> Examination | None:
        found = self.of(case_no)
        return found[-1] if found else None

    def of(self, case_no: str) -> tuple[Examination, ...]:
        rows = sorted(self.tables.examinations.items())
        return tuple(row for (number, _), row in rows if number == case_no)

    def cases(self, since: datetime | None = None) -> Sequence[tuple[str, int]]:
        rows = self.tables.examinations.values()
        found = [row for row in rows if since is None or row.at >= since]
        return [
            (row.case_no, row.round)
            for row in sorted(found, key=lambda r: (r.at, r.case_no, r.round))
        ]

    def missing(self, since: datetime | None = None) -> tuple[str, ...]:
        kept = {case_no for case_no, _ in self.tables.examinations}
        return tuple(
            number
            for number, case in sorted(self.tables.cases.items())
            if number not in kept
            and case.stage is not Stage.RECEIVED
            and (since is None or case.received_at >= since)
        )

    def find_book(self, case_no: str) -> str:
        found = self.find(case_no)
        return found.book if found else ""


class MemorySamples(Room):
    def add(self, row: Sample) -> None:
        require(row.case_no in self.tables.cases, "fk_samples_case_no")
        require(row.case_no not in self.tables.samples, "pk_samples")
        self.tables.samples[row.case_no] = row

    def find(self, case_no: str) -> Sample | None:
        return self.tables.samples.get(case_no)

    def list(self, since: datetime) -> tuple[Sample, ...]:
        rows = self.tables.samples.values()
        found = [row for row in rows if row.drawn_at >= since or not row.verdict]
        return tuple(sorted(found, key=lambda row: (row.drawn_at, row.case_no)))

    def tally(self, begin: datetime, end: datetime) -> SampleTally:
        found = [s.verdict for s in self.tables.samples.values() if begin <= s.drawn_at < end]
        seen = [verdict for verdict in found if verdict]
        return SampleTally(drawn=len(found), seen=len(seen), disagreed=seen.count("disagree"))

    def count_disagreed(self, since: datetime) -> int:
        rows = [row for row in self.tables.samples.values() if row.verdict == "disagree"]
        return sum(row.decided_at is not None and row.decided_at >= since for row in rows)

    def judge(self, row: Sample) -> None:
        known = self.tables.samples.get(row.case_no)
        require(known is not None and not known.verdict, "law_samples_update")
        self.tables.samples[row.case_no] = row
