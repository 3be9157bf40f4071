"""A package opens to exactly what was packed, or not at all."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from registration.application import Application
from registration.errors import BadDocumentError, BadPackageError
from registration.package import PackagePart, pack, unpack
from registration.schema import canonical, decode_json, format_application
from tests.factories import (
    make_application,
    make_contents,
    make_discharge,
    make_identity,
    make_material,
    make_party,
    make_pdf,
)

FIRST: Final = make_application()
DISCHARGE: Final = make_discharge()
MATERIAL: Final = make_material("M06")


def packed(*applications: Application) -> tuple[PackagePart, ...]:
    applications = applications or (FIRST,)
    return pack(applications, make_contents(*applications))


def listing(**changes: Any) -> PackagePart:
    value = {"version": 1, "applications": ["applications/1.json"], "materials": [], **changes}
    return PackagePart("package.json", "application/json", canonical(value))


def refusal(parts: Sequence[PackagePart]) -> str:
    with pytest.raises(BadPackageError) as caught:
        unpack(parts)
    return caught.value.reason


# --- what was packed comes out ------------------------------------------------------------------


@pytest.mark.parametrize(
    "applications", [(FIRST,), (DISCHARGE,), (FIRST, DISCHARGE)], ids=["first", "discharge", "two"]
)
def test_what_was_packed_comes_out(applications: tuple[Application, ...]) -> None:
    package = unpack(packed(*applications))

    assert package.applications == applications
    assert package.contents == make_contents(*applications)


def test_a_package_without_materials_comes_out() -> None:
    bare = make_application(materials=())

    assert unpack(pack([bare], {})).applications == (bare,)


def test_the_order_of_the_parts_does_not_matter() -> None:
    assert unpack(packed()[::-1]).applications == (FIRST,)


def test_equal_applications_make_equal_parts() -> None:
    assert packed(FIRST, DISCHARGE) == packed(FIRST, DISCHARGE)


def test_the_parts_are_named_as_the_format_says() -> None:
    application = make_application(materials=(MATERIAL,))

    assert [(part.name, part.media_type) for part in packed(application)] == [
        ("package.json", "application/json"),
        ("applications/1.json", "application/json"),
        (f"materials/{MATERIAL.sha256}", "application/pdf"),
    ]


def test_the_list_is_written_as_the_format_says() -> None:
    application = make_application(materials=(MATERIAL,))

    assert decode_json(packed(application)[0].data) == {
        "version": 1,
        "applications": ["applications/1.json"],
        "materials": [f"materials/{MATERIAL.sha256}"],
    }


def test_the_same_paper_of_two_applications_travels_once() -> None:
    names = [part.name for part in packed(FIRST, DISCHARGE)]

    assert names.count(f"materials/{make_material('M03').sha256}") == 1


def test_papers_that_no_application_names_stay_behind() -> None:
    contents = {**make_contents(FIRST), "0" * 64: b"of another case"}

    assert pack([FIRST], contents) == packed(FIRST)


# --- what cannot be packed ----------------------------------------------------------------------


def test_a_missing_paper_cannot_be_packed() -> None:
    with pytest.raises(BadPackageError, match="missing"):
        pack([FIRST], {})


def test_other_bytes_than_the_digest_says_cannot_be_packed() -> None:
    contents = dict.fromkeys(make_contents(FIRST), b"other")

    with pytest.raises(BadPackageError, match="digest"):
        pack([FIRST], contents)


def test_an_application_that_the_wire_refuses_cannot_be_packed() -> None:
    with pytest.raises(BadDocumentError):
        pack([replace(FIRST, corrects="\x00")], make_contents(FIRST))


@pytest.mark.parametrize("applications", [[], [FIRST, FIRST]], ids=["none", "one twice"])
def test_a_package_holds_different_applications(applications: list[Application]) -> None:
    with pytest.raises(BadPackageError):
        pack(applications, make_contents(FIRST))


def test_a_package_holds_at_most_sixteen_applications() -> None:
    many = [replace(FIRST, application_id=f"A-{number}") for number in range(17)]

    with pytest.raises(BadPackageError, match="16"):
        pack(many, make_contents(FIRST))


def test_more_than_the_office_takes_is_not_sent() -> None:
    owner = make_party(identity=make_identity(photo=bytes(256 * 1024)))

    with pytest.raises(BadPackageError, match="too large"):
        pack([replace(FIRST, mortgagors=(owner,) * 25)], make_contents(FIRST))


def test_one_paper_is_described_in_one_way() -> None:
    other = make_application(
        application_id="A-2", materials=(replace(MATERIAL, media_type="image/png"),)
    )

    with pytest.raises(BadPackageError, match="differently"):
        pack([make_application(materials=(MATERIAL,)), other], make_contents(FIRST))


# --- what does not open -------------------------------------------------------------------------


def _without(name: str) -> Callable[[tuple[PackagePart, ...]], list[PackagePart]]:
    return lambda parts: [part for part in parts if not part.name.startswith(name)]


def _with(*more: PackagePart) -> Callable[[tuple[PackagePart, ...]], list[PackagePart]]:
    return lambda parts: [*parts, *more]


def _listed(**changes: Any) -> Callable[[tuple[PackagePart, ...]], list[PackagePart]]:
    def relist(parts: tuple[PackagePart, ...]) -> list[PackagePart]:
        value = decode_json(parts[0].data) | changes
        return [replace(parts[0], data=canonical(value)), *parts[1:]]

    return relist


def _last(**changes: Any) -> Callable[[tuple[PackagePart, ...]], list[PackagePart]]:
    return lambda parts: [*parts[:-1], replace(parts[-1], **changes)]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda parts: [], "package.json is missing"),
        (_without("package.json"), "package.json is missing"),
        (_without("applications/"), "the parts are not those of the list"),
        (lambda parts: parts[:-1], "the parts are not those of the list"),
        (_with(PackagePart("extra", "text/plain", b"")), "the parts are not those of the list"),
        (_with(PackagePart("package.json", "application/json", b"{}")), "a part stands twice"),
        (_last(data=b"other"), "a material's bytes do not have its digest"),
        (
            _last(media_type="text/html"),
            "a material is not of the size or media type that is said of it",
        ),
        (_listed(version=2), "package.json is not of version 1"),
        (_listed(version=True), "package.json is not of version 1"),
        (_listed(note="x"), "package.json is not of version 1"),
        (_listed(materials=None), "package.json lists other names than version 1 has"),
        (_listed(materials=["../m"]), "package.json lists other names than version 1 has"),
        (_listed(materials=[7]), "package.json lists other names than version 1 has"),
        (_listed(applications="1"), "package.json lists other names than version 1 has"),
        (
            _listed(applications=["applications/2.json"]),
            "package.json lists other names than version 1 has",
        ),
        (
            _listed(materials=["materials/" + "0" * 64] * 2),
            "package.json lists a part twice",
        ),
    ],
)
def test_a_package_that_contradicts_itself_does_not_open(
    spoil: Callable[[tuple[PackagePart, ...]], Sequence[PackagePart]], reason: str
) -> None:
    assert refusal(spoil(packed())) == reason


def test_a_list_of_another_media_type_does_not_open() -> None:
    first, *rest = packed()

    assert "media type" in refusal([replace(first, media_type="text/json"), *rest])


def test_a_package_without_an_application_does_not_open() -> None:
    assert refusal([listing(applications=[])]) == "a package holds 1 to 16 applications"


def test_a_paper_that_no_application_names_does_not_travel_along() -> None:
    """What nobody signed must not reach a reviewer's eyes."""
    data = make_pdf("smuggled")
    name = f"materials/{hashlib.sha256(data).hexdigest()}"
    bare = canonical(format_application(make_application(materials=())))
    parts = [
        listing(materials=[name]),
        PackagePart("applications/1.json", "application/json", bare),
        PackagePart(name, "application/pdf", data),
    ]

    assert refusal(parts) == "the materials are not those that the applications name"


def test_a_paper_of_another_size_than_signed_does_not_open() -> None:
    short = make_application(materials=(replace(MATERIAL, size=MATERIAL.size + 1),))
    name = f"materials/{MATERIAL.sha256}"
    parts = [
        listing(materials=[name]),
        PackagePart(
            "applications/1.json", "application/json", canonical(format_application(short))
        ),
        PackagePart(name, "application/pdf", make_pdf("M06")),
    ]

    assert "size" in refusal(parts)


def test_a_broken_application_tells_what_is_wrong_with_it() -> None:
    document = {**format_application(make_application(materials=())), "office": "x"}
    parts = [listing(), PackagePart("applications/1.json", "application/json", canonical(document))]

    with pytest.raises(BadDocumentError) as caught:
        unpack(parts)

    assert [p.pointer for p in caught.value.problems] == ["/office"]


def test_reprs_show_nothing_of_the_people() -> None:
    parts = packed()

    assert "示例" not in repr(parts)
    assert "示例" not in repr(unpack(parts))
