"""A hand at the signer's window."""

from playwright.sync_api import Page, expect


def write_name(pad: Page) -> None:
    """Read to the end, then write."""
    pad.wait_for_selector("#sheet img")
    expect(pad.locator("#sheet p")).to_have_count(0, timeout=30_000)
    pad.wait_for_function(
        "() => { const s = document.getElementById('sheet'); s.scrollTop = 1e6;"
        " return document.querySelector(\"#pad-box[data-state='open']\") !== null; }",
        timeout=30_000,
    )
    box = pad.locator("#canvas").bounding_box()
    assert box is not None
    for stroke in range(4):
        x, y = box["x"] + 60 + stroke * 90, box["y"] + 60 + stroke * 7
        pad.mouse.move(x, y)
        pad.mouse.down()
        for step in range(12):
            pad.mouse.move(x + step * 4, y + (step * 9) % 40)
            pad.wait_for_timeout(12)
        pad.mouse.up()
