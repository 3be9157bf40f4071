"""Commands about the people who work here."""

import sys
from typing import BinaryIO

import click

from backend.commands.told import Read, Told, as_json_option, operator, said, show, write_time
from backend.errors import NotAllowedError
from backend.office.accounts import LONGEST_PASSWORD, ROLES, AccountRoom
from backend.office.names import read_label, read_short_name
from backend.office.rows import StaffRow
from backend.wall import build_account_room, build_factors, open_wall

ACCOUNT = Read("account", read_short_name)
LABEL = Read("name", read_label)
_role = click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    help="May be given again.",
)
_password = click.option(
    "--password-file",
    type=click.File("rb"),
    help="First line is the password; without it, it is asked for, or read from standard input.",
)


@click.group()
def staff() -> None:
    """The people who work here."""


def _room(told: Told) -> AccountRoom:
    return build_account_room(open_wall(told.settings()))


def _read_password(file: BinaryIO | None) -> str:
    """Return the password; nobody sees it typed, and a file's byte order mark is no part of it."""
    if file is None and sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    stream = file or sys.stdin.buffer
    try:
        password = stream.readline(4 * LONGEST_PASSWORD + 8).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as exc:
        raise NotAllowedError("the password is no UTF-8 text") from exc
    if not password:
        raise NotAllowedError("no password was given; its place is the first line of the input")
    return password


@staff.command("add")
@click.argument("account", type=ACCOUNT)
@click.option("--name", required=True, type=LABEL, help="As shown on decisions.")
@click.option("--person", type=LABEL, help="Who it is: equal for two accounts of one person.")
@_role
@_password
@click.pass_obj
@said
def add_staff(
    told: Told,
    account: str,
    *,
    name: str,
    person: str | None,
    roles: tuple[str, ...],
    password_file: BinaryIO | None,
) -> None:
    """Add an account."""
    room, password = _room(told), _read_password(password_file)
    room.add(account, name=name, person=person or "", roles=roles, password=password, by=operator())
    click.echo(f"{account} may sign in")


@staff.command("password")
@click.argument("account", type=ACCOUNT)
@_password
@click.pass_obj
@said
def set_password(told: Told, account: str, *, password_file: BinaryIO | None) -> None:
    """Give an account a new password; it is signed out everywhere, and no longer locked."""
    room = _room(told)
    room.set_password(account, _read_password(password_file), by=operator())
    click.echo(f"{account} has a new password and must sign in again")


@staff.command("reset-factor")
@click.argument("account", type=ACCOUNT)
@click.pass_obj
@said
def reset_factor(told: Told, account: str) -> None:
    """Take an account's second factor away, for a lost device; the next sign-in makes another."""
    build_factors(open_wall(told.settings())).reset(account, by=operator())
    click.echo(f"{account} has no second factor any more and must sign in again")


@staff.command("roles")
@click.argument("account", type=ACCOUNT)
@_role
@click.pass_obj
@said
def set_roles(told: Told, account: str, *, roles: tuple[str, ...]) -> None:
    """Give an account other roles, instead of those it has; they count with its next click."""
    freed = _room(told).set_roles(account, roles, by=operator())
    click.echo(f"{account} is {', '.join(roles)} now{_freed(freed)}")


@staff.command("remove")
@click.argument("account", type=ACCOUNT)
@click.pass_obj
@said
def remove_staff(told: Told, account: str) -> None:
    """End an account at once; its past decisions stay, its open cases go back to the queue."""
    freed = _room(told).remove(account, by=operator())
    click.echo(f"{account} may not sign in any more{_freed(freed)}")


def _freed(count: int) -> str:
    return f"; {count} cases went back to the queue" if count else ""


@staff.command("list")
@click.option("--all", "with_removed", is_flag=True, help="The removed ones too.")
@as_json_option
@click.pass_obj
@said
def list_staff(told: Told, *, with_removed: bool, as_json: bool) -> None:
    """List the accounts."""
    wall = open_wall(told.settings())
    now = wall.clock.now()
    rows = [r for r in build_account_room(wall).list() if with_removed or r.removed_at is None]

    def status(row: StaffRow) -> str:
        if row.removed_at:
            return "removed"
        return "locked" if row.locked_until and row.locked_until > now else "active"

    show(
        [
            {
                "staff_id": row.staff_id,
                "name": row.name,
                "person": row.person,
                "roles": list(row.roles),
                "status": status(row),
                "removed_at": write_time(row.removed_at),
            }
            for row in rows
        ],
        as_json=as_json,
    )
