"""All cases of the trap set: each trap alone, and every two that do not change the same thing."""

from collections.abc import Iterator
from itertools import combinations

from tests.factories import make_application
from tests.factories_office import make_extract
from tests.traps.form_traps import form_traps
from tests.traps.kind_traps import KIND_TRAPS
from tests.traps.owner_traps import MINOR_BASE, OWNER_TRAPS, minors
from tests.traps.register_traps import register_traps
from tests.traps.sale_traps import SALE_TRAPS
from tests.traps.spare_traps import SPARE_TRAPS
from tests.traps.world import Base, Case, World

FIRST = Base(
    name="ordinary first",
    world=World(application=make_application(), page=make_extract()),
    is_straight=True,
)


def every_case() -> Iterator[Case]:
    """Yield the clean cases, every trap alone, then the pairs."""
    first = (*register_traps(), *form_traps())
    groups = [(FIRST, first), *OWNER_TRAPS, (MINOR_BASE, minors()), *KIND_TRAPS, *SALE_TRAPS]
    groups += SPARE_TRAPS
    for base, _ in groups:
        yield Case(base, ())
    for base, traps in groups:
        yield from (Case(base, (trap,)) for trap in traps)
    for base, traps in groups:
        yield from (
            Case(base, pair) for pair in combinations(traps, 2) if not pair[0].meets(pair[1])
        )


def lean(every: int) -> Iterator[Case]:
    """Yield every case with fewer than two traps, and one in so many of the others."""
    for number, case in enumerate(every_case()):
        if len(case.traps) < 2 or number % every == 0:
            yield case
