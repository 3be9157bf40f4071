"""Cases with a scan of a size; like any scan it cannot be compressed."""

import os
from dataclasses import replace
from hashlib import sha256
from typing import Final

from registration.application import Application
from terminal.assembly import Station
from terminal.desk.items import OutboxItem
from tests.factories import make_contents
from tests.journey.premises import make_case

_SCAN: Final = "M06"


def file_scan(station: Station, number: int, size: int) -> OutboxItem:
    """File a case on a flat of its own with a scan of `size` bytes."""
    return station.submission.file(*_with_scan(make_case(number), size))


def _with_scan(application: Application, size: int) -> tuple[Application, dict[str, bytes]]:
    scan = os.urandom(size)
    digest = sha256(scan).hexdigest()
    materials = tuple(
        replace(m, sha256=digest, size=size) if m.code == _SCAN else m
        for m in application.materials
    )
    made = replace(application, materials=materials)
    return made, {**make_contents(application), digest: scan}
