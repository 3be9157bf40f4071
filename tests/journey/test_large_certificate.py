"""Sixty owners, as many debtors and a long scope: one certificate with an annex, sealed as a whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from registration.outcomes import CertificateIssued
from tests.factories import make_party
from tests.journey.filing import Desk, contract, make_filing, only, open_desk
from tests.journey.strangers import read_fonts, read_text, run
from tests.journey.test_frozen_and_unpacked import make_number

pytestmark = pytest.mark.journey

PEOPLE = tuple(
    (f"{chr(0x5B50 + place)}示例", make_number(date(1980, 1 + place // 10, 1), 990 + place % 10))
    for place in range(60)
)
SCOPE = "".join(f"第{number}项费用及其利息，" for number in range(300))


@dataclass(frozen=True)
class Issued:
    """A certificate that was asked for with more than its table holds."""

    desk: Desk
    issued: CertificateIssued
    paper: Path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    folder = tmp_path_factory.mktemp("large")
    with open_desk(folder) as desk:
        owners = [{"name": name, "id_number": number} for name, number in PEOPLE]
        estate = desk.new_flat(owners=owners, co_ownership="1")
        debtors = tuple(make_party(name, number) for name, number in PEOPLE)
        filing = make_filing(estate, debtors=debtors, **contract(security_scope=SCOPE))
        issued = only(desk.file(desk.ready(filing)), CertificateIssued)
        paper = folder / "certificate.pdf"
        paper.write_bytes(desk.paper(issued.case_no))
        yield Issued(desk, issued, paper)


def test_the_seal_covers_the_annex_too(large: Issued) -> None:
    told = run("pdfsig", "-nocert", large.paper)

    assert "Signature is Valid" in told
    assert "Total document signed" in told
    checked = large.desk.stand.office.verification.check_file(large.paper.read_bytes())
    assert checked.as_json()["verdict"] == "VALID"


def test_one_changed_byte_of_the_annex_is_found_out(large: Issued) -> None:
    data = bytearray(large.paper.read_bytes())
    data[data.index(b"/Type /Page\n") + 2000] ^= 1

    checked = large.desk.stand.office.verification.check_file(bytes(data))

    assert checked.as_json()["verdict"] != "VALID"


def test_everything_stands_on_the_paper_code_for_code(large: Issued) -> None:
    text = read_text(large.paper)

    assert [name for name, _ in PEOPLE if text.count(name) < 2] == []
    assert [n for n in range(300) if f"第{n}项费用及其利息" not in whole(text)] == []
    assert f"{PEOPLE[0][0]}等 60 人（见附页）" in text
    assert "担保范围：见附页" in text
    assert {font[-5] for font in read_fonts(large.paper)} == {"yes"}


def whole(text: str) -> str:
    """Return the text without what stands between two columns, or two leaves, of one content."""
    return re.sub("(本附页是[^（]*（.*?)?担保范围（续）", "", text)


def test_every_leaf_is_marked_by_the_test_seal(large: Issued) -> None:
    pages = run("pdftotext", "-raw", large.paper, "-").split("\f")[:-1]

    assert len(pages) > 2
    assert all("SPECIMEN" in page for page in pages)
