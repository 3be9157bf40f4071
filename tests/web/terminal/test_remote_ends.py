"""What ends an invitation, and what does not: half a text, a hand-over, a draft that is discarded."""

from dataclasses import replace
from typing import Any

import pytest

from backend.office.relay import Relay
from certs.identity import Role
from terminal.desk.draft import DraftState
from terminal.desk.invitations import InvitationState
from terminal.desk.keyring import Keyring
from terminal.desk.remote import Remote
from terminal.web.guard import EXTENSION
from tests.fakes import MemoryWorks
from tests.invites import Guest, NearInvites, Shelf, invite_guest
from tests.pki import PKI, make_signer
from tests.relays import NearRelay, make_passages
from tests.rows import make_terminal
from tests.web.terminal.test_remote import (
    VOUCHED,
    invite,
    kept,
    link,
    look,
    path,
    remote,
    told,
)
from tests.web.terminal.test_signing import _papers
from tests.web.terminal.world import World

__all__ = ["link", "path", "remote"]
OTHER = "KF-LT-03"


@pytest.fixture
def relay(world: World, remote: Remote, pki: PKI) -> NearRelay:
    """Let the counter hand drafts to another one of its branch."""
    works = MemoryWorks()
    names = (world.counter.passages.place.terminal, OTHER)
    rows = [make_terminal(name, status="active") for name in names]
    with works() as work:
        for row in rows:
            work.terminals.save(row)
        work.commit()
    room = Relay(works=works, bytes_=Shelf(), clock=world.clock)
    place = world.counter.passages.place
    ours, theirs = (
        make_passages(
            world.box,
            replace(place, terminal=row.terminal),
            world.clock,
            Keyring(make_signer(pki.authority, Role.PACKAGE, name=row.terminal), pki.trust),
            NearRelay(room, row),
        )
        for row in rows
    )
    theirs.look()
    ours.look()
    assert isinstance(ours.relay, NearRelay)
    now = world.app.extensions[EXTENSION]
    world.app.extensions[EXTENSION] = replace(now, passages=ours)
    return ours.relay


def hand_over(world: World, path: str, to: str = OTHER) -> Any:
    return world.call("POST", f"{path}/passage", {"to": to, "note": ""})


def write(world: World, path: str, **texts: str) -> None:
    answer = world.call("PUT", f"{path}/fields", {"texts": texts})
    assert answer.status_code == 200, answer.json


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def signed(link: NearInvites, world: World) -> Guest:
    """Let the guest sign; the counter has not asked since."""
    guest = invite_guest(link.room, kept(world))
    guest.open()
    guest.answer()
    return guest


@pytest.mark.parametrize("half", ["8", "", "86000x"])
def test_half_a_text_ends_nothing(
    world: World, path: str, link: NearInvites, remote: Remote, half: str
) -> None:
    invite(world, path)
    whole = world.box.drafts()[0].text("amount")
    write(world, path, amount=half)
    remote.mail.settle()
    assert world.call("GET", f"{path}/check").status_code == 200
    assert kept(world).state is InvitationState.WAITING
    write(world, path, amount=whole)
    remote.mail.settle()

    assert _papers(world, path)
    assert invite_guest(link.room, kept(world)).open()["papers"]


