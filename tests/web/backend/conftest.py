"""What the web rooms' tests ask for."""

import pytest

from tests.web.backend.fake_office import World, fill_queue, make_world


@pytest.fixture
def world() -> World:
    """Give an office with a morning's queue."""
    made = make_world()
    fill_queue(made)
    return made
