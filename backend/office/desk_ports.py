"""What the review desk needs kept: decisions, drafts, the people and their sessions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from backend.office.factor_rows import ChallengeRow, KeyRow, WaitRow
from backend.office.rows import (
    CertificateAct,
    Decision,
    Draft,
    FactorRow,
    Remark,
    SessionRow,
    StaffRow,
)


class Decisions(Protocol):
    """Opinions and decisions; written once, never changed."""

    def add(self, decision: Decision) -> None:
        """Keep a decision.

        Raises:
            NeedsOtherReviewerError: the person decided in this round already.
            ConflictError: this stage of the round is decided, or the one before is not yet.
        """

    def of(self, case_no: str) -> tuple[Decision, ...]: ...


class Drafts(Protocol):
    """What reviewers have half written."""

    def save(self, draft: Draft) -> None:
        """Keep a draft in the place of the writer's one before. Raises: ConflictError."""

    def find(self, case_no: str, staff_id: str) -> Draft | None: ...

    def drop(self, case_no: str, staff_id: str) -> None:
        """Forget a draft; one that is not there is forgotten already."""


class CertificateActs(Protocol):
    """What was proposed and decided about issued certificates; decided once, never changed."""

    def propose(self, act: CertificateAct) -> None:
        """Keep a proposal. Raises: ConflictError: another waits for its second person."""

    def decide(
        self, certificate_no: str, *, verdict: str, by: str, person: str, at: datetime
    ) -> None:
        """Close the open proposal.

        Raises:
            NeedsOtherReviewerError: who proposed it cannot confirm it. ConflictError: none is open.
        """

    def of(self, certificate_no: str) -> tuple[CertificateAct, ...]:
        """Return a certificate's acts in order."""

    def waiting(self) -> tuple[CertificateAct, ...]:
        """Return what waits for its second person, oldest first."""

    def is_suspended(self, certificate_no: str) -> bool: ...

    def suspended(self, year: int) -> tuple[str, ...]:
        """Return the certificates with numbers of a year whose last confirmed act suspends them."""

    def count(self, year: int) -> int:
        """Return how many acts about certificates of a year were confirmed; it only grows."""


class Remarks(Protocol):
    """The threads of the cases; written once, never changed."""

    def add(self, remark: Remark) -> None:
        """Append to a case's thread. Raises: ConflictError: no such case."""

    def of(self, case_no: str) -> tuple[Remark, ...]:
        """Return a case's thread, oldest first."""


class Staff(Protocol):
    """Accounts and sessions."""

    def get(self, staff_id: str) -> StaffRow: ...

    def find(self, staff_id: str) -> StaffRow | None: ...

    def save(self, row: StaffRow) -> None: ...

    def list(self) -> tuple[StaffRow, ...]: ...

    def add_session(self, row: SessionRow) -> None: ...

    def find_session(self, token_sha256: str) -> SessionRow | None: ...

    def touch_session(self, token_sha256: str, at: datetime) -> None: ...

    def find_factor(self, staff_id: str) -> FactorRow | None: ...

    def save_factor(self, row: FactorRow) -> None:
        """Add or replace; the secret is encrypted at rest."""

    def drop_factor(self, staff_id: str) -> None: ...

    def find_wait(self, staff_id: str, door: str) -> WaitRow | None: ...

    def save_wait(self, row: WaitRow) -> None:
        """Add or replace."""

    def drop_waits(self, staff_id: str) -> None:
        """Forget every door of an account: its failures, and the browsers that it knows."""

    def keys_of(self, staff_id: str) -> tuple[KeyRow, ...]:
        """Return an account's security keys, oldest first."""

    def save_key(self, row: KeyRow) -> None:
        """Add or replace. Raises: ConflictError: it is another account's."""

    def drop_key(self, credential_id: str) -> None: ...

    def save_challenge(self, row: ChallengeRow) -> None:
        """Keep what a session's key has to sign, in the place of the one before."""

    def take_challenge(self, token_sha256: str, purpose: str) -> ChallengeRow | None:
        """Return it and forget it: it counts once."""

    def end_session(self, token_sha256: str) -> None: ...

    def end_sessions(self, staff_id: str) -> None:
        """End every session of an account."""


class SecurityKeys(Protocol):
    """What browsers and security keys speak: WebAuthn. The holder has to be verified each time."""

    def ask_new(
        self, *, account: str, name: str, known: Sequence[bytes], challenge: bytes
    ) -> dict[str, object]:
        """Return what the browser needs to make a key, as JSON; `known` are the account's keys."""

    def read_new(self, challenge: bytes, told: Mapping[str, object]) -> tuple[bytes, bytes, int]:
        """Return id, attested credential data and counter of a new key. Raises: BadCodeError."""

    def ask_use(self, *, known: Sequence[bytes], challenge: bytes) -> dict[str, object]:
        """Return what the browser needs to use one of the keys."""

    def read_use(
        self, challenge: bytes, known: Sequence[bytes], told: Mapping[str, object]
    ) -> tuple[bytes, int]:
        """Return id and counter of the key that signed. Raises: BadCodeError."""


class OneTimeCodes(Protocol):
    """Codes that an authenticator shows."""

    def make_secret(self) -> bytes: ...

    def find_step(self, secret: bytes, code: str, at: datetime) -> int | None:
        """Return the step of time that a code is of; None: it is none of now."""

    def key_text(self, secret: bytes) -> str: ...

    def address(self, secret: bytes, *, account: str, issuer: str) -> str: ...
