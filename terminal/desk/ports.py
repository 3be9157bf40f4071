"""What the desk needs from the outer wall: readers, the box, the link, the clock."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from certs.trust import TrustStore
from quarantine.values import CleanPage, Edit, FileReport
from registration.enquiry import SharedQuestion, SharedTold
from registration.outcomes import PrecheckAnswer
from registration.outlook import Outlook
from registration.people import IdentityRecord
from terminal.desk.draft import Draft
from terminal.desk.items import CertificateItem, Doubt, InboxItem, OutboxItem
from terminal.desk.lists import KeptList
from terminal.desk.pages import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipKey:
    """What opens a passport's chip: the printed number and dates, or the card access number."""

    document_no: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    valid_to: date | None = field(default=None, repr=False)
    can: str = field(default="", repr=False)
    zone: str = field(default="", repr=False)
    """All machine-readable lines as printed, in place of number and dates; line breaks do not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderInfo:
    """What a reader says of itself."""

    driver: str
    """"sam", "emrtd", "replay"."""
    name: str
    """The port or PC/SC name."""
    serial: str = ""
    """The security module's number where there is one."""
    device: str = ""
    """Maker and model where the device says them."""
    port: str = ""
    """Where it was found last."""
    is_simulated: bool = False
    needs_key: bool = False
    """True when `read` needs a `ChipKey` (passports and travel permits)."""
    waits: bool = False
    """True when `read` waits until somebody lays a card down, so that it may be asked beforehand."""


class IdReader(Protocol):
    """A device that reads one identity document."""

    def info(self) -> ReaderInfo:
        """Say what this reader is, without touching the device's card."""

    def probe(self) -> None:
        """Say whether reading could work now.

        Raises:
            NoReaderError: nothing is plugged in; show it and let the teller retry.
            MisconfiguredReaderError: the settings are wrong; do not offer this reader.
            ReaderFaultError: the reader answers but is out of order; send for repair.
        """

    def read(self, key: ChipKey | None = None) -> IdentityRecord:
        """Wait for a card (at most the reader's card time-out) and read it once.

        Raises:
            NoReaderError: the device is gone or does not answer.
            NoCardError, CardRemovedError: ask again.
            CardRefusedError: the card or the key was refused; `sw` says how.
            CardUnreadableError: worn or foreign card; offer manual entry.
        """

    def close(self) -> None:
        """Let the device go; reading afterwards opens it again."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A face as a picture that a browser draws."""

    data: bytes = field(repr=False)
    codec: str
    """"png"."""


class PhotoDecoder(Protocol):
    """Makes a picture of the photo of a resident card (WLT)."""

    def decode(self, photo: bytes) -> Portrait | None:
        """Return the picture; None where the decoder fails, which is no reason not to go on."""


class PinChecker(Protocol):
    """Knows the staff by their PINs."""

    def staff(self) -> frozenset[str]:
        """Return the staff numbers that have a PIN."""

    def require(self, staff_no: str, pin: str) -> None:
        """Let somebody in by a PIN. Raises: WrongPinError, PinShutError."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""


class FailPoints(Protocol):
    """Named places where a test may kill the process; does nothing otherwise."""

    def __call__(self, name: str, /) -> None:
        """Pass by the place of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePart:
    """A page as it is bound into a PDF."""

    picture: Picture
    data: bytes


class FileRoom(Protocol):
    """Opens files from outside where a malicious one can do no harm.

    `key` is the digest of a file; `load` gives its bytes when they are needed.

    Raises (every method): ForeignFileError; `reason` says what is wrong with the file.
    """

    def report(self, key: str, load: Callable[[], bytes], /) -> FileReport:
        """Say what a file is."""

    def draw(
        self, key: str, load: Callable[[], bytes], page: int, /, *, width: int, edit: Edit | None
    ) -> bytes:
        """Return a page as a JPEG for the screen."""

    def develop(
        self, key: str, load: Callable[[], bytes], page: int, edit: Edit | None, /
    ) -> tuple[CleanPage, bytes]:
        """Return a page as it travels, with what was measured on it, and its bytes."""


class Binding(Protocol):
    """Makes a PDF of pages; equal pages give equal bytes."""

    def __call__(self, parts: Sequence[PagePart], /) -> bytes:
        """Return the PDF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealVerdict:
    """What the check of a sealed paper says."""

    word: str
    """VALID, REVOKED, INVALID or INDETERMINATE; only VALID is good."""
    code: str = ""
    """The first reason's stable code; empty when the paper is good."""
    zh: str = ""
    en: str = ""


class SealChecker(Protocol):
    """Looks at the seal of a registration certificate; never believes a paper it cannot read."""

    def __call__(self, pdf: bytes, *, trust: TrustStore, at: datetime) -> SealVerdict:
        """Say whether the office sealed these very bytes."""


