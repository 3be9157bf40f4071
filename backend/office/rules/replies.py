"""Rules on what other authorities answered: R01, R10, R30, R32, R37, R44; no answer is no pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from backend.office.enquiries import Reply, Service
from backend.office.rules.book import DISPOSING, EVERY, MORTGAGING, NOTICES, SALE, Clause, Rule
from backend.office.rules.matter import Policy, Seen
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind

_SPOUSE_LAW: Final = "《民法典》第一千零六十二条、第一千零六十三条"
_SEIZURE_LAW: Final = "《民法典》第三百九十九条第五项；《不动产登记暂行条例》第二十五条"
_PARTY_LAW: Final = "《不动产登记暂行条例》第十六条、第二十五条"
_FILING_LAW: Final = "《城市房地产管理法》第四十五条；《不动产登记暂行条例实施细则》第八十六条"
_SALE_LAW: Final = "《不动产登记暂行条例》第十八条第二项、第二十五条"
_TAX_LAW: Final = "《契税法》第十一条"
_LICENCE_LAW: Final = "《商业银行法》第十六条；《不动产登记暂行条例》第十六条"


def _unanswered(rule: str, basis: str, what_zh: str, what_en: str) -> Clause:
    return Clause(
        rule=rule,
        level=Level.UNKNOWN,
        basis=basis,
        zh=f"未取得{what_zh}的答复（请求号{{request_no}}），转人工审核。",
        en=f"No answer about {what_en} (request {{request_no}}); a reviewer decides.",
    )


_MARRIED: Final = Clause(
    rule="R10",
    level=Level.MANUAL,
    basis=_SPOUSE_LAW,
    zh="民政部门答复权利人已婚（{since}），请确认是否为夫妻共同财产；登记簿为单独所有的，"
    "以登记簿为准并提示配偶权益。",
    en="Civil affairs says that the sole owner is married ({since}): mind the spouse.",
)
_MARRIED_ASKED: Final = Clause(
    rule="R10",
    level=Level.CORRECT,
    basis=_SPOUSE_LAW,
    zh="民政部门答复权利人已婚（{since}），请配偶共同签名，或提交婚姻财产证明材料（M16）。",
    en="Civil affairs says that the owner is married ({since}): the spouse signs, or hand in M16.",
)
_NO_MARRIAGE: Final = _unanswered("R10", _SPOUSE_LAW, "民政部门婚姻登记", "the owner's marriage")
_NOTICE_SERVED: Final = Clause(
    rule="R01",
    # Not a bar by itself: the seizure is entered first, and then bars by the register.
    level=Level.MANUAL,
    basis=_SEIZURE_LAW,
    zh="{court}已发出协助执行通知书（{document_no}），登记簿尚未记载，应先办理查封登记，转人工审核。",
    en="{court} has served a notice of seizure ({document_no}) that is not entered yet.",
)
_NO_NOTICE: Final = _unanswered("R01", _SEIZURE_LAW, "法院查封通知", "notices of seizure")
_UNPAID: Final = Clause(
    rule="R44",
    level=Level.CORRECT,
    basis=_TAX_LAW,
    zh="税务机关答复：完税凭证{number}{why_zh}，请完税或者核对凭证号。",
    en="The tax authority says of receipt {number}: {why_en}; pay, or check the number.",
)
_NO_TAX: Final = _unanswered("R44", _TAX_LAW, "税务机关契税完税", "the deed tax")
_UNFILED: Final = Clause(
    rule="R37",
    level=Level.CORRECT,
    basis=_FILING_LAW,
    zh="住建部门答复：合同{number}{why_zh}，请先办理合同备案或者核对合同号。",
    en="The housing authority says of contract {number}: {why_en}; file it, or check the number.",
)
_OTHER_CONTRACT: Final = Clause(
    rule="R27",
    level=Level.CORRECT,
    basis=_SALE_LAW,
    zh="申请内容与备案的合同{number}不一致：{field}，请核对。",
    en="The application differs from the filed contract {number}: {field}; check it.",
)
_NO_CONTRACT: Final = _unanswered("R37", _FILING_LAW, "住建部门合同备案", "the contract's filing")
_OTHER_BUSINESS: Final = Clause(
    rule="R32",
    level=Level.CORRECT,
    basis=_PARTY_LAW,
    zh="市场监管部门答复：{name}的名称与统一社会信用代码{why_zh}，请核对。",
    en="Market regulation says of {name} that name and credit code {why_en}; check them.",
)
_BUSINESS_ENDED: Final = Clause(
    rule="R32",
    level=Level.MANUAL,
    basis=_PARTY_LAW,
    zh="市场监管部门答复：{name}的登记状态为{state}，转人工审核。",
    en="Market regulation says that {name} is no longer in business ({state}).",
)
_NO_BUSINESS: Final = _unanswered("R32", _PARTY_LAW, "市场监管部门营业执照", "a business licence")
_NO_SUCH_LICENCE: Final = Clause(
    rule="R30",
    level=Level.MANUAL,
    basis=_LICENCE_LAW,
    zh="金融监管部门答复：金融许可证{number}{why_zh}，转人工审核。",
    en="Financial regulation says of licence {number}: {why_en}; a reviewer must look.",
)
_NO_LICENCE: Final = _unanswered("R30", _LICENCE_LAW, "金融监管部门金融许可证", "the licence")


class Told(Protocol):
    """What these rules look at: a matter, or what a counter asks before there is one."""

    @property
    def kind(self) -> RegistrationKind: ...

    @property
    def seen(self) -> Seen: ...

    @property
    def policy(self) -> Policy: ...


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was answered before there is an application."""

    kind: RegistrationKind
    seen: Seen
    policy: Policy


