import html
import io
import re
from dataclasses import replace

import pytest

from backend.office.rows import CertificateStatus
from backend.web.words import messages
from tests.codes import GOOD_DIGITS
from tests.factories import PROOF_NO
from tests.web.backend.fake_office import CODE, SEALED_PDF, World, issue_certificate, make_world

BASE = "https://localhost"


def page(world: World, path: str) -> str:
    answer = world.app.test_client().get(path, base_url=BASE)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("status", "zh", "word"),
    [
        (CertificateStatus.PUBLISHED, "有效", "VALID"),
        (CertificateStatus.CANCELLED, "已注销", "REVOKED"),
        (CertificateStatus.REVOKED, "已作废", "REVOKED"),
        (CertificateStatus.SEALED, "查不到", "INDETERMINATE"),
    ],
)
def test_the_link_of_the_qr_code_says_how_it_stands(
    world: World, status: str, zh: str, word: str
) -> None:
    issue_certificate(world, status=status)

    text = page(world, f"/verify/{PROOF_NO}?c={CODE}")

    assert f'<strong>{zh} <span class="verdict-code" lang="en">{word}</span></strong>' in text


def test_what_was_replaced_leads_to_its_successor_and_what_ended_otherwise_to_none(
    world: World,
) -> None:
    """The link asks for the code on the new paper; a discharge leads nowhere."""
    new = PROOF_NO.replace("0012345", "0012399")
    issue_certificate(world, status=CertificateStatus.REPLACED)
    rows = world.works.tables.certificates
    rows[PROOF_NO] = replace(rows[PROOF_NO], successor=new)
    text = page(world, f"/verify/{PROOF_NO}?c={CODE}")
    (href,) = re.findall(rf'<a href="([^"]+)">{new}</a>', text)
    assert f'value="{new}"' in page(world, html.unescape(href))
    asked = {"certificate_no": PROOF_NO, "check_code": CODE}
    answer = world.app.test_client().post("/api/v1/verifications", base_url=BASE, json=asked)
    told = answer.get_json()
    assert (told["status"], told["successor"]) == ("REPLACED", new)
    for status in (CertificateStatus.CANCELLED, CertificateStatus.REVOKED):
        issue_certificate(world, status=status)
        assert "新证明号" not in page(world, f"/verify/{PROOF_NO}?c={CODE}")


def test_a_wrong_code_and_an_unknown_number_look_the_same(world: World) -> None:
    """Nobody can try out which numbers exist."""
    issue_certificate(world)
    other = PROOF_NO.replace("0012345", "0012346")

    wrong, unknown = f"/verify/{PROOF_NO}?c=WRONG", f"/verify/{other}?c={CODE}"
    # The link to the other language is the asker's own address.
    told = [re.sub('href="/verify/[^"]+"', "", page(world, path)) for path in (wrong, unknown)]
    assert told[0] == told[1]


def test_people_on_the_paper_are_masked(world: World) -> None:
    issue_certificate(world)

    text = page(world, f"/verify/{PROOF_NO}?c={CODE}")

    assert "张*、李*" in text
    assert "张示例" not in text


def test_a_specimen_says_so(world: World) -> None:
    assert "样本，没有法律效力" in page(world, "/verify/x?c=y")


def test_an_office_with_a_real_seal_says_nothing_of_specimens() -> None:
    assert "样本" not in page(make_world(is_specimen=False), "/verify/x?c=y")


def test_the_page_speaks_english(world: World) -> None:
    issue_certificate(world)

    text = page(world, f"/verify/{PROOF_NO}?c={CODE}&lang=en")

    assert '<html lang="en">' in text
    assert "Issued by this centre and in force now" in text


def test_number_and_code_are_typed(world: World) -> None:
    issue_certificate(world)

    answer = world.app.test_client().post(
        "/verify", data={"number": PROOF_NO, "code": f" {CODE.lower()} "}, base_url=BASE
    )

    assert "VALID" in answer.get_data(as_text=True)


@pytest.mark.parametrize("form", [{}, {"number": PROOF_NO}, {"code": CODE}, {"number": "x" * 101}])
def test_half_a_form_is_asked_again(world: World, form: dict[str, str]) -> None:
    answer = world.app.test_client().post("/verify", data=form, base_url=BASE)

    assert answer.status_code == 422
    assert "证明号和查验码都要填" in answer.get_data(as_text=True)


def test_the_issued_file_is_valid_and_another_is_not(world: World) -> None:
    issue_certificate(world)
    client = world.app.test_client()

    for data, word in ((SEALED_PDF, "VALID"), (b"%PDF-1.7 changed", "INVALID")):
        form = {"file": (io.BytesIO(data), "证明.pdf")}
        answer = client.post("/verify/file", data=form, base_url=BASE)
        assert f'lang="en">{word}</span>' in answer.get_data(as_text=True)


@pytest.mark.parametrize("size", [0, 5 * 1024 * 1024 + 1])
def test_no_file_or_too_much_of_one_is_asked_again(world: World, size: int) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'

    answer = world.app.test_client().post(
        "/verify/file",
        data=head + b"%" * size + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        base_url=BASE,
    )

    assert answer.status_code == 422


def test_every_text_is_there_in_both_languages() -> None:
    assert set(messages("zh-CN")) == set(messages("en"))


def test_the_code_of_the_paper_says_how_it_stands(world: World) -> None:
    issue_certificate(world)

    assert "VALID" in page(world, f"/Q/{GOOD_DIGITS}")
    assert "二维码由本中心签发" in page(world, f"/Q/{GOOD_DIGITS}")


def test_a_forged_code_is_told_nothing_of_the_register(world: World) -> None:
    issue_certificate(world)

    text = page(world, f"/Q/{'3' * 320}")

    assert "INVALID" in text
    assert PROOF_NO not in text


@pytest.mark.parametrize(
    ("code", "verdict"), [(GOOD_DIGITS, "VALID"), ("3" * 320, "INVALID"), ("x", "INVALID")]
)
def test_programs_send_the_text_of_a_code(world: World, code: str, verdict: str) -> None:
    issue_certificate(world)
    asked = {"code": f"HTTPS://OFFICE/Q/{code}"}

    answer = world.app.test_client().post("/api/v1/verifications", base_url=BASE, json=asked)

    assert answer.get_json()["verdict"] == verdict
