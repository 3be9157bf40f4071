"""What a check of the office's installation found, and what to do about it, in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LEVELS: Final = ("bad", "warn", "ok")
"""From the gravest on: "bad" keeps the office from its work, now or within days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one check found."""

    name: str
    """Stable: "folder.data", "key.seal", "list", "database", "tasks" …"""
    level: str
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""


Words = tuple[str, str]
"""Chinese, then English."""


def fine(name: str, words: Words) -> Line:
    """Say that a thing is as it should be."""
    return Line(name=name, level="ok", zh=words[0], en=words[1])


def odd(name: str, words: Words, remedy: Words) -> Line:
    """Say what somebody should look at before it keeps the office from working."""
    return _line(name, "warn", words, remedy)


def wrong(name: str, words: Words, remedy: Words) -> Line:
    """Say what keeps the office from working, now or within days."""
    return _line(name, "bad", words, remedy)


def _line(name: str, level: str, words: Words, remedy: Words) -> Line:
    return Line(
        name=name,
        level=level,
        zh=words[0],
        en=words[1],
        remedy_zh=remedy[0],
        remedy_en=remedy[1],
    )


def sort(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Put the gravest findings first."""
    return tuple(sorted(lines, key=lambda line: LEVELS.index(line.level)))
