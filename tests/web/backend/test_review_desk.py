import hashlib
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.office.case import Stage, move
from registration import schema
from registration.application import Capture, PageOrigin
from registration.findings import Level
from tests.factories import LI, ZHANG, make_application, make_pdf
from tests.rows import AT
from tests.web.backend.fake_office import R15, World, file_case
from tests.web.backend.tasks import stick

BASE = "https://localhost"
CASE = "/desk/cases/20260929-0000001"
FREE = "/desk/cases/20260929-0000002"


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, base_url=BASE)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def decide(
    world: World, client: FlaskClient, choice: str, *, path: str = CASE, **changes: object
) -> TestResponse:
    found = re.search(r'name="evidence_sha256" value="([0-9a-f]{64})"', page(client, path))
    form: dict[str, object] = {
        "csrf": world.csrf(client),
        "evidence_sha256": found.group(1) if found else "0" * 64,
        "verdict": choice,
        "opinion": "材料齐全、权属清晰、无争议",
    }
    return client.post(f"{path}/decision", data=form | changes, base_url=BASE)


def test_the_queue_shows_what_is_due_first(world: World) -> None:
    text = page(world.client("qian"), "/desk")

    numbers = re.findall(r'class="mono" href="/desk/cases/(\S+)"', text)
    assert [n[-1] for n in numbers] == ["2", "3", "4", "5", "6"]
    assert "超 7 分" in text


def test_each_view_has_its_count(world: World) -> None:
    text = page(world.client("qian"), "/desk?view=mine")

    assert 'aria-current="page" data-key="2">我在办 <span class="count">1</span>' in text


def test_the_queue_is_searched(world: World) -> None:
    client = world.client("qian")

    assert re.findall(r"cases/(\S+)\"", page(client, "/desk?q=祥符区")) == ["20260929-0000004"]
    assert "没有符合“月球”的件" in page(client, "/desk?q=月球")


def test_the_case_page_tells_findings_gravest_first_with_their_law(world: World) -> None:
    text = page(world.client("qian"), CASE)

    assert re.findall(r'class="rule">(R\d+)', text) == ["R32", "R15", "R27", "R04"]
    assert "《民法典》第四百条" in text


def test_numbers_are_masked_on_the_case_page(world: World) -> None:
    text = page(world.client("qian"), CASE)

    assert "410203********991X" in text
    assert ZHANG not in text
    assert LI not in text


def test_every_signature_is_drawn(world: World) -> None:
    text = page(world.client("qian"), CASE)

    assert text.count('<svg class="ink-box"') == 5
    assert "签名 5 个，都签在所附的文件上" in text


def test_what_was_simulated_is_said(world: World) -> None:
    text = page(world.client("qian"), CASE)

    assert "虚拟读卡器" in text
    assert "程序画的" in text


def test_a_material_is_shown_as_a_picture(world: World) -> None:
    sha256 = hashlib.sha256(make_pdf("M06")).hexdigest()

    answer = world.client("qian").get(f"{CASE}/materials/{sha256}/1/small", base_url=BASE)

    assert answer.content_type == "image/jpeg"
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("tail", ["2/small", "0/small", "1/huge", "1", "../1/small"])
def test_a_page_that_is_not_there_is_not_found(world: World, tail: str) -> None:
    sha256 = hashlib.sha256(make_pdf("M06")).hexdigest()

    answer = world.client("qian").get(f"{CASE}/materials/{sha256}/{tail}", base_url=BASE)

    assert answer.status_code == 404


def test_a_free_case_is_taken(world: World) -> None:
    client = world.client("qian")

    answer = client.post(f"{FREE}/take", data={"csrf": world.csrf(client)}, base_url=BASE)

    assert answer.status_code == 303
    assert world.case(2).holder == "qian"


def test_a_case_that_somebody_holds_is_not_taken(world: World) -> None:
    file_case(world, 8, holder="sun")
    client = world.client("qian")

    answer = client.post(
        "/desk/cases/20260929-0000008/take", data={"csrf": world.csrf(client)}, base_url=BASE
    )

    assert answer.status_code == 409
    assert "已经有人先办了" in answer.get_data(as_text=True)


def test_the_next_case_is_the_one_due_soonest(world: World) -> None:
    client = world.client("qian")

    answer = client.post("/desk/next", data={"csrf": world.csrf(client)}, base_url=BASE)

    assert answer.location == FREE
    assert world.case(2).holder == "qian"


