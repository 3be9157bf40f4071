"""Rules that lay what is asked for beside the register: terms, transfers, notices, discharges."""

from collections.abc import Iterator
from typing import Final

from backend.office.register import Encumbrance, EncumbranceKind, EntryState
from backend.office.rules.book import Clause, Rule
from backend.office.rules.matter import Matter
from backend.office.rules.sameness import is_bank, is_same_name, is_same_number
from registration.findings import Finding, Level
from registration.mortgage import Discharge, RegistrationKind
from registration.people import Party

_TRANSFERS: Final = frozenset(
    {RegistrationKind.SALE_AND_MORTGAGE, RegistrationKind.TRANSFER_UNDER_MORTGAGE}
)
_END_LAW: Final = "《民法典》第三百九十三条；《不动产登记暂行条例实施细则》第七十条"

_NO_TRANSFER: Final = Clause(
    rule="R20",
    level=Level.BLOCK,
    basis="《民法典》第四百零六条；《最高人民法院关于适用〈民法典〉有关担保制度的解释》第四十三条",
    zh="登记簿记载禁止或限制转让约定（{entry_no}），须抵押权人同意。",
    en="The register forbids or limits a transfer ({entry_no}); the mortgagee must agree.",
)
_LAND_ENDS: Final = Clause(
    rule="R26",
    level=Level.MANUAL,
    basis="《不动产登记暂行条例》第二十二条第三项",
    zh="债务期限晚于土地使用权终止日期（{end}），请核实。",
    en="The debt ends after the right to use the land ({end}); a reviewer must look.",
)
_NO_NOTICE: Final = Clause(
    rule="R37",
    level=Level.CORRECT,
    basis="《民法典》第二百二十一条；《不动产登记暂行条例实施细则》第七十八条",
    zh="请先办理（或一并申请）预购商品房预告登记。",
    en="First (or together) apply for the priority notice of the purchase.",
)
_NOTICE_LAPSED: Final = Clause(
    rule="R37",
    level=Level.BLOCK,
    basis="《民法典》第二百二十一条",
    zh="预购商品房预告登记（{entry_no}）已失效。",
    en="The priority notice of the purchase ({entry_no}) has lapsed.",
)
_NO_SUCH_MORTGAGE: Final = Clause(
    rule="R38",
    level=Level.CORRECT,
    basis=_END_LAW,
    zh="申请注销的不动产登记证明与登记簿不符：{why_zh}，请核对后重新提交抵押权消灭的材料。",
    en="The mortgage to be discharged does not fit the register: {why_en}; check and file again.",
)
_HARMS_OTHERS: Final = Clause(
    rule="R39",
    level=Level.CORRECT,
    basis="《民法典》第四百零九条、第四百二十二条；《不动产登记暂行条例实施细则》第六十八条",
    zh="请提交其他抵押权人（{holder}）书面同意材料。",
    en="Hand in the written consent of the other mortgagee ({holder}).",
)


def check_transfer(matter: Matter) -> Iterator[Finding]:
    """R20: a transfer under a registered restriction has the mortgagee's consent (M10)."""
    application = matter.application
    if application.kind not in _TRANSFERS or application.has_material("M10"):
        return
    for entry in matter.page.current(EncumbranceKind.MORTGAGE):
        if entry.is_transfer_restricted:
            yield _NO_TRANSFER.finding("/unit/unit_no", entry_no=entry.entry_no)


def check_land_right(matter: Matter) -> Iterator[Finding]:
    """R26: the debt ends within the right to use the land."""
    mortgage, title = matter.application.mortgage, matter.page.title
    if mortgage is None or mortgage.end is None or title is None or title.land_right_end is None:
        return
    if mortgage.end > title.land_right_end:
        yield _LAND_ENDS.finding("/mortgage/end", end=title.land_right_end.isoformat())


def check_purchase_notice(matter: Matter) -> Iterator[Finding]:
    """R37: a priority notice of a mortgage rests on the mortgagor's notice of the purchase."""
    if matter.application.kind is not RegistrationKind.MORTGAGE_NOTICE:
        return
    own = [
        entry
        for entry in matter.page.extract.encumbrances
        if entry.kind is EncumbranceKind.PURCHASE_NOTICE
        and any(_is_holder(entry, party) for party in matter.application.mortgagors)
    ]
    if not own:
        yield _NO_NOTICE.finding("/materials")
    elif all(entry.state is not EntryState.CURRENT for entry in own):
        yield _NOTICE_LAPSED.finding("/unit/unit_no", entry_no=own[-1].entry_no)


def _is_holder(entry: Encumbrance, party: Party) -> bool:
    if entry.holder_number:
        return is_same_number(entry.holder_number, party.document.number)
    return is_same_name(entry.holder, party.name.text)


def check_discharged_mortgage(matter: Matter) -> Iterator[Finding]:
    """R38: the certificate proves a mortgage in force on this unit, of this bank and amount."""
    discharge = matter.application.discharge
    # A title's number in place of the certificate's is told by the form's own rule.
    if discharge is None or discharge.certificate_no.is_title:
        return
    entry = matter.page.extract.find_certificate(discharge.certificate_no.text)
    if entry is None or entry.kind is not EncumbranceKind.MORTGAGE:
        yield _unfit(
            "certificate_no", "该单元上没有此证明的抵押权", "the unit has no such mortgage"
        )
    elif entry.state is not EntryState.CURRENT:
        yield _unfit("certificate_no", "该抵押权已经注销", "the mortgage is discharged already")
    else:
        yield from _compare(entry, matter, discharge)


def _compare(entry: Encumbrance, matter: Matter, discharge: Discharge) -> Iterator[Finding]:
    if not is_bank(entry, matter.application.mortgagee):
        yield _unfit("certificate_no", "抵押权人不是申请人", "it is another mortgagee's")
    cleared = discharge.cleared_amount
    if cleared is not None and entry.amount_fen is not None and cleared.fen != entry.amount_fen:
        yield _unfit("cleared_amount", "结清材料的数额与登记的数额不同", "the amounts differ")


def _unfit(field: str, why_zh: str, why_en: str) -> Finding:
    return _NO_SUCH_MORTGAGE.finding(f"/discharge/{field}", why_zh=why_zh, why_en=why_en)


def check_other_mortgagees(matter: Matter) -> Iterator[Finding]:
    """R39: a change has the written consent of the other mortgagees on the unit (M10)."""
    application = matter.application
    if application.kind is not RegistrationKind.CHANGE or application.has_material("M10"):
        return
    for entry in matter.page.current(EncumbranceKind.MORTGAGE):
        if not is_bank(entry, application.mortgagee):
            yield _HARMS_OTHERS.finding("/materials", holder=entry.holder)


RULES: Final = (
    Rule(clauses=(_NO_TRANSFER,), check=check_transfer),
    Rule(clauses=(_LAND_ENDS,), check=check_land_right),
    Rule(clauses=(_NO_NOTICE, _NOTICE_LAPSED), check=check_purchase_notice),
    Rule(clauses=(_NO_SUCH_MORTGAGE,), check=check_discharged_mortgage, is_for_discharge=True),
    Rule(clauses=(_HARMS_OTHERS,), check=check_other_mortgagees),
)
