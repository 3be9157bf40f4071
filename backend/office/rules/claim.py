"""Rules that lay what is asked for beside the register: terms, sales, notices."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from backend.office.register import Encumbrance, EncumbranceKind, EntryState, MortgageEntry
from backend.office.rules.book import MORTGAGING, SALE, Clause, Rule
from backend.office.rules.matter import NOTICE_DAYS, Matter
from backend.office.rules.sameness import is_bank, is_holder
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind

_NOTICE_LAW: Final = "《民法典》第二百二十一条"
_UPON_NOTICE: Final = "《民法典》第二百二十一条；《不动产登记暂行条例实施细则》第七十八条"

_NO_TRANSFER: Final = Clause(
    rule="R20",
    level=Level.BLOCK,
    basis="《民法典》第四百零六条；《最高人民法院关于适用〈民法典〉有关担保制度的解释》第四十三条",
    zh="登记簿记载禁止或限制转让约定（{entry_no}），须抵押权人同意。",
    en="The register forbids or limits a transfer ({entry_no}); the mortgagee must agree.",
)
_MORTGAGED_SALE: Final = Clause(
    rule="R20",
    level=Level.INFO,
    basis="《民法典》第四百零六条",
    zh="该不动产设有抵押权（{entry_no}），转让不影响抵押权，应当及时通知抵押权人。",
    en="A mortgage stands ({entry_no}); the sale leaves it as it is, and its holder is told.",
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
    basis=_UPON_NOTICE,
    zh="请先办理（或一并申请）预购商品房预告登记。",
    en="First (or together) apply for the priority notice of the purchase.",
)
_NOTICE_LAPSED: Final = Clause(
    rule="R37",
    level=Level.BLOCK,
    basis=_NOTICE_LAW,
    zh="预购商品房预告登记（{entry_no}）已失效。",
    en="The priority notice of the purchase ({entry_no}) has lapsed.",
)
_OTHER_NOTICE: Final = Clause(
    rule="R37",
    level=Level.CORRECT,
    basis=_UPON_NOTICE,
    zh="填写的预告登记证明与登记簿不符：{why_zh}，请核对。",
    en="The certificate of the notice does not fit the register: {why_en}; check it.",
)
_MORTGAGE_LAPSED: Final = Clause(
    rule="R37",
    level=Level.BLOCK,
    basis="《民法典》第二百二十一条；《最高人民法院关于适用〈民法典〉有关担保制度的解释》第五十二条",
    zh="抵押权预告登记（{entry_no}）已失效，不能转为本登记；可另行申请抵押权首次登记。",
    en="The notice of the mortgage ({entry_no}) has lapsed; apply for a first registration instead.",
)
_DAYS_UNKNOWN: Final = Clause(
    rule="R37",
    level=Level.MANUAL,
    basis=_NOTICE_LAW,
    zh="登记簿未载明首次登记日期，预告登记（{entry_no}）是否超过九十日，转人工核算。",
    en="The day of the first registration is not on the register; count the notice's 90 days.",
)
_BUILT: Final = Clause(
    rule="R37",
    level=Level.MANUAL,
    basis="《不动产登记暂行条例实施细则》第八十五条",
    zh="该不动产已办理首次登记，可以直接申请转移登记，转人工审核。",
    en="The building has its first registration and can pass at once; a reviewer must look.",
)
_OTHER_TERMS: Final = Clause(
    rule="MATERIAL",
    level=Level.CORRECT,
    basis="《不动产登记暂行条例》第十六条",
    zh="缺少材料 {code}：抵押权内容（{what_zh}）与预告登记不一致。",
    en="Material {code} is missing: the terms ({what_en}) differ from those of the notice.",
)


def check_transfer(matter: Matter) -> Iterator[Finding]:
    """R20: a transfer under a registered restriction has the mortgagee's consent.

    He consents in writing (M10), or by applying in the same bundle himself.
    """
    has_consent = matter.application.has_material("M10")
    for entry in matter.page.current(EncumbranceKind.MORTGAGE):
        is_consenting = has_consent or _applies_too(entry, matter)
        clause = (
            _MORTGAGED_SALE if is_consenting or not entry.is_transfer_restricted else _NO_TRANSFER
        )
        yield clause.finding("/unit/unit_no", entry_no=entry.entry_no)


def _applies_too(entry: Encumbrance, matter: Matter) -> bool:
    return any(
        other.standing_no is not None
        and matter.page.extract.find_standing(other.standing_no.text) == entry
        for other in matter.together
    )


def check_land_right(matter: Matter) -> Iterator[Finding]:
    """R26: the debt ends within the right to use the land."""
    mortgage, title = matter.application.mortgage, matter.page.title
    if mortgage is None or mortgage.end is None or title is None or title.land_right_end is None:
        return
    if mortgage.end > title.land_right_end:
        yield _LAND_ENDS.finding("/mortgage/end", end=title.land_right_end.isoformat())


def check_purchase_notice(matter: Matter) -> Iterator[Finding]:
    """R37: a priority notice of a mortgage rests on the mortgagor's notice of the purchase."""
    own = [
        entry
        for entry in matter.page.extract.encumbrances
        if entry.kind is EncumbranceKind.PURCHASE_NOTICE
        and any(is_holder(entry, party) for party in matter.application.mortgagors)
    ]
    standing = [entry for entry in own if entry.state is EntryState.CURRENT]
    if not own:
        yield _NO_NOTICE.finding("/materials")
    elif not standing:
        yield _NOTICE_LAPSED.finding("/unit/unit_no", entry_no=own[-1].entry_no)
    elif matter.application.notice_no is not None and matter.notice not in own:
        why_zh, why_en = "不是买受人的预购商品房预告登记", "it is no notice of the buyer's purchase"
        yield _OTHER_NOTICE.finding("/notice_no", why_zh=why_zh, why_en=why_en)
    elif _has_lapsed(matter):
        yield _NOTICE_LAPSED.finding("/unit/unit_no", entry_no=standing[-1].entry_no)