def _replies(matter: Told, service: Service) -> Iterator[Reply]:
    for reply in matter.seen.replies:
        if reply.enquiry.service is service:
            yield reply


def _told(reply: Reply, name: str, otherwise: str = "") -> str:
    return next((value for key, value in reply.facts if key == name and value), otherwise)


def _missing(reply: Reply, clause: Clause) -> Finding:
    return clause.finding(reply.enquiry.pointer, request_no=reply.request_no)


def check_marriage(matter: Told) -> Iterator[Finding]:
    """R10: what civil affairs says of a sole owner of whom the register says nothing."""
    clause = _MARRIED_ASKED if matter.policy.is_spouse_asked else _MARRIED
    for reply in _replies(matter, Service.MARRIAGE):
        if not reply.is_answered:
            yield _missing(reply, _NO_MARRIAGE)
        elif reply.verdict == "married":
            yield clause.finding(reply.enquiry.pointer, since=_told(reply, "登记日期", "日期未载"))


def check_served_notices(matter: Told) -> Iterator[Finding]:
    """R01: no notice of seizure was served that waits to be entered."""
    for reply in _replies(matter, Service.SEIZURES):
        if not reply.is_answered:
            yield _missing(reply, _NO_NOTICE)
        elif reply.verdict == "seized":
            yield _NOTICE_SERVED.finding(
                reply.enquiry.pointer,
                court=_told(reply, "查封机关", "法院"),
                document_no=_told(reply, "查封文号", "文号未载"),
            )


_TAX_WHY: Final = {
    "unpaid": ("未完税", "not paid"),
    "nothing": ("查无记录", "not on record"),
    "differs": ("属于另一份合同或者另一不动产单元", "it is of another contract or unit"),
}


def check_deed_tax(matter: Told) -> Iterator[Finding]:
    """R44: the deed tax of this sale is paid."""
    for reply in _replies(matter, Service.DEED_TAX):
        number = reply.enquiry.get("receipt_no")
        if not reply.is_answered:
            yield _missing(reply, _NO_TAX)
        elif reply.verdict in _TAX_WHY:
            zh, en = _TAX_WHY[reply.verdict]
            yield _UNPAID.finding(reply.enquiry.pointer, number=number, why_zh=zh, why_en=en)


