"""What the tray sees of packages on their way: how each stands, why, and when it goes next."""

from dataclasses import asdict
from datetime import datetime

from registration.outcomes import Receipt
from registration.outlook import Estimate, Outlook
from terminal.desk.contact import ContactState
from terminal.desk.delivery import Standing
from terminal.desk.items import Event, ItemState, OutboxItem
from terminal.desk.reasons import LINE
from terminal.errors import NotFoundError
from terminal.web.counter import Counter
from terminal.web.shown import JSON, time_shown, trouble_shown


def outbox_shown(counter: Counter) -> list[JSON]:
    """Return every package, oldest first; what happened on the way only of those not yet there."""
    standing, items = counter.courier.standing(), counter.box.outbox()
    numbers = {item.sequence: item.number for item in items}
    now = counter.clock.now()
    return [item_shown(i, standing, numbers, at=now) | _origin(i, counter) for i in items]


def package_shown(counter: Counter, sequence: int) -> JSON:
    """Return one package. Raises: NotFoundError."""
    item, standing = counter.box.get_item(sequence), counter.courier.standing()
    numbers = {i.sequence: i.number for i in counter.box.undelivered()}
    return item_shown(item, standing, numbers, at=counter.clock.now()) | _origin(item, counter)


def item_shown(
    item: OutboxItem, standing: Standing, numbers: dict[int, str], *, at: datetime
) -> JSON:
    """Return a package: `way` says in one word what holds it, `numbers` names the one before."""
    way = _way(item, standing, at)
    return {
        "sequence": item.sequence,
        "draft_id": item.draft_id,
        "number": item.number,
        "kind": item.kind.value,
        "round": item.round,
        "label": item.label,
        "amount": item.amount,
        "package_sha256": item.package_sha256,
        "size": item.size,
        "kept": item.size if item.receipt else standing.kept.get(item.sequence, 0),
        "state": item.state.value,
        "way": way,
        "held_by": numbers.get(standing.held.get(item.sequence, 0), ""),
        "may_pass": item.may_pass,
        "queued_at": time_shown(item.queued_at),
        "tries": item.tries,
        "cuts": sum(e.count for e in item.events if e.code.startswith(LINE)),
        "tried_at": time_shown(item.tried_at),
        "next_try_at": time_shown(_next_try(item, standing, way)),
        "trouble": trouble_shown(item.trouble),
        "events": [] if item.state.is_done else [_event_shown(e) for e in item.events],
        "receipt": receipt_shown(item.receipt) if item.receipt else None,
        "delivered_at": time_shown(item.delivered_at),
    }


def _origin(item: OutboxItem, counter: Counter) -> JSON:
    """Say whether a package that needs somebody was filed from a folder: no page mends that."""
    if item.state is not ItemState.NEEDS_YOU:
        return {"is_filed": False}
    try:
        return {"is_filed": not counter.box.get_draft(item.draft_id).slots}
    except NotFoundError:
        return {"is_filed": True}


def contact_shown(state: ContactState) -> JSON:
    """Return how the line was when it was last tried."""
    return {
        "trouble": trouble_shown(state.trouble),
        "lost_at": time_shown(state.lost_at),
        "tries": state.tries,
        "next_try_at": time_shown(state.next_try_at),
    }


def outlook_shown(outlook: Outlook | None) -> JSON | None:
    """Return how long cases take now; None while the office has not told it."""
    if outlook is None:
        return None
    return asdict(outlook) | {
        "at": time_shown(outlook.at),
        "estimates": [_estimate_shown(e) for e in outlook.estimates],
    }


def receipt_shown(receipt: Receipt) -> JSON:
    """Return the office's receipt of a package."""
    return asdict(receipt) | {
        "received_at": time_shown(receipt.received_at),
        "check_code": receipt.check_code,
    }


def _way(item: OutboxItem, standing: Standing, at: datetime) -> str:
    """Say what holds a package: "you", "before", "line", "pause", or nothing: "sending", "soon"."""
    if item.state is not ItemState.WAITING:
        return "you" if item.state is ItemState.NEEDS_YOU else ""
    if item.sequence == standing.sending:
        return "sending"
    if item.sequence in standing.held:
        return "before"
    if standing.contact.trouble is not None:
        return "line"
    return "pause" if item.next_try_at and item.next_try_at > at else "soon"


def _next_try(item: OutboxItem, standing: Standing, way: str) -> datetime | None:
    if way not in {"line", "pause"}:
        return None
    moments = (item.next_try_at, standing.contact.next_try_at)
    return max((m for m in moments if m is not None), default=None)


def _event_shown(event: Event) -> JSON:
    return asdict(event) | {"at": time_shown(event.at)}


def _estimate_shown(estimate: Estimate) -> JSON:
    return asdict(estimate) | {
        "p50_at": time_shown(estimate.p50_at),
        "p90_at": time_shown(estimate.p90_at),
    }
