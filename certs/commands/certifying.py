"""The command that takes a key in a device into the office's service."""

from datetime import UTC, datetime
from pathlib import Path

import click

from certs.commands.told import fail
from certs.devices import ROLES, certify_device
from certs.errors import CertsError
from certs.identity import Role
from certs.keys import fingerprint


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("role", type=click.Choice([role.value for role in ROLES]))
@click.option("--signer", required=True, metavar="URI", help="The key: pkcs11:… (RFC 7512).")
def certify(folder: Path, role: str, signer: str) -> None:
    """Issue a certificate for a key in a token, to sign for the office in the place of its file.

    Make the key in the token first, for example with pkcs11-tool: RSA 3072 for seal, P-256 for
    the others. Then name it in the backend's settings: [signers] and ROLE = "pkcs11:…".
    """
    try:
        certificate = certify_device(folder, Role(role), signer, datetime.now(UTC))
    except CertsError as error:
        fail(error)
    click.echo(f"{role}: SHA-256 {fingerprint(certificate)}")
    click.echo(f'Now name the key in the backend\'s settings: [signers] {role} = "pkcs11:…"')
