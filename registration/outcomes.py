"""All that the office can answer.

Each answer travels inside a signed statement; `registration.schema` gives its wire form.
An answer is never taken back: a new one follows it with a higher cursor.
"""

import base64
from dataclasses import dataclass
from datetime import date, datetime

from registration.findings import Finding
from registration.identifiers import CertificateNo, LicenceId, UnitNo


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The office has the sealed package and keeps it; the same package always gets this receipt."""

    receipt_no: str
    package_sha256: str
    terminal: str
    sequence: int
    received_at: datetime
    journal_seq: int
    """The journal record that was written with it."""
    journal_hash: str

    @property
    def check_code(self) -> str:
        """The code that stands on the paper: 26 characters of base32, 128 bits of the digest.

        Nobody knows the digest of a sealed package but who made it, took it or got this receipt.
        """
        first = bytes.fromhex(self.package_sha256)[:16]
        return base64.b32encode(first).decode("ascii").rstrip("=")

    log_origin: str = ""
    """The public log that will hold the record, as leaf `journal_seq` - 1; empty: none is promised."""
    log_within_s: int = 0
    """How many seconds after `received_at` it stands there at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One clock that runs on a case."""

    name: str
    """"statutory", "provincial", "channel"."""
    at: datetime
    is_provisional: bool = False
    """True when the working-day table of that year is not announced yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceReceipt:
    """受理凭证: the case is accepted; rank follows `accepted_at`."""

    case_no: str
    application_id: str
    package_sha256: str
    accepted_at: datetime
    due: tuple[Due, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRequest:
    """补正告知书: everything to be corrected, told once (Interim Regulations, art. 17)."""

    case_no: str
    application_id: str
    package_sha256: str
    round: int
    at: datetime
    findings: tuple[Finding, ...]
    note: str = ""
    due_at: datetime | None = None
    """By when the correction must be at the office; None in answers of before there was a period."""
    accepted_at: datetime | None = None
    """Of a case that was accepted before: it keeps its rank, and only supplements are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NonAcceptance:
    """不予受理告知书: not for this office, channel or form (art. 17)."""

    case_no: str
    application_id: str
    package_sha256: str
    at: datetime
    findings: tuple[Finding, ...]
    apply_at: str = ""
    """Which office to go to, where another is competent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """不予登记告知书 (art. 22)."""

    case_no: str
    application_id: str
    package_sha256: str
    at: datetime
    findings: tuple[Finding, ...]
    grounds: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The applicants withdrew before the entry (art. 15)."""

    case_no: str
    application_id: str
    package_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The case went to another stage; nothing for the branch to do."""

    case_no: str
    application_id: str
    package_sha256: str
    stage: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """登簿完成: the entry is written (art. 21); for a discharge this is the end."""

    case_no: str
    application_id: str
    package_sha256: str
    entry_no: str
    rank: int | None
    """None for what has none: a discharge, a notice, a transfer of ownership."""
    at: datetime
    title_no: str = ""
    """The new title's number, where the ownership passed; its paper is not made by this channel."""
    certificate_follows: bool = True
    """False where this is the end: a discharge, or a step that a later one of its bundle goes on
    with. An office of before this member never says so of a discharge either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued:
    """The sealed certificate can be fetched."""

    case_no: str
    application_id: str
    package_sha256: str
    certificate_no: str
    pdf_sha256: str
    verify_url: str
    at: datetime
    ofd_sha256: str = ""
    """Of the same certificate as OFD; empty where the office gives none."""


Answer = (
    AcceptanceReceipt
    | CorrectionRequest
    | NonAcceptance
    | Refusal
    | Withdrawal
    | Progress
    | Registered
    | CertificateIssued
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCertificate:
    """What stands on a 不动产登记证明; the paper is drawn from this and from nothing else."""

    certificate_no: CertificateNo
    licence_id: LicenceId
    print_no: str
    """编号 NO: a letter and 11 digits, the first two the province: D41000000001."""
    right: str
    """证明权利或事项: 抵押权."""
    holder: str
    """权利人(申请人)."""
    obligors: tuple[str, ...]
    """义务人, in the register's order."""
    location: str
    unit_no: UnitNo
    other_items: tuple[tuple[str, str], ...]
    """其他: label and text, in order."""
    remarks: str
    """附记."""
    office: str
    registered_on: date
    """Date of the entry, Asia/Shanghai."""
    verify_url: str
    """The check page of this certificate."""
    code: str = ""
    """What the QR code holds: the signed code within an address; empty on older ones, which hold
    `verify_url`."""

    @property
    def check_code(self) -> str:
        """What a person types beside the number: 26 letters and figures."""
        return self.verify_url.partition("?c=")[2]

    @property
    def scanned(self) -> str:
        """The text of the QR code."""
        return self.code or self.verify_url


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingMortgage:
    """A mortgage, or the notice of one, as the register holds it: told to its own bank alone."""

    certificate_no: str
    is_notice: bool
    rank: int | None
    form: str
    """DYFS; empty where an older entry does not tell. So are the texts and days that follow."""
    amount_fen: int | None
    """Secured or highest claim."""
    start: date | None
    end: date | None
    is_period_open: bool
    security_scope: str
    is_transfer_restricted: bool
    principal_contract_no: str
    mortgage_contract_no: str
    holder: str = ""
    """Another bank that holds it, told to who asks by its certificate's number: then nothing of
    the terms is told. Empty where the asking bank holds it itself."""
    holder_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecheckAnswer:
    """What the register says of a unit before anybody signs."""

    unit_no: UnitNo
    is_found: bool
    at: datetime
    title_no: str = ""
    location: str = ""
    area_m2: str = ""
    use: str = ""
    land_right: str = ""
    land_right_end: date | None = None
    co_ownership: str = ""
    """GYFS code."""
    owners: tuple[str, ...] = ()
    """Masked names."""
    mortgages: tuple[str, ...] = ()
    """One line each: rank, certificate number, mortgagee."""
    findings: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()
    """One line each: what kind of priority notice, its certificate number, whose."""
    standing: tuple[StandingMortgage, ...] = ()
    """The asking bank's own mortgages and notices on the unit, to be filled in."""
    closed_kinds: tuple[str, ...] = ()
    """Codes of the kinds of registration that this office's channel does not take."""
    book: str = ""
    """The rule book by which the office judges now."""
    rules: tuple[str, ...] = ()
    """The lines that this office has otherwise than shipped, as "R36.manual=info"."""
