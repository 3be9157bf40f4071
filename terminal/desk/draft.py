"""The draft: the one value with holes in it; it never leaves the branch."""

import enum
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from registration.application import InquiryAnswer, Material
from registration.enquiry import SharedQuestion, SharedTold
from registration.ink import InkRecord
from registration.listed import ListPlace
from registration.mortgage import RegistrationKind
from registration.outcomes import PrecheckAnswer
from registration.people import IdentityRecord, PartyKind
from registration.visits import Visit
from terminal.desk.invitations import Invitation
from terminal.desk.pages import Page, Step


class DraftState(enum.Enum):
    """Where the draft stands on this counter."""

    OPEN = "open"
    SUBMITTED = "submitted"
    """Sealed into the outbox; the office's answers may open it again for correction."""
    CLOSED = "closed"
    """The office's last word is here."""
    AWAY = "away"
    """On its way to another counter of the branch: nobody's to change here."""
    ARRIVING = "arriving"
    """On its way from another counter, and not ours yet."""
    HANDED = "handed"
    """Another counter has it: nothing is left here but its number and where it went."""


class SlotRole(enum.Enum):
    """In what part a person or organisation stands in the draft."""

    MORTGAGOR = "mortgagor"
    DEBTOR = "debtor"
    """A debtor who is not a mortgagor."""
    GUARDIAN = "guardian"
    AGENT = "agent"
    """The bank's agent: the teller."""
    SELLER = "seller"
    BUYER = "buyer"
    """In a bundle the mortgagor of the steps that follow as well."""
    PARTY_AGENT = "party_agent"
    """Acts by a power of attorney for the seller or another party, as somebody must for a firm."""
    FORMER_AGENT = "former_agent"
    """Acts for the bank that holds the mortgage until now."""


class FieldSource(enum.Enum):
    """Where a field's text comes from."""

    HAND = "hand"
    REGISTER = "register"
    CODE = "code"
    """Read from the code on a paper that was brought."""

    @property
    def is_brought(self) -> bool:
        """Whether it was brought to this counter, and not told by the register."""
        return self is not FieldSource.REGISTER


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldText:
    """One field as it stands on the form: the text exactly as typed, so that nothing is lost."""

    name: str
    """One of `terminal.desk.fields.FIELDS`."""
    text: str
    source: FieldSource = FieldSource.HAND

    def __repr__(self) -> str:
        return f"FieldText({self.name!r}, {self.source.value})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The place of one person or organisation in the draft."""

    slot_id: str
    role: SlotRole
    kind: PartyKind = PartyKind.PERSON
    ward: str = ""
    """Of a guardian or a party's agent: the slot of the party it acts for."""
    identity: IdentityRecord | None = None
    """What the document said; its values cannot be typed over when it came from a chip."""
    name: str = ""
    """Of an organisation, as typed."""
    number: str = ""
    """Credit code of an organisation, as typed."""
    phone: str = ""
    relation: str = ""
    """To the first mortgagor, or of a guardian to the ward."""
    address: str = ""
    """For letters, as typed; empty means the document's."""
    share: str = ""
    """Of a mortgagor who owns by shares: "1/2"."""
    is_debtor: bool = False
    """Whether this mortgagor, or buyer, owes the debt too."""
    representative: str = ""
    """Of an organisation: its legal representative (法定代表人)."""
    authority_no: str = ""
    """Of an agent: number and days (YYYY-MM-DD) of the power of attorney."""
    authority_from: str = ""
    authority_to: str = ""
    has_matters: bool = False
    """Whether the power of attorney names what is applied for, as the teller read in it."""

    @property
    def document_number(self) -> str:
        """The number that says who this is; empty while nobody is in the slot."""
        return self.identity.document.number if self.identity else self.number

    @property
    def display_name(self) -> str:
        """The name as the document has it; empty while nobody is in the slot."""
        return self.identity.name.text if self.identity else self.name

    def __repr__(self) -> str:
        return f"Slot({self.slot_id!r}, {self.role.value})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperShown:
    """One paper made for signing: who signs, signs these bytes."""

    code: str
    """Material code: M01, M15, or a statement's."""
    step: int = 1
    """The place in the bundle of the application it is a paper of."""
    sha256: str
    size: int
    pages: int
    facts_sha256: str
    """Of the facts it was drawn from: other facts make another paper necessary."""
    made_at: datetime

    @property
    def key(self) -> str:
        """What names this paper among those of its draft: M01, and M01-2 in the second step."""
        return paper_key(self.code, self.step)


