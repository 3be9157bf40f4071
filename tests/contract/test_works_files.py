"""What every store keeps to about the versions of certificates' files."""

from datetime import timedelta
from typing import Any

import pytest

from backend.errors import ConflictError, NotFoundError
from backend.office.ports import Works
from backend.office.rows import CertificateStatus, FileAct, FileCount, FileRow
from tests.rows import AT, digest, make_certificate, register_case

SOON, LATE = AT + timedelta(days=100), AT + timedelta(days=1000)


def issue(works: Works, number: int, **changes: Any) -> str:
    """Publish a certificate with the first version of its files."""
    entry = register_case(works, number, rank=number)
    row = make_certificate(entry.case_no, number)
    with works() as work:
        work.certificates.prepare(row)
        work.certificates.set_sealed(row.certificate_no, pdf_sha256=digest(f"pdf {number}"))
        work.files.add(make_file(row.certificate_no, **changes))
        work.certificates.publish(row.certificate_no, at=AT)
        work.commit()
    return row.certificate_no


def make_file(certificate_no: str, version: int = 1, **changes: Any) -> FileRow:
    facts: dict[str, object] = {
        "certificate_no": certificate_no,
        "version": version,
        "act": FileAct.ISSUED,
        "pdf_sha256": digest(f"file {certificate_no} {version}"),
        "level": "B-T",
        "proven_until": SOON,
        "seal": "a" * 64,
        "made_at": AT,
    }
    return FileRow(**(facts | changes))  # type: ignore[arg-type]  # what a test changes


def test_versions_follow_one_another(works: Works) -> None:
    number = issue(works, 1)
    with works() as work:
        for version in (1, 3):
            with pytest.raises(ConflictError):
                work.files.add(make_file(number, version))
        work.files.add(make_file(number, 2, act=FileAct.PRESERVED, ofd_sha256=digest("ofd")))
        work.commit()
    with works.reading() as work:
        assert [row.version for row in work.files.of(number)] == [1, 2]
        assert work.files.newest(number) == work.files.of(number)[1]
        assert work.files.of("x") == ()
        with pytest.raises(NotFoundError):
            work.files.newest("x")


def test_a_certificate_is_found_by_every_version_of_its_files(works: Works) -> None:
    number = issue(works, 1)
    with works() as work:
        work.files.add(make_file(number, 2, ofd_sha256=digest("ofd")))
        work.commit()
    wanted = (digest("pdf 1"), digest(f"file {number} 2"), digest("ofd"))
    with works.reading() as work:
        found = [work.certificates.find_by_file(sha256) for sha256 in wanted]
        assert [row and row.certificate_no for row in found] == [number] * 3
        assert work.certificates.find_by_file("") is None


def test_the_newest_version_says_whether_a_stamp_is_due(works: Works) -> None:
    """One whose end nobody looked at is due; one that ended needs no more stamps."""
    first, second, third = issue(works, 1), issue(works, 2), issue(works, 3, proven_until=None)
    with works() as work:
        work.files.add(make_file(first, 2, proven_until=LATE, level="B-LTA"))
        work.commit()
    with works.reading() as work:
        assert work.files.due(SOON) == (third,)
        assert work.files.due(LATE) == (second, third)
        assert work.files.due(LATE, limit=1) == (second,)
        assert work.files.due(LATE, after=second) == (third,)
        assert work.files.count_due(LATE) == 2
        assert work.files.counts() == (
            FileCount(level="B-LTA", count=1, proven_until=LATE),
            FileCount(level="B-T", count=2, proven_until=None),
        )
    with works() as work:
        work.certificates.end(third, status=CertificateStatus.REVOKED, at=AT)
        work.commit()
    with works.reading() as work:
        assert work.files.due(LATE) == (second,)


def test_what_another_seal_sealed_is_found(works: Works) -> None:
    first, second = issue(works, 1), issue(works, 2, seal="b" * 64)
    with works.reading() as work:
        assert work.files.under_other_seals("b" * 64) == (first,)
        assert work.files.under_other_seals("c" * 64, after=first) == (second,)
        assert work.files.count_under_other_seals("c" * 64) == 2
