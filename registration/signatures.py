"""Who has to sign which paper, and whether he did."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from registration.application import Application
from registration.ink import InkRecord, SignerRole
from registration.people import Party

PAPERS: Final = ("M01", "M15")
"""The codes of the papers that the counter draws and the people sign."""


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

    A guardian signs in place of his ward. Somebody with two parts (a guardian who is also the
    debtor) signs once, in the first of them.

    Source: 民法典 arts 23, 35; 不动产登记操作规范 1.9 and 1.11 (申请书, 询问笔录).
    """
    wanted: dict[tuple[str, str], RequiredSignature] = {}
    for signature in (*_on_form(application), *_on_inquiry(application)):
        wanted.setdefault((signature.paper_code, signature.number), signature)
    return tuple(wanted.values())


def _on_form(application: Application) -> Iterator[RequiredSignature]:
    if not application.is_by_mortgagee_alone:
        for party in application.mortgagors:
            yield owner_signature(party, "M01")
        for party in application.outside_debtors:
            yield RequiredSignature(
                paper_code="M01",
                role=SignerRole.DEBTOR,
                name=party.name.text,
                number=party.document.number,
            )
    agent = application.mortgagee.agent
    yield RequiredSignature(
        paper_code="M01",
        role=SignerRole.AGENT,
        name=agent.name.text,
        number=agent.document.number,
    )


def _on_inquiry(application: Application) -> Iterator[RequiredSignature]:
    if not application.is_by_mortgagee_alone:
        for party in application.mortgagors:
            yield owner_signature(party, "M15")


def owner_signature(party: Party, paper_code: str) -> RequiredSignature:
    """Return the signature of a mortgagor, or of the guardian who acts for him."""
    signer = party.guardian or party
    return RequiredSignature(
        paper_code=paper_code,
        role=SignerRole.GUARDIAN if party.guardian else SignerRole.MORTGAGOR,
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
    """Say whether a mortgagor (or his guardian) signed the application form as it now is."""
    ink = find_ink(application, owner_signature(party, "M01"))
    form = application.find_material("M01")
    return ink is not None and form is not None and ink.paper_sha256 == form.sha256
