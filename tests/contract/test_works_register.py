"""The register and its certificates: dictionaries and both databases keep one law."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.errors import ConflictError, NotFoundError
from backend.office.case import Stage, move
from backend.office.events import Act, bring_in, bring_in_title, end, enter
from backend.office.ports import Work, Works
from backend.office.register import EncumbranceKind, EntryState, OpenCase
from backend.office.rows import CertificateStatus
from tests.factories import TITLE_NO, UNIT_NO
from tests.rows import (
    AT,
    CASE_NO,
    approve_case,
    digest,
    make_certificate,
    make_encumbrance,
    make_entry,
    make_title,
    open_case,
    register_case,
)

OTHER_UNIT = "410203002001GB00105F00030108"


def _with_title(works: Works, unit_no: str = UNIT_NO) -> None:
    with works() as work:
        work.register.write(bring_in_title(make_title(unit_no)))
        work.commit()


def _cancel(work: Work, entry_no: str, case_no: str = "") -> None:
    known = work.register.extract(UNIT_NO, AT).find_entry(entry_no) or make_encumbrance()
    event = end(
        replace(known, entry_no=entry_no), UNIT_NO, act=Act.DISCHARGED, at=AT, note="主债权消灭"
    )
    work.register.write(replace(event, case_no=case_no, registrar="auto"))


# --- titles and extracts ---------------------------------------------------------------------


def test_an_unknown_unit_has_an_empty_page(works: Works) -> None:
    with works.reading() as work:
        extract = work.register.extract(UNIT_NO, AT)
        assert (extract.title, extract.encumbrances, extract.open_cases) == (None, (), ())
        assert extract.read_at == AT
        assert work.register.find_unit_of_certificate(TITLE_NO) is None


def test_a_title_comes_back_as_it_was_kept(works: Works) -> None:
    title = make_title(restrictions=("因征收冻结",), land_right_end=None)
    with works() as work:
        work.register.write(bring_in_title(title))
        work.commit()
    with works.reading() as work:
        assert work.register.extract(UNIT_NO, AT).title == title
        assert work.register.find_unit_of_certificate(TITLE_NO) == UNIT_NO


def test_a_unit_has_one_title(works: Works) -> None:
    _with_title(works)
    with works() as work, pytest.raises(ConflictError):
        work.register.write(
            bring_in_title(make_title(title_no="豫（2022）开封市不动产权第0000001号"))
        )


def test_encumbrances_come_oldest_first_and_only_of_the_unit(works: Works) -> None:
    _with_title(works)
    _with_title(works, OTHER_UNIT)
    newer, older = make_encumbrance(2), make_encumbrance(1)
    seizure = make_encumbrance(
        3,
        kind=EncumbranceKind.SEIZURE,
        rank=None,
        certificate_no="",
        document_no="（2026）示例执保1号",
        seizure_type="1",
    )
    with works() as work:
        for entry in (newer, older, seizure):
            work.register.write(bring_in(UNIT_NO, entry))
        work.register.write(bring_in(OTHER_UNIT, make_encumbrance(4, rank=1)))
        work.commit()
    with works.reading() as work:
        assert work.register.extract(UNIT_NO, AT).encumbrances == (older, newer, seizure)


def test_open_cases_of_the_unit_are_told_without_ones_own(works: Works) -> None:
    _with_title(works)
    for number in (1, 2, 3):
        open_case(works, number)
    open_case(works, 4, unit_no=OTHER_UNIT)
    with works() as work:
        second, third = (work.cases.get(f"20260929-000000{n}") for n in (2, 3))
        work.cases.save(replace(move(second, Stage.ACCEPTED), accepted_at=AT), was=second)
        work.cases.save(move(third, Stage.WITHDRAWN), was=third)
        work.commit()
    with works.reading() as work:
        extract = work.register.extract(UNIT_NO, AT, without=(CASE_NO,))
    assert extract.open_cases == (OpenCase(case_no="20260929-0000002", accepted_at=AT),)


# --- entries from outside --------------------------------------------------------------------


def test_an_entry_needs_a_known_unit(works: Works) -> None:
    with works() as work, pytest.raises(ConflictError):
        work.register.write(bring_in(UNIT_NO, make_encumbrance()))


@pytest.mark.parametrize("field", ["entry_no", "certificate_no", "rank"])
def test_entry_number_certificate_number_and_rank_are_used_once(works: Works, field: str) -> None:
    _with_title(works)
    first = make_encumbrance(1)
    with works() as work:
        work.register.write(bring_in(UNIT_NO, first))
        again = replace(make_encumbrance(2), **{field: getattr(first, field)})
        with pytest.raises(ConflictError):
            work.register.write(bring_in(UNIT_NO, again))


def test_a_rank_is_free_again_once_its_mortgage_is_history(works: Works) -> None:
    _with_title(works)
    with works() as work:
        work.register.write(
            bring_in(UNIT_NO, make_encumbrance(1, state=EntryState.HISTORICAL, rank=1))
        )
        work.register.write(bring_in(UNIT_NO, make_encumbrance(2, rank=1)))


def test_the_next_rank_follows_the_last_in_force(works: Works) -> None:
    _with_title(works)
    with works() as work:
        assert work.register.next_rank(UNIT_NO) == 1
        for number in (1, 2, 3):
            work.register.write(bring_in(UNIT_NO, make_encumbrance(number)))
        assert work.register.next_rank(UNIT_NO) == 4
        _cancel(work, "OLD-1")
        assert work.register.next_rank(UNIT_NO) == 4
        _cancel(work, "OLD-3")
        assert work.register.next_rank(UNIT_NO) == 3


def test_entry_numbers_count_up(works: Works) -> None:
    with works() as work:
        assert work.register.next_entry_no(AT) == "DJ20260929-0000001"
        assert work.register.next_entry_no(AT) == "DJ20260929-0000002"


def test_certificate_numbers_that_came_along_are_not_given_again(works: Works) -> None:
    _with_title(works)
    printed = "豫（2026）开封市不动产证明第{:07d}号"
    with works() as work:
        for number, serial in ((1, 12344), (2, 7)):
            entry = make_encumbrance(number, certificate_no=printed.format(serial))
            work.register.write(bring_in(UNIT_NO, entry))
        assert work.certificates.next_serial(2026) == 12345
        assert work.certificates.next_serial(2027) == 1


# --- entries of cases ------------------------------------------------------------------------


def test_an_entry_comes_back_as_it_was_written(works: Works) -> None:
    entry = register_case(works)
    with works.reading() as work:
        assert work.register.get_deed(CASE_NO) == entry
        (found,) = work.register.extract(UNIT_NO, AT).encumbrances
    assert (found.entry_no, found.rank, found.holder, found.amount_fen, found.case_no) == (
        entry.entry_no,
        1,
        entry.mortgagee,
        86_000_000,
        CASE_NO,
    )
    with works.reading() as work, pytest.raises(NotFoundError):
        work.register.get_deed("20260929-0000009")


def test_a_case_writes_one_entry(works: Works) -> None:
    entry = register_case(works)
    with works() as work, pytest.raises(ConflictError):
        work.register.write(enter(replace(entry, entry_no="DJ-again", rank=2)))


def test_two_entries_in_force_never_share_a_rank(works: Works) -> None:
    register_case(works, 1)
    second = approve_case(works, 2)
    with works() as work:
        with pytest.raises(ConflictError):
            work.register.write(enter(make_entry(second.case_no, rank=1)))
        work.register.write(enter(make_entry(second.case_no, rank=2)))


def test_only_an_approved_case_writes_and_only_on_its_unit(works: Works) -> None:
    _with_title(works)
    _with_title(works, OTHER_UNIT)
    waiting, approved = open_case(works, 1), approve_case(works, 2)
    with works() as work:
        for refused in (
            make_entry(waiting.case_no),
            make_entry("20260929-0000009"),
            make_entry(approved.case_no, unit_no=OTHER_UNIT),
        ):
            with pytest.raises(ConflictError):
                work.register.write(enter(refused))


def test_an_entry_ends_once(works: Works) -> None:
    entry = register_case(works, 1)
    discharge = approve_case(works, 2)
    with works() as work:
        with pytest.raises(ConflictError):
            _cancel(work, "unknown")
        _cancel(work, entry.entry_no, discharge.case_no)
        with pytest.raises(ConflictError):
            _cancel(work, entry.entry_no, discharge.case_no)
        work.commit()
    with works.reading() as work:
        assert work.register.get_deed(CASE_NO).state is EntryState.HISTORICAL
        (found,) = work.register.extract(UNIT_NO, AT).encumbrances
        assert found.state is EntryState.HISTORICAL


def test_a_discharge_needs_its_approved_case_on_the_unit(works: Works) -> None:
    entry = register_case(works, 1)
    waiting, elsewhere = open_case(works, 2), approve_case(works, 3, unit_no=OTHER_UNIT)
    with works() as work:
        for case_no in (waiting.case_no, elsewhere.case_no, "20260929-0000009"):
            with pytest.raises(ConflictError):
                _cancel(work, entry.entry_no, case_no)


def test_a_discharge_ends_one_entry(works: Works) -> None:
    first, second = register_case(works, 1), register_case(works, 2, rank=2)
    discharge = approve_case(works, 3)
    with works() as work:
        _cancel(work, first.entry_no, discharge.case_no)
        with pytest.raises(ConflictError):
            _cancel(work, second.entry_no, discharge.case_no)


# --- certificates ----------------------------------------------------------------------------


def test_serials_count_up_within_the_year(works: Works) -> None:
    with works() as work:
        serials = [work.certificates.next_serial(year) for year in (2026, 2026, 2027)]
    assert serials == [1, 2, 1]


def test_a_certificate_goes_from_prepared_to_published(works: Works) -> None:
    entry = register_case(works)
    row = make_certificate()
    with works() as work:
        work.certificates.prepare(row)
        work.certificates.set_sealed(
            row.certificate_no, pdf_sha256=digest("pdf"), ofd_sha256=digest("ofd")
        )
        work.certificates.publish(row.certificate_no, at=AT + timedelta(seconds=2))
        work.commit()
    published = replace(
        row,
        status=CertificateStatus.PUBLISHED,
        pdf_sha256=digest("pdf"),
        ofd_sha256=digest("ofd"),
        issued_at=AT + timedelta(seconds=2),
    )
    with works.reading() as work:
        assert work.certificates.get(row.certificate_no) == published
        assert work.certificates.find_by_case(CASE_NO) == published
        assert work.certificates.find_by_file(digest("pdf")) == published
        assert work.certificates.find_by_file(digest("ofd")) == published
        assert work.register.find_entry_of_certificate(row.certificate_no) == entry.entry_no
        assert work.register.find_unit_of_certificate(row.certificate_no) == UNIT_NO
        (found,) = work.register.extract(UNIT_NO, AT).encumbrances
        assert found.certificate_no == row.certificate_no


def test_an_unknown_certificate_is_not_found(works: Works) -> None:
    with works() as work:
        for act in (
            lambda: work.certificates.get("x"),
            lambda: work.certificates.set_sealed("x", pdf_sha256=digest("pdf")),
            lambda: work.certificates.publish("x", at=AT),
            lambda: work.certificates.end("x", status=CertificateStatus.REVOKED, at=AT),
        ):
            with pytest.raises(NotFoundError):
                act()
        assert work.certificates.find_by_case(CASE_NO) is None
        assert work.certificates.find_by_file(digest("pdf")) is None
        assert work.certificates.find_by_file("") is None
        assert work.register.find_entry_of_certificate("x") is None


def test_an_entry_has_one_live_certificate(works: Works) -> None:
    register_case(works)
    first, second = make_certificate(serial=1), make_certificate(serial=2)
    with works() as work:
        work.certificates.prepare(first)
        with pytest.raises(ConflictError):
            work.certificates.prepare(second)
        work.certificates.end(first.certificate_no, status=CertificateStatus.REVOKED, at=AT)
        work.certificates.prepare(second)
        assert work.certificates.find_by_case(CASE_NO) == second


@pytest.mark.parametrize("field", ["certificate_no", "licence_id", "print_no"])
def test_a_certificates_numbers_are_used_once(works: Works, field: str) -> None:
    register_case(works, 1)
    register_case(works, 2, rank=2)
    first = make_certificate(serial=1)
    other = make_certificate("20260929-0000002", serial=2)
    with works() as work:
        work.certificates.prepare(first)
        with pytest.raises(ConflictError):
            work.certificates.prepare(replace(other, **{field: getattr(first, field)}))


def test_a_pdf_belongs_to_one_certificate(works: Works) -> None:
    register_case(works, 1)
    register_case(works, 2, rank=2)
    first, other = make_certificate(serial=1), make_certificate("20260929-0000002", serial=2)
    with works() as work:
        work.certificates.prepare(first)
        work.certificates.prepare(other)
        work.certificates.set_sealed(first.certificate_no, pdf_sha256=digest("pdf"))
        with pytest.raises(ConflictError):
            work.certificates.set_sealed(other.certificate_no, pdf_sha256=digest("pdf"))


def test_a_certificate_proves_the_entry_of_its_own_case(works: Works) -> None:
    register_case(works, 1)
    register_case(works, 2, rank=2)
    with works() as work:
        row = make_certificate()
        for refused in (
            replace(row, entry_no="unknown"),
            replace(row, case_no="20260929-0000002"),
            replace(row, status=CertificateStatus.SEALED),
        ):
            with pytest.raises(ConflictError):
                work.certificates.prepare(refused)


_ROADS = {
    CertificateStatus.PREPARED: {"seal", "cancel", "revoke"},
    CertificateStatus.SEALED: {"publish", "cancel", "revoke"},
    CertificateStatus.PUBLISHED: {"cancel", "revoke"},
    CertificateStatus.CANCELLED: set(),
    CertificateStatus.REVOKED: set(),
}


@pytest.mark.parametrize("status", list(_ROADS))
def test_a_certificate_goes_one_way(works: Works, status: str) -> None:
    register_case(works)
    number = make_certificate().certificate_no
    with works() as work:
        certificates = work.certificates
        acts = {
            "seal": lambda: certificates.set_sealed(number, pdf_sha256=digest("pdf")),
            "publish": lambda: certificates.publish(number, at=AT),
            "cancel": lambda: certificates.end(number, status=CertificateStatus.CANCELLED, at=AT),
            "revoke": lambda: certificates.end(number, status=CertificateStatus.REVOKED, at=AT),
        }
        certificates.prepare(make_certificate())
        if status in {CertificateStatus.SEALED, CertificateStatus.PUBLISHED}:
            acts["seal"]()
        for last in {"published": ["publish"], "cancelled": ["cancel"], "revoked": ["revoke"]}.get(
            status, []
        ):
            acts[last]()
        assert certificates.get(number).status == status
        for name in sorted(set(acts) - _ROADS[status]):
            with pytest.raises(ConflictError):
                acts[name]()
        with pytest.raises(ConflictError):
            certificates.end(number, status=CertificateStatus.PUBLISHED, at=AT)
