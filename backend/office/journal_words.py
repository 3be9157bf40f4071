"""The words that people wrote with their acts, opened for whoever may read what the acts are about."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.errors import NotAllowedError, NotFoundError
from backend.office.ports import Clock, Work, Works
from backend.office.rows import JournalRecord

LONGEST_REASON: Final = 500
_SPOKEN: Final = ("reason", "opinion")
"""Members of a kept body that are somebody's words."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A record of the journal with the words behind its digest."""

    record: JournalRecord
    words: str
    """Empty where the body was not kept."""
    is_same: bool
    """Whether what was kept is what the record's digest is of; True where nothing was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalDesk:
    """Shows an auditor what was done about something, and the words that were written with it."""

    works: Works
    clock: Clock

    def read(self, ref: str, *, by: str, reason: str) -> tuple[Spoken, ...]:
        """Return the records about one thing; that they were read, and why, is one of them.

        Raises:
            NotFoundError: the journal has nothing about it.
            NotAllowedError: without a reason, or with one of over 500 characters.
        """
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise NotAllowedError("a reason of up to 500 characters")
        with self.works() as work:
            records, kept = work.journal.of(ref), work.journal.words(ref)
            if not records:
                raise NotFoundError(f"nothing in the journal about {ref}")
            work.journal.append(
                actor=by,
                act="journal read",
                ref=ref,
                body=reason.strip().encode(),
                at=self.clock.now(),
                is_kept=True,
            )
            work.commit()
        return tuple(_spoken(one, kept.get(one.seq)) for one in records)


def read_words(work: Work, ref: str) -> Mapping[int, str]:
    """Return what people wrote with the acts about one thing, by the records' numbers."""
    return {seq: _words(body) for seq, body in work.journal.words(ref).items()}


def _spoken(record: JournalRecord, body: bytes | None) -> Spoken:
    if body is None:
        return Spoken(record, "", is_same=True)
    is_same = hashlib.sha256(body).hexdigest() == record.body_sha256
    return Spoken(record, _words(body) or body.decode(), is_same=is_same)


def _words(body: bytes) -> str:
    """Return what somebody wrote: the text itself, or its member of a document."""
    text = body.decode()
    try:
        told: Any = json.loads(text)
    except ValueError:
        return text
    if not isinstance(told, dict):
        return text
    return next((str(told[name]) for name in _SPOKEN if told.get(name)), "")
