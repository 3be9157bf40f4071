"""Rules on the registered owners: who must have signed, and who should be asked."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from backend.office.register import Owner
from backend.office.rules.book import DISPOSING, MORTGAGING, SALE, Clause, Rule
from backend.office.rules.matter import Matter, Page
from backend.office.rules.sameness import is_owner, read_share
from registration.application import Application
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind
from registration.parties import obligors_pointer
from registration.people import CoOwnership, PersonName
from registration.requirements.shares import needs_all_owners
from registration.signatures import find_ink, has_signed, owner_signature

_ENOUGH: Final = Fraction(2, 3)
_SPOUSE_LAW: Final = "《民法典》第一千零六十二条、第一千零六十三条"

_MISSING_OWNER: Final = Clause(
    rule="R08",
    level=Level.CORRECT,
    basis="《民法典》第三百零一条",
    zh="共同共有不动产须全体共有人共同申请，缺少{name}的签名。",
    en="Joint owners must apply together; the signature of {name} is missing.",
)
_TOO_FEW_SHARES: Final = Clause(
    rule="R09",
    level=Level.CORRECT,
    basis="《民法典》第三百零一条",
    zh="签名共有人份额不足三分之二。",
    en="The owners who signed hold less than two thirds.",
)
_SPOUSE: Final = Clause(
    rule="R10",
    level=Level.MANUAL,
    basis=_SPOUSE_LAW,
    zh="请确认是否为夫妻共同财产；登记簿为单独所有的，以登记簿为准并提示配偶权益。",
    en="The sole owner is married: is it common property? The register decides; mind the spouse.",
)
_SPOUSE_ASKED: Final = Clause(
    rule="R10",
    level=Level.CORRECT,
    basis=_SPOUSE_LAW,
    zh="权利人已婚而登记为单独所有，请配偶共同签名，或提交婚姻财产证明材料（M16）。",
    en="The sole owner is married: the spouse signs too, or hand in the proof of marriage (M16).",
)


def check_joint_owners(matter: Matter) -> Iterator[Finding]:
    """R08: every registered joint owner signed the application form.

    Where the application itself says that they own jointly, its own rule speaks of the
    owners it names; this one speaks of the owners that it left out.
    """
    held, application = matter.ownership, matter.application
    if held is None or not needs_all_owners(application):
        return
    if held.co_ownership not in {CoOwnership.JOINT, CoOwnership.OTHER}:
        return
    is_told = application.co_ownership is CoOwnership.JOINT
    pointer = obligors_pointer(application)
    for owner in held.owners:
        if not (_is_named(owner, application) if is_told else _has_signed(owner, application)):
            yield _MISSING_OWNER.finding(pointer, name=_shown(owner, matter))


def _is_named(owner: Owner, application: Application) -> bool:
    return any(is_owner(owner, party) for party in application.obligors)


def _has_signed(owner: Owner, application: Application) -> bool:
    return any(
        is_owner(owner, party) and find_ink(application, owner_signature(party, "M01")) is not None
        for party in application.obligors
    )


def _shown(owner: Owner, matter: Matter) -> str:
    """Name an owner to his co-owners; a wrong unit number must not tell strangers' names."""
    owners = matter.ownership.owners if matter.ownership else ()
    if any(_is_named(known, matter.application) for known in owners):
        return owner.name
    return PersonName(owner.name).masked


def check_shares(matter: Matter) -> Iterator[Finding]:
    """R09: owners with two thirds of the registered shares signed the application form."""
    held, application = matter.ownership, matter.application
    if held is None or held.co_ownership is not CoOwnership.SHARES:
        return
    signed = [
        read_share(owner.share) or Fraction(0)
        for owner in held.owners
        if any(is_owner(owner, p) and has_signed(application, p) for p in application.obligors)
    ]
    if needs_all_owners(application) and sum(signed, start=Fraction(0)) < _ENOUGH:
        yield _TOO_FEW_SHARES.finding("/inks")


def look_for_spouse(page: Page) -> Iterator[Finding]:
    """Tell that the sole owner is married, before anybody signs."""
    title = page.title
    if title and title.co_ownership is CoOwnership.SOLE and any(o.is_married for o in title.owners):
        yield (_SPOUSE_ASKED if page.policy.is_spouse_asked else _SPOUSE).finding("/mortgagors")


def check_spouse(matter: Matter) -> Iterator[Finding]:
    """R10: a married sole owner; a person looks, or the spouse signs where the office asks it."""
    application = matter.application
    parties = (*application.obligors, *application.outside_debtors)
    numbers = {ink.signer_number for ink in application.inks if ink.paper_code == "M01"}
    has_spouse = any(p.relation == "配偶" and p.document.number in numbers for p in parties)
    if matter.policy.is_spouse_asked and (has_spouse or application.has_material("M16")):
        return
    yield from look_for_spouse(matter.page)


_CHANGE: Final = frozenset({RegistrationKind.CHANGE})
RULES: Final = (
    Rule(clauses=(_MISSING_OWNER,), check=check_joint_owners, kinds=DISPOSING | _CHANGE),
    Rule(clauses=(_TOO_FEW_SHARES,), check=check_shares, kinds=DISPOSING | _CHANGE),
    Rule(
        clauses=(_SPOUSE, _SPOUSE_ASKED),
        look=look_for_spouse,
        check=check_spouse,
        kinds=MORTGAGING | SALE,
    ),
)
