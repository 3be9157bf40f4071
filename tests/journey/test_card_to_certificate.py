"""From two cards with rare names to the certificate, through the teller's pages of real servers.

The terminal dies in the very moment in which the teller presses submit, and is started again.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from backend.proving import build_ink_proofs
from certs.bundle import from_json
from certs.scanned import GENUINE, check_text
from certs.trust import TrustStore
from registration.schema import decode_json, parse_application
from scripts.stand.case import Filing, Flat, first_papers, open_filing
from scripts.stand.counter import JSON, Reader, Teller
from scripts.virtual_cards import CARDS
from terminal.desk.freezing import freeze
from terminal.drivers.sam_module import SIMULATED_PREFIX
from tests.journey.counters import serve_counter
from tests.journey.lives import KILLED
from tests.journey.premises import FLATS, Premises, flat
from tests.journey.strangers import read_fonts, read_text, run, scan_code

TRUST = "/.well-known/mortgage-registration/trust.json"

pytestmark = pytest.mark.journey

OWNERS = (
    ("𠮷田示例", "410202199202039933", "13700000000"),
    ("阿依古丽·示例", "410204197712129975", "13600000000"),
)
"""A character beyond the first plane, and the one true middle dot."""
HOME: Flat = flat(FLATS)
LOCATION = "开封市龙亭区㙟街〇号院1幢1单元700号"
CONTRACT = "2026-000700"


@dataclass(frozen=True)
class Way:
    """What came of the whole way."""

    premises: Premises
    teller: Teller
    filing: Filing
    items: tuple[JSON, JSON]
    """What pressing submit gave after the power cut, and pressing it once more."""
    certificate: JSON

    @property
    def case_no(self) -> str:
        return str(self.certificate["case_no"])


@pytest.fixture(scope="module")
def way(premises: Premises) -> Iterator[Way]:
    bring_in_home(premises)
    with ExitStack() as stack:
        stack.callback(premises.serve().end)
        stack.callback(premises.work().end)
        reader = Reader(premises.counter.folder)
        stack.callback(reader.server.end)
        premises.counter.furnish(reader.port)

        first, teller = serve_counter(premises, "box.committed")
        stack.callback(first.end)
        filing = fill_in(teller, reader)
        with pytest.raises(requests.ConnectionError):
            filing.submit()
        assert first.wait(20) == KILLED

        again, teller = serve_counter(premises)
        stack.callback(again.end)
        filing = Filing(teller, reader, filing.draft_id)
        path = f"/drafts/{filing.draft_id}/submit"
        items = (teller.post(path), teller.post(path))
        yield Way(premises, teller, filing, items, filing.certificate())


def bring_in_home(premises: Premises) -> None:
    """Put the owners' home on the register."""
    estate = HOME.estate()
    people = [{"name": name, "id_number": number} for name, number, _ in OWNERS]
    estate["title"] |= {"location": LOCATION, "owners": people}
    file = premises.folder / "home.json"
    text = json.dumps({"schema": "register/1", "estates": [estate]}, ensure_ascii=False)
    file.write_text(text, encoding="utf-8")
    premises.office.run("register", "import", file)


def fill_in(teller: Teller, reader: Reader) -> Filing:
    """Do everything that comes before pressing submit."""
    filing = fill_in_unsigned(teller, reader)
    filing.sign()
    return filing


def fill_in_unsigned(teller: Teller, reader: Reader) -> Filing:
    """Do everything that comes before signing."""
    filing = open_filing(teller, reader, "mortgage.first_registration")
    filing.read_cards(OWNERS)
    filing.fill_first(HOME, CONTRACT, yuan=860_000, words="捌拾陆万元整")
    filing.answer_inquiry()
    filing.scan(first_papers(CONTRACT, 860_000))
    return filing


@pytest.fixture
def paper(way: Way, tmp_path: Path) -> Path:
    """The sealed certificate as the teller downloads it."""
    path = tmp_path / "certificate.pdf"
    path.write_bytes(way.teller.download(f"/certificates/{way.case_no}/pdf"))
    return path


def test_pressing_submit_again_after_a_power_cut_gives_the_one_package(way: Way) -> None:
    first, second = way.items

    assert first["sequence"] == second["sequence"] == 1
    assert first["package_sha256"] == second["package_sha256"]
    assert way.premises.count("cases", "1") == way.premises.count("certificates", "1") == 1


