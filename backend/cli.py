"""`mortgage-backend`: the office's command line."""

import logging
import os
from pathlib import Path

import click

from backend.commands.told import Told, said
from backend.settings import Settings, load
from certs.lazy import LazyGroup

CONFIG = "MRK_CONFIG"
COMMANDS = {
    "serve": (
        "backend.commands.running:serve",
        "Serve terminals, reviewers and the public; the worker runs beside.",
    ),
    "work": (
        "backend.commands.running:work",
        "Open packages, write entries and issue certificates; `serve` starts this by itself.",
    ),
    "migrate": (
        "backend.commands.upkeep:migrate",
        "Make the database, or bring it to the form of this version.",
    ),
    "staff": ("backend.commands.staff:staff", "The people who work here."),
    "terminals": ("backend.commands.terminals:terminals", "The counters in the branches."),
    "register": ("backend.commands.register:register", "The embedded register."),
    "queue": ("backend.commands.queue:queue", "What is late, and what soon will be."),
    "journal": (
        "backend.commands.journal:journal",
        "Show what was done about a case or anything else, and the reasons that were given.",
    ),
    "rules": (
        "backend.commands.rules:rules",
        "The rule book: its lines, the office's rulings, and deciding alone.",
    ),
    "replay": (
        "backend.commands.replay:replay",
        "Run the rule book's examination of a case again, or all of them.",
    ),
    "certificates": (
        "backend.commands.certificates:certificates",
        "Issued certificates: how long their time stamps last, new stamps, new seals.",
    ),
    "backup": (
        "backend.commands.upkeep:backup",
        "Copy everything that the office keeps into a new FOLDER; it stays encrypted.",
    ),
    "restore": (
        "backend.commands.upkeep:restore",
        "Bring back what `backup` copied, where nothing stands yet.",
    ),
    "verify-log": (
        "backend.commands.log:verify_log",
        "Check the journal, the public log over it, and every certificate's record.",
    ),
    "evidence": (
        "backend.commands.evidence:evidence",
        "Put everything about a case into one file for a court, with all that proves it.",
    ),
    "restart-log": (
        "backend.commands.log:restart_log",
        "Begin a new public log where the old one cannot go on.",
    ),
    "simulate-authority": (
        "backend.commands.simulating:simulate_authority",
        "Stand in for the police and the other authorities, until Ctrl-C.",
    ),
    "doctor": (
        "backend.commands.doctor:doctor",
        "Find what is wrong with this office, and say what to do.",
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
@said
def main(context: click.Context, config: Path | None) -> None:
    """Run the registration office."""
    context.obj = Told(config=config, settings=lambda: _load(config))


def _load(config: Path | None) -> Settings:
    settings = load(config, os.environ)
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    # It tells of every step at INFO; `migrate` says in one line what came of them.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return settings
