"""What a decision rests on, as one digest: package, application, register, findings, rules."""

import hashlib
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from backend.office.case import Case
from backend.office.register import Extract
from registration import schema

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def digest(case: Case, extract: Extract, rule_book: str) -> str:
    """Return the SHA-256 of everything that a decision on a case rests on, lower-case hex.

    When the register was read is left out: the same register later is the same evidence.
    """
    told = {
        "case": case.case_no,
        "round": case.round,
        "review_round": case.review_round,
        "package": case.package_sha256,
        "findings": schema.format_findings(case.findings),
        "extract": plain(asdict(replace(extract, read_at=_NEVER))),
        "rule_book": rule_book,
    }
    return hashlib.sha256(schema.canonical(told)).hexdigest()


def plain(value: Any) -> Any:
    """Return a value in plain members, for a digest; never to be read back."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
