"""Whatever a file was made for, the worst it does is to end its own cell."""

import io
from collections.abc import Iterator

import pikepdf
import pytest

from quarantine.errors import ForeignFileError
from quarantine.keeper import DEVELOPING, Keeper
from tests.factories import make_pdf
from tests.hostile import (
    HARMLESS,
    NOT_TAKEN,
    Hostile,
    active_pdf,
    archive,
    closed_pdf,
    jpeg_with_more,
)

TRACES = (b"PK\x03\x04", b"<script", b"JavaScript", b"Exif", b"made-up camera", b"/bin/sh")


@pytest.fixture(scope="module")
def keeper() -> Iterator[Keeper]:
    made = Keeper(DEVELOPING, act_s=2)
    yield made
    made.close()


@pytest.mark.parametrize("hostile", NOT_TAKEN, ids=lambda h: h.name)
def test_a_file_that_is_not_taken_says_why(keeper: Keeper, hostile: Hostile) -> None:
    data = hostile.make()
    with pytest.raises(ForeignFileError) as caught:
        keeper.develop(hostile.name, lambda: data, 1)

    assert caught.value.reason in hostile.reasons
    assert keeper.report("good", lambda: make_pdf("good")).pages == 1


@pytest.mark.parametrize("hostile", HARMLESS, ids=lambda h: h.name)
def test_nothing_gets_through_but_what_can_be_seen(keeper: Keeper, hostile: Hostile) -> None:
    data = hostile.make()
    try:
        _, printed = keeper.develop(hostile.name, lambda: data, 1)
    except ForeignFileError as exc:
        said, printed = exc.reason, b""
    else:
        said = ""

    assert said in {"", "damaged", "size", "timeout", "crashed"}
    assert not [trace for trace in TRACES if trace in printed]


def test_what_a_file_carries_besides_is_told(keeper: Keeper) -> None:
    active = keeper.report("active", lambda: active_pdf("script", "attachment"))
    photo = keeper.report("photo", lambda: jpeg_with_more(archive()))

    assert active.dropped == ("script", "attachment")
    assert photo.dropped == ("metadata",)


@pytest.mark.parametrize(
    ("names", "dropped"),
    [
        (("certificate.json", "record.tlog-proof"), ()),
        (("certificate.json", "report.exe"), ("attachment",)),
        (("certificate.json", "record.tlog-proof", "third"), ("attachment",)),
    ],
)
def test_what_our_own_certificates_carry_is_theirs(
    keeper: Keeper, names: tuple[str, ...], dropped: tuple[str, ...]
) -> None:
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for name in names:
            pdf.attachments[name] = b"{}"
        pdf.save(file)

    assert keeper.report("/".join(names), file.getvalue).dropped == dropped


def test_what_opens_without_a_password_is_drawn(keeper: Keeper) -> None:
    """Many banks forbid changes to the PDFs they send; whoever may see them may show them."""
    assert keeper.report("open", lambda: closed_pdf(user="")).pages == 1
