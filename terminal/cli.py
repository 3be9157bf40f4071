"""`mortgage-terminal`: one counter's command line."""

import functools
import logging
import os
from pathlib import Path
from typing import Final

import click

from certs.lazy import LazyGroup
from terminal.settings import Settings, load

CONFIG: Final = "MRK_CONFIG"
COMMANDS: Final = {
    "enroll": (
        "terminal.commands.joining:enroll",
        "Join the office with the BUNDLE that its operator made.",
    ),
    "serve": (
        "terminal.commands.serving:serve",
        "Serve the teller's pages on this machine, and carry packages and answers.",
    ),
    "window": (
        "terminal.commands.serving:window",
        "Give an address that opens one more window of the counter that serves.",
    ),
    "submit": (
        "terminal.commands.filing:submit",
        "File the case in CASE_DIR: application.json, with its papers under materials/.",
    ),
    "queue": (
        "terminal.commands.looking:queue",
        "List what went out and how far it is; names are masked.",
    ),
    "doctor": (
        "terminal.commands.looking:doctor",
        "Find what is wrong with this counter, and say what to do.",
    ),
    "pin": (
        "terminal.commands.pins:pin",
        "Let the member of staff of this number choose a PIN.",
    ),
    "log": (
        "terminal.commands.watching:log",
        "Look at the office's public log now; this counter is its witness.",
    ),
    "renew": (
        "terminal.commands.joining:renew",
        "Get new certificates now; a counter that is serving does it by itself.",
    ),
}


@click.group(
    cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar=CONFIG,
    help="Settings, a TOML file; MRK_ environment variables come on top.",
)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Run one counter of a branch."""
    context.obj = functools.partial(_load, config)


def _load(config: Path | None) -> Settings:
    settings = load(config, os.environ)
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    return settings
