"""What every store promises about packages that have no answer yet."""

from datetime import timedelta

from backend.office.ports import Works
from tests.rows import AT, receive


def test_what_waits_to_be_opened_is_unanswered_oldest_first(works: Works) -> None:
    digests: list[str] = []
    with works() as work:
        for number, minutes in ((1, 5), (2, 0), (3, 9)):
            row = receive(work, number, received_at=AT + timedelta(minutes=minutes))
            digests.append(row.sha256)
            if number != 3:
                work.tasks.add("open", row.sha256, at=AT)
        work.tasks.add("record", digests[2], at=AT)
        work.commit()

    with works.reading() as work:
        assert work.past.unanswered(10) == (
            (digests[1], AT),
            (digests[0], AT + timedelta(minutes=5)),
        )
        assert len(work.past.unanswered(1)) == 1
