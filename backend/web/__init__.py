"""The office's web rooms: for terminals, for reviewers, for anybody."""

from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, StrictUndefined
from werkzeug.routing import BaseConverter

from backend.web import (
    api,
    api_docs,
    bodies,
    certificate_desk,
    keys,
    leaders_desk,
    lease,
    look,
    pins,
    problems,
    public,
    public_log,
    receipts,
    review_desk,
    second_factor,
    sign_in,
    status_lists,
    terminal_desk,
    thread,
    uploads,
    verify,
)
from backend.web.callers import Office
from backend.web.headers import register_headers
from backend.web.pictures import EXTENSION, Pictures
from backend.web.words import say

_ROOMS = (
    api,
    api_docs,
    certificate_desk,
    keys,
    lease,
    leaders_desk,
    look,
    pins,
    public,
    public_log,
    receipts,
    review_desk,
    second_factor,
    sign_in,
    status_lists,
    terminal_desk,
    thread,
    uploads,
    verify,
)


class _CaseNo(BaseConverter):
    """A case number; any other text is nobody's page and never reaches a use case."""

    regex = r"[0-9]{8}-[0-9]{7}"


class _TerminalName(BaseConverter):
    """A terminal's name."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class _Digest(BaseConverter):
    """A SHA-256 digest in lower-case hexadecimal."""

    regex = r"[0-9a-f]{64}"


def create_app(office: Office, pictures: Pictures | None = None) -> Flask:
    """Build the web application of one office."""
    app = Flask(__name__)
    app.request_class = bodies.MemoryRequest
    app.extensions["office"] = office
    app.extensions[EXTENSION] = pictures or Pictures()
    app.config.update(
        MAX_CONTENT_LENGTH=bodies.LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=bodies.LARGEST_JSON,
        MAX_FORM_PARTS=200,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.loader = ChoiceLoader(
        [PackageLoader("backend.web"), PackageLoader("registration", "pages")]
    )
    app.url_map.converters |= {"case": _CaseNo, "sha256": _Digest, "terminal": _TerminalName}
    app.jinja_env.globals["say"] = say
    for room in _ROOMS:
        app.register_blueprint(room.bp)
    problems.register_problems(app)
    register_headers(app)
    public.register_counters(app)
    return app
