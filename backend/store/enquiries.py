"""Questions to other authorities with their answers, sealed under the case's own key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    ForeignKey,
    Integer,
    Row,
    String,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.office.enquiries import Enquiry, EnquiryRow, Reply, ServiceCount
from backend.store import codec
from backend.store.counters import next_number, office_day
from backend.store.faults import guarded
from backend.store.sealed import DataKeys, case_key
from backend.store.tables import Base

_ENQUIRY: Final[codec.Kind[Enquiry]] = codec.Kind(Enquiry)
_REPLY: Final[codec.Kind[Reply]] = codec.Kind(Reply)


class EnquiryTable(Base):
    """One question; its row is there before it goes out."""

    __tablename__ = "enquiries"
    __table_args__ = (UniqueConstraint("case_no", "place"),)
    request_no: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"))
    place: Mapped[int] = mapped_column(Integer)
    """Within its case, in the order of asking."""
    round: Mapped[int] = mapped_column(Integer)
    service: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    is_answered: Mapped[bool]
    """Whether what came is an answer: a time-out is none."""
    answer_sha256: Mapped[str] = mapped_column(String(64))
    sealed_question: Mapped[bytes]
    sealed_reply: Mapped[bytes | None]


@dataclass(frozen=True, slots=True)
class StoreEnquiries:
    """As `backend.office.enquiry_ports.Enquiries`."""

    connection: Connection
    keys: DataKeys

    def next_request_no(self, area: str, at: datetime) -> str:
        day = office_day(at)
        return f"{day}{area}{next_number(self.connection, f'enquiry:{day}'):06d}"

    def note(self, row: EnquiryRow) -> None:
        question = codec.dump(_ENQUIRY, row.enquiry)
        last = select(func.max(EnquiryTable.place)).where(EnquiryTable.case_no == row.case_no)
        with guarded(self.connection):
            self.connection.execute(
                insert(EnquiryTable).values(
                    request_no=row.request_no,
                    case_no=row.case_no,
                    place=(self.connection.scalar(last) or 0) + 1,
                    round=row.round,
                    service=row.enquiry.service.value,
                    asked_at=row.at,
                    is_answered=False,
                    answer_sha256="",
                    sealed_question=self.keys.seal(
                        case_key(row.case_no), _context(row.request_no, "question"), question
                    ),
                )
            )

    def keep(self, reply: Reply) -> None:
        number = EnquiryTable.request_no == reply.request_no
        case_no = self.connection.scalar(select(EnquiryTable.case_no).where(number))
        if case_no is None:
            return
        context = _context(reply.request_no, "reply")
        self.connection.execute(
            update(EnquiryTable)
            .where(number, EnquiryTable.sealed_reply.is_(None))
            .values(
                answered_at=reply.at,
                is_answered=reply.is_answered,
                answer_sha256=reply.answer_sha256,
                sealed_reply=self.keys.seal(case_key(case_no), context, _dump(reply)),
            )
        )

    def of(self, case_no: str) -> tuple[EnquiryRow, ...]:
        rows = self.connection.execute(
            select(EnquiryTable.__table__)
            .where(EnquiryTable.case_no == case_no)
            .order_by(EnquiryTable.place)
        )
        return tuple(self._read(row) for row in rows)

    def count_since(self, at: datetime) -> Mapping[str, ServiceCount]:
        rows = self.connection.execute(
            select(EnquiryTable.service, EnquiryTable.is_answered, func.count())
            .where(EnquiryTable.asked_at >= at)
            .group_by(EnquiryTable.service, EnquiryTable.is_answered)
        )
        counts: dict[str, ServiceCount] = {}
        for service, is_answered, count in rows:
            known = counts.get(service, ServiceCount(0, 0))
            unanswered = known.unanswered + (0 if is_answered else count)
            counts[service] = ServiceCount(known.asked + count, unanswered)
        return counts

    def _read(self, row: Row[Any]) -> EnquiryRow:
        key, number = case_key(row.case_no), row.request_no
        question = self.keys.open(key, _context(number, "question"), row.sealed_question)
        reply = row.sealed_reply and _load(
            self.keys.open(key, _context(number, "reply"), row.sealed_reply)
        )
        return EnquiryRow(
            request_no=number,
            case_no=row.case_no,
            round=row.round,
            enquiry=codec.load(_ENQUIRY, question),
            at=row.asked_at,
            reply=reply or None,
        )


def _dump(reply: Reply) -> bytes:
    """Write a reply as its JSON, a line end, and the raw answer byte for byte."""
    return codec.dump(_REPLY, replace(reply, answer=b"")) + b"\n" + reply.answer


def _load(data: bytes) -> Reply:
    told, _, answer = data.partition(b"\n")
    return replace(codec.load(_REPLY, told), answer=answer)


def _context(request_no: str, part: str) -> str:
    return f"enquiries/{request_no}/{part}"
