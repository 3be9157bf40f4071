"""Everything that can break a promise in the office.

OfficeError
├── IllegalMoveError          the law does not allow this step from this stage
├── ConflictError             somebody else acted first; read again
│   ├── InvitationGoneError
│   ├── ParcelGoneError
│   ├── SequenceConflictError
│   ├── TokenUsedError
│   └── UploadOffsetError
├── NotFoundError             no such case, certificate, terminal … for this caller
├── NotAllowedError           the caller may not do this
│   ├── NeedsOtherReviewerError
│   ├── RenewalTooLateError
│   ├── TerminalSuspendedError
│   └── WrongProofError
├── OddNameError              a name that an operator gave cannot be typed, shown or told apart
├── RulingError               a ruling about the rule book cannot be adopted
├── BadLoginError             name, password or session is wrong
│   ├── BadCodeError
│   └── LoginLockedError
├── CannotTellError           an entry does not fit the exchange message
├── NoAnswerError             another authority gave no answer to rely on
├── NotReadyError             the office cannot take work now
│   ├── StoreBusyError
│   └── LogStoppedError
├── UploadMismatchError       an upload is not what its sender said it would be
├── IntegrityError            stored evidence does not match its digest or chain
└── MisconfiguredError        the settings stop the process
"""

from datetime import datetime
from typing import ClassVar


class OfficeError(Exception):
    """A promise of the office was broken."""

    code: ClassVar[str] = "office.error"


class IllegalMoveError(OfficeError):
    """Somebody asked for a step that the law does not allow from the case's stage."""

    code: ClassVar[str] = "office.illegal-move"

    def __init__(self, case_no: str, stage: str, to: str) -> None:
        super().__init__(f"case {case_no}: {stage} to {to}")
        self.case_no, self.stage, self.to = case_no, stage, to


class ConflictError(OfficeError):
    """Two acted on one thing and the other was first; the loser reads again and decides anew."""

    code: ClassVar[str] = "office.conflict"


class SequenceConflictError(ConflictError):
    """A terminal used one sequence number for two different packages."""

    code: ClassVar[str] = "office.sequence-conflict"


class TokenUsedError(ConflictError):
    """A one-time enrolment code is used, expired or unknown."""

    code: ClassVar[str] = "office.token-used"


class UploadOffsetError(ConflictError):
    """A piece does not join what is here, or another request took the upload over."""

    code: ClassVar[str] = "office.upload-offset"


class ParcelGoneError(ConflictError):
    """A parcel is its sender's again, or its recipient has it; `state` says which."""

    code: ClassVar[str] = "office.parcel-gone"

    def __init__(self, state: str) -> None:
        super().__init__(f"the parcel is {state}")
        self.state = state


class InvitationGoneError(ConflictError):
    """An invitation to sign elsewhere is over; `state` says how."""

    code: ClassVar[str] = "office.invitation-gone"

    def __init__(self, state: str) -> None:
        super().__init__(f"the invitation is {state}")
        self.state = state


class NotFoundError(OfficeError):
    """Nothing of that name that this caller may see."""

    code: ClassVar[str] = "office.not-found"


class NotAllowedError(OfficeError):
    """The caller is known but may not do this."""

    code: ClassVar[str] = "office.not-allowed"


class NeedsOtherReviewerError(NotAllowedError):
    """The same person may not take both decisions of a case."""

    code: ClassVar[str] = "office.needs-other-reviewer"


class RenewalTooLateError(NotAllowedError):
    """A counter was away for so long that its own key no longer lets it in; invite it again."""

    code: ClassVar[str] = "office.renewal-too-late"


class TerminalSuspendedError(NotAllowedError):
    """The terminal's certificate is revoked, replaced or not registered."""

    code: ClassVar[str] = "office.terminal-suspended"


class RulingError(OfficeError):
    """A signed ruling is another office's, or its version was adopted before."""

    code: ClassVar[str] = "office.ruling"


class WrongProofError(NotAllowedError):
    """A guest's code or document number is wrong; `left` says how often he may try yet."""

    code: ClassVar[str] = "office.wrong-proof"

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} tries are left")
        self.left = left


class OddNameError(OfficeError):
    """An operator gave a name that cannot be typed, shown or told apart from another."""

    code: ClassVar[str] = "office.odd-name"


class BadLoginError(OfficeError):
    """Name or password is wrong, or the session has ended."""

    code: ClassVar[str] = "office.bad-login"


class BadCodeError(BadLoginError):
    """A one-time code is wrong, was used before, or is of another time."""

    code: ClassVar[str] = "office.bad-code"


class LoginLockedError(BadLoginError):
    """Too many failures: the account waits, and opens again by itself."""

    code: ClassVar[str] = "office.login-locked"

    def __init__(self, until: datetime) -> None:
        super().__init__("locked")
        self.until = until


class CannotTellError(OfficeError):
    """An entry has no message for the superior authority; every reason is named, and no people."""

    code: ClassVar[str] = "office.cannot-tell"


class NoAnswerError(OfficeError):
    """Another authority gave no answer to rely on; the result is unknown, never a pass."""

    code: ClassVar[str] = "office.no-answer"

    def __init__(self, fault: str, told: str = "") -> None:
        super().__init__(told or fault)
        self.fault = fault
        """As `backend.office.enquiries.Reply.fault`."""


class NotReadyError(OfficeError):
    """The office cannot take work now; the caller tries again later."""

    code: ClassVar[str] = "office.not-ready"


class StoreBusyError(NotReadyError):
    """The database stayed locked or away for longer than the bounded retries."""

    code: ClassVar[str] = "office.store-busy"


class UploadMismatchError(OfficeError):
    """The pieces together do not have the digest that was declared; begin again."""

    code: ClassVar[str] = "office.upload-mismatch"


class LogStoppedError(NotReadyError):
    """The journal contradicts what was published of it; the operator has to answer for that first."""

    code: ClassVar[str] = "office.log-stopped"


class IntegrityError(OfficeError):
    """Stored evidence does not match its digest, or the journal's chain is broken."""

    code: ClassVar[str] = "office.integrity"


class MisconfiguredError(OfficeError):
    """The settings or key files make a safe start impossible."""

    code: ClassVar[str] = "office.misconfigured"
