"""The counters: inviting, enrolling, renewing and shutting them out."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from backend.errors import NotAllowedError, TerminalSuspendedError
from backend.office.names import read_label, read_short_name
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A counter that is to join."""

    terminal: str
    """Its name in certificates: letters, digits, dots, hyphens, underscores."""
    branch: str
    bank: str
    """Credit code."""
    bank_name: str


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

        Raises: as `invite_all`.
        """
        wish = Wish(terminal=terminal, branch=branch, bank=bank, bank_name=bank_name)
        (invitation,) = self.invite_all((wish,), by=by)
        return invitation

    def invite_all(
        self,
        wishes: Sequence[Wish],
        *,
        by: str,
        life: timedelta = TOKEN_LIFE,
        hand_out: Callable[[Sequence[Invitation]], None] = lambda _: None,
    ) -> tuple[Invitation, ...]:
        """Make a one-time code for each counter: for all of them, or for none.

        `hand_out` gets the codes before they count: should it fail, nobody is invited, and no
        code is lost.

        Raises:
            OddNameError: a name that cannot stand in a certificate or be told apart.
            NotAllowedError: a counter is active, revoke it first; or a name is given twice.
        """
        now = self.clock.now()
        with self.works() as work:
            _require_free(wishes, work.terminals.list())
            invitations = tuple(self._invite(work, wish, by, now, now + life) for wish in wishes)
            hand_out(invitations)
            work.commit()
        return invitations

    def _invite(
        self, work: Work, wish: Wish, by: str, now: datetime, until: datetime
    ) -> Invitation:
        code = self.make_code()
        work.terminals.save(
            TerminalRow(
                terminal=read_short_name(wish.terminal),
                branch=read_label(wish.branch),
                bank=wish.bank,
                bank_name=read_label(wish.bank_name),
                status="invited",
                token_sha256=_digest(code),
                token_expires_at=until,
            )
        )
        work.journal.append(
            actor=by, act="terminal invited", ref=wish.terminal, body=wish.branch.encode(), at=now
        )
        return Invitation(wish.terminal, code, until)

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

    def get(self, terminal: str) -> TerminalRow:
        """Return one counter. Raises: NotFoundError."""
        with self.works.reading() as work:
            return work.terminals.get(terminal)

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


def _require_free(wishes: Sequence[Wish], known: Sequence[TerminalRow]) -> None:
    """Refuse names that are at work, that come twice, or that differ by capitals alone."""
    names = {row.terminal.lower(): row for row in known}
    active = [w.terminal for w in wishes if (row := names.get(w.terminal.lower())) and _is_on(row)]
    if active:
        raise NotAllowedError(
            f"at work now: {', '.join(active)}; revoke first what must join again"
        )
    other = [
        n.terminal
        for w in wishes
        if (n := names.get(w.terminal.lower())) and n.terminal != w.terminal
    ]
    if other:
        raise NotAllowedError(f"known with other capitals: {', '.join(other)}")
    given = Counter(wish.terminal.lower() for wish in wishes)
    twice = sorted({wish.terminal for wish in wishes if given[wish.terminal.lower()] > 1})
    if twice:
        raise NotAllowedError(f"given twice: {', '.join(twice)}")


def _is_on(row: TerminalRow) -> bool:
    return row.status == "active"


def _digest(code: str) -> str:
    plain = code.strip().upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()
