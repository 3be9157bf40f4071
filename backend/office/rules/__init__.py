"""The rules of automatic review: one function a rule, one id, everything told at once; pure."""

from backend.office.rules.channel import tell_other_case
from backend.office.rules.edition import RULE_BOOK, describe, list_lines, name_book
from backend.office.rules.examination import check_unit, examine, find_questions
from backend.office.rules.matter import BUILT_KINDS, STRAIGHT_KINDS, Policy, Seen
from backend.office.rules.outcome import Outcome, find_hindrance, outcome_of
from backend.office.rules.people import people_to_check

__all__ = [
    "BUILT_KINDS",
    "RULE_BOOK",
    "STRAIGHT_KINDS",
    "Outcome",
    "Policy",
    "Seen",
    "check_unit",
    "describe",
    "examine",
    "find_hindrance",
    "find_questions",
    "list_lines",
    "name_book",
    "outcome_of",
    "people_to_check",
    "tell_other_case",
]
