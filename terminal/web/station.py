"""What the frame of every page shows: the place, the tellers, the readers, the line, the health."""

from typing import Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from terminal.desk.items import ItemState
from terminal.desk.place import Teller
from terminal.desk.ports import Box, IdReader
from terminal.errors import NotFoundError
from terminal.reader_errors import ReaderError
from terminal.reader_words import remedy_of
from terminal.web.admission import present
from terminal.web.counter import HealthLine
from terminal.web.guard import counter
from terminal.web.outbox_shown import contact_shown
from terminal.web.people_shown import identity_shown, office_day
from terminal.web.shown import JSON, time_shown

bp: Final = Blueprint("station", __name__, url_prefix="/ui/api")


@bp.get("/station")
def station() -> ResponseReturnValue:
    """Return where this counter stands, who works at it and what waits."""
    at = counter()
    skew, alarm = at.intake.link.clock_skew(), at.alarm()
    return jsonify(
        {
            "place": _place(),
            "present": present(),
            "tellers": [_teller(t) for t in at.place.tellers.values()],
            "now": time_shown(at.clock.now()),
            "skew_s": skew.total_seconds() if skew is not None else None,
            "alarm": _health(alarm) if alarm is not None else None,
            **_work(at.box),
            "line": contact_shown(at.courier.standing().contact),
        }
    )


@bp.get("/readers")
def readers() -> ResponseReturnValue:
    """Return the readers and whether each could read now."""
    return jsonify({"readers": [_reader(n, r) for n, r in counter().readers.items()]})


@bp.post("/readers/<path:name>/cancel")
def cancel_reading(name: str) -> ResponseReturnValue:
    """Let a reader go that waits for a card."""
    reader = counter().readers.get(name)
    if reader is None:
        raise NotFoundError("no such reader")
    reader.close()
    return "", 204


@bp.post("/readers/<path:name>/try")
def try_reading(name: str) -> ResponseReturnValue:
    """Read one card and keep nothing of it: for whoever wants to know whether a reader works."""
    reader = counter().readers.get(name)
    if reader is None:
        raise NotFoundError("no such reader")
    record = reader.read()
    return jsonify(identity_shown(record, office_day(counter())))


@bp.get("/doctor")
def doctor() -> ResponseReturnValue:
    """Check this counter."""
    return jsonify(
        {
            "at": time_shown(counter().clock.now()),
            "checks": [_health(line) for line in counter().health()],
        }
    )


def _work(box: Box) -> JSON:
    """Count what waits, what stopped and what nobody has looked at."""
    waiting = box.undelivered()
    return {
        "waiting": len(waiting),
        "stopped": sum(i.state is ItemState.NEEDS_YOU for i in waiting),
        "unseen": sum(not i.is_seen for i in box.inbox()),
        "troubled": any(i.trouble is not None for i in waiting),
        "offered": _offered(),
    }


def _offered() -> int:
    """Count the drafts that colleagues and other counters hand to whoever is present."""
    at = counter()
    return len(at.handing.offered(present())) + len(at.passages.seen.arriving)


def _place() -> JSON:
    place = counter().place
    return {
        "office": place.office_name,
        "branch": place.branch,
        "terminal": place.terminal,
        "bank": place.bank.name.text,
        "credit_code": place.bank.credit_code.text,
    }


def _teller(teller: Teller) -> JSON:
    authority = teller.authority
    return {
        "staff_no": teller.staff_no,
        "name": teller.name.text,
        "authority": {
            "number": authority.number,
            "valid_from": time_shown(authority.valid_from),
            "valid_to": time_shown(authority.valid_to),
            "matters": list(authority.matters),
        }
        if authority
        else None,
    }


def _reader(name: str, reader: IdReader) -> JSON:
    info = reader.info()
    shown: JSON = {
        "name": name,
        "driver": info.driver,
        "device": " ".join(filter(None, (info.device, info.port))),
        "module": info.serial,
        "is_simulated": info.is_simulated,
        "needs_key": info.needs_key,
        "waits": info.waits,
        "trouble": None,
    }
    try:
        reader.probe()
    except ReaderError as exc:
        remedy = remedy_of(exc)
        shown["trouble"] = {"code": exc.code, "zh": remedy.zh, "en": remedy.en}
    return shown


def _health(line: HealthLine) -> JSON:
    return {
        "name": line.name,
        "level": line.level,
        "zh": line.zh,
        "en": line.en,
        "remedy_zh": line.remedy_zh,
        "remedy_en": line.remedy_en,
    }
