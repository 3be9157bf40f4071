"""Commands about the counters in the branches."""

import json
import os
from pathlib import Path

import click
from cryptography.hazmat.primitives.serialization import Encoding

from backend.commands.told import Told, as_json_option, operator, said, show, write_time
from backend.office.rows import TerminalRow
from backend.office.terminals import Invitation
from backend.settings import Settings
from backend.wall import build_terminal_room, open_wall
from certs.authority import TRUST
from certs.bundle import load_bundle, to_json
from certs.keys import fingerprint
from registration.identifiers import parse_credit_code


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
        name, branch=branch, bank=parse_credit_code(bank).text, bank_name=bank_name, by=operator()
    )
    if out:
        _write_bundle(out, settings, invitation)
    click.echo(f"terminal: {name}")
    click.echo(f"code: {invitation.code}")
    click.echo(f"good until: {write_time(invitation.expires_at)}")


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
        "expires_at": write_time(invitation.expires_at),
        "root_sha256": fingerprint(trust.roots[0]),
        "root": trust.roots[0].public_bytes(Encoding.PEM).decode("ascii"),
        "trust": json.loads(to_json(trust)),
    }
    # The code is a secret until it is used: nobody else may read the file.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(bundle, stream, ensure_ascii=False, indent=2)


@terminals.command("list")
@as_json_option
@click.pass_obj
@said
def list_terminals(told: Told, as_json: bool) -> None:
    """List the counters and where they stand."""
    rows = build_terminal_room(open_wall(told.settings())).list()
    show(
        [
            {
                "terminal": row.terminal,
                "branch": row.branch,
                "bank": row.bank,
                "status": row.status,
                "last_seen_at": write_time(row.last_seen_at),
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
    build_terminal_room(open_wall(told.settings())).revoke(terminal, by=operator())
    click.echo(f"{terminal} is shut out")
