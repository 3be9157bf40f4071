"""Traps in the application: terms, papers, signatures, people."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from registration.application import Application
from registration.ink import InkRecord
from registration.mortgage import Money
from tests.factories import LI, TELLER, TODAY, make_material, without_ink_of
from tests.known import known
from tests.traps.world import CAME_AT, B, C, Hits, Trap, U, W, World


def terms(name: str, hits: Hits, *, to_people: bool = False, **changes: Any) -> Trap:
    """Return that the mortgage is another."""
    groups = {"start": "term", "end": "term", "contract_date": "term"}
    groups |= {"max_claim": "amount", "is_period_open": "term"}
    groups |= {"amount": "amount", "amount_words": "amount", "contract_amount": "amount"}
    touches = tuple(sorted({groups.get(field, field) for field in changes}))
    if "term" in touches:
        touches = (*touches, "title.land_right_end")
    return Trap(
        name=name,
        touches=touches,
        change=lambda w: w.mortgaged(**changes),
        hits=hits,
        to_people=to_people,
    )


def amounts() -> Iterator[Trap]:
    """民法典 400: the amount is above nought, and words and figures say the same."""
    yield terms("no amount of nought", {"R22": C}, amount=Money(0), amount_words="")
    for words in ("捌拾柒万元整", "捌佰陆拾万元整", "八十六万", "捌拾陆"):
        yield terms(f"words {words}", {"R22": C}, amount_words=words)
    yield terms("other right words", {}, amount_words="人民币捌拾陆万元整")
    yield terms("the contract's other amount", {"R23": C}, contract_amount=Money(86_000_001))
    yield terms("the contract's same amount", {}, contract_amount=Money(86_000_000))
    yield terms("at the limit", {}, amount=Money(100_000_000), amount_words="壹佰万元整")
    yield terms(
        "a fen above the limit", {}, to_people=True, amount=Money(100_000_001), amount_words=""
    )


def periods() -> Iterator[Trap]:
    """民法典 400: a term has two ends and runs forward."""
    yield terms("no end", {"R24": C}, end=None)
    yield terms("no start", {"R24": C}, start=None)
    yield terms("ends where it starts", {"R24": C}, end=date(2026, 9, 28))
    yield terms("ends before it starts", {"R24": C}, end=date(2025, 9, 28))
    yield terms("a debt of long before the contract", {"R24": C}, contract_date=date(2027, 10, 1))
    yield terms("a debt of a year before the contract", {}, contract_date=date(2027, 9, 28))
    yield terms("no scope", {"R21": C}, security_scope=" ")
    yield terms("no contract of the mortgage", {"FORMAT": C}, mortgage_contract_no="")
    yield terms("a rank that was not agreed", {"R05": C}, agreed_rank=7)


def papers() -> Iterator[Trap]:
    """条例 16: what must be handed in."""
    for code in ("M03", "M06", "M07"):
        yield Trap(
            name=f"without {code}",
            touches=(f"materials.{code}",),
            change=lambda w, c=code: w.applied(  # type: ignore[misc]  # bound now
                materials=tuple(m for m in w.application.materials if m.code != c)
            ),
            hits={"MATERIAL": C},
        )
    yield Trap(
        name="a paper more than needed",
        touches=("materials.M16",),
        change=lambda w: w.applied(materials=(*w.application.materials, make_material("M16"))),
        hits={},
    )


def inked(name: str, change: Callable[[Application], Application], hits: Hits) -> Trap:
    """Return that something is wrong with the ink."""
    return Trap(
        name=name,
        touches=("inks",),
        change=lambda w: replace(w, application=change(w.application)),
        hits=hits,
    )


def _first(change: Callable[[InkRecord], InkRecord]) -> Callable[[Application], Application]:
    return lambda a: replace(a, inks=(change(a.inks[0]), *a.inks[1:]))


def signatures() -> Iterator[Trap]:
    """民法典 301, 电子签名法 13."""
    yield inked("a joint owner's form unsigned", lambda a: without_ink_of(a, LI, "M01"), {"R08": C})
    yield inked(
        "a joint owner's record unsigned", lambda a: without_ink_of(a, LI, "M15"), {"R33": C}
    )
    yield inked("the bank's agent unsigned", lambda a: without_ink_of(a, TELLER, "M01"), {"R33": C})
    yield inked(
        "signed, then changed", _first(lambda i: replace(i, paper_sha256="0" * 64)), {"R33": C}
    )
    yield inked(
        "two points of ink", _first(lambda i: replace(i, strokes=i.strokes[:0])), {"R33": C}
    )
    yield inked(
        "one ink twice",
        lambda a: replace(
            a, inks=(replace(a.inks[1], strokes=a.inks[0].strokes), *a.inks[2:], a.inks[0])
        ),
        {"R33": C},
    )
    later = CAME_AT + timedelta(hours=1)
    yield inked("signed after it came", _first(lambda i: replace(i, ended_at=later)), {"R43": C})
    old = CAME_AT - timedelta(days=200)
    yield inked(
        "signed half a year ago",
        _first(lambda i: replace(i, started_at=old, ended_at=old + timedelta(seconds=3))),
        {"R43": W},
    )


def police() -> Iterator[Trap]:
    """条例 16: another name or number is corrected, the dead do not apply, silence is no pass."""
    for code, level in (("999", C), ("001", C), ("998", C), ("death", B), ("", U)):
        yield Trap(
            name=f"police say {code or 'nothing'}",
            touches=("police",),
            change=lambda w, c=code: replace(w, codes=(c,)),  # type: ignore[misc]  # bound now
            hits={"R32": level},
        )


def _authority(**changes: Any) -> Callable[[World], World]:
    def change(world: World) -> World:
        bank = world.application.mortgagee
        known_one = known(bank.agent.authority)
        agent = replace(bank.agent, authority=replace(known_one, **changes))
        return world.applied(mortgagee=replace(bank, agent=agent))

    return change


def authorities() -> Iterator[Trap]:
    """民法典 165: an authority names its matter and its time; its last day counts."""
    for name, changes, hits in (
        ("an authority that ended yesterday", {"valid_to": TODAY - timedelta(days=1)}, {"R31": C}),
        ("an authority that ends today", {"valid_to": TODAY}, {}),
        ("an authority of tomorrow", {"valid_from": TODAY + timedelta(days=1)}, {"R31": C}),
        ("an authority from today", {"valid_from": TODAY}, {}),
        ("an authority for something else", {"matters": ("抵押权转移登记",)}, {"R31": C}),
    ):
        yield Trap(
            name=name,
            touches=("authority",),
            change=_authority(**changes),
            hits=hits,
        )


def _card(**changes: Any) -> Callable[[World], World]:
    def change(world: World) -> World:
        first, *others = world.application.mortgagors
        identity = replace(known(first.identity), **changes)
        return world.applied(mortgagors=(replace(first, identity=identity), *others))

    return change


def cards() -> Iterator[Trap]:
    """条例 16: a document is good on its last day."""
    for name, changes, hits in (
        ("a card that ended yesterday", {"valid_to": TODAY - timedelta(days=1)}, {"R32": C}),
        ("a card that ends today", {"valid_to": TODAY}, {}),
        ("a card without an end", {"valid_to": None}, {}),
        ("a card of tomorrow", {"valid_from": TODAY + timedelta(days=1)}, {"R32": C}),
        ("a card with another birthday", {"birth_date": date(1985, 6, 16)}, {"R32": C}),
    ):
        yield Trap(
            name=name,
            touches=("card",),
            change=_card(**changes),
            hits=hits,
        )


def form_traps() -> tuple[Trap, ...]:
    """Return all of them."""
    parts = (amounts, periods, papers, signatures, police, authorities, cards)
    return tuple(trap for part in parts for trap in part())