def test_a_text_that_signers_see_ends_it_once_the_teller_says_so(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    invite(world, path)
    guest = invite_guest(link.room, kept(world))
    guest.open()
    write(world, path, end="2045-09-28")

    assert code(world.call("GET", f"{path}/papers")) == (409, "terminal.invitations-end")
    assert look(world, path)["state"] == "waiting"
    assert world.call("POST", f"{path}/papers").status_code == 200
    assert kept(world).ended is not None
    remote.mail.settle()
    assert link.states() == ["recalled"]
    with pytest.raises(Exception, match="recalled"):
        guest.answer()


def test_ink_on_papers_that_say_something_else_by_now_never_counts(
    world: World, path: str, link: NearInvites
) -> None:
    one = invite(world, path)
    signed(link, world)
    look(world, path)
    write(world, path, end="2045-09-28")

    confirm = f"{path}/invitations/{one['invitation']}/confirmation"
    assert code(world.call("POST", confirm, VOUCHED)) == (409, "terminal.invitations-end")
    assert kept(world).state is InvitationState.ANSWERED
    world.call("POST", f"{path}/papers")
    assert world.call("POST", confirm, VOUCHED).status_code == 409
    assert world.box.drafts()[0].inks == ()


def test_a_draft_is_not_handed_over_while_an_answer_lies_at_the_office(
    world: World, path: str, link: NearInvites, remote: Remote, relay: NearRelay
) -> None:
    invite(world, path)
    signed(link, world)
    passage = hand_over(world, path)

    assert code(passage) == (409, "terminal.ink-waits")
    assert kept(world).state is InvitationState.ANSWERED
    assert (kept(world).link_key, kept(world).code) == ("", ""), "they opened all that they will"
    assert link.states() == ["taken"]


def test_an_answer_that_comes_at_that_very_moment_is_not_lost(
    world: World, path: str, link: NearInvites, remote: Remote, relay: NearRelay
) -> None:
    invite(world, path)
    guest = invite_guest(link.room, kept(world))
    guest.open()
    look_once = link.invitations

    def answered_after(*_: object) -> Any:
        listed = look_once()
        link.invitations = look_once  # type: ignore[method-assign]  # once
        guest.answer()
        return listed

    link.invitations = answered_after  # type: ignore[method-assign]  # once
    passage = hand_over(world, path)
    assert code(passage) == (409, "terminal.ink-waits")
    assert kept(world).state is InvitationState.ANSWERED


def test_whether_ink_waits_must_be_known_before_a_draft_goes(
    world: World, path: str, link: NearInvites, relay: NearRelay
) -> None:
    invite(world, path)
    signed(link, world)
    link.is_down = True
    assert hand_over(world, path).status_code == 503
    link.is_down = False
    assert look(world, path)["state"] == "answered"


def test_a_link_that_nobody_used_ends_with_the_hand_over(
    world: World, path: str, link: NearInvites, relay: NearRelay
) -> None:
    invite(world, path)
    assert hand_over(world, path).status_code == 201
    assert link.states() == ["recalled"]
    assert told(world.call("GET", f"{path}/invitations"))["ended"] == "recalled"


@pytest.mark.parametrize(
    ("to", "is_down", "status"), [("KF-LT-09", False, 404), (OTHER, True, 503)]
)
def test_a_hand_over_that_is_refused_ends_nothing(
    world: World,
    path: str,
    link: NearInvites,
    relay: NearRelay,
    to: str,
    is_down: bool,
    status: int,
) -> None:
    invite(world, path)
    relay.is_down = is_down

    assert hand_over(world, path, to).status_code == status

    assert (kept(world).state, link.states()) == (InvitationState.WAITING, ["waiting"])


def test_a_draft_that_cannot_be_discarded_keeps_its_links(
    world: World, path: str, link: NearInvites
) -> None:
    invite(world, path)
    world.box.save_draft(replace(world.box.drafts()[0], state=DraftState.SUBMITTED))

    assert code(world.call("DELETE", path)) == (409, "terminal.draft-closed")

    assert (kept(world).state, link.states()) == (InvitationState.WAITING, ["waiting"])


def test_ink_is_not_discarded_unsaid(world: World, path: str, link: NearInvites) -> None:
    invite(world, path)
    assert world.call("GET", path).json["elsewhere"] == 1  # type: ignore[index]  # it is a draft
    signed(link, world)

    assert code(world.call("DELETE", path)) == (409, "terminal.ink-waits")
    assert kept(world).state is InvitationState.ANSWERED
    assert world.call("DELETE", f"{path}?ink").status_code == 204
    assert world.box.drafts() == ()


def test_a_discarded_draft_leaves_no_link_with_or_without_a_line(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    invite(world, path)
    assert world.call("DELETE", path).status_code == 204
    assert link.states() == ["recalled"]


def test_without_a_line_a_discarded_drafts_link_ends_later(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    invite(world, path)
    link.is_down = True
    assert world.call("DELETE", path).status_code == 204
    assert link.room.list(link.terminal)[0].state == "waiting"
    link.is_down = False
    remote.mail.settle()
    assert link.states() == ["recalled"]
