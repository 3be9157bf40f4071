"""What the pages see of people: documents with how they became known, places of a draft."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Final

from registration.chip_checks import tell_checks
from registration.days import local_day
from registration.nations import nation_name
from registration.papers.coverage import find_rare
from registration.people import IdentityRecord, ManualEntry, PartyKind, ReadEvidence
from terminal.desk.draft import Slot
from terminal.reader_words import NOTICES, notices_of
from terminal.web.counter import Counter
from terminal.web.shown import JSON, time_shown

_DRAWN: Final = frozenset({"jpeg", "png"})


def office_day(counter: Counter) -> date:
    """Return what day it is in China by the office's clock, as far as it is known."""
    skew = counter.intake.link.clock_skew() or timedelta()
    return local_day(counter.clock.now() + skew)


def slot_shown(slot: Slot, today: date) -> JSON:
    """Return the place of a person; a number that was typed is shown as typed."""
    return {
        "slot_id": slot.slot_id,
        "role": slot.role.value,
        "kind": slot.kind.value,
        "is_person": slot.kind is PartyKind.PERSON,
        "ward": slot.ward,
        "identity": identity_shown(slot.identity, today) if slot.identity else None,
        "display_name": slot.display_name,
        "name": slot.name,
        "number": slot.number,
        "phone": slot.phone,
        "relation": slot.relation,
        "address": slot.address,
        "share": slot.share,
        "is_debtor": slot.is_debtor,
        "representative": slot.representative,
        "authority_no": slot.authority_no,
        "authority_from": slot.authority_from,
        "authority_to": slot.authority_to,
        "has_matters": slot.has_matters,
    }


def identity_shown(record: IdentityRecord, today: date) -> JSON:
    """Return what a document said, its number masked and its photo left out."""
    return {
        "kind": record.document.kind.value,
        "number": record.document.masked,
        "name": record.name.text,
        "rare": [asdict(rare) for rare in find_rare(record.name.text)],
        "latin_name": record.latin_name,
        "sex": record.sex,
        "nation": nation_name(record.nation),
        "nationality": record.nationality,
        "birth_date": time_shown(record.birth_date),
        "address": record.address,
        "issuer": record.issuer,
        "valid_from": time_shown(record.valid_from),
        "valid_to": time_shown(record.valid_to),
        "is_valid": record.is_valid_on(today),
        "has_photo": bool(_DRAWN & {record.photo_codec, record.portrait_codec}),
        "source": record.source.value,
        "chip_fields": dict(record.chip_fields),
        "notices": [_notice(code) for code in notices_of(record, today)],
        "manual": _manual_shown(record.manual) if record.manual else None,
        **_evidence_shown(record.evidence),
    }


def _evidence_shown(evidence: ReadEvidence | None) -> JSON:
    if evidence is None:
        return {"is_simulated": False, "checks": [], "read_at": None, "device": "", "took_ms": None}
    took = evidence.read_at - evidence.started_at if evidence.started_at else None
    return {
        "is_simulated": evidence.is_simulated,
        "checks": [
            {"weight": told.weight.value, "zh": told.zh, "en": told.en}
            for told in tell_checks(evidence.checks)
        ],
        "read_at": time_shown(evidence.read_at),
        "device": " ".join(filter(None, (evidence.device, evidence.port))),
        "module": evidence.reader,
        "took_ms": round(took / timedelta(milliseconds=1)) if took is not None else None,
    }


def _manual_shown(manual: ManualEntry) -> JSON:
    return {
        "reason": manual.reason.value,
        "zh": manual.reason.title_zh,
        "en": manual.reason.title_en,
        "note": manual.note,
        "entered_by": manual.entered_by,
        "entered_at": time_shown(manual.entered_at),
        "checked_by": manual.checked_by,
        "checked_at": time_shown(manual.checked_at),
    }


def _notice(code: str) -> JSON:
    told = NOTICES[code]
    return {"code": code, "zh": told.zh, "en": told.en, "stops": not told.may_retry}
