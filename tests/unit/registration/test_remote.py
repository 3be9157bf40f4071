"""R46: ink from elsewhere is told of, in its order of things, and always by a person."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registration.application import Application
from registration.findings import Finding, Level
from registration.ink import InkRecord, RemoteLook, RemoteSigning, SignerRole, event_facts
from registration.requirements import check_application
from registration.schema import format_application, parse_application
from tests.factories import make_application

TODAY = date(2026, 9, 29)


def make_remote(ink: InkRecord, **changes: Any) -> RemoteSigning:
    remote = RemoteSigning(
        invitation="0123456789abcdef" * 2,
        answer_sha256="ab" * 32,
        opened_at=ink.started_at - timedelta(minutes=3),
        answered_at=ink.ended_at + timedelta(minutes=1),
        look=RemoteLook.VIDEO,
        note="视频中看清本人和身份证",
        checked_by="0417",
        checked_at=ink.ended_at + timedelta(minutes=20),
    )
    return replace(remote, **changes)


def signed_elsewhere(place: int = 0, **changes: Any) -> Application:
    """Return an application whose ink at a place was given elsewhere."""
    application = make_application()
    inks = list(application.inks)
    inks[place] = replace(inks[place], remote=make_remote(inks[place], **changes))
    return replace(application, inks=tuple(inks))


def found(application: Application) -> list[Finding]:
    return [f for f in check_application(application, today=TODAY) if f.rule == "R46"]


def test_ink_from_elsewhere_goes_to_a_person() -> None:
    (finding,) = found(signed_elsewhere())

    assert (finding.level, finding.pointer) == (Level.MANUAL, "/inks/0/remote")
    assert "0417" in finding.zh
    assert "视频中看清本人和身份证" in finding.zh
    assert found(make_application()) == []


def elsewhere_at(minutes: int) -> dict[str, Any]:
    ink = make_application().inks[0]
    return {"opened_at": ink.ended_at + timedelta(minutes=minutes)}


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "  "},
        elsewhere_at(1),
        {"answered_at": make_application().inks[0].ended_at - timedelta(seconds=1)},
        {"checked_at": make_application().inks[0].ended_at - timedelta(minutes=10)},
    ],
    ids=["no words", "signed before opened", "signed after the answer", "looked at before"],
)
def test_ink_from_elsewhere_out_of_order_is_signed_again(changes: dict[str, Any]) -> None:
    assert Level.CORRECT in {f.level for f in found(signed_elsewhere(**changes))}


def test_the_banks_own_agent_signs_at_the_counter() -> None:
    inks = make_application().inks
    (place, *_) = (n for n, ink in enumerate(inks) if ink.role is SignerRole.AGENT)

    assert Level.CORRECT in {f.level for f in found(signed_elsewhere(place))}


def test_how_it_was_given_travels_and_is_bound() -> None:
    sent = signed_elsewhere()
    document = format_application(sent)

    assert parse_application(document) == sent
    assert "remote" not in document["inks"][1]
    facts, plain = event_facts(sent.inks[0]), event_facts(replace(sent.inks[0], remote=None))
    assert "remote" not in plain
    assert plain.items() < facts.items()
    assert facts["remote"]["look"] == "video"
    assert "视频" not in str(facts)
