"""The parcels that the office carries between counters; their bytes lie beside, under the vault."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, insert, or_, select, update

from backend.office.relay_ports import RECALLED, WAITING, ParcelRow
from backend.store.faults import guarded
from backend.store.tables import ParcelTable, RelayKeyTable


@dataclass(frozen=True, slots=True)
class StoreParcels:
    """Parcels by name, and the keys of those who take them."""

    connection: Connection

    def find(self, parcel: str) -> ParcelRow | None:
        row = self.connection.execute(
            select(ParcelTable.__table__).where(ParcelTable.parcel == parcel)
        ).one_or_none()
        return None if row is None else _parcel(row)

    def add(self, row: ParcelRow) -> None:
        """Keep a parcel. Raises: ConflictError."""
        with guarded(self.connection):
            self.connection.execute(insert(ParcelTable).values(asdict(row)))

    def of(self, terminal: str, *, since: datetime, most: int) -> tuple[ParcelRow, ...]:
        waits = ParcelTable.state == WAITING
        rows = self.connection.execute(
            select(ParcelTable.__table__)
            .where(
                or_(ParcelTable.sender == terminal, ParcelTable.recipient == terminal),
                or_(waits, ParcelTable.closed_at >= since),
            )
            .order_by(case((waits, 0), else_=1), ParcelTable.left_at.desc(), ParcelTable.parcel)
            .limit(most)
        )
        return tuple(_parcel(row) for row in rows)

    def lapse(self, at: datetime) -> tuple[str, ...]:
        over = self.connection.execute(
            update(ParcelTable)
            .where(ParcelTable.state == WAITING, ParcelTable.expires_at <= at)
            .values(state=RECALLED, closed_at=at)
            .returning(ParcelTable.sha256)
        ).all()
        return tuple(row.sha256 for row in over if row.sha256)

    def rests_on(self, sha256: str) -> bool:
        found = self.connection.execute(
            select(ParcelTable.parcel)
            .where(ParcelTable.state == WAITING, ParcelTable.sha256 == sha256)
            .limit(1)
        )
        return found.first() is not None

    def close(self, parcel: str, state: str, at: datetime) -> bool:
        """End a parcel that waits; False when it does not."""
        changed = self.connection.execute(
            update(ParcelTable)
            .where(ParcelTable.parcel == parcel, ParcelTable.state == WAITING)
            .values(state=state, closed_at=at)
        )
        return changed.rowcount == 1

    def forget(self, before: datetime) -> tuple[str, ...]:
        """Drop what was left before; return the digests of what had waited until now."""
        gone = self.connection.execute(
            delete(ParcelTable)
            .where(ParcelTable.left_at < before)
            .returning(ParcelTable.state, ParcelTable.sha256)
        ).all()
        return tuple(row.sha256 for row in gone if row.state == WAITING and row.sha256)

    def put_key(self, terminal: str, statement: str) -> None:
        changed = self.connection.execute(
            update(RelayKeyTable)
            .where(RelayKeyTable.terminal == terminal)
            .values(statement=statement)
        )
        if changed.rowcount == 0:
            self.connection.execute(
                insert(RelayKeyTable).values(terminal=terminal, statement=statement)
            )

    def keys(self) -> Mapping[str, str]:
        rows = self.connection.execute(select(RelayKeyTable.__table__))
        return {row.terminal: row.statement for row in rows}


def _parcel(row: Row[Any]) -> ParcelRow:
    return ParcelRow(**row._asdict())
