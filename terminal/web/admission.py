"""Who may see what: nothing while the counter is locked, and a draft only its own teller.

One check stands before every route, those of tomorrow as well: whatever names a draft in its
address asks whose it is.
"""

from typing import Final
from urllib.parse import unquote

from flask import Flask, request

from terminal.errors import AnothersDraftError, LockedError
from terminal.web.guard import OPEN_ENDPOINTS, counter

IDLE_HEADER: Final = "X-Idle-S"
"""In it a window says how many seconds ago a hand moved in it."""
TELLER_HEADER: Final = "X-Teller"
"""In it a window says whose it is, percent-encoded; to the next teller's counter it is locked."""
LOCKED_ENDPOINTS: Final = frozenset(
    {"attendance.who", "attendance.sign_in", "attendance.lock", "shell.next_launch"}
)
"""What answers while the counter is locked, to our own pages alone; one more window is locked too."""


def install(app: Flask) -> None:
    """Put the check behind the guard and before every route."""
    app.before_request(_check)


def present() -> str:
    """Return the staff number of who works now. Raises: LockedError."""
    return counter().attendance.require()


def require_own(draft_id: str) -> None:
    """Refuse a draft that is another teller's. Raises: AnothersDraftError, NotFoundError."""
    if counter().box.get_draft(draft_id).teller != present():
        raise AnothersDraftError


def _require_window_of(teller: str) -> None:
    """Let a window wait that is still another teller's. Raises: LockedError.

    Refused as another's draft, what was typed there and is not saved yet would be given up.
    """
    if unquote(request.headers.get(TELLER_HEADER, teller)) != teller:
        raise LockedError


def _check() -> None:
    if request.endpoint in OPEN_ENDPOINTS:
        return
    idle = request.headers.get(IDLE_HEADER, "")
    if idle.isascii() and idle.isdigit() and len(idle) < 9:
        counter().attendance.moved(int(idle))
    if request.endpoint in LOCKED_ENDPOINTS:
        return
    _require_window_of(present())
    draft_id = (request.view_args or {}).get("draft_id")
    if draft_id is not None:
        require_own(draft_id)
