"""The witness: sees that the office's log only grows, signs that, and holds it to its promises.

Source: C2SP tlog-witness, with the request fetched by the witness because nobody can reach it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from certs.checkpoints import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    parse_growth,
    parse_proof,
)
from certs.errors import LogProofError, NoteForgedError
from certs.logkeys import log_keys, make_witness_seed, open_witness
from certs.merkle import check_consistency
from certs.notes import Note, NoteKey, cosign, parse_note
from certs.statements import sign_statement
from certs.tiles import Tile, TileTree
from terminal.desk.keyring import Keys
from terminal.desk.ports import Clock, FailPoints
from terminal.desk.promises import Promises, get_text
from terminal.desk.watch import Alarm, AlarmKind, LogLink, LogShelf, Watch
from terminal.errors import NotReadyError, OfficeRefusedError

FAIL_POINTS: Final = ("watch.kept", "watch.signed", "watch.told")
_STATEMENT: Final = "witness/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Watches one office's log for this counter.

    Raises (every act): BoxError.
    """

    shelf: LogShelf
    link: LogLink
    keys: Keys
    clock: Clock
    terminal: str
    promises: Promises
    refresh: Callable[[], object]
    """Fetches the office's renewed keys: a head may be signed with a key that is new."""
    fail_point: FailPoints

    def attend(self) -> Watch:
        """Look at the log once, sign what continues, ask for proofs that were promised.

        While an alarm stands nothing is believed and nothing signed; the office is told once.

        Raises:
            LinkError: the office could not be asked.
            CertsError: no log key that is known here signed what it shows.
            ConflictError: somebody settled an alarm at this very moment.
        """
        watch = self._remembered()
        if watch.alarm is None:
            watch = self._look(watch)
        if watch.alarm is not None:
            return self._tell(watch, watch.alarm)
        if not watch.note:
            return watch
        watch = self._sign(watch)
        broken = self.promises.hold(_head_of(watch.note), since=watch.began_anew_at)
        if broken:
            watch = self._alarm(watch, AlarmKind.BROKEN_PROMISE, sequence=broken)
        return self._tell(watch, watch.alarm) if watch.alarm else watch

    def compare(self, text: str) -> Watch:
        """Compare the log with a head, or a proof, that somebody else was given.

        Both heads must stand in the tree that the office shows here; if not, others are shown
        another log than we are: the alarm stands from here on.

        Raises:
            NotReadyError: nothing is known of the log yet, or an alarm stands already.
            CertsError: no head of this office.
            LinkError: the office could not be asked.
        """
        watch = self._remembered()
        if watch.alarm is not None or not watch.note:
            raise NotReadyError("no head to compare with, or an alarm stands")
        mine = _head_of(watch.note)
        note = parse_proof(text).checkpoint if text.startswith("c2sp.org/tlog-proof") else text
        other = open_checkpoint(note, self._keys(parse_checkpoint(parse_note(note).text).origin))[0]
        if other.origin != mine.origin:
            return self._alarm(watch, AlarmKind.RESTARTED, note)
        longest = max(mine, other, key=lambda head: head.size)
        stands = all(self._stands(head, longest.size) for head in (mine, other))
        return watch if stands else self._alarm(watch, AlarmKind.FORKED, note)

    def settle(self, reason: str) -> Watch:
        """Let the counter believe the log again, from what the office shows next.

        Every receipt is then held against that log; a package that it does not know goes again.

        Raises:
            NotReadyError: no alarm stands, or no reason is given.
        """
        watch = self._remembered()
        if watch.alarm is None or not reason.strip():
            raise NotReadyError("no alarm stands, or no reason was given")
        settled = replace(watch.alarm, settled_at=self.clock.now(), reason=reason)
        self.shelf.forget_proofs()
        return self.shelf.save_watch(
            Watch(
                name=watch.name,
                seed=watch.seed,
                settled=(*watch.settled, settled),
                version=watch.version,
            )
        )

    # --- looking

    def _remembered(self) -> Watch:
        # A name that no office's log has given us yet is made with the first head.
        return self.shelf.watch() or Watch(name="", seed=make_witness_seed())

    def _look(self, watch: Watch) -> Watch:
        seen = _head_of(watch.note) if watch.note else None
        try:
            text = get_text(self.link, f"/log/growth?old={seen.size if seen else 0}")
        except OfficeRefusedError as exc:
            if exc.problem != "office.not-found":
                raise
            return self._alarm(watch, AlarmKind.GONE) if seen else watch
        growth = parse_growth(text)
        head, note = self._open(watch, growth.checkpoint)
        kind = _compare(seen, head, growth.path) if seen else None
        if kind is not None:
            return self._alarm(watch, kind, note)
        host = head.origin.split("/")[0]
        watch = self.shelf.save_watch(
            replace(
                watch,
                name=f"{host}/witness/{self.terminal}",
                note=note,
                is_cosigned=watch.is_cosigned and head == seen,
                looked_at=self.clock.now(),
                doubted_at=None,
            )
        )
        # A head is kept before it is signed: after a power cut nothing shorter can be signed.
        self.fail_point("watch.kept")
        return watch

    def _open(self, watch: Watch, text: str) -> tuple[Checkpoint, str]:
        """Return a head that the log's key signed, and its note without others' lines."""
        origin = parse_checkpoint(parse_note(text).text).origin
        try:
            head, note = open_checkpoint(text, self._keys(origin))
        except NoteForgedError:
            self.refresh()
            try:
                head, note = open_checkpoint(text, self._keys(origin))
            except NoteForgedError:
                doubted_at = watch.doubted_at or self.clock.now()
                self.shelf.save_watch(replace(watch, doubted_at=doubted_at))
                raise
        own = tuple(one for one in note.signatures if one.name == origin)
        return head, Note(note.text, own).format()

    def _keys(self, origin: str) -> tuple[NoteKey, ...]:
        return log_keys(self.keys().trust, origin, self.clock.now())

    def _stands(self, head: Checkpoint, size: int) -> bool:
        """Say whether a head is one of the tree that the office shows."""

        def read(tile: Tile) -> bytes:
            return self.link.get_bytes(f"/log/tile/{tile.path}")

        try:
            return size >= head.size and TileTree(read, head.size).root() == head.root
        except (OfficeRefusedError, LogProofError):
            return False

    # --- signing

    def _sign(self, watch: Watch) -> Watch:
        if watch.is_cosigned:
            return watch
        witness = open_witness(watch.name, watch.seed)
        line = cosign(parse_note(watch.note), witness, self.clock.now()).line
        told = {"size": str(_head_of(watch.note).size), "line": line}
        try:
            self.link.post_json("/api/v1/log/cosignatures", told)
        except OfficeRefusedError:
            # It does not know our key, or knows an older one.
            self._enlist(witness.key.text)
            self.link.post_json("/api/v1/log/cosignatures", told)
        self.fail_point("watch.signed")
        return self.shelf.save_watch(replace(watch, is_cosigned=True))

    def _enlist(self, key: str) -> None:
        now = self.clock.now()
        statement = sign_statement(_STATEMENT, {"key": key}, self.keys().signer, now)
        self.link.post_json("/api/v1/log/witness", {"statement": statement})

    # --- alarms

    def _alarm(self, watch: Watch, kind: AlarmKind, shown: str = "", *, sequence: int = 0) -> Watch:
        alarm = Alarm(
            kind=kind, at=self.clock.now(), seen=watch.note, shown=shown, sequence=sequence
        )
        return self.shelf.save_watch(replace(watch, alarm=alarm))

    def _tell(self, watch: Watch, alarm: Alarm) -> Watch:
        """Hand the office the evidence, once; its answer changes nothing here."""
        if alarm.told_at is not None:
            return watch
        try:
            heads = {"seen": alarm.seen, "shown": alarm.shown or alarm.seen}
            told = self.link.post_json("/api/v1/log/reports", heads)
            answer = str(told.get("fault", "")) if isinstance(told, dict) else ""
        except OfficeRefusedError as exc:
            answer = exc.problem
        self.fail_point("watch.told")
        heard = replace(alarm, told_at=self.clock.now(), answer=answer[:100])
        return self.shelf.save_watch(replace(watch, alarm=heard))


def _head_of(note: str) -> Checkpoint:
    return parse_checkpoint(parse_note(note).text)


def _compare(seen: Checkpoint, head: Checkpoint, path: tuple[bytes, ...]) -> AlarmKind | None:
    """Say how a head contradicts the one that was kept; None when it continues it."""
    if head.origin != seen.origin:
        return AlarmKind.RESTARTED
    if head.size < seen.size:
        return AlarmKind.SHRUNK
    try:
        check_consistency(
            old_size=seen.size, old_root=seen.root, size=head.size, root=head.root, proof=path
        )
    except LogProofError:
        return AlarmKind.FORKED
    return None
