"""The process may die at any named place: nothing is lost, nothing is done twice."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from certs.atrest import Vault
from registration.outcomes import CertificateIssued, Registered
from terminal.box import SQLiteBox
from terminal.desk import courier, delivery, submission
from terminal.desk.draft import DraftState
from terminal.desk.items import CertificateState, ItemState
from terminal.desk.submission import Submission
from terminal.failpoints import FailPointRaisedError, load_failpoints
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter
from tests.unit.terminal.desk.office import CASE_NO, make_answer

BOX_POINTS = ("box.written", "box.committed")
POINTS = (*submission.FAIL_POINTS, *BOX_POINTS, *delivery.FAIL_POINTS, *courier.FAIL_POINTS)


@dataclass
class Life:
    """The counter's process from one start to the next; it dies once, at a named place."""

    counter: Counter
    path: Path
    point: str

    def run(self) -> bool:
        """Bring the base case as far as it goes; say whether the process lived on."""
        vault = Vault(hashlib.sha256(b"made-up key").digest())
        box = SQLiteBox(self.path, vault, failpoints=self.die_at)
        try:
            self._work(box)
        except FailPointRaisedError:
            return False
        finally:
            box.close()
        return True

    def die_at(self, name: str, /) -> None:
        if name == self.point:
            self.point = ""
            raise FailPointRaisedError(name)

    def _work(self, box: SQLiteBox) -> None:
        at = self.counter
        sealing = Submission(box, at.place, at.clock, at.keys, self.die_at, at.attesting)
        carrying = at.courier_of(box, self.die_at)
        if box.get_draft(DRAFT_ID).state is not DraftState.CLOSED:
            sealing.submit(DRAFT_ID)
        carrying.deliver()
        if not at.office.statements:
            for kind in (Registered, CertificateIssued):
                answer = make_answer(kind, box.package(1), DRAFT_ID, at.clock.now())
                at.office.answer(answer)
            at.office.papers[CASE_NO] = b"%PDF-made-up"
        carrying.collect(0)
        carrying.fetch_certificates()


@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_dies_anywhere_goes_on_after_its_restart(
    counter: Counter, tmp_path: Path, point: str
) -> None:
    counter.add_draft()
    counter.sign_all()
    life = Life(counter, tmp_path / "counter" / "box.db", point)

    assert not life.run(), "the process should have died here"
    assert life.run()

    box = counter.box
    (item,) = box.outbox()
    assert (item.sequence, item.state) == (1, ItemState.DELIVERED)
    assert len(counter.office.receipts) == 1, "the office got one package, however often"
    assert [i.cursor for i in box.inbox()] == [1, 2]
    assert box.get_draft(DRAFT_ID).state is DraftState.CLOSED
    assert [c.state for c in box.certificates()] == [CertificateState.CHECKED]


def test_every_place_has_its_own_name() -> None:
    assert len(set(POINTS)) == len(POINTS)


def test_points_do_nothing_unless_asked() -> None:
    pass_by: Callable[[str], None] = load_failpoints("")

    pass_by("submit.sealed")
    with pytest.raises(FailPointRaisedError):
        load_failpoints("submit.sealed=raise,other=kill")("submit.sealed")
