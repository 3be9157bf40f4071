"""`mortgage-backend`: the office's command line."""

import logging
import os
import sys
from pathlib import Path

import click

from backend import serving
from backend.commands import Told, register, said, staff, terminals
from backend.settings import Settings, load
from backend.store.backups import backup as back_up
from backend.store.backups import restore as bring_back
from backend.store.upgrades import upgrade
from backend.wall import find_faults, open_vault, open_wall

CONFIG = "MRK_CONFIG"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
    if context.invoked_subcommand is None or context.resilient_parsing:
        return
    context.obj = Told(config=config, settings=lambda: _load(config))


def _load(config: Path | None) -> Settings:
    settings = load(config, os.environ)
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    return settings


@main.command()
@click.option("--no-worker", is_flag=True, help="Only the server; the worker runs elsewhere.")
@click.pass_obj
@said
def serve(told: Told, no_worker: bool) -> None:
    """Serve terminals, reviewers and the public; the worker runs beside."""
    settings = told.settings()
    arguments = ["--config", str(told.config)] if told.config else []
    serving.serve(settings, [] if no_worker else [*arguments, "work"])


@main.command()
@click.pass_obj
@said
def work(told: Told) -> None:
    """Open packages, write entries and issue certificates; `serve` starts this by itself."""
    serving.work(told.settings())


@main.command()
@click.pass_obj
@said
def migrate(told: Told) -> None:
    """Make the database, or bring it to the form of this version."""
    settings = told.settings()
    open_vault(settings)
    upgrade(settings.database)
    click.echo("the database is up to date")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
@said
def backup(told: Told, folder: Path) -> None:
    """Copy everything that the office keeps into a new FOLDER; it stays encrypted."""
    settings = told.settings()
    back_up(settings.database, settings.blobs, folder)
    click.echo(f"backed up to {folder}; keep {settings.data_dir / 'at-rest.key'} apart from it")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
@said
def restore(told: Told, folder: Path) -> None:
    """Bring back what `backup` copied, where nothing stands yet."""
    settings = told.settings()
    bring_back(folder, settings.database, settings.blobs)
    click.echo("restored; now run verify-log")


@main.command("verify-log")
@click.pass_obj
@said
def verify_log(told: Told) -> None:
    """Check the journal's chain from its first record to its last."""
    verdict = open_wall(told.settings()).works.verify_journal()
    if verdict.is_good:
        click.echo(f"{verdict.records} records, chain whole, head {verdict.head}")
    else:
        click.echo(f"record {verdict.bad_seq} is wrong: {verdict.reason}", err=True)
        sys.exit(1)


@main.command()
@click.pass_obj
@said
def doctor(told: Told) -> None:
    """Say what is wrong with this office's installation."""
    faults = find_faults(open_wall(told.settings()), lambda: True)
    for part, fault in faults.items():
        click.echo(f"{part}: {fault}")
    if not faults:
        click.echo("nothing is wrong")
    sys.exit(1 if faults else 0)


main.add_command(staff)
main.add_command(terminals)
main.add_command(register)
