"""What the doctor says of certificates from before their versions were kept."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from backend.examination.works import check_lasting
from backend.office.ports import Works
from tests.contract.test_works_files import issue
from tests.rows import AT


@pytest.mark.parametrize(
    ("days", "level", "words"),
    [(3650, "warn", "1 older certificates were not looked at yet"), (1, "bad", "1 certificates")],
)
def test_an_old_one_is_not_looked_at_yet_and_hides_none_that_is_late(
    works: Works, days: int, level: str, words: str
) -> None:
    issue(works, 1, proven_until=None, level="", seal="")
    issue(works, 2, proven_until=AT + timedelta(days=days))
    wall: Any = SimpleNamespace(works=works)

    line = check_lasting(wall, AT)

    assert line.level == level
    assert words in str(line)
    assert "restamp" in str(line)
