"""The check-up of a counter: every check of the doctor, on its own box, line and readers."""

from collections.abc import Iterable, Mapping
from contextlib import closing

from quarantine.keeper import VIEWING, Keeper
from terminal.box import SQLiteBox
from terminal.desk.ports import IdReader
from terminal.desk.scanners import Scanner
from terminal.doctor import (
    Line,
    broken_box,
    broken_membership,
    check_box,
    check_certificate,
    check_disk,
    check_line,
    check_log,
    check_permissions,
)
from terminal.drivers.scanner import open_shelf
from terminal.errors import TerminalError
from terminal.failpoints import load_failpoints
from terminal.folder import DATABASE, open_vault
from terminal.membership import Membership, SystemClock, open_link
from terminal.office_link import HTTPOfficeLink
from terminal.reader_checks import check_decoder, check_readers, open_readers
from terminal.scanner_checks import check_folder, check_scanners, check_wall
from terminal.settings import Settings


def open_box(settings: Settings) -> SQLiteBox:
    """Open the box of this counter. Raises: OpenToOthersError, BoxError."""
    fail_point = load_failpoints(settings.failpoints if settings.allow_failpoints else "")
    return SQLiteBox(settings.home / DATABASE, open_vault(settings.home), failpoints=fail_point)


def examine(
    settings: Settings,
    membership: Membership,
    link: HTTPOfficeLink,
    box: SQLiteBox,
    readers: Mapping[str, IdReader],
    *,
    keeper: Keeper,
    scanners: Mapping[str, Scanner],
) -> tuple[Line, ...]:
    """Run every check, the gravest findings first."""
    return _sort(
        [
            check_permissions(settings.home),
            check_disk(settings.home),
            *_membership_lines(membership, link),
            check_box(box),
            check_log(box, SystemClock().now()),
            *_reader_lines(settings, readers, keeper),
            *_paper_lines(settings, scanners, keeper),
        ]
    )


def examine_folder(settings: Settings) -> tuple[Line, ...]:
    """Run every check on a counter that need not be whole: what cannot be opened is a finding.

    Raises:
        MisconfiguredError: the settings name something that cannot be.
    """
    lines = [check_permissions(settings.home), check_disk(settings.home)]
    try:
        membership = Membership(settings.home)
    except TerminalError as exc:
        lines.append(broken_membership(exc))
    else:
        with closing(open_link(settings, membership, SystemClock())) as link:
            lines.extend(_membership_lines(membership, link))
    # A counter that never worked has no box yet; looking for faults must not make one.
    if (settings.home / DATABASE).exists():
        lines.extend(_box_lines(settings))
    with closing(Keeper(VIEWING)) as keeper:
        readers = open_readers(settings, keeper)
        lines.extend(_reader_lines(settings, readers, keeper))
        lines.extend(_paper_lines(settings, open_shelf(settings.scanners).known(), keeper))
    for reader in readers.values():
        reader.close()
    return _sort(lines)


def _box_lines(settings: Settings) -> list[Line]:
    try:
        with closing(open_box(settings)) as box:
            return [check_box(box), check_log(box, SystemClock().now())]
    except TerminalError as exc:
        return [broken_box(exc)]


def _membership_lines(membership: Membership, link: HTTPOfficeLink) -> list[Line]:
    now, joined = SystemClock().now(), membership.joined
    return [
        check_certificate("certificate.tls", joined.client.certificate, now),
        check_certificate("certificate.package", joined.package_certificate, now),
        *check_line(link, link.probe),
    ]


def _reader_lines(
    settings: Settings, readers: Mapping[str, IdReader], keeper: Keeper
) -> list[Line]:
    return [*check_readers(settings, readers), check_decoder(settings, keeper)]


def _paper_lines(settings: Settings, scanners: Mapping[str, Scanner], keeper: Keeper) -> list[Line]:
    return [*check_scanners(scanners), *check_folder(settings.scan_folder), check_wall(keeper)]


def _sort(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: ("bad", "warn", "ok").index(line.level)))
