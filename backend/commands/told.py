"""What every command is told, and how it tells its faults."""

import functools
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from backend.errors import OfficeError
from backend.settings import Settings
from certs.errors import CertsError
from registration.errors import BadDocumentError, RegistrationError

P = ParamSpec("P")
R = TypeVar("R")
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the command line said before the command."""

    config: Path | None
    settings: Callable[[], Settings]


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


def show(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows of a list, for people or for programs."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join(str(text or "-") for text in row.values()))


def write_time(at: datetime | None) -> str:
    """Write a moment to the second; empty when there is none."""
    return at.isoformat(timespec="seconds") if at else ""
