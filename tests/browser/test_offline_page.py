"""The page that checks codes with no network: genuine, changed, ended, too old, unknown; never green unproven."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
import qrcode
from axe_playwright_python.sync_playwright import Axe
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA384
from playwright.sync_api import Page, expect

from backend.office.status_lists import StatusLists
from certs.bundle import to_json
from certs.identity import Role
from certs.keys import load_key
from certs.places import key_path
from certs.statuslist import Mark, sign_status_list
from tests.clock import FrozenClock
from tests.codes import CLAIMS, make_code
from tests.pki import NOW, PKI, make_pki, make_signer
from tests.web.backend.fake_office import make_world
from tests.web.backend.served import serve

MOMENT = NOW + timedelta(hours=1)
SERIAL = CLAIMS[1][2]
LIST = "https://registration.example.gov.cn:8443/status/2026/0"


@dataclass(frozen=True, slots=True)
class Street:
    """An office behind an address, and its keys."""

    base: str
    pki: PKI

    @property
    def trust(self) -> str:
        return to_json(self.pki.authority.bundle).decode()

    def listed(self, mark: int = 0, **changes: Any) -> str:
        """Sign a status list in which the certificate has a mark."""
        settings: dict[str, Any] = {
            "uri": LIST,
            "marks": {SERIAL: mark} if mark else {},
            "size": SERIAL + 1,
            "signer": self.pki.office(Role.OFFICE),
            "at": NOW,
        } | changes
        return sign_status_list(settings.pop("uri"), settings.pop("marks"), **settings)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    pki = make_pki(tmp_path_factory.mktemp("offline") / "authority")
    world = make_world()
    lists = StatusLists(
        works=world.works,
        clock=FrozenClock(NOW),
        sign=lambda uri, marks, named, size, at: sign_status_list(
            uri, marks, size=SERIAL + 1, signer=pki.office(Role.OFFICE), at=at
        ),
        url=LIST.removesuffix("/2026/0"),
    )
    world.app.extensions["office"] = replace(
        world.app.extensions["office"],
        trust=lambda: to_json(pki.authority.bundle),
        status_lists=lists,
    )
    with serve(world) as base:
        yield Street(base, pki)


def open_page(page: Page, street: Street, path: str = "/Q/") -> None:
    page.clock.set_fixed_time(MOMENT)
    page.goto(street.base + path)
    page.wait_for_selector('body[data-ready="yes"]', timeout=30_000)


def judge(page: Page, street: Street, text: str, **changes: Any) -> tuple[str, str]:
    """Judge a code within the page; `lists`, `trust` and `hours` later than usual may be given."""
    kept = {
        "trust": changes.get("trust", street.trust),
        "lists": changes.get("lists", {"2026/0": street.listed()}),
    }
    at = MOMENT + timedelta(hours=changes.get("hours", 0))
    found = page.evaluate(
        "([text, kept, at]) => Code.judge(text, kept, at)",
        [text, kept, int(at.timestamp() * 1000)],
    )
    return found["verdict"], found["reason"]


def changed(text: str) -> str:
    """Return a code with another amount under the same signature."""
    number = int(text.rpartition("/Q/")[2])
    token = number.to_bytes((number.bit_length() + 7) // 8, "big")
    amount = bytes.fromhex("1a05204180")
    assert amount in token
    forged = token.replace(amount, bytes.fromhex("1a05204181"))
    return text.replace(str(number), str(int.from_bytes(forged, "big")))


def test_each_status_is_told_and_nothing_else_is_green(page: Page, street: Street) -> None:
    open_page(page, street)
    code = make_code(street.pki)
    answers = {
        mark: judge(page, street, code, lists={"2026/0": street.listed(mark)})
        for mark in (0, Mark.INVALID, Mark.SUSPENDED, Mark.CANCELLED, Mark.REPLACED, 9)
    }
    assert answers == {
        0: ("VALID", "stands"),
        Mark.INVALID: ("REVOKED", "issued-in-error"),
        Mark.SUSPENDED: ("INDETERMINATE", "suspended"),
        Mark.CANCELLED: ("REVOKED", "cancelled"),
        Mark.REPLACED: ("REVOKED", "replaced"),
        9: ("INDETERMINATE", "list-unlisted"),
    }


def test_keys_are_fresh_for_a_day_whatever_the_roots_own_list_says(
    page: Page, street: Street
) -> None:
    open_page(page, street)
    assert max(one.next_update_utc.year for one in street.pki.authority.bundle.crls) == 2027  # type: ignore[union-attr]  # ours always say when the next comes
    assert page.locator("#keys-until").inner_text().startswith("2026/9/2 ")


def test_what_was_replaced_leads_to_what_stands_in_its_place(page: Page, street: Street) -> None:
    """The list names it, signed; the check page then asks for the code on the new paper."""
    open_page(page, street)
    new = "豫（2027）开封市不动产证明第0000012号"
    listed = street.listed(Mark.REPLACED, successors={SERIAL: new})
    page.evaluate("text => localStorage.setItem('list:2026/0', text)", listed)
    page.fill("#text", make_code(street.pki))
    page.click("#check")
    link = page.locator("#successor")
    link.wait_for(timeout=20_000)
    assert page.locator("#verdict").get_attribute("data-reason") == "replaced"
    assert link.inner_text() == new
    link.click()
    page.wait_for_url("**/verify?n=*", timeout=20_000)
    assert page.input_value("#number") == new


def test_what_is_forged_foreign_or_no_code_is_never_green(
    page: Page, street: Street, tmp_path: Path
) -> None:
    open_page(page, street)
    code = make_code(street.pki)
    stranger = make_signer(street.pki.authority, Role.QR, name="other", now=NOW)
    assert judge(page, street, changed(code)) == ("INVALID", "token-forged")
    unrooted = replace(street.pki.authority.bundle, pinned={Role.QR: (stranger.certificate,)})
    unrooted = replace(unrooted, roots=make_pki(tmp_path / "authority").trust.bundle.roots)
    found = judge(page, street, make_code(street.pki, stranger), trust=to_json(unrooted).decode())
    assert found == ("INVALID", "token-foreign")
    assert judge(page, street, "https://o.example/verify/1?c=A") == ("INDETERMINATE", "address")
    assert judge(page, street, "ABC") == ("INVALID", "not-a-certificate")
    assert judge(page, street, code, trust=None) == ("INDETERMINATE", "keys-missing")


def test_age_decides(page: Page, street: Street, tmp_path: Path) -> None:
    """After its end a list still tells what ended, and no more what stands."""
    open_page(page, street)
    street = Street(street.base, make_pki(tmp_path / "authority"))
    code = make_code(street.pki)
    later = {"2026/0": street.listed(at=NOW + timedelta(hours=3))}
    old = street.listed()
    assert judge(page, street, code, hours=22) == ("VALID", "stands")
    assert judge(page, street, code, hours=25) == ("INDETERMINATE", "keys-stale")
    assert judge(page, street, code, lists=later) == ("INDETERMINATE", "clock")
    stranger = make_signer(street.pki.authority, Role.QR, name="new", now=NOW)
    newer = make_code(street.pki, stranger)
    for hours in (0, 25):
        # A key may be newer than what is kept, however fresh that is.
        found = judge(page, street, newer, hours=hours)
        assert found == ("INDETERMINATE", "token-key-unknown")
    street.pki.authority.crl(NOW + timedelta(hours=20))
    assert judge(page, street, code, lists={"2026/0": old}, hours=25) == (
        "INDETERMINATE",
        "list-stale",
    )
    ended = {"2026/0": street.listed(Mark.CANCELLED)}
    assert judge(page, street, code, lists=ended, hours=25) == ("REVOKED", "cancelled")


def test_a_list_that_the_office_did_not_sign_says_nothing(page: Page, street: Street) -> None:
    open_page(page, street)
    code = make_code(street.pki)
    cases = {
        "list-missing": {},
        "list-unreadable": {"2026/0": street.listed()[:-8] + "AAAAAAAA"},
    }
    for reason, lists in cases.items():
        assert judge(page, street, code, lists=lists) == ("INDETERMINATE", reason)
    other = {"2026/0": street.listed(signer=street.pki.package_signer)}
    assert judge(page, street, code, lists=other) == ("INDETERMINATE", "list-unreadable")
    elsewhere = {"2026/0": street.listed(uri=LIST.replace("2026", "2025"))}
    assert judge(page, street, code, lists=elsewhere) == ("INDETERMINATE", "list-unreadable")


def test_a_key_that_was_taken_back_makes_nothing_green(
    page: Page, street: Street, tmp_path: Path
) -> None:
    pki = make_pki(tmp_path / "authority")
    serial = pki.certificate(Role.QR).serial_number
    pki.authority.revoke(serial, NOW + timedelta(minutes=1), x509.ReasonFlags.key_compromise)
    other = Street(street.base, pki)
    open_page(page, street)
    assert judge(page, other, make_code(pki)) == ("REVOKED", "token-key-revoked")


def test_an_issuer_that_its_root_took_back_makes_nothing_green(page: Page, street: Street) -> None:
    bundle, root = street.pki.authority.bundle, street.pki.authority.bundle.roots[0]
    key = load_key(key_path(street.pki.authority.folder, Role.ROOT))
    assert isinstance(key, EllipticCurvePrivateKey)
    taken = x509.RevokedCertificateBuilder(bundle.intermediates[0].serial_number, NOW).build()
    listed = (
        x509.CertificateRevocationListBuilder(root.subject, NOW, NOW + timedelta(days=1))
        .add_revoked_certificate(taken)
        .sign(key, SHA384())
    )
    told = to_json(replace(bundle, crls=(*bundle.crls, listed))).decode()
    open_page(page, street)
    code = make_code(street.pki)
    assert judge(page, street, code, trust=told) == ("REVOKED", "token-key-revoked")


def test_the_national_suite_is_left_to_those_who_can(
    page: Page, street: Street, national_pki: PKI
) -> None:
    open_page(page, street)
    national = to_json(national_pki.trust.bundle).decode()
    found = judge(page, street, make_code(national_pki), trust=national)
    assert found == ("INDETERMINATE", "suite-unsupported")


def test_with_no_network_the_kept_page_answers_a_scanned_code(page: Page, street: Street) -> None:
    open_page(page, street)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    code = make_code(street.pki, _7=True)
    page.context.set_offline(True)

    open_page(page, street, urlsplit(code).path)

    expect(page.locator("#code")).to_have_text("VALID")
    expect(page.locator("#verdict")).to_have_attribute("data-level", "pass")
    expect(page.locator("#facts")).to_contain_text("豫（2026）开封市不动产证明第0012345号")
    expect(page.locator("#facts")).to_contain_text("张*、李*")
    expect(page.locator("#specimen")).to_be_visible()
    page.fill("#text", changed(code))
    page.click("#check")
    expect(page.locator("#code")).to_have_text("INVALID")
    expect(page.locator("#verdict")).to_have_attribute("data-level", "block")


def test_a_picture_of_a_code_is_read_and_pages_are_accessible(page: Page, street: Street) -> None:
    drawn = io.BytesIO()
    qrcode.make(make_code(street.pki), box_size=4).save(drawn)
    page.set_viewport_size({"width": 360, "height": 740})
    for lang, scheme in (("zh-CN", "light"), ("en", "dark")):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        open_page(page, street, f"/Q/?lang={lang}")
        page.set_input_files(
            "#picture", {"name": "code.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
        )
        expect(page.locator("#code")).to_have_text("VALID")
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_another_office_s_keys_do_not_take_the_place_of_the_kept_ones(
    page: Page, street: Street, tmp_path: Path
) -> None:
    """Not alone, nor beside the known root, nor with no root at all."""
    open_page(page, street)
    own, foreign = street.pki.authority.bundle, make_pki(tmp_path / "authority").trust.bundle
    mixed = replace(own, roots=(*own.roots, *foreign.roots))
    before = page.evaluate("localStorage.getItem('trust')")
    page.locator("details summary").click()
    for bundle in (foreign, mixed, replace(own, roots=())):
        page.evaluate("document.getElementById('updated').textContent = ''")
        page.set_input_files(
            "#trust",
            {"name": "trust.json", "mimeType": "application/json", "buffer": to_json(bundle)},
        )
        expect(page.locator("#updated")).to_contain_text("不是同一个登记机构", timeout=20_000)
        assert page.evaluate("localStorage.getItem('trust')") == before


def test_the_saved_folder_needs_no_server(page: Page, street: Street, tmp_path: Path) -> None:
    page.clock.set_fixed_time(MOMENT)
    packed = page.request.get(street.base + "/Q/offline.zip").body()
    ZipFile(io.BytesIO(packed)).extractall(tmp_path)
    page.context.set_offline(True)
    page.goto((tmp_path / "offline" / "index.html").as_uri())
    page.wait_for_selector('body[data-ready="yes"]')
    page.fill("#text", make_code(street.pki))
    page.click("#check")
    expect(page.locator("#code")).to_have_text("VALID")
