"""Commands about the people who work here."""

from typing import TextIO

import click

from backend.commands.told import Told, as_json_option, said, show
from backend.wall import build_staff_room, open_wall


@click.group()
def staff() -> None:
    """The people who work here."""


@staff.command("add")
@click.argument("staff_id")
@click.option("--name", required=True, help="As shown on decisions.")
@click.option("--person", help="Who it is: equal for two accounts of one person.")
@click.option("--role", "roles", multiple=True, required=True, help="May be given again.")
@click.option(
    "--password-file",
    type=click.File("r", encoding="utf-8"),
    default="-",
    help="First line is the password; standard input by default.",
)
@click.pass_obj
@said
def add_staff(
    told: Told,
    staff_id: str,
    *,
    name: str,
    person: str | None,
    roles: tuple[str, ...],
    password_file: TextIO,
) -> None:
    """Add an account, or give one new roles and a new password."""
    password = password_file.readline().rstrip("\r\n")
    room = build_staff_room(open_wall(told.settings()))
    room.add(staff_id, person=person or staff_id, name=name, roles=roles, password=password)
    click.echo(f"{staff_id} may sign in")


@staff.command("list")
@as_json_option
@click.pass_obj
@said
def list_staff(told: Told, as_json: bool) -> None:
    """List the accounts."""
    with open_wall(told.settings()).works.reading() as work:
        rows = work.staff.list()
    show(
        [{"staff_id": r.staff_id, "name": r.name, "roles": ",".join(r.roles)} for r in rows],
        as_json=as_json,
    )
