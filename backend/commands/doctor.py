"""The command that finds what is wrong."""

import sys

import click

from backend.commands.told import Told, said
from backend.wall import find_faults, open_wall


@click.command()
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
