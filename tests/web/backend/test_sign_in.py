import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.web.callers import SESSION_COOKIE
from backend.web.sign_in import FORM_COOKIE
from tests.web.backend.fake_office import PASSWORD, World

BASE = "https://localhost"
BROWSER = {"Accept": "text/html"}


def sign_in(
    world: World, user: str, password: str, client: FlaskClient | None = None
) -> TestResponse:
    client = client or world.app.test_client()
    page = client.get("/sign-in", base_url=BASE).get_data(as_text=True)
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    form = {"csrf": found.group(1), "user": user, "password": password}
    return client.post("/sign-in", data=form, base_url=BASE)


def test_a_right_password_opens_a_session(world: World) -> None:
    answer = sign_in(world, "qian", PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/desk/home")


def test_the_session_cookie_is_for_this_host_alone(world: World) -> None:
    answer = sign_in(world, "qian", PASSWORD)

    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE)]
    assert cookie.startswith("__Host-sid=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.parametrize(("user", "password"), [("qian", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_which_of_name_and_password_was_wrong_is_not_told(
    world: World, user: str, password: str
) -> None:
    answer = sign_in(world, user, password)

    assert answer.status_code == 401
    assert "工号或口令不对" in answer.get_data(as_text=True)


def test_after_many_failures_the_account_waits(world: World) -> None:
    for _ in range(5):
        sign_in(world, "qian", "wrong")

    answer = sign_in(world, "qian", PASSWORD)

    assert answer.status_code == 429
    assert "请到 10:30:30 再试" in answer.get_data(as_text=True)


def test_strangers_keep_nobody_out_of_his_own_browser(world: World) -> None:
    own = world.app.test_client()
    assert sign_in(world, "qian", PASSWORD, own).status_code == 303
    for _ in range(9):
        sign_in(world, "qian", "wrong")
        world.clock.advance(timedelta(minutes=16))
    sign_in(world, "qian", "wrong")
    assert sign_in(world, "qian", PASSWORD).status_code == 429

    assert sign_in(world, "qian", PASSWORD, own).status_code == 303


def test_failures_in_ones_own_browser_count_there(world: World) -> None:
    own = world.app.test_client()
    sign_in(world, "qian", PASSWORD, own)
    for _ in range(5):
        assert sign_in(world, "qian", "wrong", own).status_code == 401

    assert sign_in(world, "qian", PASSWORD, own).status_code == 429
    assert sign_in(world, "qian", PASSWORD).status_code == 303
    world.clock.advance(timedelta(seconds=31))
    assert sign_in(world, "qian", PASSWORD, own).status_code == 303


def test_a_browser_is_known_to_the_accounts_that_signed_in_with_it(world: World) -> None:
    """What a browser keeps for one account opens no door of its own to another."""
    own = world.app.test_client()
    sign_in(world, "qian", PASSWORD, own)
    for _ in range(5):
        sign_in(world, "sun", "wrong")

    assert sign_in(world, "sun", PASSWORD, own).status_code == 429


def test_a_sign_in_form_without_its_cookie_is_refused(world: World) -> None:
    client = world.app.test_client()

    for token in ("", "x"):
        form = {"csrf": token, "user": "qian", "password": PASSWORD}
        assert client.post("/sign-in", data=form, base_url=BASE).status_code == 403


def test_a_sign_in_form_of_another_site_is_refused(world: World) -> None:
    client = world.app.test_client()
    client.set_cookie(FORM_COOKIE, "token", secure=True)
    form = {"csrf": "token", "user": "qian", "password": PASSWORD}

    for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        answer = client.post("/sign-in", data=form, base_url=BASE, headers=headers)
        assert answer.status_code == 403
    answer = client.post(
        "/sign-in", data=form, base_url=BASE, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_a_page_asks_who_is_there(world: World) -> None:
    answer = world.app.test_client().get("/desk", base_url=BASE, headers=BROWSER)

    assert (answer.status_code, answer.location) == (303, "/sign-in?over=")


def test_an_idle_session_ends(world: World) -> None:
    client = world.client("qian")
    world.clock.advance(timedelta(minutes=16))

    assert client.get("/desk", base_url=BASE, headers=BROWSER).status_code == 303


def test_signing_out_ends_the_session(world: World) -> None:
    client = world.client("qian")
    token = client.get_cookie(SESSION_COOKIE)
    assert token is not None

    answer = client.post("/sign-out", data={"csrf": world.csrf(client)}, base_url=BASE)

    assert answer.status_code == 303
    assert world.office.staff.find_session(token.value, at=world.clock.now()) is None


def test_signing_out_needs_the_form_of_the_session(world: World) -> None:
    client = world.client("qian")

    assert client.post("/sign-out", data={"csrf": "x"}, base_url=BASE).status_code == 403
    assert client.get("/desk", base_url=BASE).status_code == 200


def test_everybody_lands_on_his_own_work(world: World) -> None:
    for staff_id, page in (("qian", "/desk"), ("zheng", "/desk/terminals")):
        assert world.client(staff_id).get("/desk/home", base_url=BASE).location == page


def test_a_name_typed_wrong_is_shown_escaped(world: World) -> None:
    answer = sign_in(world, '"><script>', "wrong")

    assert "<script>" not in answer.get_data(as_text=True).replace("<script src=", "")
