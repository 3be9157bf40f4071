"""What a counter has other authorities asked over HTTP: who may, how often, and what is wrong."""

from dataclasses import replace
from typing import Any

import pytest

from backend.web.api import ASKING
from backend.web.pace import Pace
from registration import schema
from registration.enquiry import SharedQuestion
from tests.unit.backend.office.test_sparing import Stage, make_question, make_sparing
from tests.web.backend.fake_office import PEER, World

PATH, BASE = "/api/v1/enquiries", "https://localhost"


@pytest.fixture
def stage(world: World) -> Stage:
    stage = Stage()
    office = world.app.extensions["office"]
    world.app.extensions["office"] = replace(office, sparing=make_sparing(stage))
    return stage


def ask(world: World, question: SharedQuestion | None = None, peer: bytes = PEER) -> Any:
    body = schema.format_shared_question(question or make_question())
    return world.client(peer=peer).post(PATH, json=body, base_url=BASE)


def test_a_counter_is_told_which_paper_nobody_need_bring(world: World, stage: Stage) -> None:
    answer = ask(world)

    assert answer.status_code == 200
    (paper,) = schema.parse_shared(answer.get_json()).papers
    assert (paper.code, paper.is_spared, len(stage.asked)) == ("M14", True, 2)


@pytest.mark.parametrize(("peer", "status"), [(b"", 401), (b"another", 403)])
def test_nobody_else_has_anybody_asked(
    world: World, stage: Stage, peer: bytes, status: int
) -> None:
    assert (ask(world, peer=peer).status_code, stage.asked) == (status, [])


def test_a_question_that_cannot_be_read_names_what_is_wrong(world: World, stage: Stage) -> None:
    body = schema.format_shared_question(make_question()) | {"papers": [], "unit_no": "1"}

    answer = world.client(peer=PEER).post(PATH, json=body, base_url=BASE)

    assert (answer.status_code, stage.asked) == (422, [])
    pointers = {problem["pointer"] for problem in answer.get_json()["errors"]}
    assert pointers == {"/papers", "/unit_no"}


def test_a_counter_asks_so_often_whatever_teller_it_names(world: World, stage: Stage) -> None:
    """The teller is the counter's word: other names open no other door."""
    world.app.extensions[ASKING] = Pace(2, seconds=lambda: 0.0)

    codes = [ask(world, make_question(teller=f"T{n}")).status_code for n in range(3)]

    assert codes == [200, 200, 429]


def test_an_office_that_asks_nobody_says_so(world: World) -> None:
    assert ask(world).status_code == 404
