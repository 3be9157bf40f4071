"""What every command is told, and how it tells its faults."""

import functools
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, ParamSpec, TypeVar

import click

from certs.errors import CertsError
from registration.errors import BadDocumentError, RegistrationError
from registration.schema import format_findings
from terminal.desk.reasons import trouble_of
from terminal.errors import LinkError, NotCompleteError, TerminalError
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
            if options.get("is_json"):
                say_json({"findings": format_findings(error.findings)})
            for finding in error.findings:
                words = f"{finding.zh} / {finding.en}"
                click.echo(f"{finding.rule} {finding.pointer or '/'}: {words}", err=True)
            sys.exit(1)
        except BadDocumentError as error:
            for problem in error.problems:
                click.echo(f"{problem.pointer or '/'}: {problem.detail}", err=True)
            sys.exit(1)
        except LinkError as error:
            click.echo(f"{error.code}: {_line_words(error)}", err=True)
            sys.exit(1)
        except (TerminalError, CertsError, RegistrationError) as error:
            click.echo(f"{error.code}: {error}", err=True)
            sys.exit(1)

    return run


def _line_words(error: LinkError) -> str:
    """Say what is the matter with the line, in both languages, then its name for the telephone."""
    trouble = trouble_of(error, datetime.now(UTC))
    words = " / ".join(text for text in (trouble.zh, trouble.en) if text)
    return f"{words} ({error})" if words and str(error) else words or str(error)


def say_json(value: object) -> None:
    """Print a value for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
