"""Everything that the case page shows, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.office.case import Case, Stage
from backend.office.checks import InkCheck
from backend.office.enquiries import EnquiryRow
from backend.office.review import CaseFile
from backend.office.rows import Decision, Draft, Remark, StaffRow
from backend.office.stages import MAY_DECIDE
from backend.web.callers import MAY_HAND_OUT, REVIEWERS
from backend.web.case_page import Group, compare
from backend.web.changed import ShownChange, show_changes
from backend.web.language import join, say
from backend.web.pinned import ShownDraft, show_own
from backend.web.signatures import ShownSignature, show_signatures
from backend.web.stuck import show_stuck
from backend.web.words import (
    ACTS,
    Clock,
    ShownFinding,
    local,
    show_clock,
    show_clocks,
    show_findings,
    show_kind,
)
from registration.findings import Level
from registration.people import IdentityRecord

_FORBIDDING = frozenset({Level.NOT_ACCEPTED, Level.BLOCK, Level.CORRECT})
"""A person cannot approve over these either; the use case asks again."""
_STAGES = {"first": "初审", "second": "复审", "chief": "核定", "automatic": "规则自动"}
_CHIEF_REASONS = {
    "opinions": "两人意见不一",
    "asked": "有人上报",
    "amount": "数额较高",
    "finding": "有须负责人看的结果",
}
_REMARKS = {
    "hold": "挂起：",
    "resume": "取消挂起：",
    "escalate": "上报负责人：",
    "reveal": "看了完整证件号：",
}
_ACTORS = {"terminal": "终端", "staff": "工号", "auto": "规则手册", "system": "系统"}
_VERDICTS = {"approve": "同意", "refuse": "不予登记", "correct": "要求补正"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The strip over the panes."""

    kind: str
    amount: str
    capital: str
    unit: str
    due: Clock
    clocks: str
    """All of them, with the times when they run out."""
    holding: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a timeline."""

    at: str
    title: str
    text: str = ""
    state: str = "done"
    """"done", or "back" where the case went back to somebody."""


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One entry of the status bar."""

    state: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDesk:
    """One case as its page shows it to one member of staff."""

    case: Case
    head: Head
    findings_head: str
    findings: tuple[ShownFinding, ...]
    simulated: tuple[str, ...]
    decisions: tuple[Step, ...]
    history: tuple[Step, ...]
    compare: tuple[Group, ...]
    signatures: tuple[ShownSignature, ...]
    status: tuple[StatusEntry, ...]
    evidence_sha256: str
    own: ShownDraft
    may_take: bool
    take_text: str
    may_release: bool
    may_hand_out: bool
    may_decide: bool
    decision_stage: str
    approve_text: str
    may_escalate: bool
    is_last: bool
    """Whether a refusal of now is the office's, and not one opinion of two."""
    thread: tuple[Step, ...]
    changes: tuple[ShownChange, ...]
    is_open: bool
    """Whether covered numbers are shown this once."""
    may_remark: bool
    hindrance: str
    """Why nobody can approve as things stand; empty when somebody can."""


def show_case(
    file: CaseFile,
    *,
    staff: StaffRow,
    now: datetime,
    draft: Draft | None,
    is_open: bool,
    inks: Sequence[InkCheck] = (),
) -> CaseDesk:
    """Return the whole page's content; `inks` say what the evidence of each signature is worth."""
    case, signatures = file.case, show_signatures(file.application, inks)
    return CaseDesk(
        case=case,
        head=_head(file, staff, now),
        findings_head=_findings_head(case),
        findings=show_findings(case.findings),
        simulated=_simulated(file),
        decisions=tuple(_decision(decision) for decision in file.decisions),
        history=_history(file),
        compare=compare(file.application, file.extract, is_open=is_open),
        changes=show_changes(file.differences),
        is_open=is_open,
        signatures=signatures,
        status=_status(file, signatures, now),
        evidence_sha256=file.evidence_sha256,
        own=show_own(draft),
        thread=tuple(_remark(remark) for remark in file.thread),
        hindrance=tell_hindrance(case),
        **_acts(file, staff, now),
    )


