"""The commands that found authorities."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from certs.commands.listing import read_lists_url
from certs.commands.told import fail
from certs.errors import AuthorityError, CertsError
from certs.founding import add_suite, init_authority
from certs.identity import Role, SuiteName
from certs.keys import fingerprint
from certs.places import key_path, suite_folder
from certs.templates import read_address

_ORGANISATION = "1 to 64 printable characters, no space at its ends"
_OFFICE = "1 to 40 letters A-Z and a-z, digits, dots, hyphens, underscores; a letter or digit first"
_HOST = "a host name, in its ASCII form, or an IP address"


def _require(text: str, wanted: str, is_good: Callable[[str], bool]) -> str:
    if not is_good(text):
        raise click.BadParameter(f"it must be {wanted}")
    return text


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= 64 and text == text.strip() and text.isprintable()


def _is_short(text: str) -> bool:
    return (
        len(text) <= 40 and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text, re.ASCII) is not None
    )


def _is_host(text: str) -> bool:
    try:
        read_address(text)
    except AuthorityError:
        return False
    return True


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--organisation",
    default="不动产登记中心",
    show_default=True,
    callback=lambda _context, _parameter, text: _require(text, _ORGANISATION, _is_plain),
    help="Name in every certificate of the office.",
)
@click.option(
    "--office",
    default="office",
    show_default=True,
    callback=lambda _context, _parameter, text: _require(text, _OFFICE, _is_short),
    help="Short ASCII name of the office.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    callback=lambda _context, _parameter, texts: [_require(t, _HOST, _is_host) for t in texts],
    help="Name or address of the server, repeatable.",
)
@click.option(
    "--suite",
    type=click.Choice([one.value for one in SuiteName]),
    default=SuiteName.INTERNATIONAL.value,
    show_default=True,
    help="national founds an SM2 authority as well; TLS and PDF seals stay international.",
)
@click.option(
    "--lists-url",
    callback=read_lists_url,
    help="Say in certificates that revocation lists are served here, each as KEYID.crl.",
)
def init(
    folder: Path,
    *,
    organisation: str,
    office: str,
    hosts: tuple[str, ...],
    suite: str,
    lists_url: str | None,
) -> None:
    """Found a new authority in FOLDER: root, issuing, server, seal, envelope, log and other keys."""
    try:
        authority = init_authority(
            folder,
            organisation,
            datetime.now(UTC),
            office=office,
            dns_names=hosts,
            suite=SuiteName(suite),
            lists_url=lists_url or "",
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
