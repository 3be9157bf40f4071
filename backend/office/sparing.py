"""Asks other authorities before anybody signs, so that a counter knows which papers nobody need bring.

What is told here decides nothing: the examination asks anew (R49). The registry asks as it must, to
spare a paper of an application that is being made before the counter (个人信息保护法 art. 13(3), a duty by
law); of a person only what would spare one here, and only about the owner himself.

Source: 不动产登记暂行条例 arts 24-25 (no paper for what is shared), 26-28 (for the purpose alone, and
with a trace); 个人信息保护法 arts 6 (no more than is needed), 13 (on what ground).
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from backend.office.enquiries import Enquiry, EnquiryRow, Reply, Service
from backend.office.enquiry_ports import Authorities
from backend.office.ports import Clock, Works
from backend.office.register import Extract
from backend.office.rows import TerminalRow
from backend.office.rules import Policy, judge_told
from backend.office.rules.book import MORTGAGING, SALE
from backend.office.rules.questions import (
    ask_contract,
    ask_noticed_contract,
    ask_person,
    ask_tax,
    is_marriage_open,
)
from backend.office.rules.sparing import authority_of, is_good, say_reply
from backend.office.rulings import policy_in_force
from registration import schema
from registration.catalogue import SHIPPED, Answers, find_column
from registration.days import local_time
from registration.enquiry import PaperTold, SharedPerson, SharedQuestion, SharedTold
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind
from registration.sparing import SpareAnswer

_SERVICE: Final = {"M02": Service.BUSINESS_LICENCE, "M16": Service.MARRIAGE}
"""Papers about somebody, and who answers about him."""
_MOST: Final = 8
"""So many questions of all counters at once: none of them may keep the office's others waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparing:
    """Tells a counter what the authorities say of papers; who asked what for is in the journal."""

    works: Works
    clock: Clock
    authorities: Authorities
    """With the time that somebody at a counter has."""
    policy: Policy
    _seats: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_MOST)
    )

    def ask(self, question: SharedQuestion, *, terminal: TerminalRow) -> SharedTold:
        """Say of each paper whether an answer stands for it; no answer in time spares nothing."""
        rows, policy = self._note(question, terminal)
        replies = self._replies(rows)
        self._keep(question, replies, terminal)
        told = [_tell(code, question.kinds, replies) for code in question.papers]
        found = (judge_told(replies, kind=kind, policy=policy) for kind in question.kinds)
        return SharedTold(
            at=self.clock.now(),
            papers=tuple(paper for paper in told if paper),
            findings=_plain(f for findings in found for f in findings),
        )

    def _note(
        self, question: SharedQuestion, terminal: TerminalRow
    ) -> tuple[tuple[EnquiryRow, ...], Policy]:
        """Number the questions, and write down who asks, before anything goes out."""
        now = self.clock.now()
        with self.works() as work:
            extract = work.register.extract(question.unit_no.text, now)
            policy = policy_in_force(work, self.policy, now)
            rows = tuple(
                EnquiryRow(
                    request_no=work.enquiries.next_request_no(self.authorities.area, now),
                    case_no=question.application_id,
                    round=0,
                    enquiry=enquiry,
                    at=now,
                )
                for enquiry in _questions(question, extract, policy)
            )
            if rows:
                work.journal.append(
                    actor=f"terminal:{terminal.terminal}",
                    act="authorities asked ahead",
                    ref=_ref(question),
                    body=schema.canonical(_purpose(question, terminal, rows)),
                    at=now,
                    is_kept=True,
                )
                work.commit()
        return rows, policy

    def _replies(self, rows: Sequence[EnquiryRow]) -> tuple[Reply, ...]:
        if not rows:
            return ()
        if not self._seats.acquire(blocking=False):
            at = self.clock.now()
            return tuple(
                Reply(
                    request_no=row.request_no, enquiry=row.enquiry, verdict="", at=at, fault="busy"
                )
                for row in rows
            )
        try:
            return self.authorities.ask(rows)
        finally:
            self._seats.release()

    def _keep(
        self, question: SharedQuestion, replies: Sequence[Reply], terminal: TerminalRow
    ) -> None:
        """Keep what came of it by number and digest; the answers themselves belong to no case yet."""
        if not replies:
            return
        told = [[r.request_no, r.verdict or r.fault, r.answer_sha256] for r in replies]
        with self.works() as work:
            work.journal.append(
                actor=f"terminal:{terminal.terminal}",
                act="authorities answered ahead",
                ref=_ref(question),
                body=schema.canonical({"replies": told}),
                at=self.clock.now(),
                is_kept=True,
            )
            work.commit()


def _ref(question: SharedQuestion) -> str:
    # The identifier is the counter's word: it must not name a case, and stand in that case's records.
    return f"ahead/{question.application_id}"


def _purpose(
    question: SharedQuestion, terminal: TerminalRow, rows: Sequence[EnquiryRow]
) -> dict[str, object]:
    return {
        "branch": terminal.branch,
        "teller": question.teller,
        "kinds": [kind.value for kind in question.kinds],
        "papers": list(question.papers),
        "asked": [[row.request_no, row.enquiry.service.value] for row in rows],
    }


