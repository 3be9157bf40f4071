"""Past examinations come out the same, bit by bit; what other rules would have said is told."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from backend.errors import IntegrityError, NotFoundError
from backend.office.book_ports import Examination
from backend.office.replay import Replay, as_rows, run_again
from backend.office.rulings import LINES
from registration import schema
from registration.mortgage import Money
from registration.ruling import Ruling, parse_ruling, read_ruling
from tests.examined import make_kept
from tests.factories import make_application, make_mortgage
from tests.factories_office import make_extract, make_policy, make_seizure
from tests.fakes import MemoryWorks
from tests.rows import CASE_NO, make_case, make_title
from tests.rulings import write_ruling

POLICY = make_policy()
CASES = {
    "clean": (make_application(), make_extract()),
    "seized": (make_application(), make_extract(make_seizure())),
    "unlike the register": (make_application(), make_extract(title=make_title(area_m2="99"))),
    "large": (
        make_application(mortgage=make_mortgage(amount=Money(10**10), amount_words="")),
        make_extract(),
    ),
}


def ruling(**changes: str) -> Ruling:
    return parse_ruling(read_ruling(write_ruling(**changes), LINES), LINES)


@pytest.mark.parametrize("name", CASES)
def test_the_same_comes_out_bit_by_bit(name: str) -> None:
    again = run_again(make_kept(CASE_NO, POLICY, *CASES[name]))

    assert again.is_same
    assert again.differences == ()
    assert again.book == again.book_now


def test_an_examination_says_what_became_of_every_rule() -> None:
    kept = make_kept(CASE_NO, POLICY, *CASES["seized"])
    trace = dict(json.loads(kept.result)["trace"])

    assert trace["R01 encumbrances.check_seizure"] == "1"
    assert trace["R38 standing.check_discharged_mortgage"] == "n/a"
    assert trace["R22 claim.check_amount"] == "clear"
    ids = {number for name in trace for number in name.split(" ")[:-1]}
    assert {f"R{n:02d}" for n in range(1, 44)} <= ids


def test_inputs_that_were_changed_are_found() -> None:
    kept = make_kept(CASE_NO, POLICY)
    forged = replace(kept, inputs=replace(kept.inputs, page=make_extract(make_seizure())))

    with pytest.raises(IntegrityError):
        run_again(forged)


def test_a_result_that_was_changed_is_found() -> None:
    kept = make_kept(CASE_NO, POLICY, *CASES["seized"])
    forged = replace(kept, outcome="approved", result=kept.result.replace(b"R01", b"R02"))

    again = run_again(forged)

    assert not again.is_same
    assert any(line.startswith("+ R01 block") for line in again.differences)


def older(kept: Examination, *rules: str) -> Examination:
    """Return an examination as a book without some rules left it."""
    told = json.loads(kept.result)
    told["trace"] = [line for line in told["trace"] if line[0].split(" ")[0] not in rules]
    result = schema.canonical(told)
    return replace(kept, result=result, result_sha256=sha256(result).hexdigest())


def test_rules_that_joined_since_are_told_and_make_nothing_different() -> None:
    again = run_again(older(make_kept(CASE_NO, POLICY), "R45", "R46"))

    assert not again.is_same
    assert again.is_alike
    assert again.joined == ("R45", "R46")


def test_a_rule_that_joined_and_found_something_makes_a_difference() -> None:
    kept = make_kept(CASE_NO, POLICY, *CASES["seized"])
    clean = json.loads(make_kept(CASE_NO, POLICY).result)
    told = schema.canonical(clean)
    then = older(replace(kept, result=told), "R01")

    assert not run_again(then).is_alike


def test_a_rule_cut_out_of_a_kept_result_is_no_younger_rule() -> None:
    kept = make_kept(CASE_NO, POLICY)
    forged = replace(older(kept, "R46"), result_sha256=kept.result_sha256)

    assert not run_again(forged).is_alike


def test_a_lower_limit_flips_what_went_straight_through() -> None:
    again = run_again(make_kept(CASE_NO, POLICY), ruling(limit_yuan="100000"))

    assert (again.was, again.now) == ("approved", "manual")
    assert again.is_flipped


def test_a_ruling_that_changes_nothing_flips_nothing() -> None:
    assert not run_again(make_kept(CASE_NO, POLICY), ruling()).is_flipped


def test_a_level_that_the_office_lowers_flips_what_it_stopped() -> None:
    application = make_application()
    owner = replace(make_title().owners[0], is_married=True)
    title = make_title(owners=(owner, *make_title().owners[1:]), land_right_end=None)
    mortgage = application.mortgage
    assert mortgage is not None
    assert mortgage.end is not None
    early = replace(title, land_right_end=mortgage.end.replace(year=mortgage.end.year - 1))
    kept = make_kept(CASE_NO, POLICY, application, make_extract(title=early))

    again = run_again(kept, ruling(rules='"R26.manual" = "info"'))

    assert (again.was, again.now) == ("manual", "approved")
    (row,) = as_rows([again])
    assert row["rules"] == "-R26.manual +R26.info"


def test_a_table_of_flips_names_nobody() -> None:
    again = run_again(make_kept(CASE_NO, POLICY), ruling(limit_yuan="100000"))

    assert not {"张", "李"} & set(str(as_rows([again])))


def test_all_cases_are_run_again_from_a_day_on() -> None:
    works = MemoryWorks()
    with works() as work:
        for number in (1, 2):
            work.cases.add(make_case(number), b"{}")
            work.examinations.add(make_kept(f"20260929-{number:07d}", POLICY))
        work.commit()
    room = Replay(works)
    kept = make_kept(CASE_NO, POLICY)

    assert [one.case_no[-1] for one in room.all(None)] == ["1", "2"]
    assert list(room.all(None, kept.at.replace(year=2027))) == []
    assert room.missing() == ()
    with pytest.raises(NotFoundError):
        room.case("20260929-0000003")
