"""A signer at another counter of the bank, through both counters' JSON, to ink that counts at the first."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registration.ink import SignerRole, event_facts
from terminal.desk.draft import Draft
from terminal.desk.invitations import Invitation
from terminal.desk.visiting import FAIL_POINTS, _derived
from terminal.errors import OfficeUnreachableError
from terminal.failpoints import FailPointRaisedError
from tests.factories import FATHER, LI, ZHANG
from tests.invites import invite_guest
from tests.pki import PKI
from tests.visits import FIRST, SECOND, NearVisits, Two, card, let_host, make_two
from tests.web.terminal.test_remote import body, kept, sign_rest
from tests.web.terminal.test_signing import _filled, _ink, _papers
from tests.web.terminal.world import World

VISITS = "/ui/api/visits"


@pytest.fixture
def two(tmp_path: Path, pki: PKI) -> Iterator[Two]:
    found = make_two(tmp_path, pki)
    yield found
    found.here.box.close()
    found.there.box.close()


@pytest.fixture
def path(two: Two) -> str:
    return _filled(two.here)


def invite(two: Two, path: str, name: str = "李示例", **more: Any) -> dict[str, Any]:
    """Ask for somebody's signature at another counter; return the invitation with its code."""
    found = [s for p in _papers(two.here, path) for s in p["signers"] if s["name"] == name]
    asked = {"signer": found[0]["signer"], "is_at_counter": True} | more
    answer = two.here.call("POST", f"{path}/invitations", asked)
    assert answer.status_code == 201, answer.json
    settle(two)
    return told(two, path)


def settle(two: Two) -> None:
    remote = two.here.counter.remote or two.here.app.extensions["counter"].remote
    remote.mail.settle()


def told(two: Two, path: str) -> dict[str, Any]:
    (one,) = body(two.here.call("GET", f"{path}/invitations"))["invitations"]
    return dict(one)


def begin(two: Two, code: str, *cards: Any) -> Any:
    two.lay(*(cards or (card(),)))
    return two.there.call("POST", VISITS, {"code": code, "reader": "cards"})


def ink(two: Two, visit: str) -> None:
    """Sign every paper on the second counter's pad."""
    for paper in body(two.there.call("GET", f"{visit}/papers"))["papers"]:
        given = _ink(paper, paper["signers"][0]["signer"])
        answer = two.there.call("POST", f"{visit}/papers/{paper['code']}/inks", given)
        assert answer.status_code == 201, answer.json


def signed(two: Two, code: str) -> str:
    """Let him be read and sign at the second counter; return the address of his visit."""
    begun = begin(two, code)
    assert begun.status_code == 201, begun.json
    visit = f"{VISITS}/{begun.json['invitation']}"
    ink(two, visit)
    return visit


def draft_of(world: World) -> Draft:
    return world.box.drafts()[0]


def confirm(two: Two, path: str) -> Any:
    name = kept(two.here).invitation
    return two.here.call("POST", f"{path}/invitations/{name}/attendance")


def test_read_and_signed_there_it_counts_here(two: Two, path: str) -> None:
    sign_rest(two.here, path)
    code = invite(two, path)["code"]
    assert len(code) == 20

    spaced = " ".join(code.lower()[at : at + 5] for at in range(0, 20, 5))
    expected = body(two.there.call("POST", f"{VISITS}/expected", {"code": spaced}))
    assert (expected["name"], expected["branch"], expected["terminal"]) == ("李*", "KF-LT", FIRST)
    assert LI not in str(expected)
    visit = signed(two, spaced)
    sent = body(two.there.call("POST", f"{visit}/sending"))
    assert (sent["state"], sent["identity"]) == ("sent", None)

    settle(two)
    one = told(two, path)
    assert (one["state"], one["visit"]["terminal"]) == ("answered", SECOND)
    assert one["visit"]["teller_name"] == "赵示例"
    assert confirm(two, path).status_code == 200
    people = [s for p in _papers(two.here, path) for s in p["signers"]]
    assert all(s["is_signed"] for s in people)
    assert {s["visit"]["branch"] for s in people if s["visit"]} == {"KF-JM"}
    findings = body(two.here.call("GET", f"{path}/check"))["findings"]
    assert [f for f in findings if f["rule"] == "R46"] == []


