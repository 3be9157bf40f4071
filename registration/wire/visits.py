"""Version 1 of visits to another counter on the wire."""

from typing import Annotated

from pydantic import Field

from registration.visits import Visit, VisitAnswer, VisitTaken
from registration.wire.document import WireModel
from registration.wire.fields import Credit, Digest, Key, Label, Moment
from registration.wire.ink import InkRecordWire, Invitation
from registration.wire.people import IdentityRecordWire

# application/1: members may be added with a default; none is ever removed or given another
# meaning. A new meaning is application/2.


class VisitTakenWire(WireModel):
    """How what was given elsewhere came to the counter that files."""

    domain = VisitTaken
    answer_sha256: Digest
    """Of the sealed answer as the office received it."""
    opened_at: Moment
    """When the other counter first opened the papers; the office's clock."""
    answered_at: Moment
    """When its answer came in; the office's clock."""
    checked_by: Key
    """Staff number of the teller of the first counter who looked at it."""
    checked_at: Moment


class VisitWire(WireModel):
    """Who signed at another counter of the bank, and what his card's chip said there."""

    domain = Visit
    invitation: Invitation
    terminal: Key
    branch: Label
    bank: Credit
    teller: Key
    """Staff number there."""
    teller_name: Label
    identity: IdentityRecordWire
    taken: VisitTakenWire | None = None
    """Null only on its way to the counter that files."""


class VisitAnswerWire(WireModel):
    """What goes back from the other counter: `visit-answer/1`."""

    domain = VisitAnswer
    visit: VisitWire
    inks: Annotated[tuple[InkRecordWire, ...], Field(strict=False, min_length=1, max_length=100)]
