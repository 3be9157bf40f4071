"""第二因素: what somebody has, beside what he knows; asked for at the door and before decisions.

A password alone opens half a session, which leads to the page of the code and nowhere else. A code
counts once. Wrong codes count like wrong passwords, and the wait that follows ends by itself.

Source: GB/T 22239-2019, 8.1.4.1 d (two factors).
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.errors import BadCodeError, BadLoginError, LoginLockedError, NotFoundError
from backend.office.desk_ports import OneTimeCodes
from backend.office.factor_rows import WaitRow
from backend.office.ports import Clock, Work, Works
from backend.office.rows import FactorRow, SessionRow
from backend.office.staff import NewSession, count_failure

FRESH: Final = timedelta(minutes=5)
"""How long a code stands for the decisions after it."""
_DOOR: Final = "factor"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app must be told."""

    key: str
    """For fingers."""
    address: str
    """For a camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """Knows everybody's second factor."""

    works: Works
    codes: OneTimeCodes
    clock: Clock
    make_token: Callable[[], str]
    issuer: str

    def begin(self, token: str) -> Enrolment:
        """Give an account that has no factor a secret; to one session it is always the same.

        Raises:
            BadLoginError: no session, or the account has a factor already.
        """
        with self.works() as work:
            session = get_session(work, token)
            row = work.staff.find_factor(session.staff_id)
            if (row and row.is_confirmed) or work.staff.keys_of(session.staff_id):
                raise BadLoginError("there is a factor already")
            if row is None:
                row = FactorRow(staff_id=session.staff_id, secret=self.codes.make_secret())
                work.staff.save_factor(row)
                work.commit()
        secret = _secret_of(row, session)
        return Enrolment(
            key=self.codes.key_text(secret),
            address=self.codes.address(secret, account=row.staff_id, issuer=self.issuer),
        )

    def confirm(self, token: str, code: str) -> NewSession:
        """Make a session whole by a code; it goes on under another token.

        The first code of a new secret makes it the account's factor.

        Raises:
            LoginLockedError: too many failures; `until` says when to try again.
            BadCodeError: the code is wrong, used or late. BadLoginError: no such session.
        """
        now = self.clock.now()
        with self.works() as work:
            session = get_session(work, token)
            self._use(work, session, code, now)
            fresh = renew_session(work, session, self.make_token, now, by="totp")
            work.commit()
        return fresh

    def refresh(self, token: str, code: str) -> None:
        """Confirm once more that it is he who decides. Raises: as `confirm`."""
        now = self.clock.now()
        with self.works() as work:
            session = get_session(work, token)
            self._use(work, session, code, now)
            confirm_again(work, session, now, by="totp")
            work.commit()

    def reset(self, staff_id: str, *, by: str) -> None:
        """Take an account's factor and keys away, for lost devices; its sessions end.

        Raises:
            NotFoundError: no such account, or it has no factor.
        """
        with self.works() as work:
            keys = work.staff.keys_of(staff_id)
            if work.staff.find(staff_id) is None or not (keys or work.staff.find_factor(staff_id)):
                raise NotFoundError(f"{staff_id} has no second factor")
            work.staff.drop_factor(staff_id)
            work.staff.drop_waits(staff_id)
            for key in keys:
                work.staff.drop_key(key.credential_id)
            work.staff.end_sessions(staff_id)
            _note(work, by, "factor reset", staff_id, self.clock.now())
            work.commit()

    def _use(self, work: Work, session: SessionRow, code: str, now: datetime) -> None:
        """Use a code up. Raises: LoginLockedError, BadCodeError: as `confirm`."""
        with counting_failures(work, session.staff_id, now):
            row = self._find(work, session)
            step = self.codes.find_step(row.secret, code, now) if row else None
            if row is None or step is None or step <= row.last_step:
                raise BadCodeError("code")
        work.staff.save_factor(replace(row, last_step=step, is_confirmed=True))
        if not row.is_confirmed:
            _note(work, f"staff:{row.staff_id}", "factor added", row.staff_id, now)

    def _find(self, work: Work, session: SessionRow) -> FactorRow | None:
        """Return the factor whose codes count: one that is being added only beside no other."""
        row = work.staff.find_factor(session.staff_id)
        if row is None or row.is_confirmed:
            return row
        if work.staff.keys_of(session.staff_id):
            return None
        return replace(row, secret=_secret_of(row, session))


def _secret_of(row: FactorRow, session: SessionRow) -> bytes:
    """Return what an account is shown before it has a factor: each session its own.

    Whoever knew the password and looked before its owner has seen another secret than he.
    """
    return hmac.digest(row.secret, session.token_sha256.encode("ascii"), "sha256")[
        : len(row.secret)
    ]


def get_session(work: Work, token: str) -> SessionRow:
    """Return a session, a half one too. Raises: BadLoginError: there is none."""
    found = work.staff.find_session(_digest(token))
    if found is None:
        raise BadLoginError("no session")
    return found


def renew_session(
    work: Work, session: SessionRow, make_token: Callable[[], str], now: datetime, *, by: str
) -> NewSession:
    """Make a session whole by a factor, under another token."""
    fresh = NewSession(make_token(), make_token())
    work.staff.end_session(session.token_sha256)
    work.staff.add_session(
        replace(
            session,
            token_sha256=_digest(fresh.token),
            csrf=fresh.csrf,
            seen_at=now,
            confirmed_at=now,
            confirmed_by=by,
        )
    )
    return fresh


def confirm_again(work: Work, session: SessionRow, now: datetime, *, by: str) -> None:
    """Note that whoever has a session has just shown a factor; the token stays."""
    work.staff.end_session(session.token_sha256)
    work.staff.add_session(replace(session, seen_at=now, confirmed_at=now, confirmed_by=by))


def drop_unconfirmed(work: Work, staff_id: str) -> None:
    """Forget a secret that was shown and never used: whoever saw it must not come in by it."""
    row = work.staff.find_factor(staff_id)
    if row and not row.is_confirmed:
        work.staff.drop_factor(staff_id)


@contextmanager
def counting_failures(work: Work, staff_id: str, now: datetime) -> Iterator[None]:
    """Count a wrong factor, and that counts whatever follows; a good one ends the count.

    Whoever makes these failures knows the password.

    Raises:
        LoginLockedError: the account waits after too many; nothing is looked at.
    """
    known = work.staff.find_wait(staff_id, _DOOR)
    wait = known or WaitRow(staff_id=staff_id, door=_DOOR)
    if wait.locked_until and now < wait.locked_until:
        raise LoginLockedError(wait.locked_until)
    try:
        yield
    except BadCodeError:
        work.staff.save_wait(count_failure(wait, now))
        work.commit()
        raise
    work.staff.save_wait(replace(wait, failures=0, locked_until=None))


def _note(work: Work, actor: str, act: str, staff_id: str, at: datetime) -> None:
    work.journal.append(actor=actor, act=act, ref=staff_id, body=b"", at=at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
