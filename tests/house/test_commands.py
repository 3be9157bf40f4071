"""The tables of commands: what `--help` promises without importing it is what there is."""

from collections.abc import Iterator

import click
import pytest

from backend.cli import main as backend
from certs.cli import main as certs
from certs.lazy import LazyGroup
from terminal.cli import main as terminal


def _commands() -> Iterator[tuple[str, str, click.Command]]:
    """Yield the line of help in the table, and the command itself."""
    for group in (backend, certs, terminal):
        assert isinstance(group, LazyGroup)
        context = click.Context(group)
        for name, (_, line) in group.table.items():
            command = group.get_command(context, name)
            assert command is not None
            yield name, line, command


@pytest.mark.parametrize(("name", "line", "command"), tuple(_commands()), ids=str)
def test_a_table_says_what_the_command_says_of_itself(
    name: str, line: str, command: click.Command
) -> None:
    assert command.name == name
    assert (command.help or "").split("\n\n")[0].replace("\n", " ") == line
