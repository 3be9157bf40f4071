"""Commands that look: what went out, and what is wrong."""

import sys
from contextlib import closing
from typing import Any, Final

import click

from terminal.commands.told import JSON, Told, said, say_json
from terminal.desk.overview import Overview, Row
from terminal.examination import examine_folder, open_box
from terminal.folder import require_closed
from terminal.joined import load_joined


@click.command()
@JSON
@click.pass_obj
@said
def queue(told: Told, *, is_json: bool) -> None:
    """List what went out and how far it is; names are masked."""
    settings = told()
    require_closed(settings.home)
    load_joined(settings.home)
    with closing(open_box(settings)) as box:
        rows = [_row(row) for row in Overview(box).rows()]
    if is_json:
        say_json(rows)
        return
    for row in rows:
        click.echo("  ".join(str(text or "-") for text in row.values()))


def _row(row: Row) -> dict[str, Any]:
    return {
        "number": row.number,
        "label": row.label,
        "kind": row.kind.value,
        "stage": row.stage.value,
        "at": row.at.isoformat(timespec="seconds"),
        "case_no": row.case_no,
        "certificate_no": row.certificate.certificate_no if row.certificate else "",
        "trouble": row.trouble.code if row.trouble else "",
    }


@click.command()
@JSON
@click.pass_obj
@said
def doctor(told: Told, *, is_json: bool) -> None:
    """Find what is wrong with this counter, and say what to do.

    Exit status 1 if something is wrong.
    """
    lines = examine_folder(told())
    if is_json:
        say_json([{name: getattr(line, name) for name in _LINE} for line in lines])
    else:
        for line in lines:
            click.echo(f"{line.level:4}  {line.name}: {line.zh} / {line.en}")
            if line.remedy_zh:
                click.echo(f"      → {line.remedy_zh} / {line.remedy_en}")
    if any(line.level == "bad" for line in lines):
        sys.exit(1)


_LINE: Final = ("name", "level", "zh", "en", "remedy_zh", "remedy_en")