def paper_key(code: str, step: int) -> str:
    """Return what names a paper among those of a draft."""
    return code if step == 1 else f"{code}-{step}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """How texts, people and answers were before an edit; see `terminal.desk.undoing`."""

    names: tuple[str, ...]
    """What it was about: "use", "p1.phone", "p2", "inquiry.…"."""
    at: datetime
    fields: tuple[FieldText, ...] = ()
    """Those of `names` that were not empty."""
    order: tuple[str, ...] = ()
    """Every slot's id, in order."""
    slots: tuple[Slot, ...] = ()
    """Those that were otherwise."""
    inquiry: tuple[InquiryAnswer, ...] = ()
    """All of it."""
    inks: tuple[InkRecord, ...] = ()
    """Those that the edit took away."""
    precheck: PrecheckAnswer | None = None
    """What the register had said."""

    def __repr__(self) -> str:
        return f"Edit({self.names!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A draft that its teller wants to give to a colleague."""

    to: str
    """Staff number."""
    note: str
    at: datetime
    is_declined: bool = False
    answer: str = ""
    """What the colleague said who declined; of a counter the office's reason, where it refused."""
    counter: str = ""
    """The counter that did not take it; empty when it was offered to a colleague at this one."""

    def __repr__(self) -> str:
        return f"Offer(to={self.to!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """That a draft went from one teller to another."""

    giver: str
    taker: str
    note: str
    at: datetime
    witness: str = ""
    """Who agreed while the giver was away; empty when the giver offered it."""
    counter: str = ""
    """The counter that it came from; empty when it was this one."""

    def __repr__(self) -> str:
        return f"HandOver({self.giver!r}, {self.taker!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """That a draft is on its way between two counters."""

    parcel: str
    """What the relay calls it: 32 hexadecimal digits."""
    other: str
    """The other counter."""
    note: str
    at: datetime
    sealed: str = ""
    """Digest of the sealed parcel, which stays as it is for as long as it is being sent."""

    def __repr__(self) -> str:
        return f"Passage({self.parcel!r}, {self.other!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An application in the making; a changed draft is a new value."""

    draft_id: str
    """The application's identifier too: the same in every round of correction."""
    number: str
    """For people at this counter: D0929-007."""
    kind: RegistrationKind
    state: DraftState = DraftState.OPEN
    version: int = 0
    """One more with each save: two windows cannot overwrite each other."""
    teller: str = ""
    """Staff number of the teller whose it is: who opened it, or took it over."""
    offer: Offer | None = None
    handed: tuple[HandOver, ...] = ()
    """From hand to hand, the latest last."""
    passage: Passage | None = None
    """Where it is between two counters; None while it is this one's."""
    slots: tuple[Slot, ...] = ()
    fields: tuple[FieldText, ...] = ()
    inquiry: tuple[InquiryAnswer, ...] = ()
    done: tuple[Edit, ...] = ()
    """What takes the last edits back, the latest last."""
    undone: tuple[Edit, ...] = ()
    """What does again the edits that were taken back, the latest last."""
    pages: tuple[Page, ...] = ()
    """The pages of the papers that were brought, in order; a material's stand together."""
    steps: tuple[Step, ...] = ()
    """What takes the last acts on pages back, the latest last."""
    materials: tuple[Material, ...] = ()
    """What the pages make; the papers drawn here join when the draft is frozen."""
    written: tuple[str, ...] = ()
    """Statements that the teller wants written here, by code; see `terminal.desk.stating`."""
    brought: tuple[str, ...] = ()
    """Statements whose paper the people brought instead."""
    listing: ListPlace | None = None
    """The list that it is signed by, while its row still says what the draft says."""
    papers: tuple[PaperShown, ...] = ()
    inks: tuple[InkRecord, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    """Signers who were invited to sign elsewhere; the latest of each."""
    visits: tuple[Visit, ...] = ()
    """Of those whose ink was given at another counter of the bank."""
    precheck: PrecheckAnswer | None = None
    asked: SharedQuestion | None = None
    """What the office last asked of other authorities for it."""
    shared: SharedTold | None = None
    """What they told; holds while `asked` is what would be asked now."""
    round: int = 1
    corrects: str = ""
    """The case number that this round corrects; empty in round 1."""
    cases: tuple[str, ...] = ()
    """Of a bundle that is corrected: the case number of each step."""
    sequence: int | None = None
    """Of the last sealed package; None before the first."""
    parts: int = 1
    """How many applications that package holds; each gets answers of its own."""
    created_at: datetime
    changed_at: datetime

    def text(self, name: str) -> str:
        """Return a field's text as typed; empty while the field is."""
        return next((f.text for f in self.fields if f.name == name), "")

    def source(self, name: str) -> FieldSource | None:
        """Say where a field's text comes from; None while the field is empty."""
        return next((f.source for f in self.fields if f.name == name), None)

    def is_brought(self, name: str) -> bool:
        """Say whether a field holds a text that the register did not give."""
        source = self.source(name)
        return source is not None and source.is_brought

    def find_slot(self, slot_id: str) -> Slot | None:
        """Return a slot by its id."""
        return next((s for s in self.slots if s.slot_id == slot_id), None)

    def in_role(self, role: SlotRole) -> tuple[Slot, ...]:
        """Return the slots of a role in the order they were added."""
        return tuple(s for s in self.slots if s.role is role)

    def guardian_of(self, slot_id: str) -> Slot | None:
        """Return the guardian who acts for a party."""
        return self.helper_of(slot_id, SlotRole.GUARDIAN)

    def find_paper(self, key: str) -> PaperShown | None:
        """Return the paper last made for signing, by its key."""
        return next((p for p in self.papers if p.key == key), None)

    def helper_of(self, slot_id: str, role: SlotRole) -> Slot | None:
        """Return who acts for a party in a role: its guardian, or its agent."""
        return next((s for s in self.in_role(role) if s.ward == slot_id), None)

    @property
    def blobs(self) -> frozenset[str]:
        """Digests of every byte string that this draft still needs."""
        every = [*self.pages, *(page for step in self.steps for page in step.pages)]
        return frozenset(
            [m.sha256 for m in self.materials]
            + [page.file for page in every]
            + [page.picture.sha256 for page in every if page.picture]
            + [p.sha256 for p in self.papers]
            + [i.paper_sha256 for i in self.inks]
            + ([self.passage.sealed] if self.passage and self.passage.sealed else [])
            + [i.sealed for i in self.invitations if i.sealed]
        )

    def __repr__(self) -> str:
        return f"Draft({self.number!r}, {self.state.value}, version={self.version})"


_MOST_SLOTS: Final = 32


def with_slot(draft: Draft, slot: Slot) -> Draft:
    """Return the draft with a slot added behind those of its role, or in the place of its old self."""
    if draft.find_slot(slot.slot_id) is None:
        alike = [at for at, one in enumerate(draft.slots, start=1) if one.role is slot.role]
        at = alike[-1] if alike else len(draft.slots)
        return replace(draft, slots=(*draft.slots[:at], slot, *draft.slots[at:]))
    slots = tuple(slot if s.slot_id == slot.slot_id else s for s in draft.slots)
    return replace(draft, slots=slots)


def with_text(draft: Draft, name: str, text: str, source: FieldSource) -> Draft:
    """Return the draft with one field set; an empty text takes the field away."""
    rest = tuple(f for f in draft.fields if f.name != name)
    if not text:
        return replace(draft, fields=rest)
    return replace(draft, fields=(*rest, FieldText(name=name, text=text, source=source)))


def next_slot_id(draft: Draft) -> str:
    """Return the first free slot id, counting p1, p2 and so on."""
    taken = {s.slot_id for s in draft.slots}
    return next(f"p{n}" for n in range(1, _MOST_SLOTS + len(taken) + 1) if f"p{n}" not in taken)
