"""How each person of a case became known: read by which reader, or typed by whom, and what to see."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backend.web.language import pick, say
from backend.web.words import local
from registration.application import Application
from registration.chip_checks import Weight, tell_checks
from registration.papers.coverage import RareCharacter, find_rare
from registration.people import IdentityRecord, IdKind, ManualEntry, ReadEvidence
from registration.requirements.documents import known_documents

_KINDS: Final = {
    IdKind.RESIDENT_CARD: "居民身份证",
    IdKind.HMT_PERMIT: "港澳台居民居住证",
    IdKind.PERMANENT_RESIDENT: "外国人永久居留身份证",
    IdKind.PASSPORT: "护照",
    IdKind.TRAVEL_PERMIT: "港澳台通行证",
    IdKind.CREDIT_CODE: "统一社会信用代码",
    IdKind.OTHER: "其他证件",
}
_ROLES: Final = {
    "mortgagors": "抵押人",
    "debtors": "债务人",
    "sellers": "出卖人",
    "buyers": "买受人",
    "visits": "在其他网点读卡的人",
}
_FIELDS: Final = {
    "permit_no": "通行证号码",
    "issue_count": "签发次数",
    "renewals": "换证次数",
    "former_number": "既往版本代码",
}
_LOOKS: Final = {Weight.BAD: "block", Weight.LOOK: "manual", Weight.NOTE: "info"}
_PICTURES: Final = {"jpeg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A face that can be drawn."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownIdentity:
    """One person's document."""

    role: str
    name: str
    rare: tuple[str, ...]
    """Characters of the name that fonts may lack, each with its code point."""
    kind: str
    number: str
    """Masked."""
    is_typed: bool
    is_simulated: bool
    how: tuple[str, ...]
    """Reader, module and times; or who typed it, why, and who looked again."""
    others: tuple[tuple[str, str], ...]
    """Other things that the chip says: name, value."""
    checks: tuple[tuple[str, str], ...]
    """What wants a look: style sheet's level, sentence."""
    good: int
    """How many checks hold."""
    raw: str
    """Whether the raw bytes are here and under their digest."""
    is_raw_wrong: bool
    portrait: int | None
    """Where its picture is asked for; None where there is none to draw."""


def show_identities(application: Application) -> tuple[ShownIdentity, ...]:
    """Return everybody whose document was read or typed, in the order of the application."""
    return tuple(
        _show(at, named.pointer, identity)
        for at, (named, identity) in enumerate(known_documents(application))
    )


def find_portrait(application: Application, at: int) -> Picture | None:
    """Return the face of one of them; None where there is none that can be drawn."""
    known = [identity for _, identity in known_documents(application)]
    return _portrait(known[at]) if at < len(known) else None


def _portrait(identity: IdentityRecord) -> Picture | None:
    for data, codec in (
        (identity.portrait, identity.portrait_codec),
        (identity.photo, identity.photo_codec),
    ):
        if codec in _PICTURES:
            return Picture(data, _PICTURES[codec])
    return None


def _show(at: int, pointer: str, identity: IdentityRecord) -> ShownIdentity:
    evidence, manual = identity.evidence, identity.manual
    told = tell_checks(evidence.checks) if evidence else ()
    raw, is_wrong = _raw(identity)
    return ShownIdentity(
        role=_role(pointer),
        name=identity.name.text,
        rare=tuple(_rare(one) for one in find_rare(identity.name.text)),
        kind=say(_KINDS[identity.document.kind]),
        number=identity.document.masked,
        is_typed=manual is not None,
        is_simulated=evidence is not None and evidence.is_simulated,
        how=_typed(manual) if manual else _read(evidence),
        others=tuple((say(_FIELDS[n]), v) for n, v in identity.chip_fields if n in _FIELDS),
        checks=tuple((_LOOKS[t.weight], pick(t.zh, t.en)) for t in told if t.weight in _LOOKS),
        good=sum(t.weight is Weight.GOOD for t in told),
        raw=raw,
        is_raw_wrong=is_wrong,
        portrait=at if _portrait(identity) else None,
    )


def _rare(one: RareCharacter) -> str:
    if one.is_drawn:
        return f"{one.character} {one.code}"
    return say("{code}（无字形，以证件影像为准）", code=one.code)


def _role(pointer: str) -> str:
    # A sale's people stand one member deeper: /sale/sellers/0.
    _, group, index, *rest = pointer.removeprefix("/sale").split("/")
    role = f"{say(_ROLES.get(group, group))} {int(index) + 1}"
    return say("{role}的监护人", role=role) if rest == ["guardian"] else role


def _read(evidence: ReadEvidence | None) -> tuple[str, ...]:
    if evidence is None:
        return (say("没有读卡记录"),)
    device = " ".join(filter(None, (evidence.device, evidence.device_serial, evidence.port)))
    module = say("安全模块或读卡器 {name}", name=evidence.reader)
    when = say("{at} 读毕", at=local(evidence.read_at, "%Y-%m-%d %H:%M:%S"))
    if evidence.started_at:
        took = (evidence.read_at - evidence.started_at) / timedelta(seconds=1)
        when += say("，用时 {took:.2f} 秒", took=took)
    return tuple(filter(None, (device, module, when)))


def _typed(manual: ManualEntry) -> tuple[str, ...]:
    reason = pick(manual.reason.title_zh, manual.reason.title_en)
    why = say("手工录入：{reason}", reason=reason) + (
        say("；") + manual.note if manual.note else ""
    )
    at = local(manual.entered_at, "%m-%d %H:%M")
    entered = say("录入 {who} {at}", who=manual.entered_by, at=at)
    if not manual.checked_by or not manual.checked_at:
        return why, entered, say("柜台无第二人复核，请对照证件影像")
    at = local(manual.checked_at, "%m-%d %H:%M")
    return why, entered, say("复核 {who} {at}", who=manual.checked_by, at=at)


def _raw(identity: IdentityRecord) -> tuple[str, bool]:
    """Say whether the raw bytes are here and are those of the digest that the reader gave."""
    evidence = identity.evidence
    if evidence is None:
        return "", False
    digest = f"SHA-256 {evidence.raw_sha256[:16]}…"
    if not identity.chip_files:
        return say("原始数据未随件，{digest}", digest=digest), False
    size = sum(len(data) for _, data in identity.chip_files)
    if identity.raw_sha256 != evidence.raw_sha256:
        return say("原始数据 {n} 字节与摘要不符，{digest}", n=size, digest=digest), True
    return say("原始数据 {n} 字节随件，与摘要一致，{digest}", n=size, digest=digest), False
