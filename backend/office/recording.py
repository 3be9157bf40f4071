"""登簿: writes the entry of an approved case; registration is complete here (art. 21)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Final

from backend.errors import NotReadyError
from backend.office.answering import Answering
from backend.office.case import Case, Stage, begin_round, move
from backend.office.companions import read_steps
from backend.office.effects import Hand, Plan, find_plan, foresee
from backend.office.events import apply
from backend.office.judging import Step
from backend.office.ports import Clock, FailPoints, Work, Works
from backend.office.register import Extract
from backend.office.renewing import Renewing, find_renewed
from backend.office.rows import CertificateStatus
from backend.office.rules import Matter, Page, Policy, Seen, examine_traced
from backend.office.rulings import policy_of_case
from backend.office.sampling import draw
from backend.office.suspended import find_suspended
from backend.office.wording import check_wording
from registration import schema
from registration.days import local_day
from registration.findings import FORBIDDING, Finding, Level
from registration.identifiers import format_title_no
from registration.mortgage import RegistrationKind
from registration.requirements import check_application
from registration.rulebook import adjust

FAIL_POINTS: Final = (
    "record.asked",
    "record.before-entry",
    "record.before-commit",
    "record.after-commit",
)
_MAKING: Final = frozenset({CertificateStatus.PREPARED, CertificateStatus.SEALED})
_LIVE: Final = _MAKING | {CertificateStatus.PUBLISHED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Entry, stage, answer and the next task in one transaction; repeating is harmless."""

    works: Works
    answering: Answering
    clock: Clock
    policy: Policy
    fail_point: FailPoints
    province: str
    """First character of the numbers of new titles."""
    place: str
    """Place name in them."""
    renewing: Renewing

    def record(self, case_no: str) -> None:
        """Write the entry of a case that is approved; any other case is left as it is.

        Cases that were applied for as one are entered together, in their order, once the last of
        them is approved. When the register changed since the approval so that it cannot take an
        entry now, or an authority that is asked again says otherwise or nothing, they go back to
        the reviewers with the new findings.

        Raises:
            NotReadyError: a case accepted earlier on the unit is still open, or the certificate
                that this one replaces is still in the making; try again later.
        """
        asked = self._ask(case_no)
        self.fail_point("record.asked")
        with self.works() as work:
            steps = read_steps(work, case_no)
            if not _are_approved(steps):
                return
            self.fail_point("record.before-entry")
            self._record(work, _with_replies(steps, asked))
            self.fail_point("record.before-commit")
            work.commit()
        self.fail_point("record.after-commit")

    def _ask(self, case_no: str) -> tuple[Step, ...]:
        """Ask again what has aged, before the transaction: authorities may be slow."""
        with self.works.reading() as work:
            steps = read_steps(work, case_no)
            if not _are_approved(steps):
                return ()
            now = self.clock.now()
            page = _require_ready(work, steps, now)
            policy = policy_of_case(work, steps[0].case.case_no, self.policy, now)
        return self.renewing.ask(steps, page, policy)

    def _record(self, work: Work, steps: Sequence[Step]) -> None:
        now, first = self.clock.now(), steps[0].case
        page = _require_ready(work, steps, now)
        policy = policy_of_case(work, first.case_no, self.policy, now)
        self.renewing.require_asked(steps, page, now, policy)
        news = self._news(work, steps, page, now)
        if any(news):
            for step, found in zip(steps, news, strict=True):
                self._give_back(work, step.case, found or (_companion(steps, news),), now)
            return
        self._enter(work, steps, page, now)

    def _news(
        self, work: Work, steps: Sequence[Step], page: Extract, now: datetime
    ) -> tuple[tuple[Finding, ...], ...]:
        """Return for each step what keeps the register, as it is now, from taking the entry.

        Nothing of it stood when the case was approved. The people were checked and the papers
        were read then, so everything is judged as of the day of acceptance; only the register can
        have changed, and what authorities say that were asked again.
        """
        found = []
        policies = (policy_of_case(work, s.case.case_no, self.policy, now) for s in steps)
        for step, policy in zip(steps, policies, strict=True):
            today = local_day(step.case.accepted_at or now)
            told = frozenset(
                adjust(check_application(step.application, today=today), policy.adjustments)
            )
            matter = Matter(
                application=step.application,
                page=Page(extract=page, today=today, policy=policy),
                checks=None,
                together=tuple(s.application for s in steps if s is not step),
                seen=Seen(suspended=find_suspended(work, step.application)),
            )
            findings, _ = examine_traced(matter)
            plan, after = foresee(step.application, page, now)
            findings = (*findings, *check_wording(plan.deed if plan else None, findings))
            new = tuple(f for f in findings if f.level in FORBIDDING and f not in told)
            # Who decided with the suspension before them has decided.
            seen = {f for f in findings if f.rule == "R45"} - set(step.case.findings)
            renewed = find_renewed(
                replace(matter, seen=Seen(replies=step.replies)), step.case.findings
            )
            found.append((*new, *seen, *renewed, *_stopped(work, step.case)))
            page = after
        return tuple(found)

    def _give_back(self, work: Work, case: Case, news: tuple[Finding, ...], now: datetime) -> None:
        """Begin a new round of review: what was decided of the old register is over."""
        back = replace(
            begin_round(move(case, Stage.IN_REVIEW)),
            findings=case.findings + news,
            is_automatic=False,
        )
        saved = work.cases.save(back, was=case)
        self.answering.tell(work, saved, now)
        _note(work, case, "given back", now, body=schema.canonical(schema.format_findings(news)))

    def _enter(self, work: Work, steps: Sequence[Step], page: Extract, now: datetime) -> None:
        plans = []
        for step in steps:
            plan = find_plan(step.application, page, self._hand(work, step, now))
            # The rule book has passed it on this very page.
            assert plan is not None
            page = reduce(apply, plan.events, page)
            plans.append(plan)
        for place, (step, plan) in enumerate(zip(steps, plans, strict=True)):
            for event in plan.events:
                work.register.write(event)
            _end_certificates(work, plan, now)
            is_superseded = any(_goes_on_with(plan, later) for later in plans[place + 1 :])
            self._finish(work, step.case, plan, now, is_certified=not is_superseded)

    def _hand(self, work: Work, step: Step, now: datetime) -> Hand:
        assert step.case.accepted_at is not None
        kind, title_no = step.application.kind, ""
        if kind is RegistrationKind.OWNERSHIP_TRANSFER:
            year = local_day(now).year
            serial = work.register.next_title_serial(year)
            title_no = format_title_no(
                province=self.province, year=year, place=self.place, serial=serial
            ).text
        is_new = kind not in _GOES_ON
        return Hand(
            case_no=step.case.case_no,
            accepted_at=step.case.accepted_at,
            at=now,
            registrar=_registrar(work, step.case),
            entry_no=work.register.next_entry_no(now) if is_new else "",
            title_no=title_no,
        )

    def _finish(
        self, work: Work, case: Case, plan: Plan, now: datetime, *, is_certified: bool
    ) -> None:
        is_issued = plan.deed is not None and is_certified
        registered = work.cases.save(move(case, Stage.REGISTERED), was=case)
        self.answering.register(
            work,
            registered,
            entry_no=plan.entry_no,
            rank=plan.rank,
            title_no=plan.title_no,
            certificate_follows=is_issued,
            at=now,
        )
        act = "discharged" if case.kind is RegistrationKind.CANCELLATION else "registered"
        record = work.journal.append(
            actor="system", act=act, ref=case.case_no, body=plan.entry_no.encode(), at=now
        )
        if case.is_automatic:
            policy = policy_of_case(work, case.case_no, self.policy, now)
            draw(work, case.case_no, record, percent=policy.sample_percent)
        if is_issued:
            work.tasks.add("issue", case.case_no, at=now)
        else:
            work.cases.save(move(registered, Stage.DELIVERED), was=registered)


