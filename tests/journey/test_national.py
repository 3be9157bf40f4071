"""The national suite: a case from the counter to the certificate, and the way over to it."""

import hashlib
import json
from pathlib import Path

import pytest

from backend.office.editions import content_sha256
from backend.wall import SystemClock
from certs.cover import read_cover
from certs.documents import DocumentVerdict, check_document, check_pdf
from certs.documents.ofd.container import unpack
from certs.founding import add_suite
from certs.identity import SuiteName
from certs.jws import SM2, read_jws
from certs.keys import load_certificates, public_key_of, suite_of
from certs.trust import TrustStore
from scripts.stand.counter import TERMINAL
from terminal.assembly import Station
from terminal.desk.items import ItemState, OutboxItem
from terminal.errors import EnrolmentError
from tests.factories import make_contents
from tests.journey.lives import living
from tests.journey.premises import Premises, found, make_case, work_off
from tests.journey.strangers import run

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """An office that speaks SM2, and a counter that joined it so."""
    folder = tmp_path_factory.mktemp("national") / "premises"
    folder.mkdir()
    return found(folder, "national")


def algorithms(station: Station) -> set[str]:
    """Name the algorithms of everything that the office has signed for this counter."""
    receipts = [item.statement for item in station.box.outbox() if item.statement]
    texts = [*receipts, *(answer.statement for answer in station.box.inbox())]
    return {read_jws(text, largest=1 << 20).header["alg"] for text in texts}


def test_a_case_goes_from_the_counter_to_the_certificate(national: Premises) -> None:
    """On the real processes: server, worker and the counter's command."""
    case = national.lay_down(make_case(1))
    with living(national.serve(with_worker=True)), living(national.submit(case)) as submitting:
        assert submitting.wait(90) == 0, submitting.words()
    with national.station() as station:
        (item,), (certificate,) = station.box.outbox(), station.box.certificates()
        pdf = station.box.certificate_pdf(certificate.case_no)
        trust = TrustStore(station.membership.joined.trust)

        assert read_cover(station.box.package(item.sequence)).suite == 2
        assert algorithms(station) == {SM2}
        assert check_pdf(pdf, trust=trust, at=station.clock.now()).verdict is DocumentVerdict.VALID


def test_the_certificate_is_there_as_ofd_too_and_both_name_each_other(
    national: Premises, tmp_path: Path
) -> None:
    with national.open_wall() as wall:
        with national.station() as station, wall.works.reading() as work:
            (certificate,) = station.box.certificates()
            row = work.certificates.get(certificate.certificate_no)
        pdf, ofd = (wall.works.blobs.get(one) for one in (row.pdf_sha256, row.ofd_sha256))
        judged = check_document(ofd, trust=wall.trust(), at=wall.clock.now())
    paper = tmp_path / "certificate.pdf"
    paper.write_bytes(pdf)
    run("pdfdetach", "-savefile", "counterpart.json", "-o", tmp_path / "of.json", paper)
    files = unpack(ofd)
    drawn = {n: d for n, d in files.items() if not n.startswith(("Doc_0/Signs", "Doc_0/Attachs"))}

    assert judged.verdict is DocumentVerdict.VALID
    named = json.loads(files["Doc_0/Attachs/counterpart.json"])
    assert named["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert json.loads((tmp_path / "of.json").read_bytes())["content_sha256"] == (
        content_sha256(drawn)
    )
    assert files["Doc_0/Attachs/certificate.json"] == row.facts


# --- the way over


def renew(station: Station) -> SuiteName:
    """Renew; give the suite in which the counter signs from now on."""
    station.membership.renew(station.link.post_json, station.clock.now)
    certificate = load_certificates(station.membership.joined.package_certificate)[0]
    return suite_of(public_key_of(certificate))


def submit(station: Station, number: int) -> OutboxItem:
    """File a case and try to deliver it."""
    application = make_case(number)
    item = station.submission.file(application, make_contents(application))
    station.courier.deliver()
    return station.box.get_item(item.sequence)


def test_an_office_moves_over_without_losing_a_package(house: Premises) -> None:
    """Both open, then the other one spoken, then the old one closed; one counter all the while."""
    add_suite(house.settings().authority_dir, SystemClock().now(), office="office")
    both = ("international", "national")
    with house.station() as station:
        with house.serving(suites=both):
            assert renew(station) is SuiteName.INTERNATIONAL
            before = submit(station, 1)
            # Received and not opened yet: whatever has a receipt is opened.
        with house.serving(suites=both[::-1]) as wall:
            assert station.courier.deliver() == 0
            last = submit(station, 2)
            assert renew(station) is SuiteName.NATIONAL
            work_off(wall)
        with house.serving(suites=("national",)) as wall:
            assert renew(station) is SuiteName.NATIONAL
            after = submit(station, 3)
            work_off(wall)
            station.courier.collect(0)
            assert station.courier.fetch_certificates() == 3

        sent = (before, last, after)
        assert [one.state for one in sent] == [ItemState.DELIVERED] * 3
        packages = [station.box.package(one.sequence) for one in sent]
        assert [read_cover(package).suite for package in packages] == [1, 1, 2]


def test_a_closed_suite_is_refused_with_a_word_about_it(house: Premises) -> None:
    """The counter did not renew in time: its package is not taken, and it is told why."""
    add_suite(house.settings().authority_dir, SystemClock().now(), office="office")
    with house.station() as station, house.serving(suites=("national",)):
        item = submit(station, 1)

        assert item.state is ItemState.NEEDS_YOU
        assert item.trouble is not None
        assert item.trouble.code == "certs.signer-not-trusted"


def test_an_office_of_another_suite_is_not_believed_unannounced(house: Premises) -> None:
    """Whoever found an old key must not talk a counter into the suite that it was made for."""
    add_suite(house.settings().authority_dir, SystemClock().now(), office="office")
    with (
        house.station() as station,
        house.serving(suites=("national", "international")),
        pytest.raises(EnrolmentError),
    ):
        renew(station)


def test_a_national_counter_is_known_by_its_suite(national: Premises) -> None:
    told = national.office.run("terminals", "show", TERMINAL, "--json")
    assert '"suite": "national"' in told