def test_without_a_next_case_the_page_says_so(world: World) -> None:
    client = world.client("zhou")

    answer = client.post("/desk/next", data={"csrf": world.csrf(client)}, base_url=BASE)

    assert "现在没有您能领取的件" in page(client, answer.location)


def test_a_case_is_given_back(world: World) -> None:
    client = world.client("qian")

    client.post(f"{CASE}/release", data={"csrf": world.csrf(client)}, base_url=BASE)

    assert world.case().holder == ""


def test_two_people_approve(world: World) -> None:
    first, second = world.client("qian"), world.client("zhou")
    first.post(f"{FREE}/take", data={"csrf": world.csrf(first)}, base_url=BASE)
    assert "送复审" in page(first, decide(world, first, "approve", path=FREE).location)
    second.post(f"{FREE}/take", data={"csrf": world.csrf(second)}, base_url=BASE)

    answer = decide(world, second, "approve", path=FREE)

    assert answer.status_code == 303
    assert world.case(2).stage is Stage.APPROVED


def test_over_a_standing_finding_nobody_approves(world: World) -> None:
    client = world.client("qian")
    assert "R15 还没有解决，不能同意" in page(client, CASE)

    answer = decide(world, client, "approve")

    assert answer.status_code == 403
    assert "R15 还没有解决，不能同意" in answer.get_data(as_text=True)
    assert world.case().stage is Stage.IN_REVIEW


def test_what_the_branch_shall_correct_is_chosen(world: World) -> None:
    client = world.client("qian")

    answer = decide(world, client, "correct", item="1")

    assert answer.status_code == 303
    assert world.case().stage is Stage.CORRECTION_REQUIRED
    assert [f.rule for f in world.case().findings] == [R15.rule]


def test_a_correction_without_a_finding_says_the_opinion(world: World) -> None:
    decide(world, world.client("qian"), "correct", opinion="请补交共有协议")

    [finding] = world.case().findings
    assert (finding.level, finding.zh) == (Level.CORRECT, "请补交共有协议")


def test_what_did_not_come_in_time_has_its_reason_ready(world: World) -> None:
    client = world.client("qian")
    decide(world, client, "correct", item="1")
    assert "补正至 10-19" in page(client, "/desk?view=correction")
    case = world.case()
    with world.works() as work:
        overdue = replace(move(case, Stage.IN_REVIEW), holder="qian", review_round=2)
        work.cases.save(overdue, was=case)
        work.commit()

    text = page(client, CASE)

    assert "第 1 轮，第 2 次审核" in text
    assert "期限（2026-10-19 17:00 前）。期限届满，申请人没有补交" in text


def test_a_decision_on_changed_evidence_is_refused_and_the_opinion_kept(world: World) -> None:
    """Otherwise somebody would sign what he has not read."""
    answer = decide(
        world, world.client("qian"), "approve", evidence_sha256="f" * 64, opinion="拟准"
    )

    assert answer.status_code == 409
    assert ">拟准</textarea>" in answer.get_data(as_text=True)
    assert world.case().holder == "qian"


@pytest.mark.parametrize(
    "changes",
    [
        {"opinion": ""},
        {"opinion": "  \r\n "},
        {"opinion": "长" * 2001},
        {"opinion": "\x00"},
        {"verdict": "bless"},
        {"evidence_sha256": "nonsense"},
    ],
)
def test_a_decision_that_cannot_be_read_is_asked_again(
    world: World, changes: dict[str, str]
) -> None:
    answer = decide(world, world.client("qian"), "approve", **changes)

    assert answer.status_code == 422
    assert world.case().stage is Stage.IN_REVIEW


@pytest.mark.parametrize(
    "path", [f"{CASE}/decision", f"{FREE}/take", f"{CASE}/release", "/desk/next"]
)
def test_a_form_without_its_token_is_refused(world: World, path: str) -> None:
    client = world.client("qian")

    assert client.post(path, base_url=BASE).status_code == 403
    headers = {"Origin": "https://elsewhere.example"}
    form = {"csrf": world.csrf(client)}
    assert client.post(path, data=form, base_url=BASE, headers=headers).status_code == 403


@pytest.mark.parametrize("staff_id", ["wu", "zheng"])
def test_who_does_not_decide_changes_nothing(world: World, staff_id: str) -> None:
    """GB/T 22239-2019, 8.1.4.2: auditors and administrators take no part in the work."""
    client = world.client(staff_id)
    form = {"csrf": world.csrf(client)}

    for path in (f"{CASE}/decision", f"{FREE}/take", f"{CASE}/release", "/desk/next"):
        assert client.post(path, data=form, base_url=BASE).status_code == 403


