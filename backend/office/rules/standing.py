"""Rules on a mortgage that stands: is it the one, whose is it, and may it become what is asked."""

from collections.abc import Iterator
from typing import Final

from backend.office.register import Encumbrance, EncumbranceKind, EntryState, MortgageEntry
from backend.office.rules.book import AMENDING, Clause, Rule
from backend.office.rules.burden import is_burdening
from backend.office.rules.matter import Matter
from backend.office.rules.sameness import is_bank, is_same_name, is_same_number
from registration.bundle import BundleModel
from registration.changes import ChangeGround, CrystallisationFact, TransferMode
from registration.findings import Finding, Level
from registration.mortgage import Discharge, Mortgage, MortgageForm, RegistrationKind
from registration.parties import standing_pointer
from registration.people import Mortgagee

_END_LAW: Final = "《民法典》第三百九十三条；《不动产登记暂行条例实施细则》第七十条"
_R27: Final = "《不动产登记暂行条例》第十八条第一项"

_NO_SUCH_MORTGAGE: Final = Clause(
    rule="R38",
    level=Level.CORRECT,
    basis=_END_LAW,
    zh="申请注销的不动产登记证明与登记簿不符：{why_zh}，请核对后重新提交抵押权消灭的材料。",
    en="The mortgage to be discharged does not fit the register: {why_en}; check and file again.",
)
_OTHER_MORTGAGE: Final = Clause(
    rule="R27",
    level=Level.CORRECT,
    basis=_R27,
    zh="申请内容与登记簿记载不一致：不动产登记证明，{why_zh}。",
    en="The application differs from the register: its certificate; {why_en}.",
)
_UNTOLD: Final = Clause(
    rule="R27",
    level=Level.CORRECT,
    basis=_R27,
    zh="登记簿未载明该抵押权的全部内容（系统启用前登记），请在抵押情况中填写，并以登记证明为据。",
    en="The register does not hold all terms of this older mortgage; state them as certified.",
)
_UNDECLARED: Final = Clause(
    rule="R27",
    level=Level.CORRECT,
    basis=_R27,
    zh="申请内容与登记簿记载不一致：{field_zh}与登记簿不同，但变更事项中未选择。",
    en="The application differs from the register: {field_en} is other, but no ground says so.",
)
_UNCHANGED: Final = Clause(
    rule="R27",
    level=Level.CORRECT,
    basis=_R27,
    zh="选择了变更事项“{ground_zh}”，但内容与登记簿相同，请核实。",
    en="A ground is named ({ground_en}), but the register says the same already.",
)
_OTHER_NAME: Final = Clause(
    rule="R27",
    level=Level.CORRECT,
    basis=_R27,
    zh="变更前的名称、证件号码与登记簿记载不一致，请核实。",
    en="Name and number before the change are not those on the register.",
)
_HARMS_OTHERS: Final = Clause(
    rule="R39",
    level=Level.CORRECT,
    basis="《民法典》第四百零九条、第四百二十二条；《不动产登记暂行条例实施细则》第六十八条",
    zh="请提交其他抵押权人（{holder}）书面同意材料。",
    en="Hand in the written consent of the other mortgagee ({holder}).",
)
_NOT_YET: Final = Clause(
    rule="R41",
    level=Level.BLOCK,
    basis="《民法典》第四百二十一条；《不动产登记暂行条例实施细则》第七十四条",
    zh="最高额抵押担保的债权确定前，最高额抵押权不得随部分债权转让；请一并申请确定登记，或者提交另有约定的材料。",
    en="Before crystallisation a maximum-amount mortgage does not pass on: crystallise it too, or"
    " hand in what was agreed otherwise.",
)
_BY_AGREEMENT: Final = Clause(
    rule="R41",
    level=Level.MANUAL,
    basis="《民法典》第四百二十一条；《不动产登记暂行条例实施细则》第七十四条",
    zh="当事人约定最高额抵押权随同部分债权转移，转人工审核约定材料。",
    en="A maximum-amount mortgage passes with a part of the claims by agreement: look at it.",
)
_NO_PART: Final = Clause(
    rule="R41",
    level=Level.CORRECT,
    basis="《不动产登记暂行条例实施细则》第七十四条",
    zh="{why_zh}，请核实转移方式和数额。",
    en="{why_en}; check how the mortgage passes, and the amount.",
)
_NOT_DETERMINED: Final = Clause(
    rule="R42",
    level=Level.CORRECT,
    basis="《民法典》第四百二十三条；《不动产登记暂行条例实施细则》第七十三条",
    zh="债权确定与登记簿不符：{why_zh}，请核实。",
    en="The crystallisation does not fit the register: {why_en}; check it.",
)


