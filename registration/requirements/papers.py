"""Rules on the papers that come with an application."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Level
from registration.materials import CATALOGUE, is_claimed_spared, required_materials
from registration.mortgage import RegistrationKind
from registration.parties import acting_parties
from registration.requirements.rule import Hit, Rule
from registration.statements import has_material

_WITH_OWN_RULE: Final = {"M12": "R38", "M17": "R11"}


def _missing(application: Application, code: str) -> bool:
    wanted = {material.code for material in required_materials(application)}
    return code in wanted and not has_material(application, code)


def check_materials(application: Application, _today: date) -> Iterator[Hit]:
    """Every paper that the catalogue asks for is there, or spared by an answer that may stand for it.

    M12 and M17 have rules of their own. Whether the answer holds, the office asks itself (R49).
    """
    for wanted in required_materials(application):
        if wanted.code in _WITH_OWN_RULE or has_material(application, wanted.code):
            continue
        if is_claimed_spared(application, wanted.code):
            continue
        yield Hit(
            f"缺少材料 {wanted.code}《{wanted.title_zh}》：{wanted.reason}。",
            f"Material {wanted.code} ({wanted.title_en}) is missing.",
            "/materials",
        )


def check_spares(application: Application, _today: date) -> Iterator[Hit]:
    """An answer is named only in the place of a paper for which it may stand, and once."""
    codes = [spare.code for spare in application.spares]
    for index, code in enumerate(codes):
        if is_claimed_spared(application, code) and code not in codes[:index]:
            continue
        line = CATALOGUE.get(code)
        title = f"《{line.title_zh}》" if line else ""
        yield Hit(
            f"材料 {code}{title}不能以所列部门的答复代替，请提交该材料。",
            f"The answers named do not stand for material {code}; hand in the paper.",
            f"/spares/{index}",
        )


def check_guardians(application: Application, today: date) -> Iterator[Hit]:
    """A minor acts through a guardian, with the guardian's papers and written guarantee (M17)."""
    for acting in acting_parties(application):
        party = acting.party
        if party.guardian is None and party.is_minor_on(today):
            yield Hit(
                f"{party.name}未满十八周岁，须由监护人代为申请，请填写监护人。",
                f"{party.name} is under age: a guardian must act; state the guardian.",
                f"{acting.pointer}/guardian",
            )
    if _missing(application, "M17"):
        yield Hit(
            "请提交监护人身份证明、监护关系证明及为被监护人利益的书面保证（M17）。",
            "Hand in the guardian's ID, proof of guardianship and the written guarantee (M17).",
            "/materials",
        )


def check_proof_of_end(application: Application, _today: date) -> Iterator[Hit]:
    """A discharge needs the proof that the mortgage ended (M12)."""
    if application.kind is RegistrationKind.CANCELLATION and _missing(application, "M12"):
        yield Hit(
            "请提交抵押权消灭的材料（M12）。",
            "Hand in the proof that the mortgage ended (M12).",
            "/materials",
        )


RULES: Final = (
    Rule(
        id="MATERIAL",
        level=Level.CORRECT,
        basis="《不动产登记暂行条例》第十六条",
        look=check_materials,
    ),
    Rule(
        id="R49",
        level=Level.CORRECT,
        basis="《不动产登记暂行条例》第十六条、第二十四条、第二十五条",
        look=check_spares,
    ),
    Rule(
        id="R11",
        level=Level.CORRECT,
        basis="《民法典》第十九条至第二十三条、第三十五条",
        look=check_guardians,
    ),
    Rule(
        id="R38",
        level=Level.CORRECT,
        basis="《民法典》第三百九十三条",
        look=check_proof_of_end,
    ),
)
