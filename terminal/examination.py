"""The check-up of a counter: every check of the doctor, on its own box, line and readers."""

import logging
from collections.abc import Iterable, Mapping
from contextlib import closing

from terminal.box import SQLiteBox
from terminal.desk.ports import IdReader
from terminal.doctor import (
    Line,
    broken_box,
    broken_membership,
    check_box,
    check_certificate,
    check_disk,
    check_line,
    check_permissions,
    check_readers,
)
from terminal.drivers import open_reader
from terminal.errors import TerminalError
from terminal.failpoints import load_failpoints
from terminal.folder import DATABASE, open_vault
from terminal.membership import Membership, SystemClock, open_link
from terminal.office_link import HTTPOfficeLink
from terminal.reader_errors import ReaderError
from terminal.settings import Settings

logger = logging.getLogger(__name__)


def open_box(settings: Settings) -> SQLiteBox:
    """Open the box of this counter. Raises: OpenToOthersError, BoxError."""
    fail_point = load_failpoints(settings.failpoints if settings.allow_failpoints else "")
    return SQLiteBox(settings.home / DATABASE, open_vault(settings.home), failpoints=fail_point)


def open_readers(specs: tuple[str, ...]) -> dict[str, IdReader]:
    """Open the readers that the settings name; one that cannot exist here is left out."""
    readers = {}
    for spec in specs:
        try:
            readers[spec] = open_reader(spec)
        except ReaderError as exc:
            logger.warning("reader left out spec=%s reason=%s", spec, exc.detail)
    return readers


def examine(
    settings: Settings,
    membership: Membership,
    link: HTTPOfficeLink,
    box: SQLiteBox,
    readers: Mapping[str, IdReader],
) -> tuple[Line, ...]:
    """Run every check, the gravest findings first."""
    return _sort(
        [
            check_permissions(settings.home),
            check_disk(settings.home),
            *_membership_lines(membership, link),
            check_box(box),
            *_reader_lines(settings, readers),
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
        lines.append(_box_line(settings))
    readers = open_readers(settings.readers)
    lines.extend(_reader_lines(settings, readers))
    for reader in readers.values():
        reader.close()
    return _sort(lines)


def _box_line(settings: Settings) -> Line:
    try:
        with closing(open_box(settings)) as box:
            return check_box(box)
    except TerminalError as exc:
        return broken_box(exc)


def _membership_lines(membership: Membership, link: HTTPOfficeLink) -> list[Line]:
    now, joined = SystemClock().now(), membership.joined
    return [
        check_certificate("certificate.tls", joined.client.certificate, now),
        check_certificate("certificate.package", joined.package_certificate, now),
        *check_line(link, link.probe),
    ]


def _reader_lines(settings: Settings, readers: Mapping[str, IdReader]) -> list[Line]:
    missing = [spec for spec in settings.readers if spec not in readers]
    return [*check_readers(readers), *(_left_out(spec) for spec in missing)]


def _sort(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: ("bad", "warn", "ok").index(line.level)))


def _left_out(spec: str) -> Line:
    return Line(
        name=f"reader:{spec}",
        level="bad",
        zh=f"设置里的读卡器 {spec} 打不开",
        en=f"Reader {spec} of the settings cannot exist here",
        remedy_zh="核对设置文件里的 readers，或安装它的驱动包",
        remedy_en="Correct readers in the settings, or install its package",
    )
