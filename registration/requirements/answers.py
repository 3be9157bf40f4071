"""Rules on the inquiry record: everything asked, answered, and of one mind with the form."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Level
from registration.inquiry import (
    CO_OWNER_CONSENT,
    CO_OWNER_CONSENT_TO_SALE,
    DEBTOR_NOTIFIED,
    ENFORCEMENT_RISK,
    HABITATION,
    LEASED,
    NO,
    TRUE_INTENT,
    YES,
    Question,
    expected_answers,
    questions_for,
)
from registration.requirements.rule import Hit, Rule


def _asked(application: Application) -> Iterator[tuple[Question, str | None, str]]:
    """Yield each question to be asked, with the answer given and the pointer to it."""
    given = {a.question: (i, a.answer) for i, a in enumerate(application.inquiry)}
    for question in questions_for(application):
        index, answer = given.get(question.code, (None, None))
        yield question, answer, "/inquiry" if index is None else f"/inquiry/{index}/answer"


def _has_answer(application: Application, question: Question, answer: str) -> str | None:
    """Return the pointer to an answer when it was given, None otherwise."""
    for asked, given, pointer in _asked(application):
        if asked is question and given == answer:
            return pointer
    return None


def check_answered(application: Application, _today: date) -> Iterator[Hit]:
    """Every question is answered once, with an answer that it allows."""
    for question, answer, pointer in _asked(application):
        if answer is None and question.is_required:
            yield Hit(
                f"询问笔录缺少回答：{question.zh}",
                f"The inquiry record lacks an answer: {question.en}",
                pointer,
            )
        elif answer is not None and question.is_required and not question.may_answer(answer):
            yield Hit(
                f"询问笔录的回答不在选项之内：{question.zh}",
                f"The inquiry record holds an answer that is no choice: {question.en}",
                pointer,
            )
    codes = [answer.question for answer in application.inquiry]
    if len(codes) != len(set(codes)):
        yield Hit(
            "询问笔录的同一问题有多个回答。",
            "A question of the inquiry record is answered more than once.",
            "/inquiry",
        )


def check_of_one_mind(application: Application, _today: date) -> Iterator[Hit]:
    """A signed answer does not contradict what the form says."""
    expected = expected_answers(application)
    for question, answer, pointer in _asked(application):
        told = question.find_choice(expected.get(question.code, ""))
        given = question.find_choice(answer or "")
        if told is not None and given is not None and told is not given:
            yield Hit(
                f"询问笔录与申请书不一致：{question.zh}笔录为“{given.zh}”，申请书为“{told.zh}”。",
                f"Inquiry record and form differ: {question.en} “{given.en}” / “{told.en}”.",
                pointer,
            )


def check_intent(application: Application, _today: date) -> Iterator[Hit]:
    """Nothing is registered that the applicants do not want, or whose risk they do not know."""
    if pointer := _has_answer(application, TRUE_INTENT, NO.code):
        yield Hit(
            "被询问人答复：申请登记事项不是其真实意思表示，请核实后重新申请。",
            "The application is said not to state what the applicants want; clear this up first.",
            pointer,
        )
    if pointer := _has_answer(application, ENFORCEMENT_RISK, NO.code):
        yield Hit(
            "抵押人答复：不知悉抵押不动产可能被依法处置的风险，请告知后重新询问。",
            "The mortgagors do not know that the property may be realised; tell and ask again.",
            pointer,
        )
    if pointer := _has_answer(application, DEBTOR_NOTIFIED, NO.code):
        yield Hit(
            "被询问人答复：债权转让尚未通知债务人，请通知后再申请。",
            "The debtor is said not to know of the assignment yet; notify first.",
            pointer,
        )


def check_consent(application: Application, _today: date) -> Iterator[Hit]:
    """Where co-owners by shares are said to disagree, a person looks."""
    if pointer := _has_answer(application, CO_OWNER_CONSENT, NO.code):
        yield Hit(
            "询问笔录载明其他共有人不同意抵押，转人工审核。",
            "Other co-owners are said not to agree: a person must look.",
            pointer,
        )
    if pointer := _has_answer(application, CO_OWNER_CONSENT_TO_SALE, NO.code):
        yield Hit(
            "询问笔录载明其他共有人不同意转让，转人工审核。",
            "Other co-owners are said not to agree to the sale: a person must look.",
            pointer,
        )


def check_habitation(application: Application, _today: date) -> Iterator[Hit]:
    """A right of habitation is no bar; the mortgagee confirms that he knows of it."""
    if pointer := _has_answer(application, HABITATION, YES.code):
        yield Hit(
            "该住宅设有居住权，请抵押权人书面确认知悉。",
            "There is a right of habitation; the mortgagee must confirm in writing to know of it.",
            pointer,
        )


def check_lease(application: Application, _today: date) -> Iterator[Hit]:
    """A lease is no bar; an earlier one is untouched by the mortgage."""
    if pointer := _has_answer(application, LEASED, YES.code):
        yield Hit(
            "该不动产已出租；抵押权设立前已出租并转移占有的，原租赁关系不受影响。",
            "The property is leased; a lease from before the mortgage is not touched by it.",
            pointer,
        )


_DUTY_TO_ASK: Final = "《民法典》第二百一十二条"
RULES: Final = (
    Rule(id="FORMAT", level=Level.CORRECT, basis=_DUTY_TO_ASK, look=check_answered),
    Rule(id="FORMAT", level=Level.CORRECT, basis=_DUTY_TO_ASK, look=check_of_one_mind),
    Rule(id="FORMAT", level=Level.CORRECT, basis=_DUTY_TO_ASK, look=check_intent),
    Rule(id="R09", level=Level.MANUAL, basis="《民法典》第三百零一条", look=check_consent),
    Rule(
        id="R13",
        level=Level.MANUAL,
        basis="《民法典》第三百六十六条至第三百七十条",
        look=check_habitation,
    ),
    Rule(id="FORMAT", level=Level.INFO, basis="《民法典》第四百零五条", look=check_lease),
)
