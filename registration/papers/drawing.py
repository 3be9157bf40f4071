"""Every paper that the counter draws for people to sign, by its code: bare, and with the ink on it."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from registration.application import Application
from registration.listed import LIST_CODE
from registration.papers.discharges import draw_list
from registration.papers.forms import draw_application_form, draw_inquiry_record
from registration.papers.statements import draw_statement
from registration.statements import STATEMENTS

_DRAWERS: Final[Mapping[str, Callable[..., bytes]]] = {
    "M01": draw_application_form,
    "M15": draw_inquiry_record,
    LIST_CODE: draw_list,
} | {code: partial(draw_statement, code=code) for code in STATEMENTS.by_code}


def draw_paper(application: Application, code: str) -> bytes:
    """Draw one paper; equal facts give equal bytes.

    Raises:
        KeyError: no such paper.
        PaperError: a character that no font has, or a text that does not fit its cell.
    """
    return _DRAWERS[code](application)


def draw_finished(application: Application, code: str, sha256: str) -> bytes:
    """Draw a paper with the ink on its lines, for people to look at; `sha256` is of what was signed.

    It says so where the facts do not make the very file that was signed, as after an update.

    Raises: as `draw_paper`.
    """
    is_same = hashlib.sha256(draw_paper(application, code)).hexdigest() == sha256
    what = "签署后的样子" if is_same else "按申请内容重画，版式与所签文件不同"
    mark = f"{what}　所签文件 SHA-256 {sha256[:16]}…"
    return _DRAWERS[code](application, mark=mark, is_finished=True)
