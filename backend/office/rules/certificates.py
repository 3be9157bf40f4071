"""R45: a certificate that the application names is not suspended: somebody is looking into it."""

from collections.abc import Iterator
from typing import Final

from backend.office.rules.book import EVERY, Clause, Rule
from backend.office.rules.matter import Matter
from registration.findings import Finding, Level
from registration.parties import standing_pointer

_SUSPENDED: Final = Clause(
    rule="R45",
    # No bar: the right stands as it is entered. But no machine decides what people look into.
    level=Level.MANUAL,
    basis="《不动产登记暂行条例》第十八条；《不动产登记暂行条例实施细则》第七十九条至第八十四条",
    zh="不动产登记证明{number}已暂停使用，正在核查，转人工审核；请先查明暂停的原因。",
    en="Certificate {number} is suspended while it is looked into; see why before deciding.",
)


def check_suspended(matter: Matter) -> Iterator[Finding]:
    """R45: no certificate that the application rests on is suspended."""
    standing = matter.application.standing_no
    for number in matter.seen.suspended:
        is_standing = standing is not None and standing.text == number
        place = standing_pointer(matter.application) if is_standing else ""
        pointer = f"{place}/certificate_no" if is_standing else "/notice_no"
        yield _SUSPENDED.finding(pointer, number=number)


RULES: Final = (Rule(clauses=(_SUSPENDED,), check=check_suspended, kinds=EVERY),)
