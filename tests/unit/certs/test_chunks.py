"""Chunks: nothing can be cut, moved, doubled, dropped or added."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.chunks import CHUNK_SIZE, TAG_SIZE, decrypt_chunks, encrypt_chunks
from certs.errors import PackageDamagedError
from certs.suites import INTERNATIONAL, load_suite

SUITE = load_suite(INTERNATIONAL)
KEY = bytes(range(32))
AAD = b"bound to this"
STEP = CHUNK_SIZE + TAG_SIZE
PLAIN = bytes(range(256)) * 700  # two whole chunks and a part of a third
SEALED = encrypt_chunks(SUITE, KEY, PLAIN, AAD)
FIRST, SECOND, THIRD = SEALED[:STEP], SEALED[STEP : 2 * STEP], SEALED[2 * STEP :]
EMPTY = encrypt_chunks(SUITE, KEY, b"", AAD)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SEALED[:-1],
        SEALED[:STEP],
        SEALED[: 2 * STEP],
        SEALED[: 2 * STEP + TAG_SIZE - 1],
        SEALED + b"\0",
        SEALED + THIRD,
        SEALED + EMPTY,
        SECOND + FIRST + THIRD,
        FIRST + THIRD,
        SECOND + THIRD,
        FIRST + FIRST + SECOND + THIRD,
        FIRST + SECOND + SECOND + THIRD,
        EMPTY + SEALED,
        THIRD,
    ],
    ids=[
        "nothing",
        "a byte short",
        "after the first",
        "after the second",
        "within a tag",
        "a byte more",
        "last twice",
        "an empty one behind",
        "first two changed round",
        "second dropped",
        "first dropped",
        "first twice",
        "second twice",
        "an empty one before",
        "only the last",
    ],
)
def test_other_chunks_are_refused(data: bytes) -> None:
    with pytest.raises(PackageDamagedError):
        decrypt_chunks(SUITE, KEY, data, AAD)


def test_an_empty_last_chunk_is_refused_even_when_it_is_genuine() -> None:
    """Otherwise one text would have two forms."""
    whole = PLAIN[:CHUNK_SIZE]
    longer = SUITE.encrypt(KEY, bytes(12), whole, AAD) + SUITE.encrypt(
        KEY, (1).to_bytes(11, "big") + b"\x01", b"", AAD
    )
    with pytest.raises(PackageDamagedError):
        decrypt_chunks(SUITE, KEY, longer, AAD)


def test_another_key_or_binding_opens_nothing() -> None:
    with pytest.raises(PackageDamagedError):
        decrypt_chunks(SUITE, bytes(32), SEALED, AAD)
    with pytest.raises(PackageDamagedError):
        decrypt_chunks(SUITE, KEY, SEALED, b"bound to that")


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
@settings(max_examples=60)
def test_no_byte_can_be_changed(place: int, change: int) -> None:
    changed = SEALED[:place] + bytes([SEALED[place] ^ change]) + SEALED[place + 1 :]
    with pytest.raises(PackageDamagedError):
        decrypt_chunks(SUITE, KEY, changed, AAD)


@pytest.mark.parametrize("size", [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE])
def test_every_length_comes_back(size: int) -> None:
    plain = (PLAIN * 2)[:size]
    sealed = encrypt_chunks(SUITE, KEY, plain, AAD)

    assert decrypt_chunks(SUITE, KEY, sealed, AAD) == plain
    assert len(sealed) == size + TAG_SIZE * max(1, -(-size // CHUNK_SIZE))
