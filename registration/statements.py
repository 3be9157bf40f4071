"""The papers that the counter writes for people as data: when each is made, its words, its signers."""

import enum
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from registration.application import Application, MaterialSource
from registration.catalogue import SHIPPED, find_column, read_form
from registration.errors import BadDocumentError, Problem
from registration.mortgage import MortgageForm
from registration.parties import acting_parties
from registration.people import PartyKind

# Form "statements/1", of `statements.toml`: members may be added with a default; none is ever
# removed or given another meaning. Facts, signers and papers may be added.
SCHEMA: Final = "statements/1"


class Signers(enum.Enum):
    """Who signs a statement."""

    APPLICANTS = "applicants"
    """Everybody who signs the application form for a side that applies."""
    PRINCIPALS = "principals"
    """The people for whom an agent acts."""
    GUARDIANS = "guardians"


class Made(enum.Enum):
    """Whether a statement is made by itself."""

    UNASKED = "unasked"
    ASKED = "asked"


_Text = Annotated[str, Field(min_length=1, max_length=400)]
_Texts = Annotated[tuple[_Text, ...], Field(strict=False, max_length=12)]


class Statement(BaseModel):
    """One paper that the counter writes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^M[0-9]{2}$")]
    """The material of the catalogue that it belongs to."""
    zh: _Text
    en: _Text
    signers: Annotated[Signers, Field(strict=False)]
    when: str = ""
    """A fact of the application that asks for it; empty where only the office can tell."""
    told: str = ""
    """A rule that asks for it once the office names it for the unit."""
    made: Annotated[Made, Field(strict=False)]
    is_whole: bool
    """Whether nothing else of the material has to be brought."""
    law: _Text
    each: _Texts
    """Paragraphs for each signer's own matter."""
    all: _Texts
    """Paragraphs for everybody."""
    closing: _Text
    plain_zh: _Text
    plain_en: _Text


class _StatementsForm(BaseModel):
    """The papers that the counter writes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    form: Annotated[Literal["statements/1"], Field(alias="schema")]
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
    statements: Annotated[tuple[Statement, ...], Field(strict=False, min_length=1)]


def _person_through_agent(application: Application) -> bool:
    """Say whether an agent acts for a person; an organisation's paper needs its seal."""
    return any(one.party.agent and is_person(one.party.kind) for one in acting_parties(application))


def is_person(kind: PartyKind) -> bool:
    """Say whether somebody signs by hand what an organisation would seal."""
    return kind is PartyKind.PERSON


def _guardian(application: Application) -> bool:
    return any(one.party.guardian for one in acting_parties(application))


def _earlier_claims(application: Application) -> bool:
    return application.mortgage is not None and application.mortgage.includes_earlier_claims


_TELL: Final[Mapping[str, Callable[[Application], bool]]] = {
    "person_through_agent": _person_through_agent,
    "guardian": _guardian,
    "earlier_claims": _earlier_claims,
}


@dataclass(frozen=True, slots=True)
class Statements:
    """The whole table."""

    version: str
    by_code: Mapping[str, Statement]


def read_statements(text: str) -> Statements:
    """Read a table in the form statements/1.

    Raises:
        BadDocumentError: with everything that is wrong.
    """
    form = read_form(_StatementsForm, text)
    by_code = {one.code: one for one in form.statements}
    wrong = [Problem("/statements", "repeated", "a code stands twice")]
    problems_found = wrong if len(by_code) < len(form.statements) else []
    for code, one in by_code.items():
        if code not in SHIPPED.materials:
            problems_found.append(Problem(f"/statements/{code}", "unknown-material", code))
        if bool(one.when) == bool(one.told) or (one.when and one.when not in _TELL):
            problems_found.append(Problem(f"/statements/{code}/when", "unknown-fact", one.when))
    if problems_found:
        raise BadDocumentError(tuple(problems_found))
    return Statements(form.version, by_code)


def statements_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of statements/1, which is written in TOML."""
    found = _StatementsForm.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": SCHEMA}


def fitting_statements(
    application: Application, told: Collection[str] = ()
) -> tuple[Statement, ...]:
    """Return the statements that an application's own facts ask for, in the table's order.

    `told` are the rules that the office named for the unit.
    """
    form = application.mortgage.form if application.mortgage else MortgageForm.ORDINARY
    column = find_column(application.kind, form)
    return tuple(
        one
        for code, one in STATEMENTS.by_code.items()
        if column in SHIPPED.materials[code].needs
        and (_TELL[one.when](application) if one.when else one.told in told)
    )


def may_state(application: Application, code: str) -> bool:
    """Say whether a statement can belong to an application, as far as its own facts tell."""
    told = {one.told for one in STATEMENTS.by_code.values()}
    return any(one.code == code for one in fitting_statements(application, told))


def paper_title(code: str) -> str:
    """Return the name of a paper that the counter draws, in Chinese."""
    statement = STATEMENTS.by_code.get(code)
    return statement.zh if statement else SHIPPED.materials[code].title_zh


def paper_title_en(code: str) -> str:
    """Return the same name in English, for whoever reads the pages in it; papers bear the Chinese."""
    statement = STATEMENTS.by_code.get(code)
    return statement.en if statement else SHIPPED.materials[code].title_en


def has_material(application: Application, code: str) -> bool:
    """Say whether a material is there: brought, or written at the counter where that is all of it.

    Where a statement is only a part of its material, documents are brought beside it.
    """
    found = [m for m in application.materials if m.code == code]
    statement = STATEMENTS.by_code.get(code)
    if statement is None or statement.is_whole:
        return bool(found)
    return any(m.source is not MaterialSource.GENERATED for m in found)


STATEMENTS: Final = read_statements(
    files("registration").joinpath("statements.toml").read_text("utf-8")
)
"""The table that this version ships; a file that breaks its form stops the program."""
