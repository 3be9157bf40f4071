"""What the tables have no attribute for: lines `name：value` of the 附记, which people read too."""

from collections.abc import Mapping
from datetime import date

_YES, _NO = "是", "否"


def format_remarks(told: Mapping[str, str]) -> str:
    """Return the lines; what is empty has none."""
    return "\n".join(f"{name}：{value}" for name, value in told.items() if value)


def parse_remarks(text: str) -> dict[str, str]:
    """Return the lines by name; a line without a name belongs to none."""
    found = (line.partition("：") for line in text.split("\n"))
    return {name.strip(): value.strip() for name, mark, value in found if mark}


def flag(is_so: bool) -> str:
    """Return 是, or nothing for no."""
    return _YES if is_so else ""


def flag_off(is_so: bool) -> str:
    """Return 否, or nothing for yes."""
    return "" if is_so else _NO


def is_yes(told: Mapping[str, str], name: str, *, usually: bool = False) -> bool:
    """Say what a flag is; one that is not told is as usual."""
    return told[name] == _YES if name in told else usually


def day(told: Mapping[str, str], name: str) -> date | None:
    """Return a day; None where none is told. Raises: ValueError: it is none."""
    return date.fromisoformat(told[name]) if told.get(name) else None
