"""暂停、恢复、作废 on the desk's page: two people, in their own sessions."""

import pytest

from tests.codes import propose_suspension
from tests.factories import PROOF_NO
from tests.web.backend.fake_office import CODE, World, issue_certificate

BASE = "https://localhost"
PAGE = "/desk/certificates"
FORM = {"number": PROOF_NO, "kind": "suspend", "basis": "更正〔2026〕1号", "reason": "面积核查"}


def post(world: World, staff: str, path: str = PAGE, **form: str) -> tuple[int, str]:
    client = world.client(staff)
    sent = {"csrf": world.csrf(client), **form}
    answer = client.post(path, data=sent, base_url=BASE, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def shown(world: World) -> str:
    client = world.app.test_client()
    path = f"/verify/{PROOF_NO}?c={CODE}"
    return client.get(path, base_url=BASE).get_data(as_text=True)


def test_a_certificate_is_suspended_by_two_people(world: World) -> None:
    issue_certificate(world)
    assert "已提出，等另一个人确认" in post(world, "qian", **FORM)[1]
    assert "已暂停" not in shown(world)

    status, _ = post(world, "qian", f"{PAGE}/decision", number=PROOF_NO, verdict="confirmed")
    assert status == 403, "nobody confirms what they proposed"

    text = post(world, "zhou", f"{PAGE}/decision", number=PROOF_NO, verdict="confirmed")[1]
    assert "已确认" in text
    assert "已暂停" in shown(world)
    assert "INDETERMINATE" in shown(world)


def test_the_proposer_sees_that_it_waits_and_takes_it_back(world: World) -> None:
    issue_certificate(world)
    propose_suspension(world)
    text = world.client("qian").get(PAGE, base_url=BASE).get_data(as_text=True)
    assert "等别人确认" in text
    assert ">确认<" not in text

    text = post(world, "qian", f"{PAGE}/decision", number=PROOF_NO, verdict="declined")[1]
    assert "没有等确认的" in text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number": "x"}, "没有这个号的证明"),
        ({"number": PROOF_NO.replace("0012345", "0000001")}, "没有这个号的证明"),
        ({"basis": ""}, "都要填"),
        ({"kind": "burn"}, "都要填"),
        ({"kind": "lift"}, "不用恢复"),
    ],
)
def test_what_cannot_be_is_said_on_the_page(
    world: World, changes: dict[str, str], told: str
) -> None:
    issue_certificate(world)

    status, text = post(world, "qian", **FORM | changes)

    assert (status, told in text) == (422, True)


@pytest.mark.parametrize("staff", ["zheng"])
def test_who_runs_the_system_does_none_of_it(world: World, staff: str) -> None:
    issue_certificate(world)
    assert post(world, staff, **FORM)[0] == 403
    assert world.client(staff).get(PAGE, base_url=BASE).status_code == 403
