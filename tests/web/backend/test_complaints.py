"""Complaints at the desk: taken down, given to somebody who is not meant, answered, counted."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.rows import CASE_NO
from tests.unit.registration.papers.reading import read_text
from tests.web.backend.fake_office import World
from tests.web.backend.test_review_desk import BASE, decide, page

NEW = "/desk/complaints/new"
ONE = "/desk/complaints/T2026-00001"
SAID = {"channel": "phone", "text": "等了三个小时", "who": "张示例", "handler": "sun"}


def post(world: World, client: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    """Send a form; return the status, and where it leads or what the page says."""
    answer = client.post(path, data=form | {"csrf": world.csrf(client)}, base_url=BASE)
    return answer.status_code, answer.location or answer.get_data(as_text=True)


def test_a_complaint_is_taken_listed_and_answered(world: World) -> None:
    qian, sun = world.client("qian"), world.client("sun")
    assert post(world, qian, NEW, **SAID, case_no=CASE_NO) == (303, ONE)
    listed = page(qian, "/desk/complaints")
    assert "T2026-00001" in listed
    assert "张示例" not in listed
    assert "等了三个小时" in page(sun, ONE)

    told = {"outcome": "justified", "answer": "已道歉，加开窗口"}
    assert post(world, sun, f"{ONE}/answer", **told)[0] == 303

    assert "属实" in page(qian, "/desk/complaints?view=closed")
    assert "已道歉，加开窗口" in page(qian, ONE)
    assert "没有等答复的投诉" in page(qian, "/desk/complaints")


def test_the_day_counts_working_days_over_the_holiday(world: World) -> None:
    """Taken on 29 September 2026: the National Day holiday lies between, 10 October is worked."""
    post(world, world.client("qian"), NEW, **SAID)
    assert "2026-10-12 17:00" in page(world.client("qian"), ONE)


def test_every_act_stands_in_the_journal(world: World) -> None:
    qian, sun, zhao = (world.client(name) for name in ("qian", "sun", "zhao"))
    post(world, qian, NEW, **SAID)
    page(zhao, ONE)
    post(world, sun, f"{ONE}/handler", handler="zhou")
    post(world, zhao, f"{ONE}/answer", outcome="partly", answer="已说明")
    with world.works.reading() as work:
        told = [(r.actor, r.act) for r in work.journal.of("T2026-00001")]
    assert told == [
        ("staff:qian", "complaint taken"),
        ("staff:zhao", "complaint opened"),
        ("staff:sun", "complaint assigned"),
        ("staff:zhao", "complaint answered"),
    ]


def test_who_decided_on_the_case_answers_nothing_about_it(world: World) -> None:
    qian = world.client("qian")
    decide(world, qian, "refuse")

    status, said = post(
        world, world.client("sun"), NEW, **SAID | {"handler": "qian"}, case_no=CASE_NO
    )

    assert (status, "对这件作过决定" in said) == (422, True)
    assert "等了三个小时" in said


def test_only_its_handler_and_the_head_answer(world: World) -> None:
    qian, zhou = world.client("qian"), world.client("zhou")
    post(world, qian, NEW, **SAID)
    told = {"outcome": "partly", "answer": "x"}
    assert "办结" not in page(qian, ONE).split("<dialog")[0]
    for client in (qian, zhou):
        assert post(world, client, f"{ONE}/answer", **told)[0] == 422
        assert post(world, client, f"{ONE}/handler", handler="qian")[0] == 422
    assert post(world, world.client("zhao"), f"{ONE}/answer", **told)[0] == 303
    status, said = post(world, world.client("zhao"), f"{ONE}/answer", **told)
    assert (status, "已经办结" in said) == (422, True)


def test_an_auditor_takes_complaints_down_and_answers_none(world: World) -> None:
    wu = world.client("wu")
    assert post(world, wu, NEW, **SAID)[0] == 303
    assert post(world, wu, NEW, **SAID | {"handler": "wu"})[0] == 422


def test_it_is_none_of_the_administrators_business(world: World) -> None:
    zheng = world.client("zheng")
    assert zheng.get("/desk/complaints", base_url=BASE).status_code == 403
    assert post(world, zheng, NEW, **SAID)[0] == 403


@pytest.mark.parametrize(
    "change",
    [
        {"channel": ""},
        {"channel": "x"},
        {"text": " "},
        {"text": "a\x07"},
        {"text": "长" * 4001},
        {"case_no": "1"},
        {"case_no": "20260929-9999999"},
        {"handler": "nobody"},
    ],
    ids=["no channel", "odd channel", "blank", "bell", "long", "odd case", "no case", "nobody"],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(
    world: World, change: dict[str, str]
) -> None:
    status, said = post(world, world.client("qian"), NEW, **SAID | change)
    assert status == 422
    assert 'role="alert"' in said
    assert "张示例" in said
    with world.works.reading() as work:
        assert work.complaints.list(is_open=True) == ()


def test_they_are_counted_on_the_page_in_the_table_and_in_the_circular(world: World) -> None:
    qian = world.client("qian")
    for _ in range(3):
        post(world, qian, NEW, **SAID)
    post(world, world.client("sun"), f"{ONE}/answer", outcome="justified", answer="已道歉")
    wu = world.client("wu")
    said = "答复 1 件，按时 1 件，属实或部分属实 1 件"
    assert said in page(wu, "/desk/statistics")
    table = wu.get("/desk/statistics/table.csv", base_url=BASE).get_data().decode("utf-8-sig")
    assert f"总体,投诉,3,件,{said}".replace("，", "，") in table.replace('"', "")
    paper = read_text(wu.get("/desk/statistics/report.pdf", base_url=BASE).get_data())
    assert "本月收到投诉3件，答复1件" in paper


def test_one_that_is_late_is_told(world: World) -> None:
    post(world, world.client("qian"), NEW, **SAID)
    world.clock.advance(timedelta(days=20))
    assert "超期，应于 10-12" in page(world.client("qian"), "/desk/complaints")
