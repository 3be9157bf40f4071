"""What a counter is told of a unit before anybody signs, for the kind that is meant."""

import pytest

from backend.errors import NotFoundError
from backend.office.precheck import Precheck
from backend.office.rows import TerminalRow
from backend.store.estates import SAMPLES, load_estates
from registration.identifiers import parse_certificate_no
from registration.mortgage import RegistrationKind
from registration.outcomes import PrecheckAnswer
from tests.clock import FrozenClock
from tests.factories_office import make_policy
from tests.fakes import MemoryWorks
from tests.rows import AT, BANK, BANK_NAME

BLOCK = "410202001003GB00012F000100"
PRESALE_NOTED = "410202001003GB00016F00020002"
COUNTER = TerminalRow(
    terminal="KF-LT-01", branch="KF-LT", bank=BANK, bank_name=BANK_NAME, status="active"
)


@pytest.fixture
def desk() -> Precheck:
    works = MemoryWorks()
    load_estates(works, SAMPLES.read_bytes(), AT)
    policy = make_policy(kinds=frozenset(RegistrationKind) - {RegistrationKind.CHANGE})
    return Precheck(works=works, clock=FrozenClock(AT), policy=policy)


def ask(desk: Precheck, number: str, kind: RegistrationKind | None = None) -> PrecheckAnswer:
    code = kind.value if kind else ""
    return desk.ask(number=number, purpose="抵押登记", terminal=COUNTER, kind=code)


def test_the_own_mortgage_is_told_with_all_its_terms(desk: Precheck) -> None:
    """What the register holds is not asked for again (条例 art. 24)."""
    (standing,) = ask(desk, "豫（2022）开封市不动产证明第0000901号").standing

    assert standing.certificate_no == "豫（2022）开封市不动产证明第0000901号"
    assert (standing.form, standing.amount_fen) == ("2", 150_000_000)
    assert standing.principal_contract_no == "SX-2022-000928"
    assert standing.security_scope.startswith("主债权本金")


def test_another_banks_terms_are_not_told(desk: Precheck) -> None:
    told = ask(desk, f"{BLOCK}39")

    assert told.standing == ()
    assert len(told.mortgages) == 1


def test_notices_are_told_masked(desk: Precheck) -> None:
    (line,) = ask(desk, PRESALE_NOTED, RegistrationKind.MORTGAGE_NOTICE).notices

    assert parse_certificate_no("豫（2025）开封市不动产证明第0016001号").text in line
    assert "周示例" not in line


def test_what_bars_depends_on_the_kind(desk: Precheck) -> None:
    seized = f"{BLOCK}13"

    def rules(kind: RegistrationKind) -> list[str]:
        return [f.rule for f in ask(desk, seized, kind).findings]

    assert rules(RegistrationKind.FIRST) == ["R01"]
    assert rules(RegistrationKind.CANCELLATION) == []
    unbuilt = ask(desk, PRESALE_NOTED, RegistrationKind.FIRST).findings
    assert "R36" in [f.rule for f in unbuilt]
    noted = ask(desk, PRESALE_NOTED, RegistrationKind.MORTGAGE_NOTICE).findings
    assert "R36" not in [f.rule for f in noted]


def test_a_bundle_is_looked_at_as_all_its_steps(desk: Precheck) -> None:
    def levels(number: str) -> set[str]:
        found = ask(desk, number, RegistrationKind.SALE_AND_MORTGAGE).findings
        return {f.rule for f in found}

    assert levels(f"{BLOCK}12") == set()
    assert "R01" in levels(f"{BLOCK}13")
    assert levels(f"{BLOCK}35") == {"R19"}


def test_closed_kinds_are_told(desk: Precheck) -> None:
    assert ask(desk, f"{BLOCK}12").closed_kinds == (RegistrationKind.CHANGE.value,)
    found = ask(desk, f"{BLOCK}37", RegistrationKind.CHANGE).findings
    assert "KIND" in [f.rule for f in found]


def test_a_kind_that_nobody_knows_asks_for_a_mortgage(desk: Precheck) -> None:
    told = desk.ask(number=f"{BLOCK}13", purpose="x", terminal=COUNTER, kind="lease")
    assert [f.rule for f in told.findings] == ["R01"]


def test_a_number_that_is_none_is_not_found(desk: Precheck) -> None:
    with pytest.raises(NotFoundError):
        ask(desk, "410202")
    with pytest.raises(NotFoundError):
        ask(desk, "豫（2020）开封市不动产证明第0000001号")
