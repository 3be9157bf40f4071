"""What the office asks other authorities, and what they answered; values only."""

import enum
from dataclasses import dataclass, field
from datetime import datetime


class Service(enum.Enum):
    """What other authorities share. The value is our own stable code."""

    IDENTITY = "identity"
    MARRIAGE = "marriage"
    SEIZURES = "seizures"
    DEED_TAX = "deed_tax"
    SALE_CONTRACT = "sale_contract"
    BUSINESS_LICENCE = "business_licence"
    FINANCIAL_LICENCE = "financial_licence"

    @property
    def title_zh(self) -> str:
        return _TITLES[self][0]

    @property
    def title_en(self) -> str:
        return _TITLES[self][1]


_TITLES = {
    Service.IDENTITY: ("公安：身份核验", "police: identity"),
    Service.MARRIAGE: ("民政：婚姻登记", "civil affairs: marriage"),
    Service.SEIZURES: ("法院：查封通知", "courts: seizure notices"),
    Service.DEED_TAX: ("税务：契税完税", "tax: deed tax"),
    Service.SALE_CONTRACT: ("住建：合同备案", "housing: contract filing"),
    Service.BUSINESS_LICENCE: ("市场监管：营业执照", "market regulation: business licence"),
    Service.FINANCIAL_LICENCE: ("金融监管：金融许可证", "financial regulation: licence"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """One question, about one field of an application."""

    service: Service
    pointer: str
    """JSON Pointer into application/1: what the answer is evidence for."""
    subject: tuple[tuple[str, str], ...]
    """What is asked about, by name: ("name", …), ("number", …); people's data."""

    def get(self, name: str) -> str:
        """Return a part of the subject; empty where it has no such part."""
        return next((value for key, value in self.subject if key == name), "")

    def __repr__(self) -> str:
        # Tracebacks print reprs; a name and a number must not leak through them.
        return f"Enquiry({self.service.value}, {self.pointer})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of one question; no clear answer is one too, and never a pass."""

    request_no: str
    enquiry: Enquiry
    verdict: str
    """Empty: no answer. Else by service: identity as `IdentityCheck.code`; "married", "single";
    "clear", "seized"; "paid", "unpaid"; "filed", "signed", "unfiled"; "good", "ended"; and of most
    also "differs" and "nothing" (not on record there)."""
    at: datetime
    """When the answer came, or was given up."""
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What the authority told, by its name in Chinese."""
    fault: str = ""
    """Why there is no answer: "timeout", "unreachable", "refused", "malformed", "mismatched",
    "repeated", "paused", "unasked", "simulated" (made up, where that counts for nothing); empty where there is one."""
    answer: bytes = field(default=b"", repr=False)
    """The raw answer, also one that could not be read."""
    answer_sha256: str = ""
    is_simulated: bool = False

    @property
    def is_answered(self) -> bool:
        return self.verdict != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryRow:
    """A question as the office keeps it: noted before it goes out, so that it goes out once."""

    request_no: str
    case_no: str
    round: int
    enquiry: Enquiry
    at: datetime
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class ServiceCount:
    """How a service has answered of late."""

    asked: int
    unanswered: int
