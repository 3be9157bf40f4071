"""The materials that an application, or a kind of registration, needs, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from registration.application import Application, Side
from registration.bundle import BundleModel
from registration.catalogue import (
    SHIPPED,
    Answers,
    Column,
    Condition,
    MaterialKind,
    ToldBy,
    find_column,
)
from registration.days import local_day
from registration.mortgage import MortgageForm, RegistrationKind
from registration.parties import Acting, acting_parties, acting_people
from registration.people import (
    Agent,
    Guardian,
    IdKind,
    IdSource,
    Party,
    PartyKind,
    is_private_use,
)

CATALOGUE: Final[Mapping[str, MaterialKind]] = SHIPPED.materials
"""The papers by code, in the order of every list."""
CATALOGUE_VERSION: Final = SHIPPED.version
"""Changes whenever a paper or a need changes; shown beside every list made from the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredMaterial:
    """A paper that an application must hold."""

    code: str
    title_zh: str
    title_en: str
    reason: str
    """Why it is asked, in Chinese."""
    reason_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMaterial:
    """A paper on the list that people take home, before anything is known of their case."""

    code: str
    title_zh: str
    title_en: str
    is_always: bool
    reasons: tuple[Condition, ...]
    """When it is needed; one is enough."""


def lacks_chip_identity(application: Application) -> bool:
    """Say whether anybody who acts was identified otherwise than by a chip that was read.

    The banks' agents are not among them: their identity stands in M03. Nobody but a bank acts
    when it applies alone.
    """
    return any(_is_unread(application, one.person) for one in acting_people(application))


def _is_unread(application: Application, person: Party | Guardian | Agent) -> bool:
    """Say whether a person's chip was read neither here nor where he signed."""
    elsewhere = application.chip_read_elsewhere(person.document.number)
    return not is_chip_read(person) and elsewhere is None


def is_chip_read(person: Party | Guardian | Agent) -> bool:
    """Say whether a person's document was read from its chip, with the evidence of it."""
    identity = None if isinstance(person, Agent) else person.identity
    return (
        identity is not None and identity.source is IdSource.CHIP and identity.evidence is not None
    )


def _private_use_name(application: Application) -> bool:
    """Say whether only a picture shows how somebody's name is written."""
    names = (one.name.text for one in acting_people(application))
    return any(is_private_use(character) for name in names for character in name)


def _through_agent(application: Application) -> bool:
    banks = {Side.MORTGAGEE, Side.FORMER_MORTGAGEE}
    is_bank = bool(application.sides & banks)
    return is_bank or any(acting.party.agent for acting in acting_parties(application))


def _separate_contract(application: Application) -> bool:
    """Say whether the mortgage is more than a clause of the principal contract."""
    mortgage = application.mortgage
    return mortgage is None or mortgage.mortgage_contract_no != mortgage.principal_contract_no


def _earlier_claims(application: Application) -> bool:
    return application.mortgage is not None and application.mortgage.includes_earlier_claims


def _guardian(application: Application) -> bool:
    day = local_day(application.captured_at)
    parties = [acting.party for acting in acting_parties(application)]
    return any(party.guardian is not None or party.is_minor_on(day) for party in parties)


def _notice_of_purchase(application: Application) -> bool:
    """Say whether a notice of the purchase was there before; it may be made together instead."""
    if application.kind is RegistrationKind.OWNERSHIP_TRANSFER:
        return application.notice_no is not None
    return application.bundle is None or application.bundle.model is not BundleModel.PRESALE


def _part_of_claims(application: Application) -> bool:
    transfer = application.transfer
    return transfer is not None and transfer.mode.is_part


# One for each condition of the catalogue that the application itself can tell.
_TELL: Final[Mapping[str, Callable[[Application], bool]]] = {
    "always": lambda _application: True,
    "no_chip_identity": lacks_chip_identity,
    "private_use_name": _private_use_name,
    "through_agent": _through_agent,
    "parties_apply": lambda application: bool(acting_parties(application)),
    "separate_contract": _separate_contract,
    "earlier_claims": _earlier_claims,
    "guardian": _guardian,
    "notice_of_purchase": _notice_of_purchase,
    "part_of_claims": _part_of_claims,
}


