"""Who acts in an application: the parties of the sides that apply, and where each stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from registration.application import Application, Side
from registration.people import Agent, Guardian, Party, PersonName


@dataclass(frozen=True, slots=True)
class Acting:
    """A party that acts itself, through its guardian or through its agent."""

    side: Side
    party: Party
    pointer: str
    """JSON Pointer into application/1."""

    @property
    def person(self) -> Party | Guardian | Agent:
        """Who comes to the counter and signs."""
        return self.party.guardian or self.party.agent or self.party


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who stands in an application with a document."""

    person: Party | Guardian | Agent
    pointer: str

    @property
    def name(self) -> PersonName:
        return self.person.name


def acting_parties(application: Application) -> tuple[Acting, ...]:
    """Return the mortgagors, sellers and buyers who apply, in order; banks are not among them."""
    sides = application.sides
    found: list[Acting] = []
    if Side.MORTGAGOR in sides:
        found += _acting(Side.MORTGAGOR, application.mortgagors, "/mortgagors")
    if application.sale is not None:
        if Side.SELLER in sides:
            found += _acting(Side.SELLER, application.sale.sellers, "/sale/sellers")
        if Side.BUYER in sides:
            found += _acting(Side.BUYER, application.sale.buyers, "/sale/buyers")
    return tuple(found)


def _acting(side: Side, parties: tuple[Party, ...], pointer: str) -> Iterator[Acting]:
    for index, party in enumerate(parties):
        yield Acting(side, party, f"{pointer}/{index}")


def obligors_act(application: Application) -> bool:
    """Say whether the mortgagors or the sellers apply."""
    return bool(application.sides & {Side.MORTGAGOR, Side.SELLER})


def obligors_pointer(application: Application) -> str:
    """Return where an application's obligors stand."""
    return "/sale/sellers" if application.sale is not None else "/mortgagors"


def standing_pointer(application: Application) -> str:
    """Return where an application names the mortgage that stands; empty where it names none."""
    for name in ("discharge", "change", "crystallisation", "transfer"):
        if getattr(application, name) is not None:
            return f"/{name}"
    return ""


def all_parties(application: Application) -> tuple[tuple[str, tuple[Party, ...]], ...]:
    """Return every list of parties with its pointer, whether they act or not."""
    sale = application.sale
    lists = [("/mortgagors", application.mortgagors), ("/debtors", application.debtors)]
    if sale is not None:
        lists += [("/sale/sellers", sale.sellers), ("/sale/buyers", sale.buyers)]
    return tuple(lists)


def named_people(application: Application) -> tuple[Person, ...]:
    """Return everybody with a document: parties, guardians, agents; a debtor only if another.

    The agents of the banks stand last.
    """
    outside = {party.document.number for party in application.outside_debtors}
    found: list[Person] = []
    for pointer, parties in all_parties(application):
        for index, party in enumerate(parties):
            if pointer == "/debtors" and party.document.number not in outside:
                continue
            found += _with_helpers(party, f"{pointer}/{index}")
    if application.transfer is not None:
        found.append(Person(application.transfer.former.agent, "/transfer/former/agent"))
    return (*found, Person(application.mortgagee.agent, "/mortgagee/agent"))


def acting_people(application: Application) -> tuple[Person, ...]:
    """Return the acting parties with their guardians, and the outside debtors who sign.

    Their agents and the banks' are not among them: those identities stand in M03.
    """
    found: list[Person] = []
    for acting in acting_parties(application):
        found.append(Person(acting.party, acting.pointer))
        if acting.party.guardian is not None:
            found.append(Person(acting.party.guardian, f"{acting.pointer}/guardian"))
    return (*found, *signing_debtors(application))


def signing_debtors(application: Application) -> tuple[Person, ...]:
    """Return the debtors who are nobody else and sign where the mortgagors do."""
    if Side.MORTGAGOR not in application.sides:
        return ()
    return tuple(
        Person(party, f"/debtors/{application.debtors.index(party)}")
        for party in application.outside_debtors
    )


def _with_helpers(party: Party, pointer: str) -> Iterator[Person]:
    yield Person(party, pointer)
    if party.guardian is not None:
        yield Person(party.guardian, f"{pointer}/guardian")
    if party.agent is not None:
        yield Person(party.agent, f"{pointer}/agent")
