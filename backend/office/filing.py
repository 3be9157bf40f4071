"""How the applications of a package become cases, and why some cannot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from backend.office.case import Case, Stage, begin_round, move
from backend.office.ports import Work
from backend.office.rows import PackageRow
from registration import schema
from registration.application import Application
from registration.findings import Finding, Level
from registration.listed import LIST_CODE
from registration.listings import rows_sha256
from registration.package import Package
from registration.papers.discharges import find_rows_sha256

_FORM_LAW: Final = "《不动产登记暂行条例》第十七条第一款第三项"


def misfit(zh: str, en: str) -> Finding:
    """Return why a package makes no case."""
    return Finding(rule="FORMAT", level=Level.NOT_ACCEPTED, zh=zh, en=en, basis=_FORM_LAW)


def unreadable(code: str) -> Finding:
    """Return that a package does not open, by the code of the reason."""
    return misfit(f"资料包打不开（{code}），请重新封装后提交", f"The package does not open: {code}")


def find_list_misfit(package: Package) -> tuple[Finding, ...]:
    """Say that the list an application names is not the one whose paper was signed.

    The ink is bound to the paper's bytes; these bytes carry the digest of the rows. Whether the
    paper also shows them is R48's: it draws the list anew.
    """
    for application in package.applications:
        listing, paper = application.listing, application.find_paper(LIST_CODE)
        if listing is None or paper is None:
            continue  # R48 says what is missing.
        if find_rows_sha256(package.contents[paper.sha256]) != rows_sha256(listing):
            return (
                misfit(
                    "所附批量注销清单与申请所写的各行不符，整件不收，请重新生成清单并签署",
                    "The list's paper has other rows than the application names; make and sign it anew",
                ),
            )
    return ()


def find_misfit(
    work: Work, applications: Sequence[Application], *, terminal: str, bank: str
) -> Finding | None:
    """Say why applications are neither new nor the next round of what was filed."""
    if not any(bank in _banks(application) for application in applications):
        return misfit("抵押权人不是本终端所属的银行", "The mortgagee is not this counter's bank")
    for application in applications:
        known = work.cases.find_by_application(application.application_id, terminal)
        found = _round_misfit(application, known)
        if found is None and known is None:
            found = _bundle_misfit(work, application, terminal)
        if found is not None:
            return found
    return None


def _banks(application: Application) -> frozenset[str]:
    """Return the banks that an application is of: a counter files for its own."""
    former = application.transfer.former if application.transfer is not None else None
    banks = (application.mortgagee, former)
    return frozenset(bank.credit_code.text for bank in banks if bank is not None)


def _bundle_misfit(work: Work, application: Application, terminal: str) -> Finding | None:
    bundle = application.bundle
    known = work.cases.of_bundle(bundle.bundle_id, terminal) if bundle is not None else ()
    if not known:
        return None
    number = known[0].case_no
    return misfit(
        f"一并申请编号已立案 {number}，不能重复提交", f"The bundle is filed already: {number}"
    )


def _round_misfit(application: Application, known: Case | None) -> Finding | None:
    """Say why an application is neither a new one nor the next round of a known one."""
    if known is None:
        if application.round == 1 and not application.corrects:
            return None
        return misfit("补正的案件不存在", "It corrects a case that is not here")
    bundle = application.bundle
    is_next = (
        known.awaits_correction
        and application.corrects == known.case_no
        and application.round == known.round + 1
        and known.bundle_id == (bundle.bundle_id if bundle is not None else "")
    )
    if is_next:
        return None
    return misfit(
        f"申请编号已立案 {known.case_no}，不能重复提交",
        f"Filed already as case {known.case_no}",
    )


def file(
    work: Work, row: PackageRow, package: Package, *, place: int, bank: str, now: datetime
) -> Case:
    """Make a case of the application at a place of the package, or the next round of its case."""
    application = package.applications[place]
    known = work.cases.find_by_application(application.application_id, row.terminal)
    case = (
        _reopen(work, known, row, application)
        if known is not None
        else _new_case(work, row, application, bank, now)
    )
    work.cases.set_materials(
        case.case_no,
        [(m.code, m.media_type, package.contents[m.sha256]) for m in application.materials],
    )
    work.journal.append(
        actor=f"terminal:{row.terminal}",
        act="filed",
        ref=case.case_no,
        body=row.sha256.encode(),
        at=now,
    )
    return case


def _amount(application: Application) -> int | None:
    """Return the amount by which people weigh a case: what is secured, determined or paid."""
    mortgage, told = application.mortgage, application.crystallisation
    amounts = (
        mortgage.secured if mortgage is not None else None,
        told.amount if told is not None else None,
        application.transfer.amount if application.transfer is not None else None,
        application.sale.price if application.sale is not None else None,
    )
    return next((amount.fen for amount in amounts if amount is not None), None)


def _new_case(
    work: Work, row: PackageRow, application: Application, bank: str, now: datetime
) -> Case:
    case = Case(
        case_no=work.cases.next_case_no(now),
        stage=Stage.RECEIVED,
        version=1,
        application_id=application.application_id,
        terminal=row.terminal,
        bank=bank,
        branch=application.counter.branch,
        teller=application.counter.teller,
        kind=application.kind,
        unit_no=application.unit.unit_no.text,
        location=application.unit.location,
        mortgagee=application.mortgagee.name.text,
        amount_fen=_amount(application),
        round=1,
        package_sha256=row.sha256,
        received_at=row.received_at,
        bundle_id=application.bundle.bundle_id if application.bundle else "",
        bundle_place=application.bundle.place if application.bundle else 1,
    )
    work.cases.add(case, schema.canonical(schema.format_application(application)))
    return case


def _reopen(work: Work, known: Case, row: PackageRow, application: Application) -> Case:
    # Acceptance fixes the rank on its unit; on another unit there is none to keep.
    is_same_unit = application.unit.unit_no.text == known.unit_no
    changed = replace(
        begin_round(move(known, Stage.RECEIVED)),
        kind=application.kind,
        unit_no=application.unit.unit_no.text,
        location=application.unit.location,
        amount_fen=_amount(application),
        round=application.round,
        package_sha256=row.sha256,
        received_at=row.received_at,
        accepted_at=known.accepted_at if is_same_unit else None,
        due=known.due if is_same_unit else (),
        paused_at=known.paused_at if is_same_unit else None,
        correction_due=None,
        findings=(),
        is_automatic=False,
    )
    data = schema.canonical(schema.format_application(application))
    return work.cases.save(changed, was=known, application=data)
