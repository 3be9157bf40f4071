"""`replay`: past examinations by the rule book, run again."""

import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from backend.commands.rules import read_signed
from backend.commands.told import Told, as_json_option, said, show
from backend.office.replay import Replay, Replayed, as_rows
from backend.wall import open_wall
from registration.days import CHINA

_NAMED: Final = 8
"""How many cases without an examination are named."""


@click.command("replay")
@click.argument("case_no", required=False)
@click.option(
    "--rules",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A ruling, signed or not: say which past decisions it would flip.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only examinations from this day on (in China); without a case.",
)
@click.option(
    "--csv",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the flips here too.",
)
@as_json_option
@click.pass_obj
@said
def replay(
    told: Told,
    *,
    case_no: str | None,
    file: Path | None,
    since: datetime | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run the rule book's examination of a case again, or all of them.

    Exit status 1 when one does not come out the same, bit by bit; rules that joined since are told
    and no failure. With --rules, differences are what was asked for. Nothing is written to the office.
    """
    ruling = read_signed(told, file) if file is not None else None
    room = Replay(open_wall(told.settings()).works)
    if case_no is not None:
        found = list(room.case(case_no, ruling))
        _say(found, as_json=as_json)
    else:
        begin = None if since is None else since.replace(tzinfo=CHINA).astimezone(UTC)
        every = list(room.all(ruling, begin))
        found = [one for one in every if (one.is_flipped if ruling else not one.is_alike)]
        show(as_rows(found), as_json=as_json)
        what = "would go another way" if ruling else "do not come out the same"
        click.echo(f"{len(every)} examinations, {len(found)} {what}", err=True)
        _say_what_changed(every, room.missing(begin))
    if out is not None:
        _write(out, [one for one in found if one.is_flipped])
    if ruling is None and not all(one.is_alike for one in found):
        sys.exit(1)


def _say_what_changed(every: list[Replayed], missing: tuple[str, ...]) -> None:
    """Say what rules joined since, and which cases cannot be run again at all."""
    older = [one for one in every if one.joined]
    if older:
        joined = " ".join(sorted({rule for one in older for rule in one.joined}))
        click.echo(
            f"{len(older)} of them the same but for rules that joined since: {joined}", err=True
        )
    if missing:
        numbers = " ".join(missing[:_NAMED]) + (" …" if len(missing) > _NAMED else "")
        click.echo(f"{len(missing)} cases have no kept examination: {numbers}", err=True)


def _say(found: list[Replayed], *, as_json: bool) -> None:
    if as_json:
        rows = [
            row
            | {"is_same": one.is_same, "joined": list(one.joined)}
            | {"differences": list(one.differences)}
            for row, one in zip(as_rows(found), found, strict=True)
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        same = "the same, bit by bit" if one.is_same else "DIFFERENT"
        if one.joined:
            same = f"the same but for rules that joined since: {' '.join(one.joined)}"
        click.echo(f"{one.case_no} round {one.round}: {one.was} then, {one.now} now: {same}")
        if one.book != one.book_now:
            click.echo(f"  judged by {one.book}\n  now by    {one.book_now}")
        for line in one.differences:
            click.echo(f"  {line}")


def _write(out: Path, found: list[Replayed]) -> None:
    names = ("case_no", "round", "at", "was", "now", "rules", "book", "book_now")
    # With the mark that spreadsheets need to read Chinese.
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(as_rows(found))
