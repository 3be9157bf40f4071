"""The authority as the office's terminals need it: two certificates at joining, and an end."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.office.rows import TerminalRow
from backend.office.terminals import IssuedPair
from certs.authority import Authority
from certs.errors import RequestRefusedError, SerialUnknownError
from certs.identity import Identity, Role
from certs.keys import fingerprint


@dataclass(frozen=True, slots=True)
class AuthorityIssuer:
    """Issues to terminals from the authority in a folder."""

    authority: Authority

    def issue(
        self, terminal: TerminalRow, *, tls_request: str, package_request: str, at: datetime
    ) -> IssuedPair:
        """Issue both certificates from PEM requests; only their public keys are taken over.

        Raises:
            CertsError: a request is malformed, weak, or lacks proof of possession.
        """
        tls = self._issue(terminal, Role.TERMINAL, tls_request, at)
        package = self._issue(terminal, Role.PACKAGE, package_request, at)
        return IssuedPair(
            tls_chain_pem=self._chain(tls),
            package_chain_pem=self._chain(package),
            tls_fingerprint=fingerprint(tls),
            package_fingerprint=fingerprint(package),
            package_certificate=package.public_bytes(Encoding.DER),
        )

    def revoke(self, fingerprint_hex: str, at: datetime) -> None:
        """Put a certificate on the list and publish it; unknown ones are passed over."""
        serial = self.authority.find_serial(fingerprint_hex)
        if serial is None:
            return
        try:
            self.authority.revoke(serial, at, x509.ReasonFlags.cessation_of_operation)
        except SerialUnknownError:
            return

    def revoke_all(self, terminal: str, at: datetime) -> None:
        """Put everything that a terminal ever got and that is still in force on the list."""
        for role in (Role.TERMINAL, Role.PACKAGE):
            for serial in self.authority.find_serials(role, terminal, at):
                self.authority.revoke(serial, at, x509.ReasonFlags.cessation_of_operation)

    def _issue(
        self, terminal: TerminalRow, role: Role, request: str, at: datetime
    ) -> x509.Certificate:
        identity = Identity(
            role=role,
            organisation=terminal.bank_name,
            unit=terminal.branch,
            name=terminal.terminal,
        )
        return self.authority.issue(_der(request), identity, role, at)

    def _chain(self, certificate: x509.Certificate) -> str:
        chain = (certificate, *self.authority.chain)
        return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in chain)


def _der(request: str) -> bytes:
    try:
        parsed = x509.load_pem_x509_csr(request.encode("utf-8", "surrogateescape"))
    except ValueError as exc:
        raise RequestRefusedError("malformed") from exc
    return parsed.public_bytes(Encoding.DER)
