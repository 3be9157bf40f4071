"""Rules on what stands on the unit beside its ownership."""

from collections.abc import Iterator
from typing import Final

from backend.office.register import Encumbrance, EncumbranceKind
from backend.office.rules.book import DISPOSING, MORTGAGING, NOTICES, SALE, Clause, Rule
from backend.office.rules.burden import is_burdening
from backend.office.rules.matter import Matter, Page
from backend.office.rules.sameness import is_bank, is_holder
from registration.application import Application
from registration.changes import ChangeGround
from registration.days import local_day
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind

_SEIZED: Final = Clause(
    rule="R01",
    level=Level.BLOCK,
    basis="《民法典》第三百九十九条第五项",
    zh="该不动产已被{court}依法查封（{document_no}），不得办理抵押登记。",
    en="The property is seized by {court} ({document_no}); it cannot be mortgaged.",
)
_SEIZED_SALE: Final = Clause(
    rule="R01",
    level=Level.BLOCK,
    basis="《城市房地产管理法》第三十八条第二项；《不动产登记暂行条例》第二十二条第一项",
    zh="该不动产已被{court}依法查封（{document_no}），不得办理转移或者预告登记。",
    en="The property is seized by {court} ({document_no}); it cannot pass to anybody.",
)
_SEIZED_CHANGE: Final = Clause(
    rule="R01",
    level=Level.BLOCK,
    basis="《民法典》第三百九十九条第五项",
    zh="该不动产已被{court}依法查封（{document_no}），不得增加抵押负担。",
    en="The property is seized by {court} ({document_no}); no more can be laid on it.",
)
_DISSENT: Final = Clause(
    rule="R02",
    level=Level.CORRECT,
    basis="《民法典》第二百二十条；《不动产登记暂行条例实施细则》第八十四条",
    zh="该不动产存在异议登记（{entry_no}），请提交知悉异议登记并自担风险的书面承诺。",
    en="A dissent is registered ({entry_no}); add the written commitment to bear its risk (M18).",
)
_DISSENT_SEEN: Final = Clause(
    rule="R03",
    level=Level.MANUAL,
    basis="《民法典》第二百二十条",
    zh="存在异议登记（{entry_no}），转人工审核。",
    en="A dissent is registered ({entry_no}); a reviewer must look.",
)
_EARLIER: Final = Clause(
    rule="R04",
    level=Level.INFO,
    basis="《民法典》第四百一十四条；《不动产登记暂行条例实施细则》第六十七条",
    zh="该不动产已设立{count}个抵押权，本次顺位为第{rank}顺位。",
    en="Mortgages in force on the unit: {count}; this one gets rank {rank}.",
)
_RANK: Final = Clause(
    rule="R05",
    level=Level.CORRECT,
    basis="《不动产登记暂行条例实施细则》第六十七条",
    zh="抵押顺位与登记簿不一致（登记簿顺位为第{rank}顺位），请核实或提交顺位约定。",
    en="The rank differs from the register's ({rank}); check it or add the agreement on ranks.",
)
_RANK_AGREED: Final = Clause(
    rule="R05",
    # Another rank changes the other mortgagees' entries too: a registration of change, which
    # this channel does not take. Entering the register's next rank instead would break the deal.
    level=Level.NOT_ACCEPTED,
    basis="《民法典》第四百零九条；《不动产登记暂行条例实施细则》第六十七条",
    zh="约定的抵押顺位（与登记簿的第{rank}顺位不同）涉及其他抵押权的变更，请到登记窗口办理。",
    en="An agreed rank (not the register's {rank}) changes other mortgages: apply at the office.",
)
_RANK_CHANGE: Final = Clause(
    rule="R05",
    # Other mortgagees' entries and certificates change with it; their banks are not at this counter.
    level=Level.NOT_ACCEPTED,
    basis="《民法典》第四百零九条；《不动产登记暂行条例实施细则》第六十八条",
    zh="抵押权顺位变更涉及其他抵押权的变更，请各抵押权人共同到登记窗口办理。",
    en="A change of ranks changes other mortgages too: all mortgagees apply at the office.",
)
_RANK_OF_NOTICE: Final = Clause(
    rule="R05",
    level=Level.NOT_ACCEPTED,
    basis="《最高人民法院关于适用〈民法典〉有关担保制度的解释》第五十二条",
    zh="预告登记之后已设立其他抵押权（{entry_no}），其顺位须一并变更，请到登记窗口办理。",
    en="A mortgage ({entry_no}) was entered after the notice; their ranks change: apply there.",
)
_NOTICE: Final = Clause(
    rule="R06",
    level=Level.BLOCK,
    basis="《民法典》第二百二十一条",
    zh="未经预告登记权利人书面同意，不得处分该不动产（预告登记{entry_no}）。",
    en="A priority notice stands ({entry_no}); without its holder's consent nobody may dispose.",
)
_BANK_NOTICE: Final = Clause(
    rule="R07",
    level=Level.MANUAL,
    basis="《民法典》第二百二十一条",
    zh="存在抵押权预告登记（{entry_no}），转人工审核。",
    en="Another bank's priority notice of a mortgage stands ({entry_no}); a reviewer must look.",
)
_HABITATION: Final = Clause(
    rule="R13",
    level=Level.MANUAL,
    basis="《民法典》第三百六十六条至第三百七十条",
    zh="该住宅设有居住权（{entry_no}），请抵押权人书面确认知悉。",
    en="A right of habitation stands ({entry_no}); the mortgagee must confirm that it knows.",
)


