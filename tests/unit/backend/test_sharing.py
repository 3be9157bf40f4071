import hashlib
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from backend.errors import MisconfiguredError
from backend.office.checks import IdentityCheck
from backend.sharing import load_sharing
from backend.sharing.envelope import Account, Question, format_identity
from backend.sharing.gateway import Police as PoliceService
from backend.sharing.gateway import PoliceGateway
from backend.sharing.simulated import SimulatedPolice
from tests.factories import LI, ZHANG
from tests.rows import AT, CASE_NO

BENT = ZHANG[:-1] + "0"
COULD_BE_REAL = "11010519491231002X"  # the specimen number printed in GB 11643


def ask(sharing: PoliceService, number: str = ZHANG) -> IdentityCheck:
    return sharing.check_identity(name="张示例", number=number, case_no=CASE_NO, at=AT)


def good(**data: Any) -> bytes:
    return json.dumps({"head": {"status": "0200"}, "data": data}).encode()


def identity(code: str) -> bytes:
    return good(ReturnInfos=[{"CheckCode": code, "CheckCodeDesc": "-", "DataInfo": {}}])


def base(mark: str | None = "0", number: str = ZHANG) -> bytes:
    return good(result=[{"xm": "张示例", "gmsfzh": number, "swbs": mark}])


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is what some tests are about."""


class Police:
    """A gateway on this machine that says what it is told, in order."""

    def __init__(self) -> None:
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.asked: list[Any] = []
        police = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                police.asked.append(json.loads(self.rfile.read(length)))
                police.answers.pop(0)(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                """Say nothing: the tests read what was asked."""

        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/share"

    def will_say(self, *bodies: bytes, status: int = 200) -> None:
        self.answers += [partial(say, body=body, status=status) for body in bodies]


def say(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def police() -> Iterator[Police]:
    police = Police()
    thread = threading.Thread(target=police.server.serve_forever, args=(0.01,))
    thread.start()
    yield police
    police.server.shutdown()
    thread.join()
    police.server.server_close()


def impatient(url: str) -> PoliceGateway:
    return PoliceGateway(
        url=url, account=Account(), next_request_no=lambda at: "1", connect_s=0.2, total_s=0.2
    )


def test_without_a_url_made_up_people_are_confirmed_and_said_to_be_simulated() -> None:
    check = ask(load_sharing(""))

    assert (check.code, check.is_simulated) == ("000", True)


def test_the_simulated_police_never_vouch_for_somebody_who_could_be_real() -> None:
    assert not ask(load_sharing(""), COULD_BE_REAL).is_answered


def test_the_simulated_police_know_nobody_with_a_bent_number() -> None:
    assert ask(load_sharing(""), BENT).code == "999"


@pytest.mark.parametrize(
    ("knob", "code"), [("999", "999"), ("death", "death"), ("timeout", ""), ("017", "017")]
)
def test_a_knob_sets_the_answer_for_one_number(knob: str, code: str) -> None:
    sharing = load_sharing(f"simulated:{ZHANG}={knob}, {LI}=000")

    assert (ask(sharing).code, ask(sharing, LI).code) == (code, "000")


@pytest.mark.parametrize(
    "url",
    [
        "http://police.example/share",
        "ftp://127.0.0.1/",
        "https://",
        "police",
        f"simulated:{ZHANG}",
        f"simulated:{ZHANG}=dead",
    ],
)
def test_a_bad_url_stops_the_start(url: str) -> None:
    with pytest.raises(MisconfiguredError):
        load_sharing(url)


def test_request_numbers_hold_day_area_and_a_sequence_that_grows() -> None:
    sharing = load_sharing("")
    assert isinstance(sharing, SimulatedPolice)

    first, second = ask(sharing).request_no, ask(sharing).request_no

    assert first.startswith("20260929410200")
    assert len(first) == 20
    assert int(second[-6:]) == (int(first[-6:]) + 1) % 10**6


def test_the_police_are_asked_in_the_ministrys_envelope(police: Police) -> None:
    police.will_say(identity("000"), base())
    check = ask(load_sharing(police.url, account=Account(token="t0")))

    head, data = police.asked[0]["head"], police.asked[0]["data"]
    conditions = [
        {"CheckCondition": {"xm": "张示例"}, "QueryCondition": {"gmsfhm": ZHANG}},
    ]
    assert (head["cxqqdh"], head["token"]) == (check.request_no, "t0")
    assert (head["xzqdm"], head["businessNumber"]) == ("410200", CASE_NO)
    assert data["cxywlb"] == "police_identity_check"
    assert data["cxywcs"][0]["Conditions"] == conditions


def test_a_confirmed_person_is_looked_up_for_a_death_mark(police: Police) -> None:
    police.will_say(identity("000"), base())
    check = ask(load_sharing(police.url))

    assert police.asked[1]["data"] == {
        "cxywlb": "zw_police_baseinfo",
        "cxywcs": [{"xm": "张示例", "sfzh": ZHANG}],
    }
    assert (check.code, check.is_simulated, len(check.answer_sha256)) == ("000", False, 64)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((identity("999"),), "999"),
        ((identity("002"),), "002"),
        ((identity("000"), base("1")), "death"),
        ((identity("000"), base(None)), "000"),
        ((identity("000"), base("?")), ""),
        ((identity("000"), base(number=LI)), ""),
        ((identity("OK"),), ""),
        ((good(ReturnInfos=[]),), ""),
        ((good(ReturnInfos=[{"CheckCode": "000"}, {"CheckCode": "999"}]),), ""),
        ((json.dumps({"head": {"status": "0403"}, "CheckCode": "000"}).encode(),), ""),
        ((b"[]",), ""),
        ((b"<html>",), ""),
        ((b"\xff\xfe",), ""),
        ((b"[" * 5000,), ""),
        ((b" " * 300_000,), ""),
    ],
    ids=[
        "nobody",
        "different",
        "death mark",
        "no death mark at all",
        "unknown death mark",
        "another person's record",
        "no code",
        "nothing returned",
        "two codes",
        "the gateway timed out",
        "a list",
        "a page",
        "no text",
        "nested too deep",
        "too long",
    ],
)
def test_only_a_clear_answer_is_one(police: Police, answers: tuple[bytes, ...], code: str) -> None:
    police.will_say(*answers)

    assert ask(load_sharing(police.url)).code == code


def test_an_answer_that_cannot_be_read_is_kept_as_evidence(police: Police) -> None:
    police.will_say(b"<html>")
    check = ask(load_sharing(police.url))

    assert check.answer_sha256 == hashlib.sha256(b"<html>").hexdigest()


@pytest.mark.parametrize("status", [301, 403, 500])
def test_another_status_is_no_answer(police: Police, status: int) -> None:
    police.will_say(identity("000"), status=status)

    assert not ask(load_sharing(police.url)).is_answered


def test_a_timeout_is_an_unanswered_check(police: Police) -> None:
    police.answers.append(lambda handler: time.sleep(0.5))

    assert not ask(impatient(police.url)).is_answered


def test_a_gateway_that_drips_is_too_slow(police: Police) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(6):
            handler.wfile.write(b" " * 5000)
            handler.wfile.flush()
            time.sleep(0.1)

    police.answers.append(drip)

    assert not ask(impatient(police.url)).is_answered


def test_nobody_there_is_an_unanswered_check() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert not ask(impatient(f"http://127.0.0.1:{port}/share")).is_answered


def test_the_log_holds_no_person(police: Police, caplog: pytest.LogCaptureFixture) -> None:
    police.will_say(b"<html>")
    with caplog.at_level(logging.DEBUG, logger="backend.sharing"):
        ask(load_sharing(police.url))

    assert caplog.messages[0].endswith(": no JSON")
    assert ZHANG not in caplog.text
    assert "张示例" not in caplog.text


def test_reprs_hold_neither_person_nor_token() -> None:
    question = Question(request_no="1", case_no=CASE_NO, name="张示例", number=ZHANG, at=AT)

    assert repr(question) == "Question(1)"
    assert repr(Account(token="secret")) == "Account(410200)"
    assert format_identity(question, Account())["head"]
