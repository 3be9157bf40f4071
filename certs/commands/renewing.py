"""The command that renews the office's own keys."""

from datetime import UTC, datetime
from pathlib import Path

import click
from cryptography import x509

from certs.commands.told import fail, require_owner
from certs.errors import CertsError
from certs.identity import Role, SuiteName
from certs.keys import fingerprint, load_key
from certs.renewal import RENEWABLE, renew_issuing, renew_key

_NAMES = [role.value for role in (*RENEWABLE, Role.ISSUING)]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("roles", metavar="ROLE...", nargs=-1, required=True, type=click.Choice(_NAMES))
@click.option("--host", "hosts", multiple=True, help="One more name of the server, repeatable.")
@click.option(
    "--root-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The root's key, brought for this act: renewing the issuing key needs it.",
)
@click.option("--compromised", is_flag=True, help="Revoke the older certificates of the role.")
@click.option(
    "--suite",
    type=click.Choice([one.value for one in SuiteName]),
    default=SuiteName.INTERNATIONAL.value,
    show_default=True,
)
def renew(
    folder: Path,
    roles: tuple[str, ...],
    *,
    hosts: tuple[str, ...],
    root_key: Path | None,
    compromised: bool,
    suite: str,
) -> None:
    """Make new keys for the office's own roles in FOLDER, while it works.

    Server and worker take them up by themselves, within seconds; counters learn of them within a
    quarter of an hour, or when they meet one. What the old keys signed and sealed stays good, and
    what is sealed to an old envelope key is still opened. Renew before a certificate ends, when
    somebody leaves who had the key in hand, and, with --compromised, when it got into other
    hands. A revoked seal makes every paper under it REVOKED.
    """
    _require_sense(roles, hosts, root_key, compromised=compromised)
    require_owner(folder)
    now = datetime.now(UTC)
    try:
        # What the new issuing key issues lives longer: it comes first.
        for name in sorted(dict.fromkeys(roles), key=lambda name: name != Role.ISSUING.value):
            role = Role(name)
            if root_key and role is Role.ISSUING:
                made = renew_issuing(folder, load_key(root_key), now, suite=SuiteName(suite))
            else:
                made = renew_key(
                    folder,
                    role,
                    now,
                    suite=SuiteName(suite),
                    hosts=hosts if role is Role.SERVER else (),
                    is_compromised=compromised,
                )
            _tell(role, made)
    except CertsError as error:
        fail(error)


def _require_sense(
    roles: tuple[str, ...], hosts: tuple[str, ...], root_key: Path | None, *, compromised: bool
) -> None:
    is_issuing = Role.ISSUING.value in roles
    if is_issuing and compromised:
        raise click.UsageError(
            "a compromised issuing key ends everything it issued; see docs/operations.md"
        )
    if is_issuing and not root_key:
        raise click.UsageError("renewing issuing needs --root-key FILE")
    if root_key and not is_issuing:
        raise click.UsageError("--root-key is for issuing alone")
    if hosts and Role.SERVER.value not in roles:
        raise click.UsageError("--host is for server alone")


def _tell(role: Role, certificate: x509.Certificate) -> None:
    until = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
    click.echo(f"{role.value}: good until {until}, SHA-256 {fingerprint(certificate)}")
