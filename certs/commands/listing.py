"""The command that signs the root's own revocation list."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from certs.authority import load_authority
from certs.bundle import LISTS
from certs.commands.told import fail, require_owner
from certs.errors import CertsError
from certs.identity import SuiteName
from certs.keys import load_certificates, load_key
from certs.rootlist import publish_root_list
from certs.trust import crl_number

_URL = "an http or https address in ASCII, without query"


def read_lists_url(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> str | None:
    """Read the address of the lists, without a final slash; None when it is not given."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not (is_good and text.isascii() and text.isprintable() and not set(text) & set(" ?#")):
        raise click.BadParameter(f"it must be {_URL}")
    return text.rstrip("/")


@click.command(name="root-list")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--root-key",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The root's key, brought from where it is locked away.",
)
@click.option(
    "--revoke",
    "revoked",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take back the issuing certificate in this PEM file, and all it issued; repeatable.",
)
@click.option(
    "--lists-url",
    callback=read_lists_url,
    help="Say in certificates from now on that lists are served here, each as KEYID.crl.",
)
@click.option(
    "--suite",
    type=click.Choice([one.value for one in SuiteName]),
    default=SuiteName.INTERNATIONAL.value,
    show_default=True,
)
def root_list(
    folder: Path, *, root_key: Path, revoked: tuple[Path, ...], lists_url: str | None, suite: str
) -> None:
    """Sign the next revocation list of the root in FOLDER, good for 13 months.

    Once a year, while the office works; `mortgage-backend doctor` says when. An authority that was
    founded without a list gets its first one so. Strict validators ask for it.
    """
    require_owner(folder)
    try:
        authority = load_authority(folder, SuiteName(suite))
        key = load_key(root_key)
        taken = [load_certificates(file)[0] for file in revoked]
        made = publish_root_list(authority, key, datetime.now(UTC), revoked=taken)
        if lists_url is not None:
            authority.publish(lambda b: replace(b, links={**b.links, LISTS: lists_url}))
    except CertsError as error:
        fail(error)
    click.echo(
        f"root's list {crl_number(made)}: good until {made.next_update_utc:%F}, "
        f"{len(made)} issuing certificates on it"
    )
