"""Half a session behind the password, a whole one behind a code that counts once."""

import base64
import re
from contextlib import suppress
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask.testing import FlaskClient

from backend.codes import TimeCodes
from backend.errors import BadLoginError, LoginLockedError, NotFoundError
from backend.office.factors import FRESH
from backend.web.callers import SESSION_COOKIE
from tests.rows import AT
from tests.web.backend.fake_office import World, fill_queue, make_world
from tests.web.backend.test_review_desk import BASE, CASE, decide, page

CODE = "/sign-in/code"


@pytest.fixture
def world() -> World:
    made = make_world(is_factor_required=True)
    fill_queue(made)
    return made


def read_secret(client: FlaskClient) -> bytes:
    found = re.search(r'class="mono">([A-Z2-7 ]+)</span>', page(client, CODE))
    assert found is not None
    return base64.b32decode(found.group(1).replace(" ", ""))


def code_of(world: World, secret: bytes, *, steps: int = 0) -> str:
    at = world.clock.now().timestamp() + 30 * steps
    return TOTP(secret, 6, SHA1(), 30).generate(int(at)).decode()  # as apps do


def give(world: World, client: FlaskClient, code: str) -> int:
    form = {"csrf": world.csrf(client), "code": code}
    return client.post(CODE, data=form, base_url=BASE).status_code


def enrolled(world: World, staff_id: str = "qian") -> tuple[FlaskClient, bytes]:
    client = world.client(staff_id)
    secret = read_secret(client)
    assert give(world, client, code_of(world, secret)) == 303
    return client, secret


def test_the_codes_are_those_of_rfc_6238() -> None:
    """Appendix B, SHA-1, the last six of its eight digits; the step is the time over thirty."""
    codes, secret = TimeCodes(), b"12345678901234567890"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        at = AT.fromtimestamp(seconds, AT.tzinfo)
        assert codes.find_step(secret, code, at) == seconds // 30
        assert codes.find_step(secret, code, at + timedelta(seconds=61)) is None
    for odd in ("28708", "２８７０８２", "", "-87082", "28 082"):
        assert codes.find_step(secret, odd, AT.fromtimestamp(59, AT.tzinfo)) is None


def test_a_password_alone_leads_to_the_code_and_nowhere_else(world: World) -> None:
    client = world.client("qian")

    for path in ("/desk", CASE, f"{CASE}/portraits/0"):
        answer = client.get(path, base_url=BASE, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.location) == (303, "/sign-in?over=")
    assert client.get("/sign-in", base_url=BASE).location == CODE
    form = {"csrf": world.csrf(client)}
    assert client.post("/desk/next", data=form, base_url=BASE).status_code == 401


def test_the_first_code_makes_the_factor_and_the_token_changes(world: World) -> None:
    client = world.client("qian")
    before = client.get_cookie(SESSION_COOKIE)
    secret = read_secret(client)
    assert read_secret(client) == secret

    assert give(world, client, code_of(world, secret)) == 303

    after = client.get_cookie(SESSION_COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert world.office.staff.find_session(before.value, at=world.clock.now()) is None
    assert "待办" in page(client, "/desk")


def test_a_secret_that_somebody_else_saw_first_is_not_the_owners(world: World) -> None:
    """Whoever knows the password may look at the page before its owner comes."""
    seen = read_secret(world.client("qian"))
    _, secret = enrolled(world)
    assert secret != seen
    world.clock.advance(timedelta(seconds=60))

    assert give(world, world.client("qian"), code_of(world, seen)) == 401


def test_the_secret_is_shown_no_more_once_it_counts(world: World) -> None:
    enrolled(world)

    text = page(world.client("qian"), CODE)

    assert "otpauth" not in text
    assert 'class="qr"' not in text


def test_a_code_counts_once(world: World) -> None:
    _, secret = enrolled(world)
    client = world.client("qian")

    assert give(world, client, code_of(world, secret)) == 401
    world.clock.advance(timedelta(seconds=30))
    assert give(world, client, code_of(world, secret)) == 303


def test_wrong_codes_count_and_the_wait_ends_by_itself(world: World) -> None:
    _, secret = enrolled(world)
    client = world.client("qian")
    for _ in range(5):
        assert give(world, client, "000000") == 401
    world.clock.advance(timedelta(seconds=29))
    assert give(world, client, code_of(world, secret)) == 429

    world.clock.advance(timedelta(seconds=31))

    assert give(world, client, code_of(world, secret)) == 303


def test_strangers_do_not_lock_the_code(world: World) -> None:
    """Wrong codes come from somebody who knows the password; wrong passwords from anybody."""
    _, secret = enrolled(world)
    client = world.client("qian")
    for _ in range(6):
        with suppress(BadLoginError, LoginLockedError):
            world.office.staff.sign_in("qian", "wrong")
    world.clock.advance(timedelta(seconds=30))

    assert give(world, client, code_of(world, secret)) == 303


def test_a_decision_after_a_while_asks_for_a_code_and_keeps_the_opinion(world: World) -> None:
    client, secret = enrolled(world)
    assert 'id="code"' not in page(client, CASE)
    world.clock.advance(FRESH)
    assert 'id="code"' in page(client, CASE)

    asked = decide(world, client, "refuse", opinion="已被查封")
    wrong = decide(world, client, "refuse", opinion="已被查封", code="000000")

    for answer, words in ((asked, "请输入动态码"), (wrong, "动态码不对")):
        assert answer.status_code == 422
        assert words in answer.get_data(as_text=True)
        assert ">已被查封</textarea>" in answer.get_data(as_text=True)
    assert world.case().awaiting == "first"
    right = decide(world, client, "refuse", opinion="x", code=code_of(world, secret))
    assert right.status_code == 303
    assert world.case().awaiting == "second"


def test_a_decision_is_signed(world: World) -> None:
    client, _ = enrolled(world)
    decide(world, client, "refuse")

    [decision] = world.works.tables.decisions.values()
    assert decision.statement == "decision/1.made-up.statement"


def test_a_lost_phone_is_reset_and_its_sessions_end(world: World) -> None:
    client, secret = enrolled(world)

    world.office.factors.reset("qian", by="operator:test")

    assert client.get("/desk", base_url=BASE).status_code == 401
    assert read_secret(world.client("qian")) != secret
    with pytest.raises(NotFoundError):
        world.office.factors.reset("zhou", by="operator:test")


def test_where_it_is_optional_somebody_adds_it_by_himself() -> None:
    world = make_world()
    client = world.client("qian")
    assert "加动态码或密钥" in page(client, "/desk")

    assert give(world, client, code_of(world, read_secret(client))) == 303

    assert "加动态码" not in page(client, "/desk")
    assert client.get(CODE, base_url=BASE).location == "/desk/home"
    assert world.client("qian").get("/desk", base_url=BASE).status_code == 401
