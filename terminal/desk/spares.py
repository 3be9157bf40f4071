"""Papers that nobody need bring: what the office asks for them, and what its answer spares."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from registration.application import Application
from registration.enquiry import PaperTold, SharedPerson, SharedQuestion, SharedTold
from registration.findings import FORBIDDING, Finding, Level
from registration.materials import CATALOGUE, licensed, required_materials, sparing_answers
from registration.mortgage import RegistrationKind
from registration.parties import obligors_pointer
from registration.people import IdKind, Party, PartyKind
from registration.sparing import Spare
from registration.statements import has_material
from terminal.desk.draft import Draft

_LICENCE: Final = "M02"
_MARRIAGE: Final = "M16"
_KNOWN: Final = frozenset({IdKind.RESIDENT_CARD, IdKind.HMT_PERMIT})
_GOOD_FOR: Final = timedelta(hours=4)
"""Then the office is asked again, as soon as somebody looks."""


def make_question(teller: str, applications: Sequence[Application]) -> SharedQuestion | None:
    """Return what the office is to ask about these applications; None where nothing can be asked."""
    if not applications:
        return None
    people = tuple(_people(applications))
    papers = tuple(
        code
        for code in CATALOGUE
        if any(sparing_answers(one, code) for one in applications)
        and (code not in {_LICENCE, _MARRIAGE} or any(p.paper == code for p in people))
    )
    about = _about(applications)
    if not papers or not (about or people):
        return None
    first = applications[0]
    question = SharedQuestion(
        application_id=first.application_id,
        teller=teller,
        kinds=tuple(dict.fromkeys(one.kind for one in applications)),
        papers=papers,
        unit_no=first.unit.unit_no,
        people=people,
    )
    return replace(question, **about)


def _about(applications: Sequence[Application]) -> dict[str, Any]:
    """Return by what the contract is asked for: as typed, or as its notice is registered."""
    sale = next((one.sale for one in applications if one.sale is not None), None)
    if sale is not None:
        about = {
            "contract_no": sale.contract_no.strip(),
            "filing_no": sale.filing_no.strip(),
            "tax_receipt_no": sale.tax_receipt_no.strip(),
            "price_fen": sale.price.fen if sale.price else None,
            "buyers": _numbers(sale.buyers),
        }
        return about if about["contract_no"] else {}
    for one in applications:
        if one.kind is RegistrationKind.MORTGAGE_NOTICE:
            notice = one.notice_no.text if one.notice_no else ""
            return {"notice_no": notice, "buyers": _numbers(one.mortgagors)}
    return {}


def _numbers(parties: Sequence[Party]) -> tuple[str, ...]:
    return tuple(party.document.number for party in parties if party.document.number)


def _people(applications: Sequence[Application]) -> Iterator[SharedPerson]:
    """Yield whose licence or marriage may be asked for, each once."""
    seen: set[tuple[str, str]] = set()
    for person in (p for one in applications for p in _people_of(one)):
        if person.number and (person.paper, person.number) not in seen:
            seen.add((person.paper, person.number))
            yield person


def _people_of(application: Application) -> Iterator[SharedPerson]:
    if sparing_answers(application, _LICENCE):
        for acting in licensed(application):
            party = acting.party
            yield SharedPerson(
                paper=_LICENCE,
                name=party.name.text,
                number=party.document.number,
                pointer=acting.pointer,
            )
    if sparing_answers(application, _MARRIAGE):
        for index, party in enumerate(application.obligors):
            if party.kind is PartyKind.PERSON and party.document.kind in _KNOWN:
                yield SharedPerson(
                    paper=_MARRIAGE,
                    name=party.name.text,
                    number=party.document.number,
                    pointer=f"{obligors_pointer(application)}/{index}",
                )


def find_told(draft: Draft, applications: Sequence[Application]) -> SharedTold | None:
    """Return what was told, while the question is still the same."""
    if draft.shared is None or draft.asked is None:
        return None
    question = make_question("", applications)
    return draft.shared if question == replace(draft.asked, teller="") else None


def is_asking_due(draft: Draft, applications: Sequence[Application], now: datetime) -> bool:
    """Say whether the office has something to ask that was not asked of late."""
    if make_question("", applications) is None:
        return False
    told = find_told(draft, applications)
    return told is None or told.at < now - _GOOD_FOR


def with_spares(draft: Draft, applications: Sequence[Application]) -> tuple[Application, ...]:
    """Return applications with the papers that they need and have not, each with its answers."""
    told = find_told(draft, applications)
    spared = {paper.code: paper for paper in told.papers if paper.is_spared} if told else {}
    return tuple(replace(one, spares=tuple(_spares(one, spared))) for one in applications)


def _spares(application: Application, told: dict[str, PaperTold]) -> Iterator[Spare]:
    required = {wanted.code for wanted in required_materials(application)}
    for code, paper in told.items():
        wanted = sparing_answers(application, code)
        # Whether the marriage matters, the office alone can tell: it told, so it does.
        is_asked = code in required or code == _MARRIAGE
        if wanted and is_asked and not has_material(application, code):
            answers = tuple(a for a in paper.answers if a.service in wanted)
            yield Spare(code=code, answers=answers)


def shared_findings(draft: Draft, applications: Sequence[Application]) -> tuple[Finding, ...]:
    """Return what other authorities say otherwise, as notes that stop nobody: the office decides."""
    told = find_told(draft, applications)
    return tuple(
        replace(finding, level=Level.MANUAL) if finding.level in FORBIDDING else finding
        for finding in (told.findings if told else ())
    )
