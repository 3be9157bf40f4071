"""Evidence at the desk: asked for with a reason, by the head alone, given to who asked, for a day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.errors import NotFoundError
from backend.office.evidence_desk import FORGET, MAKE, EvidenceMaking
from backend.office.factors import FRESH
from tests.clock import FrozenClock
from tests.web.backend.fake_office import World, fill_queue, make_world
from tests.web.backend.test_review_desk import BASE, CASE, page
from tests.web.backend.test_second_factor import code_of, enrolled

CASE_NO = CASE.rpartition("/")[2]
REASON = "（2026）示例民初1号"
PAGE = f"{CASE}/evidence"


def ask(world: World, staff_id: str = "zhao", text: str = REASON) -> int:
    client = world.client(staff_id)
    form = {"csrf": world.csrf(client), "text": text}
    return client.post(PAGE, data=form, base_url=BASE).status_code


def maker(world: World) -> EvidenceMaking:
    """Return the worker's part, with files of the test."""
    desk = world.app.extensions["office"].evidence
    return EvidenceMaking(
        works=world.works,
        shelf=desk.shelf,
        clock=desk.clock,
        make_files=lambda case_no: {"case.json": case_no.encode()},
        pack=lambda files: b"ZIP " + files["case.json"],
    )


def make(world: World) -> EvidenceMaking:
    """Do the worker's part."""
    making = maker(world)
    for task, _, _ in list(world.works.tables.tasks.values()):
        if task.kind == MAKE:
            making.make(task.ref)
    return making


def fetch(world: World, staff_id: str, number: int) -> tuple[int, bytes]:
    client = world.client(staff_id)
    form = {"csrf": world.csrf(client)}
    answer = client.post(f"{PAGE}/{number}", data=form, base_url=BASE)
    return answer.status_code, answer.data


def told(world: World) -> list[tuple[str, str]]:
    records = world.works.tables.journal.values()
    return [(r.actor, r.act) for r in records if r.ref == CASE_NO and "evidence" in r.act]


def number_of(world: World) -> int:
    return next(r.seq for r in world.works.tables.journal.values() if r.act == "evidence asked for")


def test_the_head_asks_and_takes_and_the_journal_has_each_step(world: World) -> None:
    assert f'href="{PAGE}"' in page(world.client("zhao"), CASE)
    assert ask(world) == 303
    assert "正在制作" in page(world.client("zhao"), PAGE)
    number = number_of(world)
    assert fetch(world, "zhao", number)[0] == 503
    make(world)
    assert "已备好" in page(world.client("zhao"), PAGE)
    assert fetch(world, "zhao", number) == (200, b"ZIP " + CASE_NO.encode())
    assert told(world) == [
        ("staff:zhao", "evidence asked for"),
        ("system", "evidence ready"),
        ("staff:zhao", "evidence handed out"),
    ]
    assert f"工号 zhao：{REASON}" in page(world.client("zhao"), CASE)


def test_nobody_else_asks_sees_or_takes(world: World) -> None:
    for staff_id in ("qian", "zhou", "wu"):
        assert f'href="{PAGE}"' not in page(world.client(staff_id), CASE)
        assert world.client(staff_id).get(PAGE, base_url=BASE).status_code == 403
        assert ask(world, staff_id) == 403
    ask(world)
    make(world)
    assert fetch(world, "qian", number_of(world))[0] == 403
    assert fetch(world, "zhao", number_of(world) + 1000)[0] == 404
    assert ("staff:qian", "evidence handed out") not in told(world)


@pytest.mark.parametrize("text", ["", "  ", "长" * 2001])
def test_without_a_reason_nothing_is_made(world: World, text: str) -> None:
    assert ask(world, text=text) == 422
    assert told(world) == []


