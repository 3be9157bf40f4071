"""The office's staff: accounts, sign-in, sessions."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from backend.errors import BadLoginError, LoginLockedError, NotAllowedError
from backend.office.ports import Clock, Work, Works
from backend.office.rows import SessionRow, StaffRow

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
_FREE_FAILURES = 4
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(minutes=15)
_SHORTEST_PASSWORD = 12
_SEEN_EVERY = timedelta(minutes=1)
ROLES = frozenset(
    {"first_reviewer", "second_reviewer", "chief", "registrar", "auditor", "administrator"}
)
# Whoever runs the system or audits it takes no decisions (GB/T 22239-2019, 8.1.4.2).
_APART = (frozenset({"administrator"}), frozenset({"auditor"}))


class PasswordHasher(Protocol):
    """Turns passwords into something that may be stored."""

    def hash(self, password: str) -> str:
        """Return a salted, slow hash."""

    def is_same(self, password_hash: str, password: str) -> bool:
        """Say whether the hash is of the password; takes equally long for a wrong one."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session."""

    staff: StaffRow
    csrf: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a sign-in gives the browser."""

    token: str
    csrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRoom:
    """Knows who works here and who is signed in."""

    works: Works
    hasher: PasswordHasher
    clock: Clock
    make_token: Callable[[], str]
    """Returns 256 random bits as text."""
    blocked_passwords: frozenset[str]
    """Lower-case passwords that everybody tries."""

    def add(
        self, staff_id: str, *, person: str, name: str, roles: tuple[str, ...], password: str
    ) -> StaffRow:
        """Add an account, or give an existing one new roles and a new password.

        Raises:
            NotAllowedError: a weak password, an unknown role, or roles that must stay apart.
        """
        self._require_password(staff_id, password)
        _require_roles(roles)
        now = self.clock.now()
        row = StaffRow(
            staff_id=staff_id,
            person=person,
            name=name,
            roles=roles,
            password_hash=self.hasher.hash(password),
        )
        with self.works() as work:
            work.staff.save(row)
            work.journal.append(
                actor="system",
                act="staff saved",
                ref=staff_id,
                body=",".join(roles).encode(),
                at=now,
            )
            work.commit()
        return row

    def _require_password(self, staff_id: str, password: str) -> None:
        if len(password) < _SHORTEST_PASSWORD:
            raise NotAllowedError(f"password shorter than {_SHORTEST_PASSWORD} characters")
        if password.lower() in self.blocked_passwords or staff_id.lower() in password.lower():
            raise NotAllowedError("password is easy to guess")

    def sign_in(self, staff_id: str, password: str) -> NewSession:
        """Open a session.

        Raises:
            LoginLockedError: too many failures; `until` says when to try again.
            BadLoginError: name or password is wrong; which, is not told.
        """
        now = self.clock.now()
        with self.works.reading() as work:
            known = work.staff.find(staff_id)
        if known and known.locked_until and now < known.locked_until:
            raise LoginLockedError(known.locked_until)
        # Checked outside any transaction, for it is slow on purpose; an unknown name costs as
        # much time as a wrong password.
        is_right = self.hasher.is_same(known.password_hash if known else "", password)
        if known is None:
            raise BadLoginError("name or password")
        with self.works() as work:
            row = work.staff.get(staff_id)
            if not is_right or row.password_hash != known.password_hash:
                work.staff.save(_failed(row, now))
                work.commit()
                raise BadLoginError("name or password")
            session = self._open_session(work, row, now)
            work.commit()
        return session

    def _open_session(self, work: Work, row: StaffRow, now: datetime) -> NewSession:
        session = NewSession(self.make_token(), self.make_token())
        work.staff.save(replace(row, failures=0, locked_until=None))
        work.staff.add_session(
            SessionRow(
                token_sha256=_digest(session.token),
                staff_id=row.staff_id,
                csrf=session.csrf,
                created_at=now,
                seen_at=now,
            )
        )
        work.journal.append(
            actor=f"staff:{row.staff_id}", act="signed in", ref=row.staff_id, body=b"", at=now
        )
        return session

    def find_session(self, token: str, *, at: datetime) -> SignedIn | None:
        """Return the live session of a token; None when there is none or it has ended."""
        digest = _digest(token)
        with self.works.reading() as work:
            row = work.staff.find_session(digest)
            staff = work.staff.find(row.staff_id) if row else None
        if row is None or staff is None:
            return None
        if at - row.seen_at > IDLE or at - row.created_at > LONGEST:
            self.sign_out(token)
            return None
        if at - row.seen_at > _SEEN_EVERY:
            with self.works() as work:
                work.staff.touch_session(digest, at)
                work.commit()
        return SignedIn(staff, row.csrf)

    def sign_out(self, token: str) -> None:
        """End a session; ending it twice is harmless."""
        with self.works() as work:
            work.staff.end_session(_digest(token))
            work.commit()


def _require_roles(roles: tuple[str, ...]) -> None:
    unknown = set(roles) - ROLES
    if not roles or unknown:
        raise NotAllowedError(f"unknown role: {', '.join(sorted(unknown)) or 'none'}")
    if any(apart & set(roles) and len(set(roles)) > 1 for apart in _APART):
        raise NotAllowedError("administrator and auditor take no other role")


def _failed(row: StaffRow, now: datetime) -> StaffRow:
    """Count a failure; from the fifth on each doubles the wait, up to a quarter of an hour."""
    failures = row.failures + 1
    if failures <= _FREE_FAILURES:
        return replace(row, failures=failures)
    delay = min(_FIRST_DELAY * 2 ** min(failures - _FREE_FAILURES - 1, 10), _LONGEST_DELAY)
    return replace(row, failures=failures, locked_until=now + delay)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
