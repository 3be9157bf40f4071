"""For whoever holds a receipt: is it genuine, and where does the matter stand?"""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backend.office.receipts import Standing
from backend.web.callers import office
from backend.web.words import local, public_words

bp = Blueprint("receipts", __name__, url_prefix="/receipts")


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One line of the answer."""

    label: str
    text: str
    is_mono: bool = False


@bp.get("/<receipt_no>")
def check(receipt_no: str) -> ResponseReturnValue:
    """Answer the link on a receipt: `/receipts/NUMBER?c=CODE`."""
    words = public_words()
    code = request.args.get("c", "")[:100]
    standing = office().receipts.check(receipt_no[:100], code)
    other = url_for("receipts.check", receipt_no=receipt_no, c=code, lang=words["other_lang"])
    return render_template(
        "receipt.html",
        **words | {"other_href": other},
        office_name=office().name,
        facts=_facts(standing, words["t"]) if standing else (),
        stage=_stage(standing, words["t"]) if standing else "",
        at=local(office().now()),
    )


def _stage(standing: Standing, t: dict[str, str]) -> str:
    return t["r_" + (standing.stage.value if standing.stage else "unopened")]


def _facts(standing: Standing, t: dict[str, str]) -> tuple[ShownFact, ...]:
    receipt = standing.receipt
    facts = [
        ShownFact(t["r_no"], receipt.receipt_no, is_mono=True),
        ShownFact(t["r_received_at"], local(receipt.received_at)),
        ShownFact(t["r_digest"], receipt.package_sha256, is_mono=True),
    ]
    if standing.case_no:
        facts.append(ShownFact(t["r_case_no"], standing.case_no, is_mono=True))
    if standing.accepted_at:
        facts.append(ShownFact(t["r_accepted_at"], local(standing.accepted_at)))
    facts += [ShownFact(t[f"r_due_{due.name}"], local(due.at)) for due in standing.due]
    return tuple(facts)
