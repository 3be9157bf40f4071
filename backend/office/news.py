"""What counters are told when they ask: their answers, and for whom there are new ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.office.ports import Works
from backend.office.rows import AnswerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsDesk:
    """Gives each counter its own answers."""

    works: Works

    def answers(self, terminal: str, after: int, *, most: int = 100) -> tuple[AnswerRow, ...]:
        """Return what is new for a terminal, in order; `most` at the most."""
        with self.works.reading() as work:
            return work.answers.after(terminal, after, most)

    def newest(self, after: int) -> Mapping[str, int]:
        """Return for whom there are answers after a cursor, and the newest cursor of each."""
        with self.works.reading() as work:
            return work.answers.newest(after)
