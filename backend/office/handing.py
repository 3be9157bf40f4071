"""A case's evidence for a court: everything about it, with all that proves it, in one package.

It holds people's data in the clear, so it is handed out with a reason that the journal keeps, and the
office keeps no copy.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from backend.errors import NotAllowedError, NotFoundError
from backend.office.case import Case
from backend.office.ports import Blobs, Clock, OfficeSigner, Work, Works
from backend.office.rows import CertificateRow, JournalRecord, PackageRow
from certs.checkpoints import LogProof
from certs.envelope import Opened
from registration import schema

Files = dict[str, bytes]
HANDED_OUT: Final = "evidence handed out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """Puts a case's evidence together and signs the list of it."""

    works: Works
    blobs: Blobs
    clock: Clock
    signer: OfficeSigner
    open_package: Callable[[bytes, datetime], Opened]
    prove: Callable[[int], LogProof]
    trust: Callable[[], bytes]
    kit: Mapping[str, bytes]
    """The verifier and what to read first, by name."""

    def hand_out(self, case_no: str, *, by: str, reason: str) -> Files:
        """Return the package's files by name; the journal says who had them, with a digest of why.

        Raises:
            NotFoundError: no such case, or the package of one of its rounds is not here.
            NotAllowedError: without a reason nobody gets it.
        """
        if not reason.strip():
            raise NotAllowedError("no reason")
        now = self.clock.now()
        with self.works() as work:
            work.cases.get(case_no)
            body = schema.canonical({"by": by, "reason": reason})
            work.journal.append(
                actor=by, act=HANDED_OUT, ref=case_no, body=body, at=now, is_kept=True
            )
            work.commit()
        return self.make(case_no)

    def make(self, case_no: str) -> Files:
        """Return the package's files by name; whoever hands them out says so in the journal.

        Raises:
            NotFoundError: no such case, or the package of one of its rounds is not here.
        """
        now = self.clock.now()
        with self.works.reading() as work:
            case = work.cases.get(case_no)
        files = self._gather(case) | dict(self.kit)
        listed = [
            {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in sorted(files.items())
        ]
        claims: dict[str, object] = {"case_no": case_no, "files": listed}
        files["manifest.jws"] = self.signer.sign("evidence/1", claims, now).encode()
        return files

    def _gather(self, case: Case) -> Files:
        with self.works.reading() as work:
            packages = _packages(work, case)
            files = dict(_case(work, case)) | dict(_decisions(work, case))
            files |= dict(_answers(work, case)) | dict(_enquiries(work, case))
            row = work.certificates.find_by_case(case.case_no)
            refs = {case.case_no, *(package.sha256 for package in packages)}
            refs |= {row.certificate_no} if row else set()
            records = sorted((r for ref in refs for r in work.journal.of(ref)), key=lambda r: r.seq)
        for number, package in enumerate(packages, start=1):
            sent = self._sent(package)
            files |= {f"round-{number}/{name}": data for name, data in sent.items()}
        files |= self._certificate(row)
        files["journal.json"] = schema.canonical([_record(one) for one in records])
        for one in records:
            files[f"journal/{one.seq}.tlog-proof"] = self.prove(one.seq).format().encode()
        return files | {"trust.json": self.trust()}

    def _sent(self, package: PackageRow) -> Files:
        """Return a package as it was sent, what was in it, and its receipt."""
        data = self.blobs.get(package.sha256)
        opened = self.open_package(data, package.received_at)
        parts = {f"parts/{part.name}": part.data for part in opened.parts}
        return {
            "package.bin": data,
            "package-manifest.jws": opened.manifest.text.encode(),
            "receipt.jws": package.receipt_statement.encode(),
        } | parts

    def _certificate(self, row: CertificateRow | None) -> Files:
        if row is None or not row.pdf_sha256 or row.issued_at is None:
            return {}
        files = {"certificate.pdf": self.blobs.get(row.pdf_sha256), "certificate.json": row.facts}
        if row.ofd_sha256:
            files["certificate.ofd"] = self.blobs.get(row.ofd_sha256)
        return files


def _packages(work: Work, case: Case) -> tuple[PackageRow, ...]:
    """Return the package of each round, the first submission's first; never some of them only."""
    latest = work.packages.find(case.package_sha256)
    found = work.packages.of_case(latest.case_no) if latest is not None else ()
    if len(found) != case.round or found[-1] != latest:
        raise NotFoundError("the package of each round")
    return found


def _case(work: Work, case: Case) -> Iterator[tuple[str, bytes]]:
    told = {
        "case_no": case.case_no,
        "application_id": case.application_id,
        "stage": case.stage.value,
        "round": case.round,
        "package_sha256": case.package_sha256,
        "findings": schema.format_findings(case.findings),
    }
    yield "case.json", schema.canonical(told)
    row = work.certificates.find_by_case(case.case_no)
    acts = work.acts.of(row.certificate_no) if row else ()
    if acts:
        yield "certificate-acts.json", schema.canonical([_plain(asdict(act)) for act in acts])


def _decisions(work: Work, case: Case) -> Iterator[tuple[str, bytes]]:
    entries = []
    for number, one in enumerate(work.decisions.of(case.case_no), start=1):
        name = f"decisions/{number}.jws" if one.statement else ""
        if name:
            yield name, one.statement.encode()
        entries.append(
            {
                "round": one.round,
                "stage": one.stage,
                "reviewer": one.reviewer,
                "verdict": one.verdict,
                "opinion": one.opinion,
                "evidence_sha256": one.evidence_sha256,
                "at": one.at.isoformat(),
                "statement": name,
            }
        )
    yield "decisions.json", schema.canonical(entries)


def _answers(work: Work, case: Case) -> Iterator[tuple[str, bytes]]:
    for number, row in enumerate(work.answers.of(case.case_no), start=1):
        yield f"answers/{number:03}.jws", row.statement.encode()


def _enquiries(work: Work, case: Case) -> Iterator[tuple[str, bytes]]:
    """Yield what other authorities were asked and answered; some answers stand for a paper."""
    asked = []
    for row in work.enquiries.of(case.case_no):
        reply = row.reply
        name = f"enquiries/{row.request_no}.bin" if reply and reply.answer else ""
        if reply and name:
            yield name, reply.answer
        asked.append(
            {
                "request_no": row.request_no,
                "round": row.round,
                "service": row.enquiry.service.value,
                "pointer": row.enquiry.pointer,
                "subject": [list(pair) for pair in row.enquiry.subject],
                "at": row.at.isoformat(),
                "answered_at": reply.at.isoformat() if reply else "",
                "verdict": reply.verdict if reply else "",
                "fault": reply.fault if reply else "",
                "facts": [list(pair) for pair in reply.facts] if reply else [],
                "is_simulated": reply.is_simulated if reply else False,
                "answer_sha256": reply.answer_sha256 if reply else "",
                "answer": name,
            }
        )
    if asked:
        yield "enquiries.json", schema.canonical(asked)


def _record(one: JournalRecord) -> dict[str, object]:
    """Return a record as its entry in the log has it (formats, section 13)."""
    told: dict[str, object] = {
        "seq": one.seq,
        "at": f"{one.at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "actor": one.actor,
        "act": one.act,
        "ref": one.ref,
        "body_sha256": one.body_sha256,
        "v": 2 if one.salt else 1,
    }
    return told | ({"salt": one.salt} if one.salt else {})


def _plain(told: dict[str, object]) -> dict[str, object]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in told.items()}
