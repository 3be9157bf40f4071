"""登记簿查询: a unit's page and story for the office's own people, as of any moment, with a reason."""

from dataclasses import dataclass
from datetime import datetime

from backend.errors import NotFoundError
from backend.office.events import Event
from backend.office.ports import Clock, Work, Works
from backend.office.register import Extract
from backend.office.rows import StaffRow
from registration.errors import BadValueError
from registration.identifiers import parse_certificate_no, parse_unit_no


@dataclass(frozen=True, slots=True)
class Past:
    """A unit's page as it stood, and what had happened by then."""

    page: Extract
    history: tuple[Event, ...]
    as_of: datetime | None
    """None: now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracts:
    """Shows the register; who looked at what is in the journal first, with the reason.

    Source: 不动产登记资料查询暂行办法 (a query has a purpose and leaves a trace).
    """

    works: Works
    clock: Clock

    def look(self, number: str, *, as_of: datetime | None, reason: str, staff: StaffRow) -> Past:
        """Return a unit's page, found by its own number or by a certificate's.

        Raises:
            NotFoundError: neither is on the register, or the unit was not yet at that moment.
        """
        now = self.clock.now()
        with self.works() as work:
            unit_no = _find_unit(work, number)
            page = work.register.extract(unit_no, now, as_of=as_of)
            if page.title is None:
                raise NotFoundError(f"unit {unit_no}")
            history = work.register.history(unit_no)
            work.journal.append(
                actor=f"staff:{staff.staff_id}",
                act="register opened",
                ref=unit_no,
                body=reason.encode(),
                at=now,
                is_kept=True,
            )
            work.commit()
        told = tuple(event for event in history if as_of is None or event.at <= as_of)
        return Past(page, told, as_of)


def _find_unit(work: Work, number: str) -> str:
    try:
        return parse_unit_no(number).text
    except BadValueError:
        pass
    try:
        found = work.register.find_unit_of_certificate(parse_certificate_no(number).text)
    except BadValueError as exc:
        raise NotFoundError("neither a unit number nor a certificate number") from exc
    if found is None:
        raise NotFoundError("no such certificate")
    return found
