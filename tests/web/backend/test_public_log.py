"""The log over HTTP: the paths of C2SP tlog-tiles, for anybody; the way back for counters alone."""

import pytest
from werkzeug.test import TestResponse

from backend.office.log_keeping import PUBLISHED
from certs.checkpoints import parse_checkpoint, parse_growth, parse_proof
from certs.notes import parse_note
from tests.clock import FrozenClock
from tests.factories import PROOF_NO
from tests.logs import LogStand
from tests.pki import PKI
from tests.web.backend.fake_office import CODE, PEER, World, issue_certificate

BASE = "https://localhost"


@pytest.fixture
def grown(world: World, pki: PKI, clock: FrozenClock) -> World:
    """A world whose log holds 300 records and more."""
    issue_certificate(world)
    stand = LogStand(world.works, pki, clock)
    stand.write(1, act=PUBLISHED, ref=PROOF_NO)
    stand.grow(300)
    return world


def get(world: World, path: str) -> TestResponse:
    return world.app.test_client().get(path, base_url=BASE)


def test_the_head_is_text_that_is_soon_asked_for_again(grown: World) -> None:
    answer = get(grown, "/log/checkpoint")
    head = parse_checkpoint(parse_note(answer.get_data(as_text=True)).text)
    assert head.size >= 300
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=2"


def test_a_tile_is_kept_for_ever(grown: World) -> None:
    answer = get(grown, "/log/tile/0/000")
    assert (answer.status_code, len(answer.get_data())) == (200, 8192)
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    ["0/002", "0/1", "0/000/", "0/000.p/256", "9/000", "x", "entries/000", "0/000.p/%30"],
)
def test_what_is_no_tile_is_not_found_and_not_kept(grown: World, path: str) -> None:
    answer = get(grown, f"/log/tile/{path}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_anybody_may_watch(grown: World) -> None:
    growth = parse_growth(get(grown, "/log/growth?old=7").get_data(as_text=True))
    size = parse_checkpoint(parse_note(growth.checkpoint).text).size
    assert growth.old_size == 7
    proof = parse_proof(get(grown, f"/log/proof/{size}/7").get_data(as_text=True))
    assert proof.index == 7
    assert get(grown, "/log/growth?old=x").status_code == 400
    assert get(grown, f"/log/proof/{size}/{size}").status_code == 404
    assert get(grown, "/log/witnessed").status_code == 404
    assert get(grown, "/log/witnesses").get_json() == {"witnesses": []}


def test_before_the_first_head_there_is_nothing(world: World) -> None:
    for path in ("checkpoint", "witnessed", "growth", "tile/0/000", "proof/1/0"):
        assert get(world, f"/log/{path}").status_code == 404


def test_a_certificate_s_proof_is_for_whoever_holds_the_certificate(grown: World) -> None:
    for path in (f"/verify/{PROOF_NO}/tlog-proof", f"/verify/{PROOF_NO}/tlog-proof?c=WRONG"):
        assert get(grown, path).status_code == 404
    answer = get(grown, f"/verify/{PROOF_NO}/tlog-proof?c={CODE}")
    assert PROOF_NO.encode() in parse_proof(answer.get_data(as_text=True)).entry
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("witness", {"statement": "x"}),
        ("cosignatures", {"size": "3", "line": "x"}),
        ("reports", {"seen": "x", "shown": "x"}),
    ],
)
def test_the_way_back_is_for_counters_alone(grown: World, path: str, body: dict[str, str]) -> None:
    url = f"/api/v1/log/{path}"
    stranger = grown.app.test_client()
    assert stranger.post(url, json=body, base_url=BASE).status_code == 401
    client = grown.client(peer=PEER)
    assert client.post(url, json={}, base_url=BASE).status_code == 422
    told = client.post(url, json=body, base_url=BASE)
    assert told.status_code in {404, 409, 422}
    assert told.get_json()["code"]
