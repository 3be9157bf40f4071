"""What is pinned for each side: a counter alone brings none of the office's libraries along."""

import re

import pytest

from tests.house.tree import ROOT

OFFICE_ONLY = frozenset(
    {"alembic", "argon2-cffi", "psycopg", "spectree", "sqlalchemy", "uharfbuzz"}
)


def pinned(lock: str) -> frozenset[str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text, re.MULTILINE))


def test_a_counter_alone_needs_no_database() -> None:
    assert pinned("backend.txt") >= OFFICE_ONLY
    assert not OFFICE_ONLY & pinned("terminal.txt")


@pytest.mark.parametrize("lock", ["terminal.txt", "backend.txt"])
def test_either_side_is_part_of_the_whole(lock: str) -> None:
    assert pinned(lock) <= pinned("lock.txt")
