"""The command that founds an authority."""

from datetime import UTC, datetime
from pathlib import Path

import click

from certs.commands.told import fail
from certs.errors import CertsError
from certs.founding import init_authority
from certs.keys import fingerprint


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
def init(folder: Path, organisation: str, office: str, hosts: tuple[str, ...]) -> None:
    """Found a new authority in FOLDER: root, issuing, server, seal, envelope, log and other keys."""
    try:
        authority = init_authority(
            folder, organisation, datetime.now(UTC), office=office, dns_names=hosts
        )
    except CertsError as error:
        fail(error)
    click.echo(f"root: SHA-256 {fingerprint(authority.bundle.roots[0])}")
    click.echo(f"trust bundle: {folder / 'trust.json'}")
    click.echo(f"Now take {folder / 'root' / 'key.pem'} off this machine and keep it locked away.")
