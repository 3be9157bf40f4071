"""Changing language, theme, size and type of a page where it stands, and looking at it in each."""

from playwright.sync_api import Page, expect

from tests.web.terminal.seat import require_accessible

_LANGUAGE = "() => document.documentElement.lang"
_FADED = "() => Promise.allSettled(document.getAnimations().map((one) => one.finished))"
_DRESSES = (("zh-CN", "light", 1366, 768), ("en", "dark", 1920, 1080))
_TYPE = "(type) => (document.documentElement.dataset.type = type)"
_CUT = """() => {
    const width = document.documentElement.clientWidth;
    const found = [];
    if (document.documentElement.scrollWidth > width) found.push("wider than the window");
    for (const one of document.querySelectorAll("main *, header *, footer *")) {
        const box = one.getBoundingClientRect();
        const isSeen = box.width > 1 && !one.closest("svg, .sr, .table-wrap, .strip, .sheet");
        if (isSeen && box.right > width + 1) found.push(`beyond the edge: ${one.outerHTML}`);
        if (isSeen && one.matches("button, .btn") && one.scrollWidth > one.clientWidth + 1)
            found.push(`a label cut off: ${one.outerHTML}`);
    }
    return found.map((text) => text.slice(0, 200));
}"""


def wear(page: Page, language: str, theme: str) -> None:
    """Turn a page to a language ("zh-CN", "en") and a theme ("light", "dark") in its place."""
    if page.evaluate(_LANGUAGE) != language:
        page.evaluate("document.getElementById('tongue').click()")
        expect(page.locator("html")).to_have_attribute("lang", language)
    page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
    # Colours fade from one theme to the other: no contrast is measured before they are there.
    page.evaluate(_FADED)


def require_fit(page: Page) -> None:
    """Fail on what is wider than its window, beyond its edge, or a label that is cut off."""
    assert page.evaluate(_CUT) == []


def require_good_in_every_dress(page: Page) -> None:
    """Look at a page in both languages, themes and sizes; then zoomed to 200 % and in large type."""
    for language, theme, width, height in _DRESSES:
        page.set_viewport_size({"width": width, "height": height})
        wear(page, language, theme)
        require_accessible(page)
        require_fit(page)
    for language, width, type_ in (
        ("en", 683, ""),
        ("en", 1366, "larger"),
        ("zh-CN", 1366, "larger"),
    ):
        page.set_viewport_size({"width": width, "height": 768})
        page.evaluate(_TYPE, type_)
        wear(page, language, "light")
        require_fit(page)
    page.evaluate(_TYPE, "")
