"""The command that hands out a case's evidence."""

import os
from pathlib import Path

import click

from backend.assembly import build_handing
from backend.commands.told import Told, operator, said
from backend.packing import pack, read_kit
from backend.wall import open_wall


@click.command()
@click.argument("case")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A new ZIP file."
)
@click.option("--reason", required=True, help="For whom and why; the journal keeps it, sealed.")
@click.pass_obj
@said
def evidence(told: Told, case: str, out: Path, reason: str) -> None:
    """Put everything about a case into one file for a court, with all that proves it.

    It holds people's data in the clear: encrypt it where it is kept. Whoever has it checks it with
    `python3 verify.py` from within, without a network; the office keeps no copy.
    """
    if not reason.strip():
        raise click.BadParameter("say for whom and why", param_hint="--reason")
    handing = build_handing(open_wall(told.settings()), read_kit())
    # Nothing is handed out that cannot be written; and nobody else on this machine may read it.
    with os.fdopen(_create(out), "wb") as file:
        try:
            files = handing.hand_out(case, by=operator(), reason=reason)
        except BaseException:
            out.unlink()
            raise
        file.write(pack(files))
    click.echo(f"{out}: {len(files)} files; check with: python3 verify.py (inside)")


def _create(out: Path) -> int:
    try:
        return os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        raise click.BadParameter(f"{out}: {exc.strerror}", param_hint="--out") from exc
