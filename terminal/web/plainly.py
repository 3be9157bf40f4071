"""What a paper says in words that everybody understands, for a page that is not the counter's own.

The words are those of the signing window (`static/signer.js`), in both languages, from its catalogue.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Final

from registration.mortgage import Money
from terminal.desk.draft import Draft
from terminal.desk.fields import read_fields
from terminal.desk.shape import owner_role, steps_of
from terminal.desk.signing import PaperToSign

_LANGUAGES: Final = ("zh-CN", "en")


def say_plainly(draft: Draft, paper: PaperToSign) -> tuple[tuple[str, str], ...]:
    """Return the paragraphs about a paper, Chinese and English."""
    code, _, step = paper.code.partition("-")
    if code == "M15":
        return (_both("plainly.inquiry"),)
    kind = steps_of(draft)[int(step or 1) - 1]
    if code != "M01" or not kind.sets_up_mortgage:
        told = zip(_both("plainly.other"), (kind.title_zh, kind.title_en), strict=True)
        zh, en = (text.replace("{what}", what) for text, what in told)
        return ((zh, en),)
    owners = [s.display_name for s in draft.in_role(owner_role(draft)) if s.display_name]
    values = read_fields(draft).values
    money = values.get("amount") or values.get("max_claim")
    known = money if isinstance(money, Money) else None
    zh, en = (
        joint.join(owners)
        + "".join(
            _words(language)[f"plainly.{n}"] + fact
            for n, fact in enumerate(
                (draft.text("location"), _amount(known, language), draft.text("end"), ""), 2
            )
        )
        for language, joint in zip(_LANGUAGES, ("、", ", "), strict=True)
    )
    return ((zh, en), _both("plainly.risk"))


def _amount(money: Money | None, language: str) -> str:
    if money is None:
        return ""
    text = _words(language)["plainly.amount"]
    return text.replace("{yuan}", money.yuan).replace("{capital}", money.capital)


def _both(key: str) -> tuple[str, str]:
    zh, en = (_words(language)[key] for language in _LANGUAGES)
    return zh, en


@cache
def _words(language: str) -> dict[str, str]:
    text = (files("terminal.web") / "messages" / f"{language}.json").read_text("utf-8")
    return dict(json.loads(text))
