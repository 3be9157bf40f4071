"""What binds an application to the list it is signed by: digests of all that it says."""

import hashlib
from dataclasses import replace

from registration.application import Application
from registration.listed import LIST_CODE, ListedApplication, ListPlace
from registration.schema import canonical, format_application

# list/1: the digests below. What they cover never changes; another way would be list/2.


def application_sha256(application: Application) -> str:
    """Return the digest of everything that an application says, lower-case hex.

    It is SHA-256 of the canonical application/1 without ink, without its place in a list and
    without the list itself. The application form and every scanned paper are in it by digest.
    """
    bare = replace(
        application,
        inks=(),
        listing=None,
        materials=tuple(m for m in application.materials if m.code != LIST_CODE),
    )
    return hashlib.sha256(canonical(format_application(bare))).hexdigest()


def make_row(application: Application) -> ListedApplication:
    """Return the row by which a list names an application."""
    return ListedApplication(
        certificate_no=str(application.standing_no) if application.standing_no else "",
        unit_no=application.unit.unit_no.text,
        mortgagors="、".join(party.name.masked for party in application.mortgagors),
        application_sha256=application_sha256(application),
    )


def rows_sha256(listing: ListPlace) -> str:
    """Return the digest of a list's number, day and rows, which its paper carries."""
    rows = [
        [row.certificate_no, row.unit_no, row.mortgagors, row.application_sha256]
        for row in listing.rows
    ]
    told = {"list_id": listing.list_id, "made_on": listing.made_on.isoformat(), "rows": rows}
    return hashlib.sha256(canonical(told)).hexdigest()
