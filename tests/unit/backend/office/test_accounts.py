"""The operator's hand on the accounts: who may sign in, as what, until when."""

from typing import Any

import pytest

from backend.errors import BadLoginError, NotAllowedError, NotFoundError, OddNameError
from backend.office.accounts import AccountRoom
from backend.office.rows import StaffRow
from tests.web.backend.fake_office import PASSWORD, World, file_case, make_world
from tests.web.backend.plain import PlainHasher

BY = "operator:test"
NEW_PASSWORD = "quite another sentence"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def room(world: World) -> AccountRoom:
    return AccountRoom(
        works=world.works,
        hasher=PlainHasher(),
        clock=world.clock,
        is_guessable=lambda password, words: password.lower() == "password12345",
    )


def add(room: AccountRoom, staff_id: str = "li", **changes: Any) -> StaffRow:
    facts: dict[str, Any] = {"name": "李审核", "roles": ("first_reviewer",), "password": PASSWORD}
    return room.add(staff_id, by=BY, **(facts | changes))


def acts(world: World, ref: str) -> list[tuple[str, str]]:
    with world.works.reading() as work:
        return [(record.actor, record.act) for record in work.journal.of(ref)]


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 257,
        "PassWord12345",
        "aaaaaaaaaaaa",
        "ababababababab",
        "my li password",
        "a\tb" * 9,
    ],
    ids=["short", "too long", "common", "one letter", "two letters", "own name", "tab"],
)
def test_a_bad_password_is_refused(room: AccountRoom, password: str) -> None:
    with pytest.raises(NotAllowedError, match="password"):
        add(room, password=password)
    add(room)
    with pytest.raises(NotAllowedError, match="password"):
        room.set_password("li", password, by=BY)


def test_the_owners_name_is_thought_of_when_a_password_is_judged(world: World) -> None:
    room = AccountRoom(
        works=world.works,
        hasher=PlainHasher(),
        clock=world.clock,
        is_guessable=lambda password, words: any(word in password for word in words),
    )
    add(room, person="410202-77")
    for password in ("李审核 and a house", "a house of 410202-77"):
        with pytest.raises(NotAllowedError, match="easy to guess"):
            room.set_password("li", password, by=BY)
    room.set_password("li", NEW_PASSWORD, by=BY)


@pytest.mark.parametrize(
    "roles", [(), ("king",), ("auditor", "chief"), ("first_reviewer", "chief")]
)
def test_roles_that_cannot_be_are_refused(room: AccountRoom, roles: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowedError, match="role"):
        add(room, roles=roles)
    with pytest.raises(NotAllowedError, match="role"):
        room.set_roles("qian", roles, by=BY)


def test_two_accounts_make_no_two_people(room: AccountRoom) -> None:
    """The law binds people: who has another account does not get round it."""
    add(room, "li", person="P-LI")
    with pytest.raises(NotAllowedError, match="P-LI has other accounts"):
        add(room, "li2", person="P-LI", roles=("chief",))
    with pytest.raises(NotAllowedError, match="P-LI has other accounts"):
        add(room, "li3", person="P-LI", roles=("administrator",))
    add(room, "li4", person="P-LI", roles=("second_reviewer",))
    with pytest.raises(NotAllowedError, match="P-LI has other accounts"):
        room.set_roles("li4", ("auditor",), by=BY)


@pytest.mark.parametrize(
    "changes", [{"staff_id": "../li"}, {"name": "李\u200b"}, {"person": "P\u3000"}]
)
def test_an_odd_name_is_refused(room: AccountRoom, changes: dict[str, str]) -> None:
    with pytest.raises(OddNameError):
        add(room, **changes)


@pytest.mark.parametrize("taken", ["qian", "QIAN"])
def test_a_name_that_is_taken_is_not_given_again(room: AccountRoom, taken: str) -> None:
    """An account must not change its owner behind its back, nor differ by capitals alone."""
    with pytest.raises(NotAllowedError, match="there is an account qian already"):
        add(room, taken)


def test_a_new_password_ends_what_the_old_one_opened(world: World, room: AccountRoom) -> None:
    session = world.office.staff.sign_in("qian", PASSWORD)

    room.set_password("qian", NEW_PASSWORD, by=BY)

    assert world.office.staff.find_session(session.token, at=world.clock.now()) is None
    with pytest.raises(BadLoginError):
        world.office.staff.sign_in("qian", PASSWORD)
    assert world.office.staff.sign_in("qian", NEW_PASSWORD).token


def test_a_new_password_opens_a_locked_account(world: World, room: AccountRoom) -> None:
    for _ in range(5):
        with pytest.raises(BadLoginError):
            world.office.staff.sign_in("qian", "wrong")

    room.set_password("qian", NEW_PASSWORD, by=BY)

    assert world.office.staff.sign_in("qian", NEW_PASSWORD).token


def test_new_roles_count_for_a_session_that_is_open(world: World, room: AccountRoom) -> None:
    session = world.office.staff.sign_in("qian", PASSWORD)

    room.set_roles("qian", ("registrar", "first_reviewer"), by=BY)

    known = world.office.staff.find_session(session.token, at=world.clock.now())
    assert known is not None
    assert known.staff.roles == ("first_reviewer", "registrar")


def test_a_removed_account_is_out_at_once(world: World, room: AccountRoom) -> None:
    session = world.office.staff.sign_in("qian", PASSWORD)
    client = world.client("qian")

    room.remove("qian", by=BY)

    assert world.office.staff.find_session(session.token, at=world.clock.now()) is None
    assert client.get("/desk", base_url="https://localhost").status_code in {302, 303, 401}
    with pytest.raises(BadLoginError):
        world.office.staff.sign_in("qian", PASSWORD)
    with pytest.raises(NotFoundError):
        room.remove("qian", by=BY)
    with pytest.raises(NotFoundError):
        room.set_password("qian", NEW_PASSWORD, by=BY)
    assert acts(world, "qian")[-1] == (BY, "staff removed")


def test_what_a_removed_account_decided_stays(world: World, room: AccountRoom) -> None:
    case, review = file_case(world), world.office.review
    with world.works.reading() as work:
        qian = work.staff.get("qian")
    world.office.leases.take(case.case_no, staff=qian)
    review.decide(
        case.case_no,
        staff=qian,
        verdict="approve",
        opinion="同意",
        evidence_sha256=review.open(case.case_no, staff=qian).evidence_sha256,
    )

    room.remove("qian", by=BY)

    with world.works.reading() as work:
        assert [one.reviewer for one in work.decisions.of(case.case_no)] == ["qian"]
        assert work.staff.get("qian").name == "钱示例"


def test_cases_in_the_hands_of_a_removed_account_go_back(world: World, room: AccountRoom) -> None:
    """Nobody else could take them, and their time would run out."""
    cases = [file_case(world, number, holder="qian") for number in (1, 2, 3)]
    other = file_case(world, 4, holder="zhou")

    assert room.remove("qian", by=BY) == 3

    assert [world.case(number).holder for number in (1, 2, 3, 4)] == ["", "", "", "zhou"]
    assert acts(world, cases[0].case_no)[-1] == (BY, "released")
    assert acts(world, other.case_no)[-1] != (BY, "released")


def test_a_removed_account_comes_back_for_its_own_person_alone(room: AccountRoom) -> None:
    """Its past decisions stand under that name."""
    add(room, "li", person="P-LI")
    room.remove("li", by=BY)

    with pytest.raises(NotAllowedError, match="was the account of 李审核"):
        add(room, "li", name="李四")
    assert add(room, "li", person="P-LI").removed_at is None
    assert [row.staff_id for row in room.list()].count("li") == 1
