"""Whether the server answers at its port, and with the certificate that is in force."""

import hashlib
import socket
import ssl
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from backend.doctor import Line, Words, fine, odd, wrong
from backend.settings import Settings
from certs.authority import TRUST
from certs.bundle import load_bundle
from certs.errors import CertsError
from certs.identity import Role
from certs.keys import fingerprint, international, load_certificates
from certs.places import certificate_path

_WAIT_S: Final = 5.0
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  # compared, not bound
_START: Final = ("启动 mortgage-backend serve", "Start mortgage-backend serve")


def check_server(settings: Settings) -> Line:
    """Ask the server of this machine whether it can take work."""
    address = (_EVERYWHERE.get(settings.host, settings.host), settings.port)
    place = f"{address[0]}:{address[1]}"
    try:
        context = _context(settings)
        shown, status = _ask(address, context)
        own = fingerprint(
            load_certificates(certificate_path(settings.authority_dir, Role.SERVER))[0]
        )
    except ConnectionRefusedError:
        return odd("server", _words(place, "没有服务", "nobody serves there"), _START)
    except ssl.SSLError as exc:
        return _tell_tls(place, exc)
    except (OSError, CertsError, ValueError) as exc:
        return wrong("server", _words(place, f"不应答：{exc}", f"no answer: {exc}"), _START)
    if shown != own:
        words = _words(place, "还在用旧的服务器证书", "it still shows an older certificate")
        remedy = (
            "几秒后会自动换上；不然重启服务",
            "It changes within seconds; if not, start it again",
        )
        return wrong("server", words, remedy)
    if status != 200:
        words = _words(place, f"不能收件（{status}）", f"it cannot take work ({status})")
        return wrong(
            "server", words, ("见本清单其他各项和 /readyz", "See the other lines, and /readyz")
        )
    return fine("server", _words(place, "正常", "it takes work"))


def _tell_tls(place: str, error: ssl.SSLError) -> Line:
    if isinstance(error, ssl.SSLCertVerificationError):
        fault = error.verify_message
        words = _words(place, f"证书不能用：{fault}", f"its certificate: {fault}")
        return wrong("server", words, ("见 key.server 和本机时间", "See key.server and the clock"))
    words = _words(place, f"TLS 不通（{error.reason}）", f"TLS fails ({error.reason})")
    return wrong("server", words, ("该端口是不是别的程序？", "Is that port another program's?"))


def _words(place: str, zh: str, en: str) -> Words:
    return f"服务 {place}：{zh}", f"The server at {place}: {en}"


def _context(settings: Settings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    roots = international(load_bundle(settings.authority_dir / TRUST).roots)
    pems = "".join(root.public_bytes(Encoding.PEM).decode("ascii") for root in roots)
    context.load_verify_locations(cadata=pems)
    return context


def _ask(address: tuple[str, int], context: ssl.SSLContext) -> tuple[str, int]:
    """Return the fingerprint of the certificate that is shown, and the status of /readyz."""
    # Every server certificate names localhost, by whatever address it is reached.
    with (
        socket.create_connection(address, timeout=_WAIT_S) as line,
        context.wrap_socket(line, server_hostname="localhost") as tls,
    ):
        tls.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head = tls.recv(4096).split(b" ", 2)
        shown = hashlib.sha256(tls.getpeercert(binary_form=True) or b"").hexdigest()
    return shown, int(head[1]) if len(head) > 1 and head[1].isdigit() else 0
