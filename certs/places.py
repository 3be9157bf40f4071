"""Where an authority keeps its keys: a folder for each role, a numbered one in it for each successor.

    seal/key.pem, seal/certificate.pem       the first pair
    seal/2/key.pem, seal/2/certificate.pem   the one that followed it

A pair counts from the moment its certificate is there; the highest number is in force. Key and
certificate of one pair lie in one folder, so nobody ever reads the one with another's other.
"""

from pathlib import Path

from certs.identity import Role, SuiteName

_CERTIFICATE = "certificate.pem"
_KEY = "key.pem"


def suite_folder(home: Path, suite: SuiteName) -> Path:
    """Say where in an authority's folder a suite's keys, certificates and records lie."""
    return home / suite.value if suite is SuiteName.NATIONAL else home


def generations(folder: Path, role: Role) -> tuple[Path, ...]:
    """Return the folders of a role's pairs, the one in force first; the first pair's always."""
    base = folder / role.value
    numbers = [n for n in _numbers(base) if (base / str(n) / _CERTIFICATE).exists()]
    return (*(base / str(n) for n in sorted(numbers, reverse=True)), base)


def next_generation(folder: Path, role: Role) -> Path:
    """Return the folder for a role's next pair; unfinished ones keep their numbers."""
    base = folder / role.value
    return base / str(max(_numbers(base), default=1) + 1)


def pair(generation: Path) -> tuple[Path, Path]:
    """Return where a pair's private key lies, and its certificate, followed by its issuers."""
    return generation / _KEY, generation / _CERTIFICATE


def key_path(folder: Path, role: Role) -> Path:
    """Say where the private key in force of one of the authority's own roles lies."""
    return generations(folder, role)[0] / _KEY


def certificate_path(folder: Path, role: Role) -> Path:
    """Say where the certificate in force of a role lies, followed by its issuers."""
    return generations(folder, role)[0] / _CERTIFICATE


def device_path(folder: Path, role: Role) -> Path:
    """Say where the certificate of a role's key in a device lies, followed by its issuers."""
    return folder / role.value / "device.pem"


def _numbers(base: Path) -> list[int]:
    return [int(one.name) for one in base.glob("[0-9]*") if one.name.isdecimal()]
