"""Which counters are to join: a table in CSV, and the names that are still free."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from backend.errors import MisconfiguredError, OddNameError
from backend.office.names import read_label, read_short_name
from backend.office.terminals import Wish
from registration.errors import BadValueError
from registration.identifiers import parse_credit_code

COLUMNS: Final = ("branch", "bank", "bank_name", "terminal")
"""The last may be missing, or empty in a line."""
_MOST: Final = 10_000
_LARGEST: Final = 8 * 1024 * 1024


def free_names(branch: str, taken: set[str]) -> Iterator[str]:
    """Yield BRANCH-01 and so on without those that are taken, and take them.

    Raises:
        OddNameError: no counter's name can begin like this branch's.
    """
    try:
        read_short_name(f"{branch}-01")
    except OddNameError as exc:
        raise OddNameError(
            f"the branch {branch} cannot begin the counter's name ({exc}); name the counter too"
        ) from exc
    known = {name.lower() for name in taken}
    for number in range(1, _MOST):
        name = f"{branch}-{number:02d}"
        if name.lower() not in known:
            taken.add(name)
            yield name
    raise OddNameError(f"no name is left for another counter of {branch}")


def read_table(path: Path, taken: set[str]) -> tuple[Wish, ...]:
    """Read the counters of a CSV file.

    Raises:
        MisconfiguredError: it is no such table; the message names every bad line.
    """
    reader = csv.DictReader(io.StringIO(_read(path), newline=""), strict=True)
    faults, wishes = [], []
    names: dict[str, Iterator[str]] = {}
    try:
        _require_columns(path, reader.fieldnames or ())
        rows = [(reader.line_num, row) for row in reader if any(row.values())]
    except csv.Error as exc:
        raise MisconfiguredError(f"{path} line {reader.line_num}: {exc}") from exc
    # Names that the table gives are not given to others.
    taken |= {row["terminal"] for _, row in rows if row.get("terminal")}
    for number, row in rows:
        try:
            wishes.append(_read_row(row, taken, names))
        except OddNameError as exc:
            faults.append(f"line {number}: {exc}")
    if faults:
        raise MisconfiguredError(f"{path}: {'; '.join(faults)}")
    if not 0 < len(wishes) <= _MOST:
        raise MisconfiguredError(f"{path} has {len(wishes)} counters; 1 to {_MOST} are possible")
    return tuple(wishes)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise MisconfiguredError(f"{path} is larger than 8 MiB")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as exc:
        raise MisconfiguredError(f"{path}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise MisconfiguredError(f"{path} is not in UTF-8; save it as “CSV UTF-8”") from exc


def _require_columns(path: Path, found: Sequence[str]) -> None:
    is_whole = set(COLUMNS[:3]) <= set(found) <= set(COLUMNS)
    if not is_whole or len(set(found)) != len(found):
        raise MisconfiguredError(
            f"{path}: the first line must name the columns {', '.join(COLUMNS[:3])} and, where"
            f" counters have names already, {COLUMNS[3]}; it has {', '.join(found) or 'none'}"
        )


def _read_row(row: Mapping[str, Any], taken: set[str], names: dict[str, Iterator[str]]) -> Wish:
    """Return the counter of one line. Raises: OddNameError naming the cell."""
    # The reader puts what is too much under None, and gives None for what is missing.
    if None in row or None in row.values():
        raise OddNameError("it has more or fewer cells than the first line")
    branch = _cell("branch", row, read_label)
    bank = _cell("bank", row, lambda text: parse_credit_code(text).text)
    bank_name = _cell("bank_name", row, read_label)
    if row.get("terminal", "").strip(" "):
        terminal = _cell("terminal", row, read_short_name)
    else:
        terminal = next(names.setdefault(branch, free_names(branch, taken)))
    return Wish(terminal=terminal, branch=branch, bank=bank, bank_name=bank_name)


def _cell(name: str, row: Mapping[str, Any], reader: Callable[[str], str]) -> str:
    try:
        return reader(row[name].strip(" "))
    except OddNameError as exc:
        raise OddNameError(f"{name}: {exc}") from exc
    except BadValueError as exc:
        raise OddNameError(f"{name}: no unified social credit code, wrong {exc.reason}") from exc
