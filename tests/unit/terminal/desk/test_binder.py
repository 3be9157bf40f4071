"""Pages come in, are put in order and straight, and travel as one clean file for each paper."""

import hashlib
import io
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from quarantine.values import Edit
from registration.application import Capture
from registration.mortgage import RegistrationKind
from terminal.desk.binder import LARGEST_FILE, Arriving, Binder
from terminal.desk.draft import Draft, DraftState
from terminal.desk.pages import MOST_STEPS, settled
from terminal.errors import BadMaterialError, ConflictError, DraftClosedError, NotFoundError
from tests.boxes import make_item
from tests.factories import make_pdf
from tests.hostile import active_pdf, closed_pdf, jpeg_with_more
from tests.papers import page, pdf_of, photo_of, scan_of
from tests.sealed import make_sealed
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter


@pytest.fixture
def binder(counter: Counter) -> Binder:
    counter.intake.open_draft(RegistrationKind.FIRST, teller="T0007")
    return counter.binder


def arriving(data: bytes, code: str = "M06", **more: object) -> Arriving:
    return replace(Arriving(code=code, name="C:\\scans\\合同.pdf", data=data), **more)  # type: ignore[arg-type]  # what a test changes


def add(binder: Binder, data: bytes, code: str = "M06", **more: object) -> Draft:
    """Add a file and make all of its pages ready."""
    draft = binder.add(DRAFT_ID, arriving(data, code, **more))
    while any(page.is_waiting for page in draft.pages):
        draft = binder.develop(DRAFT_ID)
    return draft


def ids(draft: Draft, code: str = "M06") -> list[str]:
    return [page.page_id for page in draft.pages if page.code == code]


def test_a_file_is_listed_page_by_page_before_any_is_ready(binder: Binder) -> None:
    draft = binder.add(DRAFT_ID, arriving(pdf_of("contract", "sealed")))

    assert [(p.page_id, p.number, p.file_name, p.is_waiting) for p in draft.pages] == [
        ("s1", 1, "合同.pdf", True),
        ("s2", 2, "合同.pdf", True),
    ]
    assert draft.materials == ()


def test_ready_pages_make_one_clean_file_that_tells_where_they_came_from(
    counter: Counter, binder: Binder
) -> None:
    data = pdf_of("contract", "sealed")
    draft = add(binder, data)

    (material,) = draft.materials
    assert (material.code, material.file_name, material.pages) == ("M06", "M06.pdf", 2)
    sent = binder.material_bytes(DRAFT_ID, material.sha256)
    assert (hashlib.sha256(sent).hexdigest(), len(sent)) == (material.sha256, material.size)
    assert [(o.page, o.capture, o.changes) for o in material.origins] == [
        (1, Capture.FILE, ()),
        (2, Capture.FILE, ()),
    ]
    assert {o.sha256 for o in material.origins} == {hashlib.sha256(data).hexdigest()}
    assert {o.captured_at for o in material.origins} == {counter.clock.now()}


def test_what_a_file_carries_besides_its_pages_does_not_travel(binder: Binder) -> None:
    draft = add(binder, active_pdf("script", "launch", "attachment"))
    draft = add(binder, jpeg_with_more(b"PK\x03\x04"), code="M07")

    for material in draft.materials:
        sent = binder.material_bytes(DRAFT_ID, material.sha256)
        with pikepdf.open(io.BytesIO(sent)) as pdf:
            names = {str(key) for one in pdf.objects for key in _keys(one)}
        assert names.isdisjoint({"/JS", "/OpenAction", "/AA", "/EmbeddedFiles", "/Annots"})
        assert b"Exif" not in sent
        assert b"PK\x03\x04" not in sent


def _keys(one: pikepdf.Object) -> list[str]:
    return list(one.keys()) if isinstance(one, pikepdf.Dictionary | pikepdf.Stream) else []


def test_equal_pages_make_equal_bytes(binder: Binder) -> None:
    first = add(binder, scan_of("contract")).materials[0]
    binder.remove(DRAFT_ID, ["s1"])
    second = add(binder, scan_of("contract")).materials[0]

    assert second.sha256 == first.sha256


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (b"GIF89a", "M06", "type"),
        (closed_pdf(), "M06", "encrypted"),
        (make_pdf("x", pages=201), "M06", "pages"),
        (bytes(LARGEST_FILE + 1), "M06", "size"),
    ],
    ids=["GIF", "password", "a book", "too large"],
)
def test_a_file_that_is_not_taken_says_why(
    binder: Binder, data: bytes, code: str, reason: str
) -> None:
    with pytest.raises(BadMaterialError) as caught:
        binder.add(DRAFT_ID, arriving(data, code))

    assert caught.value.reason == reason


def test_a_file_is_taken_once_and_under_papers_that_are_brought(binder: Binder) -> None:
    binder.add(DRAFT_ID, arriving(scan_of("contract")))

    with pytest.raises(BadMaterialError, match="twice"):
        binder.add(DRAFT_ID, arriving(scan_of("contract"), "M07"))
    for code in ("M01", "M15", "M99"):
        with pytest.raises(NotFoundError):
            binder.add(DRAFT_ID, arriving(scan_of("sealed"), code))


