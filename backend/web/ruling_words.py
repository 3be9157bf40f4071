"""A proposed ruling in words: every setting that it changes, as it is now and as it would be."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.office.book_ports import RulingProposal
from backend.office.rules import Policy
from backend.office.rulings import LINES
from backend.office.stages import ChiefPolicy
from backend.web.language import join, pick, say
from backend.web.rule_names import show_rule
from backend.web.words import LEVELS_OPEN, local
from registration.errors import BadDocumentError
from registration.ruling import Ruling, parse_ruling


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One setting."""

    name: str
    now: str
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProposal:
    """What waits for the head."""

    seq: int
    version: str
    reason: str
    begins: str
    proposed_by: str
    at: str
    is_own: bool
    is_readable: bool
    """False for one in a form that this version of the program does not know."""
    changes: tuple[ShownChange, ...]


def show_proposal(
    row: RulingProposal, policy: Policy, chief: ChiefPolicy, *, person: str
) -> ShownProposal:
    """Return a proposal beside what is in force, for the person who decides on it."""
    try:
        ruling = parse_ruling(row.claims, LINES)
    except BadDocumentError:
        # Proposed before an upgrade: the page with the switch stands all the same.
        ruling = None
    changes = _changes(ruling, policy, chief) if ruling else ()
    return ShownProposal(
        seq=row.seq,
        version=row.version,
        reason=ruling.reason if ruling else "",
        begins=local(ruling.begins_at, "%Y-%m-%d %H:%M") if ruling else "",
        proposed_by=row.proposed_by,
        at=local(row.proposed_at, "%m-%d %H:%M"),
        is_own=row.proposer == person,
        is_readable=ruling is not None,
        changes=tuple(c for c in changes if c.now != c.then),
    )


def _changes(ruling: Ruling, now: Policy, chief: ChiefPolicy) -> Iterator[ShownChange]:
    yield ShownChange(
        say("自动办理"), _yes(now.is_straight_through), _yes(ruling.is_straight_through)
    )
    kinds = (
        join(*sorted(pick(k.title_zh, k.title_en) for k in of))
        for of in (now.straight_kinds, ruling.straight_kinds)
    )
    yield ShownChange(say("自动办理的类型"), *kinds)
    yield ShownChange(say("自动办理的数额上限"), _yuan(now.limit_fen), _yuan(ruling.limit_fen))
    yield ShownChange(say("抽查比例"), f"{now.sample_percent} %", f"{ruling.sample_percent} %")
    yield ShownChange(say("须配偶签名"), _yes(now.is_spouse_asked), _yes(ruling.is_spouse_asked))
    yield ShownChange(
        say("负责人核定的数额"), _yuan(chief.limit_fen), _yuan(ruling.chief_limit_fen)
    )
    yield ShownChange(
        say("负责人核定的规则"), join(*sorted(chief.rules)), join(*sorted(ruling.chief_rules))
    )
    for line in sorted({*now.adjustments, *ruling.adjustments}):
        was, then = (of.get(line, line.shipped) for of in (now.adjustments, ruling.adjustments))
        yield ShownChange(show_rule(line.rule), say(LEVELS_OPEN[was]), say(LEVELS_OPEN[then]))


def _yes(is_so: bool) -> str:
    return say("是") if is_so else say("否")


def _yuan(fen: int) -> str:
    return say("{yuan} 元", yuan=f"{fen // 100:,}")
