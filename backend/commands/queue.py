"""What is late, for whoever watches the office by a program."""

import sys

import click

from backend.assembly import build_alarms
from backend.commands.told import Told, as_json_option, said, show, write_time
from backend.wall import open_wall


@click.group()
def queue() -> None:
    """What is late, and what soon will be."""


@queue.command("overdue")
@as_json_option
@click.pass_obj
@said
def overdue(told: Told, *, as_json: bool) -> None:
    """List the cases that are late or due within 15 minutes; exit status 1 when there is anything.

    Packages that have no answer yet, near or after their cut-off, are counted on standard error.
    """
    alarms = build_alarms(open_wall(told.settings()))
    alarm = alarms.look()
    rows = [
        {
            "case_no": case.case_no,
            "due_at": write_time(case.due_at),
            "is_late": case.due_at <= alarm.at,
            "awaiting": case.awaiting,
            "holder": case.holder,
            "branch": case.branch,
        }
        for case in alarms.list_late()
    ]
    show(rows, as_json=as_json)
    click.echo(
        f"{alarm.overdue} overdue, {alarm.soon} due soon, {alarm.unanswered} packages unanswered",
        err=True,
    )
    if alarm.is_ringing:
        sys.exit(1)
