"""The public side of the log: what anybody may fetch, and what witnesses bring back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.errors import ConflictError, NotAllowedError, NotFoundError
from backend.office.log_keeping import PREPARED, PUBLISHED, find_contradiction, prove
from backend.office.log_ports import Log
from backend.office.log_rows import Cosignature, LogFaultKind, LogHead, Witness
from backend.office.ports import Clock, Work, Works
from backend.office.rows import TerminalRow
from certs.checkpoints import Growth, LogProof, open_checkpoint, parse_checkpoint
from certs.errors import NoteDamagedError
from certs.identity import Role
from certs.logkeys import log_keys
from certs.notes import (
    COSIGNATURE,
    Note,
    NoteKey,
    check_cosignature,
    parse_key,
    parse_note,
    parse_signatures,
)
from certs.statements import open_statement
from certs.tiles import TileTree, parse_path
from certs.trust import TrustStore

WITNESS_STATEMENT: Final = "witness/1"
ROUND: Final = timedelta(seconds=30)
"""Within one round all witnesses are asked for the same head, so that they sign one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLog:
    """Shows the log, and takes what its witnesses sign and see."""

    works: Works
    clock: Clock
    trust: Callable[[], TrustStore]

    # --- for anybody

    def checkpoint(self) -> str:
        """Return the newest head with its witnesses' lines. Raises: NotFoundError: none yet."""
        with self.works.reading() as work:
            return _with_witnesses(work.log, _require_head(work.log.head()))

    def witnessed(self) -> str:
        """Return the head that most witnesses signed. Raises: NotFoundError: none did yet."""
        with self.works.reading() as work:
            size = work.log.cosigned_size()
            head = work.log.head_at(size) if size is not None else None
            return _with_witnesses(work.log, _require_head(head))

    def tile(self, path: str) -> bytes:
        """Return a tile that the newest head has. Raises: NotFoundError."""
        tile = parse_path(path)
        with self.works.reading() as work:
            head = work.log.head()
            if tile is None or head is None or not tile.is_in(head.size):
                raise NotFoundError("tile")
            return work.log.tile(tile)

    def growth(self, old_size: int) -> Growth:
        """Return a head and the proof that it continues the tree of an older size.

        Within a round it is the same head for everybody who knows none that is newer. An older
        size beyond our newest head is answered with that head: the caller sees that it shrank.

        Raises:
            NotFoundError: no head yet.
        """
        with self.works.reading() as work:
            newest = _require_head(work.log.head())
            settled = work.log.head_before(_round_of(self.clock.now()))
            head = settled if settled and settled.size >= old_size else newest
            path: tuple[bytes, ...] = ()
            if 0 < old_size < head.size:
                path = TileTree(work.log.tile, head.size).prove_consistency(old_size)
            return Growth(old_size=old_size, path=path, checkpoint=_with_witnesses(work.log, head))

    def proof(self, size: int, index: int) -> LogProof:
        """Return the proof of a leaf against our head of a size, without the record itself.

        Raises:
            NotFoundError: we signed no head of this size, or it has no such leaf.
        """
        with self.works.reading() as work:
            head = _require_head(work.log.head_at(size))
            if not 0 <= index < size:
                raise NotFoundError("leaf")
            path = TileTree(work.log.tile, size).prove_inclusion(index)
            return LogProof(index=index, path=path, checkpoint=_with_witnesses(work.log, head))

    def witnesses(self) -> tuple[Witness, ...]:
        """Return the counters that watch the log, each with its own word for its key."""
        with self.works.reading() as work:
            return work.log.witnesses()

    def certificate_proof(self, certificate_no: str) -> LogProof:
        """Return the proof that a sealed certificate's publication stands in the log.

        Against the head that most witnesses signed, if it holds it; else against the newest.

        Raises:
            NotFoundError: no such certificate, or the log has not taken it in yet.
        """
        with self.works.reading() as work:
            seq = _find_record(work, certificate_no, PUBLISHED)
            size = work.log.cosigned_size() or 0
            head = _require_head(work.log.head_at(size) if size >= seq else work.log.head())
            return replace(prove(work.log, head, seq), checkpoint=_with_witnesses(work.log, head))

    def facts_proof(self, certificate_no: str) -> str:
        """Return the proof of a certificate's facts, byte for byte as it was kept before sealing.

        Raises:
            NotFoundError: no such certificate, or its facts are not proven yet.
        """
        with self.works.reading() as work:
            proof = work.log.find_proof(_find_record(work, certificate_no, PREPARED))
        if proof is None:
            raise NotFoundError("proof")
        return proof

    def case_proof(self, case_no: str) -> LogProof:
        """Return the proof of a case's certificate. Raises: NotFoundError."""
        with self.works.reading() as work:
            row = work.certificates.find_by_case(case_no)
        if row is None:
            raise NotFoundError("certificate")
        return self.certificate_proof(row.certificate_no)

    # --- from witnesses

    def enlist(self, terminal: TerminalRow, statement: str) -> None:
        """Take a counter's word for the key that it watches the log with.

        Raises:
            NotAllowedError: another counter's word, or a key under another name.
            StatementError, SignerNotTrustedError, NoteDamagedError: no good word at all.
        """
        now = self.clock.now()
        told = open_statement(statement, WITNESS_STATEMENT, self.trust(), Role.PACKAGE, now)
        if told.signer.name != terminal.terminal:
            raise NotAllowedError("another counter's key")
        key = _read_key(told.claims, terminal.terminal)
        with self.works() as work:
            known = work.log.find_witness(terminal.terminal)
            if known and known.key == key.text:
                return
            work.log.save_witness(
                Witness(terminal=terminal.terminal, key=key.text, statement=statement, at=now)
            )
            work.journal.append(
                actor=f"terminal:{terminal.terminal}",
                act="witness enlisted",
                ref=terminal.terminal,
                body=key.text.encode(),
                at=now,
            )
            work.commit()

    def cosign(self, terminal: TerminalRow, size: int, line: str) -> None:
        """Keep a witness's signature on one of our heads.

        Raises:
            ConflictError: its key is not known yet; it has to enlist first.
            NotFoundError: we signed no head of this size.
            NoteForgedError, NoteDamagedError: the line is no signature of its key on that head.
        """
        with self.works.reading() as work:
            witness = work.log.find_witness(terminal.terminal)
            head = work.log.head_at(size)
        if witness is None:
            raise ConflictError("witness unknown")
        note = parse_note(_require_head(head).note)
        (signature,) = parse_signatures(line)[:1]
        check_cosignature(note, signature, parse_key(witness.key))
        kept = Cosignature(
            terminal=terminal.terminal,
            origin=_require_head(head).origin,
            size=size,
            line=signature.line,
            at=self.clock.now(),
        )
        with self.works() as work:
            if work.log.find_witness(terminal.terminal) == witness:
                work.log.cosign(kept)
                work.commit()

    def report(self, terminal: TerminalRow, seen: str, shown: str) -> str:
        """Take a counter's evidence: a head that it was shown before, and one that contradicts it.

        Return what it shows of our own journal, one of `LogFaultKind`; empty when both heads fit
        it. Nothing that was not signed with our own log key can stop us.

        Raises:
            NoteForgedError, NoteDamagedError: not heads that our key signed.
        """
        heads = [note for note in (seen, shown) if note]
        if not heads:
            raise NoteDamagedError("no heads")
        for note in heads:
            self._require_ours(note)
        with self.works() as work:
            kind, theirs = _judge(work.log, heads)
            if not kind:
                return ""
            by, now = f"terminal:{terminal.terminal}", self.clock.now()
            last = work.log.head()
            ours = last.note if last else ""
            work.log.add_fault(kind, by=by, ours=ours, theirs=theirs, at=now)
            work.journal.append(
                actor=by, act="log contradicted", ref=kind, body=theirs.encode(), at=now
            )
            work.commit()
        return kind

    def _require_ours(self, note: str) -> None:
        origin = parse_checkpoint(parse_note(note).text).origin
        open_checkpoint(note, log_keys(self.trust(), origin))


