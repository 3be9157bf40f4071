"""What the desk's tests ask for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from certs.identity import Role
from tests.pki import PKI, make_pki, make_signer
from tests.unit.terminal.desk.counter import Counter, make_counter


@pytest.fixture(scope="session")
def desk_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    """An authority that enrolled the counter of the base case."""
    pki = make_pki(tmp_path_factory.mktemp("desk-pki") / "authority")
    return replace(pki, package_signer=make_signer(pki.authority, Role.PACKAGE, name="KF-LT-01"))


@pytest.fixture
def counter(tmp_path: Path, desk_pki: PKI) -> Iterator[Counter]:
    """One counter with an empty box and an office at the end of its line."""
    made = make_counter(tmp_path / "counter", desk_pki)
    yield made
    made.box.close()
