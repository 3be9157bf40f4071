"""From the draft to the application: the step after which nothing changes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from registration.application import Application, Material, MaterialSource
from registration.errors import BadValueError
from registration.findings import Finding, Level
from registration.identifiers import UnitNo
from registration.materials import CATALOGUE
from registration.mortgage import (
    Discharge,
    Mortgage,
    MortgageForm,
    RealEstateUnit,
    RegistrationKind,
)
from registration.people import (
    CoOwnership,
    Guardian,
    IdDocument,
    IdKind,
    Party,
    PartyKind,
    parse_name,
)
from terminal.desk.draft import Draft, Slot, SlotRole
from terminal.desk.fields import (
    FieldProblem,
    Reading,
    check_phone,
    check_share,
    make_problem,
    read_fields,
)
from terminal.desk.place import Place

_NO_UNIT: Final = UnitNo("000000000000GB00000F00000000")
_CO_OWNED_BY_TWO: Final = {False: CoOwnership.SOLE, True: CoOwnership.JOINT}


def freeze(draft: Draft, place: Place) -> Application | None:
    """Return the application that a draft makes as it now stands.

    Values that are missing or cannot be read stay empty; `find_holes` and `check_application` say
    so. None while there is no unit number or no known teller.
    """
    return _freeze(draft, place, read_fields(draft))


def sketch(draft: Draft, place: Place) -> Application | None:
    """Return what a draft without a readable unit number would make, to be checked and no more.

    Its unit number is nobody's, so that everything else that is missing can be told at once.
    None while there is no known teller.
    """
    reading = read_fields(draft)
    return _freeze(draft, place, replace(reading, values={"unit_no": _NO_UNIT, **reading.values}))


def _freeze(draft: Draft, place: Place, reading: Reading) -> Application | None:
    mortgagee = place.mortgagee(draft.teller)
    if mortgagee is None or "unit_no" not in reading.values:
        return None
    mortgagors = _parties(draft, SlotRole.MORTGAGOR)
    return Application(
        application_id=draft.draft_id,
        kind=draft.kind,
        office=place.office,
        counter=place.counter(draft.teller),
        mortgagee=mortgagee,
        mortgagors=mortgagors,
        co_ownership=_co_ownership(reading, len(mortgagors)),
        shares=_shares(draft, reading),
        debtors=_debtors(draft),
        unit=_unit(reading.values),
        mortgage=_mortgage(reading.values) if draft.kind is RegistrationKind.FIRST else None,
        discharge=_discharge(reading.values) if draft.kind is not RegistrationKind.FIRST else None,
        inquiry=draft.inquiry,
        materials=(*_generated(draft), *draft.materials),
        inks=draft.inks,
        round=draft.round,
        corrects=draft.corrects,
        captured_at=draft.created_at,
    )


def find_holes(draft: Draft, place: Place) -> tuple[Finding, ...]:
    """Say everything that keeps texts of the draft from becoming values."""
    problems = [*read_fields(draft).problems, *slot_problems(draft)]
    if not draft.text("unit_no").strip():
        problems.append(make_problem("unit_no", "missing", "/unit/unit_no"))
    findings = [problem.as_finding() for problem in problems]
    if place.mortgagee(draft.teller) is None:
        findings.append(
            Finding(
                rule="FORMAT",
                level=Level.CORRECT,
                zh="本窗口没有这位柜员，请换柜员",
                en="No such teller works at this counter; choose another",
                basis="",
                pointer="/counter/teller",
            )
        )
    return (*findings, *_unseen(draft, place))


def _unseen(draft: Draft, place: Place) -> Iterator[Finding]:
    """Yield the typed documents that a second person has yet to look at, where there is one."""
    for slot in draft.slots:
        manual = slot.identity.manual if slot.identity else None
        if manual and not manual.checked_by and place.checkers() - {manual.entered_by}:
            yield Finding(
                rule="FORMAT",
                level=Level.CORRECT,
                zh="手工录入的证件还没有经另一人复核",
                en="A second person has not looked at the typed document yet",
                basis="",
                pointer=f"{slot_pointer(draft, slot)}/identity",
            )


def slot_problems(draft: Draft) -> tuple[FieldProblem, ...]:
    """Say what is wrong with the people and organisations of a draft."""
    problems: list[FieldProblem] = []
    for slot in draft.slots:
        at = slot_pointer(draft, slot)
        if slot.phone and (reason := check_phone(slot.phone)):
            problems.append(make_problem(f"{slot.slot_id}.phone", reason, f"{at}/phone"))
        if slot.share and (reason := check_share(slot.share)):
            problems.append(make_problem(f"{slot.slot_id}.share", reason, "/shares"))
        if slot.role is not SlotRole.AGENT and (reason := _person_fault(slot)):
            problems.append(make_problem(f"{slot.slot_id}.identity", reason, at))
    return tuple(problems)


def slot_pointer(draft: Draft, slot: Slot) -> str:
    """Return where a slot stands in the application."""
    if slot.role is SlotRole.AGENT:
        return "/mortgagee/agent"
    if slot.role is SlotRole.GUARDIAN:
        ward = draft.find_slot(slot.ward)
        return f"{slot_pointer(draft, ward)}/guardian" if ward else ""
    name = "mortgagors" if slot.role is SlotRole.MORTGAGOR else "debtors"
    offset = sum(s.is_debtor for s in draft.in_role(SlotRole.MORTGAGOR)) if name == "debtors" else 0
    return f"/{name}/{draft.in_role(slot.role).index(slot) + offset}"


def _person_fault(slot: Slot) -> str | None:
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


def _party(draft: Draft, slot: Slot) -> Party:
    identity = slot.identity
    guardian = draft.guardian_of(slot.slot_id)
    return Party(
        name=identity.name if identity else parse_name(slot.name),
        document=_document(slot),
        kind=slot.kind,
        identity=identity,
        phone=slot.phone,
        address=slot.address or (identity.address if identity else ""),
        relation=slot.relation,
        guardian=_guardian(guardian) if guardian and _person_fault(guardian) is None else None,
    )


def _guardian(slot: Slot) -> Guardian:
    return Guardian(
        name=slot.identity.name if slot.identity else parse_name(slot.name),
        document=_document(slot),
        relation=slot.relation,
        identity=slot.identity,
    )


def _parties(draft: Draft, role: SlotRole) -> tuple[Party, ...]:
    return tuple(_party(draft, s) for s in draft.in_role(role) if _person_fault(s) is None)


def _debtors(draft: Draft) -> tuple[Party, ...]:
    if draft.kind is not RegistrationKind.FIRST:
        return ()
    owing = tuple(
        _party(draft, s)
        for s in draft.in_role(SlotRole.MORTGAGOR)
        if s.is_debtor and _person_fault(s) is None
    )
    return (*owing, *_parties(draft, SlotRole.DEBTOR))


def _co_ownership(reading: Reading, owners: int) -> CoOwnership:
    chosen: CoOwnership | None = reading.values.get("co_ownership")
    return chosen or _CO_OWNED_BY_TWO[owners > 1]


def _shares(draft: Draft, reading: Reading) -> tuple[str, ...]:
    if reading.values.get("co_ownership") is not CoOwnership.SHARES:
        return ()
    return tuple(s.share for s in draft.in_role(SlotRole.MORTGAGOR) if _person_fault(s) is None)


def _unit(values: Mapping[str, Any]) -> RealEstateUnit:
    return RealEstateUnit(
        unit_no=values["unit_no"],
        title_no=values.get("title_no"),
        location=values.get("location", ""),
        area_m2=values.get("area_m2", ""),
        use=values.get("use", ""),
    )


def _mortgage(values: Mapping[str, Any]) -> Mortgage:
    form: MortgageForm = values.get("form", MortgageForm.ORDINARY)
    is_ordinary = form is MortgageForm.ORDINARY
    return Mortgage(
        form=form,
        principal_contract_no=values.get("principal_contract_no", ""),
        mortgage_contract_no=values.get("mortgage_contract_no", ""),
        amount=values.get("amount") if is_ordinary else None,
        amount_words=values.get("amount_words", ""),
        max_claim=None if is_ordinary else values.get("max_claim"),
        start=values.get("start"),
        end=values.get("end"),
        is_period_open=values.get("is_period_open", False),
        security_scope=values.get("security_scope", ""),
        is_transfer_restricted=values.get("is_transfer_restricted"),
        agreed_rank=values.get("agreed_rank"),
        contract_amount=values.get("contract_amount"),
    )


def _discharge(values: Mapping[str, Any]) -> Discharge | None:
    if "certificate_no" not in values or "cause" not in values:
        return None
    return Discharge(
        certificate_no=values["certificate_no"],
        cause=values["cause"],
        cleared_amount=values.get("cleared_amount"),
    )


def _generated(draft: Draft) -> tuple[Material, ...]:
    """Return the papers made for signing as materials."""
    return tuple(
        Material(
            code=paper.code,
            title=CATALOGUE[paper.code].title_zh,
            file_name=f"{paper.code}.pdf",
            media_type="application/pdf",
            sha256=paper.sha256,
            size=paper.size,
            pages=paper.pages,
            source=MaterialSource.GENERATED,
        )
        for paper in sorted(draft.papers, key=lambda p: p.code)
    )
