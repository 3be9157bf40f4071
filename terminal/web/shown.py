"""What the pages see: values of the desk as plain JSON, numbers of people masked."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from registration.application import Material
from registration.findings import Finding
from registration.outcomes import (
    AcceptanceReceipt,
    Answer,
    CertificateIssued,
    CorrectionRequest,
    Due,
    NonAcceptance,
    PrecheckAnswer,
    Progress,
    Refusal,
    Registered,
    Withdrawal,
)
from registration.people import PersonName
from registration.visits import Visit
from terminal.desk.draft import Draft
from terminal.desk.items import CertificateItem, InboxItem, Trouble
from terminal.desk.offers import Offer

JSON = dict[str, Any]

ANSWER_KINDS: Final[Mapping[type, str]] = {
    AcceptanceReceipt: "acceptance",
    CorrectionRequest: "correction",
    NonAcceptance: "non-acceptance",
    Refusal: "refusal",
    Withdrawal: "withdrawal",
    Progress: "progress",
    Registered: "registered",
    CertificateIssued: "certificate-issued",
}


def time_shown(at: datetime | date | None) -> str | None:
    """Return a time or day as ISO 8601; None stays None."""
    return at.isoformat() if at is not None else None


def signer_key(number: str) -> str:
    """Return what names a signer on a page without telling the document number."""
    return hashlib.sha256(f"signer {number}".encode()).hexdigest()[:32]


def visit_shown(visit: Visit) -> JSON:
    """Return where somebody signed at another counter, and who attended him."""
    evidence = visit.identity.evidence
    return {
        "branch": visit.branch,
        "terminal": visit.terminal,
        "teller": visit.teller,
        "teller_name": visit.teller_name,
        "reader": evidence.reader if evidence else "",
        "read_at": time_shown(evidence.read_at) if evidence else None,
        "is_simulated": evidence is not None and evidence.is_simulated,
    }


def finding_shown(finding: Finding) -> JSON:
    """Return a finding."""
    return asdict(finding) | {"level": finding.level.value}


def material_shown(material: Material) -> JSON:
    """Return a paper as it travels."""
    return {
        "code": material.code,
        "file_name": material.file_name,
        "sha256": material.sha256,
        "size": material.size,
        "pages": material.pages,
    }


def precheck_shown(answer: PrecheckAnswer) -> JSON:
    """Return what the register said."""
    return {
        "unit_no": answer.unit_no.text,
        "is_found": answer.is_found,
        "at": time_shown(answer.at),
        "title_no": answer.title_no,
        "location": answer.location,
        "area_m2": answer.area_m2,
        "use": answer.use,
        "land_right": answer.land_right,
        "land_right_end": time_shown(answer.land_right_end),
        "co_ownership": answer.co_ownership,
        "owners": list(answer.owners),
        "mortgages": list(answer.mortgages),
        "notices": list(answer.notices),
        "standing": [
            {"certificate_no": one.certificate_no, "is_notice": one.is_notice}
            for one in answer.standing
        ],
        "findings": [finding_shown(f) for f in answer.findings],
    }


def offer_shown(offer: Offer) -> JSON:
    """Return what may be begun, and the papers that it needs."""
    return {
        "code": offer.code,
        "group": offer.group,
        "kind": offer.kind.value,
        "form": offer.form.value,
        "model": offer.model.value if offer.model else None,
        "zh": offer.zh,
        "en": offer.en,
        "steps": [{"zh": kind.title_zh, "en": kind.title_en} for kind in offer.steps],
    }


def summary_shown(draft: Draft) -> JSON:
    """Return a draft's line in a list, names masked."""
    people = [PersonName(s.display_name).masked for s in draft.slots if s.display_name]
    return {
        "draft_id": draft.draft_id,
        "number": draft.number,
        "kind": draft.kind.value,
        "form": draft.text("form"),
        "model": draft.text("model"),
        "state": draft.state.value,
        "round": draft.round,
        "corrects": draft.corrects,
        "label": "、".join(people),
        "amount": draft.text("amount") or draft.text("max_claim"),
        "created_at": time_shown(draft.created_at),
        "changed_at": time_shown(draft.changed_at),
        "teller": draft.teller,
        "offer": asdict(draft.offer) | {"at": time_shown(draft.offer.at)} if draft.offer else None,
        "passage": asdict(p) | {"at": time_shown(p.at)} if (p := draft.passage) else None,
        "elsewhere": sum(one.is_open for one in draft.invitations),
        "handed": [asdict(h) | {"at": time_shown(h.at)} for h in draft.handed],
    }


def answer_shown(item: InboxItem) -> JSON:
    """Return a verified answer of the office."""
    answer = item.answer
    return {
        "cursor": item.cursor,
        "draft_id": item.draft_id,
        "case_no": item.case_no,
        "kind": ANSWER_KINDS[type(answer)],
        "at": time_shown(_at(answer)),
        "received_at": time_shown(item.received_at),
        "is_seen": item.is_seen,
        "findings": [finding_shown(f) for f in getattr(answer, "findings", ())],
        "due": [_due_shown(d) for d in getattr(answer, "due", ())],
        "round": getattr(answer, "round", None),
        "correct_by": time_shown(getattr(answer, "due_at", None)),
        "note": getattr(answer, "note", "") or getattr(answer, "grounds", ""),
        "apply_at": getattr(answer, "apply_at", ""),
        "stage": getattr(answer, "stage", ""),
        "entry_no": getattr(answer, "entry_no", ""),
        "rank": getattr(answer, "rank", None),
        "certificate_no": getattr(answer, "certificate_no", ""),
    }


def trouble_shown(trouble: Trouble | None) -> JSON | None:
    """Return why the last try failed."""
    return asdict(trouble) | {"at": time_shown(trouble.at)} if trouble else None


def certificate_shown(item: CertificateItem) -> JSON:
    """Return a registration certificate."""
    return {
        "case_no": item.case_no,
        "draft_id": item.draft_id,
        "certificate_no": item.certificate_no,
        "state": item.state.value,
        "verdict": item.verdict,
        "issued_at": time_shown(item.issued_at),
        "checked_at": time_shown(item.checked_at),
        "printed_at": time_shown(item.printed_at),
        "verify_url": item.verify_url,
        "pdf_sha256": item.pdf_sha256,
        "has_ofd": bool(item.ofd_sha256),
        "trouble": trouble_shown(item.trouble),
    }


def _at(answer: Answer) -> datetime:
    return answer.accepted_at if isinstance(answer, AcceptanceReceipt) else answer.at


def _due_shown(due: Due) -> JSON:
    return {"name": due.name, "at": time_shown(due.at), "is_provisional": due.is_provisional}
