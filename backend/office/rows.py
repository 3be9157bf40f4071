"""What the office keeps, as values: one class for each kind of row; never a table's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from registration.findings import Finding
from registration.outcomes import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow:
    """A sealed package that the office holds."""

    sha256: str
    terminal: str
    sequence: int
    size: int
    received_at: datetime
    receipt: Receipt
    receipt_statement: str
    """The signed receipt, byte for byte as it was given."""
    case_no: str = ""
    """Empty until the package was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A sealed package of which the beginning is here."""

    terminal: str
    sha256: str
    """What the whole will have, as its sender says; a terminal has one upload of a digest."""
    length: int
    """Bytes of the whole."""
    offset: int
    """Bytes that are here."""
    touched_at: datetime
    turn: int
    """Whoever took the upload last may write; those before him are told that he did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One reviewer's decision at one stage of one round of review."""

    case_no: str
    round: int
    """The case's `review_round`."""
    stage: str
    """"first", "second" or "chief", or "automatic"."""
    reviewer: str
    """Staff id; "auto" for the rule book."""
    person: str
    """The person behind the account: the constraint is on people, not accounts."""
    verdict: str
    """"approve", "refuse" or "correct"."""
    opinion: str
    evidence_sha256: str
    """Digest of what was decided on: package, extract, findings."""
    at: datetime
    statement: str = ""
    """The decision as the office signed it when it was taken; empty in those of before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Which cases in review a view of the queue wants; None asks for nothing."""

    free_at: datetime | None = None
    """Not in anybody's hands at this moment."""
    awaiting: str | None = None
    """For this decision: "first", "second" or "chief"."""
    is_on_hold: bool | None = None
    due_until: datetime | None = None
    """Its first clock has run out at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the order of the queue: that of a case, whatever became of it since."""

    due_at: datetime
    """When its first clock runs out; `NEVER` while none runs."""
    case_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many open cases there are, and where they stand."""

    free: Mapping[str, int]
    """In nobody's hands, by the decision that they wait for: "first", "second", "chief"."""
    on_hold: int
    correction: int
    """Waiting for their branches."""
    open: int
    """All of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a reviewer has half written about a case: it is his, whoever has the case now."""

    case_no: str
    staff_id: str
    review_round: int
    """The case's, when it was written; what was thought of another round is not shown."""
    opinion: str
    marks: tuple[str, ...]
    """What he marked for correction, as his page names it."""
    at: datetime
    items: tuple[Finding, ...] = ()
    """What he adds to the list of corrections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One contribution to the thread of a case."""

    case_no: str
    staff_id: str
    kind: str
    """"remark", "hold", "resume", "escalate", or "reveal" for why covered numbers were looked at."""
    text: str
    at: datetime


