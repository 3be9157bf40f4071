"""Which of the certificates that an application names are suspended."""

from backend.office.ports import Work
from registration.application import Application


def find_suspended(work: Work, application: Application) -> tuple[str, ...]:
    """Return the numbers of the certificates that an application names and that are suspended."""
    named = (application.standing_no, application.notice_no)
    return tuple(no.text for no in named if no is not None and work.acts.is_suspended(no.text))
