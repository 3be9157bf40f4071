"""A counter that serves its pages as a process, and the teller who opened them."""

from scripts.stand.counter import Counter, Teller
from scripts.stand.processes import wait_until
from tests.journey.lives import Life
from tests.journey.premises import Premises


def serve_counter(premises: Premises, point: str = "") -> tuple[Life, Teller]:
    """Start the counter's server, and open its pages as the teller."""
    return open_counter(premises.counter, point)


def open_counter(counter: Counter, point: str = "") -> tuple[Life, Teller]:
    """Start the server of one counter, and open its pages as the teller."""
    log = counter.folder / f"counter-{point}.log"
    # Whoever is started again writes on in the log of the one before.
    past = len(log.read_text(encoding="utf-8")) if log.exists() else 0
    life = Life("terminal", ["--config", str(counter.config), "serve"], log, point)
    wait_until(
        lambda: life.is_over or (log.exists() and "open http" in life.words()[past:]),
        what="the counter's start",
    )
    assert not life.is_over, life.words()
    return life, Teller(life.words()[past:].split("open ")[1].split()[0])
