"""One wire document: read from decoded JSON or from a value, and turned into the other."""

import re
from typing import Any, ClassVar, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from registration.errors import BadDocumentError, Problem

D = TypeVar("D")
MOST_PROBLEMS: Final = 200
"""So many are told; a document with more is no honest mistake."""
_KNOWN_SHAPE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}", re.ASCII)
_PLAIN: Final = {
    "missing": ("missing", "is required"),
    "extra_forbidden": ("unknown-member", "no such member; see the published schema"),
    "string_type": ("not-text", "must be text"),
    "string_unicode": ("half-character", "a surrogate without its other half"),
    "string_pattern_mismatch": ("characters", "holds characters that do not belong there"),
    "bool_type": ("not-boolean", "must be true or false"),
    "int_type": ("not-whole", "must be a whole number"),
    "tuple_type": ("not-list", "must be a list"),
    "model_type": ("not-object", "must be an object"),
    "model_attributes_type": ("not-object", "must be an object"),
    "enum": ("unknown-value", "is none of the allowed values; see the published schema"),
    "literal_error": ("unknown-value", "is none of the allowed values; see the published schema"),
}
_BOUNDS: Final = {
    "string_too_long": ("too-long", "must have at most {max_length} characters"),
    "string_too_short": ("too-short", "must have at least {min_length} characters"),
    "too_long": ("too-many", "must have at most {max_length} items"),
    "too_short": ("too-few", "must have at least {min_length} items"),
    "greater_than_equal": ("out-of-range", "must be at least {ge}"),
    "less_than_equal": ("out-of-range", "must be at most {le}"),
}


class WireModel(BaseModel):
    """The wire form of one kind of value: the same members, in JSON's own types.

    A member has its field's name, and the unit behind it where JSON's type does not hold it. A
    version grows by members that are `added`.
    """

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        # Built when first used: most commands of an operator read no document at all.
        defer_build=True,
    )
    domain: ClassVar[type]
    """The class of the language that it stands for; every member is a field of it."""

    def build(self) -> Any:
        """Return the value of the language."""
        return self.domain(**{name: built(getattr(self, name)) for name in type(self).model_fields})


def added(default: Any = None, **more: Any) -> Any:
    """Return the field of a member that was added to a version after its first day.

    It is written only where it says something, so that whoever does not know it yet can still
    read everything that does not need it.
    """
    return Field(default=default, exclude_if=lambda value: value == default, **more)


def built(item: Any) -> Any:
    """Return a member of a document as the language has it."""
    if isinstance(item, WireModel):
        return item.build()
    return tuple(built(inner) for inner in item) if isinstance(item, tuple) else item


def write(model: type[WireModel], value: object) -> dict[str, Any]:
    """Return a value as JSON's own types; every member is written, absent ones as null.

    Raises:
        BadDocumentError: the value holds what the wire cannot, e.g. a control character.
    """
    try:
        found = model.model_validate(value, from_attributes=True, by_alias=False, by_name=True)
    except ValidationError as exc:
        raise BadDocumentError(_problems(exc)) from None
    return found.model_dump(mode="json", by_alias=True)


def read(model: type[WireModel], value: object, domain: type[D], *, schema: str = "") -> D:
    """Return the value that decoded JSON stands for.

    `schema` names what the document's own `schema` member must say; empty where it has none.

    Raises:
        BadDocumentError: with every problem that there is.
    """
    problems: tuple[Problem, ...] = ()
    if schema and isinstance(value, dict):
        problems = _check_schema(value, schema)
        value = {name: item for name, item in value.items() if name != "schema"}
    try:
        found = model.model_validate(value)
    except ValidationError as exc:
        # Without the cause: nothing of the input may reach a log.
        raise BadDocumentError((*problems, *_problems(exc))[:MOST_PROBLEMS]) from None
    if problems:
        raise BadDocumentError(problems)
    built = found.build()
    assert isinstance(built, domain)
    return built


def _check_schema(value: dict[str, Any], schema: str) -> tuple[Problem, ...]:
    if value.get("schema") == schema:
        return ()
    code = "unknown-schema" if "schema" in value else "missing"
    return (Problem("/schema", code, f'must be "{schema}"'),)


def _problems(exc: ValidationError) -> tuple[Problem, ...]:
    errors = exc.errors(include_url=False, include_input=False)
    return tuple(_problem(error) for error in errors[:MOST_PROBLEMS])


def _problem(error: ErrorDetails) -> Problem:
    kind, context = error["type"], error.get("ctx", {})
    steps = error["loc"]
    if kind == "extra_forbidden" and not _KNOWN_SHAPE.fullmatch(str(steps[-1])):
        # A member's name is the sender's text too; only what looks like a name is repeated.
        steps = steps[:-1]
    if kind in _PLAIN:
        code, detail = _PLAIN[kind]
    elif kind in _BOUNDS:
        code, detail = _BOUNDS[kind][0], _BOUNDS[kind][1].format(**context)
    else:
        code, detail = kind, error["msg"]
    return Problem("".join(f"/{_escaped(str(step))}" for step in steps), code, detail)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
