"""The national exchange message: there and back, what it refuses, and what it says of a fault."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.exchange.files import export_units, load_messages
from backend.office.events import Act, enter
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Extract,
    Holder,
    PurchaseEntry,
)
from backend.store.estates import SAMPLES, load_estates
from registration.errors import BadDocumentError
from registration.people import CoOwnership
from tests.fakes import MemoryWorks
from tests.rows import make_entry

AT = datetime(2026, 9, 30, 1, 40, tzinfo=UTC)
FREE = "410202001003GB00012F00010012"
UNIT = "410202001003GB00088F00010001"
PROOF = "豫（2026）开封市不动产证明第008800{}号"
TITLE: dict[str, Any] = {
    "unit_no": UNIT,
    "title_no": "豫（2024）开封市不动产权第8800001号",
    "location": '开封市龙亭区示例路88号<1>幢 "甲" & 1号',
    "area_m2": "118.560",
    "use": "住宅",
    "right_type": "4",
    "land_nature": "102",
    "land_right_end": "2085-05-20",
    "co_ownership": "2",
    "owners": [
        {"name": "张示例", "id_number": "41020319850615991X", "share": "1/3", "is_married": True},
        {"name": "买买提·示例", "id_number": "41020319871102992X", "share": "2/3"},
        {"name": "示例学校", "id_number": "524102000X000006XR", "is_non_profit": True},
    ],
    "is_first_registered": False,
    "is_under_construction": True,
    "is_public_facility": True,
    "covers_land_and_building": False,
    "is_disputed": True,
    "restrictions": ["征收冻结", "司法拍卖公告"],
    "registered_at": "2024-05-20T10:31:07.000123+08:00",
    "first_registered_on": "2024-06-01",
}


def entry(kind: str, number: int, **facts: Any) -> dict[str, Any]:
    return {
        "entry_no": f"XB-{kind}-{number}",
        "kind": kind,
        "recorded_at": f"2025-0{number}-02T10:31:07+08:00",
        "holder": "示例银行",
    } | facts


def mortgage(number: int, form: str, **facts: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "form": form,
        "security_scope": "本金、利息\n罚息",
        "principal_contract_no": "HT-1",
    }
    usual: dict[str, Any] = {
        "holder_number": "91410200MA0X00015B",
        "amount_fen": 123_456_700,
        "rank": number,
    }
    terms = told | facts.pop("terms", {})
    return entry("mortgage", number, **(usual | facts)) | {"terms": terms}


ENTRIES = [
    mortgage(
        1,
        "1",
        certificate_no=PROOF.format(1),
        contract_no="DY-1",
        is_transfer_restricted=True,
        terms={"start": "2025-01-02", "end": "2045-01-02", "debtors": ["张示例", "李示例"]},
    ),
    mortgage(2, "2", terms={"is_period_open": True}, co_holders=[{"name": "另一家示例银行"}]),
    mortgage(3, "1", state="2"),
    entry("seizure", 4, holder="示例市人民法院", document_no="（2026）示执1号", seizure_type="1"),
    entry("seizure", 5, holder="示例市人民法院", seizure_type="2", until="2029-08-31", state="2"),
    entry("dissent", 6, holder="王示例", holder_number="410202198307099938", note="权属有误"),
    entry("dissent", 7, holder="王示例", is_suit_filed=True),
    entry("purchase_notice", 8, document_no="1", holder="周示例", contract_no="YS-1"),
    entry("mortgage_notice", 9, document_no="4", amount_fen=100, contract_no="DY-9"),
    entry("mortgage_notice", 1, amount_fen=86_000_000)
    | {"terms": {"form": "1", "security_scope": "全部", "principal_contract_no": "HT-9"}},
    entry("habitation", 2, holder="孙示例", until="2040-01-01", document_no="合同1", note="终身"),
    entry("restriction", 3, holder="示例征收办", note="征收冻结", document_no="公告1"),
]


def make_office(*estates: dict[str, Any]) -> MemoryWorks:
    works = MemoryWorks()
    if estates:
        data = json.dumps({"schema": "register/1", "estates": list(estates)}).encode()
        load_estates(works, data, AT)
    return works


def export(works: MemoryWorks, folder: Path, *units: str) -> tuple[int, tuple[str, ...]]:
    done = export_units(works, folder, units, area="410200", office="示例中心", at=AT)
    return done.messages, done.faults


def page(works: MemoryWorks, unit_no: str) -> Extract:
    with works.reading() as work:
        return work.register.extract(unit_no, AT)


def told(extract: Extract) -> tuple[Any, ...]:
    """Return what the register says; which case of which office wrote it is that office's own."""
    return extract.title, tuple(_bare(found) for found in extract.encumbrances)


