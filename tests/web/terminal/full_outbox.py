"""A counter whose outbox shows everything that can hold a package, and what an office tells of itself."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from registration.outlook import Estimate, Outlook
from terminal.desk.draft import Draft, DraftState
from terminal.desk.items import Event, ItemState, OutboxItem, Trouble
from terminal.desk.reasons import words_of
from tests.boxes import make_receipt
from tests.factories import UNIT_NO
from tests.web.terminal.quiet import QuietCourier
from tests.web.terminal.world import World

FIRST_KIND = "mortgage.first_registration"
_LABELS = ("周*", "吴*", "郑*", "王*", "冯*")
_UNITS = tuple(UNIT_NO[:-1] + last for last in "23398")


def fill_outbox(world: World) -> list[OutboxItem]:
    """Keep five packages: refused, half there, behind that one, failed at by the office, new."""
    items = [_sealed(world, label, unit) for label, unit in zip(_LABELS, _UNITS, strict=True)]
    now = world.clock.now()
    refused = Trouble(
        code="office.sequence-conflict", zh="这个序号已用于另一件", en="The number is taken", at=now
    )
    _fail(world, items[0], refused, state=ItemState.NEEDS_YOU)
    _fail(world, items[1], _trouble(world, "terminal.office-unreachable", "line.cut"), times=3)
    busy = _trouble(world, "terminal.office-busy", "")
    _fail(world, items[3], busy, next_try_at=now + timedelta(seconds=80))
    _quiet(world).delivery.going[items[1].sequence] = 3_200_000
    return items


def lose_line(world: World) -> None:
    """Let the line be down for two minutes, the next try a minute ahead."""
    for _ in range(4):
        _quiet(world).delivery.contact.lost(
            _trouble(world, "terminal.office-unreachable", "line.connect-timeout"), at_least_s=60
        )


def send_now(world: World, item: OutboxItem) -> None:
    """Let a package be on its way at this moment."""
    _quiet(world).delivery.sending[:] = [item.sequence]


def take_one(world: World, item: OutboxItem) -> None:
    """Let a package arrive."""
    now = world.clock.now()
    there = replace(
        world.box.get_item(item.sequence),
        state=ItemState.DELIVERED,
        receipt=make_receipt(item, now),
        delivered_at=now,
        trouble=None,
    )
    world.box.save_item(there)


def tell_outlook(world: World, *, is_known: bool = True) -> None:
    """Let the office say how long its cases take."""
    now = world.clock.now()
    known = (
        _estimate("", "received", 9, 41),
        _estimate(FIRST_KIND, "automatic", 35, 130),
        replace(
            _estimate(FIRST_KIND, "review", 4800, 19_000),
            is_office_time=True,
            p50_at=now + timedelta(hours=4),
            p90_at=now + timedelta(hours=24),
        ),
    )
    _quiet(world).told[:] = [
        Outlook(
            at=now, unopened=3, in_review=17, is_open=False, estimates=known if is_known else ()
        )
    ]


def _quiet(world: World) -> QuietCourier:
    courier = world.counter.courier
    assert isinstance(courier, QuietCourier)
    return courier


def _estimate(kind: str, path: str, p50_s: int, p90_s: int) -> Estimate:
    return Estimate(kind=kind, path=path, p50_s=p50_s, p90_s=p90_s, sample=42)


def _trouble(world: World, code: str, reason: str) -> Trouble:
    zh, en = words_of(reason or code)
    return Trouble(code=code, reason=reason, zh=zh, en=en, at=world.clock.now())


def _sealed(world: World, label: str, unit_no: str) -> OutboxItem:
    draft = world.box.get_draft(world.draft(unit_no=unit_no, amount="860000")["draft_id"])
    submitted = replace(draft, state=DraftState.SUBMITTED)
    saved = world.box.submit(submitted, partial(_package, world, draft, label, unit_no))
    world.clock.advance(minutes=1)
    return world.box.get_item(saved.sequence or 0)


def _package(
    world: World, draft: Draft, label: str, unit_no: str, sequence: int
) -> tuple[OutboxItem, bytes]:
    now = world.clock.now()
    item = OutboxItem(
        sequence=sequence, draft_id=draft.draft_id, number=draft.number, kind=draft.kind, round=1,
        label=label, amount="860,000.00", package_sha256=f"{sequence:064d}", size=5_100_000,
        units=(unit_no,), queued_at=now, events=(Event(at=now, code="sealed"),),
    )  # fmt: skip
    return item, b"package %d" % sequence


def _fail(
    world: World, item: OutboxItem, trouble: Trouble, *, times: int = 1, **changes: object
) -> None:
    for _ in range(times):
        item = item.noted(
            Event(
                at=trouble.at,
                code=trouble.reason or trouble.code,
                zh=trouble.zh,
                en=trouble.en,
                kept=3_200_000 if trouble.reason else 0,
            )
        )
    world.box.save_item(
        replace(item, tries=times, tried_at=trouble.at, trouble=trouble, **changes)  # type: ignore[arg-type]  # fields by name
    )
