"""The command with which an auditor reads the journal, and the words that people wrote with it."""

import click

from backend.commands.told import Told, as_json_option, operator, said, show, write_time
from backend.office.journal_words import JournalDesk
from backend.wall import open_wall


@click.command()
@click.argument("ref")
@click.option("--reason", required=True, help="Why it is read; the journal keeps this too.")
@as_json_option
@click.pass_obj
@said
def journal(told: Told, ref: str, *, reason: str, as_json: bool) -> None:
    """Show what was done about a case or anything else, and the reasons that were given.

    REF is a case, unit, certificate, terminal, staff id, complaint, ruling, or rule-book. Words
    are kept sealed; each is compared with the digest that its record has had from the beginning.
    """
    wall = open_wall(told.settings())
    desk = JournalDesk(works=wall.works, clock=wall.clock)
    rows = [
        {
            "seq": one.record.seq,
            "at": write_time(one.record.at),
            "actor": one.record.actor,
            "act": one.record.act,
            "words": one.words,
            "is_same": one.is_same,
        }
        for one in desk.read(ref, by=operator(), reason=reason)
    ]
    show(rows, as_json=as_json)
