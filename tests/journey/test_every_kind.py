"""One case of every kind through the real office: from the sealed package to the certificate.

People and firms are made up; the estates are those of the samples or flats of their own.
"""

from dataclasses import replace
from datetime import date

import pytest

from backend.office.case import Stage
from backend.office.events import Act
from backend.office.register import EntryState
from backend.office.verification import Answer as Check
from registration.changes import ChangeGround, Renaming, TransferMode
from registration.findings import Level
from registration.identifiers import parse_certificate_no
from registration.mortgage import Applicant, DischargeCause, Money, RegistrationKind
from registration.outcomes import (
    AcceptanceReceipt,
    Answer,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Progress,
    Registered,
)
from registration.people import parse_name
from tests.factories import complete, make_mortgage, make_party
from tests.factories_kinds import (
    OLD_BANK_NAME,
    bank_for,
    make_crystallisation,
    make_ownership_transfer,
    make_transfer,
    materials,
)
from tests.journey.filing import (
    Desk,
    contract,
    make_filing,
    make_large,
    make_release,
    only,
    open_desk,
    rules,
    sample,
)
from tests.journey.kinds import (
    accepted,
    acts,
    changing,
    check,
    items,
    number_of,
    owned,
    proof_of,
    standing,
    telling,
    terms_of,
    unit_of,
)

pytestmark = pytest.mark.journey

WHOLE = [AcceptanceReceipt, Registered, CertificateIssued]


def kinds_of(answers: tuple[Answer, ...]) -> list[type]:
    """Return what was answered, beside the news of where a case stands."""
    return [type(answer) for answer in answers if not isinstance(answer, Progress)]


# --- change -----------------------------------------------------------------------------------


def test_a_change_gives_a_new_certificate_and_the_old_one_names_it(desk: Desk) -> None:
    estate, terms = desk.new_flat(), contract()
    before = desk.file(desk.ready(make_filing(estate, **terms)))
    then = desk.stand.wall.clock.now()
    less = replace(terms["mortgage"], amount=Money(80_000_000), amount_words="捌拾万元整")

    received = desk.file(
        desk.ready(changing(estate, number_of(before), ChangeGround.DEBT, mortgage=less))
    )
    answers = desk.approve(accepted(received)[0])

    assert kinds_of(answers) == WHOLE
    first, now = only(before, Registered), only(answers, Registered)
    assert (now.entry_no, now.rank) == (first.entry_no, 1)
    assert items(desk, answers)["担保债权数额"] == "800,000.00 元（捌拾万元整）"
    old, new = check(desk, number_of(before)), check(desk, number_of(answers))
    assert (old.answer, old.successor) == (Check.REPLACED, number_of(answers))
    assert (new.answer, new.successor) == (Check.VALID, "")
    assert acts(desk, estate) == [Act.BROUGHT_IN, Act.ENTERED, Act.CHANGED]
    with desk.stand.wall.works.reading() as work:
        unit_no = estate.title.unit_no
        (past,) = work.register.extract(unit_no, then, as_of=then).encumbrances
    (present,) = standing(desk, estate)
    assert (past.amount_fen, present.amount_fen) == (86_000_000, 80_000_000)
    assert present.certificate_no == number_of(answers)
    assert present.former_numbers == (number_of(before),)


def test_a_certificate_that_was_replaced_discharges_nothing_more(desk: Desk) -> None:
    estate, terms = desk.new_flat(), contract()
    before = desk.file(desk.ready(make_filing(estate, **terms)))
    less = replace(terms["mortgage"], amount=Money(80_000_000), amount_words="")
    change = changing(estate, number_of(before), ChangeGround.DEBT, mortgage=less)
    after = desk.approve(accepted(desk.file(desk.ready(change)))[0])

    (asked,) = desk.file(desk.ready(make_release(estate, number_of(before))))

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R38"]
    assert number_of(after) in asked.findings[0].zh
    desk.withdraw(asked.case_no)
    released = desk.file(desk.ready(make_release(estate, number_of(after))))
    assert only(released, Registered).certificate_follows is False
    assert check(desk, number_of(before)).answer is Check.REPLACED
    assert check(desk, number_of(after)).answer is Check.CANCELLED
    assert standing(desk, estate) == []


