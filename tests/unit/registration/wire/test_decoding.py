"""JSON itself: strict in, canonical out."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.errors import BadDocumentError
from registration.schema import canonical, decode_json


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":2}', "duplicate-key"),
        (b'{"a":1,"\\u0061":2}', "duplicate-key"),
        (b'[{"b":{"a":1,"a":1}}]', "duplicate-key"),
        (b"NaN", "not-whole"),
        (b"[Infinity]", "not-whole"),
        (b"[-Infinity]", "not-whole"),
        (b"[1.0]", "not-whole"),
        (b"[1e3]", "not-whole"),
        (b"[1e999]", "not-whole"),
        (b"9007199254740992", "number-too-large"),
        (b"-9007199254740992", "number-too-large"),
        (b"1" * 100_000, "number-too-large"),
        (b'"\\ud800"', "half-character"),
        (b'{"\\udfff":1}', "half-character"),
        (b'["\\udc00\\ud800"]', "half-character"),
        (b"[" * 17 + b"]" * 17, "too-deep"),
        (b"[" * 100_000 + b"]" * 100_000, "too-deep"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, "too-deep"),
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"{} {}", "not-json"),
        (b"{'a':1}", "not-json"),
        (b"[01]", "not-json"),
        (b'["\x01"]', "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b'"\xff"', "not-utf-8"),
        (b'"\xed\xa0\x80"', "not-utf-8"),
        ('"张"'.encode("utf-16"), "not-utf-8"),
        (b"{" + b",".join(b'"%d":1' % n for n in range(101)) + b"}", "too-many-members"),
        (b" " * (8 * 1024 * 1024 + 1), "too-large"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_refuses_json_that_two_readers_could_read_differently(data: bytes, code: str) -> None:
    with pytest.raises(BadDocumentError) as caught:
        decode_json(data)

    assert [(p.pointer, p.code) for p in caught.value.problems] == [("", code)]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"[" * 16 + b"]" * 16, None),
        (b"9007199254740991", 2**53 - 1),
        (b'"\\ud842\\udfb7"', "𠮷"),
        ('{"名":"〇·𠮷"}'.encode(), {"名": "〇·𠮷"}),
        (b' {"a": [null, true, -3]}\n', {"a": [None, True, -3]}),
    ],
)
def test_reads_plain_json(data: bytes, value: object) -> None:
    found = decode_json(data)

    assert value is None or found == value


def test_the_largest_document_may_be_chosen() -> None:
    with pytest.raises(BadDocumentError):
        decode_json(b"[1, 2]", largest=5)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoder(data: bytes) -> None:
    with contextlib.suppress(BadDocumentError):
        canonical(decode_json(data))


def test_canonical_bytes_are_those_of_the_standard() -> None:
    """Keys in the order of their UTF-16 units: 𠮷 (a surrogate pair) stands before U+E863."""
    value = {"\ue863": 1, "𠮷": 2, "a": [True, None, "\u0007/〇"]}

    assert canonical(value) == '{"a":[true,null,"\\u0007/〇"],"𠮷":2,"\ue863":1}'.encode()


@pytest.mark.parametrize("value", [{1: 2}, [2**53], [float("nan")], "\ud800", b"x", object()])
def test_refuses_to_write_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises(BadDocumentError):
        canonical(value)


def test_refuses_to_write_a_list_inside_itself() -> None:
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(BadDocumentError):
        canonical(endless)