def test_a_page_is_turned_and_cut_and_its_file_stays_as_it_came(binder: Binder) -> None:
    before = add(binder, scan_of("contract"))
    after = binder.edit(DRAFT_ID, "s1", Edit(cut=(0, 0, 10_000, 0, 10_000, 5000, 0, 5000), turn=1))

    (was,), (now,) = before.pages, after.pages
    assert was.picture is not None
    assert now.picture is not None
    assert was.picture.width < was.picture.height
    # Half a sheet, on its side: the sheet's width is now the height.
    assert abs(now.picture.height - was.picture.width) <= 2
    assert abs(now.picture.width - was.picture.height / 2) <= 2
    assert now.file == was.file
    assert after.materials[0].origins[0].changes == ("cut", "turned")


def test_a_photographed_sheet_is_offered_straight_and_taken_only_if_wanted(binder: Binder) -> None:
    draft = add(binder, photo_of("sealed"), capture=Capture.CAMERA)
    (photo,) = draft.pages
    assert photo.edit == Edit()
    assert len(photo.offer) == 8

    (cut,) = binder.edit(DRAFT_ID, "s1", Edit(cut=photo.offer)).pages
    assert cut.offer == ()
    assert cut.picture is not None
    assert abs(cut.picture.height / cut.picture.width - 1.414) < 0.05


def test_a_page_moves_to_another_place_and_another_paper(binder: Binder) -> None:
    add(binder, pdf_of("contract", "sealed"))
    add(binder, scan_of("form"), code="M07")

    draft = binder.arrange(DRAFT_ID, [("s2", "M06"), ("s3", "M06"), ("s1", "M07")])

    assert (ids(draft), ids(draft, "M07")) == (["s2", "s3"], ["s1"])
    assert [(m.code, m.pages) for m in draft.materials] == [("M06", 2), ("M07", 1)]


def test_an_order_must_name_every_page_once(binder: Binder) -> None:
    add(binder, pdf_of("contract", "sealed"))

    for order in ([("s1", "M06")], [("s1", "M06"), ("s1", "M06")], [("s1", "M06"), ("s9", "M06")]):
        with pytest.raises(ConflictError):
            binder.arrange(DRAFT_ID, order)


def test_a_page_is_scanned_again_in_its_place(binder: Binder) -> None:
    add(binder, pdf_of("contract", "sealed"))

    draft = add(binder, scan_of("form"), replaces="s1")

    assert ids(draft) == ["s3", "s2"]


def test_pages_are_put_behind_one(binder: Binder) -> None:
    add(binder, pdf_of("contract", "sealed"))

    draft = add(binder, pdf_of("form", "statement"), after="s1")

    assert ids(draft) == ["s1", "s3", "s4", "s2"]


def test_every_act_can_be_taken_back(binder: Binder) -> None:
    states = [add(binder, pdf_of("contract", "sealed"))]
    states.append(binder.edit(DRAFT_ID, "s1", Edit(turn=2)))
    states.append(binder.arrange(DRAFT_ID, [("s2", "M06"), ("s1", "M06")]))
    states.append(binder.keep(DRAFT_ID, "s2"))
    states.append(binder.remove(DRAFT_ID, ["s1", "s2"]))

    for state in reversed(states[:-1]):
        draft = binder.undo(DRAFT_ID)
        assert (draft.pages, draft.materials) == (state.pages, state.materials)
    assert binder.undo(DRAFT_ID).pages == ()
    assert binder.undo(DRAFT_ID).pages == ()


def test_a_page_that_was_taken_out_is_kept_while_it_can_come_back(
    counter: Counter, binder: Binder
) -> None:
    draft = add(binder, scan_of("contract"))
    file = draft.pages[0].file
    binder.remove(DRAFT_ID, ["s1"])
    assert counter.box.get_blob(DRAFT_ID, file)

    add(binder, scan_of("sealed"))
    for turn in range(MOST_STEPS + 1):
        binder.edit(DRAFT_ID, "s2", Edit(turn=turn % 4))

    with pytest.raises(NotFoundError):
        counter.box.get_blob(DRAFT_ID, file)


def test_page_ids_are_never_used_twice(binder: Binder) -> None:
    add(binder, scan_of("contract"))
    binder.remove(DRAFT_ID, ["s1"])

    assert ids(add(binder, scan_of("sealed"))) == ["s2"]


def test_a_text_that_is_saved_meanwhile_holds_nothing_up(counter: Counter, binder: Binder) -> None:
    binder.add(DRAFT_ID, arriving(scan_of("contract")))
    draft = counter.box.get_draft(DRAFT_ID)
    counter.intake.set_fields(DRAFT_ID, {"use": "住宅"})

    developed = binder.develop(DRAFT_ID)

    assert developed.version == draft.version + 2
    assert developed.text("use") == "住宅"
    assert not developed.pages[0].is_waiting


