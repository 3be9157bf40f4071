"""What ends an invitation, and what does not: half a text, a hand-over, a draft that is discarded."""

from typing import Any

import pytest

from terminal.desk.invitations import InvitationState
from terminal.desk.remote import Remote
from tests.invites import Guest, NearInvites, invite_guest
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
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    invite(world, path)
    signed(link, world)
    passage = world.call("POST", f"{path}/passage", {"to": "KF-LT-02", "note": ""})

    assert code(passage) == (409, "terminal.ink-waits")
    assert kept(world).state is InvitationState.ANSWERED
    assert (kept(world).link_key, kept(world).code) == ("", ""), "they opened all that they will"
    assert link.states() == ["taken"]


def test_an_answer_that_comes_at_that_very_moment_is_not_lost(
    world: World, path: str, link: NearInvites, remote: Remote
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
    passage = world.call("POST", f"{path}/passage", {"to": "KF-LT-02", "note": ""})
    assert code(passage) == (409, "terminal.ink-waits")
    assert kept(world).state is InvitationState.ANSWERED


def test_whether_ink_waits_must_be_known_before_a_draft_goes(
    world: World, path: str, link: NearInvites
) -> None:
    invite(world, path)
    signed(link, world)
    link.is_down = True
    assert world.call("POST", f"{path}/passage", {"to": "KF-LT-02", "note": ""}).status_code == 503
    link.is_down = False
    assert look(world, path)["state"] == "answered"


def test_a_link_that_nobody_used_ends_with_the_hand_over(
    world: World, path: str, link: NearInvites
) -> None:
    invite(world, path)
    world.call("POST", f"{path}/passage", {"to": "KF-LT-02", "note": ""})
    assert link.states() == ["recalled"]
    assert told(world.call("GET", f"{path}/invitations"))["ended"] == "recalled"


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
