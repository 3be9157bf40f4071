"""A record's hash: as RFC 8785 and RFC 9162 have it, and hidden behind its salt."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from backend.store.chain import FIRST_PREVIOUS, entry_of, hash_record, link
from certs.merkle import leaf_hash

AT: Final = datetime(2026, 9, 29, 2, 12, 0, 7, tzinfo=UTC)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(actor=_TEXT, act=_TEXT, ref=_TEXT, salt=st.sampled_from(["", "00" * 16, "ab" * 16]))
def test_a_record_is_written_as_canonical_json(actor: str, act: str, ref: str, salt: str) -> None:
    record = link(
        seq=3,
        at=AT,
        actor=actor,
        act=act,
        ref=ref,
        body=b"body",
        previous_hash=FIRST_PREVIOUS,
        salt=salt,
    )
    told: dict[str, str | int] = {
        "act": act,
        "actor": actor,
        "at": "2026-09-29T02:12:00.000007Z",
        "body_sha256": hashlib.sha256(b"body").hexdigest(),
        "ref": ref,
        "seq": 3,
    }
    told |= {"salt": salt, "v": 2} if salt else {"v": 1}
    assert entry_of(record) == rfc8785.dumps({**told}) + bytes(32)
    assert record.hash == leaf_hash(entry_of(record)).hex() == hash_record(record)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 9, 29, 10, 12, 0, 7, tzinfo=timezone(timedelta(hours=8))),
        datetime(2026, 9, 29, 2, 12, 0, 7, tzinfo=UTC),
    ],
)
def test_the_same_moment_in_another_zone_is_the_same_record(at: datetime) -> None:
    record = link(seq=1, at=at, actor="a", act="b", ref="c", body=b"", previous_hash=FIRST_PREVIOUS)
    assert b'"at":"2026-09-29T02:12:00.000007Z"' in entry_of(record)
    whole = replace(record, at=at.replace(microsecond=0))
    assert b'"at":"2026-09-29T02:12:00.000000Z"' in entry_of(whole)


def test_nobody_finds_a_record_by_trying() -> None:
    """Everything else of it may be known: the salt keeps what was done, about what, hidden."""
    known = link(seq=1, at=AT, actor="a", act="b", ref="c", body=b"", previous_hash=FIRST_PREVIOUS)
    hashes = {hash_record(replace(known, salt=salt)) for salt in ("", "00" * 16, "00" * 15 + "01")}
    assert len(hashes) == 3
