"""R27: what the application says of the unit and its owners is what the register says."""

from collections.abc import Iterator
from typing import Final

from backend.office.register import Owner
from backend.office.rules.book import AMENDING, DISPOSING, EVERY, Clause, Rule
from backend.office.rules.matter import Matter, Ownership
from backend.office.rules.sameness import (
    is_owner,
    is_same_area,
    is_same_name,
    is_same_print,
    read_share,
)
from registration.application import Application
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind
from registration.parties import obligors_act, obligors_pointer
from registration.people import CoOwnership, Party
from registration.requirements.shares import needs_all_owners

_BASIS: Final = "《不动产登记暂行条例》第十八条第一项"
_DIFFERENT: Final = Clause(
    rule="R27",
    level=Level.CORRECT,
    basis=_BASIS,
    zh="申请内容与登记簿记载不一致：{field_zh}。",
    en="The application differs from the register: {field_en}.",
)
_UNKNOWN_UNIT: Final = Clause(
    rule="R27",
    level=Level.CORRECT,
    basis=_BASIS,
    zh="申请内容与登记簿记载不一致：不动产单元号在登记簿中查无此号，请核对。",
    en="The application differs from the register: there is no such unit number; check it.",
)
_NO_NUMBER: Final = Clause(
    rule="R27",
    level=Level.MANUAL,
    basis=_BASIS,
    zh="登记簿未载明权利人{name}的证件号码，转人工核对。",
    en="The register holds no document number of the owner {name}; a reviewer must compare.",
)


def _differs(pointer: str, zh: str, en: str) -> Finding:
    return _DIFFERENT.finding(pointer, field_zh=zh, field_en=en)


def check_unit_known(matter: Matter) -> Iterator[Finding]:
    """The unit is in the register; one outside the area is R29's alone."""
    page = matter.page
    if page.title is None and page.policy.covers(page.extract.unit_no):
        yield _UNKNOWN_UNIT.finding("/unit/unit_no")


def check_place(matter: Matter) -> Iterator[Finding]:
    """Location and area are the register's, where they are claimed."""
    unit, title = matter.application.unit, matter.page.title
    if title is None:
        return
    if unit.location.strip() and not is_same_print(unit.location, title.location):
        yield _differs("/unit/location", "坐落", "location")
    if unit.area_m2.strip() and not is_same_area(unit.area_m2, title.area_m2):
        yield _differs("/unit/area_m2", "面积", "area")


def check_title_no(matter: Matter) -> Iterator[Finding]:
    """The certificate of title is the one in force, where it is claimed."""
    claimed, title = matter.application.unit.title_no, matter.page.title
    # A registration certificate's number in its place is told by the form's own rule.
    if title is None or claimed is None or not claimed.is_title:
        return
    # The ownership passes in the same bundle: nobody knows the number of the new title yet.
    if any(other.kind is RegistrationKind.OWNERSHIP_TRANSFER for other in matter.together):
        return
    if not is_same_print(claimed.text, title.title_no):
        yield _differs("/unit/title_no", "不动产权证书号", "number of the title certificate")


def check_owners(matter: Matter) -> Iterator[Finding]:
    """Each mortgagor or seller who acts is a registered owner, by name and number."""
    held, application = matter.ownership, matter.application
    if held is None or not obligors_act(application):
        return
    pointer = obligors_pointer(application)
    for index, party in enumerate(application.obligors):
        yield from _compare(held, party, f"{pointer}/{index}")


def _compare(held: Ownership, party: Party, pointer: str) -> Iterator[Finding]:
    owner = next((owner for owner in held.owners if is_owner(owner, party)), None)
    if owner is None:
        yield _stranger(held, party, pointer)
    elif not is_same_name(owner.name, party.name.text):
        yield _differs(f"{pointer}/name", f"权利人{party.name}的姓名", "name of an owner")
    elif not owner.id_number:
        yield _NO_NUMBER.finding(pointer, name=party.name.text)


def _stranger(held: Ownership, party: Party, pointer: str) -> Finding:
    """Say what is wrong with a mortgagor whose number is no owner's: the number, or everything."""
    if any(is_same_name(owner.name, party.name.text) for owner in held.owners):
        zh = f"权利人{party.name}的证件号码"
        return _differs(f"{pointer}/document/number", zh, "document number of an owner")
    return _differs(pointer, f"{party.name}不是登记的权利人", "a mortgagor is no registered owner")


def check_co_ownership(matter: Matter) -> Iterator[Finding]:
    """The owners hold the unit together in the way, and with the shares, that are registered."""
    application, held = matter.application, matter.ownership
    if held is None or not needs_all_owners(application):
        return
    if application.co_ownership is not held.co_ownership:
        yield _differs("/co_ownership", "共有方式", "way of co-ownership")
    elif application.co_ownership is CoOwnership.SHARES:
        yield from _compare_shares(application, held)


def _compare_shares(application: Application, held: Ownership) -> Iterator[Finding]:
    for index, (party, claimed) in enumerate(
        zip(application.obligors, application.shares, strict=False)
    ):
        owner = next((owner for owner in held.owners if is_owner(owner, party)), None)
        if owner is not None and not _is_same_share(owner, claimed):
            zh = f"{party.name}的份额"
            yield _differs(f"/shares/{index}", zh, "share of an owner")


def _is_same_share(owner: Owner, claimed: str) -> bool:
    share = read_share(claimed)
    return share is not None and share == read_share(owner.share)


_CHANGED: Final = frozenset({RegistrationKind.CHANGE, RegistrationKind.CRYSTALLISATION})
RULES: Final = (
    Rule(clauses=(_UNKNOWN_UNIT,), check=check_unit_known, kinds=EVERY),
    Rule(clauses=(_DIFFERENT,), check=check_place, kinds=EVERY),
    Rule(clauses=(_DIFFERENT,), check=check_title_no, kinds=DISPOSING | AMENDING),
    Rule(clauses=(_DIFFERENT, _NO_NUMBER), check=check_owners, kinds=DISPOSING | _CHANGED),
    Rule(clauses=(_DIFFERENT,), check=check_co_ownership, kinds=DISPOSING | _CHANGED),
)
