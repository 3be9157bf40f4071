"""R47: the papers that the counter wrote belong to the application, and say what it says."""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.errors import PaperError
from registration.findings import Level
from registration.papers.statements import draw_statement
from registration.requirements.rule import FORM_LAW, Hit, Rule
from registration.statements import STATEMENTS, may_state


def check_statements(application: Application, _today: date) -> Iterator[Hit]:
    """A paper that was written for this application is there, is signed, and fits its facts."""
    drawn = {m.code for m in application.materials if m.is_drawn and m.code in STATEMENTS.by_code}
    for code in application.statements:
        if code not in STATEMENTS.by_code or not may_state(application, code):
            yield Hit(
                f"本申请不需要柜台代拟的文件 {code}，请删去。",
                f"This application has no use for a paper {code} written at the counter.",
                "/statements",
            )
        elif code not in drawn:
            yield Hit(
                f"缺少柜台代拟的 {code}《{STATEMENTS.by_code[code].zh}》，请重新生成并签署。",
                f"The paper {code} written at the counter is missing; make and sign it again.",
                "/statements",
            )
    for code in sorted(drawn - set(application.statements)):
        yield Hit(
            f"柜台代拟的 {code}《{STATEMENTS.by_code[code].zh}》没有列入须签署的文件，请重新生成并签署。",
            f"The paper {code} written at the counter is not among those that are signed.",
            "/statements",
        )


def compare_statements(application: Application, _today: date) -> Iterator[Hit]:
    """A paper that is not what these facts and this table make is read by a person."""
    for code in application.statements:
        paper = application.find_paper(code)
        if paper is None or not paper.is_drawn or not may_state(application, code):
            continue
        if paper.sha256 != _digest(application, code):
            yield Hit(
                f"{code}《{STATEMENTS.by_code[code].zh}》与按申请内容生成的文本不同"
                f"（本机文本 {STATEMENTS.version}），转人工核对所签内容。",
                f"The paper {code} differs from what this application makes of it"
                f" (texts {STATEMENTS.version}): a person reads what was signed.",
                f"/materials/{application.materials.index(paper)}",
            )


def _digest(application: Application, code: str) -> str:
    try:
        return hashlib.sha256(draw_statement(application, code)).hexdigest()
    except PaperError:
        return ""


_LAW: Final = "《不动产登记暂行条例》第十六条、第十八条第二项"
RULES: Final = (
    Rule(id="R47", level=Level.CORRECT, basis=FORM_LAW, look=check_statements),
    Rule(id="R47", level=Level.MANUAL, basis=_LAW, look=compare_statements),
)
