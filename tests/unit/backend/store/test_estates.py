import json
from typing import Any

import pytest

from backend.errors import ConflictError
from backend.office.events import enter
from backend.office.register import EncumbranceKind, EntryState
from backend.store.estate_file import Estate, parse_estates
from backend.store.estates import SAMPLES, LoadedEstates, load_estates
from registration.errors import BadDocumentError
from registration.identifiers import parse_credit_code, parse_id_number
from registration.people import CoOwnership
from tests.factories import LI, PROOF_NO, TITLE_NO, UNIT_NO, ZHANG, make_unit
from tests.fakes import MemoryWorks
from tests.rows import AT, approve_case, make_entry


def _samples() -> dict[str, Estate]:
    return {e.note.partition(":")[0]: e for e in parse_estates(SAMPLES.read_bytes())}


def _file(*estates: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({"schema": "register/1", "estates": list(estates), **changes}).encode()


def _estate(*encumbrances: dict[str, Any], **changes: Any) -> dict[str, Any]:
    title = {
        "unit_no": UNIT_NO,
        "title_no": TITLE_NO,
        "location": "示例路1号",
        "area_m2": "118.56",
        "use": "住宅",
        "right_type": "4",
        "land_nature": "102",
        "co_ownership": "0",
        "owners": [{"name": "张示例", "id_number": ZHANG}],
    }
    return {"title": title | changes, "encumbrances": list(encumbrances)}


def _seizure(**changes: Any) -> dict[str, Any]:
    return {
        "entry_no": "CF1",
        "kind": "seizure",
        "recorded_at": "2026-08-01T10:00:00+08:00",
        "holder": "示例人民法院",
    } | changes


# --- the samples -----------------------------------------------------------------------------


def test_the_base_case_is_a_free_flat_of_two_joint_owners() -> None:
    estate = next(e for e in _samples().values() if e.title.unit_no == UNIT_NO)
    unit = make_unit()
    assert estate.encumbrances == ()
    assert estate.title.co_ownership is CoOwnership.JOINT
    assert [(o.name, o.id_number) for o in estate.title.owners] == [
        ("张示例", ZHANG),
        ("李示例", LI),
    ]
    title = estate.title
    assert (title.title_no, title.location, title.area_m2, title.use) == (
        TITLE_NO,
        unit.location,
        unit.area_m2,
        unit.use,
    )


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("C01", EncumbranceKind.SEIZURE),
        ("C02", EncumbranceKind.DISSENT),
        ("C03", EncumbranceKind.MORTGAGE),
        ("C10", EncumbranceKind.PURCHASE_NOTICE),
        ("C11", EncumbranceKind.MORTGAGE),
    ],
)
def test_the_example_cases_find_what_they_need(case: str, kind: EncumbranceKind) -> None:
    entries = _samples()[case].encumbrances
    assert [(e.kind, e.state) for e in entries] == [(kind, EntryState.CURRENT)]


def test_the_samples_hold_a_minor_a_nursery_and_another_offices_flat() -> None:
    samples = _samples()
    assert samples["C05"].title.owners[0].id_number[6:10] == "2015"
    assert samples["C07"].title.owners[0].is_non_profit
    assert samples["C08"].title.unit_no.startswith("410225")


def test_every_number_in_the_samples_passes_its_check() -> None:
    people: dict[str, str] = {}
    for owner in (o for e in _samples().values() for o in e.title.owners):
        if owner.id_number[0] in "59":
            parse_credit_code(owner.id_number)
        else:
            parse_id_number(owner.id_number)
        assert people.setdefault(owner.id_number, owner.name) == owner.name


# --- loading ---------------------------------------------------------------------------------


def test_loading_twice_changes_nothing() -> None:
    works = MemoryWorks()
    data = SAMPLES.read_bytes()
    first = load_estates(works, data, AT)
    second = load_estates(works, data, AT)
    assert (first.titles, first.kept) == (len(_samples()), 0)
    assert second == LoadedEstates(kept=first.titles)
    with works.reading() as work:
        assert [r.act for r in work.journal.of("register")] == ["register imported"]