def _questions(question: SharedQuestion, extract: Extract, policy: Policy) -> Iterator[Enquiry]:
    """Yield what may be asked for these papers of these kinds, and for none that nobody asks."""
    if not policy.covers(extract.unit_no):
        return
    kinds = [kind for kind in question.kinds if kind in policy.kinds]
    services = {
        name for code in question.papers for kind in kinds for name in _answers_for(code, kind)
    }
    if Service.SALE_CONTRACT.value in services:
        yield from _contract(question, extract)
    if Service.DEED_TAX.value in services and question.tax_receipt_no and question.contract_no:
        yield ask_tax(
            receipt_no=question.tax_receipt_no,
            contract_no=question.contract_no,
            unit_no=extract.unit_no,
        )
    for person in question.people:
        service = _SERVICE.get(person.paper)
        if service is None or person.paper not in question.papers or service.value not in services:
            continue
        is_marriage = service is Service.MARRIAGE
        if is_marriage and not _is_marriage_asked(policy, extract, person):
            continue
        if not is_marriage or set(kinds) & (MORTGAGING | SALE):
            yield ask_person(service, person.pointer, name=person.name, number=person.number)


def _is_marriage_asked(policy: Policy, extract: Extract, person: SharedPerson) -> bool:
    """Say whether this office wants a proof of marriage at all, and of this person (R10)."""
    is_open = is_marriage_open(extract.title, person.name, person.number)
    return policy.is_spouse_asked and is_open


def _contract(question: SharedQuestion, extract: Extract) -> Iterator[Enquiry]:
    if question.contract_no:
        yield ask_contract(
            "/sale/contract_no",
            contract_no=question.contract_no,
            filing_no=question.filing_no,
            unit_no=extract.unit_no,
            buyers=question.buyers,
            price_fen=question.price_fen,
        )
    elif RegistrationKind.MORTGAGE_NOTICE in question.kinds:
        yield from ask_noticed_contract(extract, question.notice_no, question.buyers)


def _answers_for(code: str, kind: RegistrationKind) -> Answers:
    """Return whose answers stand for a paper of a kind; both forms of a mortgage have the same."""
    line, column = SHIPPED.materials.get(code), find_column(kind)
    return line.spared.get(column, {}) if line is not None and column is not None else {}


def _tell(
    code: str, kinds: Sequence[RegistrationKind], replies: Sequence[Reply]
) -> PaperTold | None:
    """Say whether a paper is spared in every kind that asks it; None where nobody could be asked."""
    asked = [wanted for kind in kinds if (wanted := _answers_for(code, kind))]
    ours = [r for r in replies if any(r.enquiry.service.value in wanted for wanted in asked)]
    if not ours:
        return None
    unasked = {name for wanted in asked for name in wanted}
    unasked -= {reply.enquiry.service.value for reply in ours}
    bad = [r for r in ours if not all(_stands(r, wanted) for wanted in asked)]
    is_spared = not unasked and not bad
    zh, en = _sentence(ours if is_spared else bad, sorted(unasked))
    more = ("", "") if is_spared else ("，请交该材料", "; bring the paper")
    return PaperTold(
        code=code,
        is_spared=is_spared,
        zh=zh + more[0],
        en=en + more[1],
        is_waiting=any(not reply.is_answered for reply in bad),
        is_simulated=any(reply.is_simulated for reply in ours),
        answers=tuple(_answer(reply) for reply in ours) if is_spared else (),
    )


def _stands(reply: Reply, wanted: Answers) -> bool:
    return reply.enquiry.service.value not in wanted or is_good(reply, wanted)


def _sentence(replies: Sequence[Reply], unasked: Sequence[str]) -> tuple[str, str]:
    """Say what spares a paper, or what stands against it: answers, and numbers that are missing."""
    zh, en = [], []
    for name in unasked:
        who = authority_of(Service(name))
        zh.append(f"{who[0]}：没有可供查询的编号")
        en.append(f"{who[1]}: there is no number to ask by")
    for reply in replies:
        who, said = authority_of(reply.enquiry.service), say_reply(reply)
        at = f"{local_time(reply.at):%Y-%m-%d %H:%M}"
        zh.append(f"{who[0]}：{said[0]}（编号 {reply.request_no}，{at}）")
        en.append(f"{who[1]}: {said[1]} (no. {reply.request_no}, {at})")
    return "；".join(zh), "; ".join(en)


def _answer(reply: Reply) -> SpareAnswer:
    return SpareAnswer(
        service=reply.enquiry.service.value,
        request_no=reply.request_no,
        at=reply.at,
        is_simulated=reply.is_simulated,
    )


def _plain(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    """Return what stands in the way, each once; that nobody answered is said beside the paper."""
    kept = (f for f in findings if f.level is not Level.UNKNOWN)
    return tuple(dict.fromkeys(kept))
