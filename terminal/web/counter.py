"""What the pages may ask of the counter: the use cases, gathered for the web room."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from quarantine.keeper import Keeper
from registration.findings import Finding
from registration.ink import Handwriting, SignerRole
from registration.outlook import Outlook
from terminal.desk.attendance import Attendance
from terminal.desk.binder import Binder
from terminal.desk.delivery import Standing
from terminal.desk.draft import Draft
from terminal.desk.handing import Handing
from terminal.desk.identities import Identities
from terminal.desk.intake import Intake
from terminal.desk.items import OutboxItem
from terminal.desk.passages import Passages
from terminal.desk.place import Place
from terminal.desk.ports import Box, Clock, IdReader
from terminal.desk.remote import Remote
from terminal.desk.scanning import Scanning
from terminal.desk.visiting import Visiting


class SignerShown(Protocol):
    """One person of a paper, and whether the ink is there."""

    @property
    def role(self) -> SignerRole: ...
    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def is_signed(self) -> bool: ...
    @property
    def plain(self) -> tuple[str, str] | None: ...


class PaperOffered(Protocol):
    """One paper to be signed."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def pages(self) -> int: ...
    @property
    def signers(self) -> Sequence[SignerShown]: ...


class Signs(Protocol):
    """Draws the papers and takes the ink."""

    def papers(self, draft_id: str, *, may_end: bool = False) -> Sequence[PaperOffered]:
        """Return every paper with its signers."""

    def paper_bytes(self, draft_id: str, code: str) -> bytes:
        """Return the PDF that the signers see."""

    def finished_bytes(self, draft_id: str, code: str) -> bytes:
        """Return the PDF with the ink on its lines."""

    def sign(
        self, draft_id: str, *, code: str, sha256: str, number: str, hand: Handwriting
    ) -> Draft:
        """Bind ink to the bytes that were shown."""

    def unsign(self, draft_id: str, *, code: str, number: str) -> Draft:
        """Take one person's ink off a paper."""


class Submits(Protocol):
    """Checks a draft and seals it."""

    def check(self, draft_id: str) -> Sequence[Finding]:
        """Say everything that is wrong or missing, at once."""

    def submit(self, draft_id: str) -> OutboxItem:
        """Seal the draft into the outbox."""

    def take_back(self, sequence: int) -> Draft:
        """Open the draft of a package that was refused for good."""


class Delivers(Protocol):
    """Carries packages to the office and answers back."""

    @property
    def outlook(self) -> Outlook | None:
        """How long cases take, as the office last told it."""

    def standing(self) -> Standing:
        """Say how the packages stand that have not arrived."""

    def let_pass(self, sequence: int) -> object:
        """Let a package go before an earlier one about the same unit."""

    def deliver(self) -> int:
        """Send what waits."""

    def collect(self, wait_s: int) -> int:
        """Fetch what the office answered."""

    def fetch_certificates(self) -> int:
        """Fetch the papers that were issued."""

    def retry(self, sequence: int) -> object:
        """Let a package that stopped go out again."""

    def retry_certificate(self, case_no: str) -> object:
        """Fetch a certificate again that was not believed."""

    def hand_over(self, case_no: str) -> bytes:
        """Return a checked certificate and note that it was handed over."""

    def fetch_ofd(self, case_no: str) -> bytes:
        """Fetch a checked certificate as OFD, and check that it is that."""

    def mark_seen(self, cursor: int) -> None:
        """Note that the teller has seen an answer."""


class HealthLine(Protocol):
    """One check of this counter."""

    @property
    def name(self) -> str:
        """Return a stable name: "clock", "line", "reader:…"."""

    @property
    def level(self) -> str:
        """Return "ok", "warn" or "bad"."""

    @property
    def zh(self) -> str:
        """Return what was measured."""

    @property
    def en(self) -> str: ...
    @property
    def remedy_zh(self) -> str:
        """Return what to do; empty when all is well."""

    @property
    def remedy_en(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """The use cases of one counter."""

    attendance: Attendance
    """Who works here now."""
    intake: Intake
    handing: Handing
    passages: Passages
    scanning: Scanning
    identities: Identities
    signing: Signs
    submission: Submits
    courier: Delivers
    box: Box
    place: Place
    clock: Clock
    keeper: Keeper
    """Draws pages where they can do no harm."""
    readers: Mapping[str, IdReader] = field(default_factory=dict)
    health: Callable[[], Sequence[HealthLine]] = tuple
    """Runs every check of this counter."""
    remote: Remote | None = None
    """Lets signers elsewhere sign."""
    visiting: Visiting | None = None
    """Lets those sign here who are expected by another counter."""
    number_of_code: Callable[[str], str] = lambda _text: ""  # nothing is known of any code
    """Returns the certificate's number that a genuine code of the office names; else nothing."""
    alarm: Callable[[], HealthLine | None] = lambda: None  # nothing is wrong
    """What the office's log did that it must not; None while it only grows."""

    @property
    def binder(self) -> Binder:
        """What is done to the pages of a draft."""
        return self.scanning.binder
