"""Rules on the property itself: may it be mortgaged at all, and as it stands."""

from collections.abc import Iterator
from typing import Final

from backend.office.register import EncumbranceKind, EntryState, Owner, Title
from backend.office.rules.book import DISPOSING, MORTGAGING, SALE, Clause, Rule
from backend.office.rules.burden import is_burdening
from backend.office.rules.matter import Matter, Page
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind

_NON_PROFIT_CODES: Final = ("12", "51", "52", "53")
"""Leading digits of a credit code: public institutions, associations, non-profit bodies, funds.

Source: GB 32100-2015, tables of registering departments and kinds of body.
"""
_PUBLIC_USES: Final = ("教育", "科教", "学校", "幼儿园", "医疗", "医卫", "医院", "养老", "慈善")
_NEVER: Final = frozenset({"1", "2", "5", "6"})
"""QLLX of land ownership, collective and state, and of rural house plots with and without house."""
_ALLOCATED: Final = "101"

_FACILITY: Final = Clause(
    rule="R14",
    level=Level.BLOCK,
    basis="《民法典》第三百九十九条第三项；《最高人民法院关于适用〈民法典〉有关担保制度的解释》第六条",
    zh="公益设施不得抵押（权利人为非营利法人，用途：{use}）。",
    en="Public-benefit facilities of a non-profit body cannot be mortgaged (use: {use}).",
)
_NEVER_MORTGAGED: Final = Clause(
    rule="R15",
    level=Level.BLOCK,
    basis="《民法典》第三百九十九条第一项、第二项",
    zh="该类不动产法律规定不得抵押（权利类型代码{right}）。",
    en="The law does not let this kind of property be mortgaged (right type {right}).",
)
_DISPUTED: Final = Clause(
    rule="R16",
    level=Level.BLOCK,
    basis="《民法典》第三百九十九条第四项；《不动产登记暂行条例》第二十二条第二项",
    zh="权属不明或存在争议。",
    en="The ownership is unclear or in dispute.",
)
_APART: Final = Clause(
    rule="R17",
    level=Level.CORRECT,
    basis="《民法典》第三百九十七条",
    zh="房屋与其占用范围内的建设用地使用权应当一并抵押。",
    en="A building and the right to use its land must be mortgaged together.",
)
_SOLD_APART: Final = Clause(
    rule="R17",
    level=Level.CORRECT,
    basis="《民法典》第三百五十六条、第三百五十七条",
    zh="房屋与其占用范围内的建设用地使用权应当一并转让。",
    en="A building and the right to use its land must be sold together.",
)
_UNREGISTERED: Final = Clause(
    rule="R18",
    level=Level.BLOCK,
    basis="《不动产登记暂行条例实施细则》第二十四条",
    zh="该不动产未办理首次登记，不得办理抵押登记。",
    en="The property has no first registration; it cannot be mortgaged.",
)
_UNFINISHED: Final = Clause(
    rule="R18",
    level=Level.BLOCK,
    basis="《不动产登记暂行条例实施细则》第二十四条",
    zh="该不动产未办理首次登记，不得办理转移登记或者将预告登记转为本登记。",
    en="The property has no first registration; it cannot pass, nor a notice be converted.",
)
_ALLOCATED_LAND: Final = Clause(
    rule="R19",
    level=Level.INFO,
    basis="《最高人民法院关于适用〈民法典〉有关担保制度的解释》第五十条",
    zh="划拨土地，实现抵押权时须优先补缴出让金。",
    en="Allocated land: on enforcement the land-grant fee is paid first.",
)
_ALLOCATED_SALE: Final = Clause(
    rule="R19",
    level=Level.MANUAL,
    basis="《城市房地产管理法》第四十条",
    zh="划拨土地上的房地产转让，须报有批准权的人民政府审批或者补办出让，转人工审核。",
    en="A sale on allocated land needs the government's approval; a reviewer must look.",
)
_ENDED: Final = Clause(
    rule="R28",
    level=Level.BLOCK,
    basis="《不动产登记暂行条例》第十八条",
    zh="权属证书已注销或失效。",
    en="The title is cancelled or no longer in force.",
)
_UNDER_CONSTRUCTION: Final = Clause(
    rule="R36",
    level=Level.MANUAL,
    basis="《不动产登记暂行条例》第十九条第二项",
    zh="在建建筑物抵押，可实地查看，转人工。",
    en="A building under construction: the office may look at the place; a reviewer decides.",
)
_PERMIT: Final = Clause(
    rule="MATERIAL",
    level=Level.CORRECT,
    basis="《不动产登记暂行条例实施细则》第七十六条",
    zh="缺少材料 M19《建设工程规划许可证》：抵押物为在建建筑物。",
    en="Material M19 (construction planning permit) is missing: the building is not finished.",
)
_RESTRICTED: Final = Clause(
    rule="R40",
    level=Level.MANUAL,
    basis="《民法典》第三百九十九条第五项、第六项",
    zh="该不动产存在限制信息（{what}），转人工审核。",
    en="A restriction is announced for the property ({what}); a reviewer must look.",
)


def check_facility(page: Page) -> Iterator[Finding]:
    """R14: no public-benefit facility of a non-profit owner; either alone is no bar."""
    title = page.title
    if title and _is_facility(title) and any(_is_non_profit(owner) for owner in title.owners):
        yield _FACILITY.finding("/unit/unit_no", use=title.use)


def _is_facility(title: Title) -> bool:
    return title.is_public_facility or any(word in title.use for word in _PUBLIC_USES)


