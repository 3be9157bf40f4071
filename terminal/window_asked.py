"""Asking the counter that serves on this machine for one more window."""

import http.client
import json
from typing import Final

from terminal.errors import NotServingError

_WAIT_S: Final = 5
_HOST: Final = "127.0.0.1"


def ask_window(port: int, token: str) -> str:
    """Return an address that opens the pages once, within two minutes; `token` is that of its windows.

    Raises:
        NotServingError: nobody answers at the port, or somebody who does not know the token.
    """
    own = f"http://{_HOST}:{port}"
    try:
        code = _ask(port, {"Origin": own, "X-UI-Token": token, "Content-Length": "0"})
    except (OSError, http.client.HTTPException) as exc:
        raise NotServingError(f"no counter serves its pages at {own}; start it") from exc
    if not code:
        raise NotServingError(f"what answers at {own} is not this counter; start it anew")
    return f"{own}/#{code}"


def _ask(port: int, headers: dict[str, str]) -> str:
    line = http.client.HTTPConnection(_HOST, port, timeout=_WAIT_S)
    try:
        line.request("POST", "/ui/api/launch/next", headers=headers)
        answer = line.getresponse()
        told = json.loads(answer.read(4096)) if answer.status == 200 else {}
        return str(told.get("code", "")) if isinstance(told, dict) else ""
    except ValueError:
        return ""
    finally:
        line.close()
