"""The certificate as PDF/A-3b: judged by the rules of veraPDF, and by programs of others."""

import io
from datetime import date

import pikepdf
import pytest
from PIL import Image, ImageCms

from backend.seals.conformance import find_archive_faults
from registration.outcomes import RegistrationCertificate
from registration.papers.archive import to_archive
from registration.papers.certificate import draw_certificate
from registration.papers.colour import srgb_profile
from registration.papers.leaf import TITLE
from registration.papers.sheet import Imprint
from registration.papers.stamp import draw_seal
from tests.unit.registration.papers.facts import (
    LONG_NAMES,
    OFFICE_NAME,
    make_certificate,
    make_long_certificate,
)

IMPRINT = Imprint(title=TITLE, day=date(2026, 9, 29))
SWATCHES = [(213, 0, 28), (44, 97, 86), (220, 233, 228), (255, 255, 255), (10, 20, 30)]


def draw(certificate: RegistrationCertificate, *, is_specimen: bool = False) -> bytes:
    return draw_certificate(certificate, is_specimen=is_specimen).pdf


@pytest.mark.parametrize(
    ("certificate", "is_specimen"),
    [
        (make_certificate(), False),
        (make_certificate(obligors=LONG_NAMES), True),
        (make_long_certificate(obligors=LONG_NAMES * 30), True),
    ],
    ids=["usual", "rare characters", "with an annex"],
)
def test_a_certificate_is_fit_for_the_archives(
    certificate: RegistrationCertificate, is_specimen: bool
) -> None:
    assert find_archive_faults(draw(certificate, is_specimen=is_specimen)) == ()


def test_a_paper_that_is_not_fit_is_told_by_its_faults() -> None:
    """The seal's picture is drawn by the same pen, and never went through the archive's door."""
    faults = find_archive_faults(draw_seal(OFFICE_NAME, is_specimen=False))

    assert any("6.6.2.1" in fault for fault in faults)


def test_what_is_no_pdf_is_not_fit() -> None:
    assert find_archive_faults(b"no paper") != ()


def test_equal_papers_give_equal_bytes() -> None:
    assert draw(make_certificate()) == draw(make_certificate())


def test_a_title_with_marks_of_its_own_stays_well_formed() -> None:
    with pikepdf.open(io.BytesIO(draw(make_certificate()))) as paper:
        paper.docinfo.Title = "<证明> & co"
        file = io.BytesIO()
        paper.save(file)
    imprint = Imprint(title="<证明> & co", day=IMPRINT.day)

    assert find_archive_faults(to_archive(file.getvalue(), imprint)) == ()


def test_its_colours_are_those_of_srgb() -> None:
    """Little CMS, which most programs use, reads the profile and changes no colour by it."""
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    swatches = Image.new("RGB", (len(SWATCHES), 1))
    for place, colour in enumerate(SWATCHES):
        swatches.putpixel((place, 0), colour)

    seen = ImageCms.profileToProfile(swatches, ours, ImageCms.createProfile("sRGB"))

    assert seen is not None
    assert [seen.getpixel((place, 0)) for place in range(len(SWATCHES))] == SWATCHES
