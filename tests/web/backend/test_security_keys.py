"""Security keys: added behind a factor, each answer counts once, copies and strangers are refused."""

import json
from datetime import timedelta
from typing import Any

import pytest
from fido2 import cbor
from fido2.utils import websafe_encode
from flask.testing import FlaskClient

from backend.errors import NotFoundError
from backend.office.factors import FRESH
from backend.office.security_keys import CHALLENGE_TIME
from tests.softauthn import SoftKey
from tests.web.backend.fake_office import World, fill_queue, make_world
from tests.web.backend.test_review_desk import BASE, CASE, decide, page
from tests.web.backend.test_second_factor import code_of, enrolled, give, read_secret


@pytest.fixture
def world() -> World:
    made = make_world(is_factor_required=True)
    fill_queue(made)
    return made


def ask(world: World, client: FlaskClient, purpose: str) -> dict[str, Any]:
    form = {"csrf": world.csrf(client)}
    answer = client.post(f"/keys/asked/{purpose}", data=form, base_url=BASE)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def add(world: World, client: FlaskClient, key: SoftKey, label: str = "蓝色") -> str:
    """Add a key; return where the answer leads."""
    answer = key.create(ask(world, client, "add"))
    form = {"csrf": world.csrf(client), "label": label, "answer": answer}
    return client.post("/keys", data=form, base_url=BASE).location or ""


def use(world: World, client: FlaskClient, key: SoftKey) -> str:
    """Sign in with a key; return where the answer leads."""
    return show(world, client, key.get(ask(world, client, "use")))


def show(world: World, client: FlaskClient, answer: str) -> str:
    form = {"csrf": world.csrf(client), "answer": answer}
    return client.post("/sign-in/key", data=form, base_url=BASE).location or ""


def keyed(world: World, staff_id: str = "qian") -> SoftKey:
    """Give an account a key as its first factor."""
    key = SoftKey()
    assert add(world, world.client(staff_id), key) == "/desk/home"
    return key


def test_a_first_key_lets_its_owner_in_and_is_asked_for_from_then_on(world: World) -> None:
    key = keyed(world)
    client = world.client("qian")
    assert client.get("/desk", base_url=BASE).status_code == 401
    assert 'id="code"' not in page(client, "/sign-in/code")

    key.counter += 1

    assert use(world, client, key) == "/desk/home"
    assert "待办" in page(client, "/desk")
    assert "蓝色" in page(client, "/desk/keys")


@pytest.mark.parametrize(
    "fault",
    [
        {"origin": "https://localhost.example"},
        {"rp_id": "example"},
        {"is_verified": False},
        {"key_id": b"another key of the same make, 32B"},
    ],
    ids=str,
)
def test_an_answer_from_elsewhere_opens_nothing(world: World, fault: dict[str, Any]) -> None:
    key = keyed(world)
    key.counter += 1
    for name, value in fault.items():
        setattr(key, name, value)
    client = world.client("qian")

    assert "bad_key" in use(world, client, key)

    assert client.get("/desk", base_url=BASE).status_code == 401
    assert world.works.tables.waits["qian", "factor"].failures == 1


def test_a_key_that_does_not_verify_its_holder_is_not_taken(world: World) -> None:
    client = world.client("qian")
    assert "bad_key" in add(world, client, SoftKey(is_verified=False))
    assert world.office.keys.of("qian") == ()


def test_an_answer_counts_once_and_for_minutes(world: World) -> None:
    key = keyed(world)
    key.counter += 1
    client, other = world.client("qian"), world.client("qian")
    answer = key.get(ask(world, client, "use"))
    ask(world, other, "use")

    assert "bad_key" in show(world, other, answer)
    late = key.get(ask(world, other, "use"))
    world.clock.advance(CHALLENGE_TIME + timedelta(seconds=1))
    assert "bad_key" in show(world, other, late)
    assert show(world, client, answer) != "/desk/home"


def test_a_secret_that_was_shown_before_the_key_opens_nothing(world: World) -> None:
    """The page shows a secret before its owner chooses a key; somebody may have seen it."""
    stranger = world.client("qian")
    secret = read_secret(stranger)
    keyed(world)
    assert "qian" not in world.works.tables.factors

    for client in (stranger, world.client("qian")):
        assert give(world, client, code_of(world, secret)) == 401
        assert client.get("/desk", base_url=BASE).status_code == 401


def test_a_secret_left_beside_a_key_by_an_older_release_opens_nothing(world: World) -> None:
    stranger = world.client("qian")
    secret = read_secret(stranger)
    row = world.works.tables.factors["qian"]
    keyed(world)
    with world.works() as work:
        work.staff.save_factor(row)
        work.commit()

    assert give(world, stranger, code_of(world, secret)) == 401
    assert give(world, stranger, code_of(world, row.secret)) == 401


def cut(answer: str, name: str, data: bytes) -> str:
    """Put other bytes into an answer."""
    told = json.loads(answer)
    told["response"][name] = websafe_encode(data)
    return json.dumps(told)


BROKEN = [b"", b"\0", b"\0" * 36, b"\0" * 32 + b"\x45\0\0\0\1", b"\0" * 32 + b"\x85\0\0\0\1\x5b"]
"""Authenticator data that end too early: in the digest, the counter, the key, the extensions."""


