"""Commands about the embedded register."""

import json
from datetime import date, datetime
from pathlib import Path

import click

from backend.commands.exchange import export_register, show_outbox
from backend.commands.register_acts import acts_lines, acts_record
from backend.commands.register_shown import as_lines, as_record
from backend.commands.told import Read, Told, as_json_option, operator, said
from backend.errors import NotFoundError
from backend.exchange.files import load_messages
from backend.office.entries import Notice, OutsideEntries
from backend.office.register import EncumbranceKind
from backend.store.estates import SAMPLES, LoadedEstates, load_estates
from backend.wall import open_wall
from registration.days import CHINA
from registration.identifiers import parse_unit_no

_UNIT = Read("unit number", lambda text: parse_unit_no(text).text)
_unit = click.argument("unit", type=_UNIT)
_document = click.option("--document", required=True, help="Number of the document it rests on.")
_until = click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, as 2029-08-01.")


@click.group()
def register() -> None:
    """The embedded register."""


@register.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path), default=SAMPLES)
@click.pass_obj
@said
def import_register(told: Told, file: Path) -> None:
    """Put the estates of FILE on the register; what stands there already is left as it is.

    FILE is of the form register/1, or national exchange messages: an XML file, or a folder of
    them. Without FILE, the made-up sample estates.
    """
    wall = open_wall(told.settings())
    now, by = wall.clock.now(), operator()
    if file.is_dir() or file.suffix.lower() == ".xml":
        loaded = load_messages(wall.works, file, now, by=by)
    else:
        loaded = load_estates(wall.works, file.read_bytes(), now, by=by)
    _say(loaded)


def _say(loaded: LoadedEstates) -> None:
    click.echo(
        f"units new {loaded.titles}, entries new {loaded.entries}, "
        f"entries ended {loaded.ended}, titles changed {loaded.changed}, units kept {loaded.kept}"
    )


register.add_command(export_register)
register.add_command(show_outbox)


@register.command("show")
@_unit
@click.option("--at", "moment", help="As it stood then: 2026-09-29 or 2026-09-29T10:31:07+08:00.")
@click.option(
    "--reason", default="", help="Show people unmasked; the journal keeps a digest of it."
)
@as_json_option
@click.pass_obj
@said
def show_unit(told: Told, unit: str, moment: str | None, reason: str, as_json: bool) -> None:
    """Show what stands on UNIT, now or at a moment, and everything that happened there."""
    wall = open_wall(told.settings())
    now, as_of = wall.clock.now(), _moment(moment)
    with wall.works() as work:
        page = work.register.extract(unit, now, as_of=as_of)
        if page.title is None:
            raise NotFoundError(f"unit {unit}")
        numbers = [e.certificate_no for e in page.encumbrances if e.certificate_no]
        acts = [act for number in numbers for act in work.acts.of(number)]
        history = [e for e in work.register.history(unit) if as_of is None or e.at <= as_of]
        if reason:
            body = reason.encode()
            work.journal.append(
                actor=operator(),
                act="register opened",
                ref=unit,
                body=body,
                at=now,
                is_kept=True,
            )
            work.commit()
    record = as_record(page, history, as_of=as_of, is_open=bool(reason))
    record["certificate_acts"] = acts_record(acts, as_of)
    shown = [*as_lines(record), *acts_lines(record["certificate_acts"])]
    lines = [json.dumps(record, ensure_ascii=False, indent=2)] if as_json else shown
    click.echo("\n".join(lines))


def _moment(text: str | None) -> datetime | None:
    """Read a moment; a day alone is meant whole, in the office's zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise click.BadParameter(f"{text!r} is no moment such as 2026-09-29") from exc
    if len(text) == len("2026-09-29"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


@register.command("seize")
@_unit
@click.option("--court", required=True, help="Who seizes, as its order names it.")
@_document
@_until
@click.option(
    "--before-registration", is_flag=True, help="预查封: the owner is not registered yet."
)
@click.pass_obj
@said
def seize(
    told: Told,
    unit: str,
    *,
    court: str,
    document: str,
    until: datetime | None,
    before_registration: bool,
) -> None:
    """Enter a court's seizure on UNIT; it queues behind one that stands."""
    notice = Notice(
        kind=EncumbranceKind.SEIZURE,
        holder=court,
        document_no=document,
        until=_day(until),
        is_before_registration=before_registration,
    )
    _add(told, unit, notice)


@register.command("dissent")
@_unit
@click.option("--who", required=True, help="Who dissents.")
@click.option("--number", default="", help="Identity number or credit code.")
@click.option("--matter", default="", help="What the dissent says.")
@click.pass_obj
@said
def dissent(told: Told, unit: str, *, who: str, number: str, matter: str) -> None:
    """Enter a dissent on UNIT; without a suit it stands for 15 days."""
    kind = EncumbranceKind.DISSENT
    _add(told, unit, Notice(kind=kind, holder=who, holder_number=number, note=matter))


@register.command("habitation")
@_unit
@click.option("--who", required=True, help="Who may live there.")
@click.option("--number", default="", help="Identity number.")
@_document
@_until
@click.pass_obj
@said
def habitation(
    told: Told, unit: str, *, who: str, number: str, document: str, until: datetime | None
) -> None:
    """Enter a right of habitation on UNIT."""
    notice = Notice(
        kind=EncumbranceKind.HABITATION,
        holder=who,
        holder_number=number,
        document_no=document,
        until=_day(until),
    )
    _add(told, unit, notice)


@register.command("restrict")
@_unit
@click.option("--who", required=True, help="The authority that restricts.")
@click.option("--matter", required=True, help="What is restricted, in words.")
@_document
@click.pass_obj
@said
def restrict(told: Told, unit: str, *, who: str, matter: str, document: str) -> None:
    """Enter an announced restriction on UNIT, such as a freeze for expropriation."""
    kind = EncumbranceKind.RESTRICTION
    _add(told, unit, Notice(kind=kind, holder=who, document_no=document, note=matter))


@register.command("lift")
@_unit
@click.argument("entry")
@_document
@click.pass_obj
@said
def lift(told: Told, unit: str, *, entry: str, document: str) -> None:
    """End a seizure, dissent, right of habitation or restriction on UNIT."""
    events = _entries(told).lift(unit, entry, by=operator(), note=document)
    for event in events:
        click.echo(f"{event.entry_no} {event.act.value}")


@register.command("suit")
@_unit
@click.argument("entry")
@click.pass_obj
@said
def suit(told: Told, unit: str, *, entry: str) -> None:
    """Note that whoever made a dissent on UNIT has sued."""
    event = _entries(told).file_suit(unit, entry, by=operator())
    click.echo(f"{event.entry_no} {event.act.value}")


def _entries(told: Told) -> OutsideEntries:
    wall = open_wall(told.settings())
    return OutsideEntries(works=wall.works, clock=wall.clock)


def _add(told: Told, unit: str, notice: Notice) -> None:
    entry = _entries(told).add(unit, notice, by=operator())
    queued = " queued" if entry.seizure_type in {"2", "4"} else ""
    click.echo(f"{entry.entry_no} {entry.kind.value}{queued}")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
