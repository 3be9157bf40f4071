"""A real office, a real counter, a virtual card reader: card to certificate, and its end."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from scripts.stand.case import Flat, draw_contract, first_papers, open_filing, write_estates
from scripts.stand.counter import JSON, Counter, Reader, Teller
from scripts.stand.office import Office
from scripts.stand.processes import free_port

pytestmark = pytest.mark.journey

FIRST = Flat(801)


@dataclass
class Street:
    """Everything that runs."""

    folder: Path
    office: Office
    counter: Counter
    reader: Reader
    teller: Teller
    certificate: JSON
    """Of the first registration that all tests build on."""

    @property
    def paper(self) -> bytes:
        """The sealed certificate as the counter holds it."""
        return self.teller.download(f"/certificates/{self.certificate['case_no']}/pdf")

    def verdict(self) -> str:
        """Return what the public check says of the first certificate."""
        code = self.certificate["verify_url"].rpartition("?c=")[2]
        told = self.office.verify(self.certificate["certificate_no"], code)
        return str(told["verdict"])


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    office = Office(folder / "office", free_port())
    counter = Counter(folder / "counter", free_port())
    with ExitStack() as stack:
        office.found()
        write_estates(folder / "estates.json", [FIRST])
        office.run("register", "import", folder / "estates.json")
        stack.callback(office.start().end)
        counter.folder.mkdir(mode=0o700)
        reader = Reader(counter.folder)
        stack.callback(reader.server.end)
        counter.furnish(reader.port)
        counter.join(office)
        terminal, launch_url = counter.start()
        stack.callback(terminal.end)
        teller = Teller(launch_url)
        certificate = _register(teller, reader)
        yield Street(folder, office, counter, reader, teller, certificate)


def _register(teller: Teller, reader: Reader) -> JSON:
    filing = open_filing(teller, reader, "mortgage.first_registration")
    filing.read_cards()
    filing.fill_first(FIRST, "2026-000801", yuan=860_000, words="捌拾陆万元整")
    filing.answer_inquiry()
    filing.scan(first_papers("2026-000801", 860_000))
    filing.sign()
    filing.submit()
    return filing.certificate()


def run(*command: str | Path) -> str:
    """Run a program that knows nothing of ours and return what it printed."""
    program = shutil.which(str(command[0]))
    assert program is not None, f"{command[0]} is not installed; see scripts/setup.sh"
    done = subprocess.run(
        [program, *map(str, command[1:])], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture
def paper(street: Street, tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(street.paper)
    return path


def test_poppler_finds_the_signature_valid_over_the_whole_document(paper: Path) -> None:
    told = run("pdfsig", "-nocert", paper)

    assert "Signature is Valid" in told
    assert "Total document signed" in told


def test_every_font_is_embedded(paper: Path) -> None:
    rows = run("pdffonts", paper).splitlines()[2:]

    assert rows
    assert all(row.split()[-5] == "yes" for row in rows)


def test_the_text_reads_as_the_register_has_it(street: Street, paper: Path) -> None:
    text = run("pdftotext", "-raw", paper, "-").replace("\n", "")

    wanted = ("张示例、李示例", FIRST.location, FIRST.title_no, "捌拾陆万元整")
    assert [w for w in (*wanted, street.certificate["certificate_no"]) if w not in text] == []


def test_the_qr_code_leads_to_the_check_page_which_says_valid(
    street: Street, paper: Path, tmp_path: Path
) -> None:
    run("pdftoppm", "-r", "150", "-png", paper, tmp_path / "page")
    (picture,) = tmp_path.glob("page*.png")

    link = run("zbarimg", "--quiet", "--raw", picture).splitlines()[0]

    parts = urlsplit(link)
    assert "VALID" in street.office.get(f"{parts.path}?{parts.query}").text


def test_the_check_page_knows_the_file_itself(street: Street) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            street.office.url + "/api/v1/verifications",
            data=street.paper,
            headers={"Content-Type": "application/pdf"},
            verify=str(street.office.root),
            timeout=20,
        )

    assert answer.json()["verdict"] == "VALID"


def test_a_wrong_code_tells_nothing(street: Street) -> None:
    told = street.office.verify(street.certificate["certificate_no"], "A" * 26)

    assert (told["verdict"], told["facts"]) == ("INDETERMINATE", {})


def test_after_the_discharge_the_certificate_is_revoked(street: Street) -> None:
    """The last act on the first mortgage: everything above has seen it in force."""
    assert street.verdict() == "VALID"
    filing = open_filing(street.teller, street.reader, "mortgage.cancellation")
    path = f"/drafts/{filing.draft_id}"
    (slot, *_) = street.teller.get(path)["slots"]
    filing.read_cards()
    texts = {
        "unit_no": FIRST.unit_no,
        "certificate_no": street.certificate["certificate_no"],
        "cause": "debt_cleared",
    }
    street.teller.put(f"{path}/fields", {"texts": texts})
    street.teller.post(f"{path}/precheck")
    day = date(2026, 11, 20)
    cleared = draw_contract("贷款结清证明", "JQ-000801", ("借款本息已全部结清。",), day)
    filing.scan(
        {
            "M03": first_papers("2026-000801", 1)["M03"],
            "M05": ("不动产登记证明.pdf", street.paper),
            "M12": ("结清证明.pdf", cleared),
        }
    )
    filing.sign()
    filing.submit()

    registered = filing.answer("registered")

    assert slot["slot_id"]
    assert registered["rank"] is None
    assert street.verdict() == "REVOKED"