def test_the_office_has_the_very_application_that_the_desk_froze(way: Way) -> None:
    with way.premises.station() as station, way.premises.open_wall() as wall:
        (frozen,) = freeze(station.box.get_draft(way.filing.draft_id), station.submission.place)
        with wall.works.reading() as work:
            received = parse_application(decode_json(work.cases.application(way.case_no)))

    assert received == frozen
    assert [party.name.text for party in received.mortgagors] == [name for name, _, _ in OWNERS]


def test_every_signature_can_be_proven(way: Way) -> None:
    """The law wants to see who signed what, when, and that nothing was changed since (art. 13)."""
    with way.premises.open_wall() as wall:
        with wall.works.reading() as work:
            received = parse_application(decode_json(work.cases.application(way.case_no)))
        checks = build_ink_proofs(wall)(received)

    assert len(checks) >= 4
    assert all(check.stamped_at is not None and not check.fault for check in checks)


def test_the_office_has_what_the_chips_held_byte_for_byte(way: Way) -> None:
    with way.premises.open_wall() as wall, wall.works.reading() as work:
        received = parse_application(decode_json(work.cases.application(way.case_no)))

    for party, (name, _, _) in zip(received.mortgagors, OWNERS, strict=True):
        record, card = party.identity, CARDS[name]
        assert record is not None
        assert record.evidence is not None
        assert dict(record.chip_files).items() >= {"text": card.text, "photo": card.photo}.items()
        raw = b"".join(data for _, data in record.chip_files)
        assert record.evidence.raw_sha256 == sha256(raw).hexdigest()
        assert record.evidence.reader.startswith(SIMULATED_PREFIX)
        assert record.evidence.is_simulated


def test_rare_names_stand_on_the_paper_code_for_code(paper: Path) -> None:
    text = read_text(paper)

    for wanted in (*(name for name, _, _ in OWNERS), LOCATION, HOME.title_no, "捌拾陆万元整"):
        assert wanted in text


def test_every_font_is_embedded_also_for_rare_characters(paper: Path) -> None:
    fonts = read_fonts(paper)

    assert len(fonts) > 1, "one font alone does not hold all of these characters"
    assert {font[-5] for font in fonts} == {"yes"}


def test_poppler_finds_the_seal_valid_over_the_whole_document(paper: Path) -> None:
    told = run("pdfsig", "-nocert", paper)

    assert "Signature is Valid" in told
    assert "Total document signed" in told


def test_the_paper_holds_its_facts_and_their_proof_for_machines(way: Way, paper: Path) -> None:
    run("pdfdetach", "-saveall", "-o", paper.parent, paper)
    facts = (paper.parent / "certificate.json").read_bytes()
    proof = (paper.parent / "record.tlog-proof").read_text("utf-8")
    record = base64.b64decode(proof.splitlines()[1].removeprefix("extra "))
    entry = json.loads(record[:-32])  # what follows is the hash before it

    assert json.loads(facts)["obligors"] == [name for name, _, _ in OWNERS]
    assert proof.startswith("c2sp.org/tlog-proof@v1\n")
    assert entry["ref"] == json.loads(facts)["certificate_no"]
    assert entry["body_sha256"] == hashlib.sha256(facts).hexdigest()


def test_the_code_on_the_paper_opens_the_check_page(way: Way, paper: Path, tmp_path: Path) -> None:
    link = scan_code(paper, tmp_path)

    trust = TrustStore(from_json(way.premises.office.get(TRUST).content))
    offline = check_text(link, trust=trust, at=datetime.now(UTC))
    assert offline.reason is GENUINE
    assert offline.claims["certificate_no"] == way.certificate["certificate_no"]
    assert offline.claims["obligors"] == [name[0] + "*" for name, _, _ in OWNERS]
    for address in (link, way.certificate["verify_url"]):
        parts = urlsplit(address)
        page = way.premises.office.get(f"{parts.path}?{parts.query}").text
        assert "VALID" in page
        assert "INVALID" not in page


def test_the_journal_is_whole_at_the_end(way: Way) -> None:
    assert "chain whole" in way.premises.office.run("verify-log")
