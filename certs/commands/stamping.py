"""The command that makes a time-stamp authority known."""

from dataclasses import replace
from pathlib import Path

import click
from cryptography import x509

from certs.authority import load_authority
from certs.bundle import TrustBundle
from certs.commands.told import fail
from certs.errors import CertsError
from certs.identity import Role
from certs.keys import fingerprint, load_certificates


@click.command(name="add-stamper")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add_stamper(folder: Path, file: Path) -> None:
    """Make known whose time stamps count: the certificate that an authority signs them with.

    FILE holds that certificate as PEM, then its issuers up to the root: nothing else may stand in
    or beside a stamp. Counters take them in when they renew, within three days: name the authority
    in the settings only then. Nothing is ever taken away, so that old stamps stay good.
    """
    try:
        certificate, *issuers = load_certificates(file)
        load_authority(folder).publish(lambda bundle: _with_stamper(bundle, certificate, issuers))
    except CertsError as error:
        fail(error)
    click.echo(f"time stamps count: {certificate.subject.rfc4514_string()}")
    click.echo(f"SHA-256 {fingerprint(certificate)}, until {certificate.not_valid_after_utc:%F}")


def _with_stamper(
    bundle: TrustBundle, certificate: x509.Certificate, issuers: list[x509.Certificate]
) -> TrustBundle:
    """Pin the stamper; its issuers stand beside ours, and vouch for nobody without a root of ours."""
    stampers = dict.fromkeys((*bundle.certificates(Role.TIMESTAMP), certificate))
    return replace(
        bundle,
        pinned={**bundle.pinned, Role.TIMESTAMP: tuple(stampers)},
        intermediates=tuple(dict.fromkeys((*bundle.intermediates, *issuers))),
    )
