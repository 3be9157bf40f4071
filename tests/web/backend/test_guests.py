"""The guest's routes: nothing without the proof, clear words at every door, and no datum in the page."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.office.inviting import LIVES, Inviting
from backend.web.pace import Pace
from tests.clock import FrozenClock
from tests.memory.work import MemoryBlobs
from tests.web.backend.fake_office import PEER, World

BASE = "https://localhost"
NAME = "0123456789abcdef" * 2
PROOF, WRONG = "70" * 32, "77" * 32
PAPERS, ANSWER = b"sealed papers", b"sealed answer"
PATH = f"/api/v1/invitations/{NAME}"
OURS = f"/api/v1/relay/invitations/{NAME}"
SEALED = "application/octet-stream"


class Shelf(MemoryBlobs):
    def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)


@pytest.fixture
def inviting(world: World) -> Iterator[Inviting]:
    room = Inviting(
        works=world.works,
        bytes_=Shelf(),
        clock=world.clock,
        public_url="https://office.example",
    )
    world.app.extensions["office"] = replace(world.office, inviting=room)
    yield room
    world.app.extensions["office"] = world.office
    world.app.extensions.pop("guest_pace", None)


@pytest.fixture
def counter(world: World, inviting: Inviting) -> FlaskClient:
    client = world.client(peer=PEER)
    answer = leave(client)
    assert answer.status_code == 200
    return client


@pytest.fixture
def guest(world: World, counter: FlaskClient) -> FlaskClient:
    return world.app.test_client()


def leave(client: FlaskClient, path: str = OURS, **changes: Any) -> TestResponse:
    proof = hashlib.sha256(bytes.fromhex(PROOF)).hexdigest()
    digest = base64.b64encode(hashlib.sha256(PAPERS).digest()).decode()
    sent: dict[str, Any] = {
        "query_string": {"proof": proof},
        "data": PAPERS,
        "headers": {"Content-Type": SEALED, "Content-Digest": f"sha-256=:{digest}:"},
    }
    return client.put(path, base_url=BASE, **sent | changes)


def show(guest: FlaskClient, proof: str = PROOF, path: str = PATH) -> TestResponse:
    return guest.post(f"{path}/opening", base_url=BASE, headers={"Invitation-Proof": proof})


def answer(
    guest: FlaskClient, data: bytes = ANSWER, *, proof: str = PROOF, kind: str = SEALED
) -> TestResponse:
    headers = {"Invitation-Proof": proof, "Content-Type": kind}
    return guest.put(f"{PATH}/answer", base_url=BASE, data=data, headers=headers)


def code(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    told = answer.get_json()
    assert told["detail"]
    assert told["detail_en"]
    return answer.status_code, told["code"]


def test_a_guest_opens_signs_and_the_counter_hears(
    guest: FlaskClient, counter: FlaskClient
) -> None:
    assert show(guest).data == PAPERS
    assert answer(guest).status_code == answer(guest).status_code == 204

    (told,) = counter.get("/api/v1/relay/invitations", base_url=BASE).get_json()["invitations"]
    assert (told["state"], told["url"]) == ("answered", "https://office.example/sign/")
    assert told["answer_sha256"] == hashlib.sha256(ANSWER).hexdigest()
    assert counter.get(f"{OURS}/answer", base_url=BASE).data == ANSWER
    assert counter.post(f"{OURS}/taking", base_url=BASE).get_json()["state"] == "taken"
    assert code(show(guest)) == (410, "invitation.taken")
    assert "已经用过" in show(guest).get_json()["detail"]


def test_after_a_cut_the_rest_is_read_on(guest: FlaskClient) -> None:
    headers = {"Invitation-Proof": PROOF, "Range": "bytes=7-"}
    ask = {"base_url": BASE, "headers": headers}
    assert guest.get(f"{PATH}/papers", **ask).status_code == 409, "nobody opened them"
    show(guest)
    rest = guest.get(f"{PATH}/papers", **ask)
    assert (rest.status_code, rest.data) == (206, PAPERS[7:])
    assert rest.headers["Cache-Control"] == "no-store"
    headers["Invitation-Proof"] = WRONG
    assert code(guest.get(f"{PATH}/papers", **ask)) == (403, "invitation.wrong")


def test_wrong_codes_are_told_counted_and_lock(guest: FlaskClient) -> None:
    assert code(show(guest, WRONG)) == (403, "invitation.wrong")
    assert "还可以试 3 次" in show(guest, WRONG).get_json()["detail"]
    for _ in range(2):
        show(guest, WRONG)
    assert code(show(guest, WRONG)) == (410, "invitation.locked")
    assert code(show(guest)) == (410, "invitation.locked")


def test_what_is_over_says_how(guest: FlaskClient, counter: FlaskClient, world: World) -> None:
    counter.post(f"{OURS}/recall", base_url=BASE)
    assert code(show(guest)) == (410, "invitation.recalled")
    assert code(answer(guest)) == (410, "invitation.recalled")


def test_a_lapsed_link_says_so(guest: FlaskClient, world: World, inviting: Inviting) -> None:
    late = replace(inviting, clock=FrozenClock(world.clock.now() + LIVES))
    world.app.extensions["office"] = replace(world.office, inviting=late)

    assert code(show(guest)) == (410, "invitation.lapsed")


@pytest.mark.parametrize("proof", ["", "xyz", "70" * 31, "70" * 33, "７" * 64, "AB" * 32])
def test_a_proof_has_its_form(guest: FlaskClient, proof: str) -> None:
    headers = {"Invitation-Proof": proof.encode().decode("latin-1")}
    found = guest.post(f"{PATH}/opening", base_url=BASE, headers=headers)
    assert code(found) == (400, "invitation.proof")


def test_an_answer_has_its_form(guest: FlaskClient) -> None:
    show(guest)
    assert code(answer(guest, kind="application/json")) == (415, "http.media-type")
    assert code(answer(guest, b"")) == (411, "http.length-required")
    assert code(answer(guest, b"x" * (4 * 1024 * 1024 + 1))) == (413, "http.too-large")
    assert code(answer(guest, proof=WRONG)) == (403, "invitation.wrong")
    assert show(guest).data == PAPERS


def test_nobody_knows_of_names_that_nobody_gave(guest: FlaskClient) -> None:
    assert code(show(guest, path=f"/api/v1/invitations/{'f' * 32}"))[0] == 404
    assert show(guest, path="/api/v1/invitations/x").status_code == 404


def test_only_a_counter_leaves_and_fetches(guest: FlaskClient, counter: FlaskClient) -> None:
    for act in (
        leave,
        lambda c: c.get("/api/v1/relay/invitations", base_url=BASE),
        lambda c: c.get(f"{OURS}/answer", base_url=BASE),
        lambda c: c.post(f"{OURS}/taking", base_url=BASE),
        lambda c: c.post(f"{OURS}/recall", base_url=BASE),
    ):
        assert code(act(guest))[0] == 401
    other = OURS.replace("0123", "ffff")
    assert code(leave(counter, other, query_string={"proof": "x"}))[0] == 400
    assert code(leave(counter, other, data=b"other"))[0] == 422
    assert code(counter.get(f"{OURS}/answer", base_url=BASE))[0] == 410


def test_nobody_asks_without_end(guest: FlaskClient, world: World) -> None:
    now = [0.0]
    world.app.extensions["guest_pace"] = Pace(3, seconds=lambda: now[0])
    assert [show(guest, path="/api/v1/invitations/" + "f" * 32).status_code for _ in range(4)] == [
        *(404, 404, 404),
        429,
    ]
    now[0] = 21
    assert show(guest).status_code == 200


def test_the_page_holds_nothing_and_asks_nobody_else(guest: FlaskClient) -> None:
    page = guest.get("/sign/", base_url=BASE)
    text = page.get_data(as_text=True)

    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "http://" not in text.replace("http://www.w3.org", "")
    for name in (
        "bringing.js",
        "guest.js",
        "opening.js",
        "words.js",
        "guest.css",
        "pad.js",
        "dom.js",
        "tokens.css",
    ):
        found = guest.get(f"/sign/{name}", base_url=BASE)
        assert (found.status_code, found.headers["Cache-Control"]) == (200, "no-store")
        assert "innerHTML" not in found.get_data(as_text=True)
    assert guest.get("/sign/../app.py", base_url=BASE).status_code == 404
    assert guest.get("/sign/rare-han.ttf", base_url=BASE).content_type == "font/ttf"
    assert guest.get("/sign/index.html", base_url=BASE).status_code == 404
