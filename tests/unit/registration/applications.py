"""The base case with one thing changed: what the tests of the requirements look at."""

from dataclasses import replace
from typing import Any

from registration.application import Application
from registration.mortgage import RegistrationKind
from registration.people import CoOwnership, Guardian, IdKind, PartyKind, parse_name
from tests.factories import (
    FATHER,
    LI,
    MINOR,
    make_application,
    make_authority,
    make_discharge,
    make_document,
    make_identity,
    make_material,
    make_maximum_mortgage,
    make_mortgage,
    make_mortgagee,
    make_party,
)

SOLE = {"co_ownership": CoOwnership.SOLE, "mortgagors": (make_party(),)}


def by_shares(*shares: str) -> dict[str, Any]:
    return {"co_ownership": CoOwnership.SHARES, "shares": shares}


def mortgage(**changes: Any) -> Application:
    return make_application(mortgage=make_mortgage(**changes))


def maximum(**changes: Any) -> Application:
    return make_application(mortgage=make_maximum_mortgage(**changes))


def agent(**changes: Any) -> Application:
    bank = make_mortgagee()
    return make_application(mortgagee=replace(bank, agent=replace(bank.agent, **changes)))


def authority(**changes: Any) -> Application:
    return agent(authority=make_authority(**changes))


def answered(code: str, answer: str, **changes: Any) -> Application:
    base = make_application(**changes)
    kept = tuple(replace(a, answer=answer) if a.question == code else a for a in base.inquiry)
    return replace(base, inquiry=kept)


def authority_for(kind: RegistrationKind) -> Application:
    base = authority(matters=(kind.title_zh,))
    return replace(base, kind=kind)


def inked(index: int, **changes: Any) -> Application:
    base = make_application()
    inks = list(base.inks)
    inks[index] = replace(inks[index], **changes)
    return replace(base, inks=tuple(inks))


def owner(**changes: Any) -> Application:
    """The base case with a changed first mortgagor, who is the debtor too."""
    party = replace(make_party(), **changes)
    return make_application(
        mortgagors=(party, make_party("李示例", LI, relation="配偶")), debtors=(party,)
    )


def owner_read_as(**changes: Any) -> Application:
    return owner(identity=make_identity(**changes))


def minor(
    *, has_guardian: bool = True, has_papers: bool = True, debtor: str = MINOR
) -> Application:
    """One owner of eleven years; his father applies for him."""
    father = Guardian(
        name=parse_name("王父例"),
        document=make_document(FATHER),
        relation="父亲",
        identity=make_identity("王父例", FATHER),
    )
    child = make_party("王示例", MINOR, guardian=father if has_guardian else None)
    debtors = (child if debtor == MINOR else make_party("王父例", FATHER),)
    codes = ("M01", "M03", "M06", "M07", "M15", *(("M17",) if has_papers else ()))
    return make_application(
        mortgagors=(child,),
        co_ownership=CoOwnership.SOLE,
        debtors=debtors,
        materials=tuple(make_material(code) for code in codes),
    )


def without_material(application: Application, code: str) -> Application:
    kept = tuple(m for m in application.materials if m.code != code)
    return replace(application, materials=kept)


def discharge(**changes: Any) -> Application:
    base = make_discharge()
    assert base.discharge is not None
    return make_discharge(discharge=replace(base.discharge, **changes))


def with_answer_twice() -> Application:
    base = make_application()
    return replace(base, inquiry=(*base.inquiry, base.inquiry[0]))


def with_paper_changed(code: str) -> Application:
    base = make_application()
    changed = tuple(replace(m, sha256="0" * 64) if m.code == code else m for m in base.materials)
    return replace(base, materials=changed)


def company() -> Any:
    return replace(
        make_party(),
        kind=PartyKind.ENTERPRISE,
        name=parse_name("示例置业有限公司"),
        document=make_document("91410200MA0X000236", IdKind.CREDIT_CODE),
        identity=None,
        legal_representative="孙示例",
    )
