"""The authority as the office's terminals need it: two certificates at joining, and an end."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.office.rows import TerminalRow
from backend.office.terminals import IssuedPair
from certs.authority import Authority
from certs.errors import RequestRefusedError, SerialUnknownError
from certs.identity import Identity, Role, SuiteName
from certs.keys import fingerprint
from certs.requests import request_suite


@dataclass(frozen=True, slots=True)
class AuthorityIssuer:
    """Issues to terminals from the authorities in a folder."""

    authorities: Callable[[], Mapping[SuiteName, Authority]]
    """Gives all that are in force; the international one issues for TLS."""
    suites: Collection[SuiteName]
    """Those in which counters may sign packages."""

    def issue(
        self, terminal: TerminalRow, *, tls_request: str, package_request: str, at: datetime
    ) -> IssuedPair:
        """Issue both certificates from PEM requests; only their public keys are taken over.

        Raises:
            CertsError: a request is malformed, weak, lacks proof of possession, or is of a suite
                that is not open.
        """
        request = _der(package_request)
        suite = request_suite(request, Role.PACKAGE)
        if suite not in self.suites:
            raise RequestRefusedError(f"the {suite} suite is not open here")
        authorities = self.authorities()
        line, signing = authorities[SuiteName.INTERNATIONAL], authorities[suite]
        tls = _issue(line, terminal, Role.TERMINAL, _der(tls_request), at)
        package = _issue(signing, terminal, Role.PACKAGE, request, at)
        return IssuedPair(
            tls_chain_pem=_chain(line, tls),
            package_chain_pem=_chain(signing, package),
            tls_fingerprint=fingerprint(tls),
            package_fingerprint=fingerprint(package),
            package_certificate=package.public_bytes(Encoding.DER),
        )

    def revoke(self, fingerprint_hex: str, at: datetime) -> None:
        """Put a certificate on the list and publish it; unknown ones are passed over."""
        for authority in self.authorities().values():
            serial = authority.find_serial(fingerprint_hex)
            if serial is not None:
                with suppress(SerialUnknownError):
                    authority.revoke(serial, at, x509.ReasonFlags.cessation_of_operation)

    def revoke_all(self, terminal: str, at: datetime) -> None:
        """Put everything that a terminal ever got and that is still in force on the list."""
        for authority in self.authorities().values():
            for role in (Role.TERMINAL, Role.PACKAGE):
                for serial in authority.find_serials(role, terminal, at):
                    authority.revoke(serial, at, x509.ReasonFlags.cessation_of_operation)


def _issue(
    authority: Authority, terminal: TerminalRow, role: Role, request: bytes, at: datetime
) -> x509.Certificate:
    identity = Identity(
        role=role,
        organisation=terminal.bank_name,
        unit=terminal.branch,
        name=terminal.terminal,
    )
    return authority.issue(request, identity, role, at)


def _chain(authority: Authority, certificate: x509.Certificate) -> str:
    chain = (certificate, *authority.chain)
    return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in chain)


def _der(request: str) -> bytes:
    try:
        parsed = x509.load_pem_x509_csr(request.encode("utf-8", "surrogateescape"))
    except ValueError as exc:
        raise RequestRefusedError("malformed") from exc
    return parsed.public_bytes(Encoding.DER)
