"""The command about the office's public log, which every counter watches."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from certs.checkpoints import parse_checkpoint
from certs.notes import parse_note
from terminal.assembly import Station, open_station
from terminal.commands.told import JSON, Told, said, say_json
from terminal.desk.watch import WORDS, Alarm, Watch
from terminal.errors import LinkError

_LARGEST: Final = 1024 * 1024


@click.command()
@click.option(
    "--head", is_flag=True, help="Print the head that is kept here, for others to compare."
)
@click.option("--compare", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Compare with a head, or a .tlog-proof, that somebody else was given.")  # fmt: skip
@click.option("--accept", metavar="REASON",
              help="Believe the office's log again after an alarm; a person says why.")  # fmt: skip
@JSON
@click.pass_obj
@said
def log(told: Told, *, head: bool, compare: Path | None, accept: str | None, is_json: bool) -> None:
    """Look at the office's public log now; this counter is its witness.

    Exit status 1 while the log contradicts what this counter saw of it, or could not be looked at.
    """
    with open_station(told()) as station:
        if accept is not None:
            station.watcher.settle(accept)
        watch, is_seen = _look(station)
        if compare is not None:
            watch = station.watcher.compare(_read(compare))
    if head:
        click.echo(watch.note, nl=False)
    elif is_json:
        say_json(_as_json(watch))
    else:
        _say(watch)
    if watch.alarm or watch.doubted_at or not is_seen:
        sys.exit(1)


def _look(station: Station) -> tuple[Watch, bool]:
    try:
        return station.watcher.attend(), True
    except LinkError as exc:
        click.echo(f"{exc.code}: {exc}", err=True)
    return station.box.watch() or Watch(name="", seed=b""), False


def _read(path: Path) -> str:
    try:
        return path.read_bytes()[:_LARGEST].decode()
    except (OSError, UnicodeDecodeError) as exc:
        raise click.BadParameter(f"{path.name} is no text") from exc


def _say(watch: Watch) -> None:
    if watch.alarm:
        zh, en = WORDS[watch.alarm.kind]
        click.echo(f"alarm: {zh} / {en}", err=True)
        if watch.alarm.sequence:
            click.echo(f"package: {watch.alarm.sequence}", err=True)
        click.echo(f"kept: {_head_line(watch.alarm.seen)}", err=True)
        if watch.alarm.shown:
            click.echo(f"shown: {_head_line(watch.alarm.shown)}", err=True)
    elif watch.note:
        click.echo(f"log: {_head_line(watch.note)}")
        click.echo(f"signed as: {watch.name if watch.is_cosigned else '-'}")
    else:
        click.echo("log: none yet")


def _head_line(note: str) -> str:
    head = parse_checkpoint(parse_note(note).text)
    return f"{head.origin} {head.size} {head.root.hex()}"


def _as_json(watch: Watch) -> dict[str, Any]:
    return {
        "head": watch.note,
        "signed_as": watch.name if watch.is_cosigned else "",
        "looked_at": watch.looked_at.isoformat() if watch.looked_at else None,
        "doubted_at": watch.doubted_at.isoformat() if watch.doubted_at else None,
        "alarm": _alarm(watch.alarm) if watch.alarm else None,
        "settled": [_alarm(one) for one in watch.settled],
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    zh, en = WORDS[alarm.kind]
    return {
        "kind": alarm.kind.value,
        "zh": zh,
        "en": en,
        "at": alarm.at.isoformat(),
        "seen": alarm.seen,
        "shown": alarm.shown,
        "package": alarm.sequence or None,
        "told_at": alarm.told_at.isoformat() if alarm.told_at else None,
        "answer": alarm.answer,
        "reason": alarm.reason,
    }
