"""Every registration's message lies ready for the superior authority, once, with its certificate."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.exchange import outbox
from backend.exchange.files import export_units, load_messages
from backend.exchange.message import Message, read
from backend.exchange.outbox import Reporter
from backend.exchange.telling import Stamp
from backend.failpoints import FailPointRaisedError, load_failpoints
from backend.office.entries import Notice, OutsideEntries
from backend.office.events import Event
from backend.office.register import EncumbranceKind, Extract
from backend.outside import build_reporter
from backend.wall import Wall
from registration.mortgage import Money
from registration.outcomes import CertificateIssued, Registered
from tests.fakes import MemoryWorks
from tests.journey.filing import Desk, contract, make_filing, make_release, only, open_desk
from tests.journey.kinds import approve_all, sale_and_mortgage

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("office")
    with open_desk(folder, exchange_dir=folder / "outbox") as found:
        yield found


def reporter_of(wall: Wall) -> Reporter:
    found = build_reporter(wall)
    assert found is not None
    return found


def report(desk: Desk, **changes: Any) -> list[Message]:
    """Let everything be reported; take the files away, as a courier does."""
    reporter_of(replace(desk.stand.wall, **changes)).step()
    return collect(desk)


def collect(desk: Desk) -> list[Message]:
    messages: list[Message] = []
    folder = desk.stand.settings.exchange_dir
    assert folder is not None
    for file in sorted(folder.glob("*")):
        found, faults = read(file.read_bytes(), file.name)
        assert faults == ()
        assert file.name == f"Biz{found[0].head['BizMsgID']}.xml"
        messages += found
        file.unlink()
    return messages


def test_a_registration_and_its_discharge_are_reported_once_each(desk: Desk) -> None:
    report(desk)
    estate = desk.new_flat()
    certificate = desk.enter(estate)

    (entered,) = report(desk)

    (row,) = entered.of("QLF_QL_DYAQ")
    assert row.get("BDCDJZMH") == certificate.certificate_no
    assert (entered.head["RecType"], entered.head["RegType"]) == ("9000101", "100")
    assert entered.head["RecFlowID"] == certificate.case_no
    assert (row.get("BDBZZQSE"), row.get("QSZT")) == ("86.0000", "1")
    assert report(desk) == []

    desk.file(desk.ready(make_release(estate, certificate.certificate_no)))
    (ended,) = report(desk)
    assert (ended.head["RecType"], ended.head["RegType"]) == ("4000101", "400")
    assert ended.of("QLF_QL_DYAQ")[0].get("QSZT") == "2"


def test_a_sale_with_its_mortgage_is_two_messages(desk: Desk) -> None:
    report(desk)
    estate = desk.new_flat()
    approve_all(desk, desk.file(*desk.ready_together(*sale_and_mortgage(estate))))

    kinds = sorted(message.head["RecType"] for message in report(desk))
    assert kinds == ["2000402", "9000101"]


def test_what_comes_from_outside_is_reported_too(desk: Desk) -> None:
    report(desk)
    unit_no = desk.new_flat().title.unit_no
    entries = OutsideEntries(works=desk.stand.wall.works, clock=desk.stand.wall.clock)
    notice = Notice(kind=EncumbranceKind.SEIZURE, holder="示例市法院", document_no="示执1号")
    seizure = entries.add(unit_no, notice, by="test")
    entries.lift(unit_no, seizure.entry_no, by="test", note="解封")

    first, second = report(desk)
    assert [m.of("QLF_QL_CFDJ")[0].get("QSZT") for m in (first, second)] == ["1", "2"]


def test_after_a_crash_the_same_message_is_there_again(desk: Desk) -> None:
    report(desk)
    desk.enter(desk.new_flat())
    stop = load_failpoints("report.written=raise")
    with pytest.raises(FailPointRaisedError):
        report(desk, fail_point=stop)
    (before,) = collect(desk)

    (after,) = report(desk)
    assert after == replace(before, file=after.file)


def test_an_amount_with_fen_is_named_and_holds_nothing_up(desk: Desk) -> None:
    report(desk)
    odd = contract(amount=Money(86_000_001), amount_words="捌拾陆万元零壹分")
    answers = desk.file(desk.ready(make_filing(desk.new_flat(), **odd)))
    if not any(isinstance(answer, Registered) for answer in answers):
        pytest.fail(f"not registered: {answers}")
    certificate = desk.enter(desk.new_flat())

    (message,) = report(desk)

    assert message.head["RecFlowID"] == certificate.case_no
    with desk.stand.wall.works.reading() as work:
        faults = work.messages.faults()
    assert any("jiao or fen" in fault for fault in faults.values())


def test_an_event_that_fails_holds_nothing_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in telling one event once would have kept every later one from being told."""
    report(desk)
    broken = desk.enter(desk.new_flat())
    certificate = desk.enter(desk.new_flat())
    tell = outbox.tell

    def fail(page: Extract, event: Event, stamp: Stamp) -> bytes:
        if event.case_no == broken.case_no:
            raise KeyError("no such field")
        return tell(page, event, stamp)

    monkeypatch.setattr(outbox, "tell", fail)

    (message,) = report(desk)

    assert message.head["RecFlowID"] == certificate.case_no
    with desk.stand.wall.works.reading() as work:
        assert any("KeyError" in fault for fault in work.messages.faults().values())


def test_no_message_is_made_where_nobody_named_a_folder(desk: Desk) -> None:
    """They are people's data in the clear."""
    settings = replace(desk.stand.settings, exchange_dir=None)

    assert build_reporter(replace(desk.stand.wall, settings=settings)) is None


def test_another_register_can_be_built_from_what_was_reported(desk: Desk, tmp_path: Path) -> None:
    """The superior authority's copy: ownership by an export, the rest as it came."""
    report(desk)
    estate = desk.new_flat()
    issued = only(desk.file(desk.ready(make_filing(estate, **contract()))), CertificateIssued)
    works = desk.stand.wall.works
    export_units(
        works,
        tmp_path,
        (estate.title.unit_no,),
        area="410200",
        office="示例中心",
        at=desk.stand.clock.now(),
    )
    copy = MemoryWorks()

    load_messages(copy, tmp_path, desk.stand.clock.now())

    with copy.reading() as work:
        page = work.register.extract(estate.title.unit_no, desk.stand.clock.now())
    (entry,) = page.encumbrances
    assert (entry.certificate_no, entry.rank) == (issued.certificate_no, 1)
    assert page.title == desk.extract(estate).title
