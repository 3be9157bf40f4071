"""Cases that the rule book decided and that were drawn for a second look."""

from datetime import timedelta

from backend.office.book_ports import Sample
from backend.office.sampling import draw_of
from tests.rows import AT
from tests.web.backend.fake_office import World


def draw_one(world: World, case_no: str = "20260929-0000001") -> None:
    """Let a case be one that the rule book decided and that was drawn."""
    seed = "ab" * 32
    with world.works() as work:
        work.samples.add(
            Sample(
                case_no=case_no,
                drawn_at=AT - timedelta(hours=1),
                seed=seed,
                draw=draw_of(seed, case_no),
            )
        )
        work.commit()
