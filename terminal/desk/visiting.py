"""Hosting: somebody comes here to sign what another counter of the bank files.

The voucher says which invitation, the chip of his card that he is the one: the office gives the papers
out for both together alone. He reads and signs here as at any counter. What this counter vouches for,
with its own key, goes back sealed to the first one; the office sees which counter answered, and no more.

Every step is on this disk before it is told: after a fall it goes on where it was, and an answer that
was sealed goes out as the same bytes until the office has it or says that it is over.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NoReturn

from certs.errors import AtRestError
from certs.invitations import InvitationKeys, Voucher, derive_keys, read_voucher
from registration import schema
from registration.ink import Handwriting, InkRecord, check_ink
from registration.people import IdentityRecord, PersonName
from registration.visits import Visit, VisitAnswer
from terminal.desk.attesting import Attesting
from terminal.desk.hosted import Expected, Hosted, HostedState
from terminal.desk.place import Place
from terminal.desk.ports import Clock, FailPoints
from terminal.desk.signing import MOST_POINTS
from terminal.desk.visit_papers import HostedPaper, read_hint, read_papers
from terminal.desk.visit_ports import OVER, TRIES, WRONG, VisitLink, VisitShelf, VisitStanding
from terminal.errors import (
    BadAnswerError,
    DeskError,
    InkRefusedError,
    LinkError,
    NotFoundError,
    OfficeRefusedError,
    PaperChangedError,
)
from terminal.visit_errors import (
    NameDiffersError,
    NotExpectedError,
    NoVoucherError,
    UnsignedError,
    VisitOverError,
)

logger = logging.getLogger(__name__)

FAIL_POINTS: Final = ("visit.began", "visit.inked", "visit.signed", "visit.sent")
_WAITING: Final = "waiting"
_GONE_AFTER: Final = timedelta(days=1)
"""How long what is over, or sent, or was left lying, is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visiting:
    """Takes visitors' signatures for other counters. Raises (every act): BoxError."""

    place: Place
    clock: Clock
    attesting: Attesting
    link: VisitLink
    shelf: VisitShelf
    fail_point: FailPoints = lambda _name: None
    turn: threading.RLock = field(default_factory=threading.RLock)
    """Held by whoever changes what the shelf has."""

    # --- acts

    def expect(self, text: str) -> Expected:
        """Say who is expected with a code as typed or scanned; nothing is opened.

        Raises:
            NoVoucherError, VisitOverError: as they say. LinkError: no line.
        """
        return self._expect(_voucher(text))[1]

    def begin(self, text: str, identity: IdentityRecord, teller: str) -> Hosted:
        """Open the papers for the person whose card was read; again begins anew with that reading.

        Raises:
            NotExpectedError: it is somebody else's card; the office counts such tries.
            NameDiffersError: the papers name him otherwise than his card.
            NoVoucherError, VisitOverError, LinkError, BadAnswerError.
        """
        voucher = _voucher(text)
        if any(one.invitation == voucher.invitation for one in self._signed()):
            raise VisitOverError("answered")
        try:
            hosted = self._opened(voucher, identity, teller)
        except (DeskError, LinkError):
            _derived.cache_clear()
            raise
        with self.turn:
            self.shelf.save_visit(hosted)
        self.fail_point("visit.began")
        return hosted

    def get(self, invitation: str, teller: str) -> Hosted:
        """Return a visit of this teller's. Raises: NotFoundError."""
        hosted = self.shelf.get_visit(invitation)
        if hosted.teller != teller:
            raise NotFoundError("another teller's")
        return hosted

    def papers(self, invitation: str, teller: str) -> tuple[HostedPaper, ...]:
        """Return what is to be signed. Raises: NotFoundError: it is over, or not this teller's."""
        return self._papers(self._signing(invitation, teller))

    def sign(
        self, invitation: str, teller: str, *, key: str, sha256: str, hand: Handwriting
    ) -> Hosted:
        """Take the visitor's ink on one paper; a later ink of his replaces it.

        Raises:
            PaperChangedError: another paper was shown. InkRefusedError: no signature, or a copy.
            CertsError: the device with this counter's key is gone; nothing was kept.
        """
        with self.turn:
            hosted = self._signing(invitation, teller)
            paper = next((p for p in self._papers(hosted) if p.key == key), None)
            if paper is None or paper.sha256 != sha256 or hosted.visit is None:
                raise PaperChangedError(key)
            ink = _bind(hand, paper, hosted.visit)
            others = tuple(i for i in hosted.inks if i.paper_sha256 != sha256)
            _require_signature(ink, hosted.inks)
            signed = replace(hosted, inks=(*others, self.attesting.attest(ink)))
            self.shelf.save_visit(signed)
        self.fail_point("visit.inked")
        return signed

    def finish(self, invitation: str, teller: str) -> Hosted:
        """Seal what was signed and send it; without a line it goes by itself later.

        Raises:
            UnsignedError: a paper lacks its signature.
            VisitOverError: the first counter wants it no more, or changed the papers.
        """
        with self.turn:
            hosted = self._signing(invitation, teller)
            papers, visit = self._papers(hosted), hosted.visit
            given = {ink.paper_sha256: ink for ink in hosted.inks}
            if visit is None or any(paper.sha256 not in given for paper in papers):
                raise UnsignedError
            inks = self.attesting.stamp(tuple(given[paper.sha256] for paper in papers))
            told = schema.format_visit_answer(VisitAnswer(visit=visit, inks=inks))
            signed = replace(
                hosted,
                state=HostedState.SIGNED,
                answer=self._keys_of(hosted).seal_answer(schema.canonical(told)),
                signed_at=self.clock.now(),
            )
            self.shelf.save_visit(signed)
        self.fail_point("visit.signed")
        try:
            return self._send(signed)
        except LinkError as exc:
            logger.warning("an answer waits for the line code=%s", exc.code)
            return signed

    def drop(self, invitation: str, teller: str) -> None:
        """Forget a visit that came to nothing, or is done; what was signed waits until it is sent.

        Raises: NotFoundError. UnsignedError: it is signed and not yet sent.
        """
        with self.turn:
            if self.get(invitation, teller).state is HostedState.SIGNED:
                raise UnsignedError
            self._forget(invitation)

    # --- what is done now and then

    def hosted(self, teller: str) -> tuple[Hosted, ...]:
        """Return this teller's visits, the latest first."""
        return tuple(one for one in self.shelf.visits() if one.teller == teller)

    def settle(self) -> None:
        """Send what waits, each for itself; forget what is long over.

        Raises: LinkError: the line is down.
        """
        for one in self.shelf.visits():
            if one.state is not HostedState.SIGNED and one.began_at < self._long_ago:
                self._forget(one.invitation)
        for one in self._signed():
            try:
                self._send(one)
            except (VisitOverError, OfficeRefusedError) as exc:
                logger.warning("an answer was not taken code=%s", exc.code)

    # --- inside

    @property
    def _long_ago(self) -> datetime:
        return self.clock.now() - _GONE_AFTER

    def _signed(self) -> tuple[Hosted, ...]:
        return tuple(o for o in self.shelf.visits() if o.state is HostedState.SIGNED)

    def _expect(self, voucher: Voucher) -> tuple[VisitStanding, Expected]:
        with self._translated():
            standing = self.link.find_visit(voucher.invitation)
        if standing.state != _WAITING:
            raise VisitOverError(standing.state)
        try:
            return standing, read_hint(voucher.open_hint(standing.hint), standing.expires_at)
        except AtRestError as exc:
            raise BadAnswerError("hint") from exc

    def _opened(self, voucher: Voucher, identity: IdentityRecord, teller: str) -> Hosted:
        standing, expected = self._expect(voucher)
        hosted = Hosted(
            invitation=voucher.invitation,
            expected=expected,
            teller=teller,
            began_at=self.clock.now(),
            voucher=voucher.text,
            visit=self._visit(voucher, identity, teller),
            papers=self._open(voucher, _keys(voucher, identity), standing),
        )
        if PersonName(self._papers(hosted)[0].signer_name).folded != identity.name.folded:
            raise NameDiffersError
        return hosted

    def _open(self, voucher: Voucher, keys: InvitationKeys, standing: VisitStanding) -> bytes:
        try:
            with self._translated():
                return self.link.open_visit(voucher.invitation, keys.proof)
        except OfficeRefusedError as exc:
            if exc.problem != WRONG:
                raise
            raise NotExpectedError(max(TRIES - standing.misses - 1, 0)) from exc

    def _visit(self, voucher: Voucher, identity: IdentityRecord, teller: str) -> Visit:
        who = self.place.tellers.get(teller)
        return Visit(
            invitation=voucher.invitation,
            terminal=self.place.terminal,
            branch=self.place.branch,
            bank=self.place.bank.credit_code,
            teller=teller,
            teller_name=who.name.text if who else "",
            identity=identity,
        )

    def _signing(self, invitation: str, teller: str) -> Hosted:
        hosted = self.get(invitation, teller)
        if hosted.state is not HostedState.SIGNING:
            raise NotFoundError("nothing is to be signed any more")
        return hosted

    def _keys_of(self, hosted: Hosted) -> InvitationKeys:
        assert hosted.visit is not None
        return _keys(Voucher(hosted.voucher), hosted.visit.identity)

    def _papers(self, hosted: Hosted) -> tuple[HostedPaper, ...]:
        try:
            return read_papers(self._keys_of(hosted).open_papers(hosted.papers))
        except AtRestError as exc:
            raise BadAnswerError("papers of a visit") from exc

    def _send(self, hosted: Hosted) -> Hosted:
        proof = self._keys_of(hosted).proof
        try:
            with self._translated():
                self.link.answer_visit(hosted.invitation, proof, hosted.answer)
        except (VisitOverError, NoVoucherError, OfficeRefusedError) as exc:
            # A proof that is wrong stays so: sent again, it would count until the invitation is locked.
            if isinstance(exc, OfficeRefusedError) and exc.problem != WRONG:
                raise
            self._end(hosted, HostedState.OVER, over=(reason := _reason(exc)))
            raise VisitOverError(reason) from exc
        self.fail_point("visit.sent")
        return self._end(hosted, HostedState.SENT)

    def _end(self, hosted: Hosted, state: HostedState, *, over: str = "") -> Hosted:
        ended = hosted.end(state, at=self.clock.now(), over=over)
        with self.turn:
            self.shelf.save_visit(ended)
        _derived.cache_clear()
        return ended

    def _forget(self, invitation: str) -> None:
        self.shelf.drop_visit(invitation)
        _derived.cache_clear()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Say in our words that there is no such invitation, or no longer."""
        try:
            yield
        except OfficeRefusedError as exc:
            _tell(exc)


def _tell(exc: OfficeRefusedError) -> NoReturn:
    if exc.status == 404:
        raise NoVoucherError from exc
    if exc.status == 410 and exc.problem.startswith(OVER):
        raise VisitOverError(exc.problem.removeprefix(OVER)) from exc
    raise exc


def _reason(exc: VisitOverError | NoVoucherError | OfficeRefusedError) -> str:
    if isinstance(exc, VisitOverError):
        return exc.reason
    return "lost" if isinstance(exc, NoVoucherError) else "wrong"


def _voucher(text: str) -> Voucher:
    voucher = read_voucher(text)
    if voucher is None:
        raise NoVoucherError
    return voucher


def _keys(voucher: Voucher, identity: IdentityRecord) -> InvitationKeys:
    return _derived(voucher.text, identity.document.number)


@lru_cache(maxsize=4)
def _derived(text: str, number: str) -> InvitationKeys:
    """Make the keys once: every page of every paper is drawn with them.

    Whoever ends a visit clears them all: those of another that is open are made once more.
    """
    voucher = Voucher(text)
    return derive_keys(voucher.invitation, voucher.link_key, voucher.text, number)


def _bind(hand: Handwriting, paper: HostedPaper, visit: Visit) -> InkRecord:
    return InkRecord(
        paper_code=paper.code,
        paper_sha256=paper.sha256,
        role=paper.role,
        signer_name=paper.signer_name,
        signer_number=visit.identity.document.number,
        strokes=hand.strokes,
        width=hand.width,
        height=hand.height,
        device=hand.device,
        started_at=hand.started_at,
        ended_at=hand.ended_at,
        is_simulated=hand.is_simulated,
        visit_sha256=visit.sha256,
    )


def _require_signature(ink: InkRecord, others: tuple[InkRecord, ...]) -> None:
    if sum(len(stroke.points) for stroke in ink.strokes) > MOST_POINTS:
        raise InkRefusedError("too much")
    if fault := check_ink(ink.strokes):
        raise InkRefusedError(fault.value)
    if any(o.sha256 == ink.sha256 and o.paper_sha256 != ink.paper_sha256 for o in others):
        raise InkRefusedError("copied")
