"""The courier: packages out, answers and certificates in; nothing is believed unverified."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from registration.outlook import Outlook
from terminal.desk.backoff import backoff
from terminal.desk.delivery import Delivery, Standing
from terminal.desk.inbox import Post, read_answer
from terminal.desk.items import (
    CertificateItem,
    CertificateState,
    Doubt,
    InboxItem,
    OutboxItem,
    Trouble,
)
from terminal.desk.keyring import Keys
from terminal.desk.ports import AnswerPage, Box, Clock, FailPoints, OfficeLink, SealChecker
from terminal.desk.reasons import is_final, trouble_of
from terminal.errors import (
    BadAnswerError,
    ConflictError,
    LinkError,
    NotFoundError,
    NotReadyError,
    OfficeBusyError,
)

FAIL_POINTS: Final = (
    "collect.fetched",
    "collect.checked",
    "collect.kept",
    "certificate.fetched",
    "certificate.checked",
    "certificate.stored",
)
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
    delivery: Delivery
    """Takes the packages out."""
    told: list[Outlook] = field(default_factory=list, repr=False)
    """How long cases take now, as the office last told it; empty before the first time."""

    @property
    def outlook(self) -> Outlook | None:
        """How long cases take, as the office last told it."""
        return self.told[-1] if self.told else None

    def deliver(self) -> int:
        """Send every package that may go; return how many arrived. See `Delivery`."""
        return self.delivery.deliver()

    def collect(self, wait_s: int) -> int:
        """Fetch what the office answered, waiting for news; return how many answers are new.

        One that cannot be believed is put aside and looked at again each time; the others go on.

        Raises:
            LinkError: the office could not be asked, or its answers come in no order.
        """
        kept = self._read_again()
        while True:
            after = self.box.cursor()
            page = self.link.answers(after, wait_s if not kept else 0)
            self.delivery.contact.made()
            if page.outlook is not None:
                self.told[:] = [page.outlook]
            self.fail_point("collect.fetched")
            if not page.statements:
                return kept
            _require_order(page, after)
            kept += self._keep(page.statements)

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

    def standing(self) -> Standing:
        """Say how the packages stand that have not arrived."""
        return self.delivery.standing()

    def let_pass(self, sequence: int) -> OutboxItem:
        """Let a package pass an earlier one. Raises: as `Delivery.let_pass`."""
        return self.delivery.let_pass(sequence)

    def retry(self, sequence: int) -> OutboxItem:
        """Let a package go out again at once. Raises: as `Delivery.retry`."""
        return self.delivery.retry(sequence)

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

    def fetch_ofd(self, case_no: str) -> bytes:
        """Fetch a checked certificate's other file, OFD, and check that it is that.

        Raises:
            NotFoundError: no such certificate here yet, or the office gives it as PDF alone.
            NotReadyError: the certificate did not pass its check, or its OFD does not.
            LinkError: the office could not be asked.
        """
        item = self._certificate(case_no)
        if item.state is not CertificateState.CHECKED:
            raise NotReadyError("the certificate has not passed its check")
        if not item.ofd_sha256:
            raise NotFoundError("certificate as OFD")
        ofd = self.link.certificate_ofd(case_no)
        verdict = self.check_seal(ofd, trust=self.keys().trust, at=self.clock.now())
        if verdict.word != "VALID" or hashlib.sha256(ofd).hexdigest() != item.ofd_sha256:
            raise NotReadyError("what the office gave is not this certificate as OFD")
        return ofd

    def mark_seen(self, cursor: int) -> None:
        """Note that somebody looked at an answer; an unknown one is passed over."""
        for item in self.box.inbox():
            if item.cursor == cursor and not item.is_seen:
                self.box.save_answer(replace(item, is_seen=True))

    # --- answers

    def _read_again(self) -> int:
        """Look again at answers in doubt: a new key of the office may be known by now."""
        doubts = self.box.doubts()
        return self._keep([(d.cursor, d.statement) for d in doubts]) if doubts else 0

    def _keep(self, statements: Sequence[tuple[int, str]]) -> int:
        """Keep answers; drafts that somebody saved meanwhile are read again."""
        for _ in range(_TRIES - 1):
            with suppress(ConflictError):
                return self._keep_once(statements)
        return self._keep_once(statements)

    def _keep_once(self, statements: Sequence[tuple[int, str]]) -> int:
        """Keep answers, what follows from them, and how far we read, in one step."""
        post, items, doubts = self._read(statements)
        self.fail_point("collect.checked")
        self.box.add_answers(
            items,
            cursor=statements[-1][0],
            drafts=post.changed_drafts,
            certificates=post.certificates,
            doubts=doubts,
        )
        self.fail_point("collect.kept")
        return len(items)

    def _read(
        self, statements: Sequence[tuple[int, str]]
    ) -> tuple[Post, list[InboxItem], list[Doubt]]:
        """Read answers in order; one that cannot be believed is put aside and moves nothing."""
        now = self.clock.now()
        post = Post(self.box, now)
        items: list[InboxItem] = []
        doubts: list[Doubt] = []
        for cursor, statement in statements:
            try:
                answer = read_answer(statement, self.keys().trust, now)
            except BadAnswerError as exc:
                doubts.append(Doubt(cursor=cursor, statement=statement, code=str(exc), at=now))
            else:
                items.append(post.take(cursor, statement, answer))
        return post, items, doubts

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
        is_over = is_final(error)
        return replace(
            item,
            state=CertificateState.NEEDS_YOU if is_over else CertificateState.AWAITED,
            tries=item.tries + 1,
            next_try_at=None if is_over else self._later(item.tries + 1, error),
            trouble=trouble_of(error, self.clock.now()),
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


def _require_order(page: AnswerPage, after: int) -> None:
    last = after
    for cursor, _ in page.statements:
        if cursor <= last:
            raise BadAnswerError("order")
        last = cursor
