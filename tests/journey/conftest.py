"""What the journeys share: premises that are founded once for each worker of the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.filing import Desk, open_desk
from tests.journey.premises import Premises, found


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """An office and a counter that joined; copy them, change nothing in them."""
    folder = tmp_path_factory.mktemp("founded") / "premises"
    folder.mkdir()
    return found(folder)


@pytest.fixture(scope="module")
def premises(founded: Premises, tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """Premises of this module's own."""
    return founded.copy(tmp_path_factory.mktemp("journey") / "premises")


@pytest.fixture
def house(founded: Premises, tmp_path: Path) -> Premises:
    """Premises of this test's own: each lets counters in or shuts them out."""
    return founded.copy(tmp_path / "premises")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A counter and two reviewers in an office of this module's own."""
    with open_desk(tmp_path_factory.mktemp("office")) as found:
        yield found
