"""Rules on the property, as far as its numbers alone tell."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Level
from registration.mortgage import RegistrationKind
from registration.parties import standing_pointer
from registration.requirements.rule import FORM_LAW, Hit, Rule

_OF_SALE: Final = frozenset({RegistrationKind.PURCHASE_NOTICE, RegistrationKind.OWNERSHIP_TRANSFER})
_UNMORTGAGEABLE: Final = {
    "A": ("集体土地所有权", "collective ownership of land"),
    "C": ("宅基地使用权", "a rural house plot"),
}


def check_right(application: Application, _today: date) -> Iterator[Hit]:
    """Ownership of land and rural house plots cannot be mortgaged; the parcel's letter tells."""
    if not application.kind.sets_up_mortgage:
        return
    letter = application.unit.unit_no.parcel[13]
    if letter in _UNMORTGAGEABLE:
        zh, en = _UNMORTGAGEABLE[letter]
        yield Hit(
            f"该类不动产（{zh}）法律规定不得抵押。",
            f"By law, {en} cannot be mortgaged.",
            "/unit/unit_no",
        )


def check_dispute(application: Application, _today: date) -> Iterator[Hit]:
    """A parcel whose ownership is undecided (Z) or whose use is in dispute (W) is refused."""
    if not application.kind.sets_up_mortgage and application.kind not in _OF_SALE:
        return
    parcel = application.unit.unit_no.parcel
    if parcel[12] == "Z" or parcel[13] == "W":
        yield Hit(
            "权属不明或存在争议（不动产单元号的宗地特征码）。",
            "Ownership is undecided or in dispute (parcel letters of the unit number).",
            "/unit/unit_no",
        )


def check_title(application: Application, _today: date) -> Iterator[Hit]:
    """The title's number is a title's; a mortgage or notice that stands has a certificate's."""
    title = application.unit.title_no
    if title is not None and not title.is_title:
        yield Hit(
            "不动产权证书号填写的是不动产登记证明号，请核实。",
            "The number of a registration certificate stands where the title's should.",
            "/unit/title_no",
        )
    for pointer, number in (
        (f"{standing_pointer(application)}/certificate_no", application.standing_no),
        ("/notice_no", application.notice_no),
    ):
        if number is not None and number.is_title:
            yield Hit(
                "不动产登记证明号填写的是不动产权证书号，请核实。",
                "The number of a title stands where the registration certificate's should.",
                pointer,
            )


def check_location(application: Application, _today: date) -> Iterator[Hit]:
    """The property's location is stated."""
    if not application.unit.location.strip():
        yield Hit("请填写不动产坐落。", "State the property's location.", "/unit/location")


RULES: Final = (
    Rule(
        id="R15",
        level=Level.BLOCK,
        basis="《民法典》第三百九十九条第一项、第二项",
        look=check_right,
    ),
    Rule(
        id="R16",
        level=Level.BLOCK,
        basis="《民法典》第三百九十九条第四项",
        look=check_dispute,
    ),
    Rule(id="FORMAT", level=Level.CORRECT, basis=FORM_LAW, look=check_title),
    Rule(id="FORMAT", level=Level.CORRECT, basis=FORM_LAW, look=check_location),
)
