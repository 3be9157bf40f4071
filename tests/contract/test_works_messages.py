"""Which event has which message, as both stores keep it."""

from datetime import timedelta

import pytest

from backend.office.events import bring_in_title
from backend.office.ports import Works
from tests.rows import AT, make_title


@pytest.fixture
def brought(works: Works) -> tuple[Works, str]:
    title = make_title()
    with works() as work:
        work.register.write(bring_in_title(title, source="test"))
        work.commit()
    return works, title.unit_no


def test_an_event_has_one_message_for_ever(brought: tuple[Works, str]) -> None:
    works, unit_no = brought
    with works() as work:
        first = work.messages.give(unit_no, 1, area="410200", at=AT)
        again = work.messages.give(unit_no, 1, area="410200", at=AT + timedelta(days=1))

    assert first == again
    assert (first.message_id, first.made_at) == ("410200260929000001", AT)


def test_what_was_brought_along_is_not_reported(brought: tuple[Works, str]) -> None:
    works, unit_no = brought
    with works.reading() as work:
        assert work.messages.unreported(10) == ()
        assert work.messages.units() == (unit_no,)


def test_a_fault_is_kept_with_its_message(brought: tuple[Works, str]) -> None:
    works, unit_no = brought
    with works() as work:
        row = work.messages.give(unit_no, 1, area="410200", at=AT)
        work.messages.set_reported(unit_no, 1, at=AT, fault="QLF_QL_DYAQ@DYFS")
        work.commit()
    with works.reading() as work:
        assert work.messages.faults() == {row.message_id: "QLF_QL_DYAQ@DYFS"}
