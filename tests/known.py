"""What a test knows to be there."""

from typing import TypeVar

_T = TypeVar("_T")


def known(value: _T | None) -> _T:
    """Return a value that is never missing here."""
    assert value is not None
    return value
