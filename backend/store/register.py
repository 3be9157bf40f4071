"""The register of the embedded office: titles, entries, extracts."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from backend.errors import ConflictError, NotFoundError
from backend.office.case import Stage
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Extract,
    MortgageEntry,
    OpenCase,
    Title,
)
from backend.store import codec
from backend.store.counters import next_number, office_day, raise_number
from backend.store.faults import guarded
from backend.store.sealed import REGISTER, DataKeys
from backend.store.tables import CaseTable, CertificateTable, EntryTable, TitleTable

_OPEN: Final = tuple(
    s.value
    for s in (
        Stage.RECEIVED,
        Stage.CORRECTION_REQUIRED,
        Stage.ACCEPTED,
        Stage.IN_REVIEW,
        Stage.APPROVED,
    )
)
_PRINTED: Final = re.compile(r"（([0-9]{4})）.*不动产证明第([0-9]{7})号", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoreRegister:
    """What stands on each unit."""

    connection: Connection
    keys: DataKeys

    def add_title(self, title: Title) -> None:
        payload = self.keys.seal(
            REGISTER, f"titles/{title.unit_no}", codec.dump(codec.TITLE, title)
        )
        with guarded(self.connection):
            self.connection.execute(
                insert(TitleTable).values(
                    unit_no=title.unit_no,
                    title_no=title.title_no,
                    location=title.location,
                    sealed_payload=payload,
                )
            )

    def add_encumbrance(self, unit_no: str, encumbrance: Encumbrance) -> None:
        """Put an entry from outside this system on a unit.

        A certificate number that comes along is used up: the office never gives it again.
        """
        is_current = encumbrance.state is EntryState.CURRENT
        self._insert(
            encumbrance.entry_no,
            codec.dump(codec.ENCUMBRANCE, encumbrance),
            unit_no=unit_no,
            kind=encumbrance.kind.value,
            state=encumbrance.state.value,
            rank=encumbrance.rank,
            certificate_no=encumbrance.certificate_no or None,
            recorded_at=encumbrance.recorded_at,
            cancelled_at=None if is_current else encumbrance.recorded_at,
        )
        printed = _PRINTED.search(encumbrance.certificate_no)
        if printed:
            year, serial = printed.groups()
            raise_number(self.connection, f"certificate:{year}", int(serial))

    def add_mortgage(self, entry: MortgageEntry) -> None:
        self._insert(
            entry.entry_no,
            codec.dump(codec.MORTGAGE, entry),
            unit_no=entry.unit_no,
            kind=EncumbranceKind.MORTGAGE.value,
            state=entry.state.value,
            rank=entry.rank,
            case_no=entry.case_no,
            recorded_at=entry.registered_at,
        )

    def extract(self, unit_no: str, at: datetime, *, without_case: str = "") -> Extract:
        """Return everything on the unit; a unit that is not on the register has no title."""
        return Extract(
            unit_no=unit_no,
            title=self._find_title(unit_no),
            encumbrances=self._encumbrances(unit_no),
            open_cases=self._open_cases(unit_no, without_case),
            read_at=at,
        )

    def find_unit_of_certificate(self, certificate_no: str) -> str | None:
        entry_no = self.find_entry_of_certificate(certificate_no)
        if entry_no is not None:
            where = EntryTable.entry_no == entry_no
            return self.connection.scalar(select(EntryTable.unit_no).where(where))
        where = TitleTable.title_no == certificate_no
        return self.connection.scalar(select(TitleTable.unit_no).where(where).limit(1))

    def find_entry_of_certificate(self, certificate_no: str) -> str | None:
        issued = self.connection.scalar(
            select(CertificateTable.entry_no).where(
                CertificateTable.certificate_no == certificate_no
            )
        )
        return issued or self.connection.scalar(
            select(EntryTable.entry_no).where(EntryTable.certificate_no == certificate_no)
        )

    def next_rank(self, unit_no: str) -> int:
        last = self.connection.scalar(
            select(func.max(EntryTable.rank)).where(
                EntryTable.unit_no == unit_no,
                EntryTable.kind == EncumbranceKind.MORTGAGE.value,
                EntryTable.state == EntryState.CURRENT.value,
            )
        )
        return (last or 0) + 1

    def next_entry_no(self, at: datetime) -> str:
        day = office_day(at)
        return f"DJ{day}-{next_number(self.connection, f'entry:{day}'):07d}"

    def get_mortgage(self, case_no: str) -> MortgageEntry:
        row = self.connection.execute(
            select(EntryTable.__table__).where(EntryTable.case_no == case_no)
        ).one_or_none()
        if row is None:
            raise NotFoundError(f"entry of case {case_no}")
        return self._mortgage(row)

    def cancel_mortgage(
        self, entry_no: str, *, case_no: str, reason: str, at: datetime, registrar: str
    ) -> None:
        """Mark an entry historical, once.

        Raises:
            ConflictError: it is not current any more, or the case cancelled another.
        """
        with guarded(self.connection):
            changed = self.connection.execute(
                update(EntryTable)
                .where(
                    EntryTable.entry_no == entry_no, EntryTable.state == EntryState.CURRENT.value
                )
                .values(
                    state=EntryState.HISTORICAL.value,
                    cancelled_at=at,
                    cancelled_by=case_no or None,
                    cancelled_reason=reason,
                    cancelled_registrar=registrar,
                )
            )
            if changed.rowcount != 1:
                raise ConflictError(f"entry {entry_no} is not current")

    def _insert(self, entry_no: str, payload: bytes, **columns: Any) -> None:
        sealed = self.keys.seal(REGISTER, f"entries/{entry_no}", payload)
        with guarded(self.connection):
            self.connection.execute(
                insert(EntryTable).values(entry_no=entry_no, sealed_payload=sealed, **columns)
            )

    def _find_title(self, unit_no: str) -> Title | None:
        sealed = self.connection.scalar(
            select(TitleTable.sealed_payload).where(TitleTable.unit_no == unit_no)
        )
        if sealed is None:
            return None
        return codec.load(codec.TITLE, self.keys.open(REGISTER, f"titles/{unit_no}", sealed))

    def _encumbrances(self, unit_no: str) -> tuple[Encumbrance, ...]:
        issued = (
            select(func.max(CertificateTable.certificate_no))
            .where(
                CertificateTable.entry_no == EntryTable.entry_no,
                CertificateTable.status != "revoked",
            )
            .scalar_subquery()
            .label("issued_no")
        )
        rows = self.connection.execute(
            select(EntryTable.__table__, issued)
            .where(EntryTable.unit_no == unit_no)
            .order_by(EntryTable.recorded_at, EntryTable.entry_no)
        )
        return tuple(self._encumbrance(row) for row in rows)

    def _encumbrance(self, row: Row[Any]) -> Encumbrance:
        if row.case_no is None:
            found = codec.load(codec.ENCUMBRANCE, self._payload(row))
            return replace(found, state=EntryState(row.state))
        entry = self._mortgage(row)
        return Encumbrance(
            entry_no=entry.entry_no,
            kind=EncumbranceKind.MORTGAGE,
            state=entry.state,
            recorded_at=entry.registered_at,
            holder=entry.mortgagee,
            holder_number=entry.mortgagee_number,
            certificate_no=row.issued_no or "",
            rank=entry.rank,
            amount_fen=entry.amount_fen,
            contract_no=entry.mortgage_contract_no,
            is_transfer_restricted=entry.is_transfer_restricted,
            case_no=entry.case_no,
        )

    def _mortgage(self, row: Row[Any]) -> MortgageEntry:
        entry = codec.load(codec.MORTGAGE, self._payload(row))
        return replace(entry, state=EntryState(row.state))

    def _payload(self, row: Row[Any]) -> bytes:
        return self.keys.open(REGISTER, f"entries/{row.entry_no}", row.sealed_payload)

    def _open_cases(self, unit_no: str, without_case: str) -> tuple[OpenCase, ...]:
        rows = self.connection.execute(
            select(CaseTable.case_no, CaseTable.accepted_at)
            .where(
                CaseTable.unit_no == unit_no,
                CaseTable.stage.in_(_OPEN),
                CaseTable.case_no != without_case,
            )
            .order_by(CaseTable.case_no)
        )
        return tuple(OpenCase(case_no=case_no, accepted_at=at) for case_no, at in rows)
