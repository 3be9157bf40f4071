"""What may be begun, what a customer takes home of it, and lists of discharges, over the pages' API."""

from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from terminal.desk.offers import OFFERS, Offer
from terminal.desk.samples import SAMPLES
from terminal.spreadsheets import read_xlsx
from tests.spreadsheets import make_book
from tests.web.terminal.world import World, make_world

LIST = "不动产登记证明号,抵押人,抵押人证件号码\n豫（2026）开封市不动产证明第0012345号,张示例,41020319850615991X\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "counter")


def text_of(data: bytes) -> str:
    return "".join(page.get_textpage().get_text_bounded() for page in PdfDocument(data))


def test_every_offer_opens_a_draft_of_its_steps(world: World) -> None:
    told = world.call("GET", "/ui/api/drafts").json
    assert told is not None
    for offer in told["offers"]:
        asked = {name: offer[name] for name in ("kind", "form", "model")} | {"teller": "T0007"}
        made = world.call("POST", "/ui/api/drafts", asked).json
        assert made is not None
        assert [s["zh"] for s in made["steps"]] == [s["zh"] for s in offer["steps"]]


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.code)
def test_its_list_and_samples_can_be_printed(world: World, offer: Offer) -> None:
    listed = world.call("GET", f"/ui/api/offers/{offer.code}/checklist")
    assert listed.status_code == 200
    assert offer.zh in text_of(listed.data)
    for step, kind in enumerate(offer.steps, start=1):
        sample = world.call("GET", f"/ui/api/offers/{offer.code}/sample/{step}")
        text = text_of(sample.data)
        assert "SAMPLE" in text
        assert kind.title_zh in text
        assert "T0007" not in text, "no real teller stands on it"


def test_every_offer_has_its_sample() -> None:
    assert set(SAMPLES) == {offer.code for offer in OFFERS}


def test_what_is_not_offered_is_not_there(world: World) -> None:
    assert world.call("GET", "/ui/api/offers/lease/checklist").status_code == 404
    assert world.call("GET", "/ui/api/offers/first/sample/2").status_code == 404


def test_a_list_makes_drafts_and_says_what_became_of_each_line(world: World) -> None:
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "list.csv"}
    told = world.call("POST", "/ui/api/lists", data=LIST.encode(), headers=headers)

    assert told.status_code == 201
    assert told.json is not None
    (row,) = told.json["rows"]
    assert (row["line"], row["label"]) == (2, "张*")
    assert world.box.drafts()[0].text("certificate_no") in LIST


def test_what_is_no_list_is_refused_with_its_remedy(world: World) -> None:
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "list.csv"}
    told = world.call("POST", "/ui/api/lists", data=b"a,b\n1,2\n", headers=headers)

    assert told.status_code == 422
    assert told.json is not None
    assert told.json["code"] == "terminal.bad-list"
    assert "抵押人" in told.json["detail"]


def test_the_template_is_a_list(world: World) -> None:
    told = world.call("GET", "/ui/api/lists/template?as=csv")

    assert told.data.startswith(b"\xef\xbb\xbf")
    assert "不动产登记证明号" in told.data.decode("utf-8-sig")


def test_a_spreadsheet_is_a_list_too(world: World) -> None:
    template = world.call("GET", "/ui/api/lists/template").data
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "list.xlsx"}

    told = world.call("POST", "/ui/api/lists", data=template, headers=headers)

    assert told.status_code == 201
    assert told.json is not None
    assert [row["line"] for row in told.json["rows"]] == [2]


def test_a_cell_that_cannot_be_taken_is_named_with_its_column_and_remedy(world: World) -> None:
    data = make_book(["不动产登记证明号", "结清金额"], ["x", "=860000-1"])
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "list.xlsx"}

    told = world.call("POST", "/ui/api/lists", data=data, headers=headers)

    assert told.status_code == 422
    assert told.json is not None
    assert "B2“结清金额”" in told.json["detail"]
    assert "公式" in told.json["title"]["zh"]
    assert "数值" in told.json["remedy"]["zh"]


def test_the_results_are_kept_as_a_table(world: World) -> None:
    shown = {"rows": [["行", "结果"], ["2", "可办"]]}

    as_sheet = world.call("POST", "/ui/api/lists/results", shown)
    as_csv = world.call("POST", "/ui/api/lists/results?as=csv", shown)

    assert read_xlsx(as_sheet.data) == shown["rows"]
    assert as_csv.data.decode("utf-8-sig") == "行,结果\r\n2,可办\r\n"
