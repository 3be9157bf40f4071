"""What a reviewer decided, read from the form."""

import re
from dataclasses import dataclass, replace

from flask import request

from backend.errors import BadCodeError, LoginLockedError
from backend.office.case import Case
from backend.web.callers import Caller, office
from backend.web.key_answers import read_answer
from backend.web.language import say
from backend.web.words import local, sort_findings
from registration.findings import Finding, Level

LONGEST_OPINION = 2000
_BAD_CODE = "动态码不对、用过了或者过时了，请等下一个再输。"
_BAD_KEY = "密钥没有回答，或回答不对、太晚。请再试一次。"
_NO_CODE = "超过 5 分钟没有验证身份：请输入动态码，再提交。"
_NO_KEY = "超过 5 分钟没有验证身份：请用安全密钥验证，再提交。"
_NO_OPINION = "请写下意见再提交：意见会记入案卷，补正和不予登记时告诉申请人。"
_VERDICTS = frozenset({"approve", "refuse", "correct"})
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """One decision, bound to the digest of what the page showed."""

    verdict: str
    opinion: str
    evidence_sha256: str
    chosen: frozenset[int]
    """Places of the findings that the branch shall put right, in the order shown."""


class BadDecisionError(Exception):
    """The form cannot be read; the page is shown again with what was written."""

    def __init__(self, text: str, opinion: str) -> None:
        super().__init__("decision form")
        self.text, self.opinion = text, opinion


def read_decision() -> DecisionForm:
    """Read the posted form.

    Raises:
        BadDecisionError: verdict, opinion or digest is missing or out of shape.
    """
    opinion = request.form.get("opinion", "").replace("\r\n", "\n").strip()
    verdict = request.form.get("verdict", "")
    evidence = request.form.get("evidence_sha256", "")
    kept = opinion[:LONGEST_OPINION]
    if verdict not in _VERDICTS or _DIGEST.fullmatch(evidence) is None:
        raise BadDecisionError(say("没有收全，请再按一次要做的决定。"), kept)
    if not opinion:
        raise BadDecisionError(say(_NO_OPINION), "")
    if not is_plain(opinion):
        raise BadDecisionError(say("意见里有看不见的字符，请重新输入。"), "")
    if len(opinion) > LONGEST_OPINION:
        raise BadDecisionError(say("意见最多 {n} 字，请写短一些。", n=LONGEST_OPINION), kept)
    places = [p for p in request.form.getlist("item") if re.fullmatch("[0-9]{1,3}", p, re.ASCII)]
    return DecisionForm(
        verdict=verdict,
        opinion=opinion,
        evidence_sha256=evidence,
        chosen=frozenset(int(place) for place in places),
    )


def require_fresh(known: Caller, opinion: str) -> str:
    """Have whoever decides show his second factor, if he last did so some minutes ago.

    Returns which it was: "totp" or "webauthn"; empty where the account has none.

    Raises:
        BadDecisionError: there is neither code nor key, or it is wrong; the opinion is kept.
    """
    if known.is_fresh:
        return known.factor
    is_key = bool(request.form.get("answer"))
    code = request.form.get("code", "").replace(" ", "")[:12]
    if not code and not is_key:
        raise BadDecisionError(say(_NO_CODE if known.has_code else _NO_KEY), opinion)
    try:
        if is_key:
            office().keys.refresh(known.session, read_answer())
        else:
            office().factors.refresh(known.session, code)
    except LoginLockedError as exc:
        until = local(exc.until, "%H:%M:%S")
        raise BadDecisionError(
            say("连错太多次，请到 {until} 再试。", until=until), opinion
        ) from exc
    except BadCodeError as exc:
        raise BadDecisionError(say(_BAD_KEY if is_key else _BAD_CODE), opinion) from exc
    return "webauthn" if is_key else "totp"


def asked_factors(known: Caller) -> dict[str, object]:
    """Return which factors a decision may be confirmed with; none while one is fresh."""
    return {
        "asks_code": not known.is_fresh and known.has_code,
        "asks_key": not known.is_fresh and known.has_key,
    }


def is_plain(text: str) -> bool:
    """Say whether a text has only characters that can be seen."""
    return all(c.isprintable() or c in "\n\t\u3000" for c in text)


def chosen_items(
    form: DecisionForm, findings: tuple[Finding, ...], pinned: tuple[Finding, ...] = ()
) -> tuple[Finding, ...]:
    """Return what the branch shall put right: what was chosen and pinned, else the opinion."""
    if form.verdict != "correct":
        return ()
    chosen = tuple(
        replace(finding, level=Level.CORRECT)
        for place, finding in enumerate(sort_findings(findings))
        if place in form.chosen
    )
    return (*chosen, *pinned) or (
        Finding(
            rule="MANUAL",
            level=Level.CORRECT,
            zh=form.opinion,
            en=form.opinion,
            basis="《不动产登记暂行条例》第十七条",
        ),
    )


def ready_opinion(case: Case) -> str:
    """Return what a reviewer may say as it is; only where nothing but the time decides."""
    if not case.is_overdue:
        return ""
    due = local(case.correction_due, "%Y-%m-%d %H:%M")
    return (
        f"受理后已书面告知须补充的材料和期限（{due} 前）。期限届满，申请人没有补交，"
        "依照《不动产登记操作规范（试行）》4.8.2，不予登记。"
    )
