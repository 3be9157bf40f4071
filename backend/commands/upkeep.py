"""Commands about what the office keeps: its database, its blobs, its journal."""

from pathlib import Path

import click

from backend.commands.told import Told, said
from backend.store.backups import backup as back_up
from backend.store.backups import restore as bring_back
from backend.store.upgrades import upgrade
from backend.wall import VAULT, open_vault, require_owner, shelves_of


@click.command()
@click.pass_obj
@said
def migrate(told: Told) -> None:
    """Make the database, or bring it to the form of this version."""
    settings = told.settings()
    open_vault(settings)
    before, now = upgrade(settings.database)
    if before == now:
        click.echo(f"the database has form {now} already")
    else:
        click.echo(f"the database has form {now} now; it had {before or 'none'}")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
@said
def backup(told: Told, folder: Path) -> None:
    """Copy everything that the office keeps into a new FOLDER; it stays encrypted."""
    settings = told.settings()
    back_up(settings.database, settings.blobs, folder, shelves_of(settings))
    click.echo(f"backed up to {folder}; keep {settings.data_dir / 'at-rest.key'} apart from it")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
@said
def restore(told: Told, folder: Path) -> None:
    """Bring back what `backup` copied, where nothing stands yet."""
    settings = told.settings()
    require_owner(settings.data_dir)
    bring_back(folder, settings.database, settings.blobs, shelves_of(settings))
    key = settings.data_dir / VAULT
    if not key.exists():
        click.echo(f"restored; now put the at-rest.key that belongs to it at {key}")
    click.echo("links to sign elsewhere that were open are ended: their counters invite anew")
    click.echo("then run migrate, verify-log and doctor")
