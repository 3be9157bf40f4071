"""Whatever application the desk freezes, the office unpacks its equal: sealed, kept, opened.

Real keys of both sides and the counter's real box; only the line between them is left out.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.wall import Wall
from certs.envelope import open_sealed
from certs.identity import Role
from certs.places import certificate_path, key_path
from certs.signers import load_opener
from registration.application import Application
from registration.mortgage import Money
from registration.package import PackagePart, unpack
from terminal.assembly import Station
from tests.factories import make_contents, make_mortgage, make_party
from tests.journey.premises import Premises, make_case

pytestmark = pytest.mark.journey

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NUMBERS = count(1)


def make_number(birth: date, order: int) -> str:
    """Return a made-up resident's number. Source: GB 11643-1999."""
    body = f"410203{birth:%Y%m%d}{order:03d}"
    total = sum(weight * int(figure) for weight, figure in zip(_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


hanzi = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("𠮷㙟〇𬸣")
names = st.text(hanzi, min_size=2, max_size=6) | st.lists(
    st.text(hanzi, min_size=1, max_size=5), min_size=2, max_size=3
).map("·".join)
numbers = st.builds(
    make_number, st.dates(date(1950, 1, 1), date(2004, 12, 31)), st.integers(900, 999)
)
parties = st.builds(
    lambda name, number, address: make_party(name, number, address=address),
    names,
    numbers,
    st.text(hanzi, min_size=1, max_size=40),
)
money = st.integers(1, 99_999_999_999).map(lambda yuan: Money(yuan * 100))
contracts = st.from_regex(r"[A-Za-z0-9〔〕号-]{1,40}", fullmatch=True)
mortgages = st.builds(
    lambda amount, contract, years: make_mortgage(
        amount=amount,
        amount_words=amount.capital,
        principal_contract_no=f"HT{contract}",
        mortgage_contract_no=f"DY{contract}",
        end=date(2026 + years, 9, 28),
    ),
    money,
    contracts,
    st.integers(1, 40),
)


@st.composite
def applications(draw: st.DrawFn) -> Application:
    """Draw a complete application of one or two owners."""
    owners = draw(st.lists(parties, min_size=2, max_size=2, unique_by=lambda p: p.document.number))
    return make_case(
        next(_NUMBERS),
        mortgagors=tuple(owners),
        debtors=tuple(owners[:1]),
        mortgage=draw(mortgages),
    )


@dataclass(frozen=True)
class House:
    """Both ends of the way, without the line."""

    station: Station
    wall: Wall

    def freeze(self, application: Application) -> bytes:
        """Let the desk seal an application and keep it; return the package as it would go out."""
        item = self.station.submission.file(application, make_contents(application))
        return self.station.box.package(item.sequence)

    def unpack(self, package: bytes) -> tuple[Application, ...]:
        """Open a package as the office's worker does."""
        folder = self.wall.settings.authority_dir
        keys = f"softkey:{key_path(folder, Role.ENVELOPE)}"
        opened = open_sealed(
            package,
            opener=load_opener([(keys, certificate_path(folder, Role.ENVELOPE))]),
            trust=self.wall.trust(),
            at=self.wall.clock.now(),
            office=self.wall.settings.office_code,
        )
        return unpack(
            tuple(PackagePart(p.name, p.media_type, p.data) for p in opened.parts)
        ).applications


@pytest.fixture(scope="module")
def both(premises: Premises) -> Iterator[House]:
    with ExitStack() as stack:
        station = stack.enter_context(premises.station())
        yield House(station, stack.enter_context(premises.open_wall()))


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(applications())
def test_the_office_unpacks_what_the_desk_froze(both: House, application: Application) -> None:
    assert both.unpack(both.freeze(application)) == (application,)
