"""What other authorities said when the office asked them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCheck:
    """What the police's identity service said of a name and number."""

    request_no: str
    code: str
    """"000" same, "999" no such person, "001" to "998" different, "death" death mark, "" no answer."""
    at: datetime
    answer_sha256: str = ""
    is_simulated: bool = False

    @property
    def is_answered(self) -> bool:
        return self.code != ""
