"""The floor's servers: bare cheroot over the same TLS, and bare Flask on cheroot.

python -m scripts.benching.bare keep --port N --folder DIR --chain FILE --key FILE --authority FILE
python -m scripts.benching.bare hello --port N
"""

import argparse
import hashlib
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server
from flask import Flask

from certs.tls import server_context

_THREADS = 16


class Keep:
    """A WSGI application that hashes what is posted, writes it, makes it durable: no more."""

    def __init__(self, folder: Path) -> None:
        """Keep everything in a folder, one file a digest."""
        self._folder = folder

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request with the digest."""
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        digest = hashlib.sha256(data).hexdigest()
        handle = os.open(self._folder / digest, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        start("201 Created", [("Content-Type", "text/plain"), ("Content-Length", "64")])
        return [digest.encode("ascii")]


def make_hello() -> Flask:
    """Return the smallest Flask application."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


def _make_server(options: argparse.Namespace) -> Server:
    if options.kind == "hello":
        return Server(("127.0.0.1", options.port), make_hello(), numthreads=_THREADS)
    server = Server(("127.0.0.1", options.port), Keep(options.folder), numthreads=_THREADS)
    adapter = BuiltinSSLAdapter(str(options.chain), str(options.key))
    adapter.context = server_context(
        certificate_chain=options.chain, key=options.key, client_authority=options.authority
    )
    server.ssl_adapter = adapter
    return server


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("keep", "hello"))
    parser.add_argument("--port", type=int, required=True)
    for name in ("--folder", "--chain", "--key", "--authority"):
        parser.add_argument(name, type=Path)
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Serve until a signal ends it."""
    server = _make_server(_parse(arguments))

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        server.start()
    except KeyboardInterrupt:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
