"""What is late is told on every page of the desk, and to machines."""

from datetime import timedelta

from tests.web.backend.fake_office import World
from tests.web.backend.test_review_desk import page


def test_what_is_late_or_soon_due_is_told_on_every_page(world: World) -> None:
    for path in ("/desk?view=mine", "/desk/rules"):
        text = page(world.client("qian"), path)
        assert "超期 1" in text
        assert "将到期 1" in text
    world.clock.advance(timedelta(minutes=30))
    assert "超期 3" in page(world.client("wu"), "/desk")
    # Who runs the system reads no cases, and learns of them by number through the metrics.
    assert "超期" not in page(world.client("zheng"), "/desk/terminals")
    metrics = page(world.client(), "/metrics")
    assert "mortgage_backend_cases_overdue 3" in metrics
    assert "mortgage_backend_packages_unanswered 0" in metrics
