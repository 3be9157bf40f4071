"""From counter to counter: a draft is handed to another terminal of the branch, and held by one.

Which counter holds it is decided at the office, where a sealed parcel waits until either its
recipient takes it or its sender takes it back. The sender forgets its draft only after it was
taken, and the recipient says so only when everything is on its disk; each step may be done again.

Pages and background act at once: whoever changes what the box holds does so in its turn, by what it
then reads there. Nobody waits for long bytes in a turn: they are sent and fetched outside.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cryptography import x509

from certs.errors import CertsError
from certs.relays import RelayKey, seal_parcel
from registration.days import local_day
from terminal.desk.between import (
    as_arrived,
    left_behind,
    not_taken,
    parcel_of,
    parted,
    passage_of,
    require_free,
)
from terminal.desk.draft import Draft, DraftState, Offer, Passage
from terminal.desk.invite_ports import Moved
from terminal.desk.keyring import Keys
from terminal.desk.parcels import Codec, Content, pack_parcel, unpack_parcel
from terminal.desk.peers import Peers
from terminal.desk.place import Place
from terminal.desk.ports import Box, Clock, FailPoints
from terminal.desk.relay_ports import GONE, RECALLED, TAKEN, WAITING, RelayLink
from terminal.desk.relay_seen import Seen
from terminal.desk.undoing import without_past
from terminal.errors import (
    BadParcelError,
    BoxDamagedError,
    DeskError,
    LinkError,
    NotFoundError,
    NotReadyError,
    OfficeRefusedError,
    ParcelGoneError,
)

logger = logging.getLogger(__name__)

FAIL_POINTS = (
    "passage.away",
    "passage.left",
    "passage.arrived",
    "passage.taken",
)
_LONGEST_NOTE = 500
_STAYS: Final[dict[str, Any]] = {"papers": (), "inks": (), "visits": (), "invitations": ()}
"""What another counter gets nothing of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """Hands drafts to other counters and takes theirs.

    Raises (every act): BoxError; LinkError where the office must be asked.
    """

    box: Box
    place: Place
    clock: Clock
    keys: Keys
    relay: RelayLink
    relay_key: Callable[[], RelayKey]
    """Gives this counter's key, made when it is first asked for."""
    codec: Codec
    new_id: Callable[[], str]
    """Gives 32 random hexadecimal digits."""
    fail_point: FailPoints
    seen: Seen = field(default_factory=Seen)
    turn: threading.RLock = field(default_factory=threading.RLock)
    """Held by whoever brings a draft from one state to the next."""
    bell: threading.Event = field(default_factory=threading.Event)
    """Rung when there is something to send: see `settle`."""

    # --- what is asked

    def counters(self) -> tuple[str, ...]:
        """Ask which other counters of the branch can take a draft; only those that are vouched for."""
        return self._peers.names()

    def away(self) -> tuple[Draft, ...]:
        """Return the drafts that are on their way to another counter, or from one."""
        return tuple(d for d in self._passing() if d.state is not DraftState.HANDED)

    def handed(self) -> tuple[Draft, ...]:
        """Return what is left here of the drafts that other counters took."""
        return tuple(d for d in self._passing() if d.state is DraftState.HANDED)

    def _passing(self) -> Iterator[Draft]:
        return (d for d in self.box.drafts() if d.passage is not None)

    # --- acts

    def send(
        self, draft_id: str, *, to: str, note: str, part: Callable[[], None] = lambda: None
    ) -> Draft:
        """Hand a draft to another counter; it is nobody's to change until that one takes it.

        It is sealed and kept here at once; its bytes go by themselves, as the line allows. `part`
        ends what waits elsewhere: called last, when nothing else refuses any more.

        Raises:
            NotFoundError: no such counter of this branch takes drafts.
            NotReadyError: what the office sent back is corrected where its answers come.
            InkWaitsError: ink came from elsewhere, and nobody has looked at it.
            ParcelTooLargeError: its pages are too many for one parcel.
            DraftClosedError, ConflictError: it is not open, or was changed meanwhile.
        """
        draft = self.box.get_draft(draft_id)
        require_free(draft)
        key = self._peers.key_of(to)
        note = note.strip()[:_LONGEST_NOTE]
        passage = Passage(parcel=self.new_id(), other=to, note=note, at=self.clock.now())
        away = replace(without_past(draft), offer=None, passage=passage)
        data = self._sealed(away, key)
        part()
        passage = replace(passage, sealed=hashlib.sha256(data).hexdigest())
        gone = replace(away, state=DraftState.AWAY, passage=passage, changed_at=passage.at)
        saved = self.box.save_draft(parted(gone, draft, self.box.get_draft(draft_id)), blobs=[data])
        self.fail_point("passage.away")
        self.bell.set()
        return saved

    def recall(self, draft_id: str) -> Draft:
        """Take a draft back that nobody has taken yet.

        Raises:
            ParcelGoneError: the other counter has it; it is gone from here.
            NotFoundError: it is not on its way.
        """
        return self._take_back(draft_id, None)

    def _take_back(self, draft_id: str, offer: Offer | None) -> Draft:
        with self.turn:
            draft = self.box.get_draft(draft_id)
            if draft.state is not DraftState.AWAY or draft.passage is None:
                raise NotFoundError("not on its way")
            try:
                self.relay.recall_parcel(draft.passage.parcel)
            except OfficeRefusedError as exc:
                if exc.problem != GONE:
                    raise
                self._let_go(draft)
                raise ParcelGoneError from exc
            return self._save(replace(draft, state=DraftState.OPEN, passage=None, offer=offer))

    def accept(self, parcel: str, teller: str) -> Draft:
        """Take a draft that another counter handed over; from now on it is this teller's.

        Papers and ink stay behind: another counter and perhaps another teller stand in the papers,
        so that they are signed anew.

        Raises:
            ParcelGoneError: its sender took it back, or it waited too long.
            BadParcelError: it is not what a counter of this branch sealed for this one.
            NotReadyError: the draft is here already.
        """
        size = next((p.size for p in self.seen.arriving if p.parcel == parcel), 0)
        with self._translated(parcel), self._moving(parcel, size) as told:
            sealed = self.relay.fetch_parcel(parcel, told)
        content, giver = self._opened(parcel, sealed)
        with self.turn:
            self._make_room(content.draft.draft_id)
            arrived = self._arrived(content, parcel, giver, teller)
            pages = [content.blobs[sha256] for sha256 in sorted(arrived.blobs)]
            self.box.add_draft(arrived, blobs=pages)
            self.fail_point("passage.arrived")
            return self._take(arrived)

    def settle(self) -> None:
        """Bring to its end what was cut off, and look what waits; done now and then."""
        try:
            states = self.look()
            self.seen.trouble = ""
            for draft in self.away():
                if draft.state is DraftState.AWAY and not states.get(parcel_of(draft), ""):
                    with self._logged(draft):
                        self._leave(draft)
        except LinkError as exc:
            self.seen.trouble = exc.code
            raise

    def look(self) -> Mapping[str, str]:
        """Ask the relay what waits and how each parcel stands, and follow it; sends no pages."""
        self._peers.publish()
        listed = self.relay.parcels()
        ours = self.place.terminal
        self.seen.arriving = tuple(
            p for p in listed if p.recipient == ours != p.sender and p.state == WAITING
        )
        self.seen.waiting = {p.parcel for p in listed if p.state == WAITING}
        self.seen.counters = self.counters()
        states = {p.parcel: p.state for p in listed}
        for draft in self.away():
            follow = self._go_on if draft.state is DraftState.ARRIVING else self._follow
            with self._logged(draft):
                follow(draft, states.get(parcel_of(draft), ""))
        return states

    @contextmanager
    def _logged(self, draft: Draft) -> Iterator[None]:
        """Let a passage that cannot go on now wait for the next time."""
        try:
            yield
        except (LinkError, DeskError) as exc:
            self.seen.trouble = exc.code if isinstance(exc, LinkError) else ""
            logger.warning("a passage waits number=%s code=%s", draft.number, exc.code)

    # --- inside: the sender

    @property
    def _peers(self) -> Peers:
        return Peers(
            place=self.place,
            clock=self.clock,
            keys=self.keys,
            relay=self.relay,
            relay_key=self.relay_key,
            told=self.seen.told,
        )

    def _sealed(self, draft: Draft, key: x509.Certificate) -> bytes:
        passage = passage_of(draft)
        parts = pack_parcel(
            replace(draft, passage=None, state=DraftState.OPEN, **_STAYS),
            lambda sha256: self.box.get_blob(draft.draft_id, sha256),
            self.codec,
            parcel=passage.parcel,
            to=passage.other,
            note=passage.note,
        )
        return seal_parcel(
            parts,
            signer=self.keys().signer,
            recipient=key,
            office=self.place.office.text,
            terminal=self.place.terminal,
            at=self.clock.now(),
        )

    def _leave(self, draft: Draft) -> None:
        passage = passage_of(draft)
        data = self._sealed_of(draft)
        with self.turn:
            if passage.parcel in self.seen.moving:
                return
            self.seen.moving[passage.parcel] = Moved(0, len(data))
        try:
            with self._moving(passage.parcel, len(data)) as told:
                state = self.relay.leave_parcel(passage.parcel, passage.other, data, told)
        except OfficeRefusedError as exc:
            # It would be refused again: the draft comes back, if nobody has it after all.
            with suppress(ParcelGoneError, NotFoundError):
                self._take_back(draft.draft_id, not_taken(draft, exc.problem, self.clock.now()))
            raise
        self.seen.waiting.add(passage.parcel)
        self.fail_point("passage.left")
        if state != WAITING:
            self._follow(draft, state)

    def _sealed_of(self, draft: Draft) -> bytes:
        passage = passage_of(draft)
        if passage.sealed:
            return self.box.get_blob(draft.draft_id, passage.sealed)
        # An older release kept only the draft.
        return self._sealed(draft, self._peers.key_of(passage.other))

    @contextmanager
    def _moving(self, parcel: str, size: int) -> Iterator[Callable[[int], None]]:
        """Say while it lasts that a parcel's bytes are on their way, and how many arrived."""

        def told(count: int) -> None:
            self.seen.moving[parcel] = Moved(count, size)

        told(0)
        try:
            yield told
        finally:
            self.seen.moving.pop(parcel, None)

    def _follow(self, draft: Draft, state: str) -> None:
        """Let a draft follow what the office says of its parcel."""
        with self.turn:
            if self._is_as(draft) and state == TAKEN:
                self._let_go(draft)
            elif self._is_as(draft) and state == RECALLED:
                self._take_back(draft.draft_id, not_taken(draft, "", self.clock.now()))

    def _let_go(self, draft: Draft) -> None:
        self.box.save_draft(left_behind(draft, self.clock.now()))

    # --- inside: the recipient

    def _opened(self, parcel: str, sealed: bytes) -> tuple[Content, str]:
        ring = self.keys()
        try:
            opened = self.relay_key().open_parcel(
                sealed, trust=ring.trust, at=self.clock.now(), office=self.place.office.text
            )
        except CertsError as exc:
            raise BadParcelError("the seal does not hold") from exc
        if not self._peers.is_of_branch(opened.signer):
            raise BadParcelError("a counter of another branch")
        content = unpack_parcel(opened.parts, self.codec, parcel=parcel, to=self.place.terminal)
        return content, opened.signer.name

    def _arrived(self, content: Content, parcel: str, giver: str, teller: str) -> Draft:
        now = self.clock.now()
        return as_arrived(
            content.draft,
            Passage(parcel=parcel, other=giver, note=content.note, at=now),
            giver=giver,
            teller=teller,
            ordinal=self.box.next_number(local_day(now)),
            at=now,
        )

    def _make_room(self, draft_id: str) -> None:
        """Remove what an earlier try left behind; what is really here stays."""
        try:
            known = self.box.get_draft(draft_id)
        except NotFoundError:
            return
        if known.state not in {DraftState.ARRIVING, DraftState.HANDED}:
            raise NotReadyError("this draft is here already")
        self.box.delete_draft(draft_id)

    def _take(self, arrived: Draft) -> Draft:
        parcel = parcel_of(arrived)
        try:
            with self._translated(parcel):
                self.relay.take_parcel(parcel)
        except ParcelGoneError:
            self.box.delete_draft(arrived.draft_id)
            raise
        self.fail_point("passage.taken")
        self._forget(parcel)
        return self._save(replace(arrived, state=DraftState.OPEN, passage=None))

    @contextmanager
    def _translated(self, parcel: str) -> Iterator[None]:
        """Say in our words that a parcel is its sender's again."""
        try:
            yield
        except OfficeRefusedError as exc:
            if exc.problem != GONE:
                raise
            self._forget(parcel)
            raise ParcelGoneError from exc

    def _forget(self, parcel: str) -> None:
        self.seen.arriving = tuple(p for p in self.seen.arriving if p.parcel != parcel)

    def _go_on(self, draft: Draft, state: str) -> None:
        """End an arrival that was cut off: whole, it is asked for; else it was never told of."""
        with self.turn:
            if not self._is_as(draft):
                return  # Who began it has ended it meanwhile.
            if state == WAITING and not self._is_whole(draft):
                self.box.delete_draft(draft.draft_id)  # Its sender has it yet.
                return
            with suppress(ParcelGoneError):
                self._take(draft)

    def _is_whole(self, draft: Draft) -> bool:
        try:
            for sha256 in draft.blobs:
                self.box.get_blob(draft.draft_id, sha256)
        except (NotFoundError, BoxDamagedError):
            return False
        return True

    # --- inside: both

    def _is_as(self, draft: Draft) -> bool:
        """Say whether the box holds a draft as it was when we looked: the same passage, as far."""
        try:
            now = self.box.get_draft(draft.draft_id)
        except NotFoundError:
            return False
        return (now.state, now.passage) == (draft.state, draft.passage)

    def _save(self, draft: Draft) -> Draft:
        return self.box.save_draft(replace(draft, changed_at=self.clock.now()))
