"""A case as a folder: application.json with its materials beside it; what `submit` files."""

import functools
import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from quarantine.errors import ForeignFileError
from quarantine.keeper import Keeper
from registration import schema
from registration.application import Application
from registration.errors import BadDocumentError
from registration.mortgage import RegistrationKind
from registration.outcomes import CertificateIssued, Registered
from terminal.assembly import Station
from terminal.desk.items import CertificateState, ItemState, OutboxItem
from terminal.desk.overview import Row, RowStage
from terminal.errors import CaseFolderError, LinkError, NotDeliveredError, NotFoundError

LARGEST_MATERIAL: Final = 10 * 1024 * 1024
"""Bytes of one material as it travels."""
CERTIFICATE: Final = "certificate.pdf"
_APPLICATION: Final = "application.json"
_STEP: Final = "application-{}.json"
_MOST_STEPS: Final = 8
_MATERIALS: Final = "materials"
_REST_S: Final = 0.5
_LAST_STAGES: Final = frozenset(
    {
        RowStage.STOPPED,
        RowStage.CORRECTION,
        RowStage.NOT_ACCEPTED,
        RowStage.REFUSED,
        RowStage.WITHDRAWN,
        RowStage.CERTIFICATE_STOPPED,
        RowStage.CERTIFICATE_HERE,
        RowStage.CERTIFICATE_HANDED_OVER,
    }
)


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """A case as a bank's system lays it down."""

    application: Application
    """The only one, or the first of a bundle."""
    contents: Mapping[str, bytes]
    """The materials' bytes by SHA-256."""
    more: tuple[Application, ...] = ()
    """The other steps of a bundle, in order."""

    @property
    def applications(self) -> tuple[Application, ...]:
        """Every application of the case, in order."""
        return (self.application, *self.more)


def read_case(folder: Path) -> CaseFolder:
    """Read a case folder; materials are known by their digest, whatever their files are called.

    A bundle has application-1.json, application-2.json and so on in the place of application.json.

    Raises:
        CaseFolderError: a file is missing or too large.
        BadDocumentError: application.json breaks its schema; it says where, all at once.
    """
    try:
        application, *more = (_parse(path.name, path.read_bytes()) for path in _written(folder))
        files = sorted(p for p in (folder / _MATERIALS).glob("**/*") if p.is_file())
        contents = dict(_material(path) for path in files)
    except OSError as exc:
        raise CaseFolderError(f"{exc.filename}: {exc.strerror}") from exc
    case = CaseFolder(application, contents, tuple(more))
    for material in (m for one in case.applications for m in one.materials):
        if material.sha256 not in contents:
            raise CaseFolderError(
                f"{folder / _MATERIALS}: no file is {material.file_name} (sha256 {material.sha256})"
            )
    return case


def _written(folder: Path) -> list[Path]:
    """Return the files of a case's applications, in the order of their steps."""
    steps = [folder / _STEP.format(number) for number in range(1, _MOST_STEPS + 1)]
    there = [path for path in steps if path.exists()]
    if there and (folder / _APPLICATION).exists():
        raise CaseFolderError(f"{folder}: {_APPLICATION} stands beside {there[0].name}; keep one")
    if there != steps[: len(there)]:
        raise CaseFolderError(f"{folder}: a step before {there[-1].name} is missing")
    return there or [folder / _APPLICATION]


def _parse(name: str, data: bytes) -> Application:
    """Read an application; each problem says in which file it is. Raises: BadDocumentError."""
    try:
        return schema.parse_application(schema.decode_json(data))
    except BadDocumentError as exc:
        found = (replace(p, pointer=f"{name} {p.pointer or '/'}") for p in exc.problems)
        raise BadDocumentError(tuple(found)) from exc


def _material(path: Path) -> tuple[str, bytes]:
    if path.stat().st_size > LARGEST_MATERIAL:
        raise CaseFolderError(f"{path} is larger than {LARGEST_MATERIAL} bytes")
    data = path.read_bytes()
    return hashlib.sha256(data).hexdigest(), data