def _bare(found: Encumbrance) -> Encumbrance:
    deed = found.deed and replace(found.deed, case_no="")
    return replace(found, case_no="", former_numbers=(), deed=deed)


def test_every_kind_of_entry_comes_back_as_it_went(tmp_path: Path) -> None:
    first, second = make_office({"title": TITLE, "encumbrances": ENTRIES}), make_office()

    assert export(first, tmp_path, UNIT) == (len(ENTRIES) + 1, ())
    loaded = load_messages(second, tmp_path, AT)

    assert (loaded.titles, loaded.entries) == (1, len(ENTRIES))
    assert told(page(second, UNIT)) == told(page(first, UNIT))


def test_what_cases_wrote_comes_back_with_all_its_facts(tmp_path: Path) -> None:
    """A crystallised mortgage, a converted one, a part that was split off, a purchase."""
    first, second = make_office({"title": TITLE}), make_office()
    base = make_entry(unit_no=UNIT, case_no="", entry_no="DJ-1", certificate_no=PROOF.format(2))
    purchase = PurchaseEntry(
        entry_no="DJ-4",
        case_no="",
        unit_no=UNIT,
        location="另一处",
        buyers=(Holder("周示例", "410205199007059946", "1/2"), Holder("吴示例", "", "1/2")),
        buyer_co_ownership=CoOwnership.SHARES,
        sellers=(Holder("示例置业有限公司", "91410200MA0X000236"),),
        contract_no="YS-2026-1",
        filing_no="BA-1",
        price_fen=86_000_100,
        accepted_at=AT,
        registered_at=AT + timedelta(microseconds=5),
        registrar="staff-1",
    )
    deeds = (
        replace(
            base, max_claim_fen=200_000_000, determined="期间届满", determined_on=date(2026, 1, 2)
        ),
        replace(base, entry_no="DJ-2", rank=1, rank_part=1, certificate_no=""),
        replace(base, entry_no="DJ-3", rank=2, notice_no=PROOF.format(7), certificate_no=""),
        purchase,
    )
    with first() as work:
        for deed in deeds:
            work.register.write(enter(deed))
        work.commit()

    assert export(first, tmp_path, UNIT) == (5, ())
    load_messages(second, tmp_path, AT)

    assert told(page(second, UNIT)) == told(page(first, UNIT))


def test_exported_again_the_messages_have_the_same_names_and_bytes(tmp_path: Path) -> None:
    works = make_office({"title": TITLE, "encumbrances": ENTRIES})
    for name in ("a", "b"):
        export(works, tmp_path / name, UNIT)

    first, second = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in "ab"
    )
    assert first == second


def test_imported_twice_nothing_changes(tmp_path: Path) -> None:
    works = make_office({"title": TITLE, "encumbrances": ENTRIES})
    export(works, tmp_path, UNIT)
    other = make_office()
    load_messages(other, tmp_path, AT)

    again = load_messages(other, tmp_path, AT)
    assert (again.titles, again.entries, again.ended, again.kept) == (0, 0, 0, 1)


