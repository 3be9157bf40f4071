"""Every text that the pages show stands in both catalogues, and nothing stands there unused."""

import json
import re
from functools import cache
from importlib.resources import files

from terminal.errors import TerminalError
from terminal.web.problem_words import WORDS

_KEY = re.compile(r'"([a-z_]+(?:-[a-z]+)*(?:\.[A-Za-z0-9_+?-]+)+)"')
_MADE = re.compile(r"`([a-z_]+(?:\.[a-z-]+)*[.-])\$\{")
_NOT_WORDS = ("terminal.", "page.", "paper.", "mortgage.")


@cache
def _scripts() -> str:
    place = files("terminal.web") / "static"
    return "\n".join(
        entry.read_text("utf-8") for entry in place.iterdir() if entry.name.endswith(".js")
    )


@cache
def _catalogue(language: str) -> dict[str, str]:
    text = (files("terminal.web") / "messages" / f"{language}.json").read_text("utf-8")
    return dict(json.loads(text))


def test_both_catalogues_hold_the_same_texts() -> None:
    assert set(_catalogue("zh-CN")) == set(_catalogue("en"))


def test_every_text_that_a_script_names_is_there() -> None:
    named = {key for key in _KEY.findall(_scripts()) if not key.startswith(_NOT_WORDS)}

    assert named - set(_catalogue("zh-CN")) == set()


def test_every_check_of_the_doctor_has_a_name() -> None:
    modules = ("doctor.py", "reader_checks.py", "scanner_checks.py")
    source = "".join((files("terminal") / name).read_text("utf-8") for name in modules)
    checks = set(re.findall(r'(?:name=f?|_line\(\s*)"([a-z.-]+)', source))

    assert len(checks) > 10
    assert {f"doctor.name.{check}" for check in checks} - set(_catalogue("zh-CN")) == set()


def test_no_text_is_unused() -> None:
    named = set(_KEY.findall(_scripts()))
    made = tuple(_MADE.findall(_scripts()))
    single = {"yes", "no", "choose", "to"}
    unused = {k for k in _catalogue("en") if k not in named | single and not k.startswith(made)}

    assert unused == set()


def test_both_languages_fill_in_the_same_values() -> None:
    for key, text in _catalogue("zh-CN").items():
        places = set(re.findall(r"\{(\w+)\}", text))
        assert set(re.findall(r"\{(\w+)\}", _catalogue("en")[key])) == places, key


def test_no_english_text_holds_chinese() -> None:
    wrong = [k for k, text in _catalogue("en").items() if re.search(r"[\u4e00-\u9fff，。]", text)]

    assert wrong == []


def test_every_error_of_the_counter_has_words() -> None:
    def named(kind: type[Exception]) -> bool:
        return any(parent.__name__ in WORDS for parent in kind.__mro__)

    def all_of(kind: type[Exception]) -> list[type[Exception]]:
        found: list[type[Exception]] = [kind]
        for child in kind.__subclasses__():
            found += all_of(child)
        return found

    assert [kind for kind in all_of(TerminalError) if not named(kind)] == []


def test_the_scripts_never_make_markup_from_text() -> None:
    """The policy asks for trusted types; nothing of ours needs them."""
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")

    assert [word for word in forbidden if word in _scripts()] == []


def test_the_pages_stay_small() -> None:
    place = files("terminal.web") / "static"
    total = sum(len(entry.read_bytes()) for entry in place.iterdir())

    # As written: nothing is minified, and all of it comes from this machine.
    assert total < 330_000
