"""What the pages' tests ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.terminal.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One counter with an empty box, behind its guard."""
    made = make_world(tmp_path / "counter")
    yield made
    made.box.close()
