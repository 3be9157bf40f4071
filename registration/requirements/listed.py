"""R48: an application that was signed by a list is the one that its row names."""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.errors import PaperError
from registration.findings import Level
from registration.listed import LIST_CODE, MOST_LISTED, ListedApplication
from registration.listings import make_row
from registration.papers.discharges import draw_list
from registration.requirements.rule import Hit, Rule

_PARTS: Final = {
    "certificate_no": ("登记证明号", "certificate number"),
    "unit_no": ("不动产单元号", "unit number"),
    "mortgagors": ("抵押人", "mortgagors"),
    "application_sha256": ("申请内容摘要", "digest of the application"),
}


def check_listing(application: Application, _today: date) -> Iterator[Hit]:
    """A list signs only discharges by the mortgagee alone, and only the very applications it names."""
    listing = application.listing
    paper = application.find_paper(LIST_CODE)
    if listing is None:
        if paper is not None:
            yield Hit(
                "附有批量注销清单，但申请没有写明所在的行，请逐件签署。",
                "There is a list, but the application names no row of it; sign it by itself.",
                "/listing",
            )
        return
    if not application.may_be_listed:
        yield Hit(
            "只有抵押权人单方申请的注销登记可以按清单一次签署，补正的和一并申请的须逐件签署。",
            "Only first filings of discharges by the mortgagee alone can be signed by a list.",
            "/listing",
        )
    if paper is None or not paper.is_drawn:
        yield Hit("缺少批量注销清单（M22）。", "The list (M22) is missing.", "/listing")
    own = listing.row
    if own is None or len(listing.rows) > MOST_LISTED or len(set(listing.rows)) < len(listing.rows):
        yield Hit(
            f"清单没有第 {listing.place} 行，或者有重复的行，或者超过 {MOST_LISTED} 行，请逐件签署。",
            f"The list has no row {listing.place}, a row twice, or more than {MOST_LISTED} rows.",
            "/listing/place",
        )
        return
    yield from _compare(application, own)


def _compare(application: Application, own: ListedApplication) -> Iterator[Hit]:
    """Say what of a row is not the application's: it may have been changed, or be another's."""
    made = make_row(application)
    wrong = [name for name in _PARTS if getattr(own, name) != getattr(made, name)]
    if wrong:
        zh = "、".join(_PARTS[name][0] for name in wrong)
        en = ", ".join(_PARTS[name][1] for name in wrong)
        yield Hit(
            f"清单签署的不是本申请（{zh}不同），请重新生成清单，或者逐件签署。",
            f"The list was signed for another application ({en}); make it anew or sign by itself.",
            "/listing/rows",
        )


def compare_list(application: Application, _today: date) -> Iterator[Hit]:
    """A list that is not what its rows make is read by a person: he alone sees what was signed."""
    listing, paper = application.listing, application.find_paper(LIST_CODE)
    if listing is None or paper is None or not paper.is_drawn:
        return
    if not application.may_be_listed or len(listing.rows) > MOST_LISTED:
        return
    if paper.sha256 != _digest(application):
        yield Hit(
            "所签的批量注销清单（M22）与按各行生成的文本不同，转人工核对所签内容。",
            "The list (M22) that was signed differs from what its rows make of it:"
            " a person reads what was signed.",
            f"/materials/{application.materials.index(paper)}",
        )


def _digest(application: Application) -> str:
    try:
        return hashlib.sha256(draw_list(application)).hexdigest()
    except PaperError:
        return ""


RULES: Final = (
    Rule(
        id="R48",
        level=Level.CORRECT,
        basis="《电子签名法》第十三条；《不动产登记暂行条例实施细则》第七十条",
        look=check_listing,
    ),
    Rule(
        id="R48",
        level=Level.MANUAL,
        basis="《电子签名法》第十三条；《不动产登记暂行条例》第十八条第二项",
        look=compare_list,
    ),
)
