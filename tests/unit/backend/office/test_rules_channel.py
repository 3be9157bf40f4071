"""What the register writes and no font prints goes to the window: nobody here may write it otherwise."""

from typing import Any

import pytest

from backend.office.register import Owner
from backend.office.rules import Outcome, check_unit
from registration.findings import Level
from tests.factories import LI, ZHANG, make_application, make_discharge
from tests.factories_office import (
    judged,
    make_extract,
    make_page,
    make_policy,
    make_registered,
)
from tests.rows import make_title

OLD = "\ue000"
OWNERS = (Owner(name=f"张{OLD}例", id_number=ZHANG), Owner(name="李示例", id_number=LI))
PLACES = {
    "/mortgagors": {"owners": OWNERS},
    "/unit/location": {"location": f"开封市示例{OLD}路1号"},
    "/unit/title_no": {"title_no": f"汴房权证{OLD}字第1号"},
}


@pytest.mark.parametrize(("pointer", "title"), PLACES.items(), ids=PLACES)
def test_the_registers_own_words_are_not_corrected(pointer: str, title: dict[str, Any]) -> None:
    outcome, findings = judged(make_application(), make_page(**title))

    (found,) = [f for f in findings if f.rule == "PRINT"]
    assert outcome is Outcome.NOT_ACCEPTED
    assert (found.level, found.pointer) == (Level.NOT_ACCEPTED, pointer)
    assert "U+E000" in found.zh
    assert "窗口" in found.zh


def test_it_is_told_before_anybody_signs_without_the_name() -> None:
    """A precheck names no owner to a counter that has not named him first."""
    (found,) = check_unit(make_page(owners=OWNERS), policy=make_policy())

    assert found.rule == "PRINT"
    assert "张" not in found.zh


def test_a_discharge_prints_no_certificate() -> None:
    page = make_extract(make_registered(), title=make_title(location=f"示例{OLD}路"))

    findings = judged(make_discharge(), page)[1]

    assert "PRINT" not in [f.rule for f in findings]
