"""The papers that answer an application: receipt, acceptance, correction, the two refusals.

An answer must reach its applicants whatever it is about: a character that no font draws stands
as its code point in them, 〔U+E000〕, where the papers that are signed or sealed are not drawn.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from registration.application import Application
from registration.days import local_day
from registration.findings import Finding, Level
from registration.materials import CATALOGUE
from registration.outcomes import (
    AcceptanceReceipt,
    CorrectionRequest,
    NonAcceptance,
    Refusal,
)
from registration.papers.dates import format_day, format_time
from registration.papers.faces import spell_out
from registration.papers.flow import (
    WIDTH,
    Block,
    Cell,
    Ends,
    Gap,
    Group,
    Paragraph,
    Row,
    Seal,
    Signatures,
    Title,
    headed,
    lay_out,
    row,
)
from registration.papers.sheet import Imprint
from registration.papers.subject import subject_rows

REMEDIES = (
    "如对本决定不服，可以自收到本告知书之日起六十日内依法申请行政复议，"
    "或者自收到本告知书之日起六个月内依法向人民法院提起行政诉讼。"
)
_DUES = {
    "statutory": "法定办结期限",
    "provincial": "省定办结期限",
    "channel": "本通道承诺时限",
}
_LEVELS = {
    Level.NOT_ACCEPTED: "不受理",
    Level.BLOCK: "阻断",
    Level.UNKNOWN: "未知",
    Level.CORRECT: "补正",
    Level.MANUAL: "人工",
    Level.INFO: "告知",
}
_SAID = frozenset(_LEVELS) - {Level.INFO, Level.MANUAL, Level.UNKNOWN}
"""The levels that a notice must list: what the applicants can do something about or must know."""
_REFUSALS = (
    "（一）违反法律、行政法规规定",
    "（二）存在尚未解决的权属争议",
    "（三）申请登记的不动产权利超过规定期限",
    "（四）法律、行政法规规定不予登记的其他情形",
)
_DISPUTES = frozenset({"R02", "R03", "R16"})
_OVERDUE = frozenset({"R26"})
_BY_CODE = frozenset({"SUPPLEMENT"})
"""What the Operating Code adds to the law's three grounds."""


def draw_acceptance(answer: AcceptanceReceipt, application: Application, *, office: str) -> bytes:
    """Draw the acceptance receipt (受理凭证): what was taken in, when, and when it will be done.

    Source: 不动产登记暂行条例第十七条第一款第一项, 第二十条; rank: 实施细则第六十七条.
    """
    blocks: list[Block] = [
        Title("不动产登记受理凭证"),
        Ends(f"业务号：{answer.case_no}", f"申请编号：{answer.application_id}"),
        *subject_rows(application),
        row("受理时间", format_time(answer.accepted_at)),
        *_due_rows(answer),
        *headed("收取材料", tuple(_material_rows(answer, application))),
        *_finding_blocks("提示", answer.findings, frozenset(_LEVELS)),
        Gap(3),
        Paragraph("你（单位）提交的申请材料齐全、符合法定形式，根据《不动产登记暂行条例》第十七条，予以受理。"
                  "同一不动产上有数个抵押权的，顺位以受理时间先后为准。"),
        _sealed(
            "登记完成后，电子不动产登记证明发送至原办理网点，可凭业务号领取并扫码核验。"
            "登记机构将申请登记事项记载于不动产登记簿前，全体申请人可以共同撤回申请。",
            office,
            answer.accepted_at,
        ),
        Signatures(("收件人：", "申请人（代理人）：")),
    ]  # fmt: skip
    return _finish("不动产登记受理凭证", answer.accepted_at, blocks, office)


def draw_correction_request(
    answer: CorrectionRequest, application: Application, *, office: str
) -> bytes:
    """Draw the correction request (补正告知书): everything to be corrected, in one list.

    Source: 不动产登记暂行条例第十七条第一款第三项.
    """
    note = (row("补充说明", spell_out(answer.note)),) if answer.note else ()
    blocks: list[Block] = [
        Title("不动产登记补正告知书"),
        Ends(f"业务号：{answer.case_no}", f"第 {answer.round} 轮"),
        *subject_rows(application),
        Gap(3),
        Paragraph("你（单位）申请的上述登记，经审查需要补正。根据《不动产登记暂行条例》第十七条，"
                  "现将需要补正的全部内容一次性告知如下："),
        *_finding_blocks("需要补正的内容", answer.findings, _SAID),
        *note,
        Gap(3),
        *(Paragraph(text) for text in _correction_terms(answer)),
        _sealed(REMEDIES, office, answer.at),
        Signatures(("告知人：", "申请人（代理人）：")),
    ]  # fmt: skip
    return _finish("不动产登记补正告知书", answer.at, blocks, office)


