"""Spreadsheets as a bank's system writes them."""

import importlib
import io
from typing import Any

_OPENPYXL: Any = importlib.import_module("openpyxl")


def make_book(*rows: list[Any]) -> bytes:
    """Return a spreadsheet of one sheet; what begins with "=" is a formula."""
    made, out = _OPENPYXL.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()
