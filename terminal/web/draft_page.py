"""One draft as the counter's pages draw it."""

from collections.abc import Mapping, Sequence

from registration.application import Application
from registration.catalogue import find_column
from registration.enquiry import PaperTold
from registration.inquiry import (
    QUESTIONS,
    Question,
    expected_answers,
    questions_for,
    questions_for_kind,
)
from registration.materials import CATALOGUE, CATALOGUE_VERSION, required_materials
from registration.mortgage import Money, MortgageForm, RegistrationKind
from registration.people import CoOwnership, ManualReason
from registration.signatures import PAPERS
from terminal.desk.draft import Draft
from terminal.desk.fields import FieldProblem, fields_of, read_fields
from terminal.desk.freezing import freeze
from terminal.desk.people import slot_problems
from terminal.desk.prechecks import register_differences
from terminal.desk.shape import has_debtors, owner_role, roles_of, steps_of
from terminal.desk.spares import find_told, is_asking_due, shared_findings
from terminal.desk.stating import offered_statements
from terminal.web.counter import Counter
from terminal.web.pages_shown import page_shown, volume_shown
from terminal.web.people_shown import office_day, slot_shown
from terminal.web.shown import (
    JSON,
    material_shown,
    precheck_shown,
    summary_shown,
    time_shown,
)
from terminal.web.where import located


def draft_shown(draft: Draft, counter: Counter) -> JSON:
    """Return everything that the five steps need of a draft."""
    today = office_day(counter)
    return summary_shown(draft) | {
        "version": draft.version,
        "slots": [slot_shown(s, today) for s in draft.slots],
        "fields": {f.name: {"text": f.text, "source": f.source.value} for f in draft.fields},
        "form_fields": _form_fields(draft),
        **_shape(draft),
        "inquiry": {a.question: a.answer for a in draft.inquiry},
        "questions": _questions(draft, counter),
        "materials": [material_shown(m) for m in draft.materials],
        "pages": [page_shown(p) for p in draft.pages],
        "undo": draft.steps[-1].act if draft.steps else "",
        "back": list(draft.done[-1].names) if draft.done else [],
        "forth": list(draft.undone[-1].names) if draft.undone else [],
        "volume": volume_shown(draft),
        **_papers(draft, counter),
        "catalogue_version": CATALOGUE_VERSION,
        "statements": _statements(draft, counter),
        "precheck": precheck_shown(draft.precheck) if draft.precheck else None,
        "differences": register_differences(draft),
        "capital": _capital(draft),
        "problems": [_problem(p) for p in _problems(draft)],
        "signed": len(draft.inks),
        "checkers": sorted(counter.place.checkers() - {draft.teller}),
        "manual_reasons": [
            {"value": r.value, "zh": r.title_zh, "en": r.title_en} for r in ManualReason
        ],
    }


def _shape(draft: Draft) -> JSON:
    """Return what a draft is of, and in which roles people stand in it."""
    return {
        "steps": [_step(kind) for kind in steps_of(draft)],
        "roles": [role.value for role in roles_of(draft)],
        "owner_role": owner_role(draft).value,
        "has_debtors": has_debtors(draft),
    }


def _step(kind: RegistrationKind) -> JSON:
    return {
        "kind": kind.value,
        "zh": kind.title_zh,
        "en": kind.title_en,
        "sets_up": kind.sets_up_mortgage,
    }


def _form_fields(draft: Draft) -> list[JSON]:
    return [
        {
            "name": kind.name,
            "zh": kind.zh,
            "en": kind.en,
            "pointer": kind.pointer,
            "section": kind.section,
            "shape": kind.shape,
            "is_optional": kind.is_optional,
            "choices": [{"value": c.value, "zh": c.zh, "en": c.en} for c in kind.choices],
        }
        for kind in fields_of(draft)
    ]


def _problems(draft: Draft) -> tuple[FieldProblem, ...]:
    return (*read_fields(draft).problems, *slot_problems(draft))


def _problem(problem: FieldProblem) -> JSON:
    return {
        "field": problem.field,
        "code": problem.code,
        "zh": problem.zh,
        "en": problem.en,
        "pointer": problem.pointer,
    }