def check_discharged_mortgage(matter: Matter) -> Iterator[Finding]:
    """R38: the certificate proves a mortgage in force on this unit, of this bank and amount."""
    discharge = matter.application.discharge
    # A title's number in place of the certificate's is told by the form's own rule.
    if discharge is None or discharge.certificate_no.is_title:
        return
    why = _why_unfit(matter, matter.application.mortgagee, with_notices=True)
    if why is not None:
        yield _unfit("certificate_no", *why)
    else:
        yield from _compare_amount(matter, discharge)


def _compare_amount(matter: Matter, discharge: Discharge) -> Iterator[Finding]:
    cleared, entry = discharge.cleared_amount, matter.standing
    assert entry is not None
    if cleared is not None and entry.amount_fen is not None and cleared.fen != entry.amount_fen:
        yield _unfit("cleared_amount", "结清材料的数额与登记的数额不同", "the amounts differ")


def _unfit(field: str, why_zh: str, why_en: str) -> Finding:
    return _NO_SUCH_MORTGAGE.finding(f"/discharge/{field}", why_zh=why_zh, why_en=why_en)


def _why_unfit(
    matter: Matter, holder: Mortgagee, *, with_notices: bool = False
) -> tuple[str, str] | None:
    """Say why the named certificate proves no mortgage in force of a bank on the unit."""
    entry, number = matter.standing, matter.application.standing_no
    kinds = {EncumbranceKind.MORTGAGE}
    if with_notices:
        kinds.add(EncumbranceKind.MORTGAGE_NOTICE)
    replaced = matter.page.extract.find_replaced(number.text) if number else None
    if entry is None and replaced is not None:
        by = replaced.certificate_no
        return f"该证明已换发为{by}", f"it was replaced by {by}"
    if entry is None or entry.kind not in kinds:
        return "该单元上没有此证明的抵押权", "the unit has no such mortgage"
    if entry.state is not EntryState.CURRENT:
        return "该抵押权已经注销", "the mortgage is discharged already"
    is_renamed = matter.application.change is not None and any(
        ground is ChangeGround.HOLDER_NAME for ground in matter.application.change.grounds
    )
    if not is_bank(entry, holder) and not is_renamed:
        return "抵押权人不是申请人", "it is another mortgagee's"
    return None


def check_standing_mortgage(matter: Matter) -> Iterator[Finding]:
    """R27: what is changed, determined or passed on is a mortgage in force of who says so."""
    application = matter.application
    number, transfer = application.standing_no, application.transfer
    if number is None or number.is_title:
        return
    holder = transfer.former if transfer is not None else application.mortgagee
    why = _why_unfit(matter, holder)
    pointer = f"{standing_pointer(application)}/certificate_no"
    if why is not None:
        yield _OTHER_MORTGAGE.finding(pointer, why_zh=why[0], why_en=why[1])
    elif not _is_told(matter):
        yield _UNTOLD.finding("/mortgage")


def _is_told(matter: Matter) -> bool:
    """Say whether register and application together hold all terms that a certificate shows."""
    entry = matter.standing
    is_known = entry is not None and isinstance(entry.deed, MortgageEntry)
    return is_known or matter.application.mortgage is not None


def check_declared(matter: Matter) -> Iterator[Finding]:
    """R27: everything that is other than before is a ground of the change, and each ground is."""
    change, after = matter.application.change, matter.application.mortgage
    deed = matter.standing.deed if matter.standing else None
    if change is None or after is None or not isinstance(deed, MortgageEntry):
        return
    grounds = set(change.grounds)
    if after.form.value != deed.form:
        yield _UNDECLARED.finding("/mortgage/form", field_zh="抵押方式", field_en="the form")
        return
    for ground, field_zh, field_en, is_other in _compare(deed, after):
        if is_other and ground not in grounds and ChangeGround.OTHER not in grounds:
            yield _UNDECLARED.finding("/mortgage", field_zh=field_zh, field_en=field_en)
    found = {ground for ground, *_, is_other in _compare(deed, after) if is_other}
    weighed = {ground for ground, *_ in _compare(deed, after)} - {ChangeGround.OTHER}
    for ground in sorted(grounds & weighed - found, key=lambda g: g.value):
        yield _UNCHANGED.finding(
            "/change/grounds", ground_zh=ground.title_zh, ground_en=ground.title_en
        )


