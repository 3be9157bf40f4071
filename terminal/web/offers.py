"""What customers take home of each kind: the list of materials, and a filled-in sample form."""

from typing import Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from registration.days import local_day
from registration.materials import listed_for_bundle, listed_materials
from registration.papers.checklist import draw_checklist
from registration.papers.forms import draw_application_form
from terminal.desk.freezing import freeze
from terminal.desk.offers import OFFERS, Offer
from terminal.desk.samples import sample_draft, sample_place
from terminal.errors import NotFoundError
from terminal.web.files import file_answer
from terminal.web.guard import counter

bp: Final = Blueprint("offers", __name__, url_prefix="/ui/api/offers")
_PDF: Final = "application/pdf"
_MARK: Final = "样例，仅供参照填写 SAMPLE"


@bp.get("/<code>/checklist")
def checklist(code: str) -> ResponseReturnValue:
    """Return the list of materials as a PDF, or with `?page=N` a page of it."""
    return file_answer(_draw_checklist(_offer(code)), _PDF, f"checklist-{code}")


@bp.get("/<code>/sample/<int:step>")
def sample(code: str, step: int) -> ResponseReturnValue:
    """Return the sample form of a step, counted from 1; likewise."""
    return file_answer(_draw_sample(_offer(code), step), _PDF, f"sample-{code}-{step}")


def _offer(code: str) -> Offer:
    offer = next((offer for offer in OFFERS if offer.code == code), None)
    if offer is None:
        raise NotFoundError("no such kind of registration")
    return offer


def _draw_checklist(offer: Offer) -> bytes:
    place = counter().place
    listed = (
        listed_for_bundle(offer.model, offer.form)
        if offer.model
        else listed_materials(offer.kind, offer.form)
    )
    return draw_checklist(
        offer.zh,
        [kind.title_zh for kind in offer.steps],
        listed,
        bank=place.bank.name.text,
        office=place.office_name,
        day=local_day(counter().clock.now()),
    )


def _draw_sample(offer: Offer, step: int) -> bytes:
    applications = freeze(sample_draft(offer, counter().clock.now()), sample_place(counter().place))
    if not 1 <= step <= len(applications):
        raise NotFoundError("no such step")
    return draw_application_form(applications[step - 1], mark=_MARK)
