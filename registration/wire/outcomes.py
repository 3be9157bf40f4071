"""Version 1 of everything that the office answers."""

from typing import Annotated

from pydantic import Field

from registration.findings import Finding, Level, Place
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    Due,
    NonAcceptance,
    PrecheckAnswer,
    Progress,
    Receipt,
    Refusal,
    Registered,
    RegistrationCertificate,
    StandingMortgage,
    Withdrawal,
)
from registration.outlook import Estimate, Outlook
from registration.wire.document import WireModel, added
from registration.wire.fields import (
    Count,
    Day,
    Digest,
    Item,
    Key,
    Label,
    Licence,
    Many,
    Moment,
    PrintedNo,
    Prose,
    Text,
    Token,
    Unit,
)

# Version 1 of each answer: members may be added with a default; none is ever removed or given
# another meaning. A new meaning is a new number behind the answer's kind.


Thousandth = Annotated[int, Field(ge=0, le=1000)]


class PlaceWire(WireModel):
    """Where on a page something stands."""

    domain = Place
    sha256: Digest
    material: Key
    page: Annotated[int, Field(ge=1, le=10_000)]
    box: Annotated[
        tuple[Thousandth, Thousandth, Thousandth, Thousandth] | None, Field(strict=False)
    ] = added()


class FindingWire(WireModel):
    """What one rule has to say."""

    domain = Finding
    rule: Key
    level: Annotated[Level, Field(strict=False)]
    zh: Prose
    en: Prose
    basis: Prose
    pointer: Label = ""
    place: PlaceWire | None = added()


class ReceiptWire(WireModel):
    """The office has the sealed package and keeps it."""

    domain = Receipt
    receipt_no: Label
    package_sha256: Digest
    terminal: Label
    sequence: Count
    received_at: Moment
    journal_seq: Count
    journal_hash: Token
    log_origin: Label = ""
    log_within_s: Annotated[int, Field(ge=0, le=30 * 86_400)] = 0


class DueWire(WireModel):
    """One clock that runs on a case."""

    domain = Due
    name: Label
    at: Moment
    is_provisional: bool = False


class _AboutCase(WireModel):
    """What every answer says first."""

    case_no: Label
    application_id: Label
    package_sha256: Digest


class AcceptanceWire(_AboutCase):
    """受理凭证."""

    domain = AcceptanceReceipt
    accepted_at: Moment
    due: Many[DueWire]
    findings: Many[FindingWire] = ()


class CorrectionWire(_AboutCase):
    """补正告知书."""

    domain = CorrectionRequest
    round: Annotated[int, Field(ge=1, le=1000)]
    at: Moment
    findings: Many[FindingWire]
    note: Prose = ""
    due_at: Moment | None = added()
    accepted_at: Moment | None = added()


class NonAcceptanceWire(_AboutCase):
    """不予受理告知书."""

    domain = NonAcceptance
    at: Moment
    findings: Many[FindingWire]
    apply_at: Prose = ""


class RefusalWire(_AboutCase):
    """不予登记告知书."""

    domain = Refusal
    at: Moment
    findings: Many[FindingWire]
    grounds: Prose = ""


class WithdrawalWire(_AboutCase):
    """The applicants withdrew."""

    domain = Withdrawal
    at: Moment


class ProgressWire(_AboutCase):
    """The case went to another stage."""

    domain = Progress
    stage: Label
    at: Moment


class RegisteredWire(_AboutCase):
    """登簿完成."""

    domain = Registered
    entry_no: Label
    rank: Count | None
    at: Moment
    title_no: Label = added("")
    certificate_follows: bool = added(default=True)


class CertificateIssuedWire(_AboutCase):
    """The sealed certificate can be fetched."""

    domain = CertificateIssued
    certificate_no: Label
    pdf_sha256: Digest
    verify_url: Prose
    at: Moment
    ofd_sha256: Label = added("")


class CertificateWire(WireModel):
    """What stands on a 不动产登记证明."""

    domain = RegistrationCertificate
    certificate_no: PrintedNo
    licence_id: Licence
    print_no: Label
    right: Prose
    holder: Text
    obligors: Many[Label]
    location: Prose
    unit_no: Unit
    other_items: Many[Item]
    remarks: Text
    office: Label
    registered_on: Day
    verify_url: Prose
    code: Prose = added("")


class StandingMortgageWire(WireModel):
    """A mortgage as the register holds it, for its own bank."""

    domain = StandingMortgage
    certificate_no: Label
    is_notice: bool
    rank: Count | None
    form: Token
    amount_fen: Count | None
    start: Day | None
    end: Day | None
    is_period_open: bool
    security_scope: Prose
    is_transfer_restricted: bool
    principal_contract_no: Label
    mortgage_contract_no: Label
    holder: Label = added("")
    """Another bank that holds it; then nothing of the terms is told."""
    holder_number: Token = added("")


class EstimateWire(WireModel):
    """What recent cases of one kind took on one path."""

    domain = Estimate
    kind: Token
    path: Key
    p50_s: Count
    p90_s: Count
    sample: Count
    is_office_time: bool = False
    p50_at: Moment | None = None
    p90_at: Moment | None = None


class OutlookWire(WireModel):
    """What waits at the office, and how long it usually takes."""

    domain = Outlook
    at: Moment
    unopened: Count
    in_review: Count
    is_open: bool
    estimates: Many[EstimateWire] = ()


class PrecheckWire(WireModel):
    """What the register says of a unit before anybody signs."""

    domain = PrecheckAnswer
    unit_no: Unit
    is_found: bool
    at: Moment
    title_no: Label = ""
    location: Label = ""
    area_m2: Label = ""
    use: Label = ""
    land_right: Label = ""
    land_right_end: Day | None = None
    co_ownership: Label = ""
    owners: Many[Label] = ()
    mortgages: Many[Prose] = ()
    findings: Many[FindingWire] = ()
    notices: Many[Prose] = added(())
    standing: Many[StandingMortgageWire] = added(())
    closed_kinds: Many[Token] = added(())
    book: Label = added("")
    rules: Many[Label] = added(())
