"""Every line to the office keeps the same promises: the stand-in, and HTTPS over loopback."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from backend.server import PEER_CERTIFICATE
from certs.identity import Role
from certs.keys import save_certificates, save_key
from certs.places import certificate_path
from certs.queries import make_query, read_reply
from registration.enquiry import SharedPerson, SharedQuestion
from registration.identifiers import parse_unit_no
from registration.mortgage import RegistrationKind
from registration.outcomes import AcceptanceReceipt, PrecheckAnswer
from terminal.desk.pace import MOST
from terminal.desk.ports import AnswerPage, OfficeLink
from terminal.errors import (
    BadAnswerError,
    LinkError,
    MisconfiguredError,
    OfficeBusyError,
    OfficeRefusedError,
    OfficeUnreachableError,
    OfficeUntrustedError,
)
from terminal.joined import ClientFiles
from terminal.office_link import HTTPOfficeLink
from tests.clock import FrozenClock
from tests.factories import UNIT_NO
from tests.pki import PKI, make_authority, make_pki, make_signer
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter, make_counter, make_desk_pki
from tests.unit.terminal.desk.office import CASE_NO, make_answer
from tests.unit.terminal.line import Desk, Reply, problem, serving


@pytest.fixture(scope="module")
def line_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    """An authority for TLS, which asks no other clock than the machine's."""
    return make_pki(tmp_path_factory.mktemp("line") / "authority", datetime.now(UTC))


