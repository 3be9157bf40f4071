"""Commands about the counters in the branches."""

import sys
from typing import Any

import click
from cryptography import x509

from backend.commands.inviting import add_terminal
from backend.commands.told import (
    Read,
    Told,
    as_json_option,
    operator,
    said,
    show,
    show_one,
    write_time,
)
from backend.errors import NotFoundError, OddNameError
from backend.office.rows import TerminalRow
from backend.wall import build_terminal_room, open_wall
from certs.authority import load_authority
from certs.keys import suite_of_certificate

STATES = ("invited", "active", "revoked")


def _read_known(text: str) -> str:
    """Take whatever may stand in a list; what is not there is told later. Raises: OddNameError."""
    if not text.isprintable() or not text:
        raise OddNameError("it holds what no name holds")
    return text


_KNOWN = Read("name", _read_known)


@click.group()
def terminals() -> None:
    """The counters in the branches."""


terminals.add_command(add_terminal)


@terminals.command("list")
@click.option("--branch", type=_KNOWN, help="Only of this branch.")
@click.option("--status", type=click.Choice(STATES), help="Only these.")
@as_json_option
@click.pass_obj
@said
def list_terminals(told: Told, *, branch: str | None, status: str | None, as_json: bool) -> None:
    """List the counters and where they stand."""
    rows = [
        row
        for row in build_terminal_room(open_wall(told.settings())).list()
        if branch in {None, row.branch} and status in {None, row.status}
    ]
    show([_facts(row) for row in rows], as_json=as_json)


def _facts(row: TerminalRow) -> dict[str, Any]:
    return {
        "terminal": row.terminal,
        "branch": row.branch,
        "bank": row.bank,
        "status": row.status,
        "last_seen_at": write_time(row.last_seen_at),
    }


@terminals.command("show")
@click.argument("terminal", type=_KNOWN)
@as_json_option
@click.pass_obj
@said
def show_terminal(told: Told, terminal: str, *, as_json: bool) -> None:
    """Tell everything about one counter, how long its certificates are good, too."""
    settings = told.settings()
    row = build_terminal_room(open_wall(settings)).get(terminal)
    tls = load_authority(settings.authority_dir).find_certificate(row.tls_fingerprint)
    package = (
        x509.load_der_x509_certificate(row.package_certificate) if row.package_certificate else None
    )
    show_one(
        _facts(row)
        | {
            "bank_name": row.bank_name,
            "code_good_until": write_time(row.token_expires_at),
            "tls_certificate": row.tls_fingerprint,
            "tls_good_until": _end(tls),
            "package_certificate": row.package_fingerprint,
            "package_good_until": _end(package),
            "suite": suite_of_certificate(package).value if package else "",
        },
        as_json=as_json,
    )


def _end(certificate: x509.Certificate | None) -> str:
    return write_time(certificate.not_valid_after_utc if certificate else None)


@terminals.command("revoke")
@click.argument("names", metavar="TERMINAL...", nargs=-1, required=True, type=_KNOWN)
@click.pass_obj
@said
def revoke_terminal(told: Told, names: tuple[str, ...]) -> None:
    """Shut counters out at once; one may join again with a new code."""
    room, unknown = build_terminal_room(open_wall(told.settings())), []
    for name in dict.fromkeys(names):
        # A name that was mistyped must not keep the others in.
        try:
            room.revoke(name, by=operator())
        except NotFoundError as error:
            unknown.append(str(error))
        else:
            click.echo(f"{name} is shut out")
    for fault in unknown:
        click.echo(f"{NotFoundError.code}: {fault}", err=True)
    sys.exit(1 if unknown else 0)