def _correction_terms(answer: CorrectionRequest) -> Iterator[str]:
    """Yield what holds until the correction is there, and what follows without it.

    Source: 不动产登记暂行条例第十七条; 不动产登记操作规范（试行）4.8.2 (a supplement not supplied).
    """
    yield "补正后由原办理网点重新提交，业务号不变。" + (
        f"本申请已于{format_time(answer.accepted_at)}受理，抵押顺位仍以受理时间为准。"
        if answer.accepted_at
        else "补正前本申请未受理，抵押顺位以补正后的受理时间为准。"
    )
    if answer.due_at:
        end = "登记机构可以决定不予登记" if answer.accepted_at else "视为放弃本次申请，不予受理"
        yield f"请于{format_time(answer.due_at)}前补正。逾期未补正的，{end}。"


def draw_non_acceptance(answer: NonAcceptance, application: Application, *, office: str) -> bytes:
    """Draw the notice of non-acceptance (不予受理告知书).

    Source: 不动产登记暂行条例第十七条; remedies: 行政复议法第二十条, 行政诉讼法第四十六条.
    """
    grounds = _ticked(_non_acceptance_grounds(answer))
    where = (row("应当申请的机构", spell_out(answer.apply_at)),) if answer.apply_at else ()
    blocks: list[Block] = [
        Title("不动产登记不予受理告知书"),
        Ends(f"业务号：{answer.case_no}", f"申请编号：{answer.application_id}"),
        *subject_rows(application),
        Gap(3),
        Paragraph(
            "你（单位）申请的上述登记，经审查有下列情形，根据《不动产登记暂行条例》第十七条，决定不予受理："
        ),
        row("不予受理的情形", grounds),
        *_finding_blocks("具体情况", answer.findings, _SAID),
        *where,
        Gap(3),
        _sealed(REMEDIES, office, answer.at),
        Signatures(("告知人：", "申请人（代理人）：")),
    ]
    return _finish("不动产登记不予受理告知书", answer.at, blocks, office)


def draw_refusal(answer: Refusal, application: Application, *, office: str) -> bytes:
    """Draw the notice of refusal (不予登记告知书).

    Source: 不动产登记暂行条例第二十二条; remedies as `draw_non_acceptance`.
    """
    facts = (row("事实和理由", spell_out(answer.grounds)),) if answer.grounds else ()
    blocks: list[Block] = [
        Title("不动产登记不予登记告知书"),
        Ends(f"业务号：{answer.case_no}", f"申请编号：{answer.application_id}"),
        *subject_rows(application),
        Gap(3),
        Paragraph(
            "你（单位）申请的上述登记，经审查有下列情形，根据《不动产登记暂行条例》第二十二条，决定不予登记："
        ),
        row("不予登记的情形", _ticked(_refusal_grounds(answer))),
        *facts,
        *_finding_blocks("具体情况", answer.findings, _SAID),
        Gap(3),
        Paragraph("申请材料退回申请人，登记机构留存副本。"),
        _sealed(REMEDIES, office, answer.at),
        Signatures(("告知人：", "申请人（代理人）：")),
    ]
    return _finish("不动产登记不予登记告知书", answer.at, blocks, office)


def _finish(title: str, at: datetime, blocks: Sequence[Block], office: str) -> bytes:
    return lay_out(Imprint(title=title, day=local_day(at)), blocks, foot=office)


def _sealed(text: str, office: str, at: datetime) -> Group:
    """Keep the last words with the seal: a seal alone on a page would seal nothing."""
    return Group((Paragraph(text), Seal(office, format_day(local_day(at)))))


