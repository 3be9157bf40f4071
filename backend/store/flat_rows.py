"""Rows whose columns are a value's fields, name by name; read back as `Value(**found._asdict())`."""

from dataclasses import fields
from typing import Any


def values_of(row: Any) -> dict[str, Any]:
    """Return a dataclass' fields, for the columns of the same names."""
    return {field.name: getattr(row, field.name) for field in fields(row)}
