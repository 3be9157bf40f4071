"""The offline page's files: kept under the digest of what they are, and a library that is pinned."""

import hashlib
import re

from backend.web.offline import FILES, read_file

JSQR = "bc40c8a15196236b2314db0856f72ca0b49980cd5413b8c852a7349f5fee0859"
"""SHA-256 of dist/jsQR.js of the npm package jsqr 1.4.0 (Apache-2.0), as published."""


def test_the_reader_of_codes_is_the_published_one() -> None:
    assert hashlib.sha256(read_file("jsQR.js")).hexdigest() == JSQR


def test_browsers_notice_when_a_file_changes() -> None:
    """A service worker is renewed when its own bytes change; so its version is the files' digest."""
    worker = read_file("sw.js").decode()
    whole = hashlib.sha256(b"".join(read_file(name) for name in FILES if name != "sw.js"))
    assert f'VERSION = "{whole.hexdigest()[:16]}"' in worker


def test_every_file_is_kept_and_every_word_is_there_twice() -> None:
    listed = re.findall(
        r'"([\w.]+\.\w+)"', read_file("sw.js").decode().split("FILES = ")[1].split("]")[0]
    )
    missing = set(FILES) - set(listed) - {"index.html", "jsQR.LICENSE.txt", "sw.js"}
    assert missing == set()
    words = read_file("words.js").decode()
    chinese, english = words.split("\n  en: {")
    reasons = [
        set(re.findall(r'^      "?([a-z-]+)"?: \[', part, re.MULTILINE))
        for part in (chinese, english)
    ]
    assert reasons[0] == reasons[1]
    told = set(
        re.findall(
            r'(?:No\("\w+", |answer\("\w+", |reason: )"([a-z-]+)"', read_file("code.js").decode()
        )
    )
    assert told <= reasons[0]


def test_every_text_of_the_page_is_there_in_both_languages() -> None:
    halves = read_file("words.js").decode().split("\n  en: {")
    texts = [set(re.findall(r'\b(\w+): "', half.split("reasons: {")[0])) for half in halves]
    shown = set(re.findall(r'data-t="(\w+)"', read_file("index.html").decode()))

    assert texts[0] == texts[1]
    assert shown - texts[0] == set()
