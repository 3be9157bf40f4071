from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from registration.application import Application
from registration.findings import Level
from registration.identifiers import CreditCode, parse_certificate_no, parse_unit_no
from registration.ink import SignerRole
from registration.mortgage import Money, RegistrationKind
from registration.people import CoOwnership, IdKind, parse_name
from registration.requirements import check_application
from tests.factories import (
    BUYER,
    FATHER,
    LI,
    MINOR,
    PROOF_NO,
    TELLER,
    TITLE_NO,
    TODAY,
    ZHANG,
    make_application,
    make_discharge,
    make_document,
    make_identity,
    make_mortgagee,
    make_party,
    make_strokes,
    make_unit,
    without_ink_of,
)
from tests.unit.registration.applications import (
    SOLE,
    agent,
    answered,
    authority,
    authority_for,
    by_shares,
    discharge,
    inked,
    maximum,
    minor,
    mortgage,
    owner,
    owner_read_as,
    with_answer_twice,
    with_paper_changed,
    without_material,
)

CORRECT = Level.CORRECT


@dataclass(frozen=True, slots=True)
class Case:
    """What is changed, and all that is found then."""

    make: Callable[[], Application]
    rule: str
    pointer: str
    level: Level = CORRECT
    times: int = 1
    words: str = ""
    """A part of the Chinese text."""