def _compare(deed: MortgageEntry, after: Mortgage) -> Iterator[tuple[ChangeGround, str, str, bool]]:
    """Yield each ground with what it is about, and whether that is other than on the register."""
    is_maximum = after.form is MortgageForm.MAXIMUM
    amount = after.secured.fen if after.secured else None
    is_term_other = (deed.start, deed.end) != (after.start, after.end)
    is_contract_other = deed.principal_contract_no != after.principal_contract_no
    is_scope_other = deed.security_scope.strip() != after.security_scope.strip()
    is_limit_other = deed.is_transfer_restricted != bool(after.is_transfer_restricted)
    yield ChangeGround.SECURITY_SCOPE, "担保范围", "the scope of security", is_scope_other
    yield ChangeGround.OTHER, "禁止或限制转让的约定", "the limit on transfer", is_limit_other
    if is_maximum:
        is_open_other = deed.is_period_open != after.is_period_open
        is_period_other = is_term_other or is_open_other
        is_amount_other = amount != deed.amount_fen
        yield ChangeGround.MAX_CLAIM, "最高债权额", "the highest claim", is_amount_other
        yield ChangeGround.DETERMINATION_PERIOD, "债权确定期间", "the period", is_period_other
    else:
        is_debt_other = amount != deed.amount_fen or is_contract_other
        yield ChangeGround.DEBT, "债权数额或主债权合同", "amount or contract", is_debt_other
        yield ChangeGround.TERM, "债务履行期限", "the term", is_term_other


def check_renamed(matter: Matter) -> Iterator[Finding]:
    """R27: who is renamed stands on the register under the name and number before."""
    change, entry = matter.application.change, matter.standing
    if change is None or entry is None:
        return
    known = [(holder.name, holder.number) for holder in entry.holders]
    if isinstance(entry.deed, MortgageEntry):
        known += zip(entry.deed.mortgagors, entry.deed.mortgagor_numbers, strict=False)
    elif ChangeGround.OBLIGOR_NAME in change.grounds:
        # The register does not hold the mortgagors of an older mortgage; the owners are checked.
        return
    for index, renaming in enumerate(change.renamings):
        name, number = renaming.name_before.text, renaming.number_before
        is_known = any(
            is_same_name(n, name) and (not k or not number or is_same_number(k, number))
            for n, k in known
        )
        if not is_known:
            yield _OTHER_NAME.finding(f"/change/renamings/{index}/name_before")


def check_other_mortgagees(matter: Matter) -> Iterator[Finding]:
    """R39: a change that harms the mortgagees after it has their written consent (M10)."""
    application, own = matter.application, matter.standing
    if application.has_material("M10") or not is_burdening(matter):
        return
    for entry in matter.page.current(EncumbranceKind.MORTGAGE):
        if not is_bank(entry, application.mortgagee) and _is_after(entry, own):
            yield _HARMS_OTHERS.finding("/materials", holder=entry.holder)


def _is_after(entry: Encumbrance, own: Encumbrance | None) -> bool:
    """Say whether an entry is paid after the changed one; what has no rank may be."""
    if own is None or own.rank is None or entry.rank is None:
        return True
    return entry.rank > own.rank or (entry.rank == own.rank and entry.entry_no != own.entry_no)


