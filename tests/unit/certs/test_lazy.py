"""Commands that are imported when they are called, and what the edge of a program catches."""

import errno
import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from certs.lazy import LazyGroup

HERE = "tests.unit.certs.test_lazy"


@click.command()
def full() -> None:
    """Meet a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/var/office/blob")


@click.command()
def pipe() -> None:
    """Write to somebody who has gone."""
    raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def run(*arguments: str) -> Result:
    table = {
        "full": (f"{HERE}:full", "Meet a full disk."),
        "pipe": (f"{HERE}:pipe", "Write to somebody who has gone."),
        "far": ("tests.unit.certs.no_such_module:far", "Ours, and not there."),
        "foreign": ("room_of_ours:foreign", "Of the other side."),
    }
    return CliRunner().invoke(LazyGroup(table=table), arguments)


def test_help_imports_nothing() -> None:
    done = run("--help")

    assert done.exit_code == 0
    assert [line.split()[0] for line in done.output.splitlines()[-4:]] == [
        "full", "pipe", "far", "foreign",
    ]  # fmt: skip


def test_what_the_system_refuses_is_one_sentence() -> None:
    done = run("full")

    assert (done.exit_code, done.stderr) == (1, "/var/office/blob: No space left on device\n")


def test_a_reader_that_has_gone_is_no_fault_of_the_disk() -> None:
    assert run("pipe").stderr == ""


def test_a_package_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One side was installed alone; the other side's commands stand there all the same."""
    (tmp_path / "room_of_ours.py").write_text("import no_such_package\n")
    monkeypatch.syspath_prepend(tmp_path)
    done = run("foreign")

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: no_such_package is not installed here")


def test_a_mistake_of_our_own_is_not_hidden() -> None:
    assert isinstance(run("far").exception, ModuleNotFoundError)


def test_an_unknown_command_is_wrong_usage() -> None:
    assert run("colour").exit_code == 2
