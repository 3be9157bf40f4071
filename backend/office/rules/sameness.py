"""When what the application says and what the register says are the same thing."""

import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from backend.office.register import Encumbrance, Holder, Owner
from registration.people import Mortgagee, Party, PersonName

_BRACKETS: Final = str.maketrans("（）", "()")


def folded(text: str) -> str:
    """Return printed text with widths, inner spaces and letter case put right; never for names."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def is_same_print(one: str, other: str) -> bool:
    """Compare numbers and addresses as printed: width of characters and spaces do not matter."""
    return folded(one) == folded(other)


def is_same_area(one: str, other: str) -> bool:
    """Compare areas as numbers: 69.71 is 69.710; what is no number is never the same."""
    try:
        return Decimal(folded(one)) == Decimal(folded(other))
    except InvalidOperation:
        return False


def is_same_name(one: str, other: str) -> bool:
    """Compare names: middle dots and brackets are folded, any other look-alike is a mismatch."""
    return _folded_name(one) == _folded_name(other)


def _folded_name(text: str) -> str:
    return PersonName(text).folded.translate(_BRACKETS)


def is_same_number(registered: str, claimed: str) -> bool:
    """Compare identity numbers; a number of fifteen digits is the same person's older form.

    Source: GB 11643-1989 (15 digits: year of two digits, no check character).
    """
    registered, claimed = folded(registered), folded(claimed)
    if len(registered) == 15 and len(claimed) == 18 and registered.isdigit():
        return registered == claimed[:6] + claimed[8:17]
    return registered == claimed


def is_owner(owner: Owner, party: Party) -> bool:
    """Say whether a party is a registered owner: by number, or by name where none is registered."""
    return is_owner_named(owner, party.name.text, party.document.number)


def is_owner_named(owner: Owner, name: str, number: str) -> bool:
    """Say whether somebody of a name and number is a registered owner, likewise."""
    if owner.id_number:
        return is_same_number(owner.id_number, number)
    return is_same_name(owner.name, name)


def is_bank(entry: Encumbrance, mortgagee: Mortgagee) -> bool:
    """Say whether an entry is for this mortgagee, alone or with others."""
    return any(is_holding_bank(holder, mortgagee) for holder in entry.holders)


def is_holding_bank(holder: Holder, mortgagee: Mortgagee) -> bool:
    """Compare a holder and a bank: by credit code, or by name where none is registered."""
    if holder.number:
        return is_same_print(holder.number, mortgagee.credit_code.text)
    return is_same_print(holder.name, mortgagee.name.text)


def is_holder(entry: Encumbrance, party: Party) -> bool:
    """Say whether a party holds an entry, alone or with others."""
    return any(
        is_same_number(holder.number, party.document.number)
        if holder.number
        else is_same_name(holder.name, party.name.text)
        for holder in entry.holders
    )


def read_share(text: str) -> Fraction | None:
    """Read a share such as 1/2 or 50%; None for what is no share between nothing and all."""
    plain = folded(text)
    try:
        share = Fraction(plain[:-1]) / 100 if plain.endswith("%") else Fraction(plain)
    except (ValueError, ZeroDivisionError):
        return None
    return share if 0 < share <= 1 else None
