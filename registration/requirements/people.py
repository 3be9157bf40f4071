"""Rules on who acts: authority, minors, nobody twice."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from registration.application import Application, Side
from registration.findings import Level
from registration.mortgage import RegistrationKind
from registration.parties import acting_parties, all_parties
from registration.people import Agent, Party
from registration.requirements.rule import FORM_LAW, Hit, Rule


def check_authority(application: Application, today: date) -> Iterator[Hit]:
    """Every agent who acts has an authority that names the matter and is in force that day."""
    for pointer, agent in _agents(application):
        yield from _judge(application.kind, agent, f"{pointer}/authority", today)


def _agents(application: Application) -> Iterator[tuple[str, Agent]]:
    """Yield the agents of the banks that apply, and of the other parties."""
    if Side.FORMER_MORTGAGEE in application.sides and application.transfer is not None:
        yield "/transfer/former/agent", application.transfer.former.agent
    if Side.MORTGAGEE in application.sides:
        yield "/mortgagee/agent", application.mortgagee.agent
    for acting in acting_parties(application):
        if acting.party.agent is not None:
            yield f"{acting.pointer}/agent", acting.party.agent


def _judge(kind: RegistrationKind, agent: Agent, pointer: str, today: date) -> Iterator[Hit]:
    authority = agent.authority
    if authority is None:
        yield Hit(
            f"代理人{agent.name}缺少授权委托书，请填写编号、期限和代理事项。",
            f"The agent {agent.name} has no power of attorney; state number, period and matters.",
            pointer,
        )
        return
    if not authority.valid_from <= today <= authority.valid_to:
        period = f"{authority.valid_from} 至 {authority.valid_to}"
        yield Hit(
            f"授权委托书不在有效期内（{period}），请更换。",
            f"The power of attorney is not in force (until {authority.valid_to}); replace it.",
            f"{pointer}/valid_to",
        )
    if kind.title_zh not in {matter.strip() for matter in authority.matters}:
        yield Hit(
            f"授权委托书未载明代理事项“{kind.title_zh}”。",
            f"The power of attorney does not name “{kind.title_en}”.",
            f"{pointer}/matters",
        )


def check_third_party_debt(application: Application, today: date) -> Iterator[Hit]:
    """A minor's house that secures somebody else's debt is looked at by a person."""
    if Side.MORTGAGOR not in application.sides:
        return
    for party in application.mortgagors:
        others = [debtor for debtor in application.debtors if not debtor.is_same_as(party)]
        if others and party.is_minor_on(today):
            yield Hit(
                f"以未成年人{party.name}的不动产为他人债务担保，转人工重点审核。",
                f"The house of {party.name}, a minor, secures another's debt: a person must look.",
                "/debtors",
            )


def check_nobody_twice(application: Application, _today: date) -> Iterator[Hit]:
    """Nobody stands twice among the mortgagors, the debtors, the sellers or the buyers."""
    for pointer, parties in all_parties(application):
        yield from _repeated(parties, pointer)
    sale = application.sale
    if sale is None:
        return
    sellers = {party.document.number for party in sale.sellers}
    for index, party in enumerate(sale.buyers):
        if party.document.number in sellers:
            yield Hit(
                f"{party.name}既是出卖人又是买受人，请核实。",
                f"{party.name} is stated as seller and as buyer.",
                f"/sale/buyers/{index}",
            )


def _repeated(parties: Sequence[Party], pointer: str) -> Iterator[Hit]:
    zh, field = _LISTS[pointer]
    seen: set[str] = set()
    for index, party in enumerate(parties):
        if party.document.number in seen:
            yield Hit(
                f"{zh}{party.name}重复填写。",
                f"{party.name} is stated twice among the {field}.",
                f"{pointer}/{index}",
            )
        seen.add(party.document.number)


_LISTS: Final = {
    "/mortgagors": ("抵押人", "mortgagors"),
    "/debtors": ("债务人", "debtors"),
    "/sale/sellers": ("出卖人", "sellers"),
    "/sale/buyers": ("买受人", "buyers"),
}


RULES: Final = (
    Rule(
        id="R31",
        level=Level.CORRECT,
        basis="《民法典》第一百六十五条",
        look=check_authority,
    ),
    Rule(
        id="R12",
        level=Level.MANUAL,
        basis="《民法典》第三十五条",
        look=check_third_party_debt,
    ),
    Rule(id="FORMAT", level=Level.CORRECT, basis=FORM_LAW, look=check_nobody_twice),
)
