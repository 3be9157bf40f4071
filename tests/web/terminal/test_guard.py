"""Only our own page, in a window that we opened, gets anything."""

import pytest

from terminal.web import launch_url
from terminal.web.guard import CODE_LIFE_S, Launch
from tests.web.terminal.world import PORT, World

STATION = "/ui/api/station"


@pytest.mark.parametrize(
    "host",
    ["evil.test", f"evil.test:{PORT}", "127.0.0.1", f"localhost:{PORT}", "127.0.0.1:9999", ""],
)
def test_a_rebound_name_gets_nothing(world: World, host: str) -> None:
    """DNS rebinding: the page's own name resolves to 127.0.0.1, yet its Host tells."""
    answer = world.client.get(
        STATION, base_url=world.origin, headers={"Host": host, "X-UI-Token": world.token}
    )

    assert answer.status_code == 421
    assert "示例" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/ui/main.js", STATION])
def test_the_empty_shell_too_wants_our_own_host(world: World, path: str) -> None:
    answer = world.client.get(path, base_url=world.origin, headers={"Host": "evil.test"})

    assert answer.status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.test", "null", f"https://127.0.0.1:{PORT}", ""])
def test_another_origin_changes_nothing(world: World, origin: str) -> None:
    answer = world.call(
        "POST",
        "/ui/api/drafts",
        {"kind": "mortgage.first_registration", "teller": "T0007"},
        headers={"Origin": origin},
    )

    assert answer.status_code == 403
    assert world.box.drafts() == ()


def test_a_write_without_an_origin_is_refused(world: World) -> None:
    answer = world.client.post(
        "/ui/api/drafts",
        base_url=world.origin,
        headers={"X-UI-Token": world.token},
        json={"kind": "mortgage.first_registration", "teller": "T0007"},
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_cross_site_request_is_refused(world: World, site: str) -> None:
    answer = world.call("GET", STATION, headers={"Sec-Fetch-Site": site})

    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "wrong", "ü" * 43, "\x80\xff"])
def test_every_datum_wants_the_token(world: World, token: str) -> None:
    answer = world.call("GET", STATION, headers={"X-UI-Token": token})

    assert answer.status_code == 401


def test_every_route_but_the_shell_wants_the_token(world: World) -> None:
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint in {"shell.page", "shell.asset", "shell.font", "shell.launch"}:
            continue
        path = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
        assert path is not None
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = world.call(method, path[1], headers={"X-UI-Token": "wrong"})
            assert answer.status_code == 401, (method, path[1])


def test_another_machine_is_refused(world: World) -> None:
    answer = world.call("GET", STATION, environ_overrides={"REMOTE_ADDR": "10.0.0.9"})

    assert answer.status_code == 403


def test_a_target_in_absolute_form_is_refused(world: World) -> None:
    answer = world.call("GET", STATION, environ_overrides={"RAW_URI": "http://evil.test/"})

    assert answer.status_code == 421


def test_a_chunked_body_is_refused(world: World) -> None:
    """Some servers cut a chunked body short in silence."""
    answer = world.call(
        "POST", "/ui/api/drafts", headers={"Transfer-Encoding": "chunked"}, data=b"{}"
    )

    assert answer.status_code == 411


def test_every_answer_is_hardened_and_sets_no_cookie(world: World) -> None:
    for path in ("/", STATION, "/nowhere"):
        headers = world.call("GET", path).headers
        assert "'unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Set-Cookie" not in headers
        assert "Access-Control-Allow-Origin" not in headers


def test_a_launch_code_is_good_once(world: World) -> None:
    code = launch_url(world.app, PORT).partition("#")[2]
    first = world.call("POST", "/ui/api/launch", {"code": code}, headers={"X-UI-Token": ""})
    again = world.call("POST", "/ui/api/launch", {"code": code}, headers={"X-UI-Token": ""})

    assert (first.json or {})["token"] == world.token
    assert again.status_code == 401


def test_a_launch_code_dies_by_itself() -> None:
    now = [0.0]
    launch = Launch(monotonic=lambda: now[0])
    code = launch.issue()
    now[0] = CODE_LIFE_S + 1

    assert launch.exchange(code) is None


def test_the_address_carries_the_code_in_its_fragment(world: World) -> None:
    url = launch_url(world.app, PORT)

    assert url.startswith(f"http://127.0.0.1:{PORT}/#")


def test_options_tells_no_other_origin_anything(world: World) -> None:
    answer = world.client.options(
        STATION, base_url=world.origin, headers={"Origin": "http://evil.test"}
    )

    assert answer.status_code == 403
