"""Discharges at a counter that are ready for one signature: drafts, each with its scans."""

from dataclasses import replace

from terminal.desk.draft import Draft
from terminal.desk.offers import OFFERS
from terminal.desk.ports import Box, Clock
from terminal.desk.samples import sample_draft
from tests.factories import make_material, make_pdf

_DISCHARGE = next(offer for offer in OFFERS if offer.code == "discharge")
SCANS = ("M03", "M05", "M12")


def certificate_of(number: int) -> str:
    """Return the certificate of the made-up mortgage of a number."""
    return f"豫（2026）开封市不动产证明第00{20000 + number}号"


def add_discharge(box: Box, clock: Clock, number: int, *, scans: tuple[str, ...] = SCANS) -> Draft:
    """Keep the draft of a discharge, filled in and with its scans, not signed."""
    texts = {
        "certificate_no": certificate_of(number),
        "unit_no": f"410202001003GB00012F0001{number:04d}",
    }
    made = sample_draft(_DISCHARGE, clock.now(), texts)
    draft = replace(
        made,
        draft_id=f"A-4102-0001-20260929-{number:06d}",
        number=f"D0929-{number:03d}",
        teller="T0007",
        materials=tuple(make_material(code) for code in scans),
    )
    box.add_draft(draft, blobs=[make_pdf(code) for code in scans])
    return box.get_draft(draft.draft_id)
