"""Keeps tests on this machine: a socket may reach loopback and local sockets, nothing else."""

import ipaddress
import socket
import sys
from collections.abc import Iterator

import pytest

_LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})


class OutsideError(Exception):
    """Code under test wanted to reach another machine."""


class _Guard:
    """Listens to the interpreter itself, so that no library's own socket class slips by."""

    def __init__(self) -> None:
        self.is_shut = False
        self.attempts: list[str] = []

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_shut or not event.startswith("socket."):
            return
        host = _host_of(event, arguments)
        if host is not None and not is_local(host):
            self.attempts.append(f"{event} {host}")
            raise OutsideError(f"{event} to {host}: tests stay on this machine")


def _host_of(event: str, arguments: tuple[object, ...]) -> str | None:
    """Give the host an audit event of the socket module is about; None when there is none."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        return str(address[0]) if isinstance(address, tuple) else None
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = arguments[0]
        if host is None:
            return None
        return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    return None


def is_local(host: str) -> bool:
    """Say whether a host name or address means this machine."""
    if host in _LOCAL_NAMES or host == socket.gethostname():
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


_GUARD = _Guard()
# An audit hook stays for the life of the process; it is deaf outside tests.
sys.addaudithook(_GUARD.hear)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Fail a test that reaches for another machine, even if the code swallowed the refusal."""
    _GUARD.attempts.clear()
    _GUARD.is_shut = True
    yield
    _GUARD.is_shut = False
    attempts = list(_GUARD.attempts)
    _GUARD.attempts.clear()
    if attempts:
        pytest.fail(f"reached for another machine: {', '.join(attempts)}")


@pytest.fixture
def refused_attempts() -> list[str]:
    """Give the refused attempts so far; a test that provokes one on purpose empties the list."""
    return _GUARD.attempts
