"""The counters: inviting, enrolling, renewing and shutting them out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from backend.errors import NotAllowedError, NotFoundError, TerminalSuspendedError
from backend.office.ports import Clock, Work, Works
from backend.office.rows import TerminalRow

TOKEN_LIFE = timedelta(hours=24)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IssuedPair:
    """The certificates of one terminal, fresh from the authority."""

    tls_chain_pem: str
    package_chain_pem: str
    tls_fingerprint: str
    """SHA-256 of the certificate, hexadecimal."""
    package_fingerprint: str
    package_certificate: bytes
    """DER."""


class CertificateIssuer(Protocol):
    """The authority, as far as the office's terminals need it."""

    def issue(
        self, terminal: TerminalRow, *, tls_request: str, package_request: str, at: datetime
    ) -> IssuedPair:
        """Issue both certificates from PEM requests.

        Raises:
            CertsError: a request is malformed, weak, or lacks proof of possession.
        """

    def revoke(self, fingerprint_hex: str, at: datetime) -> None:
        """Put a certificate on the revocation list and publish it; unknown ones are passed over."""

    def revoke_all(self, terminal: str, at: datetime) -> None:
        """Put everything that a terminal ever got and that is still in force on the list."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the operator carries to the branch."""

    terminal: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRoom:
    """Lets counters in and out."""

    works: Works
    issuer: CertificateIssuer
    clock: Clock
    make_code: Callable[[], str]
    """Returns 160 random bits as text that can be typed."""
    configuration: Callable[[TerminalRow, datetime], str]
    """Signs what a terminal must know of the office: a statement."""

    def invite(
        self, terminal: str, *, branch: str, bank: str, bank_name: str, by: str
    ) -> Invitation:
        """Make a one-time code for a new counter, or for one that must join again.

        Raises:
            NotAllowedError: the terminal is active; revoke it first.
        """
        now, code = self.clock.now(), self.make_code()
        with self.works() as work:
            known = _find(work, terminal)
            if known and known.status == "active":
                raise NotAllowedError("terminal is active; revoke it first")
            work.terminals.save(
                TerminalRow(
                    terminal=terminal,
                    branch=branch,
                    bank=bank,
                    bank_name=bank_name,
                    status="invited",
                    token_sha256=_digest(code),
                    token_expires_at=now + TOKEN_LIFE,
                )
            )
            work.journal.append(
                actor=by, act="terminal invited", ref=terminal, body=branch.encode(), at=now
            )
            work.commit()
        return Invitation(terminal, code, now + TOKEN_LIFE)

    def enrol(self, *, code: str, tls_request: str, package_request: str) -> dict[str, str]:
        """Exchange the code for certificates and configuration; the code is then used up.

        Raises:
            TokenUsedError: used, expired or unknown. CertsError: a bad request; the code stays.
        """
        now = self.clock.now()
        with self.works() as work:
            row = work.terminals.use_token(_digest(code), now)
            joined = self._issue(work, row, tls_request, package_request, act="terminal enrolled")
            work.commit()
        return joined

    def renew(
        self, terminal: TerminalRow, *, tls_request: str, package_request: str
    ) -> dict[str, str]:
        """Give a counter with a live certificate new ones; the old one for the line ends at once."""
        with self.works() as work:
            row = work.terminals.get(terminal.terminal)
            if row.status != "active" or row.tls_fingerprint != terminal.tls_fingerprint:
                raise TerminalSuspendedError("replaced")
            joined = self._issue(work, row, tls_request, package_request, act="terminal renewed")
            work.commit()
        # The old package certificate stays good: what it sealed may still be on its way.
        self.issuer.revoke(row.tls_fingerprint, self.clock.now())
        return joined

    def _issue(
        self, work: Work, row: TerminalRow, tls_request: str, package_request: str, *, act: str
    ) -> dict[str, str]:
        now = self.clock.now()
        pair = self.issuer.issue(
            row, tls_request=tls_request, package_request=package_request, at=now
        )
        active = _joined(row, pair, now)
        work.terminals.save(active)
        work.journal.append(
            actor=f"terminal:{row.terminal}",
            act=act,
            ref=row.terminal,
            body=pair.tls_fingerprint.encode(),
            at=now,
        )
        return {
            "terminal": row.terminal,
            "tls_certificate": pair.tls_chain_pem,
            "package_certificate": pair.package_chain_pem,
            "configuration": self.configuration(active, now),
        }

    def revoke(self, terminal: str, *, by: str) -> TerminalRow:
        """Shut a counter out: its next request is refused, on an open connection too.

        Raises:
            NotFoundError: no such terminal.
        """
        now = self.clock.now()
        with self.works() as work:
            row = work.terminals.get(terminal)
            work.terminals.save(replace(row, status="revoked", token_sha256=""))
            work.journal.append(actor=by, act="terminal revoked", ref=terminal, body=b"", at=now)
            work.commit()
        # The store's word counts at once; the list is for those who cannot ask the store.
        self.issuer.revoke_all(terminal, now)
        return replace(row, status="revoked")

    def require_active(self, fingerprint: str, *, at: datetime) -> TerminalRow:
        """Return the terminal whose certificate in force this is.

        Raises:
            TerminalSuspendedError: revoked, replaced, or never registered here.
        """
        with self.works.reading() as work:
            row = work.terminals.find_by_fingerprint(fingerprint)
        if row is None or row.status != "active":
            raise TerminalSuspendedError("not active")
        if row.last_seen_at is None or at - row.last_seen_at > _SEEN_EVERY:
            self._note_seen(fingerprint, at)
        return row

    def _note_seen(self, fingerprint: str, at: datetime) -> None:
        with self.works() as work:
            row = work.terminals.find_by_fingerprint(fingerprint)
            # Revoked in between: nothing is written that would bring it back.
            if row is not None and row.status == "active":
                work.terminals.save(replace(row, last_seen_at=at))
                work.commit()

    def list(self) -> tuple[TerminalRow, ...]:
        """Return all terminals."""
        with self.works.reading() as work:
            return work.terminals.list()


def _joined(row: TerminalRow, pair: IssuedPair, at: datetime) -> TerminalRow:
    """Return the row of a counter whose certificates are in force and whose code is used up."""
    return replace(
        row,
        status="active",
        token_sha256="",
        token_expires_at=None,
        tls_fingerprint=pair.tls_fingerprint,
        package_fingerprint=pair.package_fingerprint,
        package_certificate=pair.package_certificate,
        last_seen_at=at,
    )


def _find(work: Work, terminal: str) -> TerminalRow | None:
    try:
        return work.terminals.get(terminal)
    except NotFoundError:
        return None


def _digest(code: str) -> str:
    plain = code.strip().upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()
