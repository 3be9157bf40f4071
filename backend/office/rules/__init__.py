"""The rules of automatic review: one function a rule, one id, everything told at once; pure."""

from backend.office.rules.channel import tell_other_case
from backend.office.rules.edition import (
    RULE_BOOK,
    BookLine,
    describe,
    list_lines,
    name_book,
    parse_policy,
)
from backend.office.rules.examination import (
    TraceLine,
    check_unit,
    examine,
    examine_traced,
    find_questions,
    in_order,
    judge_replies,
    judge_reply,
    judge_told,
)
from backend.office.rules.matter import BUILT_KINDS, STRAIGHT_KINDS, Matter, Page, Policy, Seen
from backend.office.rules.outcome import Outcome, find_hindrance, outcome_of
from backend.office.rules.people import people_to_check

__all__ = [
    "BUILT_KINDS",
    "RULE_BOOK",
    "STRAIGHT_KINDS",
    "BookLine",
    "Matter",
    "Outcome",
    "Page",
    "Policy",
    "Seen",
    "TraceLine",
    "check_unit",
    "describe",
    "examine",
    "examine_traced",
    "find_hindrance",
    "find_questions",
    "in_order",
    "judge_replies",
    "judge_reply",
    "judge_told",
    "list_lines",
    "name_book",
    "outcome_of",
    "parse_policy",
    "people_to_check",
    "tell_other_case",
]