def test_what_is_kept_is_bound_by_the_second_counters_key(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    two.there.call("POST", f"{signed(two, code)}/sending")
    settle(two)
    confirm(two, path)

    draft = draft_of(two.here)
    (visit,) = draft.visits
    assert (visit.terminal, visit.branch, visit.teller) == (SECOND, "KF-JM", "T0007")
    assert visit.identity.evidence is not None
    assert visit.identity.evidence.reader == "SAM-OF-THE-SECOND"
    his = [i for i in draft.inks if i.visit_sha256]
    assert [i.signer_number for i in his] == [LI, LI]
    assert all(event_facts(i)["visit_sha256"] == visit.sha256 and i.event for i in his)


@pytest.mark.parametrize("cut", ["leave", "offer"])
def test_a_slip_whose_way_to_the_office_was_cut_is_good_all_the_same(
    two: Two, path: str, cut: str
) -> None:
    """The papers were there, and offered to no other counter: the slip would have opened nothing."""
    two.invites.lost = [cut]
    assert invite(two, path)["state"] == "sending"

    settle(two)

    one = told(two, path)
    assert (one["state"], begin(two, one["code"]).status_code) == ("waiting", 201)


def test_a_wrong_card_is_told_and_five_lock(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    for left in (4, 3, 2, 1):
        answer = begin(two, code, card("张示例", ZHANG))
        assert (answer.status_code, answer.json["code"]) == (409, "terminal.not-expected")
        assert str(left) in answer.json["office"]["zh"]
    answer = begin(two, code, card("张示例", ZHANG))
    assert (answer.status_code, answer.json["detail"]) == (410, "locked")
    assert begin(two, code).json["detail"] == "locked", "his own card opens it no more"

    settle(two)
    assert told(two, path)["ended"] == "locked"


def test_the_same_number_with_another_name_is_told(two: Two, path: str) -> None:
    code = invite(two, path)["code"]

    assert begin(two, code, card("李样例")).json["code"] == "terminal.name-differs"
    assert body(two.there.call("GET", VISITS))["visits"] == []


def test_a_code_that_is_none_opens_nothing(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    other = ("0" if code[0] != "0" else "1") + code[1:]
    for text in (other, "1234", code + "0"):
        answer = two.there.call("POST", f"{VISITS}/expected", {"code": text})
        assert (answer.status_code, answer.json["code"]) == (404, "terminal.no-voucher")  # type: ignore[index]  # it has a body


def test_a_code_is_no_link_and_good_once_for_a_week(two: Two, path: str) -> None:
    one = invite(two, path)
    assert one["link"] == ""
    two.here.clock.advance(hours=24 * 7)
    assert begin(two, one["code"]).json["detail"] == "lapsed"
    settle(two)
    code = invite(two, path)["code"]
    two.there.call("POST", f"{signed(two, code)}/sending")
    assert begin(two, code).json["detail"] == "answered"
    settle(two)
    assert begin(two, code).json["detail"] == "taken"


def test_another_banks_counter_knows_of_nothing(tmp_path: Path, pki: PKI) -> None:
    two = make_two(tmp_path, pki, bank="91410200MA0X000236")
    path = _filled(two.here)
    code = invite(two, path)["code"]
    assert begin(two, code).status_code == 404
    two.here.box.close()
    two.there.box.close()


def test_texts_that_change_meanwhile_take_no_ink(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    visit = signed(two, code)
    two.here.call("PUT", f"{path}/fields", {"texts": {"end": "2045-09-28"}})
    two.here.call("POST", f"{path}/papers")
    settle(two)
    assert told(two, path)["ended"] == "changed"

    answer = two.there.call("POST", f"{visit}/sending")
    assert (answer.status_code, body(answer)["detail"]) == (410, "recalled")
    (one,) = body(two.there.call("GET", VISITS))["visits"]
    assert (one["state"], one["over"], one["identity"]) == ("over", "recalled", None)


def test_texts_that_change_after_the_answer_take_no_ink(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    two.there.call("POST", f"{signed(two, code)}/sending")
    settle(two)
    two.here.call("PUT", f"{path}/fields", {"texts": {"end": "2045-09-28"}})

    assert body(confirm(two, path))["code"] == "terminal.invitations-end"
    assert draft_of(two.here).inks == ()


def test_without_a_line_there_it_goes_by_itself_and_once(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    visit = signed(two, code)
    two.visits.is_down = True
    assert body(two.there.call("POST", f"{visit}/sending"))["state"] == "signed"
    assert two.there.call("DELETE", visit).status_code == 409, "what is signed is not thrown away"
    two.visits.is_down = False
    two.visits.lost = ["answer"]
    with pytest.raises(OfficeUnreachableError):
        two.visiting.settle()
    assert two.invites.states() == ["answered"]
    two.visiting.settle()
    assert body(two.there.call("GET", visit))["state"] == "sent"
    settle(two)
    assert confirm(two, path).status_code == 200
    assert len([i for i in draft_of(two.here).inks if i.visit_sha256]) == 2


class Mistaken(NearVisits):
    """A line over which every answer comes with a proof that is none."""

    def answer_visit(self, invitation: str, proof: bytes, sealed: bytes) -> None:
        super().answer_visit(invitation, proof[::-1], sealed)


def test_an_answer_with_a_wrong_proof_is_sent_once_and_locks_nothing(two: Two, path: str) -> None:
    let_host(two.there, Mistaken(two.room, two.visits.terminal))
    visit = signed(two, invite(two, path)["code"])

    answer = two.there.call("POST", f"{visit}/sending")
    assert (answer.status_code, body(answer)["detail"]) == (410, "wrong")
    for _ in range(5):
        two.visiting.settle()

    (one,) = body(two.there.call("GET", VISITS))["visits"]
    assert (one["state"], one["over"]) == ("over", "wrong")
    assert [row.misses for row in two.room.list(two.invites.terminal)] == [1]


def test_no_key_of_a_visit_outlives_it(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    begin(two, code, card("张示例", ZHANG))
    assert _derived.cache_info().currsize == 0, "somebody else's number"
    visit = signed(two, code)
    assert _derived.cache_info().currsize == 1

    two.there.call("POST", f"{visit}/sending")

    assert _derived.cache_info().currsize == 0


def test_without_a_line_nobody_is_read_for_nothing(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    two.visits.is_down = True

    answer = begin(two, code)
    assert body(answer)["code"].startswith("terminal.office-unreachable")
    assert len(two.there.reader.cards) == 1


def test_a_fall_at_every_step_there_loses_and_doubles_nothing(two: Two, path: str) -> None:
    armed = set(FAIL_POINTS)

    def fall(name: str) -> None:
        if name in armed:
            armed.discard(name)
            raise FailPointRaisedError(name)

    let_host(two.there, two.visits, fall)
    code = invite(two, path)["code"]
    begin(two, code)
    (one,) = body(two.there.call("GET", VISITS))["visits"]
    visit = f"{VISITS}/{one['invitation']}"
    for paper in body(two.there.call("GET", f"{visit}/papers"))["papers"]:
        given = _ink(paper, paper["signers"][0]["signer"])
        two.there.call("POST", f"{visit}/papers/{paper['code']}/inks", given)
    assert len(body(two.there.call("GET", visit))["signed"]) == 2
    two.there.call("POST", f"{visit}/sending")
    for _ in range(3):
        try:
            two.visiting.settle()
        except FailPointRaisedError:
            continue
    assert (armed, two.invites.states()) == (set(), ["answered"])
    settle(two)
    assert confirm(two, path).status_code == 200
    assert len([i for i in draft_of(two.here).inks if i.visit_sha256]) == 2


def test_a_link_and_a_code_at_once_one_holds(two: Two, path: str) -> None:
    """The later of both ends the earlier, whatever its guest is about to send."""
    invite(two, path, is_at_counter=False)
    guest = invite_guest(two.room, kept(two.here))
    guest.open()
    code = invite(two, path)["code"]
    with pytest.raises(Exception, match="recalled"):
        guest.answer()
    two.there.call("POST", f"{signed(two, code)}/sending")
    settle(two)
    assert confirm(two, path).status_code == 200
    assert {i.remote for i in draft_of(two.here).inks} == {None}


def test_ink_that_came_over_a_link_is_looked_at_first(two: Two, path: str) -> None:
    invite(two, path, is_at_counter=False)
    guest = invite_guest(two.room, kept(two.here))
    guest.open()
    guest.answer()
    settle(two)

    asked = {"signer": told(two, path)["signer"], "is_at_counter": True}
    answer = two.here.call("POST", f"{path}/invitations", asked)
    assert body(answer)["code"] == "terminal.ink-waits"


def test_no_guest_opens_what_is_for_a_counter_and_none_the_other_way(two: Two, path: str) -> None:
    invite(two, path)
    one = kept(two.here)
    guest = invite_guest(two.room, replace(one, is_at_counter=False))
    with pytest.raises(Exception, match="no such"):
        guest.open()
    with pytest.raises(Exception, match="no such"):
        two.room.open(one.invitation, guest.keys.proof, two.invites.terminal)


def test_another_teller_there_sees_nothing_of_it(two: Two, path: str) -> None:
    code = invite(two, path)["code"]
    visit = signed(two, code)
    two.there.sign_in("T0009", "161803")

    assert two.there.call("GET", visit).status_code == 404
    assert body(two.there.call("GET", VISITS))["visits"] == []


def test_a_guardian_signs_there_in_place_of_his_ward(two: Two, path: str) -> None:
    slots = f"{path}/slots"
    made = body(two.here.call("POST", slots, {"role": "guardian", "ward": "p2"}))
    guardian = next(s["slot_id"] for s in made["slots"] if s["role"] == "guardian")
    two.here.reader.cards[:] = [card("王示例", FATHER)]
    two.here.call("POST", f"{slots}/{guardian}/card", {"reader": "cards"})
    two.here.call("PUT", f"{slots}/{guardian}", {"texts": {"relation": "父亲"}})
    code = invite(two, path, "王示例")["code"]
    assert begin(two, code).json["code"] == "terminal.not-expected", "not the ward himself"

    begun = begin(two, code, card("王示例", FATHER))
    visit = f"{VISITS}/{begun.json['invitation']}"
    ink(two, visit)
    two.there.call("POST", f"{visit}/sending")
    settle(two)
    assert confirm(two, path).status_code == 200
    his = [i for i in draft_of(two.here).inks if i.visit_sha256]
    assert {(i.role, i.signer_number) for i in his} == {(SignerRole.GUARDIAN, FATHER)}


def answered(two: Two, path: str) -> Invitation:
    code = invite(two, path)["code"]
    two.there.call("POST", f"{signed(two, code)}/sending")
    settle(two)
    return kept(two.here)


def test_what_no_longer_matters_there_is_forgotten(two: Two, path: str) -> None:
    answered(two, path)
    two.here.clock.advance(hours=25)
    two.visiting.settle()

    assert two.there.box.visits() == ()
