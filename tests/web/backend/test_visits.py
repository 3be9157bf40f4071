"""Another counter's routes: its certificate and the proof, one bank, never its own, and no guest."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.office.inviting import VISIT_LIVES, Inviting
from backend.office.inviting_ports import InvitationRow
from tests.rows import make_terminal
from tests.web.backend.fake_office import PEER, World
from tests.web.backend.test_guests import (
    ANSWER,
    BASE,
    NAME,
    OURS,
    PAPERS,
    PATH,
    PROOF,
    SEALED,
    WRONG,
    Shelf,
    leave,
)

VISIT = f"/api/v1/visits/{NAME}"
HINT = base64.b64encode(b"who is expected, sealed to a voucher").decode()
THERE, ELSEWHERE = b"the second counter", b"another bank's counter"
OTHER_BANK = "91410200MA0X000236"


@pytest.fixture
def room(world: World) -> Iterator[Inviting]:
    """The mailbox with one invitation, offered to the other counters."""
    found = Inviting(
        works=world.works, bytes_=Shelf(), clock=world.clock, public_url="https://office.example"
    )
    world.app.extensions["office"] = replace(world.office, inviting=found)
    with world.works() as work:
        home = next(r for r in work.terminals.list() if r.tls_fingerprint == _print(PEER))
        for name, bank, peer in (
            ("KF-JM-01", home.bank, THERE),
            ("XX-01", OTHER_BANK, ELSEWHERE),
        ):
            row = make_terminal(name, status="active", bank=bank, branch="KF-JM")
            work.terminals.save(replace(row, tls_fingerprint=_print(peer)))
        work.commit()
    leave(world.client(peer=PEER))
    assert offer(world.client(peer=PEER)).status_code == 200
    yield found
    world.app.extensions["office"] = world.office
    world.app.extensions.pop("guest_pace", None)


@pytest.fixture
def there(world: World, room: Inviting) -> FlaskClient:
    return world.client(peer=THERE)


def _print(peer: bytes) -> str:
    return hashlib.sha256(peer).hexdigest()


def offer(client: FlaskClient, hint: str = HINT) -> TestResponse:
    return client.put(f"{OURS}/hint", base_url=BASE, json={"hint": hint})


def show(client: FlaskClient, proof: str = PROOF, path: str = VISIT) -> TestResponse:
    return client.post(f"{path}/opening", base_url=BASE, headers={"Invitation-Proof": proof})


def answer(client: FlaskClient, data: bytes = ANSWER) -> TestResponse:
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    headers = {
        "Invitation-Proof": PROOF,
        "Content-Type": SEALED,
        "Content-Digest": f"sha-256=:{digest}:",
    }
    return client.put(f"{VISIT}/answer", base_url=BASE, data=data, headers=headers)


def row(room: Inviting) -> InvitationRow:
    with room.works.reading() as work:
        found = work.invitations.find(NAME)
    assert found is not None
    return found


def test_who_is_expected_is_told_sealed_and_nothing_opened(
    there: FlaskClient, room: Inviting
) -> None:
    told = there.get(VISIT, base_url=BASE).get_json()

    assert (told["state"], told["misses"], told["hint"]) == ("waiting", 0, HINT)
    assert row(room).opened_at is None
    assert row(room).expires_at - row(room).left_at == VISIT_LIVES


def test_which_counter_answered_is_kept_and_told_to_the_first(
    world: World, there: FlaskClient, room: Inviting
) -> None:
    assert show(there).data == PAPERS
    assert [answer(there).status_code for _ in range(2)] == [204, 204], "the same is the same"

    assert row(room).attended_by == "KF-JM-01"
    (told,) = (
        world.client(peer=PEER)
        .get(OURS.rpartition("/")[0], base_url=BASE)
        .get_json()["invitations"]
    )
    assert told["attended_by"] == "KF-JM-01"
    assert answer(there, b"another answer").status_code == 410
    with room.works.reading() as work:
        acts = [(one.actor, one.act) for one in work.journal.of(NAME)]
    assert acts[-2:] == [
        ("terminal:KF-JM-01", "invitation opened"),
        ("terminal:KF-JM-01", "invitation answered"),
    ]


@pytest.mark.parametrize("peer", [PEER, ELSEWHERE], ids=["the first counter", "another bank"])
def test_nobody_attends_to_his_own_and_no_bank_to_anothers(
    world: World, room: Inviting, peer: bytes
) -> None:
    client = world.client(peer=peer)

    assert client.get(VISIT, base_url=BASE).status_code == 404
    assert show(client).status_code == answer(client).status_code == 404


def test_without_a_certificate_nothing_is_told(world: World, room: Inviting) -> None:
    nobody = world.app.test_client()

    assert nobody.get(VISIT, base_url=BASE).status_code == show(nobody).status_code == 401
    assert show(nobody, path=PATH).status_code == 404, "it is for no guest any more"


def test_a_counter_that_was_shut_out_gets_nothing(
    world: World, there: FlaskClient, room: Inviting
) -> None:
    with world.works() as work:
        work.terminals.save(replace(work.terminals.get("KF-JM-01"), status="revoked"))
        work.commit()

    assert show(there).status_code == answer(there).status_code == 403
    assert row(room).misses == 0


def test_five_wrong_cards_lock_it(there: FlaskClient, room: Inviting) -> None:
    assert [show(there, WRONG).status_code for _ in range(5)] == [403] * 4 + [410]
    assert show(there).get_json()["code"] == "invitation.locked"
    assert row(room).state == "locked"


def test_what_a_guest_opened_is_offered_to_no_counter(world: World, room: Inviting) -> None:
    assert offer(world.client(peer=PEER)).status_code == 200, "again is the same"
    other = base64.b64encode(b"somebody else, sealed to another voucher").decode()
    assert offer(world.client(peer=PEER), other).status_code == 409
    assert offer(world.client(peer=PEER), "no base64!").status_code == 422