def look_for_seizure(page: Page) -> Iterator[Finding]:
    """Tell of seizures before there is an application."""
    yield from _seizures(page, _SEIZED)


def check_seizure(matter: Matter) -> Iterator[Finding]:
    """R01: no seizure stands; the entry's state decides, not its printed term.

    It bars what burdens the property or passes it on. A change that adds nothing, a
    crystallisation (which a seizure brings about) and the passing of a claim stay possible.
    """
    if matter.kind in SALE | NOTICES:
        yield from _seizures(matter.page, _SEIZED_SALE)
    elif matter.kind is not RegistrationKind.CHANGE:
        yield from _seizures(matter.page, _SEIZED)
    elif is_burdening(matter):
        yield from _seizures(matter.page, _SEIZED_CHANGE)


def _seizures(page: Page, clause: Clause) -> Iterator[Finding]:
    for entry in page.current(EncumbranceKind.SEIZURE):
        yield clause.finding(
            "/unit/unit_no", court=entry.holder, document_no=entry.document_no or entry.entry_no
        )


def look_for_dissent(page: Page) -> Iterator[Finding]:
    """Tell of dissents before there is an application: it will need the commitment."""
    yield from _dissents(page, has_commitment=False)


def check_dissent(matter: Matter) -> Iterator[Finding]:
    """R02, R03: a dissent in force needs the commitment; then, or when old, a person looks."""
    if matter.kind is not RegistrationKind.CHANGE or is_burdening(matter):
        yield from _dissents(matter.page, has_commitment=matter.application.has_material("M18"))


def _dissents(page: Page, *, has_commitment: bool) -> Iterator[Finding]:
    for entry in page.current(EncumbranceKind.DISSENT):
        age = (page.today - local_day(entry.recorded_at)).days
        is_in_force = entry.is_suit_filed or age <= page.policy.dissent_days
        if is_in_force and not has_commitment:
            yield _DISSENT.finding("/materials", entry_no=entry.entry_no)
        else:
            yield _DISSENT_SEEN.finding("/unit/unit_no", entry_no=entry.entry_no)


def check_earlier_mortgages(page: Page) -> Iterator[Finding]:
    """R04: earlier mortgages do not bar a new one; its rank is told."""
    mortgages = page.current(EncumbranceKind.MORTGAGE)
    if mortgages:
        yield _EARLIER.finding(
            "/unit/unit_no", count=str(len(mortgages)), rank=str(page.extract.next_rank)
        )


def check_rank(matter: Matter) -> Iterator[Finding]:
    """R05: another rank than the register's needs the other mortgagees' agreement (M10)."""
    mortgage, change = matter.application.mortgage, matter.application.change
    if change is not None:
        if ChangeGround.RANK in change.grounds:
            yield _RANK_CHANGE.finding("/change/grounds")
        return
    rank = matter.page.extract.next_rank
    if mortgage is None or mortgage.agreed_rank in {None, rank}:
        return
    clause = _RANK_AGREED if matter.application.has_material("M10") else _RANK
    yield clause.finding("/mortgage/agreed_rank", rank=str(rank))


