"""Past examinations run again: do they still say the same, and what would other rules have said."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.errors import IntegrityError, NotFoundError
from backend.office.book_ports import Examination
from backend.office.examined import digest_inputs, judge_again, result_of
from backend.office.ports import Works
from backend.office.rules import name_book, parse_policy
from backend.office.rulings import apply_ruling
from registration import schema
from registration.ruling import Ruling

_LEVELS: Final = ("rule", "level", "pointer", "zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One examination, run again."""

    case_no: str
    round: int
    at: datetime
    book: str
    """By which it was judged then."""
    book_now: str
    """The same decisions of the office under the code of today, or under the rules tried."""
    was: str
    now: str
    """The outcomes."""
    is_same: bool
    """Bit by bit: outcome, findings, and what became of each rule."""
    differences: tuple[str, ...]
    """What is no more ("- …") and what is new ("+ …"), in words."""
    joined: tuple[str, ...] = ()
    """The rules that are younger than the examination, as in R46; they changed nothing else."""

    @property
    def is_alike(self) -> bool:
        """Say whether all that was examined then comes out the same; rules may have joined since."""
        return self.is_same or bool(self.joined)

    @property
    def is_flipped(self) -> bool:
        """Say whether the case would go another way."""
        return self.was != self.now


@dataclass(frozen=True, slots=True)
class Replay:
    """Runs kept examinations again; nothing is written."""

    works: Works

    def case(self, case_no: str, ruling: Ruling | None = None) -> tuple[Replayed, ...]:
        """Run all examinations of a case again.

        Raises:
            NotFoundError: none was kept; the case is older than this, or there is no such case.
            IntegrityError: what is kept is not what its digest says.
        """
        with self.works.reading() as work:
            kept = work.examinations.of(case_no)
        if not kept:
            raise NotFoundError(f"no examination of {case_no} is kept")
        return tuple(run_again(one, ruling) for one in kept)

    def all(self, ruling: Ruling | None, since: datetime | None = None) -> Iterator[Replayed]:
        """Run every examination from a moment on again, oldest first.

        Raises: IntegrityError: as `case`.
        """
        with self.works.reading() as work:
            wanted = work.examinations.cases(since)
        for case_no, round_no in wanted:
            with self.works.reading() as work:
                kept = next(e for e in work.examinations.of(case_no) if e.round == round_no)
            yield run_again(kept, ruling)

    def missing(self, since: datetime | None = None) -> tuple[str, ...]:
        """Return the cases received from a moment on that were answered and cannot be run again.

        They are older than the keeping, or the office could not examine them when it answered.
        """
        with self.works.reading() as work:
            return work.examinations.missing(since)


def run_again(kept: Examination, ruling: Ruling | None = None) -> Replayed:
    """Examine the same inputs again, by the office's decisions of then or by a ruling's.

    Raises: IntegrityError: the inputs or the result are not what their digests say.
    """
    if digest_inputs(kept.inputs) != kept.inputs_sha256:
        raise IntegrityError(f"the inputs of {kept.case_no} are not those of their digest")
    policy = parse_policy(kept.inputs.policy)
    if ruling is not None:
        policy = apply_ruling(policy, ruling)
    result = result_of(judge_again(kept.inputs, policy))
    before, after = schema.decode_json(kept.result), schema.decode_json(result)
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    is_untouched = hashlib.sha256(kept.result).hexdigest() == kept.result_sha256
    return Replayed(
        case_no=kept.case_no,
        round=kept.round,
        at=kept.at,
        book=kept.book,
        book_now=name_book(policy),
        was=kept.outcome,
        now=after["outcome"],
        is_same=result == kept.result,
        differences=tuple(_differences(before, after)),
        joined=_joined(before, after) if is_untouched else (),
    )


def _joined(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """Return the rules that were not there then, when they are all that is different."""
    then = dict(map(tuple, before["trace"]))
    younger = [line for line in after["trace"] if line[0] not in then]
    without = after | {"trace": [line for line in after["trace"] if line[0] in then]}
    if without != before:
        return ()
    return tuple(sorted({word for name, _ in younger for word in name.split(" ")[:-1]}))


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    if before["outcome"] != after["outcome"]:
        yield f"- outcome {before['outcome']}"
        yield f"+ outcome {after['outcome']}"
    old, new = (Counter(map(_line, told["findings"])) for told in (before, after))
    yield from (f"- {line}" for line in (old - new).elements())
    yield from (f"+ {line}" for line in (new - old).elements())
    traces = [dict(map(tuple, told["trace"])) for told in (before, after)]
    for name in sorted(traces[0].keys() | traces[1].keys()):
        was, now = (trace.get(name, "not there") for trace in traces)
        if was != now:
            yield f"~ {name}: {was} / {now}"


def _line(finding: dict[str, Any]) -> str:
    return " ".join(str(finding.get(name, "")) for name in _LEVELS)


def as_rows(replayed: Sequence[Replayed]) -> list[dict[str, Any]]:
    """Return lines of a table, without anybody's name: findings hold names, rules do not."""
    return [
        {
            "case_no": one.case_no,
            "round": one.round,
            "at": one.at.isoformat(timespec="seconds"),
            "was": one.was,
            "now": one.now,
            "rules": " ".join(_rules(one)),
            "book": one.book,
            "book_now": one.book_now,
        }
        for one in replayed
    ]


def _rules(one: Replayed) -> list[str]:
    marks = [line.split() for line in one.differences if line[0] in "+-"]
    return [f"{m[0]}{m[1]}.{m[2]}" for m in marks if m[1] != "outcome"]
