"""暂停、恢复、作废: what happens to a certificate while its right stands; never by one person alone.

A certificate is suspended while something about it is looked into (a rectification, a dissent, a court's
order), which the register's own entries tell of besides; lifted when that is over; and taken back
(作废) when it was issued in error. It is no act on the right: the register's entry stays as it is, and
for an entry that is wrong there is rectification (更正登记).

Source: 民法典第二百二十条; 不动产登记暂行条例实施细则第二十三条, 第七十九条至第八十四条, 第一百零三条.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.errors import ConflictError
from backend.office.ports import Clock, Work, Works
from backend.office.rows import ActKind, CertificateAct, CertificateStatus, StaffRow
from registration import schema
from registration.identifiers import parse_certificate_no

ACTS: Final[Mapping[str, str]] = {
    ActKind.SUSPEND: "certificate suspended",
    ActKind.LIFT: "suspension lifted",
    ActKind.REVOKE: "certificate revoked",
}
"""What the journal, and so the public log, calls them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspending:
    """One reviewer proposes, another person confirms or declines."""

    works: Works
    clock: Clock

    def propose(
        self, number: str, kind: str, *, basis: str, reason: str, staff: StaffRow
    ) -> CertificateAct:
        """Propose an act; nothing about the certificate changes yet.

        Raises:
            BadCertificateNoError: it is no certificate number. NotFoundError: not of this office.
            ConflictError: not published, another proposal waits, or it is (not) suspended already.
        """
        now, printed = self.clock.now(), parse_certificate_no(number).text
        act = CertificateAct(
            certificate_no=printed,
            kind=kind,
            basis=basis,
            reason=reason,
            proposed_by=staff.staff_id,
            proposer=staff.person,
            proposed_at=now,
        )
        with self.works() as work:
            _require_possible(work, printed, kind)
            work.acts.propose(act)
            _note(work, act, f"{ACTS[kind]}: proposed", staff, now)
            work.commit()
        return act

    def decide(self, number: str, *, is_confirmed: bool, staff: StaffRow) -> CertificateAct:
        """Confirm what another person proposed, or decline it; the proposer may take it back.

        Raises:
            NeedsOtherReviewerError: nobody confirms what they proposed.
            ConflictError: no proposal waits, or the certificate ended meanwhile.
        """
        now, verdict = self.clock.now(), "confirmed" if is_confirmed else "declined"
        with self.works() as work:
            waiting = [act for act in work.acts.of(number) if not act.verdict]
            if not waiting:
                raise ConflictError("nothing to decide")
            (act,) = waiting
            if is_confirmed:
                _require_possible(work, number, act.kind)
            work.acts.decide(
                number, verdict=verdict, by=staff.staff_id, person=staff.person, at=now
            )
            if is_confirmed and act.kind == ActKind.REVOKE:
                work.certificates.end(number, status=CertificateStatus.REVOKED, at=now)
            told = ACTS[act.kind] if is_confirmed else f"{ACTS[act.kind]}: declined"
            _note(work, act, told, staff, now)
            work.commit()
        return act

    def waiting(self) -> tuple[CertificateAct, ...]:
        """Return the proposals that wait for their second person, oldest first."""
        with self.works.reading() as work:
            return work.acts.waiting()

    def history(self, number: str) -> tuple[CertificateAct, ...]:
        """Return everything that was proposed about a certificate, in order."""
        with self.works.reading() as work:
            return work.acts.of(number)


def _require_possible(work: Work, number: str, kind: str) -> None:
    if work.certificates.get(number).status != CertificateStatus.PUBLISHED:
        raise ConflictError("not in force")
    is_suspended = work.acts.is_suspended(number)
    if kind == ActKind.REVOKE:
        return
    if is_suspended == (kind == ActKind.SUSPEND):
        raise ConflictError("suspended already" if is_suspended else "not suspended")


def _note(work: Work, act: CertificateAct, told: str, staff: StaffRow, at: datetime) -> None:
    body = {"basis": act.basis, "kind": act.kind, "reason": act.reason}
    work.journal.append(
        actor=f"staff:{staff.staff_id}",
        act=told,
        ref=act.certificate_no,
        body=schema.canonical(body),
        at=at,
        is_kept=True,
    )
