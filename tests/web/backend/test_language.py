"""The desk speaks Chinese, or English to whoever switched, and says which on every page."""

import re
from html.parser import HTMLParser

import pytest

from tests.factories import PROOF_NO, UNIT_NO
from tests.web.backend.asked import ask_in_vain
from tests.web.backend.desk_pages import CASE, STAFF_PAGES, fill_office
from tests.web.backend.fake_office import CODE, World
from tests.web.backend.test_review_desk import decide
from tests.web.backend.test_ruling_desk import propose

BASE = "https://localhost"
_HAN = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60]")
_NAMES = re.compile("[钱孙周赵吴郑张李]示例|豫（[0-9]{4}）开封市不动产证明第[0-9]{7}号")
"""What stays Chinese in an attribute, where no language can be marked: names and numbers."""
_SPOKEN = ("aria-label", "alt", "title", "placeholder", "data-failed")
_EMPTY = frozenset(
    {"meta", "link", "input", "img", "br", "path", "use", "rect", "line", "polyline"}
)
DECIDED = "/desk/cases/20260929-0000002"
PAGES = STAFF_PAGES | {
    "case with an opinion": ("zhou", DECIDED),
    "discharge": ("qian", "/desk/cases/20260929-0000003"),
    "certificates to read": ("wu", "/desk/certificates"),
    "rules, to who proposed": ("qian", "/desk/rules"),
    "sign in": ("", "/sign-in"),
    "verify": ("", "/verify?lang=en"),
    "valid": ("", f"/verify/{PROOF_NO}?c={CODE}&lang=en"),
    "unknown": ("", "/verify/x?c=y&lang=en"),
    "nothing here": ("qian", "/desk/nothing"),
}


class _Reader(HTMLParser):
    """Collects what a voice would read in the wrong language."""

    def __init__(self) -> None:
        super().__init__()
        self.langs: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        lang = told.get("lang") or (self.langs[-1] if self.langs else "")
        for name in _SPOKEN:
            if lang == "en" and _HAN.search(_NAMES.sub("", told.get(name) or "")):
                self.wrong.append(f"{tag} {name}={told[name]}")
        if tag not in _EMPTY:
            self.langs.append(lang)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            self.langs.pop()

    def handle_data(self, data: str) -> None:
        if self.langs and self.langs[-1] == "en" and _HAN.search(data):
            self.wrong.append(data.strip())


@pytest.fixture(scope="module")
def filled() -> World:
    """Give an office with something on every page, for reading alone."""
    world = fill_office()
    ask_in_vain(world)
    propose(world, sample_percent="20")
    client = world.client("qian")
    client.post(f"{DECIDED}/take", data={"csrf": world.csrf(client)}, base_url=BASE)
    said = {"csrf": world.csrf(client), "kind": "remark", "text": "请看第二页"}
    client.post(f"{DECIDED}/remarks", data=said, base_url=BASE)
    assert decide(world, client, "approve", path=DECIDED).status_code == 303
    return world


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_has_no_chinese_but_what_is_marked(filled: World, name: str) -> None:
    staff_id, path = PAGES[name]
    client = filled.client(staff_id)
    client.set_cookie("desk-lang", "en", domain="localhost")

    text = client.get(path, base_url=BASE, headers={"Accept": "text/html"}).get_data(as_text=True)

    assert '<html lang="en">' in text
    reader = _Reader()
    reader.feed(text)
    assert reader.wrong == []


@pytest.mark.parametrize("path", ["/desk/register", CASE + "/numbers", CASE + "/decision"])
def test_an_english_answer_to_a_form_has_no_chinese_but_what_is_marked(
    filled: World, path: str
) -> None:
    client = filled.client("qian")
    client.set_cookie("desk-lang", "en", domain="localhost")
    form = {"csrf": filled.csrf(client), "number": UNIT_NO, "text": "checking"}

    text = client.post(path, data=form, base_url=BASE).get_data(as_text=True)

    assert '<html lang="en">' in text
    reader = _Reader()
    reader.feed(text)
    assert reader.wrong == []


