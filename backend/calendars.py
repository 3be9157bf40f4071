"""The table of working days, from the library that carries the State Council's notices."""

from chinese_calendar import constants

from backend.office.calendar import Calendar, WorkingDays


def load_calendar() -> Calendar:
    """Return the office's calendar; years that the library has no notice of are provisional."""
    days = WorkingDays(
        holidays=frozenset(constants.holidays),
        make_up_days=frozenset(constants.workdays),
        years=frozenset(day.year for day in constants.holidays),
    )
    return Calendar(days=days)
