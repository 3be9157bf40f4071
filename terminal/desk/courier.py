"""The courier: packages out, answers and certificates in; nothing is believed unverified."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Final

from certs.errors import CertsError
from certs.identity import Role
from certs.statements import check_statement
from registration import schema
from registration.errors import RegistrationError
from registration.outcomes import Receipt
from terminal.desk.backoff import backoff
from terminal.desk.inbox import Post, read_answer
from terminal.desk.items import (
    CertificateItem,
    CertificateState,
    InboxItem,
    ItemState,
    OutboxItem,
    Trouble,
)
from terminal.desk.keyring import Keys
from terminal.desk.ports import AnswerPage, Box, Clock, FailPoints, OfficeLink, SealChecker
from terminal.errors import (
    BadAnswerError,
    ConflictError,
    LinkError,
    NotFoundError,
    NotReadyError,
    OfficeBusyError,
    OfficeRefusedError,
)

FAIL_POINTS: Final = (
    "deliver.before-send",
    "deliver.sent",
    "deliver.receipt-checked",
    "deliver.receipt-kept",
    "collect.fetched",
    "collect.checked",
    "collect.kept",
    "certificate.fetched",
    "certificate.checked",
    "certificate.stored",
)
_OUT: Final = frozenset({"office.terminal-suspended", "office.certificate-required"})
"""Refusals of this counter, not of the package: it goes out when the counter is let in again."""
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Courier:
    """Goes to the office and back.

    Raises (every act): BoxError.
    """

    box: Box
    link: OfficeLink
    keys: Keys
    clock: Clock
    check_seal: SealChecker
    jitter: Callable[[], float]
    """Gives a chance from 0 to 1."""
    fail_point: FailPoints
    turn: Lock = field(default_factory=Lock, repr=False)
    """Held while packages go out, so that two tries of one package do not overwrite each other."""

    def deliver(self) -> int:
        """Send every package that is due, oldest first; return how many arrived.

        A package that the office refuses waits for somebody's decision; one that did not get
        through goes out again by itself. Sending the same package again is harmless. Whoever
        comes while somebody else is delivering has nothing to do.
        """
        if not self.turn.acquire(blocking=False):
            return 0
        try:
            return self._deliver()
        finally:
            self.turn.release()

    def _deliver(self) -> int:
        delivered = 0
        for item in self.box.outbox():
            if item.state is not ItemState.WAITING or not self._is_due(item.next_try_at):
                continue
            try:
                self._send(item)
            except (OfficeRefusedError, BadAnswerError) as exc:
                if not self._put_back(item, exc):
                    break
            except LinkError as exc:
                self._put_back(item, exc)
                break  # The line is down or the office busy: the others need not try.
            else:
                delivered += 1
        return delivered

    def collect(self, wait_s: int) -> int:
        """Fetch what the office answered, waiting for news; return how many answers are new.

        Raises:
            LinkError: the office could not be asked, or sent what is not its own. Answers before
                that are kept; nothing after it is read.
        """
        kept = 0
        while True:
            after = self.box.cursor()
            page = self.link.answers(after, wait_s if not kept else 0)
            self.fail_point("collect.fetched")
            if not page.statements:
                return kept
            kept += self._keep(page, after)

    def fetch_certificates(self) -> int:
        """Fetch every sealed certificate that was issued, check it and keep it; return how many."""
        stored = 0
        for item in self.box.certificates():
            if item.state is not CertificateState.AWAITED or not self._is_due(item.next_try_at):
                continue
            try:
                stored += self._fetch(item)
            except LinkError as exc:
                troubled = self._troubled(item, exc)
                self.box.save_certificate(troubled)
                if troubled.state is CertificateState.AWAITED:
                    break  # The line is down or the office busy: the others need not try.
        return stored

    def retry(self, sequence: int) -> OutboxItem:
        """Let a package that stopped go out again at once.

        Raises:
            NotFoundError: no such package. NotReadyError: it has arrived already.
        """
        item = self.box.get_item(sequence)
        if item.state is ItemState.DELIVERED:
            raise NotReadyError("delivered already")
        again = replace(item, state=ItemState.WAITING, next_try_at=None)
        self.box.save_item(again)
        return again

    def retry_certificate(self, case_no: str) -> CertificateItem:
        """Fetch a certificate again that did not pass its check. Raises: NotFoundError."""
        item = self._certificate(case_no)
        if item.state is CertificateState.CHECKED:
            return item
        again = replace(item, state=CertificateState.AWAITED, next_try_at=None)
        self.box.save_certificate(again)
        return again

    def hand_over(self, case_no: str) -> bytes:
        """Return a checked certificate byte for byte, to be shown or printed.

        Raises:
            NotFoundError: no such certificate here yet.
            NotReadyError: it did not pass its check; it must not be handed over.
        """
        item = self._certificate(case_no)
        if item.state is not CertificateState.CHECKED:
            raise NotReadyError("the certificate has not passed its check")
        pdf = self.box.certificate_pdf(case_no)
        if hashlib.sha256(pdf).hexdigest() != item.pdf_sha256:
            raise NotReadyError("the certificate was changed on this disk")
        if item.printed_at is None:
            self.box.save_certificate(replace(item, printed_at=self.clock.now()))
        return pdf

    def mark_seen(self, cursor: int) -> None:
        """Note that somebody looked at an answer; an unknown one is passed over."""
        for item in self.box.inbox():
            if item.cursor == cursor and not item.is_seen:
                self.box.save_answer(replace(item, is_seen=True))

    # --- packages

    def _send(self, item: OutboxItem) -> None:
        package = self.box.package(item.sequence)
        self.fail_point("deliver.before-send")
        statement = self.link.send_package(package)
        self.fail_point("deliver.sent")
        receipt = self._receipt(statement, item)
        self.fail_point("deliver.receipt-checked")
        now = self.clock.now()
        self.box.save_item(
            replace(
                item,
                state=ItemState.DELIVERED,
                tries=item.tries + 1,
                tried_at=now,
                next_try_at=None,
                trouble=None,
                receipt=receipt,
                statement=statement,
                delivered_at=now,
            )
        )
        self.fail_point("deliver.receipt-kept")

    def _receipt(self, statement: str, item: OutboxItem) -> Receipt:
        """Return the receipt if the office signed it and it speaks of this very package."""
        now = self.clock.now()
        try:
            claims = check_statement(statement, "receipt/1", self.keys().trust, Role.OFFICE, now)
            receipt = schema.parse_receipt(claims)
        except (CertsError, RegistrationError) as exc:
            raise BadAnswerError(exc.code) from exc
        if (receipt.package_sha256, receipt.sequence) != (item.package_sha256, item.sequence):
            raise BadAnswerError("receipt of another package")
        return receipt

    def _put_back(self, item: OutboxItem, error: LinkError) -> bool:
        """Note why a package did not get through; return whether the next one may try."""
        is_final = isinstance(error, OfficeRefusedError) and error.problem not in _OUT
        self.box.save_item(
            replace(
                item,
                state=ItemState.NEEDS_YOU if is_final else ItemState.WAITING,
                tries=item.tries + 1,
                tried_at=self.clock.now(),
                next_try_at=None if is_final else self._later(item.tries + 1, error),
                trouble=self._trouble(error),
            )
        )
        return is_final or isinstance(error, BadAnswerError)

    # --- answers

    def _keep(self, page: AnswerPage, after: int) -> int:
        """Keep a page of answers; drafts that somebody saved meanwhile are read again."""
        for _ in range(_TRIES - 1):
            with suppress(ConflictError):
                return self._keep_once(page, after)
        return self._keep_once(page, after)

    def _keep_once(self, page: AnswerPage, after: int) -> int:
        """Keep answers, what follows from them, and how far we read, in one step."""
        post, items, fault = self._read(page, after)
        if items:
            self.box.add_answers(
                items,
                cursor=items[-1].cursor,
                drafts=post.changed_drafts,
                certificates=post.certificates,
            )
            self.fail_point("collect.kept")
        if fault is not None:
            raise fault
        return len(items)

    def _read(
        self, page: AnswerPage, after: int
    ) -> tuple[Post, list[InboxItem], BadAnswerError | None]:
        """Read answers in order up to the first that cannot be believed."""
        now = self.clock.now()
        post, last = Post(self.box, now), after
        items: list[InboxItem] = []
        for cursor, statement in page.statements:
            try:
                if cursor <= last:
                    raise BadAnswerError("order")
                answer = read_answer(statement, self.keys().trust, now)
                items.append(post.take(cursor, statement, answer))
            except BadAnswerError as exc:
                return post, items, exc
            last = cursor
        self.fail_point("collect.checked")
        return post, items, None

    # --- certificates

    def _fetch(self, item: CertificateItem) -> int:
        pdf = self.link.certificate_pdf(item.case_no)
        self.fail_point("certificate.fetched")
        now = self.clock.now()
        if hashlib.sha256(pdf).hexdigest() != item.pdf_sha256:
            return self._stop(item, Trouble(code="digest", at=now))
        verdict = self.check_seal(pdf, trust=self.keys().trust, at=now)
        self.fail_point("certificate.checked")
        if verdict.word != "VALID":
            trouble = Trouble(code=verdict.code or "seal", zh=verdict.zh, en=verdict.en, at=now)
            seen = replace(item, verdict=verdict.word)
            if verdict.word == "INDETERMINATE":
                return self._wait(seen, trouble)
            return self._stop(seen, trouble)
        checked = replace(
            item,
            state=CertificateState.CHECKED,
            tries=item.tries + 1,
            next_try_at=None,
            trouble=None,
            verdict=verdict.word,
            checked_at=now,
        )
        self.box.save_certificate(checked, pdf)
        self.fail_point("certificate.stored")
        return 1

    def _wait(self, item: CertificateItem, trouble: Trouble) -> int:
        """Look again later: what is missing, such as a fresh revocation list, may still come."""
        tries = item.tries + 1
        later = self.clock.now() + backoff(tries, self.jitter())
        self.box.save_certificate(replace(item, tries=tries, next_try_at=later, trouble=trouble))
        return 0

    def _stop(self, item: CertificateItem, trouble: Trouble) -> int:
        """Note that what came is not the paper that the office signed for; it is not kept."""
        self.box.save_certificate(
            replace(item, state=CertificateState.NEEDS_YOU, tries=item.tries + 1, trouble=trouble)
        )
        return 0

    def _troubled(self, item: CertificateItem, error: LinkError) -> CertificateItem:
        is_final = isinstance(error, OfficeRefusedError) and error.problem not in _OUT
        return replace(
            item,
            state=CertificateState.NEEDS_YOU if is_final else CertificateState.AWAITED,
            tries=item.tries + 1,
            next_try_at=None if is_final else self._later(item.tries + 1, error),
            trouble=self._trouble(error),
        )

    def _certificate(self, case_no: str) -> CertificateItem:
        for item in self.box.certificates():
            if item.case_no == case_no:
                return item
        raise NotFoundError("no such certificate")

    # --- both

    def _is_due(self, moment: datetime | None) -> bool:
        return moment is None or moment <= self.clock.now()

    def _later(self, tries: int, error: LinkError) -> datetime:
        asked = error.retry_after_s if isinstance(error, OfficeBusyError) else None
        return self.clock.now() + backoff(tries, self.jitter(), at_least_s=asked or 0.0)

    def _trouble(self, error: LinkError) -> Trouble:
        now = self.clock.now()
        if isinstance(error, OfficeRefusedError):
            return Trouble(code=error.problem, zh=error.zh, en=error.en, at=now)
        return Trouble(code=error.code, at=now)
