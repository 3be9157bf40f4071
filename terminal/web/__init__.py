"""The teller's pages: a small JSON API under a guard, and the files that draw it."""

from typing import cast

from flask import Flask

from terminal.web import (
    admission,
    attendance,
    drafts,
    guard,
    handing,
    identities,
    lists,
    offers,
    pages,
    passages,
    problems,
    remote,
    scanning,
    shell,
    signing,
    station,
    tray,
    visits,
)
from terminal.web.asked import LARGEST_BODY
from terminal.web.counter import Counter
from terminal.web.guard import Launch


def create_app(counter: Counter, *, port: int, launch: Launch | None = None) -> Flask:
    """Return the app of one counter that listens on 127.0.0.1 at `port`, and nowhere else."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the provider is Flask's default
    app.extensions[guard.EXTENSION] = counter
    app.extensions[shell.LAUNCH] = launch or Launch()
    guard.install(app, port=port, launch=app.extensions[shell.LAUNCH])
    admission.install(app)
    problems.register(app)
    rooms = (
        *(shell, attendance, station, handing, passages, drafts, offers, lists),
        *(identities, pages, scanning, signing, remote, visits, tray),
    )
    for room in rooms:
        app.register_blueprint(room.bp)
    return app


def launch_url(app: Flask, port: int) -> str:
    """Return an address that opens the pages once: the code stands in the fragment."""
    launch = cast(Launch, app.extensions[shell.LAUNCH])
    return f"http://127.0.0.1:{port}/#{launch.issue()}"
