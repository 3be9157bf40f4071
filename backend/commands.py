"""Commands about people, counters and the register, and how every command tells its faults."""

import functools
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TextIO, TypeVar

import click
from cryptography.hazmat.primitives.serialization import Encoding

from backend.errors import OfficeError
from backend.office.rows import TerminalRow
from backend.office.terminals import Invitation
from backend.settings import Settings
from backend.store.estates import SAMPLES, load_estates
from backend.wall import build_staff_room, build_terminal_room, open_wall
from certs.authority import TRUST
from certs.bundle import load_bundle, to_json
from certs.errors import CertsError
from certs.keys import fingerprint
from registration.errors import BadDocumentError, RegistrationError
from registration.identifiers import parse_credit_code

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Told:
    """What the command line said before the command."""

    config: Path | None
    settings: Callable[[], Settings]


def said(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command say every fault of ours in one sentence on standard error."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return command(*arguments, **options)
        except BadDocumentError as error:
            for problem in error.problems:
                click.echo(f"{problem.pointer or '/'}: {problem.detail}", err=True)
            sys.exit(1)
        except (OfficeError, CertsError, RegistrationError) as error:
            click.echo(f"{error.code}: {error}", err=True)
            sys.exit(1)

    return run


def _operator() -> str:
    return f"operator:{os.environ.get('SUDO_USER') or os.environ.get('USER') or 'unknown'}"


def _show(rows: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join(text or "-" for text in row.values()))


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
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
@said
def list_staff(told: Told, as_json: bool) -> None:
    """List the accounts."""
    with open_wall(told.settings()).works.reading() as work:
        rows = work.staff.list()
    _show(
        [{"staff_id": r.staff_id, "name": r.name, "roles": ",".join(r.roles)} for r in rows],
        as_json=as_json,
    )


@click.group()
def terminals() -> None:
    """The counters in the branches."""


@terminals.command("add")
@click.argument("branch")
@click.option("--bank", required=True, help="The bank's unified social credit code.")
@click.option("--bank-name", required=True, help="Up to 64 characters.")
@click.option("--terminal", help="Name in its certificates; BRANCH-01 and so on by default.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the file that `mortgage-terminal enroll` takes.",
)
@click.pass_obj
@said
def add_terminal(
    told: Told, branch: str, *, bank: str, bank_name: str, terminal: str | None, out: Path | None
) -> None:
    """Print a one-time code with which one new counter in BRANCH may join."""
    settings = told.settings()
    room = build_terminal_room(open_wall(settings))
    name = terminal or _free_name(branch, room.list())
    invitation = room.invite(
        name, branch=branch, bank=parse_credit_code(bank).text, bank_name=bank_name, by=_operator()
    )
    if out:
        _write_bundle(out, settings, invitation)
    click.echo(f"terminal: {name}")
    click.echo(f"code: {invitation.code}")
    click.echo(f"good until: {_text(invitation.expires_at)}")


def _free_name(branch: str, known: tuple[TerminalRow, ...]) -> str:
    taken = {row.terminal for row in known}
    return next(n for n in (f"{branch}-{i:02d}" for i in range(1, 1000)) if n not in taken)


def _write_bundle(path: Path, settings: Settings, invitation: Invitation) -> None:
    trust = load_bundle(settings.authority_dir / TRUST)
    bundle = {
        "version": 1,
        "office_url": settings.public_url,
        "terminal": invitation.terminal,
        "code": invitation.code,
        "expires_at": _text(invitation.expires_at),
        "root_sha256": fingerprint(trust.roots[0]),
        "root": trust.roots[0].public_bytes(Encoding.PEM).decode("ascii"),
        "trust": json.loads(to_json(trust)),
    }
    # The code is a secret until it is used: nobody else may read the file.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(bundle, stream, ensure_ascii=False, indent=2)


@terminals.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
@said
def list_terminals(told: Told, as_json: bool) -> None:
    """List the counters and where they stand."""
    rows = build_terminal_room(open_wall(told.settings())).list()
    _show(
        [
            {
                "terminal": row.terminal,
                "branch": row.branch,
                "bank": row.bank,
                "status": row.status,
                "last_seen_at": _text(row.last_seen_at) if row.last_seen_at else "",
            }
            for row in rows
        ],
        as_json=as_json,
    )


@terminals.command("revoke")
@click.argument("terminal")
@click.pass_obj
@said
def revoke_terminal(told: Told, terminal: str) -> None:
    """Shut a counter out at once; it may join again with a new code."""
    build_terminal_room(open_wall(told.settings())).revoke(terminal, by=_operator())
    click.echo(f"{terminal} is shut out")


@click.group()
def register() -> None:
    """The embedded register."""


@register.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SAMPLES
)
@click.pass_obj
@said
def import_register(told: Told, file: Path) -> None:
    """Put the estates of FILE on the register; what stands there already is left as it is.

    Without FILE, the made-up sample estates.
    """
    wall = open_wall(told.settings())
    loaded = load_estates(wall.works, file.read_bytes(), wall.clock.now(), by=_operator())
    click.echo(
        f"units new {loaded.titles}, entries new {loaded.entries}, "
        f"entries ended {loaded.ended}, units kept {loaded.kept}"
    )


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