def test_a_document_with_a_digital_signature_travels_byte_for_byte(
    counter: Counter, binder: Binder
) -> None:
    signed = make_sealed(counter.office.pki)
    draft = add(binder, signed)

    (material,) = draft.materials
    assert material.sha256 == hashlib.sha256(signed).hexdigest()
    assert binder.material_bytes(DRAFT_ID, material.sha256) == signed
    with pytest.raises(BadMaterialError, match="bound"):
        binder.edit(DRAFT_ID, "s1", Edit(turn=1))
    with pytest.raises(BadMaterialError, match="bound"):
        binder.add(DRAFT_ID, arriving(scan_of("form"), after="s1"))


def test_a_signed_document_between_scans_parts_them(counter: Counter, binder: Binder) -> None:
    add(binder, scan_of("contract"))
    add(binder, make_sealed(counter.office.pki))
    draft = add(binder, scan_of("sealed"))

    assert [(m.file_name, m.pages) for m in draft.materials] == [
        ("M06.pdf", 1),
        ("合同.pdf", 1),
        ("M06.pdf", 1),
    ]


def test_what_was_let_stand_is_told_to_the_office(binder: Binder) -> None:
    add(binder, scan_of("blank"))
    draft = binder.keep(DRAFT_ID, "s1")

    assert draft.materials[0].origins[0].remarks == ("blank",)


def test_a_page_is_shown_as_it_travels_and_as_it_came(binder: Binder) -> None:
    add(binder, scan_of("contract"))
    binder.edit(DRAFT_ID, "s1", Edit(turn=1))

    sent = binder.picture(DRAFT_ID, "s1", width=120)
    came = binder.picture(DRAFT_ID, "s1", width=120, as_it_came=True)

    assert _size(sent)[1] < 121 <= _size(sent)[0] + 1
    assert _size(came)[0] in {120, 121}
    assert _size(came)[1] > 160


def _size(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return picture.size


def test_a_closed_draft_takes_no_page(counter: Counter, binder: Binder) -> None:
    draft = counter.box.get_draft(DRAFT_ID)
    counter.box.save_draft(replace(draft, state=DraftState.CLOSED))

    with pytest.raises(DraftClosedError):
        binder.add(DRAFT_ID, arriving(scan_of("contract")))


def test_a_page_keeps_its_picture_size_in_the_file(binder: Binder) -> None:
    """A sheet of A4 leaves the printer as a sheet of A4."""
    (material,) = add(binder, scan_of("contract")).materials
    with pikepdf.open(io.BytesIO(binder.material_bytes(DRAFT_ID, material.sha256))) as pdf:
        box = [float(side) for side in pdf.pages[0].MediaBox]

    width, height = page("contract").size
    assert abs(box[2] - width / 150 * 72) < 1
    assert abs(box[3] - height / 150 * 72) < 1


# --- after the application was sealed


def sent(counter: Counter, draft: Draft) -> Draft:
    """Seal a draft as `Submission` does, and open it again for a correction."""
    submitted = replace(
        draft,
        state=DraftState.SUBMITTED,
        pages=settled(draft.pages, draft.materials),
        steps=(),
    )
    counter.box.submit(submitted, lambda number: (make_item(number, b"x", DRAFT_ID), b"x"))
    again = counter.box.get_draft(DRAFT_ID)
    return counter.box.save_draft(replace(again, state=DraftState.OPEN, round=2))


def test_the_files_as_they_came_are_forgotten_once_the_application_is_sealed(
    counter: Counter, binder: Binder
) -> None:
    draft = add(binder, pdf_of("contract", "sealed"))
    came = draft.pages[0].file
    again = sent(counter, draft)

    with pytest.raises(NotFoundError):
        counter.box.get_blob(DRAFT_ID, came)
    assert again.materials == draft.materials
    assert {page.origin.sha256 for page in again.pages} == {came}


def test_in_a_correction_one_page_is_changed_and_the_others_stay(
    counter: Counter, binder: Binder
) -> None:
    draft = add(binder, pdf_of("contract", "sealed"))
    draft = binder.edit(DRAFT_ID, "s1", Edit(turn=2))
    again = sent(counter, draft)
    first, second = binder.edit(DRAFT_ID, "s2", Edit(turn=1)).pages

    assert first == again.pages[0]
    assert (first.changes, second.changes) == (("turned",), ("turned",))
    assert second.picture is not None
    assert second.picture.width > second.picture.height


def test_a_page_is_scanned_again_in_a_correction(counter: Counter, binder: Binder) -> None:
    again = sent(counter, add(binder, pdf_of("contract", "sealed")))
    draft = add(binder, scan_of("form"), replaces="s2")

    assert ids(draft) == ["s1", "s3"]
    assert draft.pages[0] == again.pages[0]
    assert draft.materials[0].sha256 != again.materials[0].sha256


def test_a_signed_document_stays_what_it_is_in_a_correction(
    counter: Counter, binder: Binder
) -> None:
    add(binder, scan_of("contract"))
    draft = add(binder, make_sealed(counter.office.pki))
    again = sent(counter, draft)
    moved = binder.arrange(DRAFT_ID, [("s2", "M06"), ("s1", "M06")])

    assert [page.is_bound for page in again.pages] == [False, True]
    assert {m.sha256 for m in moved.materials} == {m.sha256 for m in draft.materials}
