"""What the case page says of each person's document: who read it with what, or who typed it."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from registration.application import Application
from registration.people import IdentityRecord, IdSource, ManualEntry, ManualReason, PersonName
from tests.factories import make_application, make_evidence, make_identity, make_party
from tests.factories_kinds import make_ownership_transfer, make_purchase_notice
from tests.web.backend.fake_office import World, file_case
from tests.web.backend.test_review_desk import BASE, page

AT = datetime(2026, 9, 29, 2, 4, 18, tzinfo=UTC)
CASE = "/desk/cases/20260929-0000009"


def with_identity(identity: IdentityRecord) -> Application:
    party = replace(make_party(), identity=identity)
    return make_application(mortgagors=(party,), debtors=(party,))


def shown(world: World, identity: IdentityRecord) -> str:
    file_case(world, 9, application=with_identity(identity))
    return page(world.client("qian"), CASE)


def read_identity(**changes: Any) -> IdentityRecord:
    files = (("text", bytes(256)), ("photo", bytes(1024)))
    record = make_identity(chip_files=files, chip_fields=(("permit_no", "H09999999"),))
    evidence = make_evidence(
        raw_sha256=record.raw_sha256, read_at=AT, started_at=AT - timedelta(milliseconds=140),
        device="EXAMPLE SAM reader", device_serial="SIM0001", port="usb 0400:C35A",
        checks=(("number", "ok"), ("birth in number", "mismatch")),
    )  # fmt: skip
    return replace(record, evidence=replace(evidence, **changes))


def test_a_reading_is_told_with_device_module_times_and_raw_bytes(world: World) -> None:
    text = shown(world, read_identity())

    for word in (
        "EXAMPLE SAM reader SIM0001 usb 0400:C35A",
        "2026-09-29 10:04:18 读毕，用时 0.14 秒",
        "原始数据 1280 字节随件，与摘要一致",
        "芯片内出生日期与号码不一致",
        "通行证号码",
        "H09999999",
    ):
        assert word in text


def test_rare_characters_stand_with_their_code_points(world: World) -> None:
    """U+20BB7 is drawn like U+5409 by a font that lacks it; U+E863 has no shape anywhere."""
    text = shown(world, replace(read_identity(), name=PersonName("𠮷\ue863示例")))

    assert "含生僻字：𠮷 U+20BB7、U+E863（无字形，以证件影像为准）" in text


def test_a_simulated_reader_is_marked(world: World) -> None:
    assert "模拟读卡器" in shown(world, read_identity(is_simulated=True))


def test_raw_bytes_that_do_not_fit_stand_out(world: World) -> None:
    text = shown(world, read_identity(raw_sha256="0" * 64))

    assert "1280 字节与摘要不符" in text


@pytest.mark.parametrize(
    ("checked_by", "word"), [("T0008", "复核 T0008"), ("", "柜台无第二人复核")]
)
def test_a_typed_document_is_marked_with_reason_and_people(
    world: World, checked_by: str, word: str
) -> None:
    manual = ManualEntry(
        reason=ManualReason.NO_CHIP, note="临时身份证", entered_by="T0007", entered_at=AT,
        checked_by=checked_by, checked_at=AT if checked_by else None,
    )  # fmt: skip
    text = shown(
        world, make_identity(source=IdSource.MANUAL, evidence=None, manual=manual, photo=b"")
    )

    assert "手工录入</span>" in text
    assert '<td class="none mono">–</td>' in _row(text, "抵押人 1 证件号")
    assert "证件没有芯片（如临时身份证）；临时身份证" in text
    assert word in text


def _row(text: str, label: str) -> str:
    """Return one row of the comparison."""
    return text.partition(f'<th scope="row">{label}</th>')[2].partition("</tr>")[0]


def test_the_face_is_drawn_by_the_quarantine_and_by_nobody_else(world: World) -> None:
    out = io.BytesIO()
    Image.new("RGB", (102, 126), "grey").save(out, "PNG")
    identity = replace(read_identity(), portrait=out.getvalue(), portrait_codec="png")
    client = world.client("qian")
    text = shown(world, identity)

    answer = client.get(f"{CASE}/portraits/0", base_url=BASE)

    assert f'src="{CASE}/portraits/0"' in text
    assert answer.content_type == "image/jpeg"
    assert answer.get_data() != out.getvalue()


@pytest.mark.parametrize("at", [0, 7])
def test_no_face_is_made_up(world: World, at: int) -> None:
    shown(world, read_identity())

    answer = world.client("qian").get(f"{CASE}/portraits/{at}", base_url=BASE)

    assert answer.status_code == 404


def test_strangers_see_no_face(world: World) -> None:
    shown(world, read_identity())

    assert world.client().get(f"{CASE}/portraits/0", base_url=BASE).status_code in {302, 303, 401}


@pytest.mark.parametrize(
    "application",
    [make_ownership_transfer(), make_purchase_notice()],
    ids=["a transfer of ownership", "the notice of a purchase"],
)
def test_the_case_page_names_a_sales_people(world: World, application: Application) -> None:
    """Sellers and buyers stand one member deeper than mortgagors: the page could not be drawn."""
    file_case(world, 9, application=application)

    text = page(world.client("qian"), CASE)

    assert "买受人 1" in text
    assert "出卖人 1" in text
    assert "抵押人 1" not in text
