"""Browser tests leave no event loop behind for the tests that run after them."""

import asyncio


async def _nothing() -> int:
    return 1


def test_asyncio_runs_after_browser_tests() -> None:
    """Playwright's loop counts as running in its thread until Playwright is stopped."""
    assert asyncio.run(_nothing()) == 1
