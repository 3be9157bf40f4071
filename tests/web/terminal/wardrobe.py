"""Changing language and theme of a page where it stands, as its teller can."""

from playwright.sync_api import Page, expect

_TITLE = "() => document.documentElement.lang"
_FADED = "() => Promise.allSettled(document.getAnimations().map((one) => one.finished))"


def wear(page: Page, language: str, theme: str) -> None:
    """Turn a page to a language ("zh-CN", "en") and a theme ("light", "dark") in its place."""
    if page.evaluate(_TITLE) != language:
        page.evaluate("document.getElementById('tongue').click()")
        expect(page.locator("html")).to_have_attribute("lang", language)
    page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
    # Colours fade from one theme to the other: no contrast is measured before they are there.
    page.evaluate(_FADED)
