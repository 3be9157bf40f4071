"""Which event of the register has which message, and which have gone out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
    and_,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.office.events import Act
from backend.office.report_ports import MessageRow
from backend.store.counters import next_number, office_day
from backend.store.tables import Base, EventTable, TitleTable


class MessageTable(Base):
    """One message; its number is given once."""

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_no", "seq"], ["register_events.unit_no", "register_events.seq"]
        ),
    )
    unit_no: Mapped[str] = mapped_column(String(28), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    message_id: Mapped[str] = mapped_column(String(18), unique=True)
    made_at: Mapped[datetime]
    reported_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(Text)
    """What keeps it from being made: fields and reasons, no people; empty when nothing does."""


@dataclass(frozen=True, slots=True)
class StoreMessages:
    """As `backend.office.report_ports.Messages`."""

    connection: Connection

    def give(self, unit_no: str, seq: int, *, area: str, at: datetime) -> MessageRow:
        row = self.connection.execute(
            select(MessageTable.message_id, MessageTable.made_at).where(*_key(unit_no, seq))
        ).one_or_none()
        if row is not None:
            return MessageRow(row.message_id, row.made_at)
        day = office_day(at)
        number = next_number(self.connection, f"message:{day}")
        made = MessageRow(f"{area}{day[2:]}{number:06d}", at)
        values = {"message_id": made.message_id, "made_at": at, "fault": ""}
        self.connection.execute(insert(MessageTable).values(unit_no=unit_no, seq=seq, **values))
        return made

    def unreported(self, limit: int) -> tuple[tuple[str, int], ...]:
        same = and_(MessageTable.unit_no == EventTable.unit_no, MessageTable.seq == EventTable.seq)
        rows = self.connection.execute(
            select(EventTable.unit_no, EventTable.seq)
            .outerjoin(MessageTable, same)
            .where(
                MessageTable.reported_at.is_(None),
                or_(EventTable.act != Act.BROUGHT_IN.value, EventTable.case_no.is_not(None)),
            )
            .order_by(EventTable.written_at, EventTable.unit_no, EventTable.seq)
            .limit(limit)
        )
        return tuple((unit_no, seq) for unit_no, seq in rows)

    def set_reported(self, unit_no: str, seq: int, *, at: datetime, fault: str = "") -> None:
        self.connection.execute(
            update(MessageTable).where(*_key(unit_no, seq)).values(reported_at=at, fault=fault)
        )

    def faults(self) -> Mapping[str, str]:
        rows = self.connection.execute(
            select(MessageTable.message_id, MessageTable.fault)
            .where(MessageTable.fault != "")
            .order_by(MessageTable.message_id)
        )
        return {row.message_id: row.fault for row in rows}

    def units(self) -> tuple[str, ...]:
        rows = self.connection.scalars(select(TitleTable.unit_no).order_by(TitleTable.unit_no))
        return tuple(rows)


def _key(unit_no: str, seq: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return MessageTable.unit_no == unit_no, MessageTable.seq == seq
