"""Rules on how owners hold the property together."""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final

from registration.application import Application
from registration.findings import Level
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


def _read_shares(application: Application) -> tuple[Fraction, ...] | None:
    """Return one share an owner; None when they cannot be told (then `check_shares` speaks)."""
    shares = tuple(parse_share(text) for text in application.shares)
    known = tuple(share for share in shares if share is not None)
    return known if len(known) == len(shares) == len(application.mortgagors) else None


def reach_two_thirds(application: Application) -> bool:
    """Say whether owners with two thirds of the shares have signed the application form."""
    shares = _read_shares(application)
    if application.co_ownership is not CoOwnership.SHARES or shares is None:
        return False
    owners = zip(application.mortgagors, shares, strict=True)
    return (
        sum(
            share
            for party, share in owners
            if find_ink(application, owner_signature(party, "M01")) is not None
        )
        >= _ENOUGH
    )


def check_two_thirds(application: Application, _today: date) -> Iterator[Hit]:
    """Owners by shares who hold two thirds may mortgage the whole; fewer may not."""
    if application.is_by_mortgagee_alone or application.co_ownership is not CoOwnership.SHARES:
        return
    if _read_shares(application) is not None and not reach_two_thirds(application):
        yield Hit(
            "签名共有人份额不足三分之二。",
            "The owners who signed hold less than two thirds.",
            "/inks",
        )


def check_shares(application: Application, _today: date) -> Iterator[Hit]:
    """Shares are stated for owners by shares only, one an owner, and make up the whole."""
    if application.co_ownership is not CoOwnership.SHARES:
        if application.shares:
            yield Hit(
                "非按份共有的，不填写份额。",
                "State shares only where the property is held by shares.",
                "/shares",
            )
        return
    shares = _read_shares(application)
    if shares is None:
        yield Hit(
            "请为每个共有人填写份额，格式如 1/2。",
            "State one share for each owner, such as 1/2.",
            "/shares",
        )
    elif sum(shares) != 1:
        yield Hit(
            f"各共有人份额之和应为 1，现为 {sum(shares)}。",
            f"The shares must make up 1; they make up {sum(shares)}.",
            "/shares",
        )


def check_sole(application: Application, _today: date) -> Iterator[Hit]:
    """A property of one owner has one mortgagor."""
    if application.co_ownership is CoOwnership.SOLE and len(application.mortgagors) > 1:
        yield Hit(
            "共有方式为单独所有，但填写了多个抵押人，请核实。",
            "The property is said to have one owner, but several mortgagors are stated.",
            "/co_ownership",
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
