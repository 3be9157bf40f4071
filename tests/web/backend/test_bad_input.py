"""No input from outside may make the office fail: whatever is sent, the answer is below 500."""

import itertools
import random
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.backend.fake_office import PEER, World, issue_certificate

BASE = "https://localhost"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
TEXTS = (
    "",
    "x",
    "\x00",
    "%00",
    "..%2f..%2f..%2fetc%2fpasswd",
    "../../../etc/passwd",
    "%ff%fe",
    "%ed%a0%80",
    "豫（2026）开封市不动产证明第0012345号",
    "20260929-0000001",
    "20260929-9999999",
    "'; DROP TABLE cases; --",
    "{{7*7}}",
    "9" * 400,
    "\u202e\u0301",
    "-1",
    "KF-LT-01",
)
BODIES = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b"\xff\xfe\x00",
    b'{"code": 1, "code": 2}',
    b'{"certificate_no": NaN}',
    b'{"certificate_no": 1e999, "check_code": 1.5}',
    b'{"certificate_no": "\\ud800", "check_code": "\\u0000"}',
    b'{"number": [], "purpose": {}}',
    b'{"code": "x", "tls_request": "x", "package_request": "x"}',
    b'{"certificate_no": "' + b"x" * 300_000 + b'"}',
    b"[" * 100_000,
    b"csrf=%ff&opinion=%00&verdict=approve&item=%d9%a3",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../x"\r\n\r\n%PDF\r\n',
)
TYPES = (
    "",
    "application/json",
    "application/json; charset=utf-16",
    "application/pdf",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/html\x00",
)


def paths(world: World, text: str) -> Iterator[str]:
    for rule in world.app.url_map.iter_rules():
        yield re.sub(r"<[^>]+>", text.replace("\\", ""), rule.rule)


@pytest.fixture
def clients(world: World) -> dict[str, FlaskClient]:
    issue_certificate(world)
    names = ("qian", "wu", "zheng")
    staff = {name: world.client(name) for name in names}
    return staff | {"terminal": world.client(peer=PEER), "anybody": world.app.test_client()}


def judge(answer: TestResponse, told: object) -> None:
    assert answer.status_code < 500, told
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        assert answer.content_type in {"application/problem+json", "text/html; charset=utf-8"}


@pytest.mark.parametrize("method", METHODS)
def test_every_path_takes_every_method(
    world: World, clients: dict[str, FlaskClient], method: str
) -> None:
    for name, client in clients.items():
        for path in paths(world, "20260929-0000001"):
            judge(
                client.open(path, method=method, base_url=BASE, buffered=True), (name, method, path)
            )


@pytest.mark.parametrize("text", TEXTS)
def test_every_path_takes_every_text(
    world: World, clients: dict[str, FlaskClient], text: str
) -> None:
    query = f"?view={text}&q={text}&page={text}&material={text}&c={text}&n={text}&after={text}"
    for name, client in clients.items():
        for path in paths(world, text):
            judge(client.get(path + query, base_url=BASE, buffered=True), (name, path))
            judge(
                client.get(path, base_url=BASE, buffered=True, headers={"Accept": "text/html"}),
                (name, path),
            )


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_every_form_takes_every_body(
    world: World, clients: dict[str, FlaskClient], number: int
) -> None:
    body = BODIES[number]
    for name, client in clients.items():
        for path, kind in itertools.product(paths(world, "20260929-0000001"), TYPES):
            if any(p in path for p in ("/static/", "/look/")):
                continue
            answer = client.post(path, data=body, content_type=kind, base_url=BASE, buffered=True)
            judge(answer, (name, path, kind))


def test_a_signed_in_forms_fields_may_be_anything(world: World) -> None:
    chance = random.Random(20260929)
    client = world.client("qian")
    token = world.csrf(client)
    path = "/desk/cases/20260929-0000001/decision"
    alphabet = "aΩ\x00\r\n\ud7ff\u202e证<>\"'&%"
    for _ in range(60):
        names = ("verdict", "opinion", "evidence_sha256", "item", "csrf")
        form = {n: "".join(chance.choices(alphabet, k=chance.randrange(40))) for n in names}
        form |= {"csrf": token, "verdict": chance.choice(("approve", "correct", "refuse", "x"))}
        judge(client.post(path, data=form, base_url=BASE, buffered=True), form)


@pytest.mark.parametrize(
    "cookie", ["", "x", "\xff", "é" * 100, "a" * 4000, "%00", '"', "=;=", "\u0001"]
)
def test_a_session_cookie_may_be_anything(world: World, cookie: str) -> None:
    headers = {"Cookie": f"__Host-sid={cookie}; __Host-form={cookie}"}
    for path in ("/desk", "/sign-in", "/desk/terminals"):
        answer = world.app.test_client().get(path, base_url=BASE, buffered=True, headers=headers)
        judge(answer, cookie)


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "\xff"},
        {"Accept": "text/html;q=x"},
        {"Origin": "\xff"},
        {"Content-Length": "-1"},
        {"Content-Length": "x"},
        {"Content-Length": "9" * 30},
        {"Content-Digest": "sha-256=:" + "A" * 60_000 + ":"},
        {"Range": "bytes=x-"},
        {"Host": "elsewhere.example"},
        {"If-None-Match": '"'},
        {"Accept-Language": "*" * 1000},
    ],
)
def test_headers_may_be_anything(
    world: World, clients: dict[str, FlaskClient], headers: dict[str, str]
) -> None:
    for name, client in clients.items():
        for path in paths(world, "20260929-0000001"):
            for method in ("GET", "POST"):
                answer = client.open(
                    path, method=method, base_url=BASE, buffered=True, headers=headers
                )
                judge(answer, (name, method, path))