def test_a_renamed_bank_changes_an_older_entry_alone(desk: Desk) -> None:
    estate = sample("37")
    bank = bank_for(
        RegistrationKind.CHANGE, name=parse_name("示例商业银行股份有限公司开封西区支行")
    )
    (entry,) = estate.encumbrances
    renaming = Renaming(
        name_before=parse_name(entry.holder),
        number_before=entry.holder_number,
        name_after=bank.name,
        number_after=bank.credit_code.text,
    )
    change = telling(
        changing(
            estate,
            proof_of(estate),
            ChangeGround.HOLDER_NAME,
            mortgagee=bank,
            mortgagors=(),
            mortgage=None,
            materials=materials("M01", "M03", "M05", "M09", "M15"),
        ),
        "change",
        renamings=(renaming,),
    )

    answers = desk.approve(accepted(desk.file(desk.ready(change)))[0])

    certificate = desk.facts(answers)
    assert certificate.holder == bank.name.text
    assert dict(certificate.other_items)["担保债权数额"] == "860,000.00 元（捌拾陆万元整）"
    (after,) = standing(desk, estate)
    assert (after.holder, after.entry_no) == (bank.name.text, entry.entry_no)
    assert after.former_numbers == (proof_of(estate),)


# --- crystallisation and transfer -------------------------------------------------------------


def test_a_maximum_whose_period_ended_goes_on_as_an_ordinary_mortgage(desk: Desk) -> None:
    estate = sample("38")
    told = telling(
        make_crystallisation(**owned(estate)),
        "crystallisation",
        certificate_no=parse_certificate_no(proof_of(estate)),
        determined_on=date(2025, 9, 28),
    )

    answers = desk.approve(accepted(desk.file(desk.ready(told)))[0])

    assert kinds_of(answers) == WHOLE
    said = items(desk, answers)
    assert said["抵押方式"] == "一般抵押"
    assert said["担保债权数额"] == "1,200,000.00 元（壹佰贰拾万元整）"
    assert said["原最高债权额"] == "1,500,000.00 元（壹佰伍拾万元整）"
    assert said["最高债权确定事实"] == "约定的债权确定期间届满（2025-09-28）"
    assert acts(desk, estate)[-1] is Act.CRYSTALLISED
    (after,) = standing(desk, estate)
    assert (after.amount_fen, after.rank) == (120_000_000, 1)


def test_a_mortgage_passes_to_this_bank(desk: Desk) -> None:
    estate = sample("39")
    told = telling(
        make_transfer(**unit_of(estate)),
        "transfer",
        certificate_no=parse_certificate_no(proof_of(estate)),
    )

    answers = desk.approve(accepted(desk.file(desk.ready(told)))[0])

    certificate = desk.facts(answers)
    assert certificate.holder == told.mortgagee.name.text
    assert certificate.obligors == ("张示例", "李示例")
    (after,) = standing(desk, estate)
    assert after.holder_number == told.mortgagee.credit_code.text
    assert after.entry_no == estate.encumbrances[0].entry_no
    assert acts(desk, estate)[-1] is Act.TRANSFERRED