def required_materials(application: Application) -> tuple[RequiredMaterial, ...]:
    """Return every paper that the application's own facts ask for, in the catalogue's order.

    The title certificate (M04) is not among them: the register holds the title, and what it
    holds must not be asked again (暂行条例 art. 24). The office decides about what only the
    register and the file can tell: M10, M16, M18, M19 and a conversion's contracts.
    """
    form = application.mortgage.form if application.mortgage else MortgageForm.ORDINARY
    column = find_column(application.kind, form)
    if column is None:
        return ()
    found = []
    for line in CATALOGUE.values():
        met = find_reason(line, column, application)
        if met is not None:
            found.append(
                RequiredMaterial(
                    code=line.code,
                    title_zh=line.title_zh,
                    title_en=line.title_en,
                    reason=met.zh,
                    reason_en=met.en,
                )
            )
    return tuple(found)


def find_reason(line: MaterialKind, column: Column, application: Application) -> Condition | None:
    """Return the first condition under which an application needs a paper; None when it does not."""
    for condition in line.needs.get(column, ()):
        if condition.told_by is ToldBy.APPLICATION and _TELL[condition.name](application):
            return condition
    return None


def sparing_answers(application: Application, code: str) -> Answers:
    """Return whose answers stand for a paper of an application; empty where only the paper does.

    A licence that market regulation knows stands for an enterprise's paper and for nobody's card.
    """
    form = application.mortgage.form if application.mortgage else MortgageForm.ORDINARY
    column = find_column(application.kind, form)
    line = CATALOGUE.get(code)
    if line is None or column is None or column not in line.spared:
        return {}
    is_for_papers = code == _IDENTITY and (
        _private_use_name(application) or not _are_unread_licensed(application)
    )
    return {} if is_for_papers else line.spared[column]


_IDENTITY: Final = "M02"


def _are_unread_licensed(application: Application) -> bool:
    """Say whether all whose chip was not read are enterprises with a licence."""
    licences = [acting.party for acting in licensed(application)]
    people = (one.person for one in acting_people(application))
    unread = (person for person in people if _is_unread(application, person))
    return all(person in licences for person in unread)


def licensed(application: Application) -> tuple[Acting, ...]:
    """Return the enterprises that apply: their paper is a licence with a credit code."""
    return tuple(
        acting
        for acting in acting_parties(application)
        if acting.party.kind is PartyKind.ENTERPRISE
        and acting.party.document.kind is IdKind.CREDIT_CODE
    )


def is_claimed_spared(application: Application, code: str) -> bool:
    """Say whether the application names an answer of everybody whose answer stands for a paper."""
    spare, wanted = application.find_spare(code), sparing_answers(application, code)
    if spare is None or not wanted:
        return False
    return wanted.keys() <= {answer.service for answer in spare.answers}


def listed_materials(
    kind: RegistrationKind, form: MortgageForm = MortgageForm.ORDINARY
) -> tuple[ListedMaterial, ...]:
    """Return the papers of a kind of registration; of a bundle, those of all its usual steps."""
    kinds: tuple[RegistrationKind, ...] = (kind,)
    for model in BundleModel:
        if model.kind is kind:
            kinds = model.steps[0]
            break
    return _list(kinds, form)


def listed_for_bundle(
    model: BundleModel, form: MortgageForm = MortgageForm.ORDINARY
) -> tuple[ListedMaterial, ...]:
    """Return the papers of a bundle, each once."""
    return _list(model.steps[0], form)


def _list(kinds: tuple[RegistrationKind, ...], form: MortgageForm) -> tuple[ListedMaterial, ...]:
    columns = [find_column(kind, form) for kind in kinds]
    found = []
    for line in CATALOGUE.values():
        reasons = {c.name: c for column in columns if column for c in line.needs.get(column, ())}
        if reasons:
            found.append(
                ListedMaterial(
                    code=line.code,
                    title_zh=line.title_zh,
                    title_en=line.title_en,
                    is_always=any(reason.is_always for reason in reasons.values()),
                    reasons=tuple(reasons.values()),
                )
            )
    return tuple(found)
