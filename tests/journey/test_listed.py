"""Five discharges by one list and one signature: five packages, five entries, five certificates ended."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.wall import Wall
from registration.ink import Handwriting
from registration.listed import LIST_CODE
from registration.outcomes import Registered
from terminal.assembly import Station
from terminal.desk.items import CertificateItem, CertificateState
from terminal.desk.list_signing import ListSigning
from terminal.desk.listing import Listing
from terminal.desk.lists import RowState
from terminal.desk.table import read_rows
from tests.factories import LI, ZHANG, make_contents, make_material, make_pdf, make_strokes
from tests.journey.premises import Premises, make_case, work_off

pytestmark = pytest.mark.journey

COUNT = 5
_SCANS = ("M03", "M05", "M12")


def _go_on(wall: Wall, station: Station, is_there: object) -> None:
    """Do what the rounds do until something is so."""
    assert callable(is_there)
    rounds = replace(station.rounds(), poll_s=0)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not is_there():
        rounds.go_out()
        work_off(wall)
        rounds.come_back()
    assert is_there()


def _mortgaged(wall: Wall, station: Station) -> Sequence[CertificateItem]:
    """Register five mortgages; return their certificates."""
    for number in range(COUNT):
        application = make_case(number)
        station.submission.file(application, make_contents(application))

    def have_all() -> bool:
        papers = station.box.certificates()
        return [p.state for p in papers] == [CertificateState.CHECKED] * COUNT

    _go_on(wall, station, have_all)
    return station.box.certificates()


def _listed(station: Station, papers: Sequence[CertificateItem]) -> list[str]:
    """Begin the discharges of a list and bring their papers; return the drafts."""
    head = ["不动产登记证明号", "抵押人", "抵押人证件号码", "注销原因", "结清金额"]
    lines = [
        [p.certificate_no, "张示例、李示例", f"{ZHANG}、{LI}", "已结清", "860000"] for p in papers
    ]
    teller = next(iter(station.counter.place.tellers))
    begun = Listing(station.counter.intake).begin(read_rows([head, *lines]), teller=teller)
    assert [row.state for row in begun] == [RowState.READY] * COUNT, [r.told for r in begun]
    for row in begun:
        draft = station.box.get_draft(row.draft_id)
        materials = tuple(make_material(code) for code in _SCANS)
        blobs = [make_pdf(code) for code in _SCANS]
        station.box.save_draft(replace(draft, materials=materials), blobs=blobs)
    return [row.draft_id for row in begun]


def _sign_once(station: Station, draft_ids: Sequence[str]) -> None:
    now = station.clock.now()
    drawn = ListSigning(station.box, station.counter.place, station.clock).draw(draft_ids)
    assert drawn.left_out == ()
    first = draft_ids[0]
    paper = next(p for p in station.counter.signing.papers(first) if p.code == LIST_CODE)
    (signer,) = paper.signers
    hand = Handwriting(
        strokes=make_strokes("one hand for all"),
        width=12_000,
        height=6_000,
        device="pen",
        started_at=now - timedelta(seconds=4),
        ended_at=now,
        is_simulated=True,
    )
    station.counter.signing.sign(
        first, code=LIST_CODE, sha256=paper.sha256, number=signer.number, hand=hand
    )


def test_five_mortgages_end_by_one_signature(house: Premises) -> None:
    with house.serving() as wall, house.station() as station:
        papers = _mortgaged(wall, station)
        draft_ids = _listed(station, papers)
        _sign_once(station, draft_ids)
        for draft_id in draft_ids:
            station.submission.submit(draft_id)

        def all_entered() -> bool:
            answered = [i for i in station.box.inbox() if isinstance(i.answer, Registered)]
            return len(answered) == 2 * COUNT

        _go_on(wall, station, all_entered)
        verdicts = [_verdict(house, paper) for paper in papers]
        inks = [station.box.get_draft(draft_id).inks for draft_id in draft_ids]

    assert verdicts == ["REVOKED"] * COUNT
    assert len({ink.sha256 for (ink,) in inks}) == 1
    assert house.count("packages", "1") == 2 * COUNT


def _verdict(house: Premises, paper: CertificateItem) -> str:
    code = paper.verify_url.rpartition("?c=")[2]
    return str(house.office.verify(paper.certificate_no, code)["verdict"])
