"""The rules of automatic review: one function a rule, one id, everything told at once; pure."""

from backend.office.rules.examination import RULE_BOOK, examine
from backend.office.rules.matter import Policy
from backend.office.rules.outcome import Outcome, outcome_of

__all__ = ["RULE_BOOK", "Outcome", "Policy", "examine", "outcome_of"]
