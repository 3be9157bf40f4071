"""A counter and two reviewers in a real office that many cases share, each on its own unit."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar

from backend.office.case import Case, Stage
from backend.office.register import EncumbranceKind, Extract, Owner
from backend.store.estate_file import SCHEMA, Estate, parse_estates
from backend.store.estates import SAMPLES, load_estates
from backend.wall import build_account_room
from registration import schema
from registration.application import Application
from registration.findings import Finding
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.mortgage import Discharge, DischargeCause, Money
from registration.outcomes import Answer, CertificateIssued, RegistrationCertificate
from registration.people import (
    Agent,
    CoOwnership,
    IdDocument,
    IdKind,
    Mortgagee,
    Party,
    PartyKind,
    parse_name,
)
from tests.factories import (
    DISCHARGE_MATERIALS,
    make_application,
    make_discharge,
    make_material,
    make_mortgage,
    make_party,
    make_unit,
)
from tests.factories_today import captured_now
from tests.journey.office import TERMINAL, OfficeStand

BASE_TITLE: Final = json.loads(SAMPLES.read_bytes())["estates"][0]["title"]
ESTATES: Final = {e.title.unit_no: e for e in parse_estates(SAMPLES.read_bytes())}
BLOCK_OF_FLATS: Final = "410202001003GB00012F000100"
"""Most samples are flats of one house: its number and two digits more make the unit's."""
ORGANISATION_MATERIALS: Final = ("M01", "M02", "M03", "M06", "M07", "M15")
"""Nobody reads an organisation's chip, so its proof of identity comes along."""
_A = TypeVar("_A")
_P = TypeVar("_P", Party, Mortgagee)
_CONTRACTS: Final = count(1)


def sample(flat: str) -> Estate:
    """Return a flat of the samples by the last two digits, or another unit by its whole number."""
    return ESTATES.get(flat) or ESTATES[BLOCK_OF_FLATS + flat]


def make_owner(owner: Owner) -> Party:
    """Return the party that a registered owner is: a person, or an organisation by its code."""
    if owner.id_number[:17].isdigit():
        return make_party(owner.name, owner.id_number)
    kind = PartyKind.ENTERPRISE if owner.id_number.startswith("9") else PartyKind.INSTITUTION
    return Party(
        name=parse_name(owner.name),
        document=IdDocument(kind=IdKind.CREDIT_CODE, number=owner.id_number),
        kind=kind,
        phone="037100000000",
        address="开封市龙亭区示例大街9号",
        legal_representative="孙示例",
    )


def make_filing(estate: Estate, **changes: Any) -> Application:
    """Return a clean first registration of all owners on an estate, as the register has it."""
    title = estate.title
    owners = tuple(make_owner(owner) for owner in title.owners)
    is_by_shares = title.co_ownership is CoOwnership.SHARES
    facts: dict[str, Any] = {
        "unit": make_unit(
            unit_no=parse_unit_no(title.unit_no),
            title_no=parse_certificate_no(title.title_no),
            location=title.location,
            area_m2=title.area_m2,
            use=title.use,
        ),
        "mortgagors": owners,
        "co_ownership": title.co_ownership,
        "shares": tuple(owner.share for owner in title.owners) if is_by_shares else (),
        "debtors": owners[:1],
    }
    return make_application(**(facts | changes))


def make_release(estate: Estate, certificate_no: str, **changes: Any) -> Application:
    """Return a discharge of a mortgage on an estate, by the bank alone."""
    filing = make_filing(estate)
    facts: dict[str, Any] = {
        "unit": filing.unit,
        "mortgagors": tuple(replace(party, identity=None) for party in filing.mortgagors),
        "co_ownership": filing.co_ownership,
        "materials": tuple(make_material(code) for code in DISCHARGE_MATERIALS),
        "discharge": Discharge(
            certificate_no=parse_certificate_no(certificate_no), cause=DischargeCause.DEBT_CLEARED
        ),
    }
    return make_discharge(**(facts | changes))


def contract(**changes: Any) -> dict[str, Any]:
    """Return a mortgage that rests on a contract of its own, as each on a unit must."""
    number = f"DY-2026-{next(_CONTRACTS):06d}"
    return {"mortgage": make_mortgage(mortgage_contract_no=number, **changes)}


def make_large(estate: Estate) -> Application:
    """Return a first registration above what the rule book may approve alone."""
    return make_filing(estate, **contract(amount=Money(200_000_000), amount_words="贰佰万元整"))


