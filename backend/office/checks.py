"""What other authorities said when the office asked them."""

from dataclasses import dataclass, field
from datetime import datetime

from backend.office.enquiries import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCheck:
    """What the police's identity service said of a name and number."""

    request_no: str
    code: str
    """"000" same, "999" no such person, "001" to "998" different, "death" death mark, "" no answer."""
    at: datetime
    answer_sha256: str = ""
    answer: bytes = field(default=b"", repr=False)
    """The raw answers, one after the other."""
    is_simulated: bool = False

    @property
    def is_answered(self) -> bool:
        return self.code != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InkCheck:
    """What the evidence of one handwritten signature is worth."""

    is_attested: bool = False
    """Whether a signing event came along at all."""
    fault: str = ""
    """Why the event does not hold; empty when it does, or when there is none."""
    attested_at: datetime | None = None
    """When the counter vouched for it, by the counter's clock; None where nothing holds."""
    stamped_at: datetime | None = None
    """When an authority says that it was there; None without a good time stamp."""
    has_bad_stamp: bool = False


def as_check(reply: Reply) -> IdentityCheck:
    """Return what came of a question to the police as the check that it is."""
    return IdentityCheck(
        request_no=reply.request_no,
        code=reply.verdict,
        at=reply.at,
        answer_sha256=reply.answer_sha256,
        is_simulated=reply.is_simulated,
    )
