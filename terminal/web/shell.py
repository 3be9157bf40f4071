"""The empty page, its files, and the exchange of the launch code: all that needs no token."""

from functools import cache
from importlib.resources import files
from typing import Final, cast

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registration.papers.coverage import load_rare_han
from terminal.web.asked import LaunchAsked, read
from terminal.web.guard import Launch
from terminal.web.problems import RequestRefusedError

bp: Final = Blueprint("shell", __name__)
LAUNCH: Final = "launch"
_SHARED: Final = frozenset({"tokens.css", "components.css", "dom.js", "pad.js"})
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}


@bp.get("/")
def page() -> ResponseReturnValue:
    """Give the shell: no datum in it."""
    return Response(_shell(), content_type="text/html; charset=utf-8")


@bp.get("/ui/<name>")
def asset(name: str) -> ResponseReturnValue:
    """Give one file of the pages."""
    data = _asset(name)
    if data is None:
        raise NotFound
    return Response(data, content_type=_TYPES[name.rpartition(".")[2]])


@bp.get("/ui/rare-han.ttf")
def font() -> ResponseReturnValue:
    """Give the font of rare characters; browsers ask for it only where a name has one."""
    return Response(load_rare_han(), content_type="font/ttf")


@bp.post("/ui/api/launch")
def launch() -> ResponseReturnValue:
    """Exchange a launch code for the token of this run."""
    launcher = cast(Launch, current_app.extensions[LAUNCH])
    token = launcher.exchange(read(LaunchAsked).code)
    if token is None:
        raise RequestRefusedError("launch code", 401)
    return jsonify({"token": token})


@bp.post("/ui/api/launch/next")
def next_launch() -> ResponseReturnValue:
    """Give whoever is in already a code for one more window."""
    launcher = cast(Launch, current_app.extensions[LAUNCH])
    return jsonify({"code": launcher.issue()})


@cache
def _assets() -> dict[str, bytes]:
    """Read every file of the pages once; nothing else can be asked for."""
    found = {name: (files("registration") / "pages" / name).read_bytes() for name in _SHARED}
    for folder in ("static", "messages"):
        place = files("terminal.web") / folder
        found |= {e.name: e.read_bytes() for e in place.iterdir() if e.name != "shell.html"}
    return {name: data for name, data in found.items() if name.rpartition(".")[2] in _TYPES}


def _asset(name: str) -> bytes | None:
    return _assets().get(name)


@cache
def _shell() -> bytes:
    shell = (files("terminal.web") / "static" / "shell.html").read_bytes()
    return shell.replace(
        b"<!-- icons -->", (files("registration") / "pages" / "icons.svg").read_bytes()
    )
