"""Everything that can go wrong at the counter, but for its readers: `terminal.reader_errors`.

TerminalError
├── MisconfiguredError               the settings or files of this counter; nothing starts
│   ├── NotEnrolledError
│   ├── NotServingError
│   └── OpenToOthersError
├── BoxError                         the box that keeps drafts, packages and answers
│   ├── BoxInUseError
│   ├── BoxDamagedError
│   └── BoxFullError
├── DeskError                        what the teller asked for cannot be done as things stand
│   ├── NotFoundError
│   ├── ConflictError
│   ├── DraftClosedError
│   ├── LockedError
│   ├── AnothersDraftError
│   ├── SlotTakenError
│   ├── DuplicatePersonError
│   ├── WrongPersonError
│   ├── ChipValueError
│   ├── ReasonMissingError
│   ├── SecondLookError
│   │   ├── NotAnotherPersonError
│   │   ├── NotTheSameError
│   │   ├── WrongPinError
│   │   └── PinShutError
│   ├── BadMaterialError
│   ├── BadListError
│   ├── InkRefusedError
│   ├── PaperChangedError
│   ├── ParcelGoneError
│   ├── ParcelTooLargeError
│   ├── BadParcelError
│   └── NotReadyError
│       └── NotCompleteError
├── LinkError                        the line to the office, or what came over it
│   ├── OfficeUnreachableError
│   ├── OfficeUntrustedError
│   ├── OfficeBusyError
│   ├── OfficeRefusedError
│   └── BadAnswerError
├── PinRefusedError                  a PIN that is being set is no good one
├── CaseFolderError                  a case that a bank's system laid down cannot be read
├── NotDeliveredError                a package is kept here and waits for the line
├── NoCertificateError               the office's last word is no certificate
└── EnrolmentError                   joining or renewing did not come to its end
    └── BadBundleError
"""

from typing import ClassVar

from registration.findings import Finding


class TerminalError(Exception):
    """A promise of the counter was broken."""

    code: ClassVar[str] = "terminal.error"


class MisconfiguredError(TerminalError):
    """A setting is unknown, missing or contradicts another; the message names it."""

    code: ClassVar[str] = "terminal.misconfigured"


class NotEnrolledError(MisconfiguredError):
    """This counter has not joined an office yet, or its configuration is gone; enrol it."""

    code: ClassVar[str] = "terminal.not-enrolled"


class NotServingError(MisconfiguredError):
    """No program of this counter serves its pages; start `mortgage-terminal serve`."""

    code: ClassVar[str] = "terminal.not-serving"


class OpenToOthersError(MisconfiguredError):
    """Other accounts of this machine may read the data folder; close it before starting."""

    code: ClassVar[str] = "terminal.open-to-others"


class BoxError(TerminalError):
    """The box cannot keep what it was given; nothing was acknowledged."""

    code: ClassVar[str] = "terminal.box"


class BoxInUseError(BoxError):
    """Another process works with this data folder."""

    code: ClassVar[str] = "terminal.box-in-use"


class BoxDamagedError(BoxError):
    """What lies in the box was changed from outside, or the key is not the one it was closed with."""

    code: ClassVar[str] = "terminal.box-damaged"


class BoxFullError(BoxError):
    """The disk is full; make room, nothing that was acknowledged is lost."""

    code: ClassVar[str] = "terminal.box-full"


class DeskError(TerminalError):
    """What the teller asked for cannot be done as things stand."""

    code: ClassVar[str] = "terminal.desk"


class NotFoundError(DeskError):
    """No such draft, field, party, material, package or answer is here."""

    code: ClassVar[str] = "terminal.not-found"


class ConflictError(DeskError):
    """The draft was changed in another window since it was read; read it again."""

    code: ClassVar[str] = "terminal.conflict"


class DraftClosedError(DeskError):
    """The draft was submitted or discarded and takes no change."""

    code: ClassVar[str] = "terminal.draft-closed"


class LockedError(DeskError):
    """Nobody works at the counter now: a teller has to sign in."""

    code: ClassVar[str] = "terminal.locked"


class AnothersDraftError(DeskError):
    """The draft is another teller's and was not handed over."""

    code: ClassVar[str] = "terminal.anothers-draft"


class SlotTakenError(DeskError):
    """The place of this person holds another document already; ask before replacing it."""

    code: ClassVar[str] = "terminal.slot-taken"


class DuplicatePersonError(DeskError):
    """The person is in the application already, in a part that excludes this one."""

    code: ClassVar[str] = "terminal.duplicate-person"

    def __init__(self, slot: str) -> None:
        super().__init__(f"already in {slot}")
        self.slot = slot


class WrongPersonError(DeskError):
    """Somebody else's document was given than the one that belongs here."""

    code: ClassVar[str] = "terminal.wrong-person"


class ChipValueError(DeskError):
    """A value that came from a chip or the register cannot be typed over."""

    code: ClassVar[str] = "terminal.chip-value"

    def __init__(self, field: str) -> None:
        super().__init__(f"field {field}")
        self.field = field


class ReasonMissingError(DeskError):
    """A document may only be typed with a reason why it was not read."""

    code: ClassVar[str] = "terminal.reason-missing"

    def __init__(self, field: str) -> None:
        super().__init__(f"field {field}")
        self.field = field


class SecondLookError(DeskError):
    """What was typed was not confirmed by a second person."""

    code: ClassVar[str] = "terminal.second-look"


