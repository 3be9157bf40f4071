"""How every command tells its faults."""

import sys
from typing import NoReturn

import click

from certs.errors import CertsError


def fail(error: CertsError) -> NoReturn:
    """Say a fault in one sentence on standard error, and end."""
    click.echo(f"{error.code}: {error}", err=True)
    sys.exit(1)
