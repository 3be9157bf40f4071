"""The server's TLS, tried over real handshakes in memory and over sockets."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certs.authority import Authority
from certs.errors import KeyFileDamagedError, KeyFileOpenError
from certs.identity import Role
from certs.keys import save_certificates, save_key
from certs.places import certificate_path, key_path
from certs.signers.softkey import SoftKeySigner
from certs.tls import server_context
from tests.pki import make_authority, make_signer

V12 = ssl.TLSVersion.TLSv1_2
V13 = ssl.TLSVersion.TLSv1_3
REFUSED = (ssl.SSLError, ConnectionError)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """OpenSSL judges by the machine's clock, so this authority is founded now."""
    return make_authority(tmp_path_factory.mktemp("tls") / "authority", datetime.now(UTC))


def make_context(authority: Authority) -> ssl.SSLContext:
    return server_context(
        certificate_chain=certificate_path(authority.folder, Role.SERVER),
        key=key_path(authority.folder, Role.SERVER),
        client_authority=authority.certificate.public_bytes(Encoding.PEM),
    )


def make_client(
    authority: Authority, folder: Path, signer: SoftKeySigner | None = None
) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    root = authority.bundle.roots[0].public_bytes(Encoding.PEM).decode()
    context.load_verify_locations(cadata=root)
    if signer is not None:
        name = f"{signer.certificate.serial_number:x}"
        save_key(folder / f"{name}.key", signer.key)
        save_certificates(folder / f"{name}.pem", (signer.certificate, *signer.chain))
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def fresh_terminal(authority: Authority, role: Role = Role.TERMINAL) -> SoftKeySigner:
    return make_signer(authority, role, now=datetime.now(UTC))


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[int]:
    """Answer every connection with the size of the peer's certificate, until told to stop."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, context))
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            raw, _ = listener.accept()
        except OSError:
            return
        try:
            with raw, context.wrap_socket(raw, server_side=True) as peer:
                peer.settimeout(10)
                peer.sendall(b"%d" % len(peer.getpeercert(binary_form=True) or b""))
                peer.recv(1)
        except OSError:
            continue


def visit(
    port: int, client: ssl.SSLContext, session: ssl.SSLSession | None = None
) -> tuple[bytes, bool, ssl.SSLSession | None]:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
        client.wrap_socket(raw, server_hostname="localhost", session=session) as tls,
    ):
        return tls.recv(16), bool(tls.session_reused), tls.session


def test_refuses_a_key_that_others_may_read(authority: Authority, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(key_path(authority.folder, Role.SERVER).read_bytes())
    key.chmod(0o644)
    with pytest.raises(KeyFileOpenError):
        server_context(
            certificate_chain=certificate_path(authority.folder, Role.SERVER),
            key=key,
            client_authority=b"",
        )


@pytest.mark.parametrize("authority_pem", [b"", b"no certificate", b"\xff"])
def test_refuses_an_authority_that_is_none(authority: Authority, authority_pem: bytes) -> None:
    with pytest.raises(KeyFileDamagedError):
        server_context(
            certificate_chain=certificate_path(authority.folder, Role.SERVER),
            key=key_path(authority.folder, Role.SERVER),
            client_authority=authority_pem,
        )


def test_refuses_a_certificate_of_another_key(authority: Authority) -> None:
    with pytest.raises(KeyFileDamagedError):
        server_context(
            certificate_chain=certificate_path(authority.folder, Role.OFFICE),
            key=key_path(authority.folder, Role.SERVER),
            client_authority=certificate_path(authority.folder, Role.ISSUING),
        )


@pytest.mark.parametrize("role", [Role.PACKAGE, Role.OFFICE, Role.SERVER])
def test_only_a_terminals_certificate_passes(
    authority: Authority, tmp_path: Path, role: Role
) -> None:
    client = make_client(authority, tmp_path, fresh_terminal(authority, role))
    with serving(make_context(authority)) as port, pytest.raises(REFUSED):
        visit(port, client)


def test_a_terminal_of_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other", datetime.now(UTC))
    client = make_client(authority, tmp_path, fresh_terminal(other))
    with serving(make_context(authority)) as port, pytest.raises(REFUSED):
        visit(port, client)


def test_nothing_older_than_tls_1_2(authority: Authority, tmp_path: Path) -> None:
    assert make_context(authority).minimum_version is V12


@pytest.mark.parametrize("version", [V12, V13])
def test_a_visitor_may_come_without_a_certificate(
    authority: Authority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    client = make_client(authority, tmp_path)
    client.maximum_version = version
    with serving(make_context(authority)) as port:
        assert visit(port, client)[0] == b"0"


@pytest.mark.parametrize("version", [V12, V13])
def test_a_terminal_shows_its_certificate(
    authority: Authority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    signer = fresh_terminal(authority)
    client = make_client(authority, tmp_path, signer)
    client.maximum_version = version
    with serving(make_context(authority)) as port:
        size = len(signer.certificate.public_bytes(Encoding.DER))
        assert visit(port, client)[0] == b"%d" % size


@pytest.mark.parametrize("version", [V12, V13])
def test_no_session_is_resumed(
    authority: Authority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    """A resumed session skips the check of the certificate, and with it a revocation."""
    client = make_client(authority, tmp_path, fresh_terminal(authority))
    client.maximum_version = version
    with serving(make_context(authority)) as port:
        _, _, session = visit(port, client)
        assert session is None or not visit(port, client, session)[1]
