"""The rules on a mortgage that stands: change, crystallisation, transfer, discharge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from backend.office.register import Encumbrance, EntryState, Extract
from registration.application import Application
from registration.changes import ChangeGround, CrystallisationFact, Renaming, TransferMode
from registration.findings import Level
from registration.mortgage import Applicant, DischargeCause, Money, RegistrationKind
from registration.people import parse_name
from tests.factories import (
    PROOF_NO,
    ZHANG,
    make_discharge,
    make_maximum_mortgage,
    make_mortgage,
)
from tests.factories_kinds import (
    OLD_BANK,
    OLD_BANK_NAME,
    make_change,
    make_crystallisation,
    make_renamed_bank,
    make_split,
    make_transfer,
    materials,
)
from tests.factories_office import (
    hits,
    judged,
    make_dissent,
    make_extract,
    make_maximum_standing,
    make_notice,
    make_page,
    make_seizure,
    make_standing,
)
from tests.known import known
from tests.rows import make_encumbrance

OWN: Final = make_standing()
LATER: Final = make_encumbrance(2, rank=2)
EARLIER: Final = make_encumbrance(3, rank=1)
M10: Final = materials("M01", "M03", "M05", "M09", "M10", "M15")
OLDS: Final = {"mortgagee": OLD_BANK_NAME, "mortgagee_number": OLD_BANK}

Page = Callable[[], Extract]


def on(*entries: Encumbrance, **title: Any) -> Extract:
    return replace(make_page(**title), encumbrances=entries)


def changed(*grounds: ChangeGround, **terms: Any) -> Application:
    changes = {key: terms.pop(key) for key in ("materials", "mortgagee") if key in terms}
    return make_change(*grounds, mortgage=make_mortgage(**terms), **changes)


def more(**changes: Any) -> Application:
    """Return a change to a larger amount."""
    return changed(ChangeGround.DEBT, amount=Money(90_000_000), amount_words="", **changes)


def crystallised(**changes: Any) -> Application:
    base = make_crystallisation()
    assert base.crystallisation is not None
    return replace(base, crystallisation=replace(base.crystallisation, **changes))


def renamed(*, name: str = "示例商业银行股份有限公司开封龙亭支行", number: str = "") -> Application:
    base = make_renamed_bank()
    assert base.change is not None
    (renaming,) = base.change.renamings
    told = replace(renaming, name_before=parse_name(name), number_before=number)
    return replace(base, change=replace(base.change, renamings=(told,)))


def owner_renamed() -> Application:
    renaming = Renaming(
        name_before=parse_name("张曾用"),
        number_before=ZHANG,
        name_after=parse_name("张示例"),
        number_after=ZHANG,
    )
    base = make_change(ChangeGround.OBLIGOR_NAME, mortgage=None)
    assert base.change is not None
    return replace(base, change=replace(base.change, renamings=(renaming,)))


MAXIMUM: Final = make_maximum_standing()
HITS: dict[str, tuple[Application, Extract, list[str]]] = {
    # --- what is clean
    "a smaller amount": (make_change(), on(OWN), []),
    "a smaller amount beside others": (make_change(), on(OWN, LATER), []),
    "a larger amount, alone": (more(), on(OWN), []),
    "a larger amount after an earlier mortgage": (
        more(), on(make_standing(rank=2), EARLIER), []
    ),
    "a renamed bank": (make_renamed_bank(), on(OWN), []),
    "a renamed owner": (
        owner_renamed(), on(make_standing(mortgagors=("张曾用", "李示例"))), []
    ),
    "a crystallisation": (make_crystallisation(), on(MAXIMUM), []),
    "a transfer": (make_transfer(), on(make_standing(**OLDS)), []),
    "a change of what a case has changed before": (
        make_change(), on(make_standing(case_no="20260929-0000044", amount_fen=90_000_000)), []
    ),
    # --- R27: which mortgage, whose, and what is other than before
    "a change of nothing": (make_change(), on(), ["R27"]),
    "a change of what is over": (
        make_change(), on(replace(OWN, state=EntryState.HISTORICAL)), ["R27"]
    ),
    "another bank's": (make_change(), on(make_standing(**OLDS)), ["R27"]),
    "a transfer that the holder does not make": (make_transfer(), on(OWN), ["R27"]),
    "a mortgage of another form": (
        make_change(mortgage=make_maximum_mortgage()), on(OWN), ["R27"]
    ),
    "a term that is not declared": (
        changed(ChangeGround.DEBT, amount=Money(80_000_000), amount_words="",
                end=date(2036, 9, 28)),
        on(OWN), ["R27"],
    ),
    "a ground that changes nothing": (
        changed(ChangeGround.DEBT, ChangeGround.TERM, amount=Money(80_000_000), amount_words=""),
        on(OWN), ["R27"],
    ),
    "a ground that says other covers it": (
        make_change(ChangeGround.OTHER, change=replace(
            known(make_change(ChangeGround.OTHER).change), note="还款方式"),
        ),
        on(OWN), [],
    ),
    "a bank that had another name": (renamed(name="示例银行乙"), on(OWN), ["R27"]),
    "a bank that had another number": (renamed(number="914102000X0000019M"), on(OWN), ["R27"]),
    "an older mortgage whose terms nobody tells": (
        make_transfer(), on(make_encumbrance(
            holder=OLD_BANK_NAME, holder_number=OLD_BANK, certificate_no=PROOF_NO)),
        ["R27"],
    ),
    "an older mortgage whose terms are told": (
        make_transfer(mortgage=make_mortgage()), on(make_encumbrance(
            holder=OLD_BANK_NAME, holder_number=OLD_BANK, certificate_no=PROOF_NO)),
        [],
    ),
    # --- R39: whom a change harms
    "a larger amount before another": (more(), on(OWN, LATER), ["R39"]),
    "a larger amount with consent": (more(materials=M10), on(OWN, LATER), []),
    "a longer term before another": (
        changed(ChangeGround.TERM, end=date(2050, 1, 1)), on(OWN, LATER), ["R39"]
    ),
    "a shorter term before another": (
        changed(ChangeGround.TERM, end=date(2040, 1, 1)), on(OWN, LATER), []
    ),
    "a wider scope before another": (
        changed(ChangeGround.SECURITY_SCOPE, security_scope="全部债务"), on(OWN, LATER), ["R39"]
    ),
    "a renamed bank before another": (make_renamed_bank(), on(OWN, LATER), []),
    # --- R05: ranks
    "a change of rank": (
        changed(ChangeGround.RANK, agreed_rank=2), on(OWN, LATER), ["R05"]
    ),
    # --- R01, R02, R06, R40: only more burden is a disposal
    "less on a seized flat": (make_change(), on(OWN, make_seizure()), []),
    "more on a seized flat": (more(), on(OWN, make_seizure()), ["R01"]),
    "a crystallisation because of a seizure": (
        crystallised(fact=CrystallisationFact.SEIZED), on(MAXIMUM, make_seizure()), []
    ),
    "a transfer on a seized flat": (make_transfer(), on(make_standing(**OLDS), make_seizure()), []),
    "less under a dissent": (make_change(), on(OWN, make_dissent()), []),
    "more under a dissent": (more(), on(OWN, make_dissent()), ["R02"]),
    "less under a stranger's notice": (make_change(), on(OWN, make_notice()), []),
    "more under a stranger's notice": (more(), on(OWN, make_notice()), ["R06"]),
    "more under a freeze": (more(), on(OWN, restrictions=("征收冻结",)), ["R40"]),
    "less under a freeze": (make_change(), on(OWN, restrictions=("征收冻结",)), []),
    # --- R26
    "a term longer than the land's": (
        changed(ChangeGround.TERM, end=date(2090, 1, 1)), on(OWN), ["R26"]
    ),
    # --- R41: a maximum-amount mortgage before crystallisation
    "a maximum that passes whole": (
        make_transfer(), on(make_maximum_standing(**OLDS)), ["R41"]
    ),
    "a part with agreement": (
        make_transfer(TransferMode.SHARED), on(make_maximum_standing(**OLDS)), ["R41"]
    ),
    "a part of an ordinary mortgage": (
        make_transfer(TransferMode.SHARED), on(make_standing(**OLDS)), ["R41"]
    ),
    "after crystallisation it passes": (
        make_transfer(), on(make_standing(**OLDS, max_claim_fen=150_000_000)), []
    ),
    # --- R42: what is determined
    "an ordinary mortgage has no maximum": (make_crystallisation(), on(OWN), ["R42"]),
    "more than the maximum": (crystallised(amount=Money(160_000_000)), on(MAXIMUM), ["R42"]),
    "before the period ended": (
        crystallised(), on(make_maximum_standing(end=date(2027, 9, 28))), ["R42"]
    ),
    "a period that was never agreed": (
        crystallised(), on(make_maximum_standing(end=None, is_period_open=True)), ["R42"]
    ),
    "no new claims before the period ended": (
        crystallised(fact=CrystallisationFact.NO_NEW_CLAIMS),
        on(make_maximum_standing(end=date(2027, 9, 28))), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("application", "page", "expected"), HITS.values(), ids=HITS)
def test_what_hits_and_nothing_else(
    application: Application, page: Extract, expected: list[str]
) -> None:
    assert hits(application, page) == expected


LEVELS: dict[str, tuple[Application, Extract, Level]] = {
    "R05": (changed(ChangeGround.RANK, agreed_rank=2), on(OWN), Level.NOT_ACCEPTED),
    "R01": (more(), on(OWN, make_seizure()), Level.BLOCK),
    "R41": (make_transfer(), on(make_maximum_standing(**OLDS)), Level.BLOCK),
    "R42": (make_crystallisation(), on(OWN), Level.CORRECT),
}


@pytest.mark.parametrize("rule", LEVELS)
def test_how_grave_it_is(rule: str) -> None:
    application, page, level = LEVELS[rule]
    found = [f.level for f in judged(application, page)[1] if f.rule == rule]

    assert found == [level]


def test_a_part_by_agreement_is_looked_at_by_a_person() -> None:
    page = on(make_maximum_standing(**OLDS))
    outcome, findings = judged(make_transfer(TransferMode.SHARED), page)

    assert outcome.decision == "MANUAL"
    assert [f.level for f in findings] == [Level.MANUAL]


def test_a_replaced_certificate_names_its_successor() -> None:
    successor = "豫（2026）开封市不动产证明第0000099号"
    replaced = replace(OWN, certificate_no=successor, former_numbers=(PROOF_NO,))

    for application in (make_change(), make_discharge()):
        (found,) = judged(application, on(replaced))[1]
        assert successor in found.zh
        assert successor in found.en


def test_between_a_change_and_its_certificate_the_one_before_still_names_it() -> None:
    between = replace(OWN, certificate_no="", former_numbers=(PROOF_NO,))

    assert hits(make_change(), on(between)) == []


def test_a_split_takes_the_part_from_the_maximum() -> None:
    transfer, change = make_split()
    page = on(make_maximum_standing(**OLDS))

    assert hits(transfer, page, together=(change,)) == ["R41"]
    (found,) = judged(transfer, page, together=(change,))[1]
    assert found.level is Level.MANUAL

    wrong = replace(change, mortgage=make_maximum_mortgage(max_claim=Money(140_000_000)))
    levels = [f.level for f in judged(transfer, page, together=(wrong,))[1]]
    assert levels == [Level.CORRECT, Level.MANUAL]


def test_a_discharge_of_a_notice_is_a_discharge_too() -> None:
    notice = make_standing(kind=_kind("MORTGAGE_NOTICE"), rank=None)

    assert hits(make_discharge(), on(notice)) == []


def _kind(name: str) -> Any:
    return type(OWN.kind)[name]


def test_a_courts_document_is_read_by_people() -> None:
    base = make_discharge()
    assert base.discharge is not None
    for applicant in (Applicant.MORTGAGEE, None):
        told = replace(base.discharge, cause=DischargeCause.COURT_DOCUMENT, applicant=applicant)
        outcome, _ = judged(make_discharge(discharge=told), on(OWN))
        assert outcome.decision == "MANUAL"
    assert judged(base, make_extract(OWN))[0].decision == "APPROVED"


@pytest.mark.parametrize(
    "kind", [RegistrationKind.CHANGE, RegistrationKind.CRYSTALLISATION, RegistrationKind.TRANSFER]
)
def test_clean_cases_of_these_kinds_go_to_people(kind: RegistrationKind) -> None:
    clean = {
        RegistrationKind.CHANGE: (make_change(), on(OWN)),
        RegistrationKind.CRYSTALLISATION: (make_crystallisation(), on(MAXIMUM)),
        RegistrationKind.TRANSFER: (make_transfer(), on(make_standing(**OLDS))),
    }
    application, page = clean[kind]

    assert judged(application, page)[0].decision == "MANUAL"
