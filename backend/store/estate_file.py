"""The file form of estates: what an office brings along from its old register.

The form is described, member by member, in `backend/store/samples/README.md`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from backend.office.register import (
    Deed,
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Holder,
    Owner,
    Title,
)
from registration.errors import BadDocumentError, BadValueError, Problem
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.mortgage import MortgageForm
from registration.people import CoOwnership
from registration.schema import decode_json
from registration.wire.document import WireModel, built, read
from registration.wire.fields import Count, Day, Key, Label, Many, Moment, Prose

# Version 1: members may be added with a default; none is ever removed or given another meaning.
SCHEMA: Final = "register/1"
LARGEST_FILE: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of a mortgage that comes in: what a certificate says beside amount and rank."""

    form: MortgageForm
    start: date | None = None
    end: date | None = None
    is_period_open: bool = False
    security_scope: str
    principal_contract_no: str
    debtors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """One unit as it comes in: its ownership and what stands on it."""

    title: Title
    encumbrances: tuple[Encumbrance, ...] = ()
    terms: Mapping[str, Terms] = field(default_factory=dict)
    """Of mortgages and their notices, by entry number, where the file tells them."""
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    """Entries with all their facts, by entry number, where those are known; they beat `terms`."""
    note: str = ""
    """For people who read the file; the register does not keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _EstateFile:
    estates: tuple[Estate, ...]


def parse_estates(data: bytes) -> tuple[Estate, ...]:
    """Read a file of estates.

    Raises:
        BadDocumentError: with every problem that there is, each by its JSON Pointer.
    """
    value = decode_json(data, largest=LARGEST_FILE)
    estates = read(_FileWire, value, _EstateFile, schema=SCHEMA).estates
    problems = (*_find_repeated(estates), *_find_loose(estates))
    if problems:
        raise BadDocumentError(problems)
    return estates


def _spelled(parse: Callable[[str], object]) -> AfterValidator:
    """Take only a text that is a good number, spelled as it is printed."""

    def check(text: str) -> str:
        try:
            found = str(parse(text))
        except BadValueError as exc:
            raise PydanticCustomError(exc.code, exc.reason) from None
        if found != text:
            raise PydanticCustomError("spelling", "write it as printed, widths and case too")
        return text

    return AfterValidator(check)


_UnitNo = Annotated[str, _spelled(parse_unit_no)]
_ProofNo = Annotated[str, _spelled(lambda text: parse_certificate_no(text) if text else "")]
_TitleNo = Annotated[str, Field(min_length=1, max_length=64)]
"""Numbers of before 2015 have other forms, so any text is taken."""
_Area = Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,3})?$")]
_Share = Annotated[str, Field(pattern=r"^([1-9][0-9]{0,8}/[1-9][0-9]{0,8})?$")]
_Text = Annotated[Label, Field(min_length=1)]


class _OwnerWire(WireModel):
    domain: ClassVar[type] = Owner
    name: _Text
    id_number: Annotated[str, Field(pattern=r"^[0-9A-Z]{0,18}$")] = ""
    share: _Share = ""
    is_non_profit: bool = False
    is_married: bool | None = None


class _TitleWire(WireModel):
    domain: ClassVar[type] = Title
    unit_no: _UnitNo
    title_no: _TitleNo
    location: _Text
    area_m2: _Area
    use: _Text
    right_type: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")]
    land_nature: Annotated[str, Field(pattern=r"^[0-9]{3}$")]
    land_right_end: Day | None = None
    co_ownership: Annotated[CoOwnership, Field(strict=False)]
    owners: Annotated[tuple[_OwnerWire, ...], Field(strict=False, min_length=1, max_length=200)]
    state: Annotated[EntryState, Field(strict=False)] = EntryState.CURRENT
    is_first_registered: bool = True
    is_under_construction: bool = False
    is_public_facility: bool = False
    covers_land_and_building: bool = True
    is_disputed: bool = False
    restrictions: Many[_Text] = ()
    registered_at: Moment | None = None
    first_registered_on: Day | None = None


class _HolderWire(WireModel):
    domain: ClassVar[type] = Holder
    name: _Text
    number: Annotated[str, Field(pattern=r"^[0-9A-Z]{0,18}$")] = ""
    share: _Share = ""


class _TermsWire(WireModel):
    domain: ClassVar[type] = Terms
    form: Annotated[MortgageForm, Field(strict=False)]
    start: Day | None = None
    end: Day | None = None
    is_period_open: bool = False
    security_scope: Prose
    principal_contract_no: Label
    debtors: Many[_Text] = ()


class _EncumbranceWire(WireModel):
    domain: ClassVar[type] = Encumbrance
    entry_no: Key
    kind: Annotated[EncumbranceKind, Field(strict=False)]
    state: Annotated[EntryState, Field(strict=False)] = EntryState.CURRENT
    recorded_at: Moment
    holder: _Text
    holder_number: Annotated[str, Field(pattern=r"^[0-9A-Z]{0,18}$")] = ""
    certificate_no: _ProofNo = ""
    rank: Annotated[Count, Field(ge=1, le=1000)] | None = None
    amount_fen: Count | None = None
    contract_no: Label = ""
    is_transfer_restricted: bool = False
    document_no: Label = ""
    seizure_type: Literal["", "1", "2", "3", "4"] = ""
    is_suit_filed: bool = False
    co_holders: Many[_HolderWire] = ()
    until: Day | None = None
    note: Label = ""
    terms: _TermsWire | None = None

    def build(self) -> Encumbrance:
        """Return the entry; its terms stand beside it."""
        names = set(type(self).model_fields) - {"terms"}
        return Encumbrance(**{name: built(getattr(self, name)) for name in names})


class _EstateWire(WireModel):
    domain: ClassVar[type] = Estate
    title: _TitleWire
    encumbrances: Many[_EncumbranceWire] = ()
    note: Label = ""

    def build(self) -> Estate:
        """Return the estate with the terms of its mortgages beside them."""
        return Estate(
            title=self.title.build(),
            encumbrances=tuple(entry.build() for entry in self.encumbrances),
            terms={e.entry_no: e.terms.build() for e in self.encumbrances if e.terms},
            note=self.note,
        )


class _FileWire(WireModel):
    domain: ClassVar[type] = _EstateFile
    estates: Annotated[tuple[_EstateWire, ...], Field(strict=False, max_length=100_000)]


def _find_repeated(estates: tuple[Estate, ...]) -> tuple[Problem, ...]:
    """Find units, entries, certificates and ranks that stand in the file twice."""
    seen: set[tuple[str, ...]] = set()
    problems = []
    for pointer, key in _keys(estates):
        if key in seen:
            problems.append(Problem(pointer, "repeated", "stands in the file twice"))
        seen.add(key)
    return tuple(problems)


def _keys(estates: tuple[Estate, ...]) -> list[tuple[str, tuple[str, ...]]]:
    keys: list[tuple[str, tuple[str, ...]]] = []
    for i, estate in enumerate(estates):
        unit_no = estate.title.unit_no
        keys.append((f"/estates/{i}/title/unit_no", ("unit", unit_no)))
        for j, entry in enumerate(estate.encumbrances):
            at = f"/estates/{i}/encumbrances/{j}"
            keys.append((f"{at}/entry_no", ("entry", entry.entry_no)))
            if entry.certificate_no:
                keys.append((f"{at}/certificate_no", ("certificate", entry.certificate_no)))
            if entry.rank is not None and entry.state is EntryState.CURRENT:
                keys.append((f"{at}/rank", ("rank", unit_no, str(entry.rank))))
    return keys


def _find_loose(estates: tuple[Estate, ...]) -> tuple[Problem, ...]:
    """Find mortgages without rank: the register could not say who is paid first."""
    return tuple(
        Problem(f"/estates/{i}/encumbrances/{j}/rank", "missing", "a mortgage has a rank")
        for i, estate in enumerate(estates)
        for j, entry in enumerate(estate.encumbrances)
        if entry.kind is EncumbranceKind.MORTGAGE and entry.rank is None
    )
