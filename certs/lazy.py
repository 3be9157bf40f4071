"""Command groups that import a command only when it is called, at the edge of the program."""

import errno
import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose table says where each command lives and what it does, in one line.

    A command's libraries cost more than most of its work; `--help` and the commands that need
    little must not pay for those that need much.
    """

    def __init__(self, *arguments: Any, table: Mapping[str, tuple[str, str]], **options: Any):
        """Take the table: name → ("package.module:attribute", one line of help)."""
        super().__init__(*arguments, **options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None when the table has no such name."""
        if cmd_name not in self.table:
            return None
        module, _, attribute = self.table[cmd_name][0].partition(":")
        try:
            command: click.Command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as exc:
            if exc.name and exc.name.partition(".")[0] == module.partition(".")[0]:
                raise
            raise click.ClickException(
                f"{exc.name} is not installed here: this machine has the other side's packages alone"
            ) from exc
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the disk or the system refuses is one sentence, as all else."""
        try:
            return super().invoke(ctx)
        except OSError as exc:
            # Whoever reads our output has had enough: click ends quietly.
            if exc.errno == errno.EPIPE:
                raise
            where = f"{exc.filename}: " if exc.filename else ""
            click.echo(f"{where}{exc.strerror or exc}", err=True)
            ctx.exit(1)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])
