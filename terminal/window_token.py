"""The token of this counter's windows: the same after a crash, so that a window goes on as it is.

What was typed while the program was away waits in the window; with a new token it could never be
saved. The token alone opens nothing: after every start the counter is locked.
"""

import json
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from certs.atrest import Vault
from certs.errors import CertsError

FILE: Final = "window.token"
LIFE: Final = timedelta(hours=16)
"""A day at the counter; the next morning's windows get another."""
_CONTEXT: Final = "window-token/1"


def load_token(folder: Path, vault: Vault, now: datetime) -> str:
    """Return the token of today's windows, made anew when there is none or it is too old.

    A file that cannot be read is made anew: a token is worth nothing but convenience.
    """
    path = folder / FILE
    kept, made_at = _kept(folder, vault)
    if kept and made_at is not None and timedelta() <= now - made_at < LIFE:
        return kept
    token = secrets.token_urlsafe(32)
    told = json.dumps({"token": token, "made_at": now.isoformat()}).encode()
    fresh = folder / f"{FILE}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(vault.seal(told, _CONTEXT))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return token


def find_token(folder: Path, vault: Vault) -> str:
    """Return the token of the counter that was started last, however old; empty where there is none."""
    return _kept(folder, vault)[0]


def _kept(folder: Path, vault: Vault) -> tuple[str, datetime | None]:
    try:
        kept = json.loads(vault.open((folder / FILE).read_bytes(), _CONTEXT))
        return str(kept["token"]), datetime.fromisoformat(kept["made_at"])
    except (OSError, CertsError, ValueError, KeyError, TypeError):
        return "", None
