"""Whatever values an application may hold, it arrives as it was sent."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from registration.application import Application
from registration.ink import InkPoint, Stroke
from registration.mortgage import Money
from registration.people import CoOwnership, PartyKind, PersonName
from registration.schema import (
    canonical,
    decode_json,
    format_application,
    parse_application,
)
from tests.factories import (
    make_application,
    make_identity,
    make_ink,
    make_material,
    make_mortgage,
    make_party,
)

_BASE: Final = make_application()


def _plain(characters: str) -> st.SearchStrategy[str]:
    """Return texts of one line with nothing that turns or hides."""
    return st.text(
        st.characters(
            exclude_categories=["Cc", "Cf", "Cs"], include_characters=characters, codec="utf-8"
        ),
        max_size=60,
    )


labels = _plain("𠮷〇·")
names = labels.filter(lambda text: 0 < len(text) == len(text.strip())).map(PersonName)
days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
moments = st.datetimes(
    datetime(1950, 1, 1),
    datetime(2999, 12, 31),
    timezones=st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
money = st.integers(0, 2**53 - 1).map(Money)
digests = st.binary(max_size=8).map(lambda data: hashlib.sha256(data).hexdigest())
points = st.builds(
    InkPoint, *(st.integers(-(2**31), 2**31) for _ in range(3)), pressure=st.integers(0, 1000)
)
strokes = st.lists(
    st.builds(Stroke, points=st.lists(points, max_size=5).map(tuple)), max_size=3
).map(tuple)
identities = st.builds(
    make_identity,
    address=labels,
    issuer=labels,
    latin_name=labels,
    nation=labels,
    birth_date=st.none() | days,
    valid_from=st.none() | days,
    valid_to=st.none() | days,
    photo=st.binary(max_size=300),
)
parties = st.builds(
    lambda name, **changes: replace(make_party(), name=name, **changes),
    names,
    identity=st.none() | identities,
    phone=labels,
    address=labels,
    relation=labels,
    kind=st.sampled_from(PartyKind),
)
mortgages = st.builds(
    make_mortgage,
    amount=st.none() | money,
    max_claim=st.none() | money,
    contract_amount=st.none() | money,
    principal_contract_no=labels,
    security_scope=st.lists(labels, max_size=4).map("\n".join),
    start=st.none() | days,
    end=st.none() | days,
    is_transfer_restricted=st.none() | st.booleans(),
    agreed_rank=st.none() | st.integers(1, 1000),
)
applications = st.builds(
    lambda **changes: replace(_BASE, **changes),
    mortgagors=st.lists(parties, max_size=3).map(tuple),
    debtors=st.lists(parties, max_size=2).map(tuple),
    mortgage=st.none() | mortgages,
    co_ownership=st.sampled_from(CoOwnership),
    shares=st.lists(labels, max_size=3).map(tuple),
    inks=st.lists(st.builds(make_ink, strokes=strokes, ended_at=moments), max_size=2).map(tuple),
    materials=st.lists(
        st.builds(make_material, sha256=digests, size=st.integers(0, 2**53 - 1), title=labels),
        max_size=3,
    ).map(tuple),
    round=st.integers(1, 1000),
    captured_at=moments,
)


@given(applications)
def test_any_application_arrives_as_it_was_sent(application: Application) -> None:
    sent = canonical(format_application(application))

    assert parse_application(decode_json(sent)) == application
