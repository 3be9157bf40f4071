"""What every test may ask for: a clock, a home, no network."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.clock import FrozenClock

# In this order: a module must be a plug-in before another plug-in imports it.
pytest_plugins = [
    "tests.network",
    "tests.pki",
    "tests.softhsm",
    "tests.postgres",
    "tests.pcscd",
    "tests.works",
    "tests.browser",
]

# The same examples everywhere, and none of them fails because the machine is busy.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person name the reader that lies before them."""
    parser.addoption(
        "--reader",
        metavar="NAME",
        help="run tests/device against this reader, e.g. sam:/dev/ttyUSB0",
    )
    parser.addoption(
        "--offline-cases",
        type=int,
        default=10,
        metavar="NUMBER",
        help="how many cases a counter files while it is away (tests/journey/test_absence.py)",
    )
    parser.addoption(
        "--kills",
        type=int,
        default=6,
        metavar="NUMBER",
        help="how often a counter is killed through its cases (tests/journey/test_kills.py)",
    )
    parser.addoption(
        "--keyboard-cases",
        type=int,
        default=3,
        metavar="NUMBER",
        help="how many cases a reviewer clears by keyboard (tests/browser/test_keyboard.py)",
    )
    parser.addoption(
        "--ofd-js",
        metavar="FOLDER",
        help="show an OFD to this unpacked npm package (tests/independent/test_ofd_js.py)",
    )
    parser.addoption(
        "--races",
        type=int,
        default=10,
        metavar="NUMBER",
        help="how often two reviewers race for one case (tests/contract/test_works_leases.py)",
    )
    parser.addoption(
        "--tampered",
        type=int,
        default=10,
        metavar="STEP",
        help="check every so many of the tampered files (tests/unit/certs/test_tamper_set.py)",
    )
    parser.addoption(
        "--tus-js",
        metavar="FOLDER",
        help="where tus-js-client is installed; tests/independent/tus_js/run gives it",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave real devices alone unless named."""
    for item in items:
        if item.get_closest_marker("device") and not config.getoption("--reader"):
            item.add_marker(pytest.mark.skip(reason="needs a real card reader: --reader NAME"))


@pytest.fixture
def clock() -> FrozenClock:
    """Give a clock that stands at a working morning."""
    return FrozenClock()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a private, empty folder that is also $HOME, with none of our settings around it."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder
