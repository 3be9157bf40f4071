"""The office's staff at the door: sign-in and sessions."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from backend.errors import BadLoginError, LoginLockedError
from backend.office.factor_rows import WaitRow
from backend.office.ports import Clock, PasswordHasher, Work, Works
from backend.office.rows import SessionRow, StaffRow

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
_FREE_FAILURES = 4
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session."""

    staff: StaffRow
    csrf: str
    confirmed_at: datetime | None = None
    """When the second factor was last shown; None: not since signing in."""
    has_factor: bool = False
    """Whether there is a second factor: a secret for codes, or a key."""
    has_code: bool = False
    has_key: bool = False
    confirmed_by: str = ""
    """The factor that was shown last: "totp" or "webauthn"."""
    step: str = "full"
    """"full"; or half a session, which waits for a "code", or for a factor ("enrol")."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a sign-in gives the browser."""

    token: str
    csrf: str
    device: str = ""
    """What the browser keeps beyond the session; empty where that is as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRoom:
    """Knows who works here and who is signed in."""

    works: Works
    hasher: PasswordHasher
    clock: Clock
    make_token: Callable[[], str]
    """Returns 256 random bits as text."""
    is_factor_required: bool
    """Whether an account without a second factor must get one before anything else."""

    def sign_in(self, staff_id: str, password: str, *, device: str = "") -> NewSession:
        """Open a session.

        `device` is what a browser keeps since somebody signed in with it. Failures at such a browser
        are counted for it alone, and those of strangers for strangers: who tries passwords from
        elsewhere, for as long as he likes, keeps nobody out of his own.

        Raises:
            LoginLockedError: too many failures; `until` says when to try again.
            BadLoginError: name or password is wrong; which, is not told.
        """
        now = self.clock.now()
        with self.works.reading() as work:
            known = _present(work.staff.find(staff_id))
            wait = work.staff.find_wait(staff_id, _digest(device)) if device else None
        door = wait or known
        if door and door.locked_until and now < door.locked_until:
            raise LoginLockedError(door.locked_until)
        # Checked outside any transaction, for it is slow on purpose; an unknown name costs as
        # much time as a wrong password.
        is_right = self.hasher.is_same(known.password_hash if known else "", password)
        if known is None:
            raise BadLoginError("name or password")
        with self.works() as work:
            row = work.staff.get(staff_id)
            if row.removed_at is not None:
                raise BadLoginError("name or password")
            if not is_right or row.password_hash != known.password_hash:
                _count(work, row, wait, now)
                work.commit()
                raise BadLoginError("name or password")
            session = self._open_session(work, row, now, device=device or self.make_token())
            if wait is None:
                work.staff.save(replace(row, failures=0, locked_until=None))
            work.commit()
        return session

    def _open_session(self, work: Work, row: StaffRow, now: datetime, *, device: str) -> NewSession:
        session = NewSession(self.make_token(), self.make_token(), device)
        work.staff.save_wait(WaitRow(staff_id=row.staff_id, door=_digest(device)))
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
            staff = _present(work.staff.find(row.staff_id)) if row else None
            factor = work.staff.find_factor(row.staff_id) if row else None
            has_key = bool(row and work.staff.keys_of(row.staff_id))
        if row is None or staff is None:
            return None
        if at - row.seen_at > IDLE or at - row.created_at > LONGEST:
            self.sign_out(token)
            return None
        if at - row.seen_at > _SEEN_EVERY:
            with self.works() as work:
                work.staff.touch_session(digest, at)
                work.commit()
        has_code = factor is not None and factor.is_confirmed
        has_factor = has_code or has_key
        return SignedIn(
            staff,
            row.csrf,
            row.confirmed_at,
            has_factor=has_factor,
            has_code=has_code,
            has_key=has_key,
            confirmed_by=row.confirmed_by,
            step=self._step(row, has_factor=has_factor),
        )

    def _step(self, row: SessionRow, *, has_factor: bool) -> str:
        if row.confirmed_at is not None:
            return "full"
        if has_factor:
            return "code"
        return "enrol" if self.is_factor_required else "full"

    def sign_out(self, token: str) -> None:
        """End a session; ending it twice is harmless."""
        with self.works() as work:
            work.staff.end_session(_digest(token))
            work.commit()


def _present(row: StaffRow | None) -> StaffRow | None:
    """Return the account unless it was removed."""
    return row if row and row.removed_at is None else None


def _count(work: Work, row: StaffRow, wait: WaitRow | None, now: datetime) -> None:
    """Count a wrong password: for the browser that the account knows, or for all strangers."""
    if wait is None:
        work.staff.save(count_failure(row, now))
        return
    current = work.staff.find_wait(wait.staff_id, wait.door) or wait
    work.staff.save_wait(count_failure(current, now))


_Door = TypeVar("_Door", StaffRow, WaitRow)


def count_failure(row: _Door, now: datetime) -> _Door:
    """Count a failure; from the fifth on each doubles the wait, up to a quarter of an hour."""
    failures = row.failures + 1
    if failures <= _FREE_FAILURES:
        return replace(row, failures=failures)
    delay = min(_FIRST_DELAY * 2 ** min(failures - _FREE_FAILURES - 1, 10), _LONGEST_DELAY)
    return replace(row, failures=failures, locked_until=now + delay)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
