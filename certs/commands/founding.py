"""The commands that found authorities."""

from datetime import UTC, datetime
from pathlib import Path

import click

from certs.commands.told import fail
from certs.errors import CertsError
from certs.founding import add_suite, init_authority
from certs.identity import Role, SuiteName
from certs.keys import fingerprint
from certs.places import key_path, suite_folder


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--organisation",
    default="不动产登记中心",
    show_default=True,
    help="Name in every certificate of the office.",
)
@click.option(
    "--office", default="office", show_default=True, help="Short ASCII name of the office."
)
@click.option("--host", "hosts", multiple=True, help="Name or address of the server, repeatable.")
@click.option(
    "--suite",
    type=click.Choice([one.value for one in SuiteName]),
    default=SuiteName.INTERNATIONAL.value,
    show_default=True,
    help="national founds an SM2 authority as well; TLS and PDF seals stay international.",
)
def init(folder: Path, organisation: str, office: str, hosts: tuple[str, ...], suite: str) -> None:
    """Found a new authority in FOLDER: root, issuing, server, seal, envelope, log and other keys."""
    try:
        authority = init_authority(
            folder,
            organisation,
            datetime.now(UTC),
            office=office,
            dns_names=hosts,
            suite=SuiteName(suite),
        )
    except CertsError as error:
        fail(error)
    for root in authority.bundle.roots:
        click.echo(f"root: SHA-256 {fingerprint(root)}")
    click.echo(f"trust bundle: {folder / 'trust.json'}")
    for one in dict.fromkeys((SuiteName.INTERNATIONAL, SuiteName(suite))):
        click.echo(_keep_away(folder, one))


@click.command(name="add-suite")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--office", default="office", show_default=True, help="As given to init.")
def add_national(folder: Path, office: str) -> None:
    """Found an SM2 authority beside the one in FOLDER; counters learn of it as they renew."""
    try:
        authority = add_suite(folder, datetime.now(UTC), office=office)
    except CertsError as error:
        fail(error)
    click.echo(f"root: SHA-256 {fingerprint(authority.bundle.roots[-1])}")
    click.echo(_keep_away(folder, authority.suite))


def _keep_away(folder: Path, suite: SuiteName) -> str:
    key = key_path(suite_folder(folder, suite), Role.ROOT)
    return f"Now take {key} off this machine and keep it locked away."