@pytest.fixture(scope="module")
def desk_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    """An authority for packages and statements, by the tests' clock."""
    return make_desk_pki(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def counter(tmp_path: Path, desk_pki: PKI) -> Iterator[Counter]:
    made = make_counter(tmp_path / "counter", desk_pki)
    yield made
    made.box.close()


@dataclass
class Line:
    """A server on loopback and everything to reach it with."""

    desk: Desk
    url: str
    folder: Path
    authority: Path
    client: ClientFiles | None

    def open(self, **changes: Any) -> HTTPOfficeLink:
        values = {"authority": self.authority, "client": self.client, **changes}
        return HTTPOfficeLink(
            changes.get("url", self.url),
            authority=lambda: values["authority"],
            client=lambda: values["client"],
            now=self.desk.office.clock.now,
        )


@pytest.fixture
def line(counter: Counter, line_pki: PKI, tmp_path: Path) -> Iterator[Line]:
    desk = Desk(counter.office)
    save_key(tmp_path / "keys" / "tls.pem", line_pki.terminal.key)
    chain = (line_pki.terminal.certificate, *line_pki.terminal.chain)
    save_certificates(tmp_path / "tls-chain.pem", chain)
    with serving(desk, line_pki) as url:
        yield Line(
            desk,
            url,
            tmp_path,
            certificate_path(line_pki.authority.folder, Role.ROOT),
            ClientFiles(tmp_path / "tls-chain.pem", tmp_path / "keys" / "tls.pem"),
        )


@pytest.fixture(params=["stand-in", "https"])
def link(request: pytest.FixtureRequest, counter: Counter) -> Iterator[OfficeLink]:
    """Each line in turn; the stand-in answers at the other end of both."""
    if request.param == "stand-in":
        yield counter.office
        return
    opened = request.getfixturevalue("line").open()
    yield opened
    opened.close()


# --- what every line promises


def test_a_package_brings_its_receipt(link: OfficeLink, counter: Counter) -> None:
    package = seal(counter)

    receipt = link.send_package(package)

    assert receipt == counter.office.receipts[hashlib.sha256(package).hexdigest()]
    assert counter.office.packages == [package]


def test_the_same_package_brings_the_same_receipt(link: OfficeLink, counter: Counter) -> None:
    package = seal(counter)

    assert link.send_package(package) == link.send_package(package)


def test_answers_come_in_order_from_where_we_stand(link: OfficeLink, counter: Counter) -> None:
    package = seal(counter)
    now = counter.clock.now()
    first, second = (
        counter.office.answer(make_answer(AcceptanceReceipt, package, DRAFT_ID, now))
        for _ in range(2)
    )

    assert link.answers(0, 0) == AnswerPage(statements=((1, first), (2, second)), cursor=2)
    assert link.answers(1, 0) == AnswerPage(statements=((2, second),), cursor=2)
    assert link.answers(2, 0) == AnswerPage(statements=(), cursor=2)


def test_a_certificate_comes_byte_for_byte(link: OfficeLink, counter: Counter) -> None:
    counter.office.papers[CASE_NO] = bytes(range(256)) * 4096

    assert link.certificate_pdf(CASE_NO) == counter.office.papers[CASE_NO]


def test_a_time_stamp_is_answered_for_what_was_asked(link: OfficeLink) -> None:
    query = make_query(b"signed")

    assert read_reply(link.timestamp(query), query)


def test_the_register_can_be_asked(link: OfficeLink) -> None:
    answer = link.precheck(UNIT_NO, "办理抵押登记")

    assert isinstance(answer, PrecheckAnswer)
    assert (answer.unit_no.text, answer.is_found) == (UNIT_NO, False)


def test_other_authorities_can_be_asked(link: OfficeLink, counter: Counter) -> None:
    counter.office.silent = ("M16",)
    question = SharedQuestion(
        application_id=DRAFT_ID,
        teller="T0007",
        kinds=(RegistrationKind.OWNERSHIP_TRANSFER, RegistrationKind.FIRST),
        papers=("M14", "M16"),
        unit_no=parse_unit_no(UNIT_NO),
        contract_no="MM-2026-000123",
        price_fen=150_000_000,
        people=(SharedPerson(paper="M16", name="张示例", number="1", pointer="/sale/sellers/0"),),
    )

    told = link.ask_authorities(question)

    assert [(p.code, p.is_spared, p.is_waiting) for p in told.papers] == [
        ("M14", True, False),
        ("M16", False, True),
    ]
    assert told.papers[0].answers[1].service == "deed_tax"


# --- what HTTPS adds


def test_digests_and_our_certificate_go_with_every_piece(
    line: Line, counter: Counter, line_pki: PKI
) -> None:
    package = seal(counter)

    line.open().send_package(package)

    assert b"".join(seen["body"] for seen in line.desk.seen) == package
    for seen in line.desk.seen:
        assert seen[PEER_CERTIFICATE] == line_pki.terminal.certificate.public_bytes(Encoding.DER)
        # Of more than a piece what came before a cut is kept, so it cannot be judged as one.
        told = seen.get("HTTP_UPLOAD_CHECKSUM", "")
        assert told == (checksum(seen["body"]) if len(seen["body"]) <= MOST else "")
    digest = hashlib.sha256(package).hexdigest().encode()
    told = f"sha256 {base64.b64encode(digest).decode()}"
    assert line.desk.seen[0]["HTTP_UPLOAD_METADATA"] == told


def checksum(data: bytes) -> str:
    return f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"


def test_what_the_office_has_is_not_sent_again(line: Line, counter: Counter) -> None:
    package, told = seal(counter), list[int]()
    line.desk.uploads[hashlib.sha256(package).hexdigest()] = bytearray(package[:10_000])

    line.open().send_package(package, is_begun=True, told=told.append)

    assert b"".join(seen["body"] for seen in line.desk.seen) == package[10_000:]
    assert (told[0], told[-1]) == (10_000, len(package))


def test_a_piece_in_the_wrong_place_is_put_right(line: Line, counter: Counter) -> None:
    """Another request of ours went on with it: ask where it stands."""
    package = seal(counter)
    line.desk.replies.append(problem(409, "office.upload-offset"))

    assert line.open().send_package(package, is_begun=True)


def test_an_office_that_never_goes_on_is_not_asked_for_ever(line: Line, counter: Counter) -> None:
    package = seal(counter)
    line.desk.replies += [("200 OK", [("Upload-Offset", "7")], b"")] * 40

    with pytest.raises(BadAnswerError):
        line.open().send_package(package, is_begun=True)


def test_the_rest_of_a_certificate_is_fetched_after_a_cut(line: Line) -> None:
    paper = line.desk.office.papers[CASE_NO] = bytes(range(256)) * 400
    tag = f'"{hashlib.sha256(paper).hexdigest()}"'
    cut = ("200 OK", [("ETag", tag), ("X-Length", str(len(paper)))], paper[:40_000])
    line.desk.replies.append(cut)
    link = line.open()

    with pytest.raises(OfficeUnreachableError):
        link.certificate_pdf(CASE_NO)

    assert link.certificate_pdf(CASE_NO) == paper
    assert line.desk.seen[-1]["HTTP_RANGE"] == "bytes=36864-"


def test_the_clock_of_the_office_is_compared(line: Line) -> None:
    link = line.open()
    assert link.clock_skew() is None

    link.answers(0, 0)

    assert link.clock_skew() is not None


@pytest.mark.parametrize(
    ("reply", "error", "problem_code"),
    [
        (problem(429, "http.429", Retry_After="7"), OfficeBusyError, "http.429"),
        (problem(503, "office.not-ready"), OfficeBusyError, "office.not-ready"),
        (problem(500, "office.fault"), OfficeBusyError, "office.fault"),
        (problem(409, "office.sequence-conflict"), OfficeRefusedError, "office.sequence-conflict"),
        (
            problem(403, "office.terminal-suspended"),
            OfficeRefusedError,
            "office.terminal-suspended",
        ),
        (("404 No", [], b"<html>"), OfficeRefusedError, "http.404"),
    ],
    ids=["too many", "not ready", "fault", "conflict", "suspended", "no problem document"],
)
def test_problems_become_errors_of_ours(
    line: Line, reply: Reply, error: type[LinkError], problem_code: str
) -> None:
    line.desk.replies.append(reply)

    with pytest.raises(error) as caught:
        line.open().answers(0, 0)

    assert getattr(caught.value, "problem", "") == problem_code


def test_a_busy_office_says_when(line: Line) -> None:
    line.desk.replies.append(problem(503, "office.not-ready", Retry_After="7"))

    with pytest.raises(OfficeBusyError) as caught:
        line.open().answers(0, 0)

    assert caught.value.retry_after_s == 7


@pytest.mark.parametrize(
    "reply",
    [
        problem(422, "http.digest-mismatch"),
        problem(400, "http.truncated"),
        ("302 Found", [("Location", "https://127.0.0.1/")], b""),
    ],
    ids=["changed on the way", "cut on the way", "redirect"],
)
def test_what_another_try_may_cure_is_unreachable(line: Line, reply: Reply) -> None:
    line.desk.replies.append(reply)

    with pytest.raises(OfficeUnreachableError):
        line.open().answers(0, 0)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"answers":[{"cursor":"1","statement":"x"}],"cursor":1}', b'{"answers":[]}'],
)
def test_answers_that_are_none_are_not_believed(line: Line, body: bytes) -> None:
    line.desk.replies.append(("200 OK", [], body))

    with pytest.raises(BadAnswerError):
        line.open().answers(0, 0)


