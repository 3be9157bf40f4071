import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.factories import PROOF_NO
from tests.web.backend.fake_office import CODE, PEER, World, issue_certificate

BASE = "https://localhost"


@pytest.fixture
def described(world: World) -> dict[str, Any]:
    answer = world.app.test_client().get("/api/v1/openapi.json", base_url=BASE)
    told: dict[str, Any] = answer.get_json()
    return told


def test_every_operation_is_described_and_no_other(world: World, described: dict[str, Any]) -> None:
    served = {
        (re.sub(r"<[a-z0-9]+:([a-z0-9_]+)>", r"{\1}", rule.rule), method.lower())
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.endpoint.startswith("api_docs")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    told = {(path, method) for path, item in described["paths"].items() for method in item}
    assert told == served


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    text = str(described)
    for kind, name in re.findall(r"#/components/(\w+)/(\w+)", text):
        assert name in described["components"][kind]


def test_answers_are_as_described(world: World, described: dict[str, Any]) -> None:
    issue_certificate(world)
    client = world.client(peer=PEER)
    question = {"certificate_no": PROOF_NO, "check_code": CODE}
    asked = {
        "Case": client.get("/api/v1/cases/20260929-0000001", base_url=BASE),
        "Withdrawn": client.post("/api/v1/cases/20260929-0000002/withdrawal", base_url=BASE),
        "Answers": client.get("/api/v1/answers", base_url=BASE),
        "Verdict": client.post("/api/v1/verifications", json=question, base_url=BASE),
        "Problem": client.post("/api/v1/verifications", json={}, base_url=BASE),
    }

    for name, answer in asked.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        Draft202012Validator(schema).validate(answer.get_json())


def test_the_page_needs_nothing_from_elsewhere(world: World) -> None:
    answer = world.app.test_client().get("/api/v1/docs", base_url=BASE)

    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
    assert "receivePackage" in text
