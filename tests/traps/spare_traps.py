"""Traps upon papers that nobody brought because an authority knows: a sale's (M14), a presale's (M13).

条例 16, 24, 25: the paper is asked for unless the office itself has the answer; 17: with all else, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from backend.office.enquiries import Enquiry, Reply, Service
from backend.office.judging import Step, judge
from backend.office.register import Extract
from backend.office.rules import Outcome, Seen, examine, find_questions, outcome_of
from registration.application import Application
from registration.findings import Finding
from registration.sparing import Spare, SpareAnswer
from tests.factories import TODAY, make_inks, make_material
from tests.factories_kinds import make_mortgage_notice, make_sale_and_mortgage
from tests.factories_office import make_checks, make_extract
from tests.rows import AT, make_case
from tests.spared import make_answers
from tests.traps.kind_traps import BOUGHT, unbuilt
from tests.traps.world import CAME_AT, Base, C, Hits, Trap, U, World

_OF_ALL: Final = frozenset({"BUNDLE", "POLICY"})
_CONTRACT, _TAX = Service.SALE_CONTRACT, Service.DEED_TAX
_GOOD: Final[Mapping[Service, str]] = MappingProxyType({_CONTRACT: "filed", _TAX: "paid"})
SILENT: Final = ""
"""Asked, and no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparedWorld(World):
    """A case, what is applied for with it, and what the authorities say to the office of it."""

    says: Mapping[Service, str] = field(default_factory=lambda: _GOOD)
    """By service; one that is not here was not asked."""
    later: tuple[Application, ...] = ()

    def judge(self) -> tuple[Outcome, tuple[Finding, ...]]:
        """Let the rule book judge the case, or all steps in their order."""
        return self._judge_all() if self.later else self._judge_one()

    def _judge_one(self) -> tuple[Outcome, tuple[Finding, ...]]:
        findings = examine(
            self.application,
            self.page,
            make_checks(self.application),
            today=TODAY,
            policy=self.policy,
            came_at=CAME_AT,
            seen=Seen(replies=self._replies(self.page)),
        )
        return outcome_of(findings, self.application, self.policy), findings

    def _judge_all(self) -> tuple[Outcome, tuple[Finding, ...]]:
        steps = [
            Step(
                case=make_case(place, received_at=CAME_AT),
                application=one,
                checks=make_checks(one),
                replies=self._replies(self.page) if place == 1 else (),
            )
            for place, one in enumerate((self.application, *self.later), 1)
        ]
        judged = judge(steps, self.page, now=CAME_AT, policy=self.policy)
        own = tuple(f for one in judged for f in one.examined.findings if f.rule not in _OF_ALL)
        return judged[0].outcome, own

    def _replies(self, page: Extract) -> tuple[Reply, ...]:
        asked = find_questions(self.application, page, today=TODAY, policy=self.policy)
        return tuple(self._reply(one) for one in asked if one.service in self.says)

    def _reply(self, enquiry: Enquiry) -> Reply:
        word = self.says[enquiry.service]
        fault = "" if word else "timeout"
        return Reply(request_no="1", enquiry=enquiry, verdict=word, at=AT, fault=fault)


def _says(name: str, service: Service, word: str | None, hits: Hits) -> Trap:
    """Return that a service says something else; None: nobody asked it."""

    def change(world: World) -> World:
        assert isinstance(world, SparedWorld)
        others = {one: said for one, said in world.says.items() if one is not service}
        return replace(world, says=others if word is None else others | {service: word})

    return Trap(name=name, touches=(service.value,), change=change, hits=hits)


_ALL: Final = ("materials", "spares", _CONTRACT.value, _TAX.value)
"""What does not matter any more once the paper is here, or nobody claims that it is spared."""


def _with_paper(trap: Trap, code: str, hits: Hits) -> Trap:
    """Return a trap to which the paper is handed in after all."""
    return replace(
        trap,
        name=f"{trap.name}, with {code}",
        touches=_ALL,
        change=lambda w: trap.change(w).applied(
            materials=(*w.application.materials, make_material(code))
        ),
        hits=hits,
    )