def _capital(draft: Draft) -> JSON:
    """Return the readings of the amounts that can be read."""
    values = read_fields(draft).values
    return {
        name: {"capital": money.capital, "wan": money.wan, "yuan": money.yuan}
        for name, money in values.items()
        if isinstance(money, Money)
    }


def _questions(draft: Draft, counter: Counter) -> list[JSON]:
    """Return the inquiry's questions with the answers that the application itself tells."""
    applications = freeze(draft, counter.place)
    asked: dict[str, JSON] = {}
    for application in applications:
        told = expected_answers(application)
        is_bundle = application.bundle is not None
        for q in questions_for(application):
            # In a bundle each step tells for itself what it can tell: nobody is asked for it.
            if not (is_bundle and q.code in told):
                asked.setdefault(q.code, _question(q, told.get(q.code, "")))
    if not applications:
        owners = len(draft.in_role(owner_role(draft)))
        held = CoOwnership.JOINT if owners > 1 else CoOwnership.SOLE
        kinds = {q.code: q for kind in steps_of(draft) for q in questions_for_kind(kind, held)}
        asked = {code: _question(q, "") for code, q in kinds.items()}
    return [asked[q.code] for q in QUESTIONS if q.code in asked]


def _question(question: Question, told: str) -> JSON:
    return {
        "code": question.code,
        "zh": question.zh,
        "en": question.en,
        "choices": [{"code": c.code, "zh": c.zh, "en": c.en} for c in question.choices],
        "is_required": question.is_required,
        "told": told,
    }


def _papers(draft: Draft, counter: Counter) -> JSON:
    """Return the papers, and what other authorities said of them."""
    applications = freeze(draft, counter.place)
    shared = find_told(draft, applications)
    told = {paper.code: paper for paper in (shared.papers if shared else ())}
    return {
        "catalogue": _catalogue(draft, applications, told),
        "shared": {
            "is_due": is_asking_due(draft, applications, counter.clock.now()),
            "is_waiting": any(paper.is_waiting for paper in told.values()),
            "is_simulated": any(paper.is_simulated for paper in told.values()),
            "at": time_shown(shared.at) if shared else None,
            "findings": [located(f, draft) for f in shared_findings(draft, applications)],
        },
    }


def _catalogue(
    draft: Draft, applications: Sequence[Application], told: Mapping[str, PaperTold]
) -> list[JSON]:
    """Return the papers of this kind of registration, and which of them must be here."""
    form = read_fields(draft).values.get("form", MortgageForm.ORDINARY)
    columns = {find_column(kind, form) for kind in steps_of(draft)}
    asked = {m.code: m.reason for a in applications for m in required_materials(a)}
    spared = {spare.code for a in applications for spare in a.spares}
    wanting = {
        m.code for a in applications for m in required_materials(a) if not a.find_spare(m.code)
    }
    return [
        {
            "code": line.code,
            "zh": line.title_zh,
            "en": line.title_en,
            "is_required": line.code in wanting,
            "reason": asked.get(line.code, ""),
            "spare": _spare(told[line.code], line.code in spared - wanting)
            if line.code in told
            else None,
            "is_generated": line.code in PAPERS,
            "pages": sum(p.code == line.code for p in draft.pages),
        }
        for line in CATALOGUE.values()
        if not columns.isdisjoint(line.needs) or line.code in asked
    ]


def _spare(told: PaperTold, is_spared: bool) -> JSON:
    """Return what other authorities said of a paper; one that is here anyway is not spared."""
    return {
        "is_spared": is_spared,
        "zh": told.zh,
        "en": told.en,
        "is_simulated": told.is_simulated,
    }


def _statements(draft: Draft, counter: Counter) -> list[JSON]:
    """Return the papers that the counter can write for this case, and whether it does."""
    return [
        {
            "code": statement.code,
            "zh": statement.zh,
            "en": statement.en,
            "is_whole": statement.is_whole,
            "is_written": is_written,
        }
        for statement, is_written in offered_statements(draft, freeze(draft, counter.place))
    ]
