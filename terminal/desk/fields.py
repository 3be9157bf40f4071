"""The form's fields: text in, values out, and every problem at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from registration.errors import BadValueError
from registration.findings import Finding, Level
from terminal.desk.draft import Draft
from terminal.desk.form import LIST, FieldKind
from terminal.desk.readings import REASONS

FIELDS: Final[Mapping[str, FieldKind]] = {kind.name: kind for kind in LIST}
"""Every field by its name."""
FIXED_FIELDS: Final = frozenset({"model", "old_mortgage"})
"""What a draft is of is chosen when it is opened, and later only where its form asks for it."""


def fields_of(draft: Draft) -> tuple[FieldKind, ...]:
    """Return the fields that a draft's form has as it now stands, in order."""
    return tuple(kind for kind in LIST if kind.is_on(draft))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """Why one text is not taken; the text itself stays on the form."""

    field: str
    """The field's name; of a person: slot id, dot, name (p1.phone)."""
    code: str
    zh: str
    en: str
    pointer: str = ""

    def as_finding(self) -> Finding:
        """Return it as a finding that somebody can put right."""
        kind = FIELDS.get(self.field)
        zh, en = (f"{kind.zh}：{self.zh}", f"{kind.en}: {self.en}") if kind else (self.zh, self.en)
        return Finding(
            rule="FORMAT", level=Level.CORRECT, zh=zh, en=en, basis="", pointer=self.pointer
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the texts of a draft mean."""

    values: Mapping[str, Any]
    """Parsed values by field; absent where the text is empty or not taken."""
    problems: tuple[FieldProblem, ...]


def read_fields(draft: Draft) -> Reading:
    """Parse every field of a draft that its form has."""
    values: dict[str, Any] = {}
    problems = []
    for kind in fields_of(draft):
        text = _tidy(draft.text(kind.name))
        if not text:
            continue
        try:
            values[kind.name] = kind.parse(text)
        except BadValueError as exc:
            problems.append(make_problem(kind.name, exc.reason, kind.pointer))
    return Reading(values=values, problems=tuple(problems))


def make_problem(field: str, reason: str, pointer: str = "") -> FieldProblem:
    """Return a problem in the words that belong to a reason."""
    zh, en = REASONS.get(
        reason, ("填得不对，请核对", "It cannot be read; compare it with the paper")
    )
    return FieldProblem(field=field, code=reason.replace(" ", "-"), zh=zh, en=en, pointer=pointer)


def check_phone(text: str) -> str | None:
    """Say what is wrong with a mobile number: a reason, or None."""
    is_good = text.isascii() and text.isdigit() and len(text) == 11 and text[0] == "1"
    return None if is_good else "phone"


def check_share(text: str) -> str | None:
    """Say what is wrong with a share such as 1/2: a reason, or None."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,5}", text, re.ASCII):
        return "share"
    return None if Fraction(text) <= 1 else "share"


def _tidy(text: str) -> str:
    return text.strip()
