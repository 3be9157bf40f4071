"""A signer elsewhere, through the counter's JSON: link and code, ink that a teller vouches for."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from registration.findings import Level
from registration.ink import RemoteLook
from terminal.desk.invitations import Invitation
from terminal.desk.invite_ports import Standing
from terminal.desk.remote import FAIL_POINTS, Remote
from terminal.errors import LinkError
from terminal.failpoints import FailPointRaisedError
from terminal.web.guard import EXTENSION
from tests.factories import LI, ZHANG
from tests.invites import NearInvites, invite_guest, let_invite, make_inviting
from tests.web.terminal.test_signing import _filled, _ink, _papers
from tests.web.terminal.world import World

VOUCHED = {"look": "video", "note": "视频看清本人和身份证；人在外地出差"}


@dataclass
class Interrupted(NearInvites):
    """A line on whose list something else is done before it arrives."""

    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def invitations(self) -> tuple[Standing, ...]:
        listed = super().invitations()
        while self.meanwhile:
            self.meanwhile.pop()()
        return listed


@pytest.fixture
def link(world: World) -> NearInvites:
    return NearInvites(make_inviting(world.clock))


@pytest.fixture
def remote(world: World, link: NearInvites) -> Remote:
    return let_invite(world, link)


@pytest.fixture
def path(world: World, remote: Remote) -> str:
    return _filled(world)


def invite(world: World, path: str, name: str = "李示例") -> dict[str, Any]:
    signer = next(
        s["signer"] for p in _papers(world, path) for s in p["signers"] if s["name"] == name
    )
    answer = world.call("POST", f"{path}/invitations", {"signer": signer})
    assert answer.status_code == 201, answer.json
    room = world.app.extensions[EXTENSION].remote
    # As the background does, which the bell wakes.
    assert room.mail.bell.is_set()
    with suppress(LinkError):
        room.mail.settle()
    return told(world.call("GET", f"{path}/invitations"))


def body(answer: TestResponse) -> dict[str, Any]:
    found = answer.json
    assert found is not None
    return dict(found)


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code < 300, answer.json
    (one,) = answer.json["invitations"]
    return dict(one)


def kept(world: World) -> Invitation:
    (one,) = world.box.drafts()[0].invitations
    return one


def look(world: World, path: str) -> dict[str, Any]:
    return told(world.call("POST", f"{path}/invitations/look"))


def sign_rest(world: World, path: str) -> None:
    """Let everybody at the counter sign."""
    for paper in _papers(world, path):
        for person in paper["signers"]:
            if person["name"] != "李示例" and not person["is_signed"]:
                ink = _ink(paper, person["signer"])
                world.call("POST", f"{path}/papers/{paper['code']}/inks", ink)


def test_one_signs_here_and_one_elsewhere(world: World, path: str, link: NearInvites) -> None:
    one = invite(world, path)
    assert one["state"] == "waiting"
    assert one["link"].startswith("https://office.example/sign/#")
    assert one["qr"]["size"] > 20
    assert one["code"] not in one["link"]
    sign_rest(world, path)

    guest = invite_guest(link.room, kept(world))
    opened = guest.open()
    assert opened["signer"] == {"name": "李示例", "role": "mortgagor"}
    assert [p["code"] for p in opened["papers"]] == ["M01", "M15"]
    assert "抵押给银行" in opened["papers"][0]["plain"][0]["zh"]
    assert "860000" in opened["papers"][0]["plain"][0]["en"].replace(",", "")
    world.clock.advance(minutes=2)
    guest.answer(ago_ms=30_000)

    one = look(world, path)
    assert (one["state"], one["code"], one["link"]) == ("answered", "", "")
    assert link.states() == ["taken"]
    signed = [s["is_signed"] for p in _papers(world, path) for s in p["signers"]]
    assert signed.count(False) == 2, "ink counts only once the teller vouches for it"

    done = world.call("POST", f"{path}/invitations/{one['invitation']}/confirmation", VOUCHED)
    assert body(done)["invitations"] == []
    assert all(s["is_signed"] for p in _papers(world, path) for s in p["signers"])
    draft = world.box.drafts()[0]
    inks = [ink for ink in draft.inks if ink.remote]
    assert [ink.signer_number for ink in inks] == [LI, LI]
    remote = inks[0].remote
    assert remote is not None
    assert (remote.look, remote.checked_by) == (RemoteLook.VIDEO, "T0007")
    assert (remote.answered_at - inks[0].ended_at).total_seconds() == 30
    (finding, *_) = [
        f for f in body(world.call("GET", f"{path}/check"))["findings"] if f["rule"] == "R46"
    ]
    assert finding["level"] == Level.MANUAL.value


def test_without_words_or_answer_nobody_vouches(world: World, path: str, link: NearInvites) -> None:
    one = invite(world, path)
    confirm = f"{path}/invitations/{one['invitation']}/confirmation"
    assert world.call("POST", confirm, VOUCHED).status_code == 409
    guest = invite_guest(link.room, kept(world))
    guest.open()
    guest.answer()
    look(world, path)
    for bad in ({"look": "video"}, {**VOUCHED, "note": "    "}, {**VOUCHED, "look": "guess"}, {}):
        assert world.call("POST", confirm, bad).status_code == 422
    assert kept(world).state.value == "answered"


def test_who_is_not_the_signer_is_thrown_away(world: World, path: str, link: NearInvites) -> None:
    one = invite(world, path)
    guest = invite_guest(link.room, kept(world))
    guest.open()
    guest.answer()
    look(world, path)

    told(world.call("POST", f"{path}/invitations/{one['invitation']}/refusal"))
    assert (kept(world).hands, kept(world).code, kept(world).link_key) == ((), "", "")
    assert world.box.drafts()[0].inks == ()


def test_an_answer_about_other_papers_is_not_kept(
    world: World, path: str, link: NearInvites
) -> None:
    invite(world, path)
    guest = invite_guest(link.room, kept(world))
    guest.open()
    guest.answer(sha256="0" * 64)

    assert look(world, path)["ended"] == "faulty"
    assert kept(world).hands == ()


def test_the_same_ink_on_two_papers_is_a_copy(world: World, path: str, link: NearInvites) -> None:
    one = invite(world, path)
    guest = invite_guest(link.room, kept(world))
    guest.open()
    strokes = [[[n * 40, n * 60, n * 20, 500] for n in range(20)]]
    guest.answer(strokes=strokes)
    look(world, path)

    answer = world.call("POST", f"{path}/invitations/{one['invitation']}/confirmation", VOUCHED)
    assert (answer.status_code, body(answer)["code"]) == (422, "terminal.ink-refused")
    assert world.box.drafts()[0].inks == ()


def test_nobody_answers_for_a_day(world: World, path: str, link: NearInvites) -> None:
    one = invite(world, path)
    world.clock.advance(hours=24)

    assert look(world, path)["ended"] == "lapsed"
    assert invite(world, path)["invitation"] != one["invitation"]


def test_wrong_codes_are_told_and_lock(world: World, path: str, link: NearInvites) -> None:
    invite(world, path)
    guest = invite_guest(link.room, kept(world))
    for n in range(5):
        with pytest.raises(Exception, match=r"tries|locked"):
            link.room.open(guest.invitation, bytes([n]) * 32)
        if n == 1:
            assert look(world, path)["misses"] == 2

    assert look(world, path)["ended"] == "locked"


def test_the_number_on_his_card_is_part_of_the_key(
    world: World, path: str, link: NearInvites
) -> None:
    invite(world, path)
    other = invite_guest(link.room, replace(kept(world), number=ZHANG))
    with pytest.raises(Exception, match="4 tries"):
        other.open()
    spaced = invite_guest(
        link.room,
        replace(kept(world), number=f" {LI[:6]} {LI[6:]} ".lower(), code=kept(world).code),
    )
    assert spaced.open()["papers"]


def test_the_banks_agent_signs_here(world: World, path: str) -> None:
    papers = _papers(world, path)
    agent = next(s["signer"] for s in papers[0]["signers"] if s["role"] == "agent")

    assert world.call("POST", f"{path}/invitations", {"signer": agent}).status_code == 409
    for bad in ({"signer": "0" * 32}, {"signer": "x"}, {}):
        assert world.call("POST", f"{path}/invitations", bad).status_code in {404, 422}


def test_a_teller_takes_it_back(world: World, path: str, link: NearInvites) -> None:
    one = invite(world, path)
    assert invite(world, path)["invitation"] == one["invitation"]

    assert told(world.call("DELETE", f"{path}/invitations/{one['invitation']}"))["ended"] == (
        "recalled"
    )
    assert link.states() == ["recalled"]
    assert world.call("DELETE", f"{path}/invitations/{'f' * 32}").status_code == 404


def test_without_a_line_it_waits_and_goes_by_itself(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    link.is_down = True
    assert invite(world, path)["state"] == "sending"
    link.is_down = False
    link.lost = ["leave"]
    remote.mail.settle()
    assert kept(world).state.value == "sending"
    remote.mail.settle()
    assert (kept(world).state.value, kept(world).sealed) == ("waiting", "")
    assert link.states() == ["waiting"]


def test_one_that_is_made_while_the_office_is_asked_stays(world: World) -> None:
    link = Interrupted(make_inviting(world.clock))
    remote = let_invite(world, link)
    path = _filled(world)
    link.meanwhile.append(lambda: invite(world, path))
    remote.mail.settle()
    assert (kept(world).state.value, kept(world).code != "") == ("waiting", True)
    assert link.states() == ["waiting"]


def test_what_the_office_does_not_know_any_more_is_lost(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    invite(world, path)
    link.room = make_inviting(world.clock)
    assert look(world, path)["ended"] == "lost"


def test_an_answer_whose_taking_was_lost_is_taken_once(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    invite(world, path)
    guest = invite_guest(link.room, kept(world))
    guest.open()
    guest.answer()
    link.lost = ["fetch"]
    remote.mail.settle()
    assert kept(world).state.value == "waiting"
    link.lost = ["take"]
    remote.mail.settle()
    first = kept(world)
    remote.mail.settle()
    assert kept(world) == first
    assert link.states() == ["taken"]


def test_no_link_works_for_what_no_draft_knows_of(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    invite(world, path)
    world.call("DELETE", path)
    remote.mail.settle()
    assert link.states() == ["recalled"]


def test_a_fall_at_every_step_loses_and_doubles_nothing(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    armed = set(FAIL_POINTS)

    def fall(name: str) -> None:
        if name in armed:
            armed.discard(name)
            raise FailPointRaisedError(name)

    falling = replace(remote, mail=replace(remote.mail, fail_point=fall))
    draft_id = path.rpartition("/")[2]

    def do(act: Callable[[Remote], object]) -> None:
        """Do an act again and again, as after each restart, until nothing stops it."""
        for _ in FAIL_POINTS:
            with suppress(FailPointRaisedError):
                act(falling)

    do(lambda r: r.invite(draft_id, LI))
    do(lambda r: r.mail.settle())
    guest = invite_guest(link.room, kept(world))
    guest.open()
    guest.answer()
    do(lambda r: r.mail.settle())
    with pytest.raises(FailPointRaisedError):
        falling.confirm(
            draft_id, guest.invitation, look=RemoteLook.VIDEO, note="视频看清", staff_no="T0007"
        )
    remote.mail.settle()

    draft = world.box.drafts()[0]
    assert armed == set()
    assert draft.invitations == ()
    assert sorted(ink.paper_code for ink in draft.inks) == ["M01", "M15"]
    assert link.states() == ["taken"]


def bring_back(link: NearInvites, **then: Any) -> None:
    """Let the office know of its invitation only what it knew then."""
    with link.room.works() as work:
        (now,) = work.invitations.of("KF-LT-01", since=link.room.clock.now(), most=9)
        assert work.invitations.save(replace(now, **then), was=now)
        work.commit()


def test_a_restored_office_stops_a_link_and_the_teller_hears(
    world: World, path: str, link: NearInvites
) -> None:
    one = invite(world, path)
    bring_back(link, state="restored")
    assert look(world, path)["ended"] == "restored"
    assert invite(world, path)["invitation"] != one["invitation"]


def test_a_restored_office_takes_no_answer_away(
    world: World, path: str, link: NearInvites, remote: Remote
) -> None:
    invite(world, path)
    guest = invite_guest(link.room, kept(world))
    guest.open()
    guest.answer()
    remote.mail.settle()
    given = kept(world)
    for then in (
        {"state": "answered", "closed_at": None},
        {"state": "restored", "opened_at": None, "answered_at": None, "answer_sha256": ""},
    ):
        bring_back(link, **then)
        remote.mail.settle()
        assert kept(world) == given