def test_the_office_goes_on_after_the_certificates_that_came_along() -> None:
    works = MemoryWorks()
    load_estates(works, SAMPLES.read_bytes(), AT)
    with works() as work:
        assert f"第{work.certificates.next_serial(2026):07d}号" == PROOF_NO[-9:]


def test_a_new_entry_on_a_known_unit_is_added() -> None:
    works = MemoryWorks()
    load_estates(works, _file(_estate()), AT)
    assert load_estates(works, _file(_estate(_seizure())), AT) == LoadedEstates(entries=1, kept=1)


def test_a_lifted_seizure_ends_the_entry_once() -> None:
    works = MemoryWorks()
    load_estates(works, _file(_estate(_seizure())), AT)
    lifted = _file(_estate(_seizure(state="2")))
    assert load_estates(works, lifted, AT) == LoadedEstates(ended=1, kept=1)
    assert load_estates(works, lifted, AT) == LoadedEstates(kept=1)
    with works.reading() as work:
        assert work.register.extract(UNIT_NO, AT).encumbrances[0].state is EntryState.HISTORICAL


def test_a_file_never_ends_what_a_case_wrote() -> None:
    works = MemoryWorks()
    load_estates(works, _file(_estate()), AT)
    case = approve_case(works)
    entry = make_entry(case.case_no)
    with works() as work:
        work.register.write(enter(entry))
        work.commit()
    ended = _seizure(entry_no=entry.entry_no, kind="mortgage", rank=1, state="2")
    assert load_estates(works, _file(_estate(ended)), AT) == LoadedEstates(kept=1)


def test_a_taken_rank_names_the_unit_and_leaves_nothing() -> None:
    works = MemoryWorks()
    one = _seizure(entry_no="DY1", kind="mortgage", rank=1)
    load_estates(works, _file(_estate(one)), AT)
    new_unit = _estate(unit_no=UNIT_NO[:-1] + "9")
    taken = _estate(_seizure(entry_no="DY2", kind="mortgage", rank=1))
    with pytest.raises(ConflictError, match=UNIT_NO):
        load_estates(works, _file(new_unit, taken), AT)
    with works.reading() as work:
        assert work.register.extract(UNIT_NO[:-1] + "9", AT).title is None


# --- bad files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "pointers"),
    [
        (b"{", [""]),
        (_file(_estate(), schema="register/2"), ["/schema"]),
        (_file(_estate(unit_no="4102")), ["/estates/0/title/unit_no"]),
        (_file(_estate(area_m2="118,56")), ["/estates/0/title/area_m2"]),
        (_file(_estate(owners=[])), ["/estates/0/title/owners"]),
        (_file(_estate(colour="red")), ["/estates/0/title/colour"]),
        (_file(_estate(_seizure(kind="lease"))), ["/estates/0/encumbrances/0/kind"]),
        (_file(_estate(_seizure(kind="mortgage"))), ["/estates/0/encumbrances/0/rank"]),
        (
            _file(_estate(_seizure(recorded_at="2026-08-01T10:00:00"))),
            ["/estates/0/encumbrances/0/recorded_at"],
        ),
        (
            _file(_estate(_seizure(certificate_no="豫(2026)开封市不动产证明第0000001号"))),
            ["/estates/0/encumbrances/0/certificate_no"],
        ),
        (
            _file(_estate(_seizure()), _estate(_seizure())),
            ["/estates/1/title/unit_no", "/estates/1/encumbrances/0/entry_no"],
        ),
    ],
    ids=[
        "no JSON",
        "other schema",
        "unit number",
        "decimal comma",
        "nobody's",
        "unknown member",
        "unknown kind",
        "mortgage without rank",
        "time without offset",
        "narrow brackets",
        "twice",
    ],
)
def test_a_bad_file_is_refused_with_every_place(data: bytes, pointers: list[str]) -> None:
    works = MemoryWorks()
    with pytest.raises(BadDocumentError) as caught:
        load_estates(works, data, AT)
    assert [problem.pointer for problem in caught.value.problems] == pointers
    assert works.tables.events == {}
