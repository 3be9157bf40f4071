"""What the register says of a unit before anybody signs."""

from dataclasses import dataclass

from backend.errors import NotFoundError
from backend.office.ports import Clock, Work, Works
from backend.office.register import Encumbrance, EncumbranceKind, Extract, Title
from backend.office.rows import TerminalRow
from backend.office.rules import Policy, check_unit
from registration import schema
from registration.errors import BadValueError
from registration.identifiers import UnitNo, parse_certificate_no, parse_unit_no
from registration.outcomes import PrecheckAnswer
from registration.people import PersonName


@dataclass(frozen=True, slots=True, kw_only=True)
class Precheck:
    """Answers a counter's question about one unit; who asked what for is kept in the journal.

    Source: 不动产登记资料查询暂行办法 (a query has a purpose and leaves a trace).
    """

    works: Works
    clock: Clock
    policy: Policy

    def ask(self, *, number: str, purpose: str, terminal: TerminalRow) -> PrecheckAnswer:
        """Say what stands on a unit, found by its own number or by its certificate's.

        Raises:
            NotFoundError: the number is neither a unit number nor a certificate that is here.
        """
        now = self.clock.now()
        with self.works() as work:
            unit_no = _find_unit(work, number)
            extract = work.register.extract(unit_no.text, now)
            work.journal.append(
                actor=f"terminal:{terminal.terminal}",
                act="register asked",
                ref=unit_no.text,
                body=schema.canonical({"purpose": purpose, "branch": terminal.branch}),
                at=now,
            )
            work.commit()
        return self._answer(unit_no, extract)

    def _answer(self, unit_no: UnitNo, extract: Extract) -> PrecheckAnswer:
        findings = check_unit(extract, policy=self.policy)
        title = extract.title
        if title is None:
            return PrecheckAnswer(
                unit_no=unit_no, is_found=False, at=extract.read_at, findings=findings
            )
        return PrecheckAnswer(
            unit_no=unit_no,
            is_found=True,
            at=extract.read_at,
            title_no=title.title_no,
            location=title.location,
            area_m2=title.area_m2,
            use=title.use,
            land_right=_land_right(title),
            land_right_end=title.land_right_end,
            co_ownership=title.co_ownership.value,
            owners=tuple(PersonName(owner.name).masked for owner in title.owners),
            mortgages=tuple(_line(m) for m in extract.find_current(EncumbranceKind.MORTGAGE)),
            findings=findings,
        )


def _find_unit(work: Work, number: str) -> UnitNo:
    try:
        return parse_unit_no(number)
    except BadValueError:
        pass
    try:
        certificate = parse_certificate_no(number)
    except BadValueError as exc:
        raise NotFoundError("neither a unit number nor a certificate number") from exc
    unit_no = work.register.find_unit_of_certificate(certificate.text)
    if unit_no is None:
        raise NotFoundError("no such certificate")
    return parse_unit_no(unit_no)


def _land_right(title: Title) -> str:
    return {"101": "划拨", "102": "出让"}.get(title.land_nature, title.land_nature)


def _line(mortgage: Encumbrance) -> str:
    rank = f"第 {mortgage.rank} 顺位" if mortgage.rank else "顺位未载"
    parts = (rank, mortgage.certificate_no, mortgage.holder)
    return "，".join(part for part in parts if part)
