"""安全密钥: a key in the hand (WebAuthn) as the second factor, beside one-time codes.

A key is added behind a first factor: by an account that has none yet as its first step inside, by
others after they showed the one they have. An account may have several. What a key signs is random,
made for one session, and counts once; the key has to verify its holder (PIN or finger) each time.
A counter that does not go up tells of a copied key, which is refused and told to the journal.

Source: GB/T 22239-2019, 8.1.4.1 d; W3C Web Authentication, Level 2.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.errors import (
    BadCodeError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
)
from backend.office.desk_ports import SecurityKeys
from backend.office.factor_rows import ChallengeRow, KeyRow
from backend.office.factors import (
    FRESH,
    confirm_again,
    counting_failures,
    drop_unconfirmed,
    get_session,
    renew_session,
)
from backend.office.ports import Clock, Work, Works
from backend.office.rows import SessionRow, StaffRow
from backend.office.staff import NewSession

CHALLENGE_TIME: Final = timedelta(minutes=5)
MOST_KEYS: Final = 10
"""Of one account."""
LONGEST_LABEL: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRoom:
    """Knows everybody's security keys."""

    works: Works
    keys: SecurityKeys
    clock: Clock
    make_token: Callable[[], str]
    make_challenge: Callable[[], bytes]

    def of(self, staff_id: str) -> tuple[KeyRow, ...]:
        """Return an account's keys, oldest first."""
        with self.works.reading() as work:
            return work.staff.keys_of(staff_id)

    def everybody(self) -> tuple[tuple[StaffRow, tuple[KeyRow, ...]], ...]:
        """Return every account that is not removed, with its keys."""
        with self.works.reading() as work:
            present = [row for row in work.staff.list() if row.removed_at is None]
            return tuple((row, work.staff.keys_of(row.staff_id)) for row in present)

    def ask_new(self, token: str) -> dict[str, object]:
        """Return what the browser needs to make a key.

        Raises:
            BadLoginError: no session. NotAllowedError: the factor that is there was not shown.
        """
        now = self.clock.now()
        with self.works() as work:
            session = get_session(work, token)
            _require_shown(work, session, now)
            staff, known = work.staff.get(session.staff_id), work.staff.keys_of(session.staff_id)
            row = self._challenge(work, session, "add", now)
            work.commit()
        return self.keys.ask_new(
            account=staff.staff_id,
            name=staff.name,
            known=[key.credential for key in known],
            challenge=row.challenge,
        )

    def add(self, token: str, label: str, told: Mapping[str, object]) -> NewSession:
        """Keep a new key; the session is whole by it, and goes on under another token.

        Raises:
            BadCodeError: the browser's answer is not to what it was asked.
            BadLoginError: no session. NotAllowedError: the factor that is there was not shown.
            ConflictError: the key is somebody's already, or there are too many.
        """
        now = self.clock.now()
        with self.works() as work:
            session = get_session(work, token)
            _require_shown(work, session, now)
            if len(work.staff.keys_of(session.staff_id)) >= MOST_KEYS:
                raise ConflictError("too many keys")
            asked = _take(work, session, "add", now)
            key_id, credential, counter = self.keys.read_new(asked, told)
            row = KeyRow(
                credential_id=key_id.hex(),
                staff_id=session.staff_id,
                label=label.strip()[:LONGEST_LABEL] or "安全密钥",
                credential=credential,
                counter=counter,
                added_at=now,
            )
            if any(k.credential_id == row.credential_id for k in work.staff.keys_of(row.staff_id)):
                raise ConflictError("the key is there already")
            work.staff.save_key(row)
            drop_unconfirmed(work, row.staff_id)
            _note(work, f"staff:{row.staff_id}", "key added", row, now)
            fresh = renew_session(work, session, self.make_token, now, by="webauthn")
            work.commit()
        return fresh

    def ask_use(self, token: str) -> dict[str, object]:
        """Return what the browser needs to use one of the account's keys.

        Raises:
            BadLoginError: no session. NotFoundError: the account has no key.
        """
        now = self.clock.now()
        with self.works() as work:
            session = get_session(work, token)
            known = work.staff.keys_of(session.staff_id)
            if not known:
                raise NotFoundError("no key")
            row = self._challenge(work, session, "use", now)
            work.commit()
        return self.keys.ask_use(known=[key.credential for key in known], challenge=row.challenge)

    def confirm(self, token: str, told: Mapping[str, object]) -> NewSession:
        """Make a session whole by a key; it goes on under another token.

        Raises:
            LoginLockedError: too many failures; `until` says when to try again.
            BadCodeError: the answer is wrong, late or was used. BadLoginError: no such session.
        """
        now = self.clock.now()
        with self.works() as work:
            session = get_session(work, token)
            self._use(work, session, told, now)
            fresh = renew_session(work, session, self.make_token, now, by="webauthn")
            work.commit()
        return fresh

    def refresh(self, token: str, told: Mapping[str, object]) -> None:
        """Confirm once more that it is he who decides. Raises: as `confirm`."""
        now = self.clock.now()
        with self.works() as work:
            session = get_session(work, token)
            self._use(work, session, told, now)
            confirm_again(work, session, now, by="webauthn")
            work.commit()

    def remove(self, staff_id: str, credential_id: str, *, by: str) -> None:
        """Take a key away from an account, for one that is lost; its sessions end.

        Raises:
            NotFoundError: the account has no such key.
        """
        with self.works() as work:
            known = {key.credential_id: key for key in work.staff.keys_of(staff_id)}
            if credential_id not in known:
                raise NotFoundError("no such key")
            work.staff.drop_key(credential_id)
            work.staff.end_sessions(staff_id)
            _note(work, by, "key removed", known[credential_id], self.clock.now())
            work.commit()

    def _challenge(
        self, work: Work, session: SessionRow, purpose: str, now: datetime
    ) -> ChallengeRow:
        row = ChallengeRow(
            token_sha256=session.token_sha256,
            purpose=purpose,
            challenge=self.make_challenge(),
            at=now,
        )
        work.staff.save_challenge(row)
        return row

    def _use(
        self, work: Work, session: SessionRow, told: Mapping[str, object], now: datetime
    ) -> None:
        """Take a key's answer. Raises: LoginLockedError, BadCodeError: as `confirm`."""
        with counting_failures(work, session.staff_id, now):
            known = work.staff.keys_of(session.staff_id)
            asked = _take(work, session, "use", now)
            key_id, counter = self.keys.read_use(asked, [k.credential for k in known], told)
            key = next(k for k in known if k.credential_id == key_id.hex())
            self._require_counting(work, key, counter, now)
        work.staff.save_key(replace(key, counter=counter, used_at=now))

    def _require_counting(self, work: Work, key: KeyRow, counter: int, now: datetime) -> None:
        """Refuse a key whose counter stands or goes back: there are two of it (§6.1.1)."""
        if counter > key.counter or counter == key.counter == 0:
            return
        _note(work, "auto", "key counter went back", key, now)
        raise BadCodeError("counter")


def _take(work: Work, session: SessionRow, purpose: str, now: datetime) -> bytes:
    row = work.staff.take_challenge(session.token_sha256, purpose)
    if row is None or now - row.at > CHALLENGE_TIME:
        raise BadCodeError("challenge")
    return row.challenge


def _require_shown(work: Work, session: SessionRow, now: datetime) -> None:
    """Have who adds a key show the factor that the account has."""
    factor = work.staff.find_factor(session.staff_id)
    has_factor = bool(factor and factor.is_confirmed) or bool(work.staff.keys_of(session.staff_id))
    at = session.confirmed_at
    if has_factor and (at is None or now - at >= FRESH):
        raise NotAllowedError("show the factor that is there first")


def _note(work: Work, actor: str, act: str, key: KeyRow, at: datetime) -> None:
    body = hashlib.sha256(bytes.fromhex(key.credential_id)).digest()
    work.journal.append(actor=actor, act=act, ref=key.staff_id, body=body, at=at)
