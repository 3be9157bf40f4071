"""R32: what the police say of the people who act."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from backend.office.checks import IdentityCheck
from backend.office.rules.book import EVERY, Clause, Rule
from backend.office.rules.matter import Matter
from registration.application import Application
from registration.findings import Finding, Level
from registration.parties import acting_people
from registration.people import Agent, Guardian, IdKind, PartyKind

_SAME: Final = "000"
_DEATH: Final = "death"
_BASIS: Final = "《不动产登记暂行条例》第十六条"
_KNOWN_TO_POLICE: Final = frozenset({IdKind.RESIDENT_CARD, IdKind.HMT_PERMIT})

_MISMATCH: Final = Clause(
    rule="R32",
    level=Level.CORRECT,
    basis=_BASIS,
    zh="身份核验未通过：{code}（{name}的姓名与证件号码经公安核验不一致或查无此人）。",
    en="Identity check failed: {code} (the police know no such name and number of {name}).",
)
_DEAD: Final = Clause(
    rule="R32",
    level=Level.BLOCK,
    basis="《民法典》第十三条；《不动产登记暂行条例》第十六条",
    zh="身份核验未通过：{name}有死亡标记，不得以其名义申请登记。",
    en="Identity check failed: {name} is marked as deceased; nobody applies in that name.",
)
_NO_ANSWER: Final = Clause(
    rule="R32",
    level=Level.UNKNOWN,
    basis=_BASIS,
    zh="未取得{name}的公安身份核验结果，转人工审核。",
    en="The police have not answered for {name}; a reviewer decides.",
)
_NOT_KNOWN: Final = Clause(
    rule="R32",
    level=Level.MANUAL,
    basis=_BASIS,
    zh="{name}的证件不能联网核验，转人工审核。",
    en="The document of {name} cannot be checked with the police; a reviewer must look.",
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Somebody whose identity the police can confirm."""

    name: str
    number: str
    pointer: str

    def __repr__(self) -> str:
        # Tracebacks print reprs; a name and a number must not leak through them.
        return f"Checked({self.pointer})"


def people_to_check(application: Application) -> tuple[Checked, ...]:
    """Return everybody to ask the police about, in the order that `examine` wants the answers.

    They are the parties who act, their guardians and the debtors who sign; nobody where a bank
    applies alone. An agent stands under the authority of whom he acts for instead.
    """
    return tuple(
        Checked(one.person.name.text, one.person.document.number, one.pointer)
        for one in acting_people(application)
        if one.person.document.kind in _KNOWN_TO_POLICE
    )


def check_identities(matter: Matter) -> Iterator[Finding]:
    """R32: everybody was checked and is who he says; no answer is never a pass."""
    if matter.checks is None:
        return
    answers = iter(matter.checks)
    for person in people_to_check(matter.application):
        yield from _judge(person, next(answers, None))


def judge_person(
    application: Application, check: IdentityCheck, *, name: str, number: str
) -> Iterator[Finding]:
    """Return what the police's answer about somebody means, wherever the application has him."""
    for person in people_to_check(application):
        if (person.name, person.number) == (name, number):
            yield from _judge(person, check)


def _judge(person: Checked, check: IdentityCheck | None) -> Iterator[Finding]:
    if check is None or not check.is_answered:
        yield _NO_ANSWER.finding(person.pointer, name=person.name)
    elif check.code == _DEATH:
        yield _DEAD.finding(person.pointer, name=person.name)
    elif check.code != _SAME:
        yield _MISMATCH.finding(person.pointer, name=person.name, code=check.code)


def check_documents(matter: Matter) -> Iterator[Finding]:
    """R32: people whose documents the police cannot confirm are looked at by a person."""
    if matter.checks is None:
        return
    for one in acting_people(matter.application):
        person = one.person
        is_person = isinstance(person, Guardian | Agent) or person.kind is PartyKind.PERSON
        if is_person and person.document.kind not in _KNOWN_TO_POLICE | {IdKind.CREDIT_CODE}:
            yield _NOT_KNOWN.finding(f"{one.pointer}/document", name=person.name.text)


RULES: Final = (
    Rule(
        clauses=(_MISMATCH, _DEAD, _NO_ANSWER),
        check=check_identities,
        kinds=EVERY,
        is_of_people=True,
    ),
    Rule(clauses=(_NOT_KNOWN,), check=check_documents, kinds=EVERY, is_of_people=True),
)
