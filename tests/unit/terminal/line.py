"""The office's end of an HTTPS line on loopback, with the stand-in office behind it."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from backend.server import OfficeServer
from certs.identity import Role
from certs.places import certificate_path, key_path
from certs.tls import server_context
from registration import schema
from tests.pki import PKI
from tests.unit.terminal.desk.office import FakeOffice

Reply = tuple[str, list[tuple[str, str]], bytes]


def _cut(body: bytes) -> Iterator[bytes]:
    """Break off after a part, as a line does."""
    yield body
    raise ConnectionResetError


@dataclass
class Desk:
    """The office's end of the line: a stand-in office behind WSGI, and what it is told to say."""

    office: FakeOffice
    replies: list[Reply] = field(default_factory=list)
    """Given one by one in the place of the office's own answers."""
    seen: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, bytearray] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status, headers, body = self._reply(environ)
        length = dict(headers).get("X-Length", str(len(body)))
        start(status, [*headers, ("Content-Length", length)])
        return [body] if int(length) == len(body) else _cut(body)

    def _reply(self, environ: dict[str, Any]) -> Reply:
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.seen.append({**environ, "body": data})
        if self.replies:
            return self.replies.pop(0)
        office, path = self.office, environ["PATH_INFO"]
        if path.startswith("/api/v1/uploads"):
            return self._upload(environ, data)
        if path == "/api/v1/answers":
            after = int(environ["QUERY_STRING"].split("&")[0].partition("=")[2])
            page = office.answers(after, 0)
            listed = [{"cursor": c, "statement": s} for c, s in page.statements]
            return "200 OK", [], json.dumps({"answers": listed, "cursor": page.cursor}).encode()
        if path == "/api/v1/precheck":
            answer = office.precheck(json.loads(data)["number"], "")
            return "200 OK", [], schema.canonical(schema.format_precheck(answer))
        if path == "/api/v1/enquiries":
            told = office.ask_authorities(schema.parse_shared_question(json.loads(data)))
            return "200 OK", [], schema.canonical(schema.format_shared(told))
        if path == "/api/v1/timestamps":
            return "200 OK", [], office.timestamp(data)
        if path.startswith("/api/v1/cases/"):
            return self._paper(environ, office.papers.get(path.split("/")[4], b""))
        # As an office that keeps no public log: its receipts promise no place in one.
        return problem(404, "office.not-found")

    def _upload(self, environ: dict[str, Any], data: bytes) -> Reply:
        """Take what comes of a package; the last byte brings the receipt."""
        if environ["REQUEST_METHOD"] == "POST":
            told = environ["HTTP_UPLOAD_METADATA"].removeprefix("sha256 ")
            digest = base64.b64decode(told).decode()
            self.lengths[digest] = int(environ["HTTP_UPLOAD_LENGTH"])
        else:
            digest = environ["PATH_INFO"].rpartition("/")[2]
        held = self.uploads.setdefault(digest, bytearray())
        if int(environ.get("HTTP_UPLOAD_OFFSET", len(held))) != len(held):
            return problem(409, "office.upload-offset")
        held += data if len(held) < self.lengths[digest] else b""
        headers = [("Upload-Offset", str(len(held)))]
        if len(held) < self.lengths[digest]:
            return "201 Created", headers, b""
        receipt = self.office.send_package(bytes(held)).encode()
        return "201 Created", [*headers, ("Content-Type", "application/jose")], receipt

    def _paper(self, environ: dict[str, Any], paper: bytes) -> Reply:
        """Give a paper, or the rest of it to whoever has the beginning of this very one."""
        tag = f'"{hashlib.sha256(paper).hexdigest()}"'
        begin = environ.get("HTTP_RANGE", "bytes=0-").removeprefix("bytes=").rstrip("-")
        if environ.get("HTTP_IF_RANGE") != tag or begin == "0":
            return "200 OK", [("ETag", tag)], paper
        return "206 Partial Content", [("ETag", tag)], paper[int(begin) :]


def problem(status: int, code: str, **headers: str) -> Reply:
    body = json.dumps({"code": code, "detail": "中文", "detail_en": "English"}).encode()
    return f"{status} No", [(n.replace("_", "-"), v) for n, v in headers.items()], body


@contextmanager
def serving(desk: Desk, pki: PKI) -> Iterator[str]:
    """Serve on a free port with the authority's server certificate; give the address."""
    folder = pki.authority.folder
    server = OfficeServer(
        desk,
        address=("127.0.0.1", 0),
        context=server_context(
            certificate_chain=certificate_path(folder, Role.SERVER),
            key=key_path(folder, Role.SERVER),
            client_authority=certificate_path(folder, Role.ISSUING),
        ),
        certificate=certificate_path(folder, Role.SERVER),
        key=key_path(folder, Role.SERVER),
        threads=2,
    )
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join(5)