class Box(Protocol):
    """Keeps drafts, packages and answers; whatever a method acknowledged survives a power cut.

    Raises (every method): BoxFullError, BoxDamagedError, BoxError.
    """

    def add_draft(self, draft: Draft, *, blobs: Collection[bytes] = ()) -> None:
        """Keep a new draft; it and the bytes that it names become durable together or not at all."""

    def get_draft(self, draft_id: str) -> Draft:
        """Return a draft. Raises: NotFoundError."""

    def save_draft(
        self, draft: Draft, *, blobs: Collection[bytes] = (), arrival: str = ""
    ) -> Draft:
        """Write a changed draft, drop bytes that it no longer names, return it one version on.

        `blobs` are bytes that it newly names; `arrival` names a file of the scanner's folder that
        came in with them. All become durable together or not at all.

        Raises:
            ConflictError: somebody saved it since `draft.version` was read, or the arrival has
                come in before.
            NotFoundError: it was discarded meanwhile.
        """

    def has_arrived(self, arrival: str) -> bool:
        """Say whether a file of the scanner's folder came in before."""

    def drafts(self) -> tuple[Draft, ...]:
        """Return every draft, last changed first."""

    def delete_draft(self, draft_id: str) -> None:
        """Forget a draft with all its bytes; again is harmless."""

    def next_number(self, day: date) -> int:
        """Count the drafts of a day, from 1."""

    def put_blob(self, draft_id: str, data: bytes) -> str:
        """Keep bytes for a draft and return their SHA-256; twice is harmless."""

    def get_blob(self, draft_id: str, sha256: str) -> bytes:
        """Return bytes of a draft. Raises: NotFoundError."""

    def submit(
        self,
        draft: Draft,
        seal: Callable[[int], tuple[OutboxItem, bytes]],
        *,
        replacing: int | None = None,
    ) -> Draft:
        """Give the next sequence number to `seal`; keep what it gives, and the draft, at once.

        Number, package and draft become durable together or not at all; a number is never
        given to two packages that were kept. The package `replacing` is forgotten with it.

        Raises:
            ConflictError: the draft was saved since it was read.
        """

    def outbox(self) -> tuple[OutboxItem, ...]:
        """Return every item, oldest first."""

    def unreadable(self) -> tuple[int, ...]:
        """Return the numbers of packages that were damaged on this disk."""

    def undelivered(self) -> tuple[OutboxItem, ...]:
        """Return the items that have not arrived, oldest first; costs nothing for the others."""

    def get_item(self, sequence: int) -> OutboxItem:
        """Return one item. Raises: NotFoundError."""

    def package(self, sequence: int) -> bytes:
        """Return a sealed package exactly as it is sent. Raises: NotFoundError."""

    def save_item(self, item: OutboxItem, draft: Draft | None = None) -> None:
        """Write a changed item, in one step with its draft where that changes too.

        Raises: NotFoundError, ConflictError (about the draft; nothing was written).
        """

    def cursor(self) -> int:
        """Return how far the office's answers were read; 0 at first."""

    def add_answers(
        self,
        items: Sequence[InboxItem],
        *,
        cursor: int,
        drafts: Sequence[Draft] = (),
        certificates: Sequence[CertificateItem] = (),
        doubts: Sequence[Doubt] = (),
    ) -> None:
        """Keep answers and all that follows from them, and move the cursor, in one step.

        An answer that was in doubt before is no longer.

        Raises:
            ConflictError: one of the drafts was saved meanwhile; nothing was kept.
        """

    def inbox(self) -> tuple[InboxItem, ...]:
        """Return every answer, oldest first."""

    def doubts(self) -> tuple[Doubt, ...]:
        """Return the answers that could not be believed, oldest first."""

    def save_answer(self, item: InboxItem) -> None:
        """Write a changed answer, such as one that was seen. Raises: NotFoundError."""

    def certificates(self) -> tuple[CertificateItem, ...]:
        """Return every certificate, oldest first."""

    def save_certificate(self, item: CertificateItem, pdf: bytes | None = None) -> None:
        """Write a certificate, with its sealed paper when that has come."""

    def certificate_pdf(self, case_no: str) -> bytes:
        """Return the sealed paper byte for byte. Raises: NotFoundError."""

    def keep_list(self, kept: KeptList) -> None:
        """Keep the list that a teller brought in; the one before is forgotten."""

    def find_list(self, staff_no: str) -> KeptList | None:
        """Return the list that a teller brought in last."""

    def purge(self, before: datetime) -> int:
        """Forget closed drafts, their packages and answers, and lists that are older; count the drafts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """What one poll brought."""

    statements: tuple[tuple[int, str], ...]
    """Cursor and signed answer, in the office's order."""
    cursor: int
    """Where to go on."""
    outlook: Outlook | None = None
    """How long cases take now, where the office tells it."""


def _nobody(kept: int) -> None:
    """Tell nobody how far it is."""


class OfficeLink(Protocol):
    """The line to the office.

    Raises (every method):
        OfficeUnreachableError, OfficeBusyError: try again later.
        OfficeUntrustedError: stop; certificates or authority do not fit.
        OfficeRefusedError: the same request would get the same answer.
    """

    def send_package(
        self, package: bytes, *, is_begun: bool = False, told: Callable[[int], None] = _nobody
    ) -> str:
        """Deliver a sealed package; return the signed receipt, unverified.

        With `is_begun` the office is asked first how much of it is there. `told` hears how many
        bytes the office has for sure. After a cut only what is missing goes again.
        """

    def answers(self, after: int, wait_s: int) -> AnswerPage:
        """Return what is new, waiting for it up to `wait_s` seconds."""

    def certificate_pdf(self, case_no: str) -> bytes:
        """Return the sealed certificate, unchecked."""

    def certificate_ofd(self, case_no: str) -> bytes:
        """Return the same certificate as OFD, unchecked."""

    def precheck(self, number: str, purpose: str, kind: str = "") -> PrecheckAnswer:
        """Ask what the register says of a unit; the office keeps the purpose in its journal.

        `number` is the unit's, its title's, or that of a certificate about it; `kind` the code of
        the registration that is meant.
        """

    def ask_authorities(self, question: SharedQuestion) -> SharedTold:
        """Have the office ask other authorities which papers nobody need bring.

        It answers within seconds, whether they did or not.
        """

    def timestamp(self, query: bytes) -> bytes:
        """Hand in a query for a time stamp (RFC 3161) and return the reply, unchecked, soon or not."""

    def clock_skew(self) -> timedelta | None:
        """Say how far the office's clock was ahead at the last contact; None before the first."""