@pytest.mark.parametrize("data", BROKEN, ids=len)
def test_broken_bytes_of_a_key_count_as_a_failure(world: World, data: bytes) -> None:
    key = keyed(world)
    client = world.client("qian")

    answer = cut(key.get(ask(world, client, "use")), "authenticatorData", data)

    assert "bad_key" in show(world, client, answer)
    assert world.works.tables.waits["qian", "factor"].failures == 1
    assert not world.works.tables.challenges


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\xa1", b"\xa1\x81\x01\x01", b"\x81" * 3000, b"\xbf", b"\x1b" + b"\xff" * 8),
        *(cbor.encode({"fmt": "none", "authData": one, "attStmt": {}}) for one in BROKEN),
    ],
    ids=lambda data: data[:12].hex(),
)
def test_a_broken_new_key_is_not_taken(world: World, data: bytes) -> None:
    client = world.client("qian")
    answer = cut(SoftKey().create(ask(world, client, "add")), "attestationObject", data)
    form = {"csrf": world.csrf(client), "label": "x", "answer": answer}

    assert "bad_key" in (client.post("/keys", data=form, base_url=BASE).location or "")

    assert world.office.keys.of("qian") == ()


def test_a_copied_key_is_refused_and_told(world: World) -> None:
    key = keyed(world)
    key.counter = 7
    assert use(world, world.client("qian"), key) == "/desk/home"

    key.counter = 7
    assert "bad_key" in use(world, world.client("qian"), key)

    with world.works.reading() as work:
        assert "key counter went back" in [r.act for r in work.journal.of("qian")]


def test_a_key_that_does_not_count_is_taken_again_and_again(world: World) -> None:
    key = SoftKey(counter=0)
    assert add(world, world.client("qian"), key) == "/desk/home"
    for _ in range(2):
        assert use(world, world.client("qian"), key) == "/desk/home"


def test_wrong_answers_lock_like_wrong_codes_and_the_wait_ends(world: World) -> None:
    key = keyed(world)
    client = world.client("qian")
    for _ in range(5):
        assert "bad_key" in use(world, client, SoftKey())
    key.counter += 1
    assert "key_locked" in use(world, client, key)

    world.clock.advance(timedelta(seconds=31))

    assert use(world, client, key) == "/desk/home"


def test_several_keys_and_codes_stand_beside_one_another(world: World) -> None:
    client, _ = enrolled(world)
    first, second = SoftKey(), SoftKey()
    assert "key_added" in add(world, client, first)
    assert "key_added" in add(world, client, second, "绿色")

    text = page(world.client("qian"), "/sign-in/code")
    assert 'id="code"' in text
    assert "data-ask" in text
    second.counter += 1
    assert use(world, world.client("qian"), second) == "/desk/home"


def test_who_adds_a_key_shows_the_factor_that_is_there(world: World) -> None:
    """A stolen session, or half a one, must not make itself a way in."""
    client, _ = enrolled(world)
    half = world.client("qian")
    form = {"csrf": world.csrf(half)}
    assert half.post("/keys/asked/add", data=form, base_url=BASE).status_code == 403
    world.clock.advance(FRESH)
    form = {"csrf": world.csrf(client)}
    assert client.post("/keys/asked/add", data=form, base_url=BASE).status_code == 403
    assert "请先验证身份" in page(client, "/desk/keys")


def test_a_decision_after_a_while_is_confirmed_by_the_key_and_says_so(world: World) -> None:
    client, key = world.client("qian"), SoftKey()
    add(world, client, key)
    world.clock.advance(FRESH)
    assert "data-ask" in page(client, CASE)
    asked = decide(world, client, "refuse", opinion="已被查封")
    assert (asked.status_code, "请用安全密钥验证" in asked.get_data(as_text=True)) == (422, True)

    key.counter += 1
    answer = key.get(ask(world, client, "use"))
    right = decide(world, client, "refuse", opinion="已被查封", answer=answer)

    assert right.status_code == 303
    session = next(iter(world.works.tables.sessions.values()))
    assert session.confirmed_by == "webauthn"


def test_the_administrator_removes_a_lost_key_and_its_sessions_end(world: World) -> None:
    client = world.client("qian")
    add(world, client, SoftKey())
    [row] = world.office.keys.of("qian")
    boss, _ = enrolled(world, "zheng")
    assert row.label in page(boss, "/desk/staff")

    form = {"csrf": world.csrf(boss), "staff_id": "qian", "key": row.credential_id}
    assert boss.post("/desk/staff/removed-key", data=form, base_url=BASE).status_code == 303

    assert world.office.keys.of("qian") == ()
    assert client.get("/desk", base_url=BASE).status_code == 401
    with pytest.raises(NotFoundError):
        world.office.keys.remove("qian", row.credential_id, by="operator:test")


def test_nobody_else_removes_keys(world: World) -> None:
    keyed(world, "sun")
    client, _ = enrolled(world)
    [row] = world.office.keys.of("sun")
    form = {"csrf": world.csrf(client), "staff_id": "sun", "key": row.credential_id}
    assert client.post("/desk/staff/removed-key", data=form, base_url=BASE).status_code == 403
    assert world.office.keys.of("sun") == (row,)


@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", '{"id": 1}', "{" * 100, "x" * 30_000])
def test_nonsense_is_refused(world: World, answer: str) -> None:
    keyed(world)
    client = world.client("qian")
    ask(world, client, "use")
    assert "bad_key" in show(world, client, answer)


def test_a_reset_takes_the_keys_too(world: World) -> None:
    keyed(world)
    world.office.factors.reset("qian", by="operator:test")
    assert world.office.keys.of("qian") == ()