def test_an_older_entry_whose_terms_nobody_knows_is_asked_about(desk: Desk) -> None:
    number = "豫（2023）开封市不动产证明第0009901号"
    estate = desk.new_flat(
        {
            "entry_no": "DY20230101-0000001",
            "kind": "mortgage",
            "recorded_at": "2023-01-01T10:00:00+08:00",
            "holder": OLD_BANK_NAME,
            "holder_number": "914102000X0000019M",
            "certificate_no": number,
            "rank": 1,
            "amount_fen": 86_000_000,
            "contract_no": "DY-2026-000123",
        }
    )
    told = telling(
        make_transfer(**unit_of(estate)), "transfer", certificate_no=parse_certificate_no(number)
    )
    application = desk.ready(told)

    (asked,) = desk.file(application)

    assert isinstance(asked, CorrectionRequest)
    assert rules(asked.findings) == ["R27"]
    stated = replace(
        application,
        mortgage=make_mortgage(),
        debtors=(make_party(),),
        round=2,
        corrects=asked.case_no,
    )
    answers = desk.approve(accepted(desk.file(stated))[0])
    assert desk.facts(answers[1:]).remarks.startswith("债务人：张示例")
    assert items(desk, answers[1:])["担保债权数额"] == "860,000.00 元（捌拾陆万元整）"


def test_a_maximum_before_its_crystallisation_is_shared_only_by_agreement(desk: Desk) -> None:
    estate = sample("41")
    number = parse_certificate_no(proof_of(estate))
    whole = telling(make_transfer(**unit_of(estate)), "transfer", certificate_no=number)
    shared = telling(
        make_transfer(TransferMode.SHARED, **unit_of(estate)), "transfer", certificate_no=number
    )

    (barred,) = accepted(desk.file(desk.ready(whole)))
    found = desk.case(barred).findings
    assert ("R41", Level.BLOCK) in [(f.rule, f.level) for f in found]
    desk.refuse(barred)

    answers = desk.approve(accepted(desk.file(desk.ready(shared)))[0])
    certificate = desk.facts(answers)
    assert certificate.holder == f"{OLD_BANK_NAME}、{shared.mortgagee.name.text}"
    assert dict(certificate.other_items)["最高债权额"] == "1,500,000.00 元（壹佰伍拾万元整）"


# --- discharge by a court's document; what the channel does not take --------------------------


def test_the_owner_alone_discharges_with_a_courts_document(desk: Desk) -> None:
    estate = desk.new_flat()
    issued = desk.enter(estate)
    base = make_release(estate, issued.certificate_no)
    assert base.discharge is not None
    told = replace(
        base.discharge, cause=DischargeCause.COURT_DOCUMENT, applicant=Applicant.MORTGAGOR
    )
    application = complete(
        replace(
            base,
            discharge=told,
            mortgagors=make_filing(estate).mortgagors,
            materials=materials("M01", "M05", "M12", "M15"),
        ),
        {},
    )

    received = desk.file(desk.ready(application))
    case_no = accepted(received)[0]
    assert desk.case(case_no).stage is Stage.IN_REVIEW
    answers = desk.approve(case_no)

    assert only(answers, Registered).certificate_follows is False
    (entry,) = desk.extract(estate).encumbrances
    assert entry.state is EntryState.HISTORICAL


def test_ownership_alone_is_not_taken_by_this_channel(desk: Desk) -> None:
    estate = desk.new_flat()
    (answer,) = desk.file(desk.ready(make_ownership_transfer(**unit_of(estate))))

    assert isinstance(answer, NonAcceptance)
    assert "KIND" in rules(answer.findings)


def test_two_live_cases_show_each_other(desk: Desk) -> None:
    estate = desk.new_flat()
    first = desk.file_large(estate)
    second = accepted(desk.file(desk.ready(make_large(estate))))[0]

    for mine, other in ((first, second), (second, first)):
        (found,) = [f for f in desk.case(mine).findings if f.rule == "R34"]
        assert (found.level, other in found.zh) == (Level.MANUAL, True)


def test_a_closed_kind_is_turned_away(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("closed")
    with open_desk(folder, closed_kinds=(RegistrationKind.CHANGE.value,)) as desk:
        estate = sample("37")
        change = changing(
            estate,
            proof_of(estate),
            ChangeGround.DEBT,
            mortgage=terms_of(estate, amount=Money(80_000_000)),
        )
        (answer,) = desk.file(desk.ready(change))
    assert isinstance(answer, NonAcceptance)
    assert rules(answer.findings) == ["KIND"]