def _has_lapsed(matter: Matter) -> bool:
    """Say whether 90 days have gone since the notice's matter could be registered itself."""
    title = matter.page.title
    first = title.first_registered_on if title is not None else None
    return first is not None and matter.page.today > first + timedelta(days=NOTICE_DAYS)


def check_still_building(matter: Matter) -> Iterator[Finding]:
    """R37: the notice of a purchase is for what cannot be registered itself yet."""
    title = matter.page.title
    if title is not None and title.is_first_registered:
        yield _BUILT.finding("/unit/unit_no")


def check_converted_notice(matter: Matter) -> Iterator[Finding]:
    """R37: what is converted is this bank's notice, in force, within its 90 days."""
    if matter.application.notice_no is None:
        return
    notice, title = matter.notice, matter.page.title
    if notice is None or notice.kind is not EncumbranceKind.MORTGAGE_NOTICE:
        why_zh, why_en = "该单元上没有此证明的抵押权预告登记", "the unit has no such notice"
        yield _OTHER_NOTICE.finding("/notice_no", why_zh=why_zh, why_en=why_en)
    elif not is_bank(notice, matter.application.mortgagee):
        why_zh, why_en = "预告登记权利人不是申请人", "it is another bank's"
        yield _OTHER_NOTICE.finding("/notice_no", why_zh=why_zh, why_en=why_en)
    elif notice.state is not EntryState.CURRENT or _has_lapsed(matter):
        yield _MORTGAGE_LAPSED.finding("/notice_no", entry_no=notice.entry_no)
    elif title is not None and title.is_first_registered and title.first_registered_on is None:
        yield _DAYS_UNKNOWN.finding("/notice_no", entry_no=notice.entry_no)


def check_converted_terms(matter: Matter) -> Iterator[Finding]:
    """Ask for the contracts (M06, M07) where the terms are other than the notice's."""
    notice, mortgage = matter.notice, matter.application.mortgage
    if notice is None or mortgage is None:
        return
    differences = list(_differences(notice, matter))
    for code in ("M06", "M07"):
        if differences and not matter.application.has_material(code):
            zh, en = "、".join(d[0] for d in differences), ", ".join(d[1] for d in differences)
            yield _OTHER_TERMS.finding("/materials", code=code, what_zh=zh, what_en=en)


def _differences(notice: Encumbrance, matter: Matter) -> Iterator[tuple[str, str]]:
    mortgage, deed = matter.application.mortgage, notice.deed
    assert mortgage is not None
    amount = mortgage.secured.fen if mortgage.secured else None
    if notice.amount_fen is not None and notice.amount_fen != amount:
        yield "债权数额", "amount"
    if notice.contract_no and notice.contract_no != mortgage.mortgage_contract_no:
        yield "抵押合同号", "mortgage contract"
    if isinstance(deed, MortgageEntry) and not _is_same_term((deed.start, deed.end), matter):
        yield "债务履行期限", "term"


def _is_same_term(term: tuple[date | None, date | None], matter: Matter) -> bool:
    mortgage = matter.application.mortgage
    return mortgage is not None and term == (mortgage.start, mortgage.end)


_CHANGE: Final = frozenset({RegistrationKind.CHANGE})
_CONVERSION: Final = frozenset({RegistrationKind.CONVERSION})
_MORTGAGE_NOTICE: Final = frozenset({RegistrationKind.MORTGAGE_NOTICE})
_PURCHASE_NOTICE: Final = frozenset({RegistrationKind.PURCHASE_NOTICE})
RULES: Final = (
    Rule(clauses=(_NO_TRANSFER, _MORTGAGED_SALE), check=check_transfer, kinds=SALE),
    Rule(
        clauses=(_LAND_ENDS,),
        check=check_land_right,
        kinds=MORTGAGING | _CHANGE | _MORTGAGE_NOTICE,
    ),
    Rule(
        clauses=(_NO_NOTICE, _NOTICE_LAPSED, _OTHER_NOTICE),
        check=check_purchase_notice,
        kinds=_MORTGAGE_NOTICE,
    ),
    Rule(clauses=(_BUILT,), check=check_still_building, kinds=_PURCHASE_NOTICE),
    Rule(
        clauses=(_OTHER_NOTICE, _MORTGAGE_LAPSED, _DAYS_UNKNOWN),
        check=check_converted_notice,
        kinds=_CONVERSION,
    ),
    Rule(clauses=(_OTHER_TERMS,), check=check_converted_terms, kinds=_CONVERSION),
)