def test_the_switch_stays_and_leads_to_the_same_page(world: World) -> None:
    client = world.client("qian")

    answer = client.get("/desk?view=mine&lang=en", base_url=BASE)

    assert (answer.status_code, answer.location) == (303, "/desk?view=mine")
    assert '<html lang="en">' in client.get("/desk/keys", base_url=BASE).get_data(as_text=True)


def test_the_switch_leads_back(world: World) -> None:
    client = world.client("qian")
    client.get("/desk?lang=en", base_url=BASE)

    text = client.get("/desk?view=mine", base_url=BASE).get_data(as_text=True)

    assert 'href="/desk?view=mine&amp;lang=zh-CN" lang="zh-CN"' in text
    client.get("/desk?lang=zh-CN", base_url=BASE)
    assert '<html lang="zh-CN">' in client.get("/desk", base_url=BASE).get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "href"),
    [
        ("GET", "/desk/nothing?a=1", "/desk/nothing?a=1&amp;lang=en"),
        ("GET", "/nothing", "?lang=en"),
        ("GET", "//elsewhere.example/x", "?lang=en"),
        ("POST", "/desk/nothing", "/desk?lang=en"),
        ("POST", "/nothing", "/verify?lang=en"),
    ],
)
def test_a_page_that_says_what_is_wrong_has_the_switch(
    world: World, method: str, path: str, href: str
) -> None:
    client = world.client("qian")

    answer = client.open(BASE + path, method=method, headers={"Accept": "text/html"})
    told = answer.get_data(as_text=True)

    assert f'href="{href}" lang="en"' in told


def test_a_public_page_that_says_what_is_wrong_changes_its_language(world: World) -> None:
    answer = world.client("").get(
        "/nothing?lang=en", base_url=BASE, headers={"Accept": "text/html"}
    )

    assert '<html lang="en">' in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


def test_what_a_browser_prefers_changes_nothing(world: World) -> None:
    """Who speaks is chosen by the person, not by how somebody set up the machine."""
    answer = world.client("qian").get("/desk", base_url=BASE, headers={"Accept-Language": "en"})

    assert '<html lang="zh-CN">' in answer.get_data(as_text=True)


def test_a_language_that_nobody_speaks_here_is_not_kept(world: World) -> None:
    answer = world.client("qian").get("/desk?lang=xx", base_url=BASE)

    assert answer.status_code == 200
    assert "desk-lang" not in answer.headers.get("Set-Cookie", "")


def test_the_circular_stays_chinese(filled: World) -> None:
    """It goes to the authority, whoever draws it."""
    client = filled.client("zhao")
    chinese = client.get("/desk/statistics/report.pdf", base_url=BASE).data
    client.set_cookie("desk-lang", "en", domain="localhost")

    assert client.get("/desk/statistics/report.pdf", base_url=BASE).data == chinese


def test_the_table_is_in_the_language_of_its_reader(filled: World) -> None:
    client = filled.client("zhao")
    client.set_cookie("desk-lang", "en", domain="localhost")

    text = client.get("/desk/statistics/table.csv", base_url=BASE).get_data(as_text=True)

    assert text.lstrip("\ufeff").startswith("Section,Name,Cases,Of these,Share %")


def test_a_result_stays_when_its_reader_changes_the_language(filled: World) -> None:
    page = filled.client().get(f"/verify/{PROOF_NO}?c={CODE}", base_url=BASE)

    found = re.search('href="([^"]+)" lang="en">', page.get_data(as_text=True))
    assert found is not None
    other = filled.client().get(found[1].replace("&amp;", "&"), base_url=BASE)
    assert "VALID" in other.get_data(as_text=True)
    assert '<html lang="en">' in other.get_data(as_text=True)


def test_a_public_page_keeps_no_choice(world: World) -> None:
    answer = world.client().get("/verify?lang=en", base_url=BASE)

    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)
