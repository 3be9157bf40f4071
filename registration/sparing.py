"""A paper that an authority's answer spares the applicants, as the application tells it.

Source: 不动产登记暂行条例 arts 24-25 (what other authorities share is not asked of the applicants).
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpareAnswer:
    """An answer that the counter was told of; the office believes its own alone."""

    service: str
    """The stable code of what the authority shares, as in the catalogue: "sale_contract" …"""
    request_no: str
    """Under which the office asked."""
    at: datetime
    """When the answer came."""
    is_simulated: bool = False
    """True when no authority but a program gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """One paper that is not handed in, and the answers in its place."""

    code: str
    """M01 to M22, see `registration.materials`."""
    answers: tuple[SpareAnswer, ...]