def _acts(file: CaseFile, staff: StaffRow, now: datetime) -> dict[str, Any]:
    """Return what somebody may do here."""
    case = file.case
    return {
        "may_take": _may_take(file, staff, now),
        "take_text": say("接手") if case.holder else say("领取"),
        "may_release": _is_mine(case, staff),
        "may_hand_out": bool(set(MAY_HAND_OUT) & set(staff.roles)),
        "may_decide": _is_mine(case, staff) and case.stage is Stage.IN_REVIEW,
        "decision_stage": say(_STAGES[file.stage]) if file.stage else "",
        "approve_text": _approve_text(file),
        "may_escalate": not case.chief_reason and file.stage != "chief",
        "is_last": _is_last(file, "refuse"),
        "may_remark": _may_remark(case, staff),
    }


def tell_hindrance(case: Case) -> str:
    """Say which findings stand against approval; empty when none does."""
    standing = sorted({f.rule for f in case.findings if f.level in _FORBIDDING})
    if not standing:
        return ""
    return say("{rules} 还没有解决，不能同意：请要求补正或不予登记", rules=join(*standing))


def _is_mine(case: Case, staff: StaffRow) -> bool:
    return case.holder == staff.staff_id


def _may_take(file: CaseFile, staff: StaffRow, now: datetime) -> bool:
    is_fitting = bool(MAY_DECIDE.get(file.stage, frozenset()) & set(staff.roles))
    case = file.case
    return is_fitting and not (_is_mine(case, staff) or case.is_held(now) or case.is_on_hold)


def _head(file: CaseFile, staff: StaffRow, now: datetime) -> Head:
    case, mortgage = file.case, file.application.mortgage
    secured = mortgage.secured if mortgage else None
    return Head(
        kind=show_kind(case.kind, mortgage.form if mortgage else None),
        amount=secured.yuan if secured else "",
        capital=mortgage.amount_words if mortgage else "",
        unit=file.application.unit.unit_no.grouped,
        due=show_clock(case, now),
        clocks=show_clocks(case),
        holding=_holding(case, staff, now),
    )


def _is_last(file: CaseFile, verdict: str) -> bool:
    """Say whether a decision of now concludes the round: nobody has to agree after it."""
    if file.stage != "second":
        return file.stage == "chief"
    first = next((d for d in file.decisions if _is_of_round(file, d)), None)
    if first is None or first.verdict != verdict or file.case.chief_reason:
        return False
    return verdict != "approve" or not file.chief_reason


def _is_of_round(file: CaseFile, decision: Decision) -> bool:
    return decision.round == file.case.review_round


def _approve_text(file: CaseFile) -> str:
    if _is_last(file, "approve"):
        return say("核定，准予登记")
    return say("同意，送复审") if file.stage == "first" else say("同意，送负责人核定")


def _remark(remark: Remark) -> Step:
    when = local(remark.at, "%m-%d %H:%M")
    return Step(when, remark.staff_id, _remark_head(remark) + remark.text)


def _remark_head(remark: Remark) -> str:
    head = _REMARKS.get(remark.kind)
    return say(head) if head else ""


def _may_remark(case: Case, staff: StaffRow) -> bool:
    return case.stage is Stage.IN_REVIEW and bool(set(REVIEWERS) & set(staff.roles))


def _holding(case: Case, staff: StaffRow, now: datetime) -> str:
    if _is_mine(case, staff):
        return say("您在办到 {until}，有动静就自动续", until=local(case.held_until, "%H:%M"))
    if case.holder and not case.is_held(now):
        return say("{holder} 领了但没有动静，可以接手", holder=case.holder)
    if case.is_on_hold:
        return say("挂起中，先取消挂起再办")
    if case.holder:
        return say("{holder} 在办，您现在只能看", holder=case.holder)
    return say("还没有人领取") if case.stage is Stage.IN_REVIEW else ""


def _findings_head(case: Case) -> str:
    told = [f for f in case.findings if f.level is not Level.INFO]
    notes = len(case.findings) - len(told)
    head = say("要看 {n}", n=len(told)) if told else say("没有问题")
    return head + say("，告知 {n}", n=notes) if notes else head


