"""For whoever holds a receipt: where does the matter stand? No names, no estate."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from backend.office.case import Stage
from backend.office.ports import Works
from registration.outcomes import Due, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a receipt is worth, and how far its case is."""

    receipt: Receipt
    stage: Stage | None = None
    """None while nobody has looked into the package, and where it made no case."""
    case_no: str = ""
    accepted_at: datetime | None = None
    due: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDesk:
    """Answers the link on a receipt."""

    works: Works

    def check(self, receipt_no: str, code: str) -> Standing | None:
        """Return where a matter stands; None for an unknown number and for a wrong code alike."""
        given = code.strip().upper().replace("-", "").encode("utf-8", "surrogateescape")
        with self.works.reading() as work:
            row = work.packages.find_by_receipt(receipt_no.strip())
            if row is None or not hmac.compare_digest(given, row.receipt.check_code.encode()):
                return None
            if not row.case_no:
                return Standing(receipt=row.receipt)
            case = work.cases.get(row.case_no)
        return Standing(
            receipt=row.receipt,
            stage=case.stage,
            case_no=case.case_no,
            accepted_at=case.accepted_at,
            due=case.due,
        )
