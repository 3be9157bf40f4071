"""The counters: inviting, enrolling, renewing and shutting them out."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from backend.errors import (
    NotAllowedError,
    NotFoundError,
    RenewalTooLateError,
    TerminalSuspendedError,
)
from backend.office.names import read_label, read_short_name
from backend.office.ports import Clock, Work, Works
from backend.office.rows import TerminalRow
from certs.errors import StatementDamagedError
from certs.identity import PROFILES, Role
from certs.statements import open_statement
from certs.trust import TrustStore

TOKEN_LIFE = timedelta(hours=24)
LATE: Final = "late-renewal/1"
_SEEN_EVERY = timedelta(minutes=1)
_LINE_LIFE: Final = PROFILES[Role.TERMINAL].lifetime
_MOST_TEXT: Final = 8_000


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
    trust: Callable[[], TrustStore]
    late: timedelta
    """How long a counter may have been away and yet let itself in again with its package key."""

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
            at_work = [row for row in work.terminals.list() if not _is_away(row, now)]
            _require_free(wishes, at_work)
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
        self, terminal: TerminalRow, *, fingerprint: str, tls_request: str, package_request: str
    ) -> dict[str, str]:
        """Give a counter new certificates, over the line that the one of `fingerprint` opens.

        That one stays good until the new one is first used: the answer may be lost on the way.
        """
        with self.works() as work:
            row = work.terminals.get(terminal.terminal)
            held = _held(row, fingerprint)
            if row.status != "active" or held is None:
                raise TerminalSuspendedError("replaced")
            requests = (tls_request, package_request)
            joined = self._issue(work, row, *requests, act="terminal renewed", keeps=held)
            work.commit()
        self._end_unused(row, fingerprint)
        return joined

    def renew_late(self, statement: str) -> dict[str, str]:
        """Give new certificates to a counter whose certificate for the line ended meanwhile.

        It asks over the name of its package key, and names the certificate that is to be replaced,
        so that the same words said again, by whoever overheard them, ask for nothing new.

        Raises:
            StatementError, SignerNotTrustedError: not said by a counter of this office.
            TerminalSuspendedError: revoked, or it has other certificates already.
            RenewalTooLateError: it was away for too long.
        """
        now = self.clock.now()
        said = open_statement(statement, LATE, self.trust(), Role.PACKAGE, now)
        asked = _read_late(said.claims)
        with self.works() as work:
            row = _find(work, said.signer.name)
            held = _held(row, asked["replaces"]) if row else None
            if row is None or row.status != "active" or held is None:
                raise TerminalSuspendedError("replaced")
            if held[1] != said.signed_by:
                raise TerminalSuspendedError("another package key")
            if row.last_seen_at is None or now - row.last_seen_at > self.late:
                raise RenewalTooLateError("away too long")
            requests = (asked["tls_request"], asked["package_request"])
            joined = self._issue(work, row, *requests, act="terminal renewed late", keeps=held)
            work.commit()
        self._end_unused(row, asked["replaces"])
        return joined

    def _end_unused(self, row: TerminalRow, fingerprint: str) -> None:
        """Revoke what a renewal before this one issued, and what never arrived."""
        # Old package certificates stay good: what they sealed may still be on its way.
        if row.previous_tls == fingerprint and row.tls_fingerprint != fingerprint:
            self.issuer.revoke(row.tls_fingerprint, self.clock.now())

    def _issue(
        self,
        work: Work,
        row: TerminalRow,
        tls_request: str,
        package_request: str,
        *,
        act: str,
        keeps: tuple[str, str] = ("", ""),
    ) -> dict[str, str]:
        now = self.clock.now()
        pair = self.issuer.issue(
            row, tls_request=tls_request, package_request=package_request, at=now
        )
        active = _joined(row, pair, now, keeps)
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
        if row.previous_tls and fingerprint == row.tls_fingerprint:
            self._end_previous(fingerprint, at)
        elif row.last_seen_at is None or at - row.last_seen_at > _SEEN_EVERY:
            self._note(fingerprint, last_seen_at=at)
        return row

    def _end_previous(self, fingerprint: str, at: datetime) -> None:
        """End the certificate before, now that the new one is in the counter's hands."""
        ended = self._note(fingerprint, previous_tls="", previous_package="", last_seen_at=at)
        if ended and ended.previous_tls:
            self.issuer.revoke(ended.previous_tls, at)

    def _note(self, fingerprint: str, **changes: Any) -> TerminalRow | None:
        """Change a counter's row, if it is still at work; return it as it was."""
        with self.works() as work:
            row = work.terminals.find_by_fingerprint(fingerprint)
            # Revoked in between: nothing is written that would bring it back.
            if row is None or row.status != "active":
                return None
            work.terminals.save(replace(row, **changes))
            work.commit()
        return row

    def get(self, terminal: str) -> TerminalRow:
        """Return one counter. Raises: NotFoundError."""
        with self.works.reading() as work:
            return work.terminals.get(terminal)

    def list(self) -> tuple[TerminalRow, ...]:
        """Return all terminals."""
        with self.works.reading() as work:
            return work.terminals.list()


def _held(row: TerminalRow, tls: str) -> tuple[str, str] | None:
    """Return the pair of certificates that a counter has who shows this one for the line."""
    pairs = (
        (row.tls_fingerprint, row.package_fingerprint),
        (row.previous_tls, row.previous_package),
    )
    return next((pair for pair in pairs if tls and pair[0] == tls), None)


def _find(work: Work, terminal: str) -> TerminalRow | None:
    try:
        return work.terminals.get(terminal)
    except NotFoundError:
        return None


def _read_late(claims: Mapping[str, Any]) -> dict[str, str]:
    names = ("replaces", "tls_request", "package_request")
    asked = {name: claims.get(name) for name in names}
    if not all(isinstance(text, str) and len(text) <= _MOST_TEXT for text in asked.values()):
        raise StatementDamagedError("members")
    return {name: str(text) for name, text in asked.items()}


def _joined(
    row: TerminalRow, pair: IssuedPair, at: datetime, keeps: tuple[str, str]
) -> TerminalRow:
    """Return the row of a counter whose certificates are in force and whose code is used up."""
    return replace(
        row,
        status="active",
        token_sha256="",
        token_expires_at=None,
        tls_fingerprint=pair.tls_fingerprint,
        package_fingerprint=pair.package_fingerprint,
        package_certificate=pair.package_certificate,
        previous_tls=keeps[0],
        previous_package=keeps[1],
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


def _is_away(row: TerminalRow, now: datetime) -> bool:
    """Say whether an active counter's certificate for the line must have ended by now.

    It may be invited again without being revoked: what it sealed stays good.
    """
    seen = row.last_seen_at
    return row.status == "active" and seen is not None and now - seen > _LINE_LIFE


def _is_on(row: TerminalRow) -> bool:
    return row.status == "active"


def _digest(code: str) -> str:
    plain = code.strip().upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()
