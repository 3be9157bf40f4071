"""Drafts, outbox, inbox and certificates in one SQLite file; every payload is encrypted."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from terminal.box_lists import ListShelf
from terminal.box_log import LogShelf
from terminal.box_visits import VisitShelf
from terminal.desk.draft import Draft, DraftState
from terminal.desk.items import CertificateItem, Doubt, InboxItem, OutboxItem
from terminal.errors import BoxDamagedError, ConflictError
from terminal.rows import CERTIFICATE, DOUBT, DRAFT, INBOX, OUTBOX

FAIL_POINTS: Final = ("box.written", "box.committed")
PAGE_POINTS: Final = ("pages.written", "pages.kept")
_OVER: Final = frozenset({DraftState.CLOSED, DraftState.HANDED})


class SQLiteBox(LogShelf, ListShelf, VisitShelf):
    """A `terminal.desk.ports.Box` in one file; threads of one process may share it."""

    # --- drafts

    def add_draft(self, draft: Draft, *, blobs: Collection[bytes] = ()) -> None:
        """Keep a new draft with its bytes, together or not at all."""
        sealed = [self._sealed_blob(draft.draft_id, data) for data in blobs]
        with self._writing():
            self._db.execute(
                "INSERT INTO drafts VALUES (?, ?, ?, ?)",
                (draft.draft_id, draft.version, _text(draft.changed_at), self._sealed_draft(draft)),
            )
            self._db.executemany("INSERT OR IGNORE INTO blobs VALUES (?, ?, ?)", sealed)
            self._failpoints("pages.written")

    def get_draft(self, draft_id: str) -> Draft:
        """Return a draft. Raises: NotFoundError."""
        with self._reading():
            row = self._row("SELECT payload FROM drafts WHERE draft_id = ?", draft_id)
        return self._open(DRAFT, row[0], f"draft:{draft_id}")

    def save_draft(
        self, draft: Draft, *, blobs: Collection[bytes] = (), arrival: str = ""
    ) -> Draft:
        """Write a changed draft with the bytes it newly names. Raises: ConflictError, NotFoundError."""
        sealed = [self._sealed_blob(draft.draft_id, data) for data in blobs]
        with self._writing():
            if arrival:
                self._note_arrival(arrival)
            self._row("SELECT 1 FROM drafts WHERE draft_id = ?", draft.draft_id)
            self._db.executemany("INSERT OR IGNORE INTO blobs VALUES (?, ?, ?)", sealed)
            saved = self._save(draft)
            self._failpoints("pages.written")
        self._failpoints("pages.kept")
        return saved

    def has_arrived(self, arrival: str) -> bool:
        """Say whether a file of the scanner's folder came in before."""
        with self._reading():
            return bool(
                self._db.execute("SELECT 1 FROM arrivals WHERE arrival = ?", (arrival,)).fetchone()
            )

    def drafts(self) -> tuple[Draft, ...]:
        """Return every draft, last changed first."""
        with self._reading():
            rows = self._db.execute(
                "SELECT draft_id, payload FROM drafts ORDER BY changed_at DESC, draft_id"
            ).fetchall()
        return tuple(self._open(DRAFT, payload, f"draft:{key}") for key, payload in rows)

    def delete_draft(self, draft_id: str) -> None:
        """Forget a draft with all its bytes."""
        with self._writing():
            self._db.execute("DELETE FROM drafts WHERE draft_id = ?", (draft_id,))

    def next_number(self, day: date) -> int:
        """Count the drafts of a day, from 1."""
        with self._writing():
            return self._count(f"day:{day.isoformat()}")

    def put_blob(self, draft_id: str, data: bytes) -> str:
        """Keep bytes for a draft; return their SHA-256."""
        sealed = self._sealed_blob(draft_id, data)
        with self._writing():
            self._row("SELECT 1 FROM drafts WHERE draft_id = ?", draft_id)
            self._db.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?, ?)", sealed)
        return sealed[1]

    def get_blob(self, draft_id: str, sha256: str) -> bytes:
        """Return bytes of a draft. Raises: NotFoundError."""
        with self._reading():
            row = self._row(
                "SELECT payload FROM blobs WHERE draft_id = ? AND sha256 = ?", draft_id, sha256
            )
        return self._opened(row[0], f"blob:{draft_id}:{sha256}")

    # --- outbox

    def submit(
        self,
        draft: Draft,
        seal: Callable[[int], tuple[OutboxItem, bytes]],
        *,
        replacing: int | None = None,
    ) -> Draft:
        """Number, seal and keep a package together with its draft. Raises: ConflictError."""
        with self._writing():
            sequence = self._count("sequence")
            saved = self._save(replace(draft, sequence=sequence))
            item, package = seal(sequence)
            self._db.execute("DELETE FROM outbox WHERE sequence = ?", (replacing,))
            self._db.execute(
                "INSERT INTO outbox VALUES (?, ?, ?, ?, ?, 0)",
                (sequence, item.draft_id, self._sealed_item(item), item.package_sha256, package),
            )
            self._failpoints("box.written")
        self._failpoints("box.committed")
        self.submitted.set()
        return saved

    def outbox(self) -> tuple[OutboxItem, ...]:
        """Return every item that can be read, oldest first; see `unreadable`."""
        return tuple(item for _, item in self._items("1") if item is not None)

    def undelivered(self) -> tuple[OutboxItem, ...]:
        """Return the items that have not arrived, oldest first; costs nothing for the others."""
        found = (item for _, item in self._items("is_delivered = 0") if item is not None)
        # Rows from before the column was there say 0 until they are next written.
        return tuple(item for item in found if not item.state.is_done)

    def unreadable(self) -> tuple[int, ...]:
        """Return the numbers of packages that were damaged on this disk; the others go on."""
        return tuple(sequence for sequence, item in self._items("1") if item is None)

    def get_item(self, sequence: int) -> OutboxItem:
        """Return one item. Raises: NotFoundError."""
        with self._reading():
            row = self._row("SELECT payload FROM outbox WHERE sequence = ?", sequence)
        return self._open(OUTBOX, row[0], f"outbox:{sequence}")

    def package(self, sequence: int) -> bytes:
        """Return a sealed package as it is sent. Raises: NotFoundError, BoxDamagedError."""
        with self._reading():
            row = self._row("SELECT package FROM outbox WHERE sequence = ?", sequence)
        package: bytes = row[0]
        # The digest stands in the encrypted payload, where nobody without the key can follow it.
        if hashlib.sha256(package).hexdigest() != self.get_item(sequence).package_sha256:
            raise BoxDamagedError(f"package {sequence} was changed on this disk")
        return package

    def save_item(self, item: OutboxItem, draft: Draft | None = None) -> None:
        """Write a changed item, with its draft where that changes too.

        Raises: NotFoundError, ConflictError (about the draft; nothing was written).
        """
        with self._writing():
            if draft is not None:
                self._save(draft)
            self._changed(
                "UPDATE outbox SET payload = ?, is_delivered = ? WHERE sequence = ?",
                self._sealed_item(item),
                item.state.is_done,
                item.sequence,
            )

    # --- inbox

    def cursor(self) -> int:
        """Return how far the office's answers were read."""
        with self._reading():
            return self._counter("cursor")

    def add_answers(
        self,
        items: Sequence[InboxItem],
        *,
        cursor: int,
        drafts: Sequence[Draft] = (),
        certificates: Sequence[CertificateItem] = (),
        doubts: Sequence[Doubt] = (),
    ) -> None:
        """Keep answers with all that follows from them. Raises: ConflictError."""
        with self._writing():
            for item in items:
                self._db.execute(
                    "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)",
                    (item.cursor, item.draft_id, self._sealed_answer(item)),
                )
            self._settle(items, doubts)
            for draft in drafts:
                self._save(draft)
            for certificate in certificates:
                self._db.execute(
                    "INSERT OR IGNORE INTO certificates VALUES (?, ?, ?, NULL)",
                    (certificate.case_no, certificate.draft_id, self._sealed_paper(certificate)),
                )
            self._db.execute(
                "INSERT INTO counters VALUES ('cursor', ?1)"
                " ON CONFLICT (name) DO UPDATE SET value = max(value, ?1)",
                (cursor,),
            )

    def inbox(self) -> tuple[InboxItem, ...]:
        """Return every answer, oldest first."""
        with self._reading():
            rows = self._db.execute("SELECT cursor, payload FROM inbox ORDER BY cursor").fetchall()
        return tuple(self._open(INBOX, payload, f"inbox:{key}") for key, payload in rows)

    def doubts(self) -> tuple[Doubt, ...]:
        """Return the answers that could not be believed, oldest first."""
        with self._reading():
            rows = self._db.execute("SELECT cursor, payload FROM doubts ORDER BY cursor").fetchall()
        return tuple(self._open(DOUBT, payload, f"doubt:{key}") for key, payload in rows)

    def save_answer(self, item: InboxItem) -> None:
        """Write a changed answer. Raises: NotFoundError."""
        with self._writing():
            self._changed(
                "UPDATE inbox SET payload = ? WHERE cursor = ?",
                self._sealed_answer(item),
                item.cursor,
            )

    # --- certificates

    def certificates(self) -> tuple[CertificateItem, ...]:
        """Return every certificate, oldest first."""
        with self._reading():
            rows = self._db.execute(
                "SELECT case_no, payload FROM certificates ORDER BY rowid"
            ).fetchall()
        return tuple(self._open(CERTIFICATE, payload, f"paper:{key}") for key, payload in rows)

    def save_certificate(self, item: CertificateItem, pdf: bytes | None = None) -> None:
        """Write a certificate, with its sealed paper when that has come."""
        sealed = None if pdf is None else self._vault.seal(pdf, f"pdf:{item.case_no}")
        with self._writing():
            self._db.execute(
                "INSERT INTO certificates VALUES (?1, ?2, ?3, ?4) ON CONFLICT (case_no)"
                " DO UPDATE SET payload = ?3, pdf = coalesce(?4, pdf)",
                (item.case_no, item.draft_id, self._sealed_paper(item), sealed),
            )

    def certificate_pdf(self, case_no: str) -> bytes:
        """Return the sealed paper byte for byte. Raises: NotFoundError."""
        with self._reading():
            row = self._row(
                "SELECT pdf FROM certificates WHERE case_no = ? AND pdf IS NOT NULL", case_no
            )
        return self._opened(row[0], f"pdf:{case_no}")

    def purge(self, before: datetime) -> int:
        """Forget closed drafts, with their packages and answers, and lists that are older."""
        old = [
            draft.draft_id
            for draft in self.drafts()
            if draft.state in _OVER and draft.changed_at < before
        ]
        waiting = {item.draft_id for item in self.outbox() if not item.state.is_done}
        with self._writing():
            gone = [(draft_id,) for draft_id in old if draft_id not in waiting]
            for table in ("drafts", "outbox", "inbox", "certificates"):
                self._db.executemany(f"DELETE FROM {table} WHERE draft_id = ?", gone)  # noqa: S608  # our own names
            self._db.execute("DELETE FROM lists WHERE kept_at < ?", (_text(before),))
        return len(gone)

    # --- inside

    def _items(self, where: str) -> list[tuple[int, OutboxItem | None]]:
        with self._reading():
            rows = self._db.execute(
                f"SELECT sequence, payload FROM outbox WHERE {where} ORDER BY sequence"  # noqa: S608  # our own words
            ).fetchall()
        return [(key, self._item(key, payload)) for key, payload in rows]

    def _settle(self, believed: Sequence[InboxItem], doubts: Sequence[Doubt]) -> None:
        gone = [(item.cursor,) for item in believed]
        self._db.executemany("DELETE FROM doubts WHERE cursor = ?", gone)
        for doubt in doubts:
            sealed = self._vault.seal(DOUBT.encode(doubt), f"doubt:{doubt.cursor}")
            self._db.execute("INSERT OR IGNORE INTO doubts VALUES (?, ?)", (doubt.cursor, sealed))

    def _save(self, draft: Draft) -> Draft:
        saved = replace(draft, version=draft.version + 1)
        done = self._db.execute(
            "UPDATE drafts SET version = ?, changed_at = ?, payload = ?"
            " WHERE draft_id = ? AND version = ?",
            (
                saved.version,
                _text(saved.changed_at),
                self._sealed_draft(saved),
                draft.draft_id,
                draft.version,
            ),
        )
        if not done.rowcount:
            self._row("SELECT 1 FROM drafts WHERE draft_id = ?", draft.draft_id)
            raise ConflictError("the draft was changed meanwhile")
        named = sorted(saved.blobs)
        self._db.execute(
            "DELETE FROM blobs WHERE draft_id = ? AND sha256 NOT IN"  # noqa: S608  # question marks alone
            f" ({', '.join('?' * len(named))})",
            (draft.draft_id, *named),
        )
        return saved

    def _note_arrival(self, arrival: str) -> None:
        done = self._db.execute("INSERT OR IGNORE INTO arrivals VALUES (?)", (arrival,))
        if not done.rowcount:
            raise ConflictError("this file has come in before")

    def _sealed_blob(self, draft_id: str, data: bytes) -> tuple[str, str, bytes]:
        sha256 = hashlib.sha256(data).hexdigest()
        return draft_id, sha256, self._vault.seal(data, f"blob:{draft_id}:{sha256}")

    def _sealed_draft(self, draft: Draft) -> bytes:
        return self._vault.seal(DRAFT.encode(draft), f"draft:{draft.draft_id}")

    def _sealed_item(self, item: OutboxItem) -> bytes:
        return self._vault.seal(OUTBOX.encode(item), f"outbox:{item.sequence}")

    def _sealed_answer(self, item: InboxItem) -> bytes:
        return self._vault.seal(INBOX.encode(item), f"inbox:{item.cursor}")

    def _sealed_paper(self, item: CertificateItem) -> bytes:
        return self._vault.seal(CERTIFICATE.encode(item), f"paper:{item.case_no}")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
