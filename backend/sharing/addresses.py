"""Addresses of other authorities' services, as settings write them."""

from typing import Final
from urllib.parse import urlsplit

from backend.errors import MisconfiguredError

SIMULATED: Final = "simulated:"
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_simulated(url: str) -> bool:
    """Say whether a setting means a simulated service inside the office's process."""
    return not url or url.startswith(SIMULATED)


def require_safe(setting: str, url: str) -> str:
    """Return the URL of a setting: https, or plain http to this machine alone.

    Raises:
        MisconfiguredError: it is neither; people's data never goes out in the clear.
    """
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    if not is_safe or not parts.hostname:
        raise MisconfiguredError(f"{setting} must be an https URL")
    return url
