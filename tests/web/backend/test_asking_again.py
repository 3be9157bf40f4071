"""再问: an authority is asked once more from the case page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.office.case import Case
from backend.office.enquiries import EnquiryRow
from registration.findings import Level
from tests.rows import AT
from tests.web.backend.asked import REQUEST_NO, UNANSWERED, ask_in_vain
from tests.web.backend.fake_office import World
from tests.web.backend.plain import PlainCourts
from tests.web.backend.test_review_desk import BASE, CASE, decide, page


@pytest.fixture(autouse=True)
def unanswered(world: World) -> None:
    ask_in_vain(world)


def press(world: World, staff_id: str = "qian", request_no: str = REQUEST_NO) -> tuple[int, str]:
    client = world.client(staff_id)
    form = {"csrf": world.csrf(client)}
    answer = client.post(f"{CASE}/enquiries/{request_no}", data=form, base_url=BASE)
    return answer.status_code, answer.location or ""


def rows(world: World) -> tuple[EnquiryRow, ...]:
    with world.works.reading() as work:
        return work.enquiries.of("20260929-0000001")


def say(world: World, verdict: str) -> None:
    courts = world.office.asking.enquiring.authorities
    assert isinstance(courts, PlainCourts)
    courts.says = verdict


def r01(case: Case) -> list[tuple[Level, str]]:
    return [(f.level, f.zh) for f in case.findings if f.rule == "R01"]


def test_an_answer_takes_the_place_of_none_and_both_are_kept(world: World) -> None:
    assert r01(world.case()) == [(Level.UNKNOWN, UNANSWERED.zh)]

    status, location = press(world)

    assert status == 303
    assert r01(world.case()) == []
    before, after = rows(world)
    assert (before.request_no, before.reply and before.reply.verdict) == (REQUEST_NO, "")
    assert after.reply is not None
    assert (after.reply.verdict, len(after.reply.answer_sha256)) == ("clear", 64)
    text = page(world.client("qian"), location)
    assert "已再问一次" in text
    assert "没有未登簿的查封通知" in text
    assert REQUEST_NO in text
    with world.works.reading() as work:
        acts = [(r.act, r.actor) for r in work.journal.of("20260929-0000001")][-3:]
    assert acts[:2] == [("authorities asked", "staff:qian"), ("findings renewed", "staff:qian")]


def test_no_answer_again_is_told_under_its_own_number(world: World) -> None:
    say(world, "")

    press(world)

    ((level, told),) = r01(world.case())
    assert level is Level.UNKNOWN
    assert rows(world)[-1].request_no in told
    assert REQUEST_NO not in told


def test_the_same_click_twice_asks_once(world: World) -> None:
    world.clock.advance(timedelta(seconds=1))
    press(world)
    press(world)

    assert len(rows(world)) == 2


def test_what_nobody_knew_who_decided_begins_the_review_anew(world: World) -> None:
    """The first reviewer agreed without the notice; he cannot have meant it."""
    with world.works() as work:
        case = work.cases.get("20260929-0000001")
        open_ones = tuple(f for f in case.findings if f.level is not Level.CORRECT)
        work.cases.save(replace(case, findings=open_ones), was=case)
        work.commit()
    assert decide(world, world.client("qian"), "approve").status_code == 303
    client = world.client("zhou")
    client.post(f"{CASE}/take", data={"csrf": world.csrf(client)}, base_url=BASE)
    say(world, "seized")

    status, location = press(world, "zhou")

    assert status == 303
    case = world.case()
    assert (case.review_round, case.awaiting, case.holder) == (2, "first", "")
    assert [level for level, _ in r01(case)] == [Level.MANUAL]
    assert "从初审重新审核" in page(world.client("zhou"), location)


@pytest.mark.parametrize(
    ("staff_id", "request_no", "status"),
    [
        ("zhou", REQUEST_NO, 409),
        ("wu", REQUEST_NO, 403),
        ("qian", "20260929410200000777", 404),
        ("qian", "x", 404),
    ],
    ids=["in another's hands", "an auditor", "no such question", "no number"],
)
def test_who_may_not_ask_asks_nobody(
    world: World, staff_id: str, request_no: str, status: int
) -> None:
    assert press(world, staff_id, request_no)[0] == status

    assert len(rows(world)) == 1
    assert "再问一次" not in page(world.client("zhou"), CASE)


def test_a_young_answer_is_not_asked_for_again(world: World) -> None:
    press(world)
    young = rows(world)[-1].request_no
    assert "再问一次" not in page(world.client("qian"), CASE)

    assert press(world, "qian", young)[0] == 409

    world.clock.advance(timedelta(hours=5))
    assert "再问一次" in page(world.client("qian"), CASE)
    assert press(world, "qian", young)[0] == 303
    assert rows(world)[-1].at > AT
