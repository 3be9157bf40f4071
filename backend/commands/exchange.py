"""Commands about the national exchange message."""

import sys
from pathlib import Path

import click

from backend.commands.told import Read, Told, as_json_option, operator, said, show_one
from backend.exchange.files import export_units
from backend.wall import open_wall
from registration.identifiers import parse_unit_no


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--unit",
    "units",
    multiple=True,
    type=Read("unit number", lambda text: parse_unit_no(text).text),
    help="Only this unit; may be given more than once.",
)
@click.pass_obj
@said
def export_register(told: Told, folder: Path, units: tuple[str, ...]) -> None:
    """Write the register into FOLDER as national exchange messages, one for each entry.

    What the form cannot hold is named, and the rest is written all the same; exit status 1 then.
    The messages hold people's data in the clear; the journal keeps who exported.
    """
    settings = told.settings()
    wall = open_wall(settings)
    now = wall.clock.now()
    with wall.works() as work:
        chosen = units or work.messages.units()
        work.journal.append(
            actor=operator(), act="register exported", ref="register", body=b"", at=now
        )
        work.commit()
    done = export_units(
        wall.works,
        folder,
        chosen,
        area=settings.police_area,
        office=settings.office_name,
        at=now,
    )
    click.echo(f"messages written {done.messages}, entries refused {len(done.faults)}")
    for fault in done.faults:
        click.echo(fault, err=True)
    sys.exit(1 if done.faults else 0)


@click.command("outbox")
@as_json_option
@click.pass_obj
@said
def show_outbox(told: Told, *, as_json: bool) -> None:
    """Say which messages for the superior authority wait, and what keeps some from being made."""
    settings = told.settings()
    wall = open_wall(settings)
    with wall.works.reading() as work:
        waiting, faults = work.messages.unreported(10_000), work.messages.faults()
    folder = settings.exchange_dir
    files = sorted(path.name for path in folder.glob("Biz*.xml")) if folder else []
    told_faults = [f"{number}: {fault}" for number, fault in faults.items()]
    row = {
        "folder": str(folder or ""),
        "to_collect": len(files),
        "not_made_yet": len(waiting),
        "refused": told_faults,
    }
    show_one(row, as_json=as_json)
