"""The command with which somebody chooses a PIN at this counter."""

import click

from terminal.commands.told import Told, said
from terminal.folder import open_vault, require_closed
from terminal.membership import SystemClock
from terminal.pins import LEAST_DIGITS, PinBook


@click.command()
@click.argument("staff_no")
@click.pass_obj
@said
def pin(told: Told, staff_no: str) -> None:
    """Let the member of staff of this number choose a PIN.

    Tellers sign in with it, and whoever has one may confirm what a colleague typed; a counter that
    is serving knows it at once.
    """
    settings = told()
    require_closed(settings.home)
    prompt = f"PIN ({LEAST_DIGITS} digits or more)"
    chosen = click.prompt(prompt, hide_input=True, confirmation_prompt=True)
    book = PinBook(settings.home, open_vault(settings.home), SystemClock().now)
    book.set(staff_no, str(chosen))
    click.echo(f"PIN of {staff_no} is set")
