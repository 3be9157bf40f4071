"""The rule book as a whole, and the examination of one application by it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from backend.office.checks import IdentityCheck, as_check
from backend.office.enquiries import Enquiry, Reply, Service
from backend.office.register import Extract
from backend.office.rules import (
    certificates,
    channel,
    claim,
    description,
    encumbrances,
    estate,
    owners,
    people,
    signing,
    sparing,
    standing,
)
from backend.office.rules.book import Rule
from backend.office.rules.channel import tell_closed
from backend.office.rules.matter import Matter, Page, Policy, Seen
from backend.office.rules.people import judge_person
from backend.office.rules.questions import questions_about
from backend.office.rules.replies import RULES as REPLY_RULES
from backend.office.rules.replies import Ahead, judge_ahead
from registration import requirements
from registration.application import Application
from registration.bundle import BundleModel
from registration.days import local_day
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind
from registration.rulebook import adjust

RULES: Final[tuple[Rule, ...]] = (
    *channel.RULES,
    *encumbrances.RULES,
    *estate.RULES,
    *description.RULES,
    *owners.RULES,
    *people.RULES,
    *signing.RULES,
    *claim.RULES,
    *standing.RULES,
    *certificates.RULES,
    *REPLY_RULES,
    *sparing.BY_REPLY,
    *sparing.RULES,
)
"""The rules that need the register; those that need the application alone are its requirements."""
MOST_TOLD: Final = 400
"""So many findings are told one by one, the gravest; an answer holds no more than 500 in all, and
an application with more is no honest mistake. The others are told by rule, with their number."""
_GRAVITY: Final = {level: place for place, level in enumerate(Level)}


TraceLine = tuple[str, str]
"""A rule by its numbers and function, and what became of it: "n/a", "clear", or how much it said."""


def examine(
    application: Application,
    extract: Extract,
    checks: tuple[IdentityCheck, ...] | None,
    *,
    today: date,
    policy: Policy,
    together: tuple[Application, ...] = (),
    came_at: datetime | None = None,
    seen: Seen = Seen(),  # noqa: B008 - it is frozen
) -> tuple[Finding, ...]:
    """Return everything that is to be said of an application, all at once, gravest first.

    `checks` are the police's answers for `people_to_check`, in its order; an answer that is
    not there counts as none given. None leaves the people out of question. `together` are the
    other applications of its bundle; the extract is then as the earlier ones will leave it.
    `came_at` is when the office received it; without it no times are judged. `seen` is what the
    office found out beside register and police.
    """
    page = Page(extract=extract, today=today, policy=policy)
    matter = Matter(application=application, page=page, checks=checks, together=together, seen=seen)
    return examine_traced(matter, came_at=came_at)[0]


def examine_traced(
    matter: Matter, *, came_at: datetime | None = None
) -> tuple[tuple[Finding, ...], tuple[TraceLine, ...]]:
    """Return what `examine` does, and what became of each rule of the book."""
    found: list[Finding] = []
    trace: list[TraceLine] = []
    for name, told in _ask_all(matter, came_at):
        found += told or ()
        trace.append((name, "n/a" if told is None else str(len(told)) if told else "clear"))
    return in_order(adjust(found, matter.policy.adjustments)), tuple(trace)


def _ask_all(
    matter: Matter, came_at: datetime | None
) -> Iterator[tuple[str, tuple[Finding, ...] | None]]:
    """Yield every rule with what it says; None where it is not asked."""
    application, today = matter.application, matter.page.today
    for rule in requirements.RULES:
        yield _named([rule.id], rule.look), tuple(rule.apply(application, today))
    for timed in requirements.TIMED:
        told = None if came_at is None else tuple(timed.apply(application, came_at))
        yield _named([timed.id], timed.look), told
    for law in RULES:
        is_asked = matter.kind in law.kinds
        name = _named([clause.rule for clause in law.clauses], law.check or law.look)
        yield name, tuple(law.judge(matter)) if is_asked else None


def _named(ids: Iterable[str], function: object) -> str:
    name, module = getattr(function, "__name__", ""), getattr(function, "__module__", "")
    return f"{' '.join(dict.fromkeys(ids))} {module.rpartition('.')[2]}.{name}"


def judge_replies(matter: Matter) -> tuple[Finding, ...]:
    """Return what is to be said of other authorities' answers alone, the police left out."""
    rules = (*REPLY_RULES, *sparing.BY_REPLY)
    told = (found for rule in rules for found in rule.judge(matter))
    return in_order(adjust(told, matter.policy.adjustments))


def judge_told(
    replies: Iterable[Reply], *, kind: RegistrationKind, policy: Policy
) -> tuple[Finding, ...]:
    """Return what answers say of a registration of a kind before there is an application."""
    told = judge_ahead(Ahead(kind, Seen(replies=tuple(replies)), policy))
    return in_order(adjust(told, policy.adjustments))


def judge_reply(matter: Matter, reply: Reply) -> tuple[Finding, ...]:
    """Return what is to be said of one authority's answer, the police's too."""
    if reply.enquiry.service is not Service.IDENTITY:
        return judge_replies(replace(matter, seen=Seen(replies=(reply,))))
    name, number = (reply.enquiry.get(part) for part in ("name", "number"))
    told = judge_person(matter.application, as_check(reply), name=name, number=number)
    return in_order(adjust(told, matter.policy.adjustments))


def find_questions(
    application: Application, extract: Extract, *, today: date, policy: Policy
) -> tuple[Enquiry, ...]:
    """Return what the law needs to ask of other authorities, the people to check first."""
    page = Page(extract=extract, today=today, policy=policy)
    return questions_about(Matter(application=application, page=page, checks=None))


def check_unit(
    extract: Extract, *, policy: Policy, kind: RegistrationKind | None = None
) -> tuple[Finding, ...]:
    """Return what can be said of a unit before there is an application, for a kind of one.

    Without a kind, or with one that nobody knows, it is a mortgage in general.
    """
    page = Page(extract=extract, today=local_day(extract.read_at), policy=policy)
    asked = _steps_of(kind or RegistrationKind.FIRST)
    closed = [tell_closed(step) for step in asked if step not in policy.kinds]
    seen = (f for rule in RULES for s in asked for f in rule.glance(page, s))
    return in_order(adjust([*closed, *seen], policy.adjustments))


def _steps_of(kind: RegistrationKind) -> tuple[RegistrationKind, ...]:
    """Return the kinds that are filed under one: itself, or the usual steps of a bundle."""
    if not kind.is_bundle:
        return (kind,)
    return next(model.steps[0] for model in BundleModel if model.kind is kind)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings gravest first, and by rule; what is said twice in equal words once."""
    said = {(f.rule, f.level, f.zh, f.pointer): f for f in findings}
    told = sorted(said.values(), key=lambda f: (_GRAVITY[f.level], f.rule))
    return (*told[:MOST_TOLD], *_gathered(told[MOST_TOLD:]))


def _gathered(findings: list[Finding]) -> Iterator[Finding]:
    """Yield one finding for all of a rule, level and law, with their number."""
    counts = Counter((f.rule, f.level, f.basis) for f in findings)
    for (rule, level, basis), count in counts.items():
        zh, en = f"另有 {count} 处同类问题，请一并核对。", f"{count} more of the same kind."
        yield Finding(rule=rule, level=level, zh=zh, en=en, basis=basis)