def check_filing(matter: Told) -> Iterator[Finding]:
    """R37, R27: the contract is filed, for a presale, and says what the application says."""
    for reply in _replies(matter, Service.SALE_CONTRACT):
        pointer, number = reply.enquiry.pointer, reply.enquiry.get("contract_no")
        is_signed_enough = reply.verdict == "signed" and matter.kind in SALE
        if not reply.is_answered:
            yield _missing(reply, _NO_CONTRACT)
        elif reply.verdict == "differs":
            field = _told(reply, "不一致", "内容")
            yield _OTHER_CONTRACT.finding(pointer, number=number, field=field)
        elif reply.verdict == "nothing":
            yield _UNFILED.finding(
                pointer, number=number, why_zh="查无记录", why_en="not on record"
            )
        elif reply.verdict != "filed" and not is_signed_enough:
            yield _UNFILED.finding(pointer, number=number, why_zh="尚未备案", why_en="not filed")


def check_businesses(matter: Told) -> Iterator[Finding]:
    """R32: an enterprise that applies is registered under its name, and in business."""
    for reply in _replies(matter, Service.BUSINESS_LICENCE):
        pointer, name = reply.enquiry.pointer, reply.enquiry.get("name")
        if not reply.is_answered:
            yield _missing(reply, _NO_BUSINESS)
        elif reply.verdict == "ended":
            state = _told(reply, "登记状态", "未载")
            yield _BUSINESS_ENDED.finding(pointer, name=name, state=state)
        elif reply.verdict != "good":
            is_none = reply.verdict == "nothing"
            why = ("查无记录", "are not on record") if is_none else ("不一致", "do not match")
            yield _OTHER_BUSINESS.finding(pointer, name=name, why_zh=why[0], why_en=why[1])


def check_licence(matter: Told) -> Iterator[Finding]:
    """R30: who becomes mortgagee holds the financial licence that it names."""
    for reply in _replies(matter, Service.FINANCIAL_LICENCE):
        pointer, number = reply.enquiry.pointer, reply.enquiry.get("licence")
        if not reply.is_answered:
            yield _missing(reply, _NO_LICENCE)
        elif reply.verdict != "good":
            is_none = reply.verdict == "nothing"
            zh, en = (
                ("查无记录", "not on record") if is_none else ("属于另一机构", "another body's")
            )
            yield _NO_SUCH_LICENCE.finding(pointer, number=number, why_zh=zh, why_en=en)


_CHANGE: Final = frozenset({RegistrationKind.CHANGE})
_HOLDING: Final = MORTGAGING | frozenset(
    {RegistrationKind.MORTGAGE_NOTICE, RegistrationKind.TRANSFER}
)
RULES: Final = (
    Rule(
        clauses=(_MARRIED, _MARRIED_ASKED, _NO_MARRIAGE),
        check=check_marriage,
        kinds=MORTGAGING | SALE,
        is_of_people=True,
        asks=Service.MARRIAGE,
    ),
    Rule(
        clauses=(_NOTICE_SERVED, _NO_NOTICE),
        check=check_served_notices,
        kinds=DISPOSING | _CHANGE,
        is_of_people=True,
        asks=Service.SEIZURES,
    ),
    Rule(
        clauses=(_UNPAID, _NO_TAX),
        check=check_deed_tax,
        kinds=SALE,
        is_of_people=True,
        asks=Service.DEED_TAX,
    ),
    Rule(
        clauses=(_UNFILED, _OTHER_CONTRACT, _NO_CONTRACT),
        check=check_filing,
        kinds=SALE | NOTICES,
        is_of_people=True,
        asks=Service.SALE_CONTRACT,
    ),
    Rule(
        clauses=(_OTHER_BUSINESS, _BUSINESS_ENDED, _NO_BUSINESS),
        check=check_businesses,
        kinds=EVERY,
        is_of_people=True,
        asks=Service.BUSINESS_LICENCE,
    ),
    Rule(
        clauses=(_NO_SUCH_LICENCE, _NO_LICENCE),
        check=check_licence,
        kinds=_HOLDING,
        is_of_people=True,
        asks=Service.FINANCIAL_LICENCE,
    ),
)


_TOLD_AHEAD: Final = ((check_marriage, MORTGAGING | SALE), (check_deed_tax, SALE))


def judge_ahead(told: Ahead) -> Iterator[Finding]:
    """Yield what these answers say against a registration of a kind, before anybody signs."""
    for check, kinds in _TOLD_AHEAD:
        if told.kind in kinds:
            yield from check(told)
    if told.kind in SALE | NOTICES:
        yield from check_filing(told)
    yield from check_businesses(told)
