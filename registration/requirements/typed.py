"""Rules on how documents became known: typed by hand, or read with something to look at."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.chip_checks import Weight, tell_checks
from registration.days import local_day
from registration.findings import Level
from registration.people import IdSource, ManualEntry, ManualReason, is_private_use
from registration.requirements.documents import known_documents
from registration.requirements.rule import Hit, Rule

_LAW: Final = "《不动产登记暂行条例》第十六条"


def check_reason(application: Application, _today: date) -> Iterator[Hit]:
    """A typed document says why it was not read, and two people look at it, not one twice."""
    for named, identity in known_documents(application):
        if identity.source is not IdSource.MANUAL:
            continue
        pointer, manual, name = f"{named.pointer}/identity/manual", identity.manual, named.name
        if manual is None or (manual.reason is ManualReason.OTHER and not manual.note.strip()):
            yield Hit(
                f"{name}的证件为手工录入，没有写明不读卡的原因。",
                f"The document of {name} was typed, and nobody says why it was not read.",
                pointer,
            )
        elif manual.checked_by and manual.checked_by == manual.entered_by:
            yield Hit(
                f"{name}的证件由同一人录入和复核，须由另一人复核。",
                f"One person typed and checked the document of {name}; somebody else must check.",
                f"{pointer}/checked_by",
            )


def check_raw(application: Application, _today: date) -> Iterator[Hit]:
    """The raw bytes of a chip are those whose digest its reader gave."""
    for named, identity in known_documents(application):
        evidence = identity.evidence
        if evidence and identity.chip_files and identity.raw_sha256 != evidence.raw_sha256:
            yield Hit(
                f"{named.name}的读卡原始数据与其摘要不符，须重新读卡。",
                f"The raw chip data of {named.name} are not those of their digest; read it again.",
                f"{named.pointer}/identity/chip_files",
            )


def tell_typed(application: Application, _today: date) -> Iterator[Hit]:
    """A typed document is compared with its picture by a person."""
    for named, identity in known_documents(application):
        if identity.source is IdSource.MANUAL and identity.manual is not None:
            zh, en = _how_typed(identity.manual)
            yield Hit(
                f"{named.name}的证件信息为手工录入（{zh}），请对照证件影像核对。",
                f"The document of {named.name} was typed ({en}); compare it with its picture.",
                f"{named.pointer}/identity",
            )


def tell_chip(application: Application, _today: date) -> Iterator[Hit]:
    """What a chip's own checks leave open is looked at by a person."""
    for named, identity in known_documents(application):
        told = tell_checks(identity.evidence.checks) if identity.evidence else ()
        open_ones = [t for t in told if t.weight in {Weight.LOOK, Weight.BAD}]
        if open_ones:
            yield Hit(
                f"{named.name}的芯片须人工核对：{'；'.join(t.zh for t in open_ones)}。",
                f"The chip of {named.name}: {'; '.join(t.en for t in open_ones)}.",
                f"{named.pointer}/identity/evidence",
            )


def tell_rare(application: Application, _today: date) -> Iterator[Hit]:
    """A name with characters that no standard gives a shape is compared with the document."""
    for named, _ in known_documents(application):
        odd = sorted({f"U+{ord(c):04X}" for c in named.name.text if is_private_use(c)})
        if odd:
            yield Hit(
                f"{named.name.text}的姓名含自造字（{'、'.join(odd)}），字形以证件影像为准。",
                f"The name of {named.name.text} holds private-use characters ({', '.join(odd)}); "
                "the picture of the document shows their shape.",
                f"{named.pointer}/name",
            )


def _how_typed(manual: ManualEntry) -> tuple[str, str]:
    zh, en = [f"原因：{manual.reason.title_zh}"], [f"reason: {manual.reason.title_en}"]
    if manual.note:
        zh.append(manual.note)
        en.append(manual.note)
    zh.append(f"录入 {manual.entered_by}")
    en.append(f"typed by {manual.entered_by}")
    if manual.checked_by and manual.checked_at:
        zh.append(f"复核 {manual.checked_by} {local_day(manual.checked_at)}")
        en.append(f"checked by {manual.checked_by} on {local_day(manual.checked_at)}")
    else:
        zh.append("柜台无第二人复核")
        en.append("no second person looked at the counter")
    return "，".join(zh), ", ".join(en)


RULES: Final = (
    *(
        Rule(id="R32", level=Level.CORRECT, basis=_LAW, look=look)
        for look in (check_reason, check_raw)
    ),
    *(
        Rule(id="R32", level=Level.MANUAL, basis=_LAW, look=look)
        for look in (tell_typed, tell_chip, tell_rare)
    ),
)
