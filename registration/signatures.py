"""Who has to sign which paper, and whether he did."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from registration.application import Application, Material, Side
from registration.ink import InkRecord, SignerRole
from registration.inquiry import questions_for
from registration.listed import LIST_CODE
from registration.parties import Acting, acting_parties, signing_debtors
from registration.people import Agent, Guardian, Party
from registration.statements import STATEMENTS, Signers, is_person

PAPERS: Final = ("M01", "M15", LIST_CODE)
"""The codes of the papers that the counter alone draws and people sign."""
_ROLES: Final = {
    Side.MORTGAGOR: SignerRole.MORTGAGOR,
    Side.SELLER: SignerRole.SELLER,
    Side.BUYER: SignerRole.BUYER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredSignature:
    """One signature that an application must bear."""

    paper_code: str
    role: SignerRole
    name: str
    number: str
    """The signer's document number."""

    def __repr__(self) -> str:
        # Tracebacks print reprs; a name and a number must not leak through them.
        return f"RequiredSignature({self.paper_code}, {self.role.value})"


def required_signatures(application: Application) -> tuple[RequiredSignature, ...]:
    """Return every signature the application needs, paper by paper; nobody signs a paper twice.

    A guardian signs in place of his ward, an agent in place of whom he acts for. Somebody with
    two parts (a guardian who is also the debtor) signs once, in the first of them.

    Source: 民法典 arts 23, 35, 161; 不动产登记操作规范 1.9 and 1.11 (申请书, 询问笔录).
    """
    wanted: dict[tuple[str, str], RequiredSignature] = {}
    on_papers = (_on_form(application), _on_inquiry(application), _on_statements(application))
    for signature in chain.from_iterable(on_papers):
        wanted.setdefault((signature.paper_code, signature.number), signature)
    return tuple(wanted.values())


def _on_form(application: Application) -> Iterator[RequiredSignature]:
    for acting in acting_parties(application):
        yield owner_signature(acting.party, "M01", acting.side)
    for debtor in signing_debtors(application):
        yield _signature("M01", SignerRole.DEBTOR, debtor.person)
    # One signature on a list stands in place of one on each form.
    is_listed = application.listing is not None and application.may_be_listed
    yield from _of_banks(application, LIST_CODE if is_listed else "M01")


def _on_inquiry(application: Application) -> Iterator[RequiredSignature]:
    acting = acting_parties(application)
    for one in acting:
        yield owner_signature(one.party, "M15", one.side)
    if not acting and questions_for(application):
        yield from _of_banks(application, "M15")


def _on_statements(application: Application) -> Iterator[RequiredSignature]:
    for code in application.statements:
        statement = STATEMENTS.by_code.get(code)
        if statement is None:
            continue
        for one in acting_parties(application):
            yield from _on_statement(code, statement.signers, one)
        if statement.signers is Signers.APPLICANTS:
            yield from _of_banks(application, code)


def _on_statement(code: str, signers: Signers, one: Acting) -> Iterator[RequiredSignature]:
    party = one.party
    if signers is Signers.APPLICANTS:
        yield owner_signature(party, code, one.side)
    elif signers is Signers.GUARDIANS and party.guardian is not None:
        yield _signature(code, SignerRole.GUARDIAN, party.guardian)
    elif signers is Signers.PRINCIPALS and party.agent is not None and is_person(party.kind):
        yield _signature(code, _ROLES[one.side], party)


def _of_banks(application: Application, paper_code: str) -> Iterator[RequiredSignature]:
    if Side.FORMER_MORTGAGEE in application.sides and application.transfer is not None:
        former = application.transfer.former.agent
        yield _signature(paper_code, SignerRole.FORMER_AGENT, former)
    if Side.MORTGAGEE in application.sides:
        yield _signature(paper_code, SignerRole.AGENT, application.mortgagee.agent)


def owner_signature(
    party: Party, paper_code: str, side: Side = Side.MORTGAGOR
) -> RequiredSignature:
    """Return the signature of a party, or of the guardian or agent who acts for it."""
    if party.guardian is not None:
        return _signature(paper_code, SignerRole.GUARDIAN, party.guardian)
    if party.agent is not None:
        return _signature(paper_code, SignerRole.PARTY_AGENT, party.agent)
    return _signature(paper_code, _ROLES[side], party)


def _signature(
    paper_code: str, role: SignerRole, signer: Party | Guardian | Agent
) -> RequiredSignature:
    return RequiredSignature(
        paper_code=paper_code,
        role=role,
        name=signer.name.text,
        number=signer.document.number,
    )


def find_ink(application: Application, wanted: RequiredSignature) -> InkRecord | None:
    """Return the latest ink for a signature, whether it still fits its paper or not."""
    fitting = [
        ink
        for ink in application.inks
        if ink.paper_code == wanted.paper_code and ink.signer_number == wanted.number
    ]
    return max(fitting, key=lambda ink: ink.ended_at, default=None)


def missing_signatures(application: Application) -> tuple[RequiredSignature, ...]:
    """Return the required signatures for which there is no ink at all."""
    return tuple(
        wanted
        for wanted in required_signatures(application)
        if find_ink(application, wanted) is None
    )


def has_signed(application: Application, party: Party) -> bool:
    """Say whether an obligor, or who acts for him, signed the application form as it now is."""
    ink = find_ink(application, owner_signature(party, "M01"))
    form = application.find_paper("M01")
    return ink is not None and form is not None and ink.paper_sha256 == form.sha256


def is_signed_paper(material: Material) -> bool:
    """Say whether a material is one of the papers that the counter draws for people to sign."""
    return material.code in PAPERS or (material.is_drawn and material.code in STATEMENTS.by_code)
