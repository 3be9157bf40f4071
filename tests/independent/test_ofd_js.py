"""An OFD certificate in ofd.js, a reader of others, in Chromium: it draws the pages and checks the seal.

    npm pack ofd.js@0.2.6 && tar xzf ofd.js-0.2.6.tgz
    pytest tests/independent/test_ofd_js.py --ofd-js package

The package is 35 MB, so nobody fetches it unasked.
"""

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from certs.documents.ofd.container import pack, unpack
from tests.ofds import make_ofd
from tests.pki import PKI

_READ = """async (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const file = new File([bytes], "certificate.ofd");
  const [found] = await new Promise((success, fail) => ofd.parseOfdDocument({ ofd: file, success, fail }));
  const pages = ofd.renderOfd(1200, found);
  document.body.append(...pages);
  const seals = Object.values(found.stampAnnot).flat();
  const files = [...window.toBeChecked.values()].flat();
  return { pages: pages.length, text: document.body.textContent, files: files.length,
           seals: seals.map((one) => one.stamp.sealObj.verifyRet), isWhole: ofd.digestCheck(files) };
}"""


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest) -> str:
    folder = request.config.getoption("--ofd-js")
    if not folder:
        pytest.skip("needs --ofd-js FOLDER; see the first lines of this file")
    return (Path(folder) / "lib" / "ofd.umd.min.js").read_text("utf-8")


def read(browser: Browser, program: str, data: bytes) -> dict[str, Any]:
    page = browser.new_page()
    page.set_content("<body></body>")
    page.add_script_tag(content=program)
    told: dict[str, Any] = page.evaluate(_READ, base64.b64encode(data).decode("ascii"))
    page.close()
    return told


def test_the_pages_are_drawn_and_the_seal_holds(
    browser: Browser, program: str, national_pki: PKI
) -> None:
    sealed = make_ofd(national_pki)

    told = read(browser, program, sealed)

    assert told["pages"] == 1
    assert "豫（2026）开封市不动产证明第0012345号" in told["text"]
    assert (told["seals"], told["isWhole"]) == ([True], True)
    assert told["files"] == len(unpack(sealed)) - 2  # all but the signature and its value


def test_it_finds_a_changed_page(browser: Browser, program: str, national_pki: PKI) -> None:
    files = unpack(make_ofd(national_pki))
    name = "Doc_0/Pages/Page_0/Content.xml"
    files[name] = files[name].replace(b"860,000", b"960,000")

    assert read(browser, program, pack(files))["isWhole"] is False
