"""The look that both sides share, served from our own origin."""

from importlib import resources

from flask import Blueprint, Response, abort

from registration.papers.coverage import load_rare_han

bp = Blueprint("look", __name__, url_prefix="/look")

_TYPES = {"tokens.css": "text/css", "components.css": "text/css"}


@bp.get("/<name>")
def file(name: str) -> Response:
    """Serve one shared style sheet, or the font of rare characters."""
    if name == "rare-han.ttf":
        return _font()
    if name not in _TYPES:
        abort(404)
    data = resources.files("registration").joinpath(f"pages/{name}").read_bytes()
    response = Response(data, content_type=f"{_TYPES[name]}; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _font() -> Response:
    response = Response(load_rare_han(), content_type="font/ttf")
    response.headers["Cache-Control"] = "public, max-age=2592000"
    return response
