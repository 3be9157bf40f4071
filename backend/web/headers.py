"""Headers that every page and answer of the office carries."""

from flask import Flask, Response, request

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def register_headers(app: Flask) -> None:
    """Add the security headers after each request."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    # Not "no-referrer": browsers would then send our own forms with `Origin: null`.
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint not in {"static", "look.file"}:
        headers.setdefault("Cache-Control", "no-store")
    return response
