"""Parcels in a dictionary."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from backend.office.relay_ports import RECALLED, WAITING, ParcelRow
from tests.memory.tables import Room, require


class MemoryParcels(Room):
    def find(self, parcel: str) -> ParcelRow | None:
        return self.tables.parcels.get(parcel)

    def add(self, row: ParcelRow) -> None:
        require(row.parcel not in self.tables.parcels, "pk_relay_parcels")
        self.tables.parcels[row.parcel] = row

    def of(self, terminal: str, *, since: datetime, most: int) -> tuple[ParcelRow, ...]:
        found = [r for r in self.tables.parcels.values() if terminal in {r.sender, r.recipient}]
        told = [r for r in found if r.closed_at is None or r.closed_at >= since]
        told.sort(key=lambda r: r.parcel)
        told.sort(key=lambda r: r.left_at, reverse=True)
        told.sort(key=lambda r: r.state != WAITING)
        return tuple(told[:most])

    def lapse(self, at: datetime) -> tuple[str, ...]:
        waiting = [r for r in self.tables.parcels.values() if r.state == WAITING]
        over = [r for r in waiting if r.expires_at <= at]
        for row in over:
            self.close(row.parcel, RECALLED, at)
        return tuple(row.sha256 for row in over if row.sha256)

    def rests_on(self, sha256: str) -> bool:
        found = self.tables.parcels.values()
        return any((r.state, r.sha256) == (WAITING, sha256) for r in found)

    def close(self, parcel: str, state: str, at: datetime) -> bool:
        row = self.tables.parcels.get(parcel)
        if row is None or row.state != WAITING:
            return False
        self.tables.parcels[parcel] = replace(row, state=state, closed_at=at)
        return True

    def forget(self, before: datetime) -> tuple[str, ...]:
        gone = [r for r in self.tables.parcels.values() if r.left_at < before]
        for row in gone:
            self.tables.parcels.drop(row.parcel)
        return tuple(row.sha256 for row in gone if row.state == WAITING and row.sha256)

    def put_key(self, terminal: str, statement: str) -> None:
        self.tables.relay_keys[terminal] = statement

    def keys(self) -> Mapping[str, str]:
        return dict(self.tables.relay_keys)