_GOES_ON: Final = frozenset(
    {
        RegistrationKind.CHANGE,
        RegistrationKind.CRYSTALLISATION,
        RegistrationKind.CANCELLATION,
    }
)
"""Kinds that never begin an entry of their own."""


def _are_approved(steps: Sequence[Step]) -> bool:
    return all(step.case.stage is Stage.APPROVED for step in steps)


def _with_replies(steps: Sequence[Step], asked: Sequence[Step]) -> tuple[Step, ...]:
    replies = {step.case.case_no: step.replies for step in asked}
    return tuple(replace(step, replies=replies.get(step.case.case_no, ())) for step in steps)


def _require_ready(work: Work, steps: Sequence[Step], now: datetime) -> Extract:
    """Return the page that the first step meets, when it is these steps' turn."""
    ours = tuple(step.case.case_no for step in steps)
    page = work.register.extract(steps[0].case.unit_no, now, without=ours)
    _require_turn(steps[0].case, page)
    _require_certificates(work, steps, page)
    return page


def _goes_on_with(plan: Plan, later: Plan) -> bool:
    """Say whether a later step of the bundle changes what this one would be certified for."""
    return any(event.entry_no == plan.entry_no for event in later.events)


def _end_certificates(work: Work, plan: Plan, now: datetime) -> None:
    for number, status in plan.ended:
        row = work.certificates.find(number)
        # Older certificates, of before this office's system, are not kept here.
        if row is not None and row.status in _LIVE:
            work.certificates.end(number, status=status, at=now)