def _is_non_profit(owner: Owner) -> bool:
    number = owner.id_number.strip()
    # A resident's number may begin with the same digits, but it says so by its birth year.
    is_code = len(number) == 18 and number[6:8] not in {"18", "19", "20"}
    return owner.is_non_profit or (is_code and number.startswith(_NON_PROFIT_CODES))


def check_right_type(page: Page) -> Iterator[Finding]:
    """R15: land ownership and rural house plots are never mortgaged."""
    if page.title and page.title.right_type in _NEVER:
        yield _NEVER_MORTGAGED.finding("/unit/unit_no", right=page.title.right_type)


def check_dispute(page: Page) -> Iterator[Finding]:
    """R16: the register knows of no dispute over the ownership."""
    if page.title and page.title.is_disputed:
        yield _DISPUTED.finding("/unit/unit_no")


def check_land_and_building(page: Page) -> Iterator[Finding]:
    """R17: the unit holds the building with its land."""
    if page.title and not page.title.covers_land_and_building:
        yield _APART.finding("/unit/unit_no")


def check_sold_together(matter: Matter) -> Iterator[Finding]:
    """R17: a building is sold with its land."""
    title = matter.page.title
    if title and not title.covers_land_and_building:
        yield _SOLD_APART.finding("/unit/unit_no")


def check_finished(matter: Matter) -> Iterator[Finding]:
    """R18: what passes to a buyer, or is mortgaged upon a notice, had its first registration."""
    title = matter.page.title
    if title and not title.is_first_registered:
        yield _UNFINISHED.finding("/unit/unit_no")


def check_allocated_sale(matter: Matter) -> Iterator[Finding]:
    """R19: a sale on allocated land is looked at by a person."""
    title = matter.page.title
    if title and title.land_nature == _ALLOCATED:
        yield _ALLOCATED_SALE.finding("/unit/unit_no")


def check_first_registration(page: Page) -> Iterator[Finding]:
    """R18: the property had its first registration; one under construction will have it later."""
    title = page.title
    if title and not title.is_first_registered and not title.is_under_construction:
        yield _UNREGISTERED.finding("/unit/unit_no")


def check_allocated_land(page: Page) -> Iterator[Finding]:
    """R19: allocated land is no bar; everybody is told what enforcement costs."""
    if page.title and page.title.land_nature == _ALLOCATED:
        yield _ALLOCATED_LAND.finding("/unit/unit_no")


def check_title_state(page: Page) -> Iterator[Finding]:
    """R28: the ownership entry is current."""
    if page.title and page.title.state is not EntryState.CURRENT:
        yield _ENDED.finding("/unit/title_no")


def check_construction(page: Page) -> Iterator[Finding]:
    """R36: a building under construction is looked at by a person."""
    if page.title and page.title.is_under_construction:
        yield _UNDER_CONSTRUCTION.finding("/unit/unit_no")


def check_permit(matter: Matter) -> Iterator[Finding]:
    """Ask for the planning permit (M19), which only a building under construction needs."""
    title = matter.page.title
    if title and title.is_under_construction and not matter.application.has_material("M19"):
        yield _PERMIT.finding("/materials")


def check_restrictions(page: Page) -> Iterator[Finding]:
    """R40: announced limits are looked at by a person."""
    for restriction in page.title.restrictions if page.title else ():
        yield _RESTRICTED.finding("/unit/unit_no", what=restriction)
    for entry in page.current(EncumbranceKind.RESTRICTION):
        what = f"{entry.holder}：{entry.note}" if entry.note else entry.holder
        yield _RESTRICTED.finding("/unit/unit_no", what=what)


def check_restricted_change(matter: Matter) -> Iterator[Finding]:
    """R40: a change that adds to the burden is looked at where limits are announced."""
    if is_burdening(matter):
        yield from check_restrictions(matter.page)


_FIRST: Final = frozenset({RegistrationKind.FIRST})
_CHANGE: Final = frozenset({RegistrationKind.CHANGE})
_UPON_NOTICE: Final = SALE | frozenset({RegistrationKind.CONVERSION})
_MORTGAGES: Final = MORTGAGING | frozenset({RegistrationKind.MORTGAGE_NOTICE})
RULES: Final = (
    Rule(clauses=(_FACILITY,), look=check_facility, kinds=MORTGAGING),
    Rule(clauses=(_NEVER_MORTGAGED,), look=check_right_type, kinds=_MORTGAGES),
    Rule(clauses=(_DISPUTED,), look=check_dispute, kinds=DISPOSING),
    Rule(clauses=(_APART,), look=check_land_and_building, kinds=MORTGAGING),
    Rule(clauses=(_SOLD_APART,), check=check_sold_together, kinds=SALE),
    Rule(clauses=(_UNREGISTERED,), look=check_first_registration, kinds=_FIRST),
    Rule(clauses=(_UNFINISHED,), check=check_finished, kinds=_UPON_NOTICE),
    Rule(clauses=(_ALLOCATED_LAND,), look=check_allocated_land, kinds=MORTGAGING),
    Rule(clauses=(_ALLOCATED_SALE,), check=check_allocated_sale, kinds=SALE),
    Rule(clauses=(_ENDED,), look=check_title_state, kinds=DISPOSING | _CHANGE),
    Rule(clauses=(_UNDER_CONSTRUCTION,), look=check_construction, kinds=_FIRST),
    Rule(clauses=(_PERMIT,), check=check_permit, kinds=_FIRST),
    Rule(clauses=(_RESTRICTED,), look=check_restrictions, kinds=DISPOSING),
    Rule(clauses=(_RESTRICTED,), check=check_restricted_change, kinds=_CHANGE),
)
