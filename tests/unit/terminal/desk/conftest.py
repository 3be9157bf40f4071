"""What the desk's tests ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pki import PKI
from tests.unit.terminal.desk.counter import Counter, make_counter, make_desk_pki
from tests.witness import WatchStand, make_office, make_watch


@pytest.fixture(scope="session")
def desk_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    """An authority that enrolled the counter of the base case."""
    return make_desk_pki(tmp_path_factory.mktemp("desk-pki"))


@pytest.fixture
def counter(tmp_path: Path, desk_pki: PKI) -> Iterator[Counter]:
    """One counter with an empty box and an office at the end of its line."""
    made = make_counter(tmp_path / "counter", desk_pki)
    yield made
    made.box.close()


@pytest.fixture
def stand(tmp_path: Path, pki: PKI) -> Iterator[WatchStand]:
    """One counter with an empty box, and an office whose public log it watches."""
    made = make_watch(tmp_path / "watch", make_office(pki))
    yield made
    made.box.close()
