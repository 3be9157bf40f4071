"""What changed between two submissions of one application, place by place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

# Of every submission by its nature, or of bytes that nobody reads: their papers tell of them.
_UNTOLD: Final = frozenset(
    {"round", "corrects", "signed_at", "sealed_at", "created_at", "strokes", "photo", "portrait"}
    | {"chip_files", "origins", "raw", "size", "paper_sha256"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that is not as it was."""

    pointer: str
    """JSON Pointer into application/1."""
    before: str
    """Empty where there was nothing."""
    after: str
    """Empty where nothing is now."""


def find_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs, in the order of the document that stands now, what is gone last."""
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    changed = [Difference(p, old.get(p, ""), text) for p, text in new.items() if old.get(p) != text]
    gone = [Difference(p, text, "") for p, text in old.items() if p not in new]
    return (*changed, *gone)


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in _UNTOLD:
                yield from _leaves(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _leaves(inner, f"{pointer}/{at}")
    elif value not in (None, ""):
        yield pointer, str(value)