def check_passing(matter: Matter) -> Iterator[Finding]:
    """R41: before crystallisation a maximum-amount mortgage passes only as was agreed."""
    told, entry = matter.application.transfer, matter.standing
    if told is None or entry is None:
        return
    is_maximum = _form(matter) is MortgageForm.MAXIMUM
    if is_maximum and told.mode is TransferMode.WHOLE:
        yield _NOT_YET.finding("/transfer/mode")
    elif is_maximum:
        yield _BY_AGREEMENT.finding("/transfer/mode")
        if told.amount is not None and entry.amount_fen is not None:
            yield from _check_part(matter, told.amount.fen, entry.amount_fen)
    elif told.mode.is_part:
        why_zh, why_en = "该抵押权不是最高额抵押权", "it is no maximum-amount mortgage"
        yield _NO_PART.finding("/transfer/mode", why_zh=why_zh, why_en=why_en)


def _check_part(matter: Matter, part_fen: int, whole_fen: int) -> Iterator[Finding]:
    """A part is less than the whole; what is split off is taken from the maximum."""
    if part_fen >= whole_fen:
        why_zh, why_en = "转让的债权数额不小于最高债权额", "the part is not less than the maximum"
        yield _NO_PART.finding("/transfer/amount_fen", why_zh=why_zh, why_en=why_en)
    reduced = [o.mortgage for o in matter.together if o.change is not None and o.mortgage]
    bundle = matter.application.bundle
    if bundle is not None and bundle.model is BundleModel.SPLIT and reduced:
        left = reduced[0].max_claim
        if left is None or left.fen != whole_fen - part_fen:
            why_zh = "变更后的最高债权额不等于扣减已转移数额后的余额"
            why_en = "the changed maximum is not what is left of it"
            yield _NO_PART.finding("/transfer/amount_fen", why_zh=why_zh, why_en=why_en)


def _form(matter: Matter) -> MortgageForm | None:
    """Return the form of the standing mortgage; where the register lacks it, as it is stated."""
    entry, stated = matter.standing, matter.application.mortgage
    if entry is not None and isinstance(entry.deed, MortgageEntry):
        return MortgageForm(entry.deed.form)
    return stated.form if stated is not None else None


def check_determined(matter: Matter) -> Iterator[Finding]:
    """R42: what is crystallised is a maximum-amount mortgage, by a fact that has come about."""
    told, entry = matter.application.crystallisation, matter.standing
    if told is None or entry is None:
        return
    if _form(matter) is MortgageForm.ORDINARY:
        yield _undetermined("certificate_no", "该抵押权不是最高额抵押权", "it has no maximum")
        return
    amount = told.amount
    if amount is not None and entry.amount_fen is not None and amount.fen > entry.amount_fen:
        yield _undetermined(
            "amount_fen",
            "确定的数额超过登记的最高债权额，超过部分不受抵押担保",
            "what lies above the registered maximum is not secured",
        )
    deed = entry.deed
    if isinstance(deed, MortgageEntry) and told.determined_on is not None:
        is_early = deed.end is not None and told.determined_on < deed.end
        if told.fact is CrystallisationFact.PERIOD_ENDED and (is_early or deed.is_period_open):
            yield _undetermined(
                "fact", "登记的债权确定期间尚未届满或者未约定", "the period has not ended"
            )


def _undetermined(field: str, why_zh: str, why_en: str) -> Finding:
    return _NOT_DETERMINED.finding(f"/crystallisation/{field}", why_zh=why_zh, why_en=why_en)


_CHANGE: Final = frozenset({RegistrationKind.CHANGE})
RULES: Final = (
    Rule(
        clauses=(_NO_SUCH_MORTGAGE,),
        check=check_discharged_mortgage,
        kinds=frozenset({RegistrationKind.CANCELLATION}),
    ),
    Rule(clauses=(_OTHER_MORTGAGE, _UNTOLD), check=check_standing_mortgage, kinds=AMENDING),
    Rule(clauses=(_UNDECLARED, _UNCHANGED), check=check_declared, kinds=_CHANGE),
    Rule(clauses=(_OTHER_NAME,), check=check_renamed, kinds=_CHANGE),
    Rule(clauses=(_HARMS_OTHERS,), check=check_other_mortgagees, kinds=_CHANGE),
    Rule(
        clauses=(_NOT_YET, _BY_AGREEMENT, _NO_PART),
        check=check_passing,
        kinds=frozenset({RegistrationKind.TRANSFER}),
    ),
    Rule(
        clauses=(_NOT_DETERMINED,),
        check=check_determined,
        kinds=frozenset({RegistrationKind.CRYSTALLISATION}),
    ),
)