def _due_rows(answer: AcceptanceReceipt) -> Iterator[Block]:
    for due in answer.due:
        provisional = "（暂定，工作日安排公布后重新计算）" if due.is_provisional else ""
        yield row(_DUES.get(due.name, due.name), format_time(due.at) + provisional)


def _material_rows(answer: AcceptanceReceipt, application: Application) -> Iterator[Block]:
    widths = (14.0, 96.0, 24.0, WIDTH - 134)
    heads = ("序号", "材料", "页数", "形式")
    yield Row(tuple(Cell(h, w, is_label=True) for h, w in zip(heads, widths, strict=True)))
    for number, material in enumerate(application.materials, start=1):
        texts = (str(number), spell_out(material.title), str(material.pages), "电子")
        cells = zip(texts, widths, (True, False, True, True), strict=True)
        yield Row(tuple(Cell(t, w, is_label=c) for t, w, c in cells))
    for place, spare in enumerate(application.spares):
        title = CATALOGUE[spare.code].title_zh if spare.code in CATALOGUE else spare.code
        ordinal = str(len(application.materials) + place + 1)
        texts = (ordinal, spell_out(title + _whence(place, answer)), "—", "部门答复代替")
        cells = zip(texts, widths, (True, False, True, True), strict=True)
        yield Row(tuple(Cell(t, w, is_label=c) for t, w, c in cells))


def _whence(place: int, answer: AcceptanceReceipt) -> str:
    """Say where the office's own enquiries are; the numbers that a counter claims prove nothing.

    R49 gives them among the hints. A case that was accepted unexamined has none yet.
    """
    where = ("R49", Level.INFO, f"/spares/{place}")
    is_found = any((f.rule, f.level, f.pointer) == where for f in answer.findings)
    return "（登记机构自己查得，请求号见“提示”）" if is_found else ""


def _finding_blocks(
    heading: str, findings: Sequence[Finding], levels: frozenset[Level]
) -> tuple[Block, ...]:
    """Return the whole list: what is wrong, by which law, under which rule."""
    said = [f for f in findings if f.level in levels]
    if not said:
        return ()
    rows = [_finding_row(number, finding) for number, finding in enumerate(said, start=1)]
    return headed(heading, (Group((_finding_head(), rows[0])), *rows[1:]))


_FINDING_WIDTHS = (12.0, 16.0, 74.0, WIDTH - 125, 23.0)


def _finding_head() -> Row:
    heads = ("序号", "类别", "内容", "依据", "规则")
    return Row(
        tuple(Cell(h, w, is_label=True) for h, w in zip(heads, _FINDING_WIDTHS, strict=True))
    )


def _finding_row(number: int, finding: Finding) -> Row:
    texts = (
        str(number),
        _LEVELS[finding.level],
        spell_out(finding.zh),
        finding.basis,
        finding.rule,
    )
    centred = (True, True, False, False, True)
    cells = zip(texts, _FINDING_WIDTHS, centred, strict=True)
    return Row(tuple(Cell(t, w, is_label=c, size=10) for t, w, c in cells))


def _ticked(grounds: Sequence[tuple[str, bool]]) -> str:
    return "\n".join(("■" if is_met else "□") + text for text, is_met in grounds)


def _non_acceptance_grounds(answer: NonAcceptance) -> tuple[tuple[str, bool], ...]:
    rules = {f.rule for f in answer.findings if f.level in _SAID}
    is_elsewhere = "R29" in rules or bool(answer.apply_at)
    other = rules - {"MATERIAL", "FORMAT", "R29"}
    return (
        ("申请登记材料不齐全", "MATERIAL" in rules),
        ("申请登记材料不符合法定形式", "FORMAT" in rules),
        ("申请登记的不动产不属于本机构登记管辖范围", is_elsewhere),
        ("其他情形", bool(other) or not (rules or is_elsewhere)),
    )


def _refusal_grounds(answer: Refusal) -> tuple[tuple[str, bool], ...]:
    rules = {f.rule for f in answer.findings if f.level is Level.BLOCK}
    met = (
        bool(rules - _DISPUTES - _OVERDUE - _BY_CODE),
        bool(rules & _DISPUTES),
        bool(rules & _OVERDUE),
        bool(rules & _BY_CODE) or not rules,
    )
    return tuple(zip(_REFUSALS, met, strict=True))
