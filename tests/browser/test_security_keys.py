"""Security keys in Chromium, with a virtual authenticator in the place of the key."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from backend.office.case import Stage
from tests.web.backend.fake_office import fill_queue, make_world
from tests.web.backend.served import Served, check, serve, sign_in
from tests.web.backend.test_security_keys import keyed

CASE = "/desk/cases/20260929-0000001"


@pytest.fixture
def served() -> Iterator[Served]:
    """Serve an office that wants a second factor of everybody."""
    world = make_world(is_factor_required=True)
    fill_queue(world)
    with serve(world) as base:
        yield Served(world, base)


def plug_in(page: Page, **options: Any) -> tuple[CDPSession, str]:
    """Plug a key into the browser; return the session and the key's name there."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": told | options})
    return devtools, made["authenticatorId"]


def test_a_key_lets_in_confirms_a_decision_and_is_removed(page: Page, served: Served) -> None:
    devtools, first = plug_in(page)
    sign_in_half(page, served)
    check(page)
    page.fill("#label", "蓝色")
    page.get_by_role("button", name="登记安全密钥").click()
    expect(page.get_by_role("heading", name="待办")).to_be_visible()

    page.goto(f"{served.base}/desk/keys")
    expect(page.get_by_role("rowheader", name="蓝色")).to_be_visible()
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    plug_in(page)
    page.fill("#label", "备用")
    page.get_by_role("button", name="登记密钥").click()
    expect(page.get_by_role("rowheader", name="备用")).to_be_visible()
    check(page)

    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in**")
    sign_in_half(page, served)
    check(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="待办")).to_be_visible()

    served.world.clock.advance(timedelta(minutes=6))
    page.goto(served.base + CASE)
    page.fill("#op", "请补交共有协议")
    page.keyboard.press("Tab")
    page.keyboard.press("F9")
    page.wait_for_url("**/desk?view=mine&done=correction_required")
    assert served.world.case(1).stage is Stage.CORRECTION_REQUIRED


def test_a_key_that_does_not_know_its_holder_opens_nothing(page: Page, served: Served) -> None:
    plug_in(page, hasUserVerification=False, isUserVerified=False)
    sign_in_half(page, served)
    page.get_by_role("button", name="登记安全密钥").click()
    expect(page.get_by_text("密钥没有回答").first).to_be_visible()
    assert served.world.office.keys.of("qian") == ()


def test_where_keys_do_not_work_the_page_says_why(page: Page, served: Served) -> None:
    """Who has nothing but a key came to a page with no form and no word."""
    keyed(served.world)
    page.add_init_script("delete window.PublicKeyCredential")
    sign_in_half(page, served)
    expect(page.get_by_text("这里用不了安全密钥")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="用安全密钥")).to_be_hidden()
    check(page)


def test_the_administrators_list_is_accessible(page: Page, served: Served) -> None:
    plug_in(page)
    sign_in_half(page, served, "zheng")
    page.get_by_role("button", name="登记安全密钥").click()
    expect(page.get_by_role("heading", name="终端")).to_be_visible()
    page.get_by_role("link", name="密钥", exact=True).first.click()
    expect(page.get_by_role("rowheader", name="zheng")).to_be_visible()
    check(page)
    page.get_by_role("button", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    page.wait_for_url("**/sign-in**")
    assert served.world.office.keys.of("zheng") == ()


def sign_in_half(page: Page, served: Served, staff_id: str = "qian") -> None:
    """Come as far as the second factor."""
    sign_in(page, served.base, staff_id, to="**/sign-in/code")
