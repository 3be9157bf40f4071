"""What an office may decide about the rules: which lines are asked, and how grave they are.

A line is everything that one rule says at one level. The law fixes most lines; this module holds
those that it leaves to the office, so that nobody can weaken a rule of law or ask for what the law
does not ask.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from registration.findings import Finding, Level


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """What one rule says at one level, as it is shipped."""

    rule: str
    shipped: str
    """The value of its level."""

    def __str__(self) -> str:
        return f"{self.rule}.{self.shipped}"


OFF: Final = "off"
"""In place of a level: the line is not asked."""
_NO_BAR: Final = ("info", "manual")
_LEFT_TO_OFFICE: Final[Mapping[Line, tuple[str, ...]]] = MappingProxyType(
    {
        # The register decides whose it is; whether a spouse is thought of is the office's care.
        Line("R10", "manual"): (OFF, "info", "manual"),
        # 民法典 366-370: a right of habitation is no bar; a person looks, or it is told.
        Line("R13", "manual"): _NO_BAR,
        # A term beyond the land's is no ground of refusal; looking at it is care.
        Line("R26", "manual"): (OFF, "info", "manual"),
        # The channel is the office's own: who is not on it may be looked at by a person instead.
        Line("R30", "not_accepted"): ("manual", "not_accepted"),
        Line("R35", "not_accepted"): ("manual", "correct", "not_accepted"),
        # 条例 19: the office "may" look at the place.
        Line("R36", "manual"): _NO_BAR,
        # Old signatures are the office's care; impossible ones are no signatures.
        Line("R43", "manual"): (OFF, "info", "manual"),
    }
)


def may_be(line: Line) -> tuple[str, ...]:
    """Return the levels that the law leaves open for a line, its own among them.

    What is only told may always be looked at by a person; what the law asks stays as it is.
    """
    if line in _LEFT_TO_OFFICE:
        return _LEFT_TO_OFFICE[line]
    return _NO_BAR if line.shipped == Level.INFO.value else (line.shipped,)


Adjustments = Mapping[Line, str]
"""The lines that an office has otherwise, each with a level or `OFF`."""
NONE: Final[Adjustments] = MappingProxyType({})


def adjust(findings: Iterable[Finding], adjustments: Adjustments) -> tuple[Finding, ...]:
    """Return findings with the levels that the office gave them, without what it does not ask.

    A level that the law does not leave open is no adjustment: the shipped one stays.
    """
    if not adjustments:
        return tuple(findings)
    return tuple(found for f in findings if (found := _adjusted(f, adjustments)) is not None)


def _adjusted(finding: Finding, adjustments: Adjustments) -> Finding | None:
    line = Line(finding.rule, finding.level.value)
    level = adjustments.get(line, line.shipped)
    if level == line.shipped or level not in may_be(line):
        return finding
    return None if level == OFF else replace(finding, level=Level(level))
