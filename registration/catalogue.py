"""The catalogue of materials as data: which papers there are, and when each is needed."""

import enum
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from registration.errors import BadDocumentError, Problem
from registration.mortgage import MortgageForm, RegistrationKind

# Form "materials/1", of `catalogue.toml`: members may be added with a default; none is ever
# removed or given another meaning. Columns and conditions may be added.
SCHEMA: Final = "materials/1"


class Column(enum.Enum):
    """The columns of the catalogue: a kind of registration and, for first ones, a form."""

    FIRST = "first"
    MAXIMUM = "maximum"
    CHANGE = "change"
    CRYSTALLISATION = "crystallisation"
    TRANSFER = "transfer"
    CANCELLATION = "cancellation"
    PURCHASE_NOTICE = "purchase_notice"
    MORTGAGE_NOTICE = "mortgage_notice"
    CONVERSION = "conversion"
    OWNERSHIP_TRANSFER = "ownership_transfer"


class ToldBy(enum.Enum):
    """Who can tell whether a condition is met."""

    APPLICATION = "application"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a paper is needed."""

    name: str
    zh: str
    en: str
    told_by: ToldBy

    @property
    def is_always(self) -> bool:
        return self.name == _ALWAYS


Answers = Mapping[str, tuple[str, ...]]
"""By service, the answers that will do; every service must have given one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialKind:
    """One line of the catalogue."""

    code: str
    title_zh: str
    title_en: str
    needs: Mapping[Column, tuple[Condition, ...]]
    """A column that is not there does not need the paper; of several conditions one suffices."""
    spared: Mapping[Column, Answers]
    """A column that is not there takes no answer for the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The whole catalogue."""

    version: str
    conditions: Mapping[str, Condition]
    materials: Mapping[str, MaterialKind]
    """By code, in the order of the lists that people get."""


_ALWAYS: Final = "always"
_FormT = TypeVar("_FormT", bound=BaseModel)
_Text = Annotated[str, Field(min_length=1, max_length=200)]
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _ConditionForm(_Strict):
    """When a paper is needed, in words, and who can tell."""

    zh: _Text
    en: _Text
    told_by: Annotated[ToldBy, Field(strict=False)]


class _SparedForm(_Strict):
    """Whose answers stand for a paper, in some columns."""

    columns: Annotated[list[Annotated[Column, Field(strict=False)]], Field(min_length=1)]
    answers: Annotated[
        dict[_Name, Annotated[list[_Name], Field(min_length=1)]], Field(min_length=1)
    ]


class _MaterialForm(_Strict):
    """One paper, and its columns by condition."""

    code: Annotated[str, Field(pattern=r"^M[0-9]{2}$")]
    zh: _Text
    en: _Text
    needed: dict[
        _Name, Annotated[list[Annotated[Column, Field(strict=False)]], Field(min_length=1)]
    ]
    spared: list[_SparedForm] = []


class _CatalogueForm(_Strict):
    """The catalogue of materials."""

    form: Annotated[Literal["materials/1"], Field(alias="schema")]
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
    conditions: dict[_Name, _ConditionForm]
    materials: Annotated[list[_MaterialForm], Field(min_length=1)]


def read_form(form: type[_FormT], text: str) -> _FormT:
    """Read TOML in a form.

    Raises:
        BadDocumentError: with everything that is wrong.
    """
    try:
        return form.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise BadDocumentError((Problem("", "not-toml", str(exc)),)) from None
    except ValidationError as exc:
        problems = (
            Problem("".join(f"/{step}" for step in e["loc"]), e["type"], e["msg"])
            for e in exc.errors(include_url=False, include_input=False)
        )
        raise BadDocumentError(tuple(problems)) from None


def read_catalogue(text: str) -> Catalogue:
    """Read a catalogue in the form materials/1.

    Raises:
        BadDocumentError: with everything that is wrong.
    """
    form = read_form(_CatalogueForm, text)
    _require_sense(form)
    conditions = {
        name: Condition(name=name, zh=one.zh, en=one.en, told_by=one.told_by)
        for name, one in form.conditions.items()
    }
    return Catalogue(
        version=form.version,
        conditions=conditions,
        materials={one.code: _material(one, conditions) for one in form.materials},
    )


def _require_sense(form: _CatalogueForm) -> None:
    """Refuse codes that stand twice, and conditions and answers that nobody wrote or uses."""
    codes = [material.code for material in form.materials]
    used = {name for material in form.materials for name in material.needed}
    problems = [
        Problem("/materials", "repeated", f"{code} stands twice")
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    problems += [
        Problem("/conditions", "unknown-condition", f"{name} is not described")
        for name in sorted(used - form.conditions.keys())
    ]
    problems += [
        Problem(f"/conditions/{name}", "unused", "no paper needs it")
        for name in sorted(form.conditions.keys() - used)
    ]
    problems += [problem for material in form.materials for problem in _spared_problems(material)]
    if problems:
        raise BadDocumentError(tuple(problems))


def _spared_problems(form: _MaterialForm) -> list[Problem]:
    """Refuse answers for a paper where nobody asks for it, or twice in a column."""
    spared = [column for one in form.spared for column in one.columns]
    asked = {column for columns in form.needed.values() for column in columns}
    odd = sorted({c.value for c in spared if c not in asked or spared.count(c) > 1})
    return [
        Problem("/materials", "spared", f"{form.code}: {column} is not asked, or stands twice")
        for column in odd
    ]


def _material(form: _MaterialForm, conditions: Mapping[str, Condition]) -> MaterialKind:
    needs: dict[Column, tuple[Condition, ...]] = {}
    for name, columns in form.needed.items():
        for column in columns:
            needs[column] = (*needs.get(column, ()), conditions[name])
    spared = {
        column: {service: tuple(words) for service, words in one.answers.items()}
        for one in form.spared
        for column in one.columns
    }
    return MaterialKind(
        code=form.code, title_zh=form.zh, title_en=form.en, needs=needs, spared=spared
    )


def find_column(
    kind: RegistrationKind, form: MortgageForm = MortgageForm.ORDINARY
) -> Column | None:
    """Return the catalogue's column for a kind; None for a bundle, which has one for each step."""
    if kind is RegistrationKind.FIRST and form is MortgageForm.MAXIMUM:
        return Column.MAXIMUM
    return Column.__members__.get(kind.name)


def catalogue_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of materials/1, which is written in TOML."""
    found = _CatalogueForm.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": SCHEMA}


SHIPPED: Final = read_catalogue(files("registration").joinpath("catalogue.toml").read_text("utf-8"))
"""The catalogue that this version ships; a file that breaks its form stops the program."""
