"""Rules on what becomes of a mortgage that stands: changed, crystallised, passed on, discharged."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.changes import Change, ChangeGround, CrystallisationFact, Renaming, TransferMode
from registration.findings import Level
from registration.mortgage import Applicant, DischargeCause, MortgageForm
from registration.people import PersonName
from registration.requirements.rule import Hit, Rule

_OF_FORM: Final = {
    ChangeGround.TERM: MortgageForm.ORDINARY,
    ChangeGround.MAX_CLAIM: MortgageForm.MAXIMUM,
    ChangeGround.DETERMINATION_PERIOD: MortgageForm.MAXIMUM,
}


def check_grounds(application: Application, _today: date) -> Iterator[Hit]:
    """A change names its grounds, each once, and only those that its form of mortgage can have."""
    change, mortgage = application.change, application.mortgage
    if change is None:
        return
    pointer = "/change/grounds"
    if not change.grounds:
        yield Hit("请选择变更事项。", "State what is changed.", pointer)
    if len(set(change.grounds)) != len(change.grounds):
        yield Hit("变更事项重复。", "A ground of the change stands twice.", pointer)
    if ChangeGround.OTHER in change.grounds and not change.note.strip():
        yield Hit("请说明其他变更内容。", "State in words what else is changed.", "/change/note")
    for ground in change.grounds:
        if mortgage is not None and _OF_FORM.get(ground, mortgage.form) is not mortgage.form:
            yield Hit(
                f"{mortgage.form.title_zh}没有“{ground.title_zh}”事项，请核实。",
                f"A mortgage of this form ({mortgage.form.title_en}) has no such ground:"
                f" {ground.title_en}.",
                pointer,
            )
    if ChangeGround.RANK in change.grounds and mortgage and mortgage.agreed_rank is None:
        yield Hit(
            "请填写变更后的抵押顺位。",
            "State the rank after the change.",
            "/mortgage/agreed_rank",
        )


def check_renamings(application: Application, _today: date) -> Iterator[Hit]:
    """A changed name or number is told before and after, and after it is the applicant's."""
    change = application.change
    if change is None:
        return
    after = {
        ChangeGround.HOLDER_NAME: {
            (application.mortgagee.name.folded, application.mortgagee.credit_code.text)
        },
        ChangeGround.OBLIGOR_NAME: {
            (party.name.folded, party.document.number) for party in application.mortgagors
        },
    }
    for ground, parties in after.items():
        if ground in change.grounds and not any(_after(r) in parties for r in change.renamings):
            yield Hit(
                f"{ground.title_zh}：请填写变更前后的名称和证件号码，变更后的须与申请人一致。",
                f"{ground.title_en}: state both before and after; after it is the applicant's.",
                "/change/renamings",
            )
    yield from _check_each(change)


def _check_each(change: Change) -> Iterator[Hit]:
    for index, renaming in enumerate(change.renamings):
        is_same = renaming.name_before.folded == renaming.name_after.folded
        if is_same and renaming.number_before in {"", renaming.number_after}:
            yield Hit(
                "变更前后的名称和证件号码相同，请核实。",
                "Name and number are the same before and after.",
                f"/change/renamings/{index}",
            )
    if change.renamings and not any(ground.is_name for ground in change.grounds):
        yield Hit(
            "填写了名称变更，但变更事项中未选择，请核实。",
            "A changed name is stated, but it is no ground of the change.",
            "/change/renamings",
        )


def _after(renaming: Renaming) -> tuple[str, str]:
    return PersonName(renaming.name_after.text).folded, renaming.number_after


def check_crystallisation(application: Application, today: date) -> Iterator[Hit]:
    """What was determined has a fact, an amount above nought and a day that has come."""
    told = application.crystallisation
    if told is None:
        return
    if told.fact is CrystallisationFact.OTHER and not told.note.strip():
        yield Hit("请说明债权确定的事实。", "State the fact in words.", "/crystallisation/note")
    if told.amount is None or told.amount.fen <= 0:
        yield Hit(
            "请填写确定的债权数额，且须大于零。",
            "State the amount that was determined, above nought.",
            "/crystallisation/amount_fen",
        )
    if told.determined_on is None or told.determined_on > today:
        yield Hit(
            "请填写债权确定的日期，且不得晚于今日。",
            "State the day on which the claims were determined; it has come already.",
            "/crystallisation/determined_on",
        )


def check_transfer(application: Application, today: date) -> Iterator[Hit]:
    """A mortgage passes by an assignment, from one bank to another, and the debtor knows."""
    told = application.transfer
    if told is None:
        return
    if not told.assignment_no.strip():
        yield Hit(
            "请填写债权转让协议编号。",
            "State the number of the assignment contract.",
            "/transfer/assignment_no",
        )
    if told.notified_on is None or told.notified_on > today:
        yield Hit(
            "请填写通知债务人的日期，且不得晚于今日。",
            "State the day on which the debtor was notified; it has come already.",
            "/transfer/notified_on",
        )
    if told.former.credit_code == application.mortgagee.credit_code:
        yield Hit(
            "原抵押权人与受让人为同一人，请核实。",
            "The mortgagee before and after is the same.",
            "/transfer/former/credit_code",
        )
    is_amount_needed = told.mode is TransferMode.SPLIT
    if (is_amount_needed and told.amount is None) or (told.amount and told.amount.fen <= 0):
        yield Hit(
            "请填写转让的债权数额，且须大于零。",
            "State the claim that was assigned, above nought.",
            "/transfer/amount_fen",
        )


def check_discharger(application: Application, _today: date) -> Iterator[Hit]:
    """The mortgagor alone needs a court's document; a realised mortgage is discharged by both."""
    told = application.discharge
    if told is None:
        return
    by, cause = told.applied_by, told.cause
    if by is Applicant.MORTGAGOR and cause is not DischargeCause.COURT_DOCUMENT:
        yield Hit(
            "抵押人单方申请注销的，须依据生效法律文书。",
            "The mortgagor alone may discharge only by an effective court document.",
            "/discharge/applicant",
        )
    if by is Applicant.MORTGAGEE and cause is DischargeCause.REALISED:
        yield Hit(
            "抵押权已实现的，由抵押权人和抵押人共同申请注销。",
            "Both parties apply where the mortgage was realised.",
            "/discharge/applicant",
        )


RULES: Final = (
    Rule(
        id="FORMAT",
        level=Level.CORRECT,
        basis="《不动产登记暂行条例实施细则》第六十八条、第七十二条",
        look=check_grounds,
    ),
    Rule(
        id="FORMAT",
        level=Level.CORRECT,
        basis="《不动产登记暂行条例》第十四条第二款第四项",
        look=check_renamings,
    ),
    Rule(
        id="R42",
        level=Level.CORRECT,
        basis="《民法典》第四百二十三条；《不动产登记暂行条例实施细则》第七十三条",
        look=check_crystallisation,
    ),
    Rule(
        id="FORMAT",
        level=Level.CORRECT,
        basis="《民法典》第四百零七条、第五百四十六条；《不动产登记暂行条例实施细则》第六十九条",
        look=check_transfer,
    ),
    Rule(
        id="R38",
        level=Level.CORRECT,
        basis="《不动产登记暂行条例实施细则》第七十条",
        look=check_discharger,
    ),
)
