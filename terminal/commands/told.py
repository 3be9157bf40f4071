"""What every command is told, and how it tells its faults."""

import functools
import json
import sys
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import click

from certs.errors import CertsError
from registration.errors import BadDocumentError, RegistrationError
from terminal.errors import NotCompleteError, TerminalError
from terminal.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
Told = Callable[[], Settings]
"""Reads the settings that the command line named."""
JSON: Final = click.option("--json", "is_json", is_flag=True, help="For programs.")


def said(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command say every fault of ours in one sentence on standard error."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return command(*arguments, **options)
        except NotCompleteError as error:
            for finding in error.findings:
                click.echo(f"{finding.pointer or '/'}: {finding.zh} / {finding.en}", err=True)
            sys.exit(1)
        except BadDocumentError as error:
            for problem in error.problems:
                click.echo(f"{problem.pointer or '/'}: {problem.detail}", err=True)
            sys.exit(1)
        except (TerminalError, CertsError, RegistrationError) as error:
            click.echo(f"{error.code}: {error}", err=True)
            sys.exit(1)

    return run


def say_json(value: object) -> None:
    """Print a value for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