def _judge(log: Log, heads: list[str]) -> tuple[str, str]:
    """Return what the worst of several heads shows of our journal, and that head."""
    found = {find_contradiction(log, note): note for note in heads}
    for kind in (LogFaultKind.REWRITTEN, LogFaultKind.ROLLED_BACK):
        if kind in found:
            return kind, found[kind]
    return "", ""


def _read_key(claims: Mapping[str, object], terminal: str) -> NoteKey:
    key = parse_key(str(claims.get("key", "")))
    if key.kind != COSIGNATURE or not key.name.endswith(f"/witness/{terminal}"):
        raise NotAllowedError("a key of another name or kind")
    return key


def _find_record(work: Work, certificate_no: str, act: str) -> int:
    found = [r.seq for r in work.journal.of(certificate_no) if r.act == act]
    if not found:
        raise NotFoundError("certificate")
    return found[-1]


def _require_head(head: LogHead | None) -> LogHead:
    if head is None:
        raise NotFoundError("no head of the log")
    return head


def _with_witnesses(log: Log, head: LogHead) -> str:
    note = parse_note(head.note)
    lines = tuple(
        signature
        for cosignature in log.cosignatures(head.size)
        for signature in parse_signatures(cosignature.line)
    )
    return Note(note.text, (*note.signatures, *lines)).format()


def _round_of(at: datetime) -> datetime:
    seconds = int(at.timestamp())
    begin = seconds - seconds % int(ROUND.total_seconds())
    return at.fromtimestamp(begin, tz=at.tzinfo)
