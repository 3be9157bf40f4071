"""What comes back from a guest is read in its form, or not at all."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from terminal.desk.answers import read_answer
from terminal.desk.invitations import Invitation
from terminal.errors import BadAnswerError

AT = datetime(2026, 9, 29, 3, 0, tzinfo=UTC)
NAME, SHA256 = "0123456789abcdef" * 2, "ab" * 32
INVITATION = Invitation(
    invitation=NAME,
    number="made up",
    papers=(("M01", SHA256),),
    link_key="",
    code="",
    made_by="T0007",
    made_at=AT,
)
STROKES = [[[n * 40, n * 60, n * 20, 500] for n in range(20)]]
INK = {
    "code": "M01",
    "sha256": SHA256,
    "strokes": STROKES,
    "width": 9000,
    "height": 6000,
    "device": "touch",
    "ago_ms": 5000,
}


def answer(**changes: Any) -> bytes:
    whole = {"schema": "remote-answer/1", "invitation": NAME, "inks": [INK]}
    return json.dumps(whole | changes).encode()


def test_ink_is_dated_back_from_when_the_office_had_it() -> None:
    (given,) = read_answer(answer(), INVITATION, AT)

    assert given.hand.ended_at == AT - timedelta(seconds=5)
    assert given.hand.started_at == given.hand.ended_at - timedelta(milliseconds=760)
    assert (given.hand.device, given.hand.is_simulated) == ("touch", False)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "M15"},
        {"sha256": "0" * 64},
        {"strokes": []},
        {"strokes": [[]]},
        {"strokes": [[[0, 0, 0]]]},
        {"strokes": "x"},
        {"strokes": [[[True, 0, 0, 0]] * 20]},
        {"strokes": [[[0, 0, 0, 500]] * 20]},
        {"strokes": [[[n, 10**9, 0, 500] for n in range(20)]]},
        {"strokes": STROKES * 1001},
        {"width": 10**9},
        {"height": 1.5},
        {"device": "script"},
        {"ago_ms": -1},
        {"ago_ms": 10**12},
    ],
)
def test_ink_out_of_form_is_not_read(changes: dict[str, Any]) -> None:
    with pytest.raises(BadAnswerError):
        read_answer(answer(inks=[INK | changes]), INVITATION, AT)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        answer(schema="remote-answer/2"),
        answer(invitation="f" * 32),
        answer(inks=[]),
        answer(inks=[INK, INK]),
        answer(inks={"0": INK}),
        answer(inks=None),
    ],
)
def test_another_answer_is_not_read(data: bytes) -> None:
    with pytest.raises(BadAnswerError):
        read_answer(data, INVITATION, AT)
