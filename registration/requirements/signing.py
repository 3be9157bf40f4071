"""Rules on signatures: who signed, what, and whether it is a signature at all."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Level
from registration.ink import InkFault, InkRecord, check_ink
from registration.listed import LIST_CODE
from registration.parties import obligors_pointer
from registration.people import CoOwnership, Party
from registration.requirements.rule import Hit, Rule
from registration.requirements.shares import needs_all_owners, reach_two_thirds
from registration.signatures import (
    RequiredSignature,
    find_ink,
    missing_signatures,
    owner_signature,
    required_signatures,
)
from registration.statements import STATEMENTS

_MOST_NAMED: Final = 10
_PAPERS: Final = {
    "M01": ("《不动产登记申请书》", "application form"),
    "M15": ("《询问笔录》", "inquiry record"),
    LIST_CODE: ("《批量注销登记申请清单》", "list of discharges"),
} | {code: (f"《{one.zh}》", one.en.lower()) for code, one in STATEMENTS.by_code.items()}
_FAULTS: Final = {
    InkFault.TOO_LITTLE: ("笔迹过少", "there is too little ink"),
    InkFault.TOO_QUICK: ("书写时间过短", "it was written too quickly"),
    InkFault.TIME_RUNS_BACK: ("笔迹时间倒退", "its times run back"),
}


def check_joint_owners(application: Application, _today: date) -> Iterator[Hit]:
    """Joint owners apply together: each signs the application form, or his guardian does.

    The register may know more owners; the office's own rule looks for those.
    """
    if not needs_all_owners(application) or application.co_ownership is not CoOwnership.JOINT:
        return
    if len(application.obligors) == 1:
        yield Hit(
            "共同共有不动产须全体共有人共同申请，请填写其他共有人。",
            "Joint owners must apply together; state the other owners.",
            obligors_pointer(application),
        )
    for party in application.obligors:
        if _is_unsigned(application, party):
            yield Hit(
                f"共同共有不动产须全体共有人共同申请，缺少{_signer_zh(party)}的签名。",
                f"Joint owners must apply together; the signature of {party.name} is missing.",
                "/inks",
            )


def _is_unsigned(application: Application, party: Party) -> bool:
    return find_ink(application, owner_signature(party, "M01")) is None


def _signer_zh(party: Party) -> str:
    if party.guardian is not None:
        return f"{party.name}（监护人{party.guardian.name}）"
    return f"{party.name}（代理人{party.agent.name}）" if party.agent else str(party.name)


def check_signed(application: Application, _today: date) -> Iterator[Hit]:
    """Everybody else who must sign a paper has signed it.

    A co-owner's missing signature on the form is R08's or R09's. Where two thirds of the shares
    have signed, the other owners by shares need not sign the inquiry record either.
    """
    left_out = _left_to_others(application)
    for wanted in missing_signatures(application):
        if (wanted.paper_code, wanted.number) not in left_out:
            zh, en = _PAPERS[wanted.paper_code]
            yield Hit(
                f"{zh}缺少{wanted.name}的签名。",
                f"The signature of {wanted.name} on the {en} is missing.",
                "/inks",
            )


def _left_to_others(application: Application) -> frozenset[tuple[str, str]]:
    """Return paper and signer of the signatures on which another rule speaks."""
    is_shared = application.co_ownership in {CoOwnership.JOINT, CoOwnership.SHARES}
    if not is_shared or not needs_all_owners(application):
        return frozenset()
    unsigned = [
        owner_signature(p, "M01").number
        for p in application.obligors
        if _is_unsigned(application, p)
    ]
    papers = ("M01", "M15") if reach_two_thirds(application) else ("M01",)
    return frozenset((paper, number) for paper in papers for number in unsigned)


def check_fresh(application: Application, _today: date) -> Iterator[Hit]:
    """A signature stands for the very bytes of the paper that was shown."""
    for wanted, ink in _signed(application):
        paper = application.find_paper(wanted.paper_code)
        if paper is not None and ink.paper_sha256 != paper.sha256:
            zh, en = _PAPERS[wanted.paper_code]
            yield Hit(
                f"{zh}在{wanted.name}签署后被修改，请重新签名。",
                f"The {en} was changed after {wanted.name} signed; please sign again.",
                _pointer(application, ink),
            )


def check_signers(application: Application, _today: date) -> Iterator[Hit]:
    """The ink names the signer and the part in which he has to sign."""
    for wanted, ink in _signed(application):
        if ink.signer_name != wanted.name or ink.role is not wanted.role:
            zh, en = _PAPERS[wanted.paper_code]
            yield Hit(
                f"{zh}的签名与签署人{wanted.name}的身份不符，请重新签名。",
                f"The ink on the {en} does not name {wanted.name} in the right part; sign again.",
                _pointer(application, ink),
            )


def check_inks(application: Application, _today: date) -> Iterator[Hit]:
    """Ink is a signature only with enough of it, written in a hand's time, forward."""
    for wanted, ink in _signed(application):
        fault = check_ink(ink.strokes)
        if fault is None and ink.ended_at < ink.started_at:
            fault = InkFault.TIME_RUNS_BACK
        if fault is not None:
            zh, en = _FAULTS[fault]
            yield Hit(
                f"{wanted.name}在{_PAPERS[wanted.paper_code][0]}上的签名无效：{zh}，请重新签名。",
                f"The signature of {wanted.name} is not one: {en}; please sign again.",
                _pointer(application, ink),
            )


def check_replays(application: Application, _today: date) -> Iterator[Hit]:
    """No two signatures are the same ink: a hand never writes twice alike."""
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for index, ink in enumerate(application.inks):
        alike[ink.sha256].append(index)
    for indexes in alike.values():
        if len(indexes) > 1:
            signers = tuple(dict.fromkeys(application.inks[i].signer_name for i in indexes))
            names = "、".join(signers[:_MOST_NAMED]) + ("等" if signers[_MOST_NAMED:] else "")
            yield Hit(
                f"{names}的{len(indexes)}处签名笔迹完全相同，须逐一重新签名。",
                f"{len(indexes)} signatures are the same ink; each must be written anew.",
                f"/inks/{indexes[-1]}",
            )


def _signed(application: Application) -> Iterator[tuple[RequiredSignature, InkRecord]]:
    for wanted in required_signatures(application):
        ink = find_ink(application, wanted)
        if ink is not None:
            yield wanted, ink


def _pointer(application: Application, ink: InkRecord) -> str:
    return f"/inks/{application.inks.index(ink)}"


_SIGNATURE_LAW: Final = "《电子签名法》第十三条"
RULES: Final = (
    Rule(
        id="R08",
        level=Level.CORRECT,
        basis="《民法典》第三百零一条",
        look=check_joint_owners,
    ),
    *(
        Rule(id="R33", level=Level.CORRECT, basis=_SIGNATURE_LAW, look=look)
        for look in (check_signed, check_fresh, check_signers, check_inks, check_replays)
    ),
)
