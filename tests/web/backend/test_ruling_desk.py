"""更改设定: a reviewer proposes, a head who is another person adopts, nobody alone."""

from dataclasses import replace

import pytest

from backend.office.book_ports import RulingProposal
from backend.office.rulings import LINES
from registration.ruling import read_ruling
from tests.rulings import write_ruling
from tests.web.backend.fake_office import World
from tests.web.backend.test_rule_desk import PAGE, page, post

PROPOSALS = f"{PAGE}/proposals"


def propose(world: World, staff_id: str = "qian", **changes: str) -> tuple[int, str]:
    return post(world, staff_id, PROPOSALS, ruling=write_ruling(**changes))


def decide(world: World, staff_id: str, verdict: str = "adopted") -> tuple[int, str]:
    return post(world, staff_id, f"{PROPOSALS}/1", verdict=verdict)


def test_what_one_proposes_the_head_adopts(world: World) -> None:
    assert propose(world, sample_percent="20")[0] == 303
    assert world.office.books.state().ruling is None
    text = page(world, "zhao")
    assert "抽查比例" in text
    assert "20 %" in text

    assert decide(world, "zhao")[0] == 303

    state = world.office.books.state()
    assert state.policy.sample_percent == 20
    assert state.ruling is not None
    assert state.ruling.adopted_by == "staff:qian staff:zhao"
    with world.works.reading() as work:
        acts = [(r.act, r.actor) for r in work.journal.of("2026-1")]
    assert acts == [
        ("ruling proposed", "staff:qian"),
        ("ruling adopted", "staff:qian staff:zhao"),
        ("ruling approved", "staff:zhao"),
    ]
    assert "现行设定由 qian zhao 采用" in page(world, "wu")


def test_nobody_adopts_what_he_proposed(world: World) -> None:
    propose(world, "zhao")

    status, text = decide(world, "zhao")

    assert status == 409
    assert "要由另一个人批准" in text
    assert world.office.books.state().ruling is None
    assert decide(world, "zhao", "declined")[0] == 303
    assert world.office.rulings.waiting() is None


def test_a_second_account_of_the_same_person_is_the_same_person(world: World) -> None:
    propose(world, "qian")
    with world.works() as work:
        chief = work.staff.get("zhao")
        work.staff.save(replace(chief, person=work.staff.get("qian").person))
        work.commit()

    assert decide(world, "zhao")[0] == 409
    assert world.office.books.state().ruling is None


@pytest.mark.parametrize(("staff_id", "status"), [("qian", 409), ("zhou", 409), ("wu", 403)])
def test_only_a_head_adopts(world: World, staff_id: str, status: int) -> None:
    propose(world)

    assert decide(world, staff_id)[0] == status
    assert world.office.books.state().ruling is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rules": '"R01.block" = "info"'}, "R01.block"),
        ({"office": "91410200MA0X00015B"}, "别的登记机构"),
        ({"sample_percent": '"x"'}, "sample_percent"),
    ],
    ids=["against the law", "another office's", "out of form"],
)
def test_what_cannot_be_a_ruling_is_told_and_kept_for_correction(
    world: World, changes: dict[str, str], told: str
) -> None:
    status, text = propose(world, **changes)

    assert status == 422
    assert told in text
    assert "2026-1" in text
    assert world.office.rulings.waiting() is None


def test_one_waits_at_a_time_and_a_version_is_used_once(world: World) -> None:
    propose(world)
    assert propose(world, "zhou", version="2026-2")[0] == 422
    decide(world, "zhao")

    status, text = propose(world)

    assert status == 422
    assert "版本号用过" in text


def test_a_long_ruling_is_taken_whole_or_not_at_all(world: World) -> None:
    lines = write_ruling() + "# 说明\n" * 3_000
    long = lines.rstrip("\n").ljust(20_000, "#")

    status, text = post(world, "qian", PROPOSALS, ruling=long + "#")
    assert status == 422
    assert "20,000" in text
    assert world.office.rulings.waiting() is None
    # Each line's end comes as two characters; a limit that counts both would cut the last lines.
    assert post(world, "qian", PROPOSALS, ruling=long.replace("\n", "\r\n"))[0] == 303


def test_what_no_longer_can_be_read_can_be_declined_alone(world: World) -> None:
    """The line that it changes went with an upgrade; the page keeps its switch."""
    claims = read_ruling(write_ruling(), LINES) | {"rules": {"R99.block": "info"}}
    with world.works() as work:
        qian = work.staff.get("qian")
        work.proposals.propose(
            RulingProposal(
                version="2026-1",
                claims=claims,
                proposed_by="qian",
                proposer=qian.person,
                proposed_at=world.clock.now(),
            )
        )
        work.commit()

    text = page(world, "zhao")
    assert "停用自动办理" in text
    assert "现在的程序读不出来" in text
    assert 'value="adopted"' not in text
    status, text = decide(world, "zhao")
    assert status == 409
    assert "R99.block" in text
    assert decide(world, "zhao", "declined")[0] == 303
    assert world.office.rulings.waiting() is None
