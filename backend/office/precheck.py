"""What the register says of a unit before anybody signs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from backend.errors import NotFoundError
from backend.office.ports import Clock, Work, Works
from backend.office.register import Encumbrance, EncumbranceKind, Extract, MortgageEntry, Title
from backend.office.rows import TerminalRow
from backend.office.rules import BUILT_KINDS, Policy, check_unit, name_book
from backend.office.rulings import policy_in_force
from registration import schema
from registration.errors import BadValueError
from registration.identifiers import UnitNo, parse_certificate_no, parse_unit_no
from registration.mortgage import RegistrationKind
from registration.outcomes import PrecheckAnswer, StandingMortgage
from registration.people import PersonName


@dataclass(frozen=True, slots=True, kw_only=True)
class Precheck:
    """Answers a counter's question about one unit; who asked what for is kept in the journal.

    Source: 不动产登记资料查询暂行办法 (a query has a purpose and leaves a trace).
    """

    works: Works
    clock: Clock
    policy: Policy

    def ask(
        self, *, number: str, purpose: str, terminal: TerminalRow, kind: str = ""
    ) -> PrecheckAnswer:
        """Say what stands on a unit, found by its own number or by its certificate's.

        `kind` is the code of the registration that is meant; without it, a mortgage in general.

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
            policy = policy_in_force(work, self.policy, now)
            work.commit()
        asked = _kind(kind)
        return _answer(unit_no, extract, policy, number=number, bank=terminal.bank, kind=asked)


def _told_rules(policy: Policy) -> tuple[str, ...]:
    """Return the lines that the counter judges by too, as this office has them."""
    return tuple(f"{line}={level}" for line, level in sorted(policy.adjustments.items()))


def _answer(
    unit_no: UnitNo,
    extract: Extract,
    policy: Policy,
    *,
    number: str,
    bank: str,
    kind: RegistrationKind | None,
) -> PrecheckAnswer:
    title = extract.title
    bare = PrecheckAnswer(
        unit_no=unit_no,
        is_found=title is not None,
        at=extract.read_at,
        findings=check_unit(extract, policy=policy, kind=kind),
        closed_kinds=tuple(sorted(k.value for k in BUILT_KINDS - policy.kinds)),
        # Told only where it says something, so that older counters read the rest.
        book=name_book(policy) if policy.adjustments else "",
        rules=_told_rules(policy),
    )
    if title is None:
        return bare
    others = (_of_another(e) for e in _held_by_another(extract, bank, number))
    standing = (*(_standing(e) for e in _of_bank(extract, bank)), *others)
    return replace(_told(bare, title, extract), standing=standing)


def _told(bare: PrecheckAnswer, title: Title, extract: Extract) -> PrecheckAnswer:
    """Return an answer with what the unit's page says."""
    return replace(
        bare,
        title_no=title.title_no,
        location=title.location,
        area_m2=title.area_m2,
        use=title.use,
        land_right=_land_right(title),
        land_right_end=title.land_right_end,
        co_ownership=title.co_ownership.value,
        owners=tuple(PersonName(owner.name).masked for owner in title.owners),
        mortgages=tuple(_line(m) for m in extract.find_current(EncumbranceKind.MORTGAGE)),
        notices=tuple(_notice_lines(extract)),
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


def _kind(code: str) -> RegistrationKind | None:
    """Read the code of a kind; one that nobody knows asks for a mortgage in general."""
    return next((kind for kind in RegistrationKind if kind.value == code), None)


def _of_bank(extract: Extract, bank: str) -> Iterator[Encumbrance]:
    for kind in (EncumbranceKind.MORTGAGE, EncumbranceKind.MORTGAGE_NOTICE):
        for entry in extract.find_current(kind):
            if any(holder.number == bank for holder in entry.holders):
                yield entry


def _held_by_another(extract: Extract, bank: str, number: str) -> Iterator[Encumbrance]:
    """Yield the mortgage of another bank whose certificate is asked about, to take it over."""
    for entry in extract.find_current(EncumbranceKind.MORTGAGE):
        is_own = any(holder.number == bank for holder in entry.holders)
        if not is_own and entry.certificate_no and entry.certificate_no == _plain(number):
            yield entry


def _plain(number: str) -> str:
    try:
        return parse_certificate_no(number).text
    except BadValueError:
        return ""


def _of_another(entry: Encumbrance) -> StandingMortgage:
    """Return whose a mortgage is, and nothing of its terms: certificates' numbers can be guessed."""
    return StandingMortgage(
        certificate_no=entry.certificate_no,
        is_notice=False,
        rank=entry.rank,
        form="",
        amount_fen=None,
        start=None,
        end=None,
        is_period_open=False,
        security_scope="",
        is_transfer_restricted=entry.is_transfer_restricted,
        principal_contract_no="",
        mortgage_contract_no="",
        holder=entry.holders[0].name if entry.holders else entry.holder,
        holder_number=entry.holders[0].number if entry.holders else "",
    )


def _standing(entry: Encumbrance) -> StandingMortgage:
    deed = entry.deed if isinstance(entry.deed, MortgageEntry) else None
    return StandingMortgage(
        certificate_no=entry.certificate_no,
        is_notice=entry.kind is EncumbranceKind.MORTGAGE_NOTICE,
        rank=entry.rank,
        form=deed.form if deed else "",
        amount_fen=entry.amount_fen,
        start=deed.start if deed else None,
        end=deed.end if deed else None,
        is_period_open=bool(deed and deed.is_period_open),
        security_scope=deed.security_scope if deed else "",
        is_transfer_restricted=entry.is_transfer_restricted,
        principal_contract_no=deed.principal_contract_no if deed else "",
        mortgage_contract_no=entry.contract_no,
    )


def _notice_lines(extract: Extract) -> Iterator[str]:
    for entry in extract.find_current(EncumbranceKind.PURCHASE_NOTICE):
        names = "、".join(PersonName(holder.name).masked for holder in entry.holders)
        yield "，".join(
            part for part in ("预购商品房预告登记", entry.certificate_no, names) if part
        )
    for entry in extract.find_current(EncumbranceKind.MORTGAGE_NOTICE):
        parts = ("抵押权预告登记", entry.certificate_no, entry.holder)
        yield "，".join(part for part in parts if part)


def _line(mortgage: Encumbrance) -> str:
    rank = f"第 {mortgage.rank} 顺位" if mortgage.rank else "顺位未载"
    parts = (rank, mortgage.certificate_no, mortgage.holder)
    return "，".join(part for part in parts if part)
