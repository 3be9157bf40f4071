"""The command that finds what is wrong."""

import json
import logging
import sys
from dataclasses import asdict

import click

from backend.commands.told import Told, as_json_option, said
from backend.examination.whole import examine


@click.command()
@as_json_option
@click.pass_obj
@said
def doctor(told: Told, *, as_json: bool) -> None:
    """Find what is wrong with this office, and say what to do.

    Looks at folders, keys, certificates, lists, database, blobs, disk, clock, tasks, worker,
    public log, server, and seals a paper that nobody keeps. Exit status 1 if something is wrong.
    """
    settings = told.settings()
    # Each finding is a line; the log would tell it once more.
    logging.disable(logging.ERROR)
    try:
        lines = examine(settings)
    finally:
        logging.disable(logging.NOTSET)
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2))
    else:
        for line in lines:
            click.echo(f"{line.level:4}  {line.name}: {line.zh} / {line.en}")
            if line.remedy_zh:
                pair = dict.fromkeys((line.remedy_zh, line.remedy_en))
                click.echo(f"      → {' / '.join(pair)}")
    sys.exit(1 if any(line.level == "bad" for line in lines) else 0)
