"""Commands about the embedded register."""

from pathlib import Path

import click

from backend.commands.told import Told, operator, said
from backend.store.estates import SAMPLES, load_estates
from backend.wall import open_wall


@click.group()
def register() -> None:
    """The embedded register."""


@register.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SAMPLES
)
@click.pass_obj
@said
def import_register(told: Told, file: Path) -> None:
    """Put the estates of FILE on the register; what stands there already is left as it is.

    Without FILE, the made-up sample estates.
    """
    wall = open_wall(told.settings())
    loaded = load_estates(wall.works, file.read_bytes(), wall.clock.now(), by=operator())
    click.echo(
        f"units new {loaded.titles}, entries new {loaded.entries}, "
        f"entries ended {loaded.ended}, units kept {loaded.kept}"
    )
