"""Version 1 of what a counter has asked of other authorities, and of what it is told."""

from typing import Annotated

from pydantic import Field

from registration.enquiry import PaperTold, SharedPerson, SharedQuestion, SharedTold
from registration.mortgage import RegistrationKind
from registration.wire.application import SpareAnswerWire
from registration.wire.document import WireModel, added
from registration.wire.fields import Count, Key, Label, Many, Moment, Prose, Unit
from registration.wire.outcomes import FindingWire

# Members may be added with a default; none is ever removed or given another meaning.


class SharedPersonWire(WireModel):
    """Somebody about whom an authority is asked, for one paper."""

    domain = SharedPerson
    paper: Key
    name: Label
    number: Key
    pointer: Label


class SharedQuestionWire(WireModel):
    """For which papers the authorities are asked, and about what."""

    domain = SharedQuestion
    application_id: Key
    teller: Label
    kinds: Annotated[
        tuple[Annotated[RegistrationKind, Field(strict=False)], ...],
        Field(strict=False, min_length=1, max_length=5),
    ]
    papers: Annotated[tuple[Key, ...], Field(strict=False, min_length=1, max_length=30)]
    unit_no: Unit
    notice_no: Label = added("")
    contract_no: Label = added("")
    filing_no: Label = added("")
    tax_receipt_no: Label = added("")
    price_fen: Count | None = added()
    buyers: Annotated[tuple[Key, ...], Field(strict=False, max_length=20)] = added(())
    people: Annotated[tuple[SharedPersonWire, ...], Field(strict=False, max_length=20)] = added(())


class PaperToldWire(WireModel):
    """Whether one paper need not be brought, and why."""

    domain = PaperTold
    code: Key
    is_spared: bool
    zh: Prose
    en: Prose
    is_waiting: bool = added(False)
    is_simulated: bool = added(False)
    answers: Many[SpareAnswerWire] = added(())


class SharedToldWire(WireModel):
    """What the authorities say before anybody signs."""

    domain = SharedTold
    at: Moment
    papers: Many[PaperToldWire]
    findings: Many[FindingWire] = added(())
