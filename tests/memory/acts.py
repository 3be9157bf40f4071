"""Acts about certificates in a dictionary."""

from dataclasses import replace
from datetime import datetime

from backend.errors import ConflictError, NeedsOtherReviewerError
from backend.office.rows import ActKind, CertificateAct
from tests.memory.tables import Room, require


class MemoryCertificateActs(Room):
    def propose(self, act: CertificateAct) -> None:
        require(act.certificate_no in self.tables.certificates, "foreign_key")
        known = self.of(act.certificate_no)
        require(all(one.verdict for one in known), "uq_certificate_acts_certificate_no")
        self.tables.acts[act.certificate_no] = (*known, act)

    def decide(
        self, certificate_no: str, *, verdict: str, by: str, person: str, at: datetime
    ) -> None:
        known = self.of(certificate_no)
        if not known or known[-1].verdict:
            raise ConflictError("nothing to decide")
        if verdict == "confirmed" and person == known[-1].proposer:
            raise NeedsOtherReviewerError
        done = replace(known[-1], verdict=verdict, decided_by=by, decider=person, decided_at=at)
        self.tables.acts[certificate_no] = (*known[:-1], done)

    def of(self, certificate_no: str) -> tuple[CertificateAct, ...]:
        return self.tables.acts.get(certificate_no, ())

    def waiting(self) -> tuple[CertificateAct, ...]:
        found = [acts[-1] for acts in self.tables.acts.values() if not acts[-1].verdict]
        return tuple(sorted(found, key=lambda act: act.proposed_at))

    def is_suspended(self, certificate_no: str) -> bool:
        confirmed = [act.kind for act in self.of(certificate_no) if act.verdict == "confirmed"]
        return bool(confirmed) and confirmed[-1] == ActKind.SUSPEND

    def suspended(self, year: int) -> tuple[str, ...]:
        return tuple(no for no in self._of_year(year) if self.is_suspended(no))

    def count(self, year: int) -> int:
        acts = [act for no in self._of_year(year) for act in self.of(no)]
        return sum(act.verdict == "confirmed" for act in acts)

    def _of_year(self, year: int) -> list[str]:
        return [no for no in sorted(self.tables.acts) if f"（{year:04}）" in no]
