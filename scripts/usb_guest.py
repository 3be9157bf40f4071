"""What `scripts/prove_usb` runs inside its virtual machine: our drivers on a real kernel's USB."""

import grp
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.virtual_sam import send
from scripts.virtual_usb import PORT
from terminal.desk.ports import IdReader
from terminal.drivers import open_reader
from terminal.drivers.detection import find_devices
from terminal.drivers.diagnosis import explain, udev_rules
from terminal.reader_errors import NoReaderError, ReaderBusyError, ReaderError, ReaderForbiddenError

_HUB = Path("/sys/devices/platform/vhci_hcd.0")
_FULL_SPEED = 2
_NOBODY = 65534
_PLUGDEV = grp.getgrnam("plugdev").gr_gid
RULES = Path("/run/udev/rules.d/70-id-reader.rules")
_SPECS = {"bulk": "sam:usb", "hid": "sam:hid"}
_CARDS = ("张示例", "𠮷田示例", "陈示例", "安示例", "EXAMPLE")


@contextmanager
def plugged(kind: str, last: int = 1) -> Iterator[Callable[[str], str]]:
    """Keep a virtual reader plugged into this machine's USB; gives the call that lays cards on it.

    A process of its own: the libraries do not let other threads of ours run while they look.
    """
    control = Path(f"/tmp/{kind}-{last}")  # noqa: S108 - the guest's own, and it is gone with it
    command = ["-m", "scripts.virtual_usb", "--kind", kind, "--last", str(last)]
    device = subprocess.Popen([sys.executable, *command, "--control", str(control)])
    _await(lambda: _answers(control))
    line = socket.create_connection(("127.0.0.1", PORT))
    line.sendall(bytes.fromhex("0111800300000000") + b"1-1".ljust(32, b"\0"))
    _read_all(line, 8 + 312)
    (_HUB / "attach").write_text(f"0 {line.fileno()} 65538 {_FULL_SPEED}")
    try:
        _await(lambda: bool(find_devices()))
        yield lambda told: send(control, told)
    finally:
        (_HUB / "detach").write_text("0")
        line.close()
        _await(lambda: not find_devices())
        device.terminate()
        device.wait()


def _answers(control: Path) -> bool:
    try:
        return send(control, "remove") == "ok"
    except OSError:
        return False


def _read_all(line: socket.socket, size: int) -> None:
    while size:
        size -= len(line.recv(size))


def _await(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the kernel did not follow")
        time.sleep(0.05)


def prove(kind: str) -> None:
    """Find, read every kind of card, pull out, plug another in, go on; then the refusals."""
    spec = _SPECS[kind]
    reader, auto = open_reader(f"{spec}?wait=5"), open_reader("sam:auto?wait=5")
    with plugged(kind) as put:
        _say(kind, f"found {[(f.spec, f.device) for f in find_devices()]}")
        for name in _CARDS:
            put(f"put {name}")
            _say(kind, _read(reader, last=1))
        if kind == "bulk":
            _refused(kind, open_reader(spec), ReaderBusyError, "a second program")
        reader.close()
        _forbidden(kind, spec)
        reader.probe()
        reader.close()
    RULES.parent.mkdir(parents=True, exist_ok=True)
    RULES.write_text(udev_rules(), "utf-8")
    subprocess.run(["/bin/udevadm", "control", "--reload"], check=True)
    with plugged(kind):
        _as_nobody(kind, lambda: _await(lambda: _is_open(spec), 20), groups=(_PLUGDEV,))
        _say(kind, "another account, in the group, under the rule that was told: let in")
    RULES.unlink()
    subprocess.run(["/bin/udevadm", "control", "--reload"], check=True)
    _refused(kind, reader, NoReaderError, "pulled out")
    with plugged(kind, last=2) as put:
        for one in (auto, reader):
            put("put 李示例")
            _say(kind, f"another plugged in: {_read(one, last=2)}")
            one.close()


def _read(reader: IdReader, *, last: int) -> str:
    started = time.monotonic()
    record = reader.read()
    took_ms = (time.monotonic() - started) * 1000
    evidence = record.evidence
    if evidence is None or not evidence.is_simulated:
        raise RuntimeError("not marked as simulated")
    _require(evidence.raw_sha256 == record.raw_sha256, "raw bytes under their digest")
    _require(evidence.reader.endswith(f"{last:010d}"), "this module and no other")
    _require(evidence.device_serial == "SIM0001", "the device's own number")
    return f"{record.document.kind.value} in {took_ms:.0f} ms over {evidence.port}"


def _is_open(spec: str) -> bool:
    try:
        open_reader(spec).probe()
    except ReaderForbiddenError:
        return False  # the rule has not been carried out yet
    return True


def _forbidden(kind: str, spec: str) -> None:
    """Another account may not open the device, and is told the rule that would let it."""
    reader = open_reader(spec)
    _as_nobody(kind, lambda: _refused(kind, reader, ReaderForbiddenError, "another account"))


def _as_nobody(kind: str, act: Callable[[], None], groups: tuple[int, ...] = ()) -> None:
    if (child := os.fork()) == 0:
        os.setgroups(groups)
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
        try:
            act()
        except (RuntimeError, TimeoutError) as exc:
            _say(kind, f"FAILED {exc}")
            os._exit(1)
        os._exit(0)
    _require(os.waitpid(child, 0)[1] == 0, "another account")


def _refused(kind: str, reader: IdReader, error: type[ReaderError], what: str) -> None:
    try:
        reader.probe()
    except ReaderError as exc:
        _require(type(exc) is error, f"{what}: {exc!r}")
        told = explain(_SPECS[kind], exc)
        _say(kind, f"{what}: {exc.code} {exc.detail} → {told.en} → {told.remedy_en}")
        return
    raise RuntimeError(f"{what} was let in")


def _require(holds: object, what: str) -> None:
    if not holds:
        raise RuntimeError(what)


def _say(kind: str, text: str) -> None:
    print(f"[{kind}] {text}", flush=True)


if __name__ == "__main__":
    prove("bulk")
    prove("hid")
    sys.exit(0)
