import base64
import hashlib
import json
from dataclasses import replace

import pytest

from tests.factories import PROOF_NO, UNIT_NO
from tests.web.backend.fake_office import (
    CODE,
    PEER,
    SEALED_PDF,
    World,
    file_case,
    issue_certificate,
)

BASE = "https://localhost"
CASE = "/api/v1/cases/20260929-0000001"


def content_digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/packages"),
        ("GET", "/api/v1/answers"),
        ("GET", CASE),
        ("GET", f"{CASE}/certificate.pdf"),
        ("POST", f"{CASE}/withdrawal"),
        ("POST", "/api/v1/precheck"),
        ("GET", "/api/v1/outlook"),
        ("POST", "/api/v1/renewals"),
    ],
)
def test_who_has_no_certificate_learns_nothing(world: World, method: str, path: str) -> None:
    answer = world.app.test_client().open(path, method=method, base_url=BASE)

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["code"] == "office.certificate-required"


def test_a_header_does_not_make_a_certificate(world: World) -> None:
    name = "mortgage-registration-peer-certificate"
    headers = {name: "x", "X-SSL-Client-Cert": "x"}

    answer = world.app.test_client().get(CASE, base_url=BASE, headers=headers)

    assert answer.status_code == 401


def test_a_foreign_certificate_is_turned_away(world: World) -> None:
    assert world.client(peer=b"another").get(CASE, base_url=BASE).status_code == 403


def test_the_bank_reads_its_own_case(world: World) -> None:
    told = world.client(peer=PEER).get(CASE, base_url=BASE).get_json()

    assert (told["case_no"], told["stage"], told["round"]) == ("20260929-0000001", "in_review", 1)
    assert [f["rule"] for f in told["findings"]] == ["R27", "R32", "R15", "R04"]
    assert told["due"] == [{"name": "channel", "at": "2026-09-29T02:59:00+00:00"}]


def test_another_banks_case_is_not_there(world: World) -> None:
    file_case(world, 9, bank="91410200MA0X00023X")

    answer = world.client(peer=PEER).get("/api/v1/cases/20260929-0000009", base_url=BASE)

    assert answer.status_code == 404


def test_a_case_without_certificate_has_none(world: World) -> None:
    answer = world.client(peer=PEER).get(f"{CASE}/certificate.pdf", base_url=BASE)

    assert answer.status_code == 404


def test_the_same_certificate_is_given_as_ofd(world: World) -> None:
    issue_certificate(world)
    client, path = world.client(peer=PEER), f"{CASE}/certificate.ofd"
    assert client.get(path, base_url=BASE).status_code == 404

    ofd = b"PK sealed as OFD"
    row = world.works.tables.certificates[PROOF_NO]
    world.works.tables.certificates[PROOF_NO] = replace(row, ofd_sha256=world.works.blobs.put(ofd))
    answer = client.get(path, base_url=BASE)

    assert (answer.content_type, answer.get_data()) == ("application/ofd", ofd)


def test_the_rest_of_a_certificate_is_given_to_whom_a_line_broke(world: World) -> None:
    issue_certificate(world)
    world.works.blobs.put(SEALED_PDF)
    client, path = world.client(peer=PEER), f"{CASE}/certificate.pdf"
    whole = client.get(path, base_url=BASE)
    headers = {"Range": "bytes=10-", "If-Range": whole.headers["ETag"]}

    rest = client.get(path, base_url=BASE, headers=headers)
    other = client.get(path, base_url=BASE, headers=headers | {"If-Range": '"another"'})

    assert (whole.status_code, whole.get_data()) == (200, SEALED_PDF)
    assert (rest.status_code, rest.get_data()) == (206, SEALED_PDF[10:])
    assert (other.status_code, other.get_data()) == (200, SEALED_PDF)


def test_the_bank_withdraws_its_case_and_repeating_is_harmless(world: World) -> None:
    client = world.client(peer=PEER)

    for _ in range(2):
        answer = client.post(f"{CASE}/withdrawal", base_url=BASE)
        assert answer.get_json() == {"case_no": "20260929-0000001", "stage": "withdrawn"}


def test_answers_come_in_order_after_the_cursor(world: World) -> None:
    client = world.client(peer=PEER)
    client.post(f"{CASE}/withdrawal", base_url=BASE)

    told = client.get("/api/v1/answers?after=0&wait=0", base_url=BASE).get_json()
    later = client.get(f"/api/v1/answers?after={told['cursor']}", base_url=BASE).get_json()

    assert [a["cursor"] for a in told["answers"]] == [1]
    assert (later["answers"], later["cursor"]) == ([], 1)


def test_every_page_of_answers_says_how_long_it_takes_now(world: World) -> None:
    client = world.client(peer=PEER)

    told = client.get("/api/v1/answers?after=0", base_url=BASE).get_json()["outlook"]

    assert told == client.get("/api/v1/outlook", base_url=BASE).get_json()
    assert (told["in_review"], told["is_open"], told["estimates"]) == (7, True, [])