class NotAnotherPersonError(SecondLookError):
    """Whoever typed a document cannot be the one who looks again."""

    code: ClassVar[str] = "terminal.not-another-person"


class NotTheSameError(SecondLookError):
    """The number typed by the second person differs from the first one's."""

    code: ClassVar[str] = "terminal.not-the-same"


class WrongPinError(SecondLookError):
    """The PIN is not that of this staff number, or this person has none."""

    code: ClassVar[str] = "terminal.wrong-pin"


class PinShutError(SecondLookError):
    """A PIN was wrong too often; nobody gets in as this person for a while."""

    code: ClassVar[str] = "terminal.pin-shut"


class BadMaterialError(DeskError):
    """A file is not taken, or an act on its pages; `reason` says why."""

    code: ClassVar[str] = "terminal.bad-material"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """One of `quarantine.values.REASONS`, or "active", "twice", "many", "bound"."""


class BadListError(DeskError):
    """A list of discharges is not taken; `fault` says why, `columns` which columns or cells."""

    code: ClassVar[str] = "terminal.bad-list"

    def __init__(self, reason: str, columns: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = " ".join((reason, *columns))
        """What is wrong, and where."""
        self.fault = reason
        """A key of `terminal.web.list_words.LIST_WORDS`."""
        self.columns = columns


class InkRefusedError(DeskError):
    """Strokes are no signature: too little, copied, for another paper or by another person."""

    code: ClassVar[str] = "terminal.ink-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PaperChangedError(DeskError):
    """The paper was drawn anew since it was shown; show it again and ask for the signature."""

    code: ClassVar[str] = "terminal.paper-changed"


class ParcelGoneError(DeskError):
    """A draft between two counters is the other one's now; nothing of it is left here."""

    code: ClassVar[str] = "terminal.parcel-gone"


class ParcelTooLargeError(DeskError):
    """The draft's pages are too many to be handed to another counter in one parcel."""

    code: ClassVar[str] = "terminal.parcel-too-large"


class BadParcelError(DeskError):
    """What came from another counter is not what it must be; nothing was kept."""

    code: ClassVar[str] = "terminal.bad-parcel"


class NotReadyError(DeskError):
    """Something is missing before this step; look at the draft's problems."""

    code: ClassVar[str] = "terminal.not-ready"


class NotCompleteError(NotReadyError):
    """The application cannot go to the office as it stands; each finding says what to put right."""

    code: ClassVar[str] = "terminal.not-complete"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(", ".join(f"{f.rule} {f.pointer or '/'}" for f in findings))
        self.findings = findings


class LinkError(TerminalError):
    """The line to the office failed, or what came over it is not what was promised."""

    code: ClassVar[str] = "terminal.link"


class OfficeUnreachableError(LinkError):
    """No connection, a time-out, or an answer that is no answer; trying again may help."""

    code: ClassVar[str] = "terminal.office-unreachable"

    def __init__(self, detail: str = "", reason: str = "line.failed") -> None:
        super().__init__(detail)
        self.reason = reason  # see `terminal.desk.reasons`
        self.sent = 0
        """Bytes of a package that were on their way when it failed."""


class OfficeUntrustedError(LinkError):
    """Whoever answers is not our office, or does not take this counter's certificate."""

    code: ClassVar[str] = "terminal.office-untrusted"

    def __init__(self, detail: str = "", reason: str = "") -> None:
        super().__init__(detail)
        self.reason = reason


class OfficeBusyError(LinkError):
    """The office asks to come later (429, 503), or had a fault of its own (other 5xx)."""

    code: ClassVar[str] = "terminal.office-busy"

    def __init__(self, problem: str, retry_after_s: float | None = None, status: int = 503) -> None:
        super().__init__(problem)
        self.problem = problem
        """The office's problem code."""
        self.retry_after_s = retry_after_s
        self.status = status


class OfficeRefusedError(LinkError):
    """The office answered no, and the same request will get the same answer; `problem` says why."""

    code: ClassVar[str] = "terminal.office-refused"

    def __init__(self, problem: str, *, status: int, zh: str = "", en: str = "") -> None:
        super().__init__(f"{status} {problem}")
        self.problem = problem
        self.status = status
        self.zh, self.en = zh, en


class BadAnswerError(LinkError):
    """What the office sent is not signed by it, or speaks of something else; never believed."""

    code: ClassVar[str] = "terminal.bad-answer"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PinRefusedError(TerminalError):
    """A PIN that is being set is not six digits or more ("digits"), or easily guessed ("simple")."""

    code: ClassVar[str] = "terminal.pin-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CaseFolderError(TerminalError):
    """A case folder cannot be read; the message names the file."""

    code: ClassVar[str] = "terminal.case-folder"


class NotDeliveredError(TerminalError):
    """The package is kept but not delivered yet; it goes out when the line is there."""

    code: ClassVar[str] = "terminal.not-delivered"


class NoCertificateError(TerminalError):
    """The office answered something else than a certificate, or has not answered in time."""

    code: ClassVar[str] = "terminal.no-certificate"


class EnrolmentError(TerminalError):
    """Joining or renewing did not come to its end; nothing was changed."""

    code: ClassVar[str] = "terminal.enrolment"


class BadBundleError(EnrolmentError):
    """The enrolment bundle cannot be read, or does not fit the office that answers."""

    code: ClassVar[str] = "terminal.bad-bundle"
