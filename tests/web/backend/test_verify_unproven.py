"""What is not proven is not called false: neither a code nor a file, to people or programs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.assembly import build_verification
from backend.settings import Settings
from backend.wall import Wall
from certs.documents import DocumentReason, DocumentVerdict
from certs.scanned import AGED, REVOKED, TextStatus
from tests.clock import FrozenClock
from tests.codes import make_code
from tests.pki import NOW, PKI
from tests.web.backend.fake_office import World

BASE = "https://localhost"


@pytest.mark.parametrize(
    ("reason", "verdict", "word"),
    [(AGED, "INDETERMINATE", "查不清"), (REVOKED, "REVOKED", "密钥已吊销")],
)
def test_each_verdict_is_passed_on(
    world: World, reason: DocumentReason, verdict: str, word: str
) -> None:
    office = world.app.extensions["office"]
    changed = replace(
        office.verification,
        read_text=lambda text, at: TextStatus(reason=reason, claims={}),
        judge_seal=lambda data, at: DocumentVerdict(verdict),
    )
    world.app.extensions["office"] = replace(office, verification=changed)
    client = world.app.test_client()

    page = client.get(f"/Q/{'2' * 320}", base_url=BASE).get_data(as_text=True)
    told = client.post(
        "/api/v1/verifications", data=b"%PDF-", content_type="application/pdf", base_url=BASE
    ).get_json()

    assert f'<strong>{word} <span class="verdict-code" lang="en">{verdict}</span></strong>' in page
    assert told["verdict"] == verdict


def test_closing_a_suite_makes_none_of_its_codes_false(world: World, national_pki: PKI) -> None:
    """The office takes the international suite alone; the code was signed in the national one."""
    folder: Path = national_pki.authority.home
    settings = Settings(data_dir=folder, authority_dir=folder)
    parts: Any = (settings, world.works, FrozenClock(NOW + timedelta(hours=1)), lambda name: None)
    check = build_verification(Wall(*parts), is_specimen=False)

    found = check.check_text(make_code(national_pki))

    assert found.reasons == ("token-ok",)
    assert "token-ok" not in check.check_text(make_code(national_pki)[:-4] + "1234").reasons
