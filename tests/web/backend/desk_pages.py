"""Every page of the office for its staff, and an office with something on each of them."""

from typing import Final

from tests.codes import propose_suspension
from tests.web.backend.complaining import complain
from tests.web.backend.drawn import draw_one
from tests.web.backend.fake_office import World, fill_queue, issue_certificate, make_world
from tests.web.backend.months import fill_month
from tests.web.backend.tasks import stick

CASE: Final = "/desk/cases/20260929-0000001"
STAFF_PAGES: Final = {
    "queue": ("qian", "/desk"),
    "empty view": ("qian", "/desk?view=correction"),
    "nothing found": ("qian", "/desk?q=moon"),
    "case of mine": ("qian", CASE),
    "case of nobody": ("qian", "/desk/cases/20260929-0000004"),
    "case to read": ("wu", CASE),
    "evidence": ("zhao", f"{CASE}/evidence"),
    "statistics": ("wu", "/desk/statistics"),
    "statistics of an empty month": ("wu", "/desk/statistics?month=2026-08"),
    "certificates": ("zhou", "/desk/certificates"),
    "complaints": ("qian", "/desk/complaints"),
    "complaint form": ("qian", "/desk/complaints/new"),
    "complaint": ("sun", "/desk/complaints/T2026-00001"),
    "closed complaints": ("qian", "/desk/complaints?view=closed"),
    "register": ("zhou", "/desk/register"),
    "rules": ("zhao", "/desk/rules"),
    "keys": ("qian", "/desk/keys"),
    "keys of all": ("zheng", "/desk/staff"),
    "terminals": ("zheng", "/desk/terminals"),
    "second factor": ("qian", "/sign-in/code"),
    "not allowed": ("zheng", "/desk"),
}
"""Who opens it, and its address."""


def fill_office() -> World:
    """Give an office after a morning's work: a queue, a certificate, a complaint, a month's figures."""
    world = make_world()
    fill_queue(world)
    stick(world, "20260929-0000004")
    issue_certificate(world)
    propose_suspension(world)
    draw_one(world)
    fill_month(world)
    complain(world)
    return world