class CertificateStatus:
    """States of an issued certificate."""

    PREPARED = "prepared"
    SEALED = "sealed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    """The right ended (证照已注销)."""
    REPLACED = "replaced"
    """The right was changed or passed on; another certificate proves it now (换发)."""
    REVOKED = "revoked"
    """Issued in error (作废)."""
    SUSPENDED = "suspended"
    """Told of a published one while it is suspended (暂停); no state of its row."""


class ActKind:
    """What two people may do about a certificate while its right stands."""

    SUSPEND = "suspend"
    LIFT = "lift"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAct:
    """A proposal about a certificate, and what became of it."""

    certificate_no: str
    kind: str
    """An `ActKind`."""
    basis: str
    """Number of the document that it rests on."""
    reason: str
    proposed_by: str
    proposer: str
    """The person behind the account."""
    proposed_at: datetime
    verdict: str = ""
    """"confirmed" or "declined"; empty while it waits."""
    decided_by: str = ""
    decider: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRow:
    """A registration certificate on its way from number to published PDF."""

    certificate_no: str
    entry_no: str
    case_no: str
    licence_id: str
    print_no: str
    check_code: str
    """What the QR link carries beside the number; 128 random bits, base32."""
    facts: bytes
    """Canonical JSON of the RegistrationCertificate: the to-be-sealed facts, stored first."""
    facts_sha256: str
    status: str
    prepared_at: datetime
    pdf_sha256: str = ""
    ofd_sha256: str = ""
    """Empty where the office had no seal for OFD."""
    issued_at: datetime | None = None
    ended_at: datetime | None = None
    successor: str = ""
    """The certificate in its place; empty until that has its number."""


class FileAct:
    """Why a certificate's files were made."""

    ISSUED = "issued"
    PRESERVED = "preserved"
    """The PDF has more behind it: validation material and a document time stamp."""
    RESEALED = "resealed"
    """Drawn and sealed anew from the same facts, under the seal in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One version of a certificate's sealed files; every version stays good to show."""

    certificate_no: str
    version: int
    """From 1; the one with the highest number is given out."""
    act: str
    pdf_sha256: str
    ofd_sha256: str = ""
    level: str = ""
    """Of the PDF: "B-B", "B-T", "B-LTA"; empty for what was issued before levels were kept."""
    proven_until: datetime | None = None
    """When its last time stamp can no longer be proven; None where nobody looked."""
    seal: str = ""
    """Fingerprint of the certificate that sealed the PDF; empty where nobody looked."""
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCount:
    """How many live certificates have files of one kind."""

    level: str
    count: int
    proven_until: datetime | None
    """The earliest end among them; None where one is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer on its way to a terminal."""

    cursor: int
    terminal: str
    statement: str
    """Signed statement of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRecord:
    """One link of the journal's chain."""

    seq: int
    at: datetime
    actor: str
    """"terminal:T1", "staff:…", "auto", "system"."""
    act: str
    """"received", "accepted", …"""
    ref: str
    """Case, package, certificate or terminal; never a person."""
    body_sha256: str
    previous_hash: str
    hash: str
    salt: str = ""
    """16 random bytes, hexadecimal: nobody finds out by guessing what a published hash stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Work that must still be done; exists exactly as long as it is not done."""

    task_id: int
    kind: str
    """"open" a package, "record" an approved case, "issue" a certificate, "preserve" one whose time
    stamps are not complete, see to it whether a correction came ("lapse"), make "evidence" that
    was asked for and "forget evidence" a day later."""
    ref: str
    """The package's digest, the case, or for a correction the case and its round of review."""
    tries: int


def case_of(kind: str, ref: str, opened_as: str) -> str:
    """Return the case that a task is about; `opened_as` is that of its package, "" before."""
    return opened_as if kind == "open" else ref.partition("/")[0]


OFTEN: Final = 3
"""After so many tries in vain, some seven seconds, a task counts as stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckTask:
    """A task that failed again and again; it is tried on, but somebody has to know."""

    kind: str
    ref: str
    case_no: str
    """Empty for a package that made no case yet."""
    tries: int
    reason: str
    """Code and words of the last failure; they name no person."""
    since: datetime
    """Of the first failure in a row."""
    next_try_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRow:
    """A counter that the office knows."""

    terminal: str
    branch: str
    bank: str
    """Credit code."""
    bank_name: str
    status: str
    """"invited", "active" or "revoked"."""
    token_sha256: str = ""
    token_expires_at: datetime | None = None
    tls_fingerprint: str = ""
    """SHA-256 of the client certificate in force, hex."""
    package_fingerprint: str = ""
    package_certificate: bytes = b""
    """DER, to check covers without the chain being sent along."""
    previous_tls: str = ""
    """The certificate before, good until the one in force is first used: it may never arrive."""
    previous_package: str = ""
    last_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """A member of the office's staff."""

    staff_id: str
    """The log-in name."""
    person: str
    """Who it is: equal for two accounts of one person."""
    name: str
    roles: tuple[str, ...]
    """"first_reviewer", "second_reviewer", "chief", "registrar", "auditor", "administrator"."""
    password_hash: str
    failures: int = 0
    locked_until: datetime | None = None
    removed_at: datetime | None = None
    """Set once the account is gone; the row stays, since decisions name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A reviewer's session; the cookie holds the token, the store its digest."""

    token_sha256: str
    staff_id: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime | None = None
    """When the second factor was last shown in it; None: never."""
    confirmed_by: str = ""
    """The factor that was shown last: "totp" or "webauthn"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRow:
    """An account's second factor: the secret behind its one-time codes."""

    staff_id: str
    secret: bytes = field(repr=False)
    last_step: int = 0
    """The newest step of time whose code was used; none of it or before counts again."""
    is_confirmed: bool = False
    """Whether a code of it was ever right; before, it protects nothing."""