def only(answers: tuple[Answer, ...], kind: type[_A]) -> _A:
    """Return the one answer of a kind."""
    (found,) = [answer for answer in answers if isinstance(answer, kind)]
    return found


def rules(findings: tuple[Finding, ...]) -> list[str]:
    """Return what was hit, gravest first."""
    return [finding.rule for finding in findings]


def _lasting(application: Application) -> Application:
    """Return an application whose powers of attorney are good on any day."""
    facts: dict[str, Any] = {
        "mortgagee": _acting(application.mortgagee),
        "mortgagors": tuple(_acting(party) for party in application.mortgagors),
    }
    if application.transfer is not None:
        former = _acting(application.transfer.former)
        facts["transfer"] = replace(application.transfer, former=former)
    if application.sale is not None:
        sellers = tuple(_acting(party) for party in application.sale.sellers)
        facts["sale"] = replace(application.sale, sellers=sellers)
    return replace(application, **facts)


def _acting(who: _P) -> _P:
    agent: Agent | None = who.agent
    if agent is None or agent.authority is None:
        return who
    authority = replace(agent.authority, valid_from=date(2020, 1, 1), valid_to=date(2099, 12, 31))
    return replace(who, agent=replace(agent, authority=authority))


class Desk:
    """The counter's and the reviewers' hands in one office."""

    def __init__(self, stand: OfficeStand) -> None:
        self.stand = stand
        self.branch = stand.enrol()
        room = build_account_room(stand.wall)
        self.first = room.add(
            "zhou",
            person="P1",
            name="周",
            roles=("first_reviewer",),
            password="longting-2026-a!",
            by="operator:test",
        )
        self.second = room.add(
            "wu",
            person="P2",
            name="吴",
            roles=("second_reviewer",),
            password="longting-2026-b!",
            by="operator:test",
        )
        self._numbers = count(1)
        self._flats, self._bundles = count(1), count(1)
        self._answers: list[Answer] = []
        self._cursor = 0

    def ready(self, application: Application, **changes: Any) -> Application:
        """Return an application of this very day, with a number of its own."""
        facts: dict[str, Any] = {
            "application_id": f"A-4102-0001-20260929-{next(self._numbers):06d}",
        }
        return replace(captured_now(_lasting(application)), **(facts | changes))

    def ready_together(self, *applications: Application) -> tuple[Application, ...]:
        """Return a bundle of this very day, with numbers of its own."""
        number = f"B-4102-0001-20260929-{next(self._bundles):06d}"
        return tuple(
            self.ready(a, bundle=replace(a.bundle, bundle_id=number) if a.bundle else None)
            for a in applications
        )

    def join_again(self) -> None:
        """Let the counter join anew: its certificates do not outlive a test that moves the clock."""
        self.stand.office.terminals.revoke(TERMINAL, by="test")
        self.branch = self.stand.enrol()

    def file(self, *applications: Application) -> tuple[Answer, ...]:
        """File an application as it is, or a bundle; return what the office answers to it."""
        return self.hand_in(self.stand.seal(self.branch, *applications))

    def hand_in(self, package: bytes) -> tuple[Answer, ...]:
        """Hand a sealed package in; return what the office answers to it."""
        self.stand.receive(self.branch, package)
        self.stand.work_off()
        return self.answers_to(sha256(package).hexdigest())

    def answers_to(self, package_sha256: str) -> tuple[Answer, ...]:
        """Return the answers to one package so far, each with a good signature."""
        return tuple(a for a in self.collect() if a.package_sha256 == package_sha256)

    def answers_of(self, case_no: str) -> tuple[Answer, ...]:
        """Return the answers of one case so far, of all its rounds."""
        return tuple(a for a in self.collect() if a.case_no == case_no)

    def collect(self) -> tuple[Answer, ...]:
        """Fetch what is new for the counter, page by page; return everything so far."""
        while rows := self.stand.office.news.answers(TERMINAL, self._cursor):
            self._answers += [self.stand.read(row) for row in rows]
            self._cursor = rows[-1].cursor
        return tuple(self._answers)

    def case(self, case_no: str) -> Case:
        """Return a case as it stands."""
        return self.stand.office.review.case_of_bank(case_no, bank=self.branch.row.bank)

    def decide_first(self, case_no: str, verdict: str, *items: Finding) -> Case:
        """Let the first reviewer take a case, read it and decide."""
        return self._decide(case_no, verdict, items, is_second=False)

    def decide_second(self, case_no: str, verdict: str, *items: Finding) -> Case:
        """Let the second reviewer take a case, read it and decide."""
        return self._decide(case_no, verdict, items, is_second=True)

    def approve(self, case_no: str) -> tuple[Answer, ...]:
        """Let both reviewers approve and the office do what follows; return the case's answers."""
        self.decide_first(case_no, "approve")
        self.decide_second(case_no, "approve")
        self.stand.work_off()
        return self.answers_of(case_no)

    def refuse(self, case_no: str) -> tuple[Answer, ...]:
        """Let both reviewers refuse; return the case's answers."""
        self.decide_first(case_no, "refuse")
        self.decide_second(case_no, "refuse")
        return self.answers_of(case_no)

    def _decide(
        self, case_no: str, verdict: str, items: tuple[Finding, ...], *, is_second: bool
    ) -> Case:
        staff, review = (self.second if is_second else self.first), self.stand.office.review
        self.stand.office.leases.take(case_no, staff=staff)
        return review.decide(
            case_no,
            staff=staff,
            verdict=verdict,
            opinion="经审查，意见如上。",
            evidence_sha256=review.open(case_no, staff=staff).evidence_sha256,
            items=items,
        )

    def facts(self, answers: tuple[Answer, ...]) -> RegistrationCertificate:
        """Return what stands on the certificate that was issued."""
        number = only(answers, CertificateIssued).certificate_no
        with self.stand.wall.works.reading() as work:
            return schema.parse_certificate(work.certificates.get(number).facts)

    def paper(self, case_no: str) -> bytes:
        """Return the sealed certificate as the bank fetches it."""
        review = self.stand.office.review
        return review.certificate_of_bank(case_no, bank=self.branch.row.bank)

    def extract(self, estate: Estate) -> Extract:
        """Return what stands on a unit now."""
        now = self.stand.wall.clock.now()
        with self.stand.wall.works.reading() as work:
            return work.register.extract(estate.title.unit_no, now)

    def new_flat(self, *entries: dict[str, Any], **title: Any) -> Estate:
        """Bring a flat of its own into the register: that of the base case, with changes."""
        number = next(self._flats)
        own = {
            "unit_no": f"410202001003GB00077F0001{number:04d}",
            "title_no": f"豫（2024）开封市不动产权第{7_700_000 + number}号",
            "location": f"开封市龙亭区示例路77号1幢{number}号",
        }
        return self.bring_in(BASE_TITLE | own | title, *entries)

    def bring_in(self, title: dict[str, Any], *entries: dict[str, Any]) -> Estate:
        """Import one estate, as the office's operator does; what is there already stays."""
        item = {"title": title, "encumbrances": list(entries)}
        data = json.dumps({"schema": SCHEMA, "estates": [item]}).encode()
        load_estates(self.stand.wall.works, data, self.stand.wall.clock.now())
        return parse_estates(data)[0]

    def enter(self, estate: Estate) -> CertificateIssued:
        """Register one more mortgage on a unit, without a person."""
        return only(self.file(self.ready(make_filing(estate, **contract()))), CertificateIssued)

    def file_large(self, estate: Estate) -> str:
        """File a mortgage that two people decide, for its amount; return its case."""
        return self.file(self.ready(make_large(estate)))[0].case_no

    def withdraw(self, case_no: str) -> Stage:
        """Withdraw a case as the counter does; return where it stands."""
        row, review = self.branch.row, self.stand.office.review
        return review.withdraw(case_no, bank=row.bank, terminal=row.terminal).stage

    def ranks(self, estate: Estate) -> list[int | None]:
        """Return the ranks in force on a unit, oldest entry first."""
        return [e.rank for e in self.extract(estate).find_current(EncumbranceKind.MORTGAGE)]

    def add_entry(self, estate: Estate, entry: dict[str, Any]) -> None:
        """Let the register learn of an entry on a unit that it has, from outside this office."""
        title = BASE_TITLE | {
            "unit_no": estate.title.unit_no,
            "title_no": estate.title.title_no,
            "location": estate.title.location,
        }
        self.bring_in(title, entry)

    def with_material(self, application: Application, code: str) -> Application:
        """Return an application with one paper more."""
        return replace(application, materials=(*application.materials, make_material(code)))


@contextmanager
def open_desk(folder: Path, **settings: Any) -> Iterator[Desk]:
    """Found an office for a module's cases; at its end every act in it must be accounted for."""
    stand = OfficeStand(folder, **settings)
    try:
        yield Desk(stand)
        assert stand.wall.works.verify_journal().is_good
    finally:
        stand.close()