CASES = {
    "KIND: a bundle is several applications": Case(
        lambda: authority_for(RegistrationKind.SALE_AND_MORTGAGE),
        "KIND", "/kind", Level.NOT_ACCEPTED, words="逐项填写申请",
    ),
    "FORMAT: no mortgagors": Case(
        lambda: make_application(mortgagors=(), co_ownership=CoOwnership.SOLE), "FORMAT", "/mortgagors"
    ),
    "FORMAT: a first registration without a mortgage": Case(
        lambda: make_application(mortgage=None), "FORMAT", "/mortgage"
    ),
    "FORMAT: a first registration without debtors": Case(
        lambda: make_application(debtors=()), "FORMAT", "/debtors"
    ),
    "FORMAT: a correction of no case": Case(
        lambda: make_application(round=2), "FORMAT", "/corrects"
    ),
    "FORMAT: a first round that corrects a case": Case(
        lambda: make_application(corrects="20260929-0000001"), "FORMAT", "/corrects"
    ),
    "FORMAT: no number of the principal contract": Case(
        lambda: mortgage(principal_contract_no=" "), "FORMAT", "/mortgage/principal_contract_no"
    ),
    "FORMAT: no number of the mortgage contract": Case(
        lambda: mortgage(mortgage_contract_no=""), "FORMAT", "/mortgage/mortgage_contract_no"
    ),
    "R21: no scope of security": Case(
        lambda: mortgage(security_scope=" "), "R21", "/mortgage/security_scope"
    ),
    "R21: no answer on a transfer restriction": Case(
        lambda: mortgage(is_transfer_restricted=None), "R21", "/mortgage/is_transfer_restricted"
    ),
    "R22: no amount": Case(lambda: mortgage(amount=None), "R22", "/mortgage/amount_fen"),
    "R22: an amount of nought": Case(lambda: mortgage(amount=Money(0)), "R22", "/mortgage/amount_fen"),
    "R22: a maximum of nought": Case(
        lambda: maximum(max_claim=Money(0)), "R22", "/mortgage/max_claim_fen"
    ),
    "R22: words of another amount": Case(
        lambda: mortgage(amount_words="捌拾柒万元整"), "R22", "/mortgage/amount_words",
        words="860,000.00／捌拾柒万元整",
    ),
    "R22: a maximum's words of another amount": Case(
        lambda: maximum(amount_words="壹佰万元整"), "R22", "/mortgage/amount_words",
        words="最高债权额大小写不一致",
    ),
    "R22: words that are no amount": Case(
        lambda: mortgage(amount_words="八十六万左右"), "R22", "/mortgage/amount_words",
        words="应为“捌拾陆万元整”",
    ),
    "R23: the contract has another amount": Case(
        lambda: mortgage(contract_amount=Money(85_000_000)), "R23", "/mortgage/amount_fen"
    ),
    "R24: no first day": Case(lambda: mortgage(start=None), "R24", "/mortgage/start"),
    "R24: no last day": Case(lambda: mortgage(end=None), "R24", "/mortgage/end"),
    "R24: a term that ends when it starts": Case(
        lambda: mortgage(end=date(2026, 9, 28)), "R24", "/mortgage/end"
    ),
    "R24: a period that runs back": Case(
        lambda: maximum(end=date(2026, 9, 27)), "R24", "/mortgage/end", words="债权确定期间"
    ),
    "R25: no highest claim": Case(
        lambda: maximum(max_claim=None), "R25", "/mortgage/max_claim_fen"
    ),
    "R25: no period and not said to be open": Case(
        lambda: maximum(start=None, end=None), "R25", "/mortgage/is_period_open"
    ),
    "R25: a period and none agreed": Case(
        lambda: maximum(is_period_open=True), "R25", "/mortgage/is_period_open",
        words="请保留其一",
    ),
    "MATERIAL: the principal contract is missing": Case(
        lambda: without_material(make_application(), "M06"), "MATERIAL", "/materials",
        words="M06《主债权合同》",
    ),
    "MATERIAL: an identity that no chip told needs its picture": Case(
        lambda: owner_read_as(evidence=None), "MATERIAL", "/materials", words="M02"
    ),
    "MATERIAL: a discharge without the certificate": Case(
        lambda: without_material(make_discharge(), "M05"), "MATERIAL", "/materials", words="M05"
    ),
    "R11: a minor without a guardian": Case(
        lambda: minor(has_guardian=False), "R11", "/mortgagors/0/guardian", words="王示例未满十八周岁"
    ),
    "R11: a guardian without his papers": Case(
        lambda: minor(has_papers=False), "R11", "/materials", words="书面保证"
    ),
    "R12: a minor's house for another's debt": Case(
        lambda: minor(debtor=FATHER), "R12", "/debtors", Level.MANUAL
    ),
    "R38: a discharge without proof": Case(
        lambda: without_material(make_discharge(), "M12"), "R38", "/materials"
    ),
    "R08: a joint owner did not sign": Case(
        lambda: without_ink_of(make_application(), LI, "M01"), "R08", "/inks", words="缺少李示例的签名"
    ),
    "R08: one joint owner alone": Case(
        lambda: make_application(mortgagors=(make_party(),)), "R08", "/mortgagors"
    ),
    "R09: less than two thirds signed": Case(
        lambda: without_ink_of(make_application(**by_shares("3/5", "2/5")), LI, "M01"),
        "R09", "/inks",
    ),
    "R33: the inquiry record lacks a signature": Case(
        lambda: without_ink_of(make_application(), LI, "M15"), "R33", "/inks",
        words="《询问笔录》缺少李示例的签名",
    ),
    "R33: the agent did not sign": Case(
        lambda: without_ink_of(make_application(), TELLER), "R33", "/inks", words="赵示例"
    ),
    "R33: the only owner did not sign": Case(
        lambda: without_ink_of(make_application(**SOLE), ZHANG, "M01"), "R33", "/inks"
    ),
    "R33: the debtor did not sign": Case(
        lambda: without_ink_of(make_application(debtors=(make_party("周示例", BUYER),)), BUYER),
        "R33", "/inks", words="《不动产登记申请书》缺少周示例的签名",
    ),
    "R33: the form was changed after three signed": Case(
        lambda: with_paper_changed("M01"), "R33", "/inks/0", times=3, words="签署后被修改"
    ),
    "R33: ink of another name": Case(
        lambda: inked(0, signer_name="李示例"), "R33", "/inks/0", words="身份不符"
    ),
    "R33: ink in another part": Case(
        lambda: inked(0, role=SignerRole.DEBTOR), "R33", "/inks/0", words="身份不符"
    ),
    "R33: a dot is no signature": Case(
        lambda: inked(0, strokes=make_strokes("dot", 1, 3)), "R33", "/inks/0", words="笔迹过少"
    ),
    "R33: nobody writes so quickly": Case(
        lambda: inked(0, strokes=make_strokes("quick", 1, 14)), "R33", "/inks/0", words="时间过短"
    ),
    "R33: ink that ended before it began": Case(
        lambda: inked(0, started_at=make_application().inks[0].ended_at + timedelta(seconds=1)),
        "R33", "/inks/0", words="时间倒退",
    ),
    "R33: one ink on two papers": Case(
        lambda: inked(4, strokes=make_application().inks[0].strokes), "R33", "/inks/4",
        words="笔迹完全相同",
    ),
    "FORMAT: shares of joint owners": Case(
        lambda: make_application(shares=("1/2", "1/2")), "FORMAT", "/shares"
    ),
    "FORMAT: a share is missing": Case(
        lambda: make_application(**by_shares("1/1")), "FORMAT", "/shares"
    ),
    "FORMAT: shares that are no fractions": Case(
        lambda: make_application(**by_shares("1/2", "half")), "FORMAT", "/shares"
    ),
    "FORMAT: a share of noughts": Case(
        lambda: make_application(**by_shares("1/1", "1/0")), "FORMAT", "/shares"
    ),
    "FORMAT: shares that do not make up the whole": Case(
        lambda: make_application(**by_shares("1/2", "1/3")), "FORMAT", "/shares", words="现为 5/6"
    ),
    "FORMAT: one owner, two mortgagors": Case(
        lambda: make_application(co_ownership=CoOwnership.SOLE), "FORMAT", "/co_ownership"
    ),
    "R31: no authority": Case(lambda: agent(authority=None), "R31", "/mortgagee/agent/authority"),
    "R31: an authority that ended yesterday": Case(
        lambda: authority(valid_to=date(2026, 9, 28)), "R31", "/mortgagee/agent/authority/valid_to"
    ),
    "R31: an authority that begins tomorrow": Case(
        lambda: authority(valid_from=date(2026, 9, 30)), "R31", "/mortgagee/agent/authority/valid_to"
    ),
    "R31: an authority for another matter": Case(
        lambda: authority(matters=("抵押权注销登记",)), "R31", "/mortgagee/agent/authority/matters"
    ),
    "FORMAT: a debtor twice": Case(
        lambda: make_application(debtors=(make_party(), make_party())), "FORMAT", "/debtors/1"
    ),
    "R32: an agent's number with a wrong check character": Case(
        lambda: agent(document=make_document("410204199304189961")),
        "R32", "/mortgagee/agent/document/number",
    ),
    "R32: a company's wrong credit code": Case(
        lambda: make_application(
            mortgagee=make_mortgagee(credit_code=CreditCode("91410200MA0X00015C"))
        ),
        "R32", "/mortgagee/credit_code",
    ),
    "R32: a card that ended yesterday": Case(
        lambda: owner_read_as(valid_to=date(2026, 9, 28)), "R32", "/mortgagors/0/identity/valid_to"
    ),
    "R32: a card that begins tomorrow": Case(
        lambda: owner_read_as(valid_from=date(2026, 9, 30)),
        "R32", "/mortgagors/0/identity/valid_from",
    ),
    "R32: another number on the chip": Case(
        lambda: owner_read_as(document=make_document(BUYER), birth_date=None),
        "R32", "/mortgagors/0/document",
    ),
    "R32: another kind of document on the chip": Case(
        lambda: owner_read_as(document=make_document(kind=IdKind.HMT_PERMIT)),
        "R32", "/mortgagors/0/document",
    ),
    "R32: another name on the chip": Case(
        lambda: owner_read_as(name="张示列"), "R32", "/mortgagors/0/name", words="“张示列”"
    ),
    "R32: a compatibility character is another name": Case(
        lambda: owner(name=parse_name("張\uf9b5"), identity=make_identity("張例")),
        "R32", "/mortgagors/0/name",
    ),
    "R32: a birth date that is not the number's": Case(
        lambda: owner_read_as(birth_date=date(1985, 6, 16)),
        "R32", "/mortgagors/0/identity/birth_date",
    ),
    "R15: collective land": Case(
        lambda: make_application(unit=make_unit(unit_no=parse_unit_no("410202001003JA00012W00000000"))),
        "R15", "/unit/unit_no", Level.BLOCK,
    ),
    "R15: a rural house plot": Case(
        lambda: make_application(unit=make_unit(unit_no=parse_unit_no("410202001003JC00012F00010012"))),
        "R15", "/unit/unit_no", Level.BLOCK, words="宅基地",
    ),
    "R16: ownership undecided": Case(
        lambda: make_application(unit=make_unit(unit_no=parse_unit_no("410202001003ZB00012F00010012"))),
        "R16", "/unit/unit_no", Level.BLOCK,
    ),
    "R16: use in dispute": Case(
        lambda: make_application(unit=make_unit(unit_no=parse_unit_no("410202001003GW00012W00000000"))),
        "R16", "/unit/unit_no", Level.BLOCK,
    ),
    "FORMAT: a certificate where the title should be": Case(
        lambda: make_application(unit=make_unit(title_no=parse_certificate_no(PROOF_NO))),
        "FORMAT", "/unit/title_no",
    ),
    "FORMAT: a title where the certificate should be": Case(
        lambda: discharge(certificate_no=parse_certificate_no(TITLE_NO)),
        "FORMAT", "/discharge/certificate_no",
    ),
    "FORMAT: no location": Case(
        lambda: make_application(unit=make_unit(location=" ")), "FORMAT", "/unit/location"
    ),
    "FORMAT: a question without an answer": Case(
        lambda: replace(make_application(), inquiry=make_application().inquiry[1:]),
        "FORMAT", "/inquiry", words="真实意思表示",
    ),
    "FORMAT: an answer that is no choice": Case(
        lambda: answered("leased", "perhaps"), "FORMAT", "/inquiry/3/answer"
    ),
    "FORMAT: one question answered twice": Case(with_answer_twice, "FORMAT", "/inquiry"),
    "FORMAT: an answer against the form": Case(
        lambda: answered("transfer_restriction", "yes"), "FORMAT", "/inquiry/5/answer",
        words="笔录为“是”，申请书为“否”",
    ),
    "FORMAT: not what they want": Case(
        lambda: answered("true_intent", "no"), "FORMAT", "/inquiry/0/answer"
    ),
    "FORMAT: the risk is not known": Case(
        lambda: answered("enforcement_risk", "no"), "FORMAT", "/inquiry/7/answer"
    ),
    "R09: co-owners disagree": Case(
        lambda: answered("co_owner_consent", "no", **by_shares("1/2", "1/2")),
        "R09", "/inquiry/4/answer", Level.MANUAL,
    ),
    "R13: a right of habitation": Case(
        lambda: answered("habitation_right", "yes"), "R13", "/inquiry/4/answer", Level.MANUAL
    ),
    "FORMAT: a lease": Case(
        lambda: answered("leased", "yes"), "FORMAT", "/inquiry/3/answer", Level.INFO
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_finds_what_is_wrong_and_nothing_else(case: Case) -> None:
    found = check_application(case.make(), today=TODAY)

    assert [f.rule for f in found] == [case.rule] * case.times
    assert {f.level for f in found} == {case.level}
    assert found[0].pointer == case.pointer
    assert case.words in found[0].zh


def test_no_finding_holds_a_document_number() -> None:
    """Findings are shown, printed and sent: they name people, never their numbers."""
    numbers = (ZHANG, LI, FATHER, MINOR, BUYER, TELLER)
    for case in CASES.values():
        for finding in check_application(case.make(), today=TODAY):
            assert not any(n in finding.zh or n in finding.en for n in numbers)
