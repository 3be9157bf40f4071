"""Commands that join an office and renew what it gave."""

import functools
from pathlib import Path

import click

from terminal.commands.told import Told, said
from terminal.enrolment import enrol, load_bundle_file
from terminal.folder import lock_folder, require_closed
from terminal.membership import (
    Membership,
    SystemClock,
    connect_unknown,
    open_link,
    read_proxy,
    renew_certificates,
)


@click.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--package-key",
    default="",
    metavar="URI",
    help="A P-256 key in a token that signs the packages: pkcs11:… (RFC 7512).",
)
@click.pass_obj
@said
def enroll(told: Told, bundle: Path, package_key: str) -> None:
    """Join the office with the BUNDLE that its operator made."""
    settings = told()
    require_closed(settings.home)
    lock = lock_folder(settings.home)
    try:
        joined = enrol(
            load_bundle_file(bundle),
            settings.home,
            connect=functools.partial(connect_unknown, proxy=read_proxy(settings)),
            now=SystemClock().now,
            device=package_key,
        )
    finally:
        lock.release()
    click.echo(f"terminal: {joined.terminal}")
    click.echo(f"office: {joined.office_url}")


@click.command()
@click.pass_obj
@said
def renew(told: Told) -> None:
    """Get new certificates now; a counter that is serving does it by itself."""
    settings = told()
    require_closed(settings.home)
    lock = lock_folder(settings.home)
    try:
        membership, clock = Membership(settings.home), SystemClock()
        link = open_link(settings, membership, clock)
        renew_certificates(settings, membership, link, clock)
        link.close()
    finally:
        lock.release()
    click.echo(f"terminal: {membership.joined.terminal}")
