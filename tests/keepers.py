"""One quarantine of each kind for all tests of a process: what is drawn does not depend on before."""

import atexit
from functools import cache

from quarantine.keeper import DEVELOPING, VIEWING, Keeper


@cache
def viewing_keeper() -> Keeper:
    return _closed_at_exit(Keeper(VIEWING))


@cache
def developing_keeper() -> Keeper:
    return _closed_at_exit(Keeper(DEVELOPING))


def _closed_at_exit(keeper: Keeper) -> Keeper:
    atexit.register(keeper.close)
    return keeper