def test_a_later_message_ends_an_entry(tmp_path: Path) -> None:
    works, other = make_office({"title": TITLE, "encumbrances": ENTRIES[:1]}), make_office()
    export(works, tmp_path, UNIT)
    load_messages(other, tmp_path, AT)
    standing = page(works, UNIT).encumbrances[0]
    with works() as work:
        event = replace(enter(standing.deed), act=Act.DISCHARGED, facts=None)  # type: ignore[arg-type]  # as of old
        work.register.write(event)
        work.commit()
    export(works, tmp_path / "later", UNIT)

    assert load_messages(other, tmp_path / "later", AT).ended == 1
    assert page(other, UNIT).encumbrances[0].state is EntryState.HISTORICAL


def test_an_amount_with_fen_is_refused_and_the_rest_is_written(tmp_path: Path) -> None:
    odd = mortgage(1, "1", amount_fen=123_456_701)
    works = make_office({"title": TITLE, "encumbrances": [odd, ENTRIES[1]]})

    count, faults = export(works, tmp_path, UNIT)

    assert count == 2
    assert len(faults) == 1
    assert "XB-mortgage-1" in faults[0]
    assert "jiao or fen" in faults[0]


def test_a_mortgage_whose_form_nobody_told_is_refused_by_field(tmp_path: Path) -> None:
    untold = entry("mortgage", 1, rank=1, amount_fen=100)
    works = make_office({"title": TITLE, "encumbrances": [untold]})

    _, faults = export(works, tmp_path, UNIT)

    assert "QLF_QL_DYAQ@DYFS" in faults[0]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file with the message of one mortgage, and its title beside it."""
    works = make_office({"title": TITLE, "encumbrances": ENTRIES[:1]})
    export(works, tmp_path, UNIT)
    return next(file for file in tmp_path.iterdir() if b"QLF_QL_DYAQ" in file.read_bytes())


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(BadDocumentError) as caught:
        load_messages(make_office(), folder, AT)
    return [f"{p.pointer} {p.detail}" for p in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (' DYFS="1"', "", "QLF_QL_DYAQ@DYFS 抵押方式必填"),
        (' DYFS="1"', ' DYFS="3"', "QLF_QL_DYAQ@DYFS 抵押方式不在代码表里（1、2）"),
        ('BDBZZQSE="123.4567"', 'BDBZZQSE="123.45671"', "QLF_QL_DYAQ@BDBZZQSE"),
        ('BDBZZQSE="123.4567"', 'BDBZZQSE="1e6"', "QLF_QL_DYAQ@BDBZZQSE"),
        ('BDBZZQSE="123.4567"', 'BDBZZQSE="-1"', "QLF_QL_DYAQ@BDBZZQSE"),
        (' BDBZZQSE="123.4567"', "", "QLF_QL_DYAQ@BDBZZQSE 按抵押方式必填"),
        ('ZWLXQSSJ="2025-01-02"', 'ZWLXQSSJ="2025-13-02"', "QLF_QL_DYAQ@ZWLXQSSJ"),
        ('ZWLXQSSJ="2025-01-02"', 'ZWLXQSSJ="20250102"', "QLF_QL_DYAQ@ZWLXQSSJ"),
        ('QLRTZ="9"', 'QLRTZ="13"', "QLRTZ=9"),
        (' DYQSW="1"', ' DYQSW="一"', "QLF_QL_DYAQ@DYQSW"),
        ("第0088001号", "第88001号", "QLF_QL_DYAQ@BDCDJZMH"),
        ('QSZT="1"', 'QSZT="9"', "QLF_QL_DYAQ@QSZT"),
        (' DYFS="1"', ' DYFS="1" BWZD="1"', "QLF_QL_DYAQ@BWZD 不认识的字段"),
        ("<QLF_QL_DYAQ", "<QLF_QL_BWZB", "QLF_QL_BWZB 不认识的表"),
        ("<ASID>AS100</ASID>", "<ASID>AS200</ASID>", "ASID"),
        ("<ASID>AS100</ASID>", "", "ASID 接入标准必填"),
        ("</Head>", "<ASID>AS100</ASID></Head>", "ASID 出现两次"),
        (f"<EstateNum>{UNIT}", "<EstateNum>410202001003GB00088F00010002", "BDCDYH"),
        ("</Message>", "", "不是完好的 XML"),
        ("<Message>", '<!DOCTYPE a [<!ENTITY b "c">]><Message>', "DTD"),
        ("<Message>", '<!DOCTYPE a SYSTEM "http://x.example/a"><Message>', "DTD"),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_field(
    written: Path, old: str, new: str, place: str
) -> None:
    text = written.read_text(encoding="utf-8")
    assert old in text
    written.write_text(text.replace(old, new, 1), encoding="utf-8")

    found = faults_of(written.parent)
    assert [fault for fault in found if place in fault and fault.startswith(written.name)], found


def test_all_faults_of_all_files_are_told_at_once(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    text = text.replace(' DYFS="1"', ' DYFS="7"').replace('DYQSW="1"', 'DYQSW="x"')
    written.write_text(text, encoding="utf-8")
    (written.parent / "other.xml").write_text("<Message/>", encoding="utf-8")

    found = faults_of(written.parent)
    assert sum(fault.startswith(written.name) for fault in found) == 2
    assert sum(fault.startswith("other.xml") for fault in found) == 11
    line = text[: text.index("<QLF_QL_DYAQ")].count("\n") + 1
    assert f"{written.name}:{line} QLF_QL_DYAQ@DYFS" in "\n".join(found)


def test_an_entry_without_the_ownership_of_its_unit_is_a_fault(written: Path) -> None:
    assert "没有权属报文" in "\n".join(faults_of(written))


def test_one_number_names_one_message(written: Path) -> None:
    (written.parent / "copy.xml").write_bytes(written.read_bytes())

    assert "BizMsgID" in "\n".join(faults_of(written.parent))


def test_two_mortgages_in_force_with_one_rank_are_a_fault(tmp_path: Path) -> None:
    works = make_office({"title": TITLE, "encumbrances": ENTRIES[:2]})
    export(works, tmp_path, UNIT)
    for file in tmp_path.iterdir():
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('DYQSW="2"', 'DYQSW="1"'), encoding="utf-8")

    assert "顺位相同" in "\n".join(faults_of(tmp_path))


def test_several_messages_may_stand_in_one_file(tmp_path: Path) -> None:
    works = make_office({"title": TITLE, "encumbrances": ENTRIES})
    export(works, tmp_path / "many", UNIT)
    bodies = [
        file.read_text(encoding="utf-8").partition("?>\n")[2]
        for file in (tmp_path / "many").iterdir()
    ]
    file = tmp_path / "all.xml"
    file.write_text("<Messages>" + "".join(bodies) + "</Messages>", encoding="utf-8")
    other = make_office()

    load_messages(other, file, AT)
    assert told(page(other, UNIT)) == told(page(works, UNIT))


def test_the_sample_register_comes_back_but_for_mortgages_whose_terms_nobody_told(
    tmp_path: Path,
) -> None:
    works, other = make_office(), make_office()
    load_estates(works, SAMPLES.read_bytes(), AT)
    with works.reading() as work:
        units = work.messages.units()

    _, faults = export(works, tmp_path, *units)
    load_messages(other, tmp_path, AT)

    refused = {fault.split()[1].rstrip(":") for fault in faults}
    untold = {
        entry.entry_no
        for unit in units
        for entry in page(works, unit).encumbrances
        if entry.kind is EncumbranceKind.MORTGAGE and entry.deed is None
    }
    assert refused == untold
    for unit in units:
        title, entries = told(page(works, unit))
        kept = tuple(e for e in entries if e.entry_no not in refused)
        assert told(page(other, unit)) == (title, kept)
