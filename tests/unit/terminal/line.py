"""The office's end of an HTTPS line on loopback, with the stand-in office behind it."""

import json
import threading
from collections.abc import Callable, Iterator
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


@dataclass
class Desk:
    """The office's end of the line: a stand-in office behind WSGI, and what it is told to say."""

    office: FakeOffice
    replies: list[Reply] = field(default_factory=list)
    """Given one by one in the place of the office's own answers."""
    seen: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        status, headers, body = self._reply(environ)
        start(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _reply(self, environ: dict[str, Any]) -> Reply:
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.seen.append({**environ, "body": data})
        if self.replies:
            return self.replies.pop(0)
        office, path = self.office, environ["PATH_INFO"]
        if path == "/api/v1/packages":
            return "201 Created", [], office.send_package(data).encode()
        if path == "/api/v1/answers":
            after = int(environ["QUERY_STRING"].split("&")[0].partition("=")[2])
            page = office.answers(after, 0)
            listed = [{"cursor": c, "statement": s} for c, s in page.statements]
            return "200 OK", [], json.dumps({"answers": listed, "cursor": page.cursor}).encode()
        if path == "/api/v1/precheck":
            answer = office.precheck(json.loads(data)["number"], "")
            return "200 OK", [], schema.canonical(schema.format_precheck(answer))
        return "200 OK", [], office.papers.get(path.split("/")[4], b"")


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
