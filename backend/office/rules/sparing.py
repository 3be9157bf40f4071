"""R49: a paper that was not handed in is spared by the office's own answer, never by a claim."""

from collections.abc import Iterator
from typing import Final

from backend.office.enquiries import Reply, Service
from backend.office.rules.book import EVERY, Clause, Rule
from backend.office.rules.matter import Matter
from registration.catalogue import Answers
from registration.findings import Finding, Level
from registration.materials import (
    CATALOGUE,
    is_claimed_spared,
    licensed,
    required_materials,
    sparing_answers,
)
from registration.statements import has_material

_LAW: Final = "《不动产登记暂行条例》第十六条、第二十四条、第二十五条"
_WANTED: Final = Clause(
    rule="R49",
    level=Level.CORRECT,
    basis=_LAW,
    zh="缺少材料 {code}《{title_zh}》：本应以{authority_zh}的答复代替，{why_zh}（请求号{request_no}），"
    "请提交该材料。",
    en="Material {code} ({title_en}) is missing: {authority_en} was to spare it, but {why_en}"
    " (request {request_no}); hand in the paper.",
)
_SPARED: Final = Clause(
    rule="R49",
    level=Level.INFO,
    basis=_LAW,
    zh="材料 {code}《{title_zh}》不用交：{authority_zh}已查到，{why_zh}（请求号{request_no}）{mark_zh}。",
    en="Material {code} ({title_en}) is spared: {authority_en} says, {why_en}"
    " (request {request_no}){mark_en}.",
)
_AUTHORITIES: Final = {
    Service.SALE_CONTRACT: ("住建部门", "the housing authority"),
    Service.DEED_TAX: ("税务机关", "the tax authority"),
    Service.BUSINESS_LICENCE: ("市场监管部门", "market regulation"),
    Service.MARRIAGE: ("民政部门", "civil affairs"),
}
_SAYS: Final = {
    "filed": ("合同已备案", "the contract is filed"),
    "signed": ("合同已网签", "the contract is signed on line"),
    "unfiled": ("合同尚未备案", "the contract is not filed"),
    "paid": ("契税已缴清", "the deed tax is paid"),
    "unpaid": ("契税未缴", "the deed tax is not paid"),
    "good": ("登记状态为存续", "in business"),
    "ended": ("登记状态不再存续", "no longer in business"),
    "single": ("无在册婚姻登记", "no marriage on record"),
    "married": ("有在册婚姻登记", "a marriage on record"),
    "nothing": ("查无记录", "nothing on record"),
}
Words = tuple[str, str]
SPARING_WORDS: Final = frozenset(_SAYS)
"""What such an answer may be."""


def authority_of(service: Service) -> Words:
    """Return who answers for a service whose answers may stand for a paper."""
    return _AUTHORITIES[service]


def say_reply(reply: Reply) -> Words:
    """Return what an authority said, or that it did not, in a few words."""
    if reply.verdict == "differs":
        field = next((value for name, value in reply.facts if name == "不一致"), "")
        return (f"记录与申请不一致{f'（{field}）' if field else ''}", "its record says otherwise")
    if reply.is_answered:
        return _SAYS.get(reply.verdict, (reply.verdict, reply.verdict))
    if reply.fault == "simulated":
        return "模拟的答复在正式系统中不作数", "a made-up answer counts for nothing here"
    return "没有回音", "there is no answer"


def is_good(reply: Reply, wanted: Answers) -> bool:
    """Say whether a reply is one of those that stand for a paper."""
    return reply.verdict in wanted.get(reply.enquiry.service.value, ())


def check_spared(matter: Matter) -> Iterator[Finding]:
    """R49: each answer in the place of a paper is still so, as the office asked it itself."""
    for code, wanted in _claims(matter):
        for reply in matter.seen.replies:
            if reply.enquiry.service.value not in wanted:
                continue
            clause = _SPARED if is_good(reply, wanted) else _WANTED
            mark = ("（模拟）", " (simulated)") if reply.is_simulated else ("", "")
            yield clause.finding(
                _pointer(matter, code),
                **_named(code, reply.enquiry.service),
                **_words("why", say_reply(reply)),
                **_words("mark", mark),
                request_no=reply.request_no,
            )


def check_asked(matter: Matter) -> Iterator[Finding]:
    """R49: everybody whose answer is in the place of a paper was asked, about everybody meant."""
    for code, wanted in _claims(matter):
        for service in (Service(name) for name in wanted):
            replies = [r for r in matter.seen.replies if r.enquiry.service is service]
            about = {reply.enquiry.get("number") for reply in replies}
            is_all = service is not Service.BUSINESS_LICENCE or about >= {
                acting.party.document.number for acting in licensed(matter.application)
            }
            if not replies or not is_all:
                yield _WANTED.finding(
                    _pointer(matter, code),
                    **_named(code, service),
                    **_words("why", ("没有可供查询的编号", "there is no number to ask by")),
                    request_no="—",
                )


def _claims(matter: Matter) -> Iterator[tuple[str, Answers]]:
    """Yield the papers that the law asks for and that are said to be spared, with what may stand."""
    application = matter.application
    for wanted in required_materials(application):
        code = wanted.code
        if is_claimed_spared(application, code) and not has_material(application, code):
            yield code, sparing_answers(application, code)


def _pointer(matter: Matter, code: str) -> str:
    codes = [spare.code for spare in matter.application.spares]
    return f"/spares/{codes.index(code)}"


def _named(code: str, service: Service) -> dict[str, str]:
    line = CATALOGUE[code]
    titles = {"code": code, "title_zh": line.title_zh, "title_en": line.title_en}
    return titles | _words("authority", authority_of(service))


def _words(name: str, words: Words) -> dict[str, str]:
    return {f"{name}_zh": words[0], f"{name}_en": words[1]}


BY_REPLY: Final = (
    Rule(clauses=(_WANTED, _SPARED), check=check_spared, kinds=EVERY, is_of_people=True),
)
"""What each answer alone tells, so that asking one again tells it anew."""
RULES: Final = (Rule(clauses=(_WANTED,), check=check_asked, kinds=EVERY, is_of_people=True),)