def _claims(name: str, hits: Hits, *spares: Spare) -> Trap:
    return Trap(
        name=name,
        # Without a claim no answer is in question.
        touches=("spares",) if spares else _ALL,
        change=lambda w: w.applied(spares=spares),
        hits=hits,
    )


def _spare(code: str, answers: Sequence[SpareAnswer]) -> Spare:
    return Spare(code=code, answers=tuple(answers))


def _contracts(code: str, *, is_asked_anyway: bool) -> tuple[Trap, ...]:
    """城市房地产管理法 45: the contract is filed, and says what is applied for.

    Of a notice's contract housing is asked only where its paper is not here.
    """
    unfiled = _says("the contract is not filed", _CONTRACT, "unfiled", {"R37": C, "R49": C})
    differs = _says("the contract says otherwise", _CONTRACT, "differs", {"R27": C, "R49": C})
    silent = _says("housing is silent", _CONTRACT, SILENT, {"R37": U, "R49": C})
    return (
        unfiled,
        differs,
        silent,
        _says("the contract is not on record", _CONTRACT, "nothing", {"R37": C, "R49": C}),
        _says("nobody asked housing", _CONTRACT, None, {"R49": C}),
        # The paper proves what it says; it does not make the record say so.
        _with_paper(unfiled, code, {"R37": C} if is_asked_anyway else {}),
        _with_paper(differs, code, {"R27": C} if is_asked_anyway else {}),
        _with_paper(silent, code, {"R37": U} if is_asked_anyway else {}),
    )


def _of_sale() -> tuple[Trap, ...]:
    """契税法 11: the deed tax is paid before ownership passes."""
    unpaid = _says("the deed tax is not paid", _TAX, "unpaid", {"R44": C, "R49": C})
    return (
        *_contracts("M14", is_asked_anyway=True),
        _says("the contract is signed on line and not filed", _CONTRACT, "signed", {}),
        unpaid,
        _with_paper(unpaid, "M14", {"R44": C}),
        _says("the receipt is of another contract", _TAX, "differs", {"R44": C, "R49": C}),
        _says("the taxes are silent", _TAX, SILENT, {"R44": U, "R49": C}),
        _says("nobody asked the taxes", _TAX, None, {"R49": C}),
        _claims(
            "only one of two answers is named",
            {"MATERIAL": C, "R49": C},
            _spare("M14", make_answers("M14")[:1]),
        ),
        _claims(
            "an answer in the place of the inquiry record",
            {"R49": C},
            _spare("M14", make_answers("M14")),
            _spare("M15", make_answers("M13")),
        ),
        _claims("no answer is named at all", {"MATERIAL": C}),
    )


def _without(application: Application, code: str, **changes: Any) -> Application:
    """Return an application in which a paper's answers are named in its place."""
    kept = tuple(m for m in application.materials if m.code != code)
    spared = replace(
        application, materials=kept, spares=(_spare(code, make_answers(code)),), **changes
    )
    return replace(spared, inks=make_inks(spared))


_PASSING, *_LATER = make_sale_and_mortgage()
_NOTICE: Final = make_mortgage_notice()
SPARED_SALE: Final = Base(
    name="sale and mortgage, M14 spared",
    world=SparedWorld(
        application=_without(_PASSING, "M14"), later=tuple(_LATER), page=make_extract()
    ),
    is_straight=False,
)
SPARED_NOTICE: Final = Base(
    name="notice of a mortgage, M13 spared",
    world=SparedWorld(application=_without(_NOTICE, "M13"), page=unbuilt(BOUGHT)),
    is_straight=False,
)
SPARE_TRAPS: Final = (
    (SPARED_SALE, _of_sale()),
    (SPARED_NOTICE, _contracts("M13", is_asked_anyway=False)),
)
