from tests.web.backend.fake_office import PEER, World

BASE = "https://localhost"
REVOKE = "/desk/terminals/KF-LT-01/revocation"


def test_the_administrator_sees_the_terminals(world: World) -> None:
    text = world.client("zheng").get("/desk/terminals", base_url=BASE).get_data(as_text=True)

    assert "KF-LT-01" in text
    assert "1 台，1 台可以收发件" in text


def test_nobody_else_does(world: World) -> None:
    for staff_id in ("qian", "zhou", "wu"):
        client = world.client(staff_id)
        form = {"csrf": world.csrf(client)}
        assert client.get("/desk/terminals", base_url=BASE).status_code == 403
        assert client.post(REVOKE, data=form, base_url=BASE).status_code == 403


def test_a_revoked_terminal_is_out_at_once(world: World) -> None:
    counter = world.client(peer=PEER)
    assert counter.get("/api/v1/answers", base_url=BASE).status_code == 200
    client = world.client("zheng")

    answer = client.post(REVOKE, data={"csrf": world.csrf(client)}, base_url=BASE)

    assert answer.location == "/desk/terminals?done=revoked"
    assert counter.get("/api/v1/answers", base_url=BASE).status_code == 403
    assert world.issuer.revoked == ["KF-LT-01"]


def test_revoking_needs_the_form_of_the_session(world: World) -> None:
    assert world.client("zheng").post(REVOKE, base_url=BASE).status_code == 403


def test_an_unknown_terminal_is_not_found(world: World) -> None:
    client = world.client("zheng")

    answer = client.post(
        "/desk/terminals/NOWHERE/revocation", data={"csrf": world.csrf(client)}, base_url=BASE
    )

    assert answer.status_code == 404
