"""设定的拟定和批准: a change of the rule book's settings is one person's draft and the head's word.

Source: 不动产登记操作规范（试行）1.7 (who examines and who approves are different people).
"""

from dataclasses import dataclass
from typing import Final

from backend.errors import ConflictError, NeedsOtherReviewerError, NotAllowedError, RulingError
from backend.office.book_ports import RulingProposal
from backend.office.ports import Clock, OfficeSigner, Work, Works
from backend.office.rows import StaffRow
from backend.office.rulings import LINES, RuleBooks
from registration import schema
from registration.ruling import SCHEMA, read_ruling

PROPOSERS: Final = frozenset({"first_reviewer", "second_reviewer", "chief"})
APPROVERS: Final = frozenset({"chief"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingRoom:
    """One reviewer proposes a ruling; a head who is another person adopts it, and the office signs."""

    works: Works
    clock: Clock
    books: RuleBooks
    signer: OfficeSigner

    def propose(self, text: str, *, staff: StaffRow, factor: str) -> RulingProposal:
        """Propose a ruling as people write it (TOML, form rules/1); nothing is otherwise yet.

        `factor` is how the proposer showed who he is: "totp", "webauthn", or empty where he has none.

        Raises:
            NotAllowedError: no reviewer. BadDocumentError: it breaks its form, or the law.
            RulingError: it is another office's, or its version was used before.
            ConflictError: another proposal waits.
        """
        _require(staff, PROPOSERS)
        claims = read_ruling(text, LINES)
        ruling, now = self.books.try_out(claims), self.clock.now()
        with self.works() as work:
            if any(row.version == ruling.version for row in work.books.history()):
                raise RulingError(f"version {ruling.version} was adopted before; give it another")
            row = work.proposals.propose(
                RulingProposal(
                    version=ruling.version,
                    claims=claims,
                    proposed_by=staff.staff_id,
                    proposer=staff.person,
                    proposed_at=now,
                )
            )
            self._note(work, row, "ruling proposed", staff, factor)
            work.commit()
        return row

    def decide(self, seq: int, *, is_adopted: bool, staff: StaffRow, factor: str) -> RulingProposal:
        """Adopt what another person proposed, or decline it; the proposer may take it back.

        Raises:
            NotAllowedError: no head, and not the proposer who takes it back.
            NeedsOtherReviewerError: nobody adopts what he proposed.
            ConflictError: this proposal waits no more. RulingError: as `RuleBooks.check`.
        """
        with self.works() as work:
            row = work.proposals.waiting()
            if row is None or row.seq != seq:
                raise ConflictError("nothing to decide")
            is_own = row.proposer == staff.person
            if is_adopted or not is_own:
                _require(staff, APPROVERS)
            if is_adopted and is_own:
                raise NeedsOtherReviewerError("who proposed a ruling does not adopt it")
            self._decide(work, row, staff, is_adopted=is_adopted)
            told = "ruling approved" if is_adopted else "ruling declined"
            self._note(work, row, told, staff, factor)
            work.commit()
        return row

    def _decide(
        self, work: Work, row: RulingProposal, staff: StaffRow, *, is_adopted: bool
    ) -> None:
        now = self.clock.now()
        verdict = "adopted" if is_adopted else "declined"
        work.proposals.decide(
            row.seq, verdict=verdict, by=staff.staff_id, person=staff.person, at=now
        )
        if is_adopted:
            statement = self.signer.sign(SCHEMA, dict(row.claims), now)
            both = f"staff:{row.proposed_by} staff:{staff.staff_id}"
            self.books.write(work, statement, by=both)

    def waiting(self) -> RulingProposal | None:
        """Return the proposal that waits for its second person."""
        with self.works.reading() as work:
            return work.proposals.waiting()

    def _note(
        self, work: Work, row: RulingProposal, act: str, staff: StaffRow, factor: str
    ) -> None:
        work.journal.append(
            actor=f"staff:{staff.staff_id}",
            act=act,
            ref=row.version,
            body=schema.canonical(
                {"claims": dict(row.claims), "factor": factor, "reason": row.claims["reason"]}
            ),
            at=self.clock.now(),
            is_kept=True,
        )


def _require(staff: StaffRow, roles: frozenset[str]) -> None:
    if not roles & set(staff.roles):
        raise NotAllowedError("role for rulings")
