"""Examinations by the rule book that can be run again: what went in, and what came out, as bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from backend.office.book_ports import Examination, Inputs, StepInputs
from backend.office.evidence import plain
from backend.office.judging import Judged, Step, judge
from backend.office.register import Extract
from backend.office.rules import Policy, describe, name_book, parse_policy
from registration import schema


def keep_inputs(steps: Sequence[Step], page: Extract, *, now: datetime, policy: Policy) -> Inputs:
    """Return everything that an examination looks at; `place` says which case it is about."""
    return Inputs(
        at=now,
        page=page,
        policy=describe(policy),
        steps=tuple(
            StepInputs(
                case=step.case,
                application=schema.canonical(schema.format_application(step.application)).decode(),
                checks=tuple(replace(check, answer=b"") for check in step.checks),
                inks=step.inks,
                replies=tuple(replace(reply, answer=b"") for reply in step.replies),
                suspended=step.suspended,
            )
            for step in steps
        ),
        place=0,
    )


def make_examinations(judged: Sequence[Judged], inputs: Inputs) -> tuple[Examination, ...]:
    """Return what was just examined, a case each, with what it takes to do it again."""
    return tuple(
        _examination(one, replace(inputs, place=place)) for place, one in enumerate(judged)
    )


def _examination(judged: Judged, inputs: Inputs) -> Examination:
    result = result_of(judged)
    return Examination(
        case_no=judged.step.case.case_no,
        round=judged.step.case.round,
        at=inputs.at,
        book=name_book(parse_policy(inputs.policy)),
        outcome=judged.outcome.value,
        inputs_sha256=digest_inputs(inputs),
        result_sha256=hashlib.sha256(result).hexdigest(),
        inputs=inputs,
        result=result,
    )


def digest_inputs(inputs: Inputs) -> str:
    """Return the SHA-256 of everything that an examination looked at, lower-case hex."""
    told = asdict(inputs)
    for step in told["steps"]:
        # What was kept before suspensions were looked at goes by the same digest as ever.
        if not step["suspended"]:
            del step["suspended"]
    return hashlib.sha256(schema.canonical(plain(told))).hexdigest()


def result_of(judged: Judged) -> bytes:
    """Return an examination's result: its outcome, its findings, and what became of each rule."""
    told: dict[str, Any] = {
        "outcome": judged.outcome.value,
        "findings": schema.format_findings(judged.examined.findings),
        "trace": [list(line) for line in judged.trace],
    }
    return schema.canonical(told)


def judge_again(inputs: Inputs, policy: Policy | None = None) -> Judged:
    """Examine the same once more, by the policy of then or by another one."""
    steps = tuple(
        Step(
            case=one.case,
            application=schema.parse_application(schema.decode_json(one.application.encode())),
            checks=one.checks,
            inks=one.inks,
            replies=one.replies,
            suspended=one.suspended,
        )
        for one in inputs.steps
    )
    used = policy if policy is not None else parse_policy(inputs.policy)
    return judge(steps, inputs.page, now=inputs.at, policy=used)[inputs.place]
