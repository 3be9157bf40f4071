"""Security keys and what they are asked to sign: dictionaries and both databases keep one law."""

from dataclasses import replace

import pytest

from backend.errors import ConflictError
from backend.office.factor_rows import ChallengeRow, KeyRow, WaitRow
from backend.office.ports import Works
from backend.office.rows import SessionRow
from tests.rows import AT, make_staff

KEY = KeyRow(
    credential_id="aa" * 64,
    staff_id="qian",
    label="蓝色",
    credential=b"made-up credential",
    counter=2**31 + 5,
    added_at=AT,
)
SESSION = SessionRow(
    token_sha256="d" * 64,
    staff_id="qian",
    csrf="c",
    created_at=AT,
    seen_at=AT,
    confirmed_at=AT,
    confirmed_by="webauthn",
)
ASKED = ChallengeRow(token_sha256="d" * 64, purpose="use", challenge=b"c" * 32, at=AT)


@pytest.fixture
def staffed(works: Works) -> Works:
    with works() as work:
        work.staff.save(make_staff("qian"))
        work.staff.save(make_staff("sun"))
        work.staff.add_session(SESSION)
        work.commit()
    return works


def test_keys_come_back_as_they_were_kept_and_go(staffed: Works) -> None:
    used = replace(KEY, counter=KEY.counter + 1, used_at=AT)
    with staffed() as work:
        work.staff.save_key(KEY)
        work.staff.save_key(replace(KEY, credential_id="bb", label="绿色"))
        work.staff.save_key(used)
        assert [key.label for key in work.staff.keys_of("qian")] == ["蓝色", "绿色"]
        assert work.staff.keys_of("qian")[0] == used
        assert work.staff.keys_of("sun") == ()
        work.staff.drop_key("bb")
        assert work.staff.keys_of("qian") == (used,)


def test_a_key_is_one_accounts(staffed: Works) -> None:
    with staffed() as work:
        work.staff.save_key(KEY)
        with pytest.raises(ConflictError):
            work.staff.save_key(replace(KEY, staff_id="sun"))


def test_each_door_of_an_account_counts_by_itself(staffed: Works) -> None:
    one = WaitRow(staff_id="qian", door="factor", failures=3, locked_until=AT)
    with staffed() as work:
        work.staff.save_wait(replace(one, failures=1, locked_until=None))
        work.staff.save_wait(one)
        work.staff.save_wait(replace(one, door="d" * 64))
        work.staff.save_wait(replace(one, staff_id="sun"))
        assert work.staff.find_wait("qian", "factor") == one
        assert work.staff.find_wait("qian", "another") is None
        work.staff.drop_waits("qian")
        assert work.staff.find_wait("qian", "d" * 64) is None
        assert work.staff.find_wait("sun", "factor") is not None


def test_a_challenge_is_taken_once_and_for_its_purpose(staffed: Works) -> None:
    with staffed() as work:
        work.staff.save_challenge(replace(ASKED, challenge=b"o" * 32))
        work.staff.save_challenge(ASKED)
        assert work.staff.take_challenge(ASKED.token_sha256, "use") == ASKED
        assert work.staff.take_challenge(ASKED.token_sha256, "use") is None
        work.staff.save_challenge(ASKED)
        assert work.staff.take_challenge(ASKED.token_sha256, "add") is None
        assert work.staff.take_challenge(ASKED.token_sha256, "use") is None


def test_a_challenge_goes_with_its_session(staffed: Works) -> None:
    with staffed() as work:
        assert work.staff.find_session(SESSION.token_sha256) == SESSION
        work.staff.save_challenge(ASKED)
        work.staff.end_session(SESSION.token_sha256)
        assert work.staff.take_challenge(ASKED.token_sha256, "use") is None