def test_made_once_and_forgotten_a_day_later(world: World) -> None:
    ask(world)
    making = make(world)
    make(world)
    assert [act for _, act in told(world)].count("evidence ready") == 1
    (forget,) = [t for t, _, _ in world.works.tables.tasks.values() if t.kind == FORGET]
    desk = world.app.extensions["office"].evidence
    later = replace(desk, clock=FrozenClock(desk.clock.now() + timedelta(hours=24)))
    with pytest.raises(NotFoundError):
        later.fetch(CASE_NO, number_of(world), staff=world.works.tables.staff["zhao"])
    making.forget(forget.ref)
    with pytest.raises(NotFoundError):
        desk.shelf.get(forget.ref.partition("/")[2])


def test_the_same_wish_again_is_the_one_that_is_being_made(world: World) -> None:
    assert [ask(world), ask(world)] == [303, 303]
    assert ask(world, text="另一个法院") == 409
    assert told(world) == [("staff:zhao", "evidence asked for")]

    make(world)

    assert ask(world, text="另一个法院") == 303
    assert [act for _, act in told(world)].count("evidence asked for") == 2


def withdraw(world: World, staff_id: str, number: int) -> int:
    client = world.client(staff_id)
    form = {"csrf": world.csrf(client)}
    return client.post(f"{PAGE}/{number}/withdraw", data=form, base_url=BASE).status_code


def test_a_wish_that_can_never_be_made_is_withdrawn_and_holds_no_other_up(world: World) -> None:
    ask(world)
    number = number_of(world)
    assert "/withdraw" in page(world.client("zhao"), PAGE)

    assert [withdraw(world, "zhao", number), withdraw(world, "zhao", number)] == [303, 303]

    assert "已撤回" in page(world.client("zhao"), PAGE)
    assert fetch(world, "zhao", number)[0] == 404
    assert ask(world, text="另一个法院") == 303
    make(world)
    assert [act for _, act in told(world)] == [
        "evidence asked for",
        "evidence withdrawn",
        "evidence asked for",
        "evidence ready",
    ]


def test_what_was_withdrawn_while_it_was_made_is_nobodys(world: World) -> None:
    ask(world)
    number = number_of(world)

    def make_files(_case_no: str) -> dict[str, bytes]:
        assert withdraw(world, "zhao", number) == 303
        return {"case.json": b"{}"}

    replace(maker(world), make_files=make_files).make(f"{CASE_NO}/{number}")

    assert "evidence ready" not in [act for _, act in told(world)]
    assert fetch(world, "zhao", number)[0] == 404


def test_what_is_made_or_anothers_is_not_withdrawn(world: World) -> None:
    ask(world)
    assert withdraw(world, "qian", number_of(world)) == 403
    assert withdraw(world, "zhao", number_of(world) + 1000) == 404
    make(world)
    assert withdraw(world, "zhao", number_of(world)) == 409


def test_who_asks_or_takes_has_just_shown_the_second_factor() -> None:
    world = make_world(is_factor_required=True)
    fill_queue(world)
    client, secret = enrolled(world, "zhao")

    def send(path: str, **form: str) -> tuple[int, str]:
        told = {"csrf": world.csrf(client), "text": REASON} | form
        answer = client.post(path, data=told, base_url=BASE)
        return answer.status_code, answer.get_data(as_text=True)

    assert 'id="code"' not in page(client, PAGE)
    world.clock.advance(FRESH)
    status, text = send(PAGE)
    assert status == 422
    assert "请输入动态码" in text
    assert f'value="{REASON}"' in text
    assert text.count('id="code"') == 1
    assert told(world) == []
    assert send(PAGE, code=code_of(world, secret))[0] == 303

    make(world)
    path = f"{PAGE}/{number_of(world)}"
    assert f'formaction="{path}"' in page(client, PAGE)
    world.clock.advance(FRESH)
    assert send(path)[0] == 422
    assert send(path, code="000000")[0] == 422
    assert ("staff:zhao", "evidence handed out") not in told(world)
    assert send(path, code=code_of(world, secret)) == (200, f"ZIP {CASE_NO}")


def test_the_desk_speaks_english(world: World) -> None:
    ask(world)
    client = world.client("zhao")
    client.get(f"{PAGE}?lang=en", base_url=BASE)
    text = page(client, PAGE)
    assert "Make the evidence package" in text
    assert "Being made" in text
