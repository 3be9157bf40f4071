"""A ruling: what an office decides about its rule book and about deciding alone, as one document."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from registration.errors import BadDocumentError, Problem
from registration.mortgage import RegistrationKind
from registration.rulebook import Adjustments, Line, may_be

# Form "rules/1", signed as a statement of that kind: members may be added with a default; none is
# ever removed or given another meaning.
SCHEMA: Final = "rules/1"
STRAIGHT: Final = (RegistrationKind.FIRST.value, RegistrationKind.CANCELLATION.value)
"""The kinds that a rule book may ever decide alone."""

_Rule = Annotated[str, Field(pattern=r"^(R[0-9]{2}|[A-Z]{4,10})$")]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _StraightForm(_Strict):
    """Which clean cases the rule book decides alone."""

    enabled: bool
    kinds: Annotated[list[Literal["mortgage.first_registration", "mortgage.cancellation"]], Field()]
    limit_yuan: Annotated[int, Field(ge=0, le=10_000_000_000)]
    """Highest secured amount; equal passes."""
    sample_percent: Annotated[int, Field(ge=1, le=100)]
    """Of a hundred of them, how many a person looks at afterwards; never none."""


class _ChiefForm(_Strict):
    """What the head approves himself."""

    limit_yuan: Annotated[int, Field(ge=0, le=10_000_000_000)]
    rules: Annotated[list[_Rule], Field(max_length=60)]


class _RulingForm(_Strict):
    """What an office decides about its rule book."""

    form: Annotated[Literal["rules/1"], Field(alias="schema")]
    office: Annotated[str, Field(min_length=18, max_length=18)]
    """The office's credit code."""
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")]
    """A name that the office never used before."""
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    begins_at: Annotated[AwareDatetime, Field(strict=False)]
    spouse_signs: bool
    """Whether a married sole owner's spouse must sign (R10)."""
    straight_through: _StraightForm
    chief: _ChiefForm
    rules: dict[str, str] = {}
    """Lines that are otherwise than shipped, such as "R36.manual" = "info"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One ruling."""

    office: str
    version: str
    reason: str
    begins_at: datetime
    is_spouse_asked: bool
    is_straight_through: bool
    straight_kinds: frozenset[RegistrationKind]
    limit_fen: int
    sample_percent: int
    chief_limit_fen: int
    chief_rules: frozenset[str]
    adjustments: Adjustments


def read_ruling(text: str, lines: frozenset[Line]) -> dict[str, Any]:
    """Read a ruling as people write it, in TOML, and return the claims to be signed.

    Raises:
        BadDocumentError: with everything that is wrong.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise BadDocumentError((Problem("", "not-toml", str(exc)),)) from None
    form = _validated(told)
    claims: dict[str, Any] = form.model_dump(mode="json", by_alias=True)
    claims["begins_at"] = form.begins_at.astimezone(UTC).isoformat(timespec="seconds")
    parse_ruling(claims, lines)
    return claims


def parse_ruling(claims: Mapping[str, Any], lines: frozenset[Line]) -> Ruling:
    """Return the ruling of a statement's claims; `lines` are those of the book it is about.

    Raises:
        BadDocumentError: with everything that is wrong; among it what the law does not leave open.
    """
    form = _validated(claims)
    adjustments, problems = _adjustments(form.rules, lines)
    if problems:
        raise BadDocumentError(tuple(problems))
    return Ruling(
        office=form.office,
        version=form.version,
        reason=form.reason,
        begins_at=form.begins_at.astimezone(UTC),
        is_spouse_asked=form.spouse_signs,
        is_straight_through=form.straight_through.enabled,
        straight_kinds=frozenset(RegistrationKind(k) for k in form.straight_through.kinds),
        limit_fen=form.straight_through.limit_yuan * 100,
        sample_percent=form.straight_through.sample_percent,
        chief_limit_fen=form.chief.limit_yuan * 100,
        chief_rules=frozenset(form.chief.rules),
        adjustments=adjustments,
    )


def parse_adjustments(texts: Mapping[str, str]) -> Adjustments:
    """Return the adjustments that an office told of; what the law leaves to nobody is left out."""
    found = {}
    for name, level in texts.items():
        rule, _, shipped = name.partition(".")
        line = Line(rule, shipped)
        if level in may_be(line):
            found[line] = level
    return found


def _adjustments(
    texts: Mapping[str, str], lines: frozenset[Line]
) -> tuple[Adjustments, list[Problem]]:
    found, problems = {}, []
    for name, level in texts.items():
        rule, _, shipped = name.partition(".")
        line = Line(rule, shipped)
        if line not in lines:
            problems.append(Problem(f"/rules/{name}", "no-such-line", f"the book has no {name}"))
        elif level not in may_be(line):
            open_ones = ", ".join(may_be(line))
            problems.append(
                Problem(f"/rules/{name}", "against-the-law", f"{name} may be {open_ones} only")
            )
        else:
            found[line] = level
    return found, problems


def _validated(told: Mapping[str, Any]) -> _RulingForm:
    try:
        return _RulingForm.model_validate(told)
    except ValidationError as exc:
        problems = (
            Problem("".join(f"/{step}" for step in e["loc"]), e["type"], e["msg"])
            for e in exc.errors(include_url=False, include_input=False)
        )
        raise BadDocumentError(tuple(problems)) from None
