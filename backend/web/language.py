"""The language of the reviewers' pages: Chinese, or English by a switch that stays."""

import json
import re
from functools import cache
from importlib import resources
from typing import Final
from urllib.parse import urlencode

from flask import Flask, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

LANG_COOKIE: Final = "desk-lang"
"""The language of the desk's pages; nothing that anybody needs to hide."""
LANGUAGES: Final = ("zh-CN", "en")
_YEAR_S: Final = 31_536_000
_DESK: Final = ("/desk", "/sign-in")
"""What the addresses of the desk's pages begin with; public pages keep no choice."""
_HAN: Final = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
_RUN: Final = re.compile(rf"([{_HAN}](?:[^A-Za-z{_HAN}]*[{_HAN}])*)")
"""Chinese, with the figures and marks inside it, up to the next Latin letter."""


def desk_lang() -> str:
    """Return the language that the reader of the desk chose: "zh-CN", or "en"."""
    if not has_request_context():
        return "zh-CN"
    chosen = request.args.get("lang") or request.cookies.get(LANG_COOKIE)
    return "en" if chosen == "en" else "zh-CN"


def is_english() -> bool:
    """Say whether the reader chose English."""
    return desk_lang() == "en"


def say(zh: str, **values: object) -> str:
    """Return a text of the desk in the reader's language; the Chinese is its own key.

    `{name}` in the text is replaced by the value of that name. After an "@" stands where the text
    is used, in case English has two words for it; it is not shown.
    """
    shown = zh.partition("@")[0]
    text = catalogue().get(zh, shown) if is_english() else shown
    return text.format(**values) if values else text


def pick(zh: str, en: str) -> str:
    """Return one of two texts that came together."""
    return en if is_english() and en else zh


def join(*texts: str) -> str:
    """Return short texts as a list, without the empty ones."""
    return (", " if is_english() else "、").join(filter(None, texts))


def mark_chinese(text: str) -> Markup:
    """Return a text for a page, in which what is Chinese on an English page says so.

    Source: WCAG 2.2, 3.1.2: a voice must know when the language changes.
    """
    if not is_english():
        return escape(text)
    span = Markup('<span lang="zh-CN">{}</span>')
    parts = enumerate(_RUN.split(str(text)))
    return Markup("").join(span.format(part) if at % 2 else escape(part) for at, part in parts)


def mark_element(text: str) -> Markup:
    """Return the attribute `lang` for an element that holds a text alone, such as an option."""
    is_foreign = is_english() and _RUN.search(text) is not None
    return Markup(' lang="zh-CN"') if is_foreign else Markup("")


@cache
def catalogue() -> dict[str, str]:
    """Return the English of every text of the desk, by its Chinese."""
    text = resources.files("backend.web").joinpath("messages/desk.en.json").read_text("utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


def register_language(app: Flask) -> None:
    """Teach the templates both languages, and let an address switch between them."""
    app.before_request(_switch)
    app.jinja_env.globals |= {"say": say, "desk_lang": desk_lang, "switch": _other}
    app.jinja_env.filters |= {"zh": mark_chinese, "zh_only": mark_element}


def _switch() -> ResponseReturnValue | None:
    """Keep the language that an address of the desk asks for, and go on to the page itself."""
    wanted = request.args.get("lang")
    if request.method != "GET" or wanted not in LANGUAGES or not request.path.startswith(_DESK):
        return None
    rest = urlencode([(k, v) for k, v in request.args.items(multi=True) if k != "lang"])
    response = redirect(f"{request.path}?{rest}" if rest else request.path, 303)
    kept = {"secure": True, "httponly": True, "samesite": "Strict", "max_age": _YEAR_S}
    response.set_cookie(LANG_COOKIE, wanted, **kept)  # type: ignore[arg-type]  # as it wants them
    return response


def _other() -> dict[str, str]:
    """Return where the switch leads: this page in the other language, or the start after a form."""
    lang, text = ("zh-CN", "中文") if is_english() else ("en", "English")
    is_desk, is_page = request.path.startswith(_DESK), request.method == "GET"
    asked = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"] if is_page else []
    # Only a path of ours is written out: "//elsewhere" would lead away from this office.
    place = (request.path if is_desk else "") if is_page else ("/desk" if is_desk else "/verify")
    return {"lang": lang, "text": text, "href": f"{place}?{urlencode([*asked, ('lang', lang)])}"}
