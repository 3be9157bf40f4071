"""Lines to the office over real TLS, as a counter or somebody with its files opens them."""

import http.client
import json
import ssl

from registration.application import Application
from scripts.stand.counter import TERMINAL
from terminal.assembly import Station
from terminal.case_folder import CaseFolder, file_case
from terminal.desk.items import OutboxItem
from terminal.joined import ClientFiles, load_joined
from tests.factories import make_contents
from tests.journey.premises import Premises

NEWS = "/api/v1/answers?after=0&wait=0"
SUSPENDED = (403, "office.terminal-suspended")
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


def files_of(premises: Premises) -> ClientFiles:
    """Return a copy of the counter's own certificate and key, as a thief would keep it."""
    client = load_joined(premises.counter.folder / "home").client
    kept = premises.folder / "kept"
    kept.mkdir(exist_ok=True)
    copy = ClientFiles(kept / "tls.pem", kept / "tls-key.pem")
    copy.certificate.write_bytes(client.certificate.read_bytes())
    copy.key.write_bytes(client.key.read_bytes())
    return copy


def make_context(
    premises: Premises, client: ClientFiles, version: ssl.TLSVersion | None = None
) -> ssl.SSLContext:
    """Trust the office's root and show a client's certificate."""
    context = ssl.create_default_context(cafile=str(premises.office.root))
    context.load_cert_chain(client.certificate, client.key)
    if version:
        context.minimum_version = context.maximum_version = version
    return context


def connect(premises: Premises, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    return http.client.HTTPSConnection(
        "127.0.0.1", premises.office_port, timeout=20, context=context
    )


def ask(line: http.client.HTTPSConnection, path: str = NEWS) -> tuple[int, str]:
    """Ask something on a line; return status and problem code, and leave the line open."""
    line.request("GET", path)
    answer = line.getresponse()
    told = json.loads(answer.read())
    return answer.status, told.get("code", "")


def revoke(premises: Premises, terminal: str = TERMINAL) -> None:
    premises.office.run("terminals", "revoke", terminal)


def file(station: Station, application: Application) -> OutboxItem:
    return file_case(station, CaseFolder(application, make_contents(application)))