def _stopped(work: Work, case: Case) -> tuple[Finding, ...]:
    """Say that people decide what the rule book approved, since deciding alone was stopped."""
    switch = work.books.last_switch()
    if not case.is_automatic or switch is None or not switch.is_stopped:
        return ()
    return (
        Finding(
            rule="POLICY",
            level=Level.MANUAL,
            zh="自动办理已停用，自动作出的决定在登簿前退回，由两名审核人员审核。",
            en="Straight-through was stopped before the entry; two reviewers decide.",
            basis="《不动产登记暂行条例》第十八条；本登记机构自动办理的规定",
        ),
    )


def _companion(steps: Sequence[Step], news: Sequence[tuple[Finding, ...]]) -> Finding:
    """Say to a step that nothing is wrong with it, but with another one of its bundle."""
    other = next(s.case.case_no for s, found in zip(steps, news, strict=True) if found)
    return Finding(
        rule="BUNDLE",
        level=Level.MANUAL,
        zh=f"一并申请的业务{other}退回审核，本业务一并退回。",
        en=f"Case {other} of the same bundle went back to review, and this one with it.",
        basis="《不动产登记暂行条例》第十四条",
        pointer="/bundle",
    )


def _require_turn(case: Case, page: Extract) -> None:
    """Keep the order of acceptance, which is the order of ranks.

    Source: 民法典 art. 414; 不动产登记暂行条例 art. 17 (acceptance fixes the order).
    """
    mine = case.accepted_at
    if case.kind is RegistrationKind.CANCELLATION or mine is None:
        return
    for other in page.open_cases:
        if other.accepted_at is not None and other.accepted_at < mine:
            raise NotReadyError(f"waits for case {other.case_no}")


def _require_certificates(work: Work, steps: Sequence[Step], page: Extract) -> None:
    """Let a certificate be published before it is replaced: somebody is waiting for it."""
    for step in steps:
        number = step.application.standing_no or step.application.notice_no
        entry = page.find_standing(number.text) if number is not None else None
        if entry is None or number is None or step.case.kind is RegistrationKind.CANCELLATION:
            continue
        row = work.certificates.find(number.text)
        is_making = row is not None and row.status in _MAKING
        if is_making or not entry.certificate_no:
            raise NotReadyError(f"waits for the certificate of entry {entry.entry_no}")


def _registrar(work: Work, case: Case) -> str:
    """Return who answers for the entry: the last to approve it, or the rule book."""
    decided = [d for d in work.decisions.of(case.case_no) if d.round == case.review_round]
    return decided[-1].reviewer


def _note(work: Work, case: Case, act: str, at: datetime, *, body: bytes) -> None:
    work.journal.append(actor="system", act=act, ref=case.case_no, body=body, at=at)
