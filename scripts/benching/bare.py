"""The floor's servers: bare cheroot over the same TLS, and bare Flask on cheroot.

python -m scripts.benching.bare keep --port N --folder DIR --chain FILE --key FILE --authority FILE
python -m scripts.benching.bare hello --port N
"""

import argparse
import base64
import hashlib
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server
from flask import Flask

from certs.tls import server_context

_THREADS = 16


class Keep:
    """A WSGI application that takes what the counter sends, writes it, makes it durable: no more.

    It speaks as much of tus 1.0.0 as one honest sender needs, and hashes all of a package once.
    """

    def __init__(self, folder: Path) -> None:
        """Keep everything in a folder, one file a digest."""
        self._folder = folder
        self._lengths: dict[str, int] = {}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one piece with how far the package is, the last one with the digest."""
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        is_first = environ["REQUEST_METHOD"] == "POST"
        name = _named(environ) if is_first else environ["PATH_INFO"].rpartition("/")[2]
        offset = 0 if is_first else int(environ["HTTP_UPLOAD_OFFSET"])
        path = self._folder / name
        if is_first:
            self._lengths[name] = int(environ["HTTP_UPLOAD_LENGTH"])
        reached = _write(path, data, offset)
        if reached < self._lengths[name]:
            start("201 Created", [("Upload-Offset", str(reached)), ("Content-Length", "0")])
            return [b""]
        answer = hashlib.sha256(path.read_bytes()).hexdigest().encode("ascii")
        start("201 Created", [("Content-Type", "application/jose"), ("Content-Length", "64")])
        return [answer]


def _named(environ: Mapping[str, Any]) -> str:
    """Return the digest that a creation names."""
    word = environ["HTTP_UPLOAD_METADATA"].split()[1]
    return base64.b64decode(word, validate=True).decode("ascii")


def _write(path: Path, data: bytes, offset: int) -> int:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, data, offset)
        os.fsync(handle)
    finally:
        os.close(handle)
    return offset + len(data)


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
