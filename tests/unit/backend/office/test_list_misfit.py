"""At the door: a list whose paper has other rows than the application names is not taken at all."""

import hashlib
from dataclasses import replace

import pytest

from backend.office.filing import find_list_misfit
from registration.application import Application, MaterialSource
from registration.days import local_day
from registration.findings import Level
from registration.listed import LIST_CODE, ListPlace
from registration.listings import make_row
from registration.package import Package
from registration.papers.discharges import draw_list
from tests.factories import CAPTURED_AT, make_discharge, make_material


def package_of(*ids: str, named: tuple[str, ...] | None = None) -> Package:
    """Return a package whose list was signed for some applications and names perhaps others."""
    signed, told = _listing(ids), _listing(named or ids)
    own = make_discharge(application_id=ids[0], inks=())
    paper = draw_list(replace(own, listing=signed))
    sha256 = hashlib.sha256(paper).hexdigest()
    material = make_material(
        LIST_CODE, sha256=sha256, size=len(paper), source=MaterialSource.GENERATED
    )
    application = replace(own, listing=told, materials=(*own.materials, material))
    return Package(applications=(application,), contents={sha256: paper})


def _listing(ids: tuple[str, ...]) -> ListPlace:
    rows = tuple(make_row(make_discharge(application_id=one, inks=())) for one in ids)
    return ListPlace(list_id="L-1", made_on=local_day(CAPTURED_AT), place=1, rows=rows)


def test_the_list_that_was_signed_is_taken() -> None:
    assert find_list_misfit(package_of("A-1", "A-2")) == ()


@pytest.mark.parametrize(
    "named", [("A-1",), ("A-1", "A-3"), ("A-2", "A-1"), ("A-1", "A-2", "A-4")],
    ids=["fewer", "another", "another order", "more"],
)  # fmt: skip
def test_rows_that_were_not_signed_are_turned_away(named: tuple[str, ...]) -> None:
    (finding,) = find_list_misfit(package_of("A-1", "A-2", named=named))

    assert finding.level is Level.NOT_ACCEPTED


def test_another_days_list_is_turned_away() -> None:
    package = package_of("A-1", "A-2")
    (application,) = package.applications
    assert application.listing is not None
    moved: Application = replace(application, listing=replace(application.listing, list_id="L-2"))

    assert find_list_misfit(replace(package, applications=(moved,)))


def test_an_application_without_a_list_has_none_to_compare() -> None:
    package = Package(applications=(make_discharge(),), contents={})

    assert find_list_misfit(package) == ()
