"""How every command tells its faults."""

import os
import pwd
import sys
from pathlib import Path
from typing import NoReturn

import click

from certs.errors import CertsError


def fail(error: CertsError) -> NoReturn:
    """Say a fault in one sentence on standard error, and end."""
    click.echo(f"{error.code}: {error}", err=True)
    sys.exit(1)


def require_owner(folder: Path) -> None:
    """Refuse to leave files that the office's own account could not read."""
    owner = folder.stat().st_uid
    if owner == os.geteuid():
        return
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = str(owner)
    click.echo(f"{folder} belongs to {name}: run this as that account", err=True)
    sys.exit(1)
