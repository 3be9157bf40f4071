"""Rules on how owners hold the property together."""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final

from registration.application import Application
from registration.findings import Level
from registration.parties import obligors_act
from registration.people import CoOwnership
from registration.requirements.rule import FORM_LAW, Hit, Rule
from registration.signatures import find_ink, owner_signature

_SHARE: Final = re.compile(r"([0-9]{1,9})/([0-9]{1,9})", re.ASCII)
_ENOUGH: Final = Fraction(2, 3)


def parse_share(text: str) -> Fraction | None:
    """Read a share such as 1/2; None when it is no fraction above nought and up to one."""
    found = _SHARE.fullmatch(text.strip())
    if found is None or not int(found[2]):
        return None
    share = Fraction(int(found[1]), int(found[2]))
    return share if 0 < share <= 1 else None


def _read_shares(texts: tuple[str, ...], owners: int) -> tuple[Fraction, ...] | None:
    """Return one share an owner; None when they cannot be told (then `check_shares` speaks)."""
    shares = tuple(parse_share(text) for text in texts)
    known = tuple(share for share in shares if share is not None)
    return known if len(known) == len(shares) == owners else None


def needs_all_owners(application: Application) -> bool:
    """Say whether the owners dispose of their property together, so that each has to act.

    Whose own name alone is changed does so without the others.
    """
    is_of_names = application.change is not None and application.change.is_of_names_alone
    return obligors_act(application) and not is_of_names


def reach_two_thirds(application: Application) -> bool:
    """Say whether owners with two thirds of the shares have signed the application form."""
    shares = _read_shares(application.shares, len(application.obligors))
    if application.co_ownership is not CoOwnership.SHARES or shares is None:
        return False
    owners = zip(application.obligors, shares, strict=True)
    return (
        sum(
            share
            for party, share in owners
            if find_ink(application, owner_signature(party, "M01")) is not None
        )
        >= _ENOUGH
    )


def check_two_thirds(application: Application, _today: date) -> Iterator[Hit]:
    """Owners by shares who hold two thirds may dispose of the whole; fewer may not."""
    if not needs_all_owners(application) or application.co_ownership is not CoOwnership.SHARES:
        return
    shares = _read_shares(application.shares, len(application.obligors))
    if shares is not None and not reach_two_thirds(application):
        yield Hit(
            "签名共有人份额不足三分之二。",
            "The owners who signed hold less than two thirds.",
            "/inks",
        )


def check_shares(application: Application, _today: date) -> Iterator[Hit]:
    """Shares are stated for owners by shares only, one an owner, and make up the whole."""
    if needs_all_owners(application):
        owners = len(application.obligors)
        yield from _judge(application.co_ownership, application.shares, owners, "/shares")
    sale = application.sale
    if sale is not None:
        pointer = "/sale/buyer_shares"
        yield from _judge(sale.buyer_co_ownership, sale.buyer_shares, len(sale.buyers), pointer)


def _judge(held: CoOwnership, texts: tuple[str, ...], owners: int, pointer: str) -> Iterator[Hit]:
    if held is not CoOwnership.SHARES:
        if texts:
            yield Hit(
                "非按份共有的，不填写份额。",
                "State shares only where the property is held by shares.",
                pointer,
            )
        return
    shares = _read_shares(texts, owners)
    if shares is None:
        yield Hit(
            "请为每个共有人填写份额，格式如 1/2。",
            "State one share for each owner, such as 1/2.",
            pointer,
        )
    elif sum(shares) != 1:
        yield Hit(
            f"各共有人份额之和应为 1，现为 {sum(shares)}。",
            f"The shares must make up 1; they make up {sum(shares)}.",
            pointer,
        )


def check_sole(application: Application, _today: date) -> Iterator[Hit]:
    """A property of one owner has one mortgagor or seller; a sole buyer is one person."""
    if application.co_ownership is CoOwnership.SOLE and len(application.obligors) > 1:
        what = "出卖人" if application.sale is not None else "抵押人"
        yield Hit(
            f"共有方式为单独所有，但填写了多个{what}，请核实。",
            "The property is said to have one owner, but several are stated.",
            "/co_ownership",
        )
    sale = application.sale
    if sale is not None and (sale.buyer_co_ownership is CoOwnership.SOLE) != (len(sale.buyers) < 2):
        yield Hit(
            "买受人的共有方式与买受人人数不符，请核实。",
            "How the buyers will own does not fit their number.",
            "/sale/buyer_co_ownership",
        )


RULES: Final = (
    Rule(
        id="R09",
        level=Level.CORRECT,
        basis="《民法典》第三百零一条",
        look=check_two_thirds,
    ),
    Rule(id="FORMAT", level=Level.CORRECT, basis=FORM_LAW, look=check_shares),
    Rule(id="FORMAT", level=Level.CORRECT, basis=FORM_LAW, look=check_sole),
)
