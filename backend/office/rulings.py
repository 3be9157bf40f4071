"""The rule book in force: what was adopted, and whether deciding alone is stopped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from backend.errors import NotAllowedError, RulingError
from backend.office.book_ports import RulingRow, Switch
from backend.office.ports import Clock, Work, Works
from backend.office.rules import RULE_BOOK, Policy, list_lines, name_book, parse_policy
from backend.office.stages import ChiefPolicy
from registration import schema
from registration.ruling import Ruling, parse_adjustments, parse_ruling

LINES: Final = frozenset(one.line for one in list_lines())
LONGEST_REASON: Final = 500


def apply_ruling(policy: Policy, ruling: Ruling) -> Policy:
    """Return a policy as a ruling has it."""
    return replace(
        policy,
        is_straight_through=ruling.is_straight_through,
        straight_kinds=ruling.straight_kinds,
        limit_fen=ruling.limit_fen,
        sample_percent=ruling.sample_percent,
        is_spouse_asked=ruling.is_spouse_asked,
        adjustments=ruling.adjustments,
    )


def policy_in_force(work: Work, base: Policy, at: datetime) -> Policy:
    """Return what the office has decided as of a moment: settings, then ruling, then switch."""
    row, switch = work.books.in_force(at), work.books.last_switch()
    policy = base
    if row is not None:
        policy = apply_ruling(base, _read(row))
    if switch is not None and switch.is_stopped:
        policy = replace(policy, is_straight_through=False)
    return policy


def chief_in_force(work: Work, base: ChiefPolicy, at: datetime) -> ChiefPolicy:
    """Return what the head approves himself as of a moment."""
    row = work.books.in_force(at)
    if row is None:
        return base
    ruling = _read(row)
    return ChiefPolicy(limit_fen=ruling.chief_limit_fen, rules=ruling.chief_rules)


def policy_of_case(work: Work, case_no: str, base: Policy, at: datetime) -> Policy:
    """Return what a case was judged by: it keeps the book of its examination.

    A case from before examinations were kept has the one in force.
    """
    examination = work.examinations.find(case_no)
    if examination is None:
        return policy_in_force(work, base, at)
    return parse_policy(examination.inputs.policy)


def book_of_case(work: Work, case_no: str) -> str:
    """Return the name of the book that a case was judged by; the shipped one's for older cases."""
    return work.examinations.find_book(case_no) or RULE_BOOK


def _read(row: RulingRow) -> Ruling:
    # A line or level that a newer release leaves open no more is no reason to stop: the shipped
    # one holds again, which is the stricter.
    kept = parse_adjustments(row.claims.get("rules", {}))
    rules = {str(line): level for line, level in kept.items() if line in LINES}
    return parse_ruling({**row.claims, "rules": rules}, LINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The rule book as it is now."""

    book: str
    policy: Policy
    ruling: RulingRow | None
    coming: RulingRow | None
    """Adopted, and not begun yet."""
    switch: Switch | None

    @property
    def is_stopped(self) -> bool:
        return self.switch is not None and self.switch.is_stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBooks:
    """Adopts rulings, and stops and starts deciding alone."""

    works: Works
    clock: Clock
    policy: Policy
    """From the settings."""
    office: str
    """The office's credit code."""
    open_statement: Callable[[str, datetime], Mapping[str, Any]]
    """Checks a signed ruling and gives its claims. Raises: CertsError."""

    def state(self) -> State:
        """Return what is in force now."""
        now = self.clock.now()
        with self.works.reading() as work:
            policy = policy_in_force(work, self.policy, now)
            coming = [row for row in work.books.history() if row.begins_at > now]
            return State(
                book=name_book(policy),
                policy=policy,
                ruling=work.books.in_force(now),
                coming=min(coming, key=lambda row: row.begins_at, default=None),
                switch=work.books.last_switch(),
            )

    def check(self, statement: str) -> Ruling:
        """Return what a signed ruling says, when the office could adopt it.

        Raises:
            CertsError: it is not signed by this office, or was changed.
            BadDocumentError: it breaks its form, or the law.
            RulingError: it is another office's, or its version was used before.
        """
        ruling = parse_ruling(self.open_statement(statement, self.clock.now()), LINES)
        if ruling.office != self.office:
            raise RulingError(f"it is the ruling of another office ({ruling.office})")
        with self.works.reading() as work:
            if any(row.version == ruling.version for row in work.books.history()):
                raise RulingError(f"version {ruling.version} was adopted before; give it another")
        return ruling

    def try_out(self, claims: Mapping[str, Any]) -> Ruling:
        """Return what unsigned claims would say; they can be tried, never adopted.

        Raises: BadDocumentError, RulingError: another office's.
        """
        ruling = parse_ruling(claims, LINES)
        if ruling.office != self.office:
            raise RulingError(f"it is the ruling of another office ({ruling.office})")
        return ruling

    def adopt(self, statement: str, *, by: str) -> RulingRow:
        """Adopt a signed ruling; it is in force from the moment that it names, or at once.

        Raises: as `check`.
        """
        self.check(statement)
        with self.works() as work:
            row = self.write(work, statement, by=by)
            work.commit()
        return row

    def write(self, work: Work, statement: str, *, by: str) -> RulingRow:
        """Adopt a signed ruling as part of another act. Raises: as `check`."""
        now = self.clock.now()
        claims = self.open_statement(statement, now)
        ruling = self.try_out(claims)
        row = work.books.adopt(
            RulingRow(
                version=ruling.version,
                begins_at=max(ruling.begins_at, now),
                adopted_at=now,
                adopted_by=by,
                claims=claims,
                statement=statement,
            )
        )
        body = statement.encode("ascii")
        work.journal.append(actor=by, act="ruling adopted", ref=row.version, body=body, at=now)
        return row

    def switch(self, *, is_stopped: bool, by: str, reason: str) -> Switch:
        """Stop deciding alone, at once and for every case not yet entered; or let it go on.

        Raises:
            NotAllowedError: no reason, or it stands so already.
        """
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise NotAllowedError("a reason of up to 500 characters")
        now = self.clock.now()
        row = Switch(is_stopped=is_stopped, by=by, reason=reason.strip(), at=now)
        with self.works() as work:
            last = work.books.last_switch()
            if (last is not None and last.is_stopped) is is_stopped:
                raise NotAllowedError("it stands so already")
            work.books.switch(row)
            body = schema.canonical({"reason": row.reason})
            act = "straight-through stopped" if is_stopped else "straight-through resumed"
            work.journal.append(actor=by, act=act, ref="rule-book", body=body, at=now, is_kept=True)
            work.commit()
        return row

    def stopped(self) -> Switch | None:
        """Return who stopped deciding alone and why; None while it goes on."""
        with self.works.reading() as work:
            last = work.books.last_switch()
        return last if last is not None and last.is_stopped else None

    def history(self) -> tuple[RulingRow, ...]:
        """Return every ruling in the order of their adoption."""
        with self.works.reading() as work:
            return work.books.history()
