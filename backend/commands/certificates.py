"""The commands that make issued certificates last."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import click

from backend.assembly import build_editions, build_preserving
from backend.commands.told import Told, as_json_option, said, show, write_time
from backend.errors import ConflictError, OfficeError
from backend.examination.works import DUE
from backend.wall import open_wall
from certs.errors import CertsError
from registration.errors import RegistrationError

_PAGE: Final = 100
_MOST_FAULTS: Final = 5
"""So many failures in a row, and an authority is down or a key is gone: going on is in vain."""


@click.group()
def certificates() -> None:
    """Issued certificates: how long their time stamps last, new stamps, new seals."""


@certificates.command()
@as_json_option
@click.pass_obj
@said
def status(told: Told, *, as_json: bool) -> None:
    """Count the certificates in force by the level of their stamps, and say by when each ends."""
    wall = open_wall(told.settings())
    with wall.works.reading() as work:
        counts = work.files.counts()
        due = work.files.count_due(wall.clock.now() + DUE)
    rows = [
        {"level": one.level, "count": one.count, "proven_until": write_time(one.proven_until)}
        for one in counts
    ]
    show(rows, as_json=as_json)
    if not as_json:
        click.echo(f"{due} need a new time stamp within {DUE.days} days")


@certificates.command()
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Stamp those whose stamps end before this day; without, within a year.",
)
@click.option("--limit", type=click.IntRange(1), help="Stop after so many.")
@click.pass_obj
@said
def restamp(told: Told, before: datetime | None, limit: int | None) -> None:
    """Put a new document time stamp behind each certificate whose stamps end soon.

    May be broken off at any moment and run again: what is done is done, and it goes on with the
    rest. It may run while the office works. Older files stay good to show.
    """
    wall = open_wall(told.settings())
    preserving = build_preserving(wall, build_editions(wall))
    until = before.replace(tzinfo=UTC) if before else wall.clock.now() + DUE

    def page(after: str) -> tuple[str, ...]:
        with wall.works.reading() as work:
            return work.files.due(until, after=after, limit=_PAGE)

    with wall.works.reading() as work:
        total = work.files.count_due(until)
    _run_through(_pages(page), total, limit, lambda no: bool(preserving.preserve(no)), "stamped")


@certificates.command()
@click.option("--limit", type=click.IntRange(1), help="Stop after so many.")
@click.pass_obj
@said
def reissue(told: Told, limit: int | None) -> None:
    """Draw and seal anew each certificate that another seal than the one in force sealed.

    After the seal's key was renewed or revoked. Numbers, facts and QR codes stay the same. May be
    broken off at any moment and run again, also while the office works.
    """
    wall = open_wall(told.settings())
    editions = build_editions(wall)
    preserving, seal = build_preserving(wall, editions), editions.archive.seal_in_force()

    def page(after: str) -> tuple[str, ...]:
        with wall.works.reading() as work:
            return work.files.under_other_seals(seal, after=after, limit=_PAGE)

    with wall.works.reading() as work:
        total = work.files.count_under_other_seals(seal)
    _run_through(_pages(page), total, limit, lambda no: bool(preserving.reseal(no)), "sealed anew")


def _pages(page: Callable[[str], tuple[str, ...]]) -> Iterator[str]:
    """Yield the certificates that are left, by number."""
    last = ""
    while numbers := page(last):
        yield from numbers
        last = numbers[-1]


def _run_through(
    numbers: Iterator[str],
    total: int,
    limit: int | None,
    act: Callable[[str], bool],
    done_word: str,
) -> None:
    """Do one certificate after the other; tell how far it is, and what could not be done."""
    total = min(total, limit or total)
    done, failed, in_a_row, began = 0, 0, 0, datetime.now(UTC)
    for number in numbers:
        if done + failed >= total or in_a_row >= _MOST_FAULTS:
            break
        try:
            done, in_a_row = done + act(number), 0
        except ConflictError:
            continue  # Another process was faster.
        except (CertsError, OfficeError, RegistrationError) as error:
            failed, in_a_row = failed + 1, in_a_row + 1
            click.echo(f"{number}: {error.code}: {error}", err=True)
        _tell(done + failed, total, datetime.now(UTC) - began)
    click.echo(f"{done} of {total} {done_word}")
    if failed or in_a_row:
        click.echo(f"{total - done} are left: run it again", err=True)
        sys.exit(1)


def _tell(count: int, total: int, took: timedelta) -> None:
    if count % _PAGE and count != total and not sys.stderr.isatty():
        return
    left = took / count * (total - count)
    end = "\r" if sys.stderr.isatty() and count != total else "\n"
    click.echo(f"{count} of {total}, {left.total_seconds():.0f} s left{end}", err=True, nl=False)
