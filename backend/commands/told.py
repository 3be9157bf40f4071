"""What every command is told, and how it tells its faults."""

import functools
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from backend.errors import OddNameError, OfficeError
from backend.settings import Settings
from certs.errors import CertsError
from registration.errors import BadDocumentError, BadValueError, RegistrationError

P = ParamSpec("P")
R = TypeVar("R")
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the command line said before the command."""

    config: Path | None
    settings: Callable[[], Settings]


class Read(click.ParamType[str]):
    """A value that a reader of ours takes; what it refuses is wrong usage, said in one sentence."""

    def __init__(self, name: str, reader: Callable[[str], str]) -> None:
        self.name, self._reader = name, reader

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return what the reader makes of it."""
        try:
            return self._reader(value)
        except OddNameError as exc:
            self.fail(str(exc), param, ctx)
        except BadValueError as exc:
            self.fail(f"{value!r} is no {self.name}: wrong {exc.reason}", param, ctx)


def said(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command say every fault of ours in one sentence on standard error."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return command(*arguments, **options)
        except BadDocumentError as error:
            for problem in error.problems:
                click.echo(f"{problem.pointer or '/'}: {problem.detail}", err=True)
            sys.exit(1)
        except (OfficeError, CertsError, RegistrationError) as error:
            click.echo(f"{error.code}: {error}", err=True)
            sys.exit(1)

    return run


def operator() -> str:
    """Return who runs the command, as the journal writes it."""
    return f"operator:{os.environ.get('SUDO_USER') or os.environ.get('USER') or 'unknown'}"


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print rows of a list: columns under their names for people, JSON for programs."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("none", err=True)
        return
    table = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(_width(line[place]) for line in table) for place in range(len(table[0]))]
    for line in table:
        padded = (
            text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def show_one(row: Mapping[str, Any], *, as_json: bool) -> None:
    """Print everything about one thing, a line for each part."""
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
        return
    width = max(len(name) for name in row)
    for name, value in row.items():
        click.echo(f"{name:{width}}  {_cell(value)}")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    return str(value) if value not in {"", None} else "-"


def _width(text: str) -> int:
    """Return how many columns a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def write_time(at: datetime | None) -> str:
    """Write a moment to the second; empty when there is none."""
    return at.isoformat(timespec="seconds") if at else ""
