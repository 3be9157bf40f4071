"""The people and firms of a draft as an application names them, and what is wrong with them."""

from datetime import date

from registration.errors import BadValueError
from registration.mortgage import Applicant, RegistrationKind
from registration.people import (
    Agent,
    Authority,
    Guardian,
    IdDocument,
    IdKind,
    Mortgagee,
    Party,
    PartyKind,
    parse_name,
)
from terminal.desk.draft import Draft, Slot, SlotRole
from terminal.desk.facts import Values
from terminal.desk.fields import FieldProblem, check_phone, check_share, make_problem
from terminal.desk.shape import applied_by, has_debtors, owner_role, pointers_of

_AGENTS = frozenset({SlotRole.PARTY_AGENT, SlotRole.FORMER_AGENT})
_WITHOUT_MORTGAGOR = frozenset({RegistrationKind.CHANGE, RegistrationKind.CRYSTALLISATION})


def slot_problems(draft: Draft) -> tuple[FieldProblem, ...]:
    """Say what is wrong with the people and organisations of a draft."""
    problems: list[FieldProblem] = []
    for slot in draft.slots:
        at = (*pointers_of(draft, slot), "")[0]
        if slot.phone and (reason := check_phone(slot.phone)):
            problems.append(make_problem(f"{slot.slot_id}.phone", reason, f"{at}/phone"))
        if slot.share and (reason := check_share(slot.share)):
            problems.append(make_problem(f"{slot.slot_id}.share", reason, "/shares"))
        is_asked = slot.role is not SlotRole.AGENT and not _may_stay_empty(draft, slot)
        if is_asked and (reason := person_fault(slot)):
            problems.append(make_problem(f"{slot.slot_id}.identity", reason, at))
        if slot.role in _AGENTS:
            problems += _authority_problems(slot, at)
    return tuple(problems)


def _may_stay_empty(draft: Draft, slot: Slot) -> bool:
    """Say whether nobody has to stand in a mortgagor's place: the bank changes something alone."""
    is_alone = applied_by(draft) is Applicant.MORTGAGEE and draft.kind in _WITHOUT_MORTGAGOR
    is_empty = slot.identity is None and not slot.name and not slot.number
    return is_alone and is_empty and slot.role is SlotRole.MORTGAGOR


def _authority_problems(slot: Slot, at: str) -> list[FieldProblem]:
    """Say which days of a power of attorney cannot be read."""
    return [
        make_problem(f"{slot.slot_id}.{name}", "date", f"{at}/authority/{name}")
        for name in ("authority_from", "authority_to")
        if getattr(slot, name) and _day(getattr(slot, name)) is None
    ]


def person_fault(slot: Slot) -> str | None:
    """Say why a place has nobody in it yet: a reason, or None."""
    if slot.identity is not None:
        return None
    if not slot.name or not slot.number:
        return "missing"
    try:
        parse_name(slot.name)
        _document(slot).check()
    except BadValueError as exc:
        return exc.reason
    return None


def _document(slot: Slot) -> IdDocument:
    if slot.identity is not None:
        return slot.identity.document
    kind = IdKind.RESIDENT_CARD if slot.kind is PartyKind.PERSON else IdKind.CREDIT_CODE
    return IdDocument(kind=kind, number=slot.number.strip().upper())


def _named(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    return tuple(slot for slot in slots if person_fault(slot) is None)


def parties_of(draft: Draft, role: SlotRole, kind: RegistrationKind) -> tuple[Party, ...]:
    """Return those in a role who are named, in order; `kind` is what their agents act in."""
    return tuple(_party(draft, slot, kind) for slot in _named(draft.in_role(role)))


def shares_of(draft: Draft, role: SlotRole) -> tuple[str, ...]:
    """Return the share of each in a role, as typed."""
    return tuple(slot.share for slot in _named(draft.in_role(role)))


def debtors_of(draft: Draft, kind: RegistrationKind) -> tuple[Party, ...]:
    """Return who owes: the owners who owe too, then the others."""
    if not has_debtors(draft):
        return ()
    owners = _named(draft.in_role(owner_role(draft)))
    owing = tuple(_party(draft, slot, kind) for slot in owners if slot.is_debtor)
    return (*owing, *parties_of(draft, SlotRole.DEBTOR, kind))


def former_of(draft: Draft, values: Values, kind: RegistrationKind) -> Mortgagee | None:
    """Return the bank that holds the mortgage until now; None while its name or agent is missing."""
    agents = _named(draft.in_role(SlotRole.FORMER_AGENT))
    if not agents or "former_name" not in values or "former_code" not in values:
        return None
    return Mortgagee(
        name=values["former_name"],
        credit_code=values["former_code"],
        financial_licence=values.get("former_licence", ""),
        agent=_agent(agents[0], kind),
    )


def _party(draft: Draft, slot: Slot, kind: RegistrationKind) -> Party:
    identity = slot.identity
    guardian = draft.guardian_of(slot.slot_id)
    agent = draft.helper_of(slot.slot_id, SlotRole.PARTY_AGENT)
    return Party(
        name=identity.name if identity else parse_name(slot.name),
        document=_document(slot),
        kind=slot.kind,
        identity=identity,
        phone=slot.phone,
        address=slot.address or (identity.address if identity else ""),
        relation=slot.relation,
        guardian=_guardian(guardian) if guardian and person_fault(guardian) is None else None,
        agent=_agent(agent, kind) if agent and person_fault(agent) is None else None,
        legal_representative=slot.representative,
    )


def _guardian(slot: Slot) -> Guardian:
    return Guardian(
        name=slot.identity.name if slot.identity else parse_name(slot.name),
        document=_document(slot),
        relation=slot.relation,
        identity=slot.identity,
    )


def _agent(slot: Slot, kind: RegistrationKind) -> Agent:
    name = slot.identity.name if slot.identity else parse_name(slot.name)
    return Agent(name=name, document=_document(slot), authority=_authority(slot, kind))


def _authority(slot: Slot, kind: RegistrationKind) -> Authority | None:
    """Return the power of attorney; None while number or days are missing."""
    first, last = _day(slot.authority_from), _day(slot.authority_to)
    if not slot.authority_no or first is None or last is None:
        return None
    matters = (kind.title_zh,) if slot.has_matters else ()
    return Authority(number=slot.authority_no, valid_from=first, valid_to=last, matters=matters)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
