"""`mortgage-certs verify`: how far a seal's stamps reach, when they were set, and for programs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from certs.attachments import FACTS_FILE, Attachment
from certs.authority import TRUST
from certs.cli import main
from certs.documents import Preserver, Sealer
from certs.identity import Role
from certs.signers.softkey import SoftKeySigner
from certs.statuslist import Mark, sign_status_list
from certs.timestamps import LocalTimestamper
from tests.pki import PKI, make_pki
from tests.sealed import BOX, make_paper, make_stamp, make_timestamper

OLD, NEW = "豫（2026）开封市不动产证明第0000007号", "豫（2026）开封市不动产证明第0000012号"
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
"""The command reads this machine's clock."""
LATER = AT + timedelta(minutes=1)


@pytest.fixture(scope="module")
def now_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    return make_pki(tmp_path_factory.mktemp("now") / "authority", AT)


def seal(pki: PKI, stamper: LocalTimestamper | None) -> bytes:
    facts = json.dumps({"certificate_no": OLD}).encode()
    held = (Attachment(name=FACTS_FILE, media_type="application/json", data=facts),)
    sealer = Sealer(pki.office(Role.SEAL), stamper)
    return sealer.seal(
        make_paper(), box=BOX, stamp_pdf=make_stamp(), reason="r", at=AT, attachments=held
    )


def preserve(pki: PKI, pdf: bytes) -> bytes:
    stamper = make_timestamper(pki, LATER)
    return Preserver(stamper).preserve(pdf, bundle=pki.authority.bundle, at=LATER)


def verify(pki: PKI, path: Path, *more: str | Path) -> Result:
    asked = ["verify", path, "--trust", pki.authority.home / TRUST, *more]
    return CliRunner().invoke(main, [str(one) for one in asked])


@pytest.fixture
def file(now_pki: PKI, tmp_path: Path) -> Callable[[str], Path]:
    def make(level: str) -> Path:
        pdf = seal(now_pki, None if level == "B-B" else make_timestamper(now_pki, AT))
        path = tmp_path / f"{level}.pdf"
        path.write_bytes(preserve(now_pki, pdf) if level == "B-LTA" else pdf)
        return path

    return make


@pytest.mark.parametrize(
    ("level", "verdict", "zh", "en", "stamps"),
    [
        ("B-B", "INDETERMINATE", "没有时间戳", "no time stamp", ()),
        ("B-T", "VALID", "证明盖章时间", "proves when it was sealed", (AT,)),
        ("B-LTA", "VALID", "可长期验证", "made to last", (AT, LATER)),
    ],
)
def test_level_and_times_are_told_in_both_languages(
    now_pki: PKI,
    file: Callable[[str], Path],
    level: str,
    verdict: str,
    zh: str,
    en: str,
    stamps: tuple[datetime, ...],
) -> None:
    said = verify(now_pki, file(level)).output.splitlines()
    assert said[0] == verdict
    (about,) = [line for line in said if line.startswith("  seal: ")]
    assert f"PAdES {level}: " in about
    assert zh in about.partition(" / ")[0]
    assert en in about.partition(" / ")[2]
    times = [line.split(": ")[1][:23] for line in said if line.startswith("  stamp ")]
    assert times == [f"{at:%Y-%m-%d %H:%M:%S} UTC" for at in stamps]


def test_programs_get_the_same_as_json(now_pki: PKI, file: Callable[[str], Path]) -> None:
    result = verify(now_pki, file("B-LTA"), "--json")
    (told,) = json.loads(result.output)
    assert (result.exit_code, told["verdict"], told["certificate_no"]) == (0, "VALID", OLD)
    assert [one["code"] for one in told["reasons"]] == ["genuine"]
    sealed: dict[str, Any] = told["seal"]
    assert sealed["level"] == "B-LTA"
    assert sealed["stamps"] == [at.isoformat() for at in (AT, LATER)]
    assert sealed["signed_at"] == AT.isoformat()
    assert (told["status"], told["claims"]) == (None, None)


def test_what_was_replaced_names_its_successor(
    now_pki: PKI, file: Callable[[str], Path], tmp_path: Path
) -> None:
    signer = now_pki.office(Role.OFFICE)
    assert isinstance(signer, SoftKeySigner)
    text = sign_status_list(
        "https://o.example/status/2026/0",
        {7: Mark.REPLACED},
        size=20,
        signer=signer,
        at=AT,
        successors={7: NEW},
    )
    (tmp_path / "list").write_text(text)
    path = file("B-T")
    said = verify(now_pki, path, "--status", tmp_path / "list")
    (told,) = json.loads(verify(now_pki, path, "--status", tmp_path / "list", "--json").output)
    assert (said.exit_code, said.output.splitlines()[0]) == (1, "REVOKED")
    assert f"已换发 / replaced by another certificate: {NEW};" in said.output
    assert (told["status"]["code"], told["status"]["successor"]) == ("replaced", NEW)