def file_case(station: Station, case: CaseFolder) -> OutboxItem:
    """File a case and deliver it; filing it again delivers what was filed.

    Raises:
        CaseFolderError: a material cannot be opened, or is not what the application says of it.
        NotCompleteError: it cannot go as it stands.
        NotDeliveredError: it is kept, but the office has not taken it yet.
    """
    _require_readable(station.counter.keeper, case)
    item = station.submission.file(case.application, case.contents, *case.more)
    if item.state is not ItemState.DELIVERED:
        station.courier.retry(item.sequence)
        station.courier.deliver()
        item = station.box.get_item(item.sequence)
    if item.state is not ItemState.DELIVERED:
        trouble = item.trouble
        words = (trouble.code, trouble.zh, trouble.en) if trouble else ("not yet",)
        reason = " / ".join(word for word in words if word)
        raise NotDeliveredError(f"{item.number} is kept in the outbox; {reason}")
    return item


def _require_readable(keeper: Keeper, case: CaseFolder) -> None:
    """Refuse now what no reviewer could look at."""
    for material in (m for one in case.applications for m in one.materials):
        data = case.contents[material.sha256]
        try:
            report = keeper.report(material.sha256, functools.partial(bytes, data))
        except ForeignFileError as exc:
            raise CaseFolderError(f"{material.file_name} cannot be opened: {exc.reason}") from exc
        if (report.media_type, report.pages) != (material.media_type, material.pages):
            raise CaseFolderError(
                f"{material.file_name} is {report.media_type} with {report.pages} pages,"
                f" not {material.media_type} with {material.pages}"
            )


def wait_for_outcome(
    station: Station,
    item: OutboxItem,
    *,
    timeout_s: float,
    now: Callable[[], float] = time.monotonic,
) -> Row:
    """Collect answers until the office has said its last word on a package, or time is over."""
    end = now() + timeout_s
    while True:
        left = max(end - now(), 0.0)
        row = _step(station, item, wait_s=int(min(station.settings.poll_s, left)))
        if is_final(row) or now() >= end:
            return row
        time.sleep(min(_REST_S, left) if station.settings.poll_s == 0 else 0)


def _step(station: Station, item: OutboxItem, *, wait_s: int) -> Row:
    row = find_row(station, item)
    if is_final(row):
        return row
    try:
        station.courier.collect(0 if row.stage is RowStage.CERTIFICATE_AWAITED else wait_s)
        station.courier.fetch_certificates()
    except LinkError:
        time.sleep(_REST_S)  # The line comes and goes; the time-out bounds it.
    return find_row(station, item)


def find_row(station: Station, item: OutboxItem) -> Row:
    """Return the row of a package's application. Raises: NotFoundError."""
    row = station.overview.find(item.draft_id)
    if row is None:
        raise NotFoundError("no such application")
    return row


def is_final(row: Row) -> bool:
    """Say whether nothing more comes from the office by itself."""
    answer = row.answer.answer if row.answer else None
    if isinstance(answer, Registered):
        # A discharge ends with the entry, and so does what the office says is not certified.
        return row.kind is RegistrationKind.CANCELLATION or not answer.certificate_follows
    return row.stage in _LAST_STAGES


def hand_out(station: Station, row: Row, folder: Path) -> Path | None:
    """Write the certificate beside the case, byte for byte; None when there is none."""
    if row.certificate is None or row.certificate.state is not CertificateState.CHECKED:
        return None
    path = folder / CERTIFICATE
    pdf = station.courier.hand_over(row.certificate.case_no)
    # It names people: nobody else on this machine may read it.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pdf)
    return path


def is_success(row: Row) -> bool:
    """Say whether the application came to its aim."""
    answer = row.answer.answer if row.answer else None
    return (
        is_final(row)
        and isinstance(answer, CertificateIssued | Registered)
        and (row.stage is not RowStage.CERTIFICATE_STOPPED)
    )


def as_json(item: OutboxItem, row: Row | None = None, path: Path | None = None) -> dict[str, Any]:
    """Return what `submit` tells programs."""
    told: dict[str, Any] = {
        "number": item.number,
        "sequence": item.sequence,
        "application_id": item.draft_id,
        "package_sha256": item.package_sha256,
        "receipt": schema.format_receipt(item.receipt) if item.receipt else None,
        "statement": item.statement,
    }
    if row is not None:
        kind, answer = schema.format_answer(row.answer.answer) if row.answer else ("", None)
        told |= {
            "case_no": row.case_no,
            "stage": row.stage.value,
            "answer": {"kind": kind, **answer} if answer else None,
            "certificate_no": row.certificate.certificate_no if row.certificate else None,
            "verify_url": row.certificate.verify_url if row.certificate else None,
            "certificate": str(path) if path else None,
        }
    return told
