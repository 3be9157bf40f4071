"""What the office needs to ask other authorities: who asks, and where answers are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from backend.office.enquiries import EnquiryRow, Reply, ServiceCount


class Authorities(Protocol):
    """Other authorities, as the office asks them."""

    @property
    def area(self) -> str:
        """The area code as which the office asks, six digits; part of each request number."""

    def ask(self, rows: Sequence[EnquiryRow]) -> tuple[Reply, ...]:
        """Ask all of it at once and return a reply for each, in order, within a bounded time.

        A time-out and whatever else goes wrong is a reply without verdict, never an exception,
        never a pass.
        """


class Enquiries(Protocol):
    """Questions to other authorities with their answers, sealed."""

    def next_request_no(self, area: str, at: datetime) -> str:
        """Return a number that no other question has: 8 digits date, 6 area, 6 sequence."""

    def note(self, row: EnquiryRow) -> None:
        """Keep a question before it goes out. Raises: ConflictError: the number is taken."""

    def keep(self, reply: Reply) -> None:
        """Keep what came of a question, once; a second answer to it changes nothing."""

    def of(self, case_no: str) -> tuple[EnquiryRow, ...]:
        """Return a case's questions of all rounds, in the order of asking."""

    def count_since(self, at: datetime) -> Mapping[str, ServiceCount]:
        """Return by service how many questions since then have and lack an answer."""