def _simulated(file: CaseFile) -> tuple[str, ...]:
    people = (*file.application.mortgagors, *file.application.debtors)
    read = (visit.identity for visit in file.application.visits)
    chips = any(_is_simulated(identity) for identity in (*(p.identity for p in people), *read))
    origins = [o for m in file.application.materials for o in m.origins]
    told = (
        (chips, "读卡：虚拟读卡器，不是真的证件"),
        (any(i.is_simulated for i in file.application.inks), "签名：程序画的，不是手写"),
        (any(o.is_simulated for o in origins), "扫描：虚拟扫描仪，不是真的原件"),
        (any(is_simulated(r) for r in file.enquiries), "其他部门的答复：模拟的，不是真的"),
    )
    return tuple(say(text) for is_so, text in told if is_so)


def is_simulated(row: EnquiryRow) -> bool:
    """Say whether a simulated authority answered."""
    return row.reply is not None and row.reply.is_simulated


def _is_simulated(identity: IdentityRecord | None) -> bool:
    evidence = identity.evidence if identity else None
    return evidence is not None and evidence.is_simulated


def _decision(decision: Decision) -> Step:
    title = say(
        "{stage}：{verdict}（第 {n} 次审核，{who}）",
        stage=say(_STAGES.get(decision.stage, decision.stage)),
        verdict=say(_VERDICTS.get(decision.verdict, decision.verdict)),
        n=decision.round,
        who=say("规则手册") if decision.reviewer == "auto" else decision.reviewer,
    )
    state = "done" if decision.verdict == "approve" else "back"
    return Step(local(decision.at, "%m-%d %H:%M"), title, decision.opinion, state)


def _history(file: CaseFile) -> tuple[Step, ...]:
    """Return the journal in words; the same act again by the same actor is one line.

    What somebody wrote with his act stands beside it, and always has a line of its own.
    """
    steps: list[Step] = []
    last = ("", "")
    for record in file.journal:
        words = file.words.get(record.seq, "")
        if words or (record.act, record.actor) != last:
            when, act = local(record.at, "%m-%d %H:%M"), say(ACTS.get(record.act, record.act))
            text = (
                say("{who}：{words}", who=_actor(record.actor), words=words)
                if words
                else _actor(record.actor)
            )
            steps.append(Step(when, act, text))
        last = (record.act, record.actor)
    return tuple(steps)


def _actor(actor: str) -> str:
    kind, _, name = actor.partition(":")
    return f"{say(_ACTORS.get(kind, kind))} {name}".strip()


def _status(
    file: CaseFile, signatures: tuple[ShownSignature, ...], now: datetime
) -> tuple[StatusEntry, ...]:
    loose = sum(not s.is_bound for s in signatures)
    signed = say("签名 {n} 个，都签在所附的文件上", n=len(signatures))
    if loose:
        signed = say("签名 {n} 个，{loose} 个与文件不符", n=len(signatures), loose=loose)
    read_at, based_on = local(file.extract.read_at, "%H:%M:%S"), file.evidence_sha256[:8]
    basis = say("所依据的内容 {digest}，变了就不能提交意见", digest=based_on)
    hindrance = tell_hindrance(file.case)
    return (
        *(StatusEntry("bad", "block", task.line) for task in show_stuck(file.stuck)),
        *((StatusEntry("warn", "warn", hindrance),) if hindrance else ()),
        *_chief_status(file.case.chief_reason or file.chief_reason, file.stage),
        StatusEntry("ok", "register", say("登记簿 {at} 读过", at=read_at)),
        StatusEntry("bad" if loose else "ok", "block" if loose else "shield", signed),
        StatusEntry("ok", "lock", basis),
        StatusEntry("ok", "clock", local(now, "%Y-%m-%d %H:%M")),
    )


def _chief_status(reason: str, stage: str) -> tuple[StatusEntry, ...]:
    if not reason or not stage:
        return ()
    return (
        StatusEntry(
            "warn", "manual", say("须负责人核定：{reason}", reason=say(_CHIEF_REASONS[reason]))
        ),
    )
