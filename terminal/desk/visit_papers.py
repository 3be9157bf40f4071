"""What another counter sent to be signed here, after it was opened, and who is expected."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from registration import schema
from registration.errors import BadDocumentError
from registration.ink import SignerRole
from terminal.desk.hosted import Expected
from terminal.errors import BadAnswerError


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedPaper:
    """One paper that a visitor signs."""

    key: str
    """What the first counter calls it: M01, M01-2."""
    code: str
    """Material code."""
    title: str
    title_en: str
    sha256: str
    pdf: bytes = field(repr=False)
    plain: tuple[tuple[str, str], ...]
    """What it says in plain words: Chinese, English."""
    role: SignerRole
    signer_name: str


def read_papers(data: bytes) -> tuple[HostedPaper, ...]:
    """Read opened `remote-papers/1` for another counter. Raises: BadAnswerError."""
    try:
        # As large as an invitation may be, which is more than a wire document.
        told = json.loads(data)
        if told["schema"] != "remote-papers/1":
            raise BadAnswerError("another schema")
        name = str(told["signer"]["name"])
        papers = tuple(_paper(one, name) for one in told["papers"])
    except (KeyError, TypeError, ValueError, binascii.Error) as exc:
        raise BadAnswerError("papers of a visit") from exc
    if not papers or any(hashlib.sha256(p.pdf).hexdigest() != p.sha256 for p in papers):
        raise BadAnswerError("a paper is not the one of its digest")
    return papers


def write_hint(expected: Mapping[str, Any]) -> bytes:
    """Return who is expected, before it is sealed to the voucher."""
    return schema.canonical({"schema": "visit-hint/1", **expected})


def read_hint(data: bytes, expires_at: datetime) -> Expected:
    """Read who is expected. Raises: BadAnswerError."""
    try:
        told = schema.decode_json(data)
        return Expected(
            name=str(told["name"]),
            number=str(told["number"]),
            branch=str(told["branch"]),
            terminal=str(told["terminal"]),
            titles=tuple(str(title) for title in told["papers"]),
            expires_at=expires_at,
        )
    except (BadDocumentError, KeyError, TypeError, ValueError) as exc:
        raise BadAnswerError("hint") from exc


def _paper(one: Mapping[str, Any], name: str) -> HostedPaper:
    return HostedPaper(
        key=str(one["code"]),
        code=str(one["material"]),
        title=str(one["title"]),
        title_en=str(one.get("title_en", one["title"])),
        sha256=str(one["sha256"]),
        pdf=base64.b64decode(one["pdf"], validate=True),
        plain=tuple((str(two["zh"]), str(two["en"])) for two in one["plain"]),
        role=SignerRole(one["role"]),
        signer_name=name,
    )
