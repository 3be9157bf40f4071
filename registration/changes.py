"""What happens to a mortgage that stands: it is changed, crystallised, or passes to another."""

import enum
from dataclasses import dataclass
from datetime import date

from registration.identifiers import CertificateNo
from registration.mortgage import Applicant, Money
from registration.people import Mortgagee, PersonName


class ChangeGround(enum.Enum):
    """Why a mortgage's entry is changed; an application may name several.

    Source: 不动产登记暂行条例实施细则 arts 68, 72.
    """

    HOLDER_NAME = "holder_name"
    OBLIGOR_NAME = "obligor_name"
    MORTGAGOR = "mortgagor"
    SECURITY_SCOPE = "security_scope"
    RANK = "rank"
    DEBT = "debt"
    TERM = "term"
    MAX_CLAIM = "max_claim"
    DETERMINATION_PERIOD = "determination_period"
    OTHER = "other"

    @property
    def title_zh(self) -> str:
        return _GROUNDS[self][0]

    @property
    def title_en(self) -> str:
        return _GROUNDS[self][1]

    @property
    def is_name(self) -> bool:
        """Whether only a party's name or number is other than before."""
        return self in {ChangeGround.HOLDER_NAME, ChangeGround.OBLIGOR_NAME}


_GROUNDS: dict[ChangeGround, tuple[str, str]] = {
    ChangeGround.HOLDER_NAME: ("抵押权人名称或者证件号码变更", "Mortgagee's name or number"),
    ChangeGround.OBLIGOR_NAME: ("抵押人姓名（名称）或者证件号码变更", "Mortgagor's name or number"),
    ChangeGround.MORTGAGOR: ("抵押不动产转移，抵押人变更", "New owner becomes mortgagor"),
    ChangeGround.SECURITY_SCOPE: ("担保范围变更", "Scope of security"),
    ChangeGround.RANK: ("抵押权顺位变更", "Rank"),
    ChangeGround.DEBT: ("被担保主债权种类或者数额变更", "Kind or amount of the debt"),
    ChangeGround.TERM: ("债务履行期限变更", "Term of the debt"),
    ChangeGround.MAX_CLAIM: ("最高债权额变更", "Highest claim"),
    ChangeGround.DETERMINATION_PERIOD: ("债权确定期间变更", "Determination period"),
    ChangeGround.OTHER: ("其他约定变更", "Another agreed change"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """One party before and after a change of name or number; it stays the same person."""

    name_before: PersonName
    number_before: str
    """As the register has it; empty where it has none."""
    name_after: PersonName
    number_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is other than before; the terms after it stand in the application's `mortgage`."""

    certificate_no: CertificateNo
    """The registration certificate of the mortgage."""
    grounds: tuple[ChangeGround, ...]
    renamings: tuple[Renaming, ...] = ()
    note: str = ""
    """What is changed, in words; needed where a ground is OTHER."""

    @property
    def is_of_names_alone(self) -> bool:
        return bool(self.grounds) and all(ground.is_name for ground in self.grounds)

    @property
    def applied_by(self) -> Applicant:
        """Who applies for it: whose name alone is changed does so alone.

        Source: 不动产登记暂行条例 art. 14(2)(4).
        """
        if set(self.grounds) == {ChangeGround.HOLDER_NAME}:
            return Applicant.MORTGAGEE
        if set(self.grounds) == {ChangeGround.OBLIGOR_NAME}:
            return Applicant.MORTGAGOR
        return Applicant.BOTH


class CrystallisationFact(enum.Enum):
    """What fixed the claims of a maximum-amount mortgage.

    Source: 民法典 art. 423, item by item.
    """

    PERIOD_ENDED = "period_ended"
    REQUESTED = "requested"
    NO_NEW_CLAIMS = "no_new_claims"
    SEIZED = "seized"
    INSOLVENT = "insolvent"
    OTHER = "other"

    @property
    def title_zh(self) -> str:
        return _FACTS[self][0]

    @property
    def title_en(self) -> str:
        return _FACTS[self][1]


_FACTS: dict[CrystallisationFact, tuple[str, str]] = {
    CrystallisationFact.PERIOD_ENDED: ("约定的债权确定期间届满", "The agreed period ended"),
    CrystallisationFact.REQUESTED: (
        "没有约定债权确定期间或者约定不明确，设立满二年后请求确定",
        "No clear period; asked for after two years",
    ),
    CrystallisationFact.NO_NEW_CLAIMS: ("新的债权不可能发生", "New claims cannot arise"),
    CrystallisationFact.SEIZED: (
        "抵押权人知道或者应当知道抵押财产被查封、扣押",
        "The mortgagee knows of a seizure",
    ),
    CrystallisationFact.INSOLVENT: (
        "债务人、抵押人被宣告破产或者解散",
        "Debtor or mortgagor is bankrupt or dissolved",
    ),
    CrystallisationFact.OTHER: ("法律规定债权确定的其他情形", "Another case of the law"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crystallisation:
    """The claims of a maximum-amount mortgage are fixed; it goes on as an ordinary one."""

    certificate_no: CertificateNo
    fact: CrystallisationFact
    note: str = ""
    """The fact in words; needed where it is OTHER."""
    amount: Money | None = None
    """The amount that was determined."""
    determined_on: date | None = None
    applicant: Applicant = Applicant.BOTH
    """One party may apply alone with the proof (M20)."""


class TransferMode(enum.Enum):
    """How a mortgage passes to the one who takes over the claim.

    Before crystallisation a maximum-amount mortgage does not pass with a part of the claims
    unless that was agreed: then it is shared, or an ordinary mortgage is split off.

    Source: 民法典 arts 407, 421; 实施细则 arts 69, 74.
    """

    WHOLE = "whole"
    SHARED = "shared"
    SPLIT = "split"

    @property
    def is_part(self) -> bool:
        """Whether it follows a part of the claims, by agreement."""
        return self is not TransferMode.WHOLE

    @property
    def title_zh(self) -> str:
        return {
            TransferMode.WHOLE: "抵押权随债权全部转移",
            TransferMode.SHARED: "原抵押权人与受让人共同享有最高额抵押权",
            TransferMode.SPLIT: "受让人享有一般抵押权，原最高额抵押权相应扣减",
        }[self]

    @property
    def title_en(self) -> str:
        return {
            TransferMode.WHOLE: "The mortgage passes whole",
            TransferMode.SHARED: "Both hold the maximum-amount mortgage together",
            TransferMode.SPLIT: "An ordinary mortgage is split off, the maximum reduced",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A mortgage passes from its mortgagee to the application's `mortgagee`."""

    certificate_no: CertificateNo
    former: Mortgagee
    """The mortgagee until now, who applies too."""
    mode: TransferMode = TransferMode.WHOLE
    assignment_no: str
    """The number of the contract that assigns the claim (债权转让协议)."""
    amount: Money | None = None
    """The claim that was assigned; needed where a part was."""
    notified_on: date | None = None
    """The day on which the debtor was notified (Civil Code art. 546)."""
