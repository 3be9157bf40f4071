"""What the desk's tests ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.terminal.desk.counter import Counter, make_counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """One counter with an empty box."""
    made = make_counter(tmp_path / "counter")
    yield made
    made.box.close()
