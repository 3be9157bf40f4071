"""Made-up values of the office for tests: a register's page, policies, the police's answers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from backend.office.checks import IdentityCheck
from backend.office.events import as_entry
from backend.office.register import Encumbrance, EncumbranceKind, Extract, OpenCase
from backend.office.rules import Outcome, Policy, examine, outcome_of, people_to_check
from registration.application import Application
from registration.findings import Finding
from registration.people import CoOwnership, IdKind, Party, PartyKind, parse_name
from tests.factories import (
    BUYER,
    FIRST_MATERIALS,
    PROOF_NO,
    TODAY,
    make_document,
    make_material,
    make_party,
)
from tests.rows import AT, BANK, BANK_NAME, make_encumbrance, make_entry, make_title

AREAS: Final = ("410200", "410202", "410203", "410204", "410205", "410212", "410211")
KINDERGARTEN: Final = "524102000X000006XR"
LANKAO_UNIT: Final = "410225001001GB00009F00020003"


def make_policy(**changes: Any) -> Policy:
    """Return the policy of the made-up office: its bank, its areas, up to 1,000,000 yuan."""
    return replace(Policy(areas=AREAS, banks=(BANK,)), **changes)


def make_extract(*encumbrances: Encumbrance, **changes: Any) -> Extract:
    """Return the page of the base case's flat; keywords of the title go to `title`."""
    extract = Extract(
        unit_no=make_title().unit_no,
        title=make_title(),
        encumbrances=encumbrances,
        read_at=AT,
    )
    return replace(extract, **changes)


def make_page(**title: Any) -> Extract:
    """Return a free page whose title has some fields changed."""
    return make_extract(title=make_title(**title))


def make_burden(kind: EncumbranceKind, **changes: Any) -> Encumbrance:
    """Return an entry that is no mortgage."""
    bare = make_encumbrance(kind=kind, rank=None, amount_fen=None, certificate_no="")
    return replace(bare, **changes)


def make_seizure(**changes: Any) -> Encumbrance:
    """Return the court's seizure of C01."""
    seizure = make_burden(
        EncumbranceKind.SEIZURE,
        entry_no="CF-1",
        holder="示例人民法院",
        document_no="（2026）示例执保1号",
        seizure_type="1",
    )
    return replace(seizure, **changes)


def make_dissent(days: int = 9, **changes: Any) -> Encumbrance:
    """Return a dissent that was registered some days before the base case."""
    dissent = make_burden(
        EncumbranceKind.DISSENT,
        entry_no="YY-1",
        holder="吴示例",
        recorded_at=AT - timedelta(days=days),
    )
    return replace(dissent, **changes)


def make_notice(**changes: Any) -> Encumbrance:
    """Return the buyer's priority notice of C10."""
    notice = make_burden(
        EncumbranceKind.PURCHASE_NOTICE,
        entry_no="YG-1",
        holder="周示例",
        holder_number=BUYER,
        recorded_at=datetime(2026, 9, 1, 2, tzinfo=UTC),
    )
    return replace(notice, **changes)


def make_registered(**changes: Any) -> Encumbrance:
    """Return the mortgage of the base case as it stands on the register."""
    mortgage = make_encumbrance(
        entry_no="DJ-1",
        holder=BANK_NAME,
        holder_number=BANK,
        certificate_no=PROOF_NO,
        amount_fen=86_000_000,
        contract_no="DY-2026-000123",
    )
    return replace(mortgage, **changes)


def make_check(code: str = "000", **changes: Any) -> IdentityCheck:
    """Return an answer of the police."""
    check = IdentityCheck(request_no="20260929410200000001", code=code, at=AT, is_simulated=True)
    return replace(check, **changes)


def make_checks(application: Application, *codes: str) -> tuple[IdentityCheck, ...]:
    """Return an answer for everybody to check: the codes given, then "000"."""
    people = len(people_to_check(application))
    return tuple(make_check(code) for code in (*codes, *["000"] * (people - len(codes))))


def make_open_case(case_no: str = "20260928-0000007") -> OpenCase:
    """Return another case at work on the unit."""
    return OpenCase(case_no=case_no, accepted_at=AT - timedelta(hours=20))


def make_standing(**deed: Any) -> Encumbrance:
    """Return the mortgage of the base case as this office entered it, with all its facts."""
    facts = make_entry(**({"entry_no": "DJ-1", "mortgagee": BANK_NAME} | deed))
    return replace(as_entry(facts), certificate_no=PROOF_NO)


def make_maximum_standing(**deed: Any) -> Encumbrance:
    """Return a maximum-amount mortgage of 1,500,000 yuan, its period to 2026-09-28."""
    facts: dict[str, Any] = {
        "form": "2",
        "amount_fen": 150_000_000,
        "start": date(2023, 9, 28),
        "end": date(2026, 9, 28),
    }
    return make_standing(**(facts | deed))


def judged(
    application: Application,
    extract: Extract,
    *codes: str,
    policy: Policy | None = None,
    today: date = TODAY,
    together: tuple[Application, ...] = (),
) -> tuple[Outcome, tuple[Finding, ...]]:
    """Examine an application and say what becomes of it."""
    policy = policy or make_policy()
    checks = make_checks(application, *codes)
    findings = examine(application, extract, checks, today=today, policy=policy, together=together)
    return outcome_of(findings, application, policy), findings


def hits(application: Application, extract: Extract, *codes: str, **how: Any) -> list[str]:
    """Return the rules that hit, gravest first, each once."""
    return list(dict.fromkeys(f.rule for f in judged(application, extract, *codes, **how)[1]))


def sole(name: str, number: str, **changes: Any) -> dict[str, Any]:
    """Return the changes that make one person the only mortgagor."""
    return {
        "mortgagors": (make_party(name, number, **changes),),
        "co_ownership": CoOwnership.SOLE,
    }


def make_kindergarten() -> dict[str, Any]:
    """Return the changes that make the kindergarten of C07 the only mortgagor."""
    kindergarten = Party(
        name=parse_name("示例幼儿园"),
        document=make_document(KINDERGARTEN, IdKind.CREDIT_CODE),
        kind=PartyKind.INSTITUTION,
        legal_representative="郑示例",
    )
    papers = tuple(make_material(code) for code in (*FIRST_MATERIALS, "M02"))
    return {
        "mortgagors": (kindergarten,),
        "co_ownership": CoOwnership.SOLE,
        "materials": papers,
    }
