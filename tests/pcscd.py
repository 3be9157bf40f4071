"""The PC/SC service for the tests: the real pcscd with vsmartcard's virtual reader.

One user at a time on a machine: a lock file keeps other test runs waiting. A service that runs
already is used as it is; otherwise ours is started, and stopped at the end.
"""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.virtual_chip import VirtualChip
from scripts.virtual_passport import VirtualPassport
from terminal.drivers import pcsc
from terminal.reader_errors import MisconfiguredReaderError, NoReaderError

READER = "Virtual PCD 00 00"
_FOLDER = Path("/run/pcscd")
_INSTALL = "run `. scripts/setup.sh; need_system test; prepare_venv; prepare_pcsc` as root"
_PATIENCE_S = 90.0
_ONE_TRY_S = 5.0
_PRESENCE_S = 10.0


class VirtualSlot:
    """The virtual reader's slot: cards are laid on it and lifted."""

    @contextmanager
    def holding(self, chip: VirtualChip) -> Iterator[VirtualPassport]:
        """Keep a card on the reader, and wait until it is known to be there, then to be gone."""
        with VirtualPassport(chip) as card:
            await_presence(True)
            yield card
        await_presence(False)


def await_presence(expected: bool) -> None:
    """Wait until the service has noticed that a card came or went."""
    end = time.monotonic() + _PRESENCE_S
    while is_card_present() is not expected:
        assert time.monotonic() < end, f"pcscd did not notice that card present={expected}"
        time.sleep(0.02)


def is_card_present() -> bool:
    """Ask the service whether a card lies on the virtual reader."""
    scard = pcsc.load_scard()
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    try:
        state = [(READER, scard.SCARD_STATE_UNAWARE)]
        _, [(_, found, _)] = scard.SCardGetStatusChange(context, 0, state)
        return bool(found & scard.SCARD_STATE_PRESENT)
    finally:
        scard.SCardReleaseContext(context)


@pytest.fixture(scope="module")
def pcscd() -> Iterator[VirtualSlot]:
    """Give the virtual reader of a running PC/SC service.

    For a module, not for a session: the service is one for the machine, and whoever keeps it to
    the end of the run lets the other workers wait that long.
    """
    with _lock():
        names = _readers()
        if names is not None:
            assert READER in names, f"a PC/SC service without {READER} runs; stop it: {names}"
            yield VirtualSlot()
            return
        service = _start()
        try:
            yield VirtualSlot()
        finally:
            _stop(service)


@contextmanager
def _lock() -> Iterator[None]:
    # Not the run's own temporary folder: the service is one for the whole machine.
    path = Path("/tmp/mortgage-kit-pcscd.lock")
    # Reading is enough to lock, so that another account's file serves as well.
    file = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _readers() -> tuple[str, ...] | None:
    """Return the readers of the service; None while there is no service."""
    try:
        with pcsc.open_session() as session:
            return session.readers()
    except MisconfiguredReaderError as exc:
        pytest.fail(f"the PC/SC library is missing ({exc.detail}): {_INSTALL}")
    except NoReaderError:
        return None


def _start() -> subprocess.Popen[bytes]:
    program = shutil.which("pcscd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if program is None or not list(Path("/usr/lib/pcsc/drivers/serial").glob("libifdvpcd.so*")):
        pytest.fail(f"pcscd or vsmartcard-vpcd is not installed: {_INSTALL}")
    if os.geteuid() != 0:
        pytest.fail("no PC/SC service runs, and only root may start one: start pcscd first")
    _FOLDER.mkdir(exist_ok=True)
    for name in ("pcscd.comm", "pcscd.pid"):
        # Left behind by a killed service; they would keep the next one from starting.
        (_FOLDER / name).unlink(missing_ok=True)
    told = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    # From pcscd 2 on, polkit refuses everybody in a container that has none.
    extra = ["--disable-polkit"] if "disable-polkit" in told.stdout + told.stderr else []
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        service = subprocess.Popen([program, "--foreground", "--error", *extra])
        if _is_up(service):
            return service
        # The driver gets no port while the kernel still holds the last service's for a minute.
        _stop(service)
    pytest.fail(f"pcscd did not come up with {READER} in {_PATIENCE_S:.0f} s")


def _is_up(service: subprocess.Popen[bytes]) -> bool:
    """Say whether a service that was just started shows the virtual reader in good time."""
    end = time.monotonic() + _ONE_TRY_S
    while service.poll() is None and time.monotonic() < end:
        if READER in (_readers() or ()):
            return True
        time.sleep(0.05)
    return False


def _stop(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    try:
        service.wait(5)
    except subprocess.TimeoutExpired:
        # Its driver may hang in a conversation whose card has gone.
        service.kill()
        service.wait(5)
