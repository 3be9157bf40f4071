"""kill -9 at random moments through whole cases: nothing that was acknowledged is lost."""

import random
from contextlib import ExitStack

import pytest

from registration.mortgage import Money
from scripts.stand.case import Filing, first_papers, open_filing
from tests.journey.premises import Premises, flat
from tests.journey.stubborn import Killer, LaidReader, StubbornTeller

pytestmark = pytest.mark.journey

_AMOUNT = Money(86_000_000)


def _fill_in(teller: StubbornTeller, reader: LaidReader) -> Filing:
    filing = open_filing(teller, reader, "mortgage.first_registration")
    filing.read_cards()
    filing.fill_first(flat(1), "KILL-1", yuan=_AMOUNT.fen // 100, words=_AMOUNT.capital)
    filing.answer_inquiry()
    filing.scan(first_papers("KILL-1", _AMOUNT.fen // 100))
    filing.sign()
    return filing


def test_whatever_dies_when_nothing_is_lost(
    premises: Premises, request: pytest.FixtureRequest
) -> None:
    """Over the number of `--kills`; the seed that a failure prints gives the same moments again."""
    kills = request.config.getoption("--kills")
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    with ExitStack() as stack:
        stack.callback(premises.serve().end)
        reader = LaidReader(premises.counter.folder)
        stack.callback(reader.server.end)
        premises.counter.furnish(reader.port)
        killer = Killer(premises, reader, random.Random(seed), kills)
        stack.callback(killer.end)
        filing = _fill_in(StubbornTeller(killer), reader)
        while killer.done < kills:
            killer.teller.discard(filing.draft_id)
            filing = _fill_in(StubbornTeller(killer), reader)
        items = [filing.submit(), filing.submit()]
        outbox = killer.teller.get("/tray")["outbox"]

    assert killer.cut > 0 or kills < 5
    assert [item["package_sha256"] for item in items] == [outbox[0]["package_sha256"]] * 2
    assert len(outbox) == 1
