"""What other authorities answered about a case, each beside the field that it is evidence for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from backend.office.enquiries import EnquiryRow, Reply, Service
from backend.web.language import join, pick, say
from backend.web.words import local
from registration.application import Application
from registration.materials import CATALOGUE, sparing_answers
from registration.people import IdDocument, IdKind

_VERDICTS: Final = {
    "married": ("已婚", "manual"),
    "single": ("无在册婚姻登记", "pass"),
    "clear": ("没有未登簿的查封通知", "pass"),
    "seized": ("有未登簿的查封通知", "manual"),
    "paid": ("已完税", "pass"),
    "unpaid": ("未完税", "correct"),
    "filed": ("已备案", "pass"),
    "signed": ("已网签，未备案", "info"),
    "unfiled": ("未备案", "correct"),
    "good": ("一致，有效", "pass"),
    "ended": ("已吊销或者注销", "manual"),
    "differs": ("不一致", "correct"),
    "nothing": ("查无记录", "correct"),
    "000": ("姓名与号码一致", "pass"),
    "999": ("查无此人", "correct"),
    "death": ("有死亡标记", "block"),
}
_FAULTS: Final = {
    "timeout": "超时",
    "unreachable": "连不上或者拒绝服务",
    "refused": "对方不予答复",
    "malformed": "答复读不懂",
    "mismatched": "答非所问",
    "repeated": "对方称请求号重复",
    "simulated": "该服务是模拟的，正式用印时不作数",
    "unasked": "没有询问",
    "paused": "该服务连续失败，暂停询问",
}
_PLACES: Final = {
    "mortgagors": "抵押人",
    "debtors": "债务人",
    "sellers": "出卖人",
    "buyers": "买受人",
    "guardian": "监护人",
    "unit_no": "不动产单元号",
    "contract_no": "买卖合同号",
    "tax_receipt_no": "契税完税凭证号",
    "notice_no": "预告登记证明号",
    "financial_licence": "金融许可证",
}
_FACTS: Final = frozenset(
    {
        *("登记日期", "证号", "查封机关", "查封文号", "起", "止", "合同号", "税额", "缴款日期"),
        *("备案号", "成交价", "名称", "登记状态", "机构名称", "流水号", "成立", "不一致"),
    }
)
"""What the facts of an answer are called where they are read."""
_SHOWN_SUBJECTS: Final = ("receipt_no", "contract_no", "licence", "unit_no")
_RULES: Final = {
    Service.IDENTITY: "R32",
    Service.MARRIAGE: "R10",
    Service.SEIZURES: "R01",
    Service.DEED_TAX: "R44",
    Service.SALE_CONTRACT: "R37",
    Service.BUSINESS_LICENCE: "R32",
    Service.FINANCIAL_LICENCE: "R30",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReply:
    """One answer, or that there is none."""

    service: str
    rule: str
    """The rule that it is evidence for."""
    place: str
    """The field, in words."""
    subject: str
    """What was asked about; people's numbers masked."""
    look: str
    """Level of the style sheet: "pass", "info", "manual", "correct", "block"."""
    verdict: str
    facts: tuple[tuple[str, str], ...]
    request_no: str
    at: str
    sha256: str
    is_simulated: bool
    spares: str
    """The paper in whose place it stands; empty where it stands for none."""
    may_ask: bool
    """Whether it may be asked for again, now and by whoever looks."""
    earlier: tuple["ShownReply", ...] = ()
    """What was answered before, the newest first."""


def show_replies(
    rows: Sequence[EnquiryRow],
    may_ask: Callable[[EnquiryRow], bool] = lambda row: False,
    application: Application | None = None,
) -> tuple[ShownReply, ...]:
    """Return the latest word on each question, those without an answer first."""
    spares = _spares(application) if application else {}
    questions: dict[tuple[Service, object], list[EnquiryRow]] = {}
    for row in rows:
        questions.setdefault((row.enquiry.service, row.enquiry.subject), []).insert(0, row)
    shown = (
        replace(
            _show(asked, may_ask=may_ask(asked[0])),
            spares=spares.get(asked[0].enquiry.service.value, ""),
        )
        for asked in questions.values()
    )
    return tuple(sorted(shown, key=lambda one: one.look == "pass"))


def _spares(application: Application) -> dict[str, str]:
    """Return by service the papers that its answer spares, as the application says."""
    found: dict[str, str] = {}
    for spare in application.spares:
        line = CATALOGUE.get(spare.code)
        title = f"{spare.code} {pick(line.title_zh, line.title_en)}" if line else spare.code
        for service in sparing_answers(application, spare.code):
            found[service] = join(found.get(service, ""), title)
    return found


def _show(asked: Sequence[EnquiryRow], *, may_ask: bool = False) -> ShownReply:
    row, reply = asked[0], asked[0].reply
    verdict, look = _tell(reply)
    return ShownReply(
        service=pick(row.enquiry.service.title_zh, row.enquiry.service.title_en),
        rule=_RULES[row.enquiry.service],
        place=_place(row.enquiry.pointer),
        subject=_subject(row),
        look=look,
        verdict=verdict,
        facts=tuple((_name(n), v) for n, v in reply.facts) if reply else (),
        request_no=row.request_no,
        at=local(reply.at if reply else row.at, "%Y-%m-%d %H:%M:%S"),
        sha256=reply.answer_sha256 if reply else "",
        is_simulated=reply is not None and reply.is_simulated,
        spares="",
        may_ask=may_ask,
        earlier=tuple(_show([one]) for one in asked[1:]),
    )


def _tell(reply: Reply | None) -> tuple[str, str]:
    if reply is None:
        return say("还没有答复"), "manual"
    if not reply.is_answered:
        why = say(_FAULTS.get(reply.fault, reply.fault))
        return say("没有答复：{why}", why=why), "manual"
    if reply.verdict not in _VERDICTS:
        return say("不一致（{verdict}）", verdict=reply.verdict), "correct"
    text, look = _VERDICTS[reply.verdict]
    return say(text), look


def _name(fact: str) -> str:
    """Return what a fact is called; the names of an answer are kept in Chinese."""
    return say(fact) if fact in _FACTS else fact


def _place(pointer: str) -> str:
    """Return a pointer in words: the list, which of it, and who acts for him."""
    words: list[str] = []
    for part in pointer.strip("/").split("/"):
        if part.isdigit() and words:
            words[-1] += f" {int(part) + 1}"
        elif part in _PLACES:
            words.append(say(_PLACES[part]))
    return pick("".join(words), " ".join(words))


def _subject(row: EnquiryRow) -> str:
    number = row.enquiry.get("number")
    if number:
        return IdDocument(IdKind.OTHER, number).masked
    found = (row.enquiry.get(name) for name in _SHOWN_SUBJECTS)
    return next((text for text in found if text), "")
