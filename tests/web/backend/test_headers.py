import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import backend.web
from tests.web.backend.fake_office import World

BASE = "https://localhost"
TEMPLATES = Path(backend.web.__file__).parent / "templates"


def rules(world: World) -> Iterator[str]:
    for rule in world.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.arguments:
            yield rule.rule


def test_every_answer_carries_the_headers(world: World) -> None:
    client = world.client("qian")

    for path in (*rules(world), "/nothing", "/desk/cases/20260929-0000001"):
        headers = client.get(path, base_url=BASE, buffered=True).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "max-age" in headers["Strict-Transport-Security"]


def test_no_page_is_kept_by_browsers_or_proxies(world: World) -> None:
    client = world.client("qian")

    for path in (*rules(world), "/nothing", "/desk/cases/20260929-0000001"):
        assert client.get(path, base_url=BASE, buffered=True).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda p: p.name)
def test_no_template_needs_an_exception_of_the_policy(path: Path) -> None:
    text = path.read_text("utf-8")

    assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|javascript:", text)


def test_style_sheets_are_ours(world: World) -> None:
    client = world.app.test_client()

    for name in ("/look/tokens.css", "/look/components.css", "/static/desk.css"):
        answer = client.get(name, base_url=BASE, buffered=True)
        assert answer.content_type.startswith("text/css")
    for name in ("icons.svg", "../errors.py", "%2e%2e/errors.py", "x"):
        assert client.get(f"/look/{name}", base_url=BASE, buffered=True).status_code == 404