def test_a_flood_is_cut(line: Line) -> None:
    line.desk.office.papers[CASE_NO] = bytes(6 * 1024 * 1024)

    with pytest.raises(BadAnswerError):
        line.open().certificate_pdf(CASE_NO)


def test_nobody_there_is_unreachable(line: Line) -> None:
    with pytest.raises(OfficeUnreachableError):
        line.open(url="https://127.0.0.1:9").answers(0, 0)


def test_another_authority_is_not_trusted(line: Line, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other", datetime.now(UTC))
    root = certificate_path(other.folder, Role.ROOT)

    with pytest.raises(OfficeUntrustedError):
        line.open(authority=root).answers(0, 0)
    assert line.desk.seen == []


def test_a_certificate_of_another_authority_is_not_taken(line: Line, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    stranger = make_signer(make_authority(tmp_path / "other", now), Role.TERMINAL, now=now)
    save_key(tmp_path / "stranger" / "key.pem", stranger.key)
    save_certificates(tmp_path / "stranger.pem", (stranger.certificate, *stranger.chain))
    files = ClientFiles(tmp_path / "stranger.pem", tmp_path / "stranger" / "key.pem")

    with pytest.raises((OfficeUntrustedError, OfficeUnreachableError)):
        line.open(client=files).answers(0, 0)
    assert line.desk.seen == []


def test_missing_certificate_files_are_told(line: Line, tmp_path: Path) -> None:
    files = ClientFiles(tmp_path / "none.pem", tmp_path / "none.key")

    with pytest.raises(MisconfiguredError):
        line.open(client=files).answers(0, 0)


def test_the_environment_is_not_obeyed(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment must not see where the counter goes."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")

    assert line.open().answers(0, 0).cursor == 0


def test_plain_http_is_refused() -> None:
    with pytest.raises(MisconfiguredError):
        HTTPOfficeLink(
            "http://127.0.0.1", authority=Path, client=lambda: None, now=FrozenClock().now
        )


def test_a_renewed_certificate_is_used_from_the_next_request(line: Line, line_pki: PKI) -> None:
    renewed = make_signer(line_pki.authority, Role.TERMINAL, now=datetime.now(UTC))
    save_key(line.folder / "renewed" / "key.pem", renewed.key)
    save_certificates(line.folder / "renewed.pem", (renewed.certificate, *renewed.chain))
    current = [line.client]
    link = HTTPOfficeLink(
        line.url,
        authority=lambda: line.authority,
        client=lambda: current[0],
        now=line.desk.office.clock.now,
    )
    link.answers(0, 0)
    current[0] = ClientFiles(line.folder / "renewed.pem", line.folder / "renewed" / "key.pem")

    link.answers(0, 0)

    shown = [seen[PEER_CERTIFICATE] for seen in line.desk.seen]
    assert shown[1] == renewed.certificate.public_bytes(Encoding.DER)
    assert shown[0] != shown[1]


def seal(counter: Counter) -> bytes:
    """Return a sealed package of the base case, not sent yet."""
    return counter.box.package(counter.submit().sequence)