@pytest.mark.parametrize("query", ["after=-1", "after=x", "wait=1e9", "after=%00", "after=٣"])
def test_a_query_that_is_no_number_is_named(world: World, query: str) -> None:
    answer = world.client(peer=PEER).get(f"/api/v1/answers?{query}", base_url=BASE)

    assert answer.status_code == 400
    assert query.split("=", maxsplit=1)[0] in answer.get_json()["detail"]


def test_the_register_answers_with_masked_owners(world: World) -> None:
    answer = world.client(peer=PEER).post(
        "/api/v1/precheck", json={"number": UNIT_NO, "purpose": "抵押登记"}, base_url=BASE
    )

    assert answer.status_code == 200
    assert "张示例" not in json.dumps(answer.get_json(), ensure_ascii=False)


def test_everything_wrong_in_a_body_is_told_at_once(world: World) -> None:
    answer = world.app.test_client().post(
        "/api/v1/enrolments", json={"code": 7, "tls_request": "", "extra": 1}, base_url=BASE
    )

    told = answer.get_json()
    assert answer.status_code == 422
    assert [e["pointer"] for e in told["errors"]] == [
        "/code",
        "/tls_request",
        "/package_request",
        "",
    ]
    assert "extra" not in json.dumps(told["errors"])


def test_a_package_needs_length_and_digest(world: World) -> None:
    client = world.client(peer=PEER)
    path = "/api/v1/packages"

    for headers, code in (
        ({}, "http.digest-required"),
        ({"Content-Digest": "md5=:x:"}, "http.digest-required"),
        ({"Content-Digest": "sha-256=:*:"}, "http.digest-required"),
        ({"Content-Digest": content_digest(b"other")}, "http.digest-mismatch"),
    ):
        answer = client.post(path, data=b"package", headers=headers, base_url=BASE)
        assert answer.get_json()["code"] == code
    chunked = client.post(path, headers={"Transfer-Encoding": "chunked"}, base_url=BASE)
    assert chunked.status_code == 411


def test_a_package_that_is_none_is_refused(world: World) -> None:
    answer = world.client(peer=PEER).post(
        "/api/v1/packages",
        data=b"nonsense",
        headers={"Content-Digest": content_digest(b"nonsense")},
        base_url=BASE,
    )

    assert answer.status_code == 422


def test_a_body_over_the_limit_is_refused_before_it_is_read(world: World) -> None:
    answer = world.client(peer=PEER).post(
        "/api/v1/packages",
        base_url=BASE,
        environ_overrides={"CONTENT_LENGTH": str(64 * 1024 * 1024 + 1)},
    )

    assert answer.get_json()["code"] == "http.too-large"


def test_a_body_that_was_cut_is_refused(world: World) -> None:
    answer = world.client(peer=PEER).post(
        "/api/v1/packages",
        data=b"half",
        base_url=BASE,
        environ_overrides={"CONTENT_LENGTH": "8"},
    )

    assert (answer.status_code, answer.get_json()["code"]) == (400, "http.truncated")


def test_programs_check_a_certificate(world: World) -> None:
    issue_certificate(world)
    client = world.app.test_client()
    question = {"certificate_no": PROOF_NO, "check_code": CODE}

    by_number = client.post("/api/v1/verifications", json=question, base_url=BASE).get_json()
    by_file = client.post(
        "/api/v1/verifications", data=SEALED_PDF, content_type="application/pdf", base_url=BASE
    ).get_json()

    assert (by_number["verdict"], by_number["reasons"]) == (
        "VALID", ["code-ok", "status-ok", "register-ok"],
    )  # fmt: skip
    assert (by_file["verdict"], by_file["certificate_no"]) == ("VALID", PROOF_NO)


def test_the_office_says_whether_it_can_take_work(world: World) -> None:
    client = world.app.test_client()
    assert client.get("/readyz", base_url=BASE).status_code == 200

    world.faults["store"] = "disk full"

    answer = client.get("/readyz", base_url=BASE)
    assert (answer.status_code, answer.get_json()["faults"]) == (503, {"store": "disk full"})
    assert client.get("/healthz", base_url=BASE).status_code == 200


def test_requests_are_counted_without_paths(world: World) -> None:
    client = world.client(peer=PEER)
    client.get(CASE, base_url=BASE)

    text = client.get("/metrics", base_url=BASE).get_data(as_text=True)

    assert 'mortgage_backend_requests_total{endpoint="api.case",status="200"} 1' in text
    assert "20260929" not in text


def test_the_trust_bundle_is_public(world: World) -> None:
    answer = world.app.test_client().get(
        "/.well-known/mortgage-registration/trust.json", base_url=BASE
    )

    assert answer.get_json() == {"version": 1}
