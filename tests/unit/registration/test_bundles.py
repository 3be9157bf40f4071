"""Applications that are made as one: what is a bundle, and what does not fit it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from registration.application import Application
from registration.bundle import BundleModel
from registration.findings import Level
from registration.identifiers import parse_certificate_no
from registration.mortgage import RegistrationKind
from registration.people import CoOwnership
from registration.requirements import check_application, check_package, check_together
from tests.factories import TODAY, make_application, make_party
from tests.factories_kinds import (
    EVERY_BUNDLE,
    make_buyers_mortgage,
    make_change,
    make_purchase_notice,
    make_sale_and_mortgage,
    make_split,
)
from tests.known import known


@pytest.mark.parametrize("make", EVERY_BUNDLE.values(), ids=EVERY_BUNDLE)
def test_every_bundle_has_a_clean_case(make: Callable[[], tuple[Application, ...]]) -> None:
    applications = make()

    assert check_package(applications) == ()
    assert check_together(applications) == tuple(() for _ in applications)
    assert [check_application(a, today=TODAY) for a in applications] == [() for _ in applications]


MISFITS: dict[str, tuple[Callable[[], tuple[Application, ...]], list[str]]] = {
    "two that are no bundle": (
        lambda: (make_application(), make_buyers_mortgage()), ["/bundle"]
    ),
    "a step that is missing": (
        lambda: make_sale_and_mortgage()[:1], ["/bundle/place", "/kind"]
    ),
    "steps out of order": (
        lambda: make_sale_and_mortgage()[::-1], ["/bundle/place", "/kind"]
    ),
    "two units": (
        lambda: (
            make_sale_and_mortgage()[0],
            replace(make_sale_and_mortgage()[1], unit=make_purchase_notice().unit),
        ),
        ["/unit/unit_no"],
    ),
    "two rounds": (
        lambda: (
            make_sale_and_mortgage()[0],
            replace(make_sale_and_mortgage()[1], round=2, corrects="20260929-0000001"),
        ),
        ["/round"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "pointers"), MISFITS.values(), ids=MISFITS)
def test_what_is_no_bundle(
    make: Callable[[], tuple[Application, ...]], pointers: list[str]
) -> None:
    findings = check_package(make())

    assert [f.pointer for f in findings] == pointers
    assert {(f.rule, f.level) for f in findings} == {("BUNDLE", Level.NOT_ACCEPTED)}


def test_an_application_of_a_bundle_does_not_come_alone() -> None:
    sale, _ = make_sale_and_mortgage()

    assert check_package((sale,)) != ()
    assert check_package((make_application(),)) == ()


UNFIT: dict[str, tuple[Callable[[], tuple[Application, ...]], list[list[str]]]] = {
    "a mortgagor who does not buy": (
        lambda: (
            make_sale_and_mortgage()[0],
            replace(make_sale_and_mortgage()[1], mortgagors=(make_party(),)),
        ),
        [[], ["/mortgagors"]],
    ),
    "held otherwise than it is bought": (
        lambda: (
            make_sale_and_mortgage()[0],
            replace(make_sale_and_mortgage()[1], co_ownership=CoOwnership.JOINT),
        ),
        [[], ["/co_ownership"]],
    ),
    "a split of two mortgages": (
        lambda: (
            make_split()[0],
            replace(
                make_split()[1],
                change=replace(
                    known(make_split()[1].change),
                    certificate_no=parse_certificate_no("豫（2026）开封市不动产证明第0000009号"),
                ),
            ),
        ),
        [[], ["/change/certificate_no"]],
    ),
    "a split that reduces nothing": (
        lambda: (
            make_split()[0],
            replace(make_change(), bundle=make_split()[1].bundle),
        ),
        [[], ["/change/grounds"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "pointers"), UNFIT.values(), ids=UNFIT)
def test_what_does_not_fit_its_bundle(
    make: Callable[[], tuple[Application, ...]], pointers: list[list[str]]
) -> None:
    found_by_step = check_together(make())

    assert [[f.pointer for f in step] for step in found_by_step] == pointers
    assert all(f.level is Level.CORRECT for step in found_by_step for f in step)


def test_every_model_of_a_bundle_names_its_steps_and_is_offered_under_a_kind() -> None:
    for model in BundleModel:
        assert model.title_zh
        assert model.title_en.isascii()
        assert all(len(step) > 1 for step in model.steps)
        assert not any(kind.is_bundle for step in model.steps for kind in step)
    offered = {model.kind for model in BundleModel} - {None}
    assert offered == {kind for kind in RegistrationKind if kind.is_bundle}