def test_an_auditor_reads_and_an_administrator_does_not(world: World) -> None:
    assert world.client("wu").get(CASE, base_url=BASE).status_code == 200
    for path in ("/desk", CASE):
        assert world.client("zheng").get(path, base_url=BASE).status_code == 403


def test_only_the_holder_sees_the_decision_form(world: World) -> None:
    assert 'id="decision"' in page(world.client("qian"), CASE)
    assert 'id="decision"' not in page(world.client("zhou"), CASE)


def test_an_unknown_case_is_not_found(world: World) -> None:
    client = world.client("qian")

    for number in ("20260929-0009999", "nonsense", "..%2f..%2fetc", "%00", "20260929-０000001"):
        assert client.get(f"/desk/cases/{number}", base_url=BASE).status_code == 404


def test_what_the_worker_tries_in_vain_stands_over_the_queue(world: World) -> None:
    client = world.client("qian")
    assert "办不下去的件" not in page(client, "/desk")
    stick(world, FREE.rpartition("/")[2])
    stick(world, "5a" * 32, "open")

    text = page(client, "/desk")

    assert '办不下去的件 <span class="count">2</span>' in text
    assert f'<a href="{FREE}">20260929-0000002</a>' in text
    assert "包 5a5a5a5a5a5a" in text
    for words in ("缮证", "内容排不下", "registration.paper-overflow: other_items", "3 次"):
        assert words in text
    assert "缮证没有成功（内容排不下），自 09-29 " in page(client, FREE)
    assert "没有成功" not in page(client, CASE)


def test_the_administrator_sees_it_without_a_way_into_the_case(world: World) -> None:
    stick(world, FREE.rpartition("/")[2])

    text = page(world.client("zheng"), "/desk/terminals")

    assert "20260929-0000002" in text
    assert FREE not in text


def test_where_a_page_comes_from_and_what_was_let_stand_is_told(world: World) -> None:
    origin = PageOrigin(
        sha256="0" * 64,
        page=1,
        capture=Capture.CAMERA,
        captured_at=AT,
        changes=("cut",),
        remarks=("glare",),
        is_simulated=True,
    )
    base = make_application()
    m06 = next(m for m in base.materials if m.code == "M06")
    others = tuple(m for m in base.materials if m.code != "M06")
    application = replace(base, materials=(replace(m06, origins=(origin,)), *others))
    case = file_case(world, 30, application=application)
    text = page(world.client("qian"), f"/desk/cases/{case.case_no}")

    assert "拍摄，裁过，模拟，柜员看过并保留：反光" in text
    assert 'aria-current="page" data-level="correct"' in text
    assert "扫描：虚拟扫描仪，不是真的原件" in text


def test_covered_numbers_are_shown_once_and_the_reason_is_kept(world: World) -> None:
    client = world.client("wu")
    form = {"csrf": world.csrf(client), "text": "核对旧证号"}

    answer = client.post(f"{CASE}/numbers", data=form, base_url=BASE)

    assert ZHANG in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    again = page(client, CASE)
    assert ZHANG not in again
    assert "看了完整证件号：核对旧证号" in again
    with world.works.reading() as work:
        acts = [(r.actor, r.act) for r in work.journal.of("20260929-0000001")]
    assert ("staff:wu", "numbers shown") in acts


def test_without_a_reason_nothing_is_shown(world: World) -> None:
    client = world.client("qian")

    answer = client.post(
        f"{CASE}/numbers", data={"csrf": world.csrf(client), "text": " "}, base_url=BASE
    )

    assert answer.status_code == 422
    assert ZHANG not in answer.get_data(as_text=True)
    assert world.works.tables.remarks == {}


def test_what_a_correction_changed_stands_first_with_its_numbers_covered(world: World) -> None:
    client = world.client("qian")
    assert "与上一次提交不同" not in page(client, CASE)
    base = make_application()
    unit = replace(base.unit, location="开封市龙亭区示例路1号1幢1单元13号")
    corrected = schema.format_application(replace(base, round=2, unit=unit))
    with world.works() as work:
        case = work.cases.get("20260929-0000001")
        work.cases.save(replace(case, round=2), was=case, application=schema.canonical(corrected))
        work.commit()

    text = page(client, CASE)

    assert "与上一次提交不同 1" in text
    assert "<del>开封市龙亭区示例路1号1幢1单元12号</del>" in text
    assert "<ins>开封市龙亭区示例路1号1幢1单元13号</ins>" in text
