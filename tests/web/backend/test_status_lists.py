"""The status list over HTTP: for anybody, from any page."""

from tests.web.backend.fake_office import World, issue_certificate

BASE = "https://localhost"


def test_anybody_gets_the_list(world: World) -> None:
    issue_certificate(world)
    answer = world.app.test_client().get("/status/2026/0", base_url=BASE)
    assert answer.content_type == "application/statuslist+jwt"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert '"sub": "https://localhost/status/2026/0"' in answer.get_data(as_text=True)


def test_what_is_no_list_is_not_found(world: World) -> None:
    client = world.app.test_client()
    for path in ("/status/2014/0", "/status/2026/9", "/status/2026/-1", "/status/x/0"):
        assert client.get(path, base_url=BASE).status_code == 404
