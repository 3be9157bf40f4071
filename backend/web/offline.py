"""The page that checks codes without a network: installable, or saved as a folder.

A scanned code's address lies under it, so that a phone that has kept the page opens the same address
without a network, and the office's own check page with one.
"""

import io
import json
import zipfile
from importlib import resources
from typing import Final

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from backend.errors import NotFoundError
from backend.office.status_lists import FIRST_YEAR
from backend.web.callers import office
from backend.web.verify import show_code
from registration.days import local_day

bp = Blueprint("offline", __name__)

_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
_SHARED: Final = ("components.css", "tokens.css")
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
}
FILES: Final = (
    *("app.js", "code.js", "components.css", "der.js", "icon.svg", "index.html", "jsQR.js"),
    *("jsQR.LICENSE.txt", "kept.js", "manifest.webmanifest", "page.css", "sw.js", "tokens.css"),
    "words.js",
)


@bp.get("/Q/")
def page() -> ResponseReturnValue:
    """Give the page."""
    return _file("index.html")


@bp.get("/Q/offline.zip")
def folder() -> ResponseReturnValue:
    """Give the page as a folder that needs no server, with the keys and lists of this moment."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            if name not in {"kept.js", "sw.js"}:
                archive.writestr(f"offline/{name}", read_file(name))
        archive.writestr("offline/kept.js", _kept())
    answer = Response(packed.getvalue(), content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="offline.zip"'
    return answer


@bp.get("/Q/<name>")
def file_or_code(name: str) -> ResponseReturnValue:
    """Give a file of the page, or answer the code of a certificate."""
    return _file(name) if name in FILES else show_code(name)


def read_file(name: str) -> bytes:
    """Return a file of the page."""
    room, place = ("registration", "pages") if name in _SHARED else ("backend.web", "offline_page")
    return resources.files(room).joinpath(f"{place}/{name}").read_bytes()


def _file(name: str) -> Response:
    answer = Response(read_file(name), content_type=_TYPES[name.rpartition(".")[2]])
    answer.headers["Content-Security-Policy"] = _CSP
    return answer


def _kept() -> str:
    kept = {"trust": office().trust().decode(), "lists": dict(_lists())}
    # JSON is a part of JavaScript; "<" is written so that no browser takes it for the end of a script.
    return f"var KEPT = {json.dumps(kept)};\n".replace("<", "\\u003c")


def _lists() -> list[tuple[str, str]]:
    found = []
    for year in range(FIRST_YEAR, local_day(office().now()).year + 1):
        for block in range(10):
            try:
                found.append((f"{year}/{block}", office().status_lists.give(year, block)))
            except NotFoundError:
                break
    return found