def check_rank_of_notice(matter: Matter) -> Iterator[Finding]:
    """R05: a converted notice ranks by its own day; nothing was entered after it."""
    notice = matter.notice
    if notice is None:
        return
    for entry in matter.page.current(EncumbranceKind.MORTGAGE):
        if entry.recorded_at > notice.recorded_at:
            yield _RANK_OF_NOTICE.finding("/notice_no", entry_no=entry.entry_no)


def look_for_purchase_notice(page: Page) -> Iterator[Finding]:
    """Tell of priority notices before it is known who applies."""
    for entry in page.current(EncumbranceKind.PURCHASE_NOTICE):
        yield _NOTICE.finding("/unit/unit_no", entry_no=entry.entry_no)


def check_purchase_notice(matter: Matter) -> Iterator[Finding]:
    """R06: nobody else holds a priority notice, or he signed the application himself."""
    if matter.kind is RegistrationKind.CHANGE and not is_burdening(matter):
        return
    for entry in matter.page.current(EncumbranceKind.PURCHASE_NOTICE):
        if not _agrees(entry, matter.application):
            yield _NOTICE.finding("/unit/unit_no", entry_no=entry.entry_no)


def _agrees(entry: Encumbrance, application: Application) -> bool:
    """Say whether a notice's holder mortgages or buys, or is a debtor who signed."""
    signers = {ink.signer_number for ink in application.inks if ink.paper_code == "M01"}
    signed = [p for p in application.outside_debtors if p.document.number in signers]
    buyers = application.sale.buyers if application.sale else ()
    return any(is_holder(entry, party) for party in (*application.mortgagors, *buyers, *signed))


def look_for_mortgage_notice(page: Page) -> Iterator[Finding]:
    """Tell of a bank's priority notice before it is known which bank applies."""
    for entry in page.current(EncumbranceKind.MORTGAGE_NOTICE):
        yield _BANK_NOTICE.finding("/unit/unit_no", entry_no=entry.entry_no)


def check_mortgage_notice(matter: Matter) -> Iterator[Finding]:
    """R07: no other bank holds a priority notice of a mortgage."""
    for entry in matter.page.current(EncumbranceKind.MORTGAGE_NOTICE):
        if not is_bank(entry, matter.application.mortgagee):
            yield _BANK_NOTICE.finding("/unit/unit_no", entry_no=entry.entry_no)


def check_habitation(page: Page) -> Iterator[Finding]:
    """R13: a right of habitation is no bar, but the mortgagee has to know of it."""
    for entry in page.current(EncumbranceKind.HABITATION):
        yield _HABITATION.finding("/unit/unit_no", entry_no=entry.entry_no)


_CHANGE: Final = frozenset({RegistrationKind.CHANGE})
_CONVERSION: Final = frozenset({RegistrationKind.CONVERSION})
RULES: Final = (
    Rule(
        clauses=(_SEIZED, _SEIZED_SALE, _SEIZED_CHANGE),
        look=look_for_seizure,
        check=check_seizure,
        kinds=DISPOSING | _CHANGE,
    ),
    Rule(
        clauses=(_DISSENT, _DISSENT_SEEN),
        look=look_for_dissent,
        check=check_dissent,
        kinds=DISPOSING | _CHANGE,
    ),
    Rule(clauses=(_EARLIER,), look=check_earlier_mortgages, kinds=MORTGAGING),
    Rule(clauses=(_RANK, _RANK_AGREED, _RANK_CHANGE), check=check_rank, kinds=MORTGAGING | _CHANGE),
    Rule(clauses=(_RANK_OF_NOTICE,), check=check_rank_of_notice, kinds=_CONVERSION),
    Rule(
        clauses=(_NOTICE,),
        look=look_for_purchase_notice,
        check=check_purchase_notice,
        kinds=DISPOSING | _CHANGE,
    ),
    Rule(
        clauses=(_BANK_NOTICE,),
        look=look_for_mortgage_notice,
        check=check_mortgage_notice,
        kinds=DISPOSING,
    ),
    Rule(clauses=(_HABITATION,), look=check_habitation, kinds=MORTGAGING | SALE),
)
