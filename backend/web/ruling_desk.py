"""Rulings by two people: a reviewer proposes other settings of the rule book, a head adopts them."""

from typing import Final

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import (
    ConflictError,
    NeedsOtherReviewerError,
    NotAllowedError,
    OfficeError,
    RulingError,
)
from backend.web.callers import REVIEWERS, office, require_form
from backend.web.decision_form import BadDecisionError, require_fresh
from backend.web.language import say
from backend.web.pages import Notice
from backend.web.rule_desk import rules_page
from registration.errors import BadDocumentError

bp = Blueprint("ruling_desk", __name__, url_prefix="/desk/rules/proposals")
_LONGEST: Final = 20_000


@bp.post("")
def propose() -> ResponseReturnValue:
    """Propose a ruling; nothing is otherwise until a head adopts it."""
    # Browsers send each line's end as two characters, and count it as one.
    known, text = require_form(*REVIEWERS), request.form.get("ruling", "").replace("\r\n", "\n")
    try:
        _require_whole(text)
        factor = require_fresh(known, text)
        office().rulings.propose(text, staff=known.staff, factor=factor)
    except BadDecisionError as error:
        return rules_page(known, Notice("correct", error.text), draft=text), 422
    except (BadDocumentError, RulingError, ConflictError) as error:
        return rules_page(known, _refusal(error), draft=text), 422
    return redirect(url_for("rule_desk.rules", done="ruling_proposed"), 303)


@bp.post("/<int:seq>")
def decide(seq: int) -> ResponseReturnValue:
    """Adopt a proposal, or decline it; its proposer may take it back."""
    known, is_adopted = require_form(*REVIEWERS), request.form.get("verdict") == "adopted"
    try:
        factor = require_fresh(known, "")
        office().rulings.decide(seq, is_adopted=is_adopted, staff=known.staff, factor=factor)
    except BadDecisionError as error:
        return rules_page(known, Notice("correct", error.text)), 422
    except (BadDocumentError, NotAllowedError, ConflictError, RulingError) as error:
        return rules_page(known, _refusal(error)), 409
    done = "ruling_adopted" if is_adopted else "ruling_declined"
    return redirect(url_for("rule_desk.rules", done=done), 303)


def _require_whole(text: str) -> None:
    if len(text) > _LONGEST:
        told = say("设定全文不能超过 {most} 字，没有收下；请缩短后再送。", most=f"{_LONGEST:,}")
        raise BadDecisionError(told, text)


def _refusal(error: OfficeError | BadDocumentError) -> Notice:
    if isinstance(error, BadDocumentError):
        faults = "; ".join(f"{p.pointer or '/'}: {p.detail}" for p in error.problems)
        return Notice("block", say("设定写得不对：{faults}", faults=faults))
    if isinstance(error, NeedsOtherReviewerError):
        return Notice("block", say("您拟的设定，要由另一个人批准。"))
    if isinstance(error, NotAllowedError):
        return Notice("block", say("设定由负责人批准；拟的人可以撤回。"))
    if isinstance(error, RulingError):
        return Notice("block", say("这个版本号用过，或者是别的登记机构的设定。"))
    return Notice("block", say("已有一份设定在等批准，或者刚才已有人处理。"))
