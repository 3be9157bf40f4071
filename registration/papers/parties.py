"""The rows of a form that say who the parties are."""

from collections.abc import Iterator, Sequence

from registration.papers.dates import format_period
from registration.papers.flow import Block, Group, pair, row
from registration.people import (
    Agent,
    CoOwnership,
    Guardian,
    IdKind,
    IdSource,
    Mortgagee,
    Party,
)

ID_KINDS = {
    IdKind.RESIDENT_CARD: "居民身份证",
    IdKind.HMT_PERMIT: "港澳台居民居住证",
    IdKind.PERMANENT_RESIDENT: "外国人永久居留身份证",
    IdKind.PASSPORT: "护照",
    IdKind.TRAVEL_PERMIT: "港澳台居民来往内地（大陆）通行证",
    IdKind.CREDIT_CODE: "统一社会信用代码",
    IdKind.OTHER: "其他",
}
CO_OWNERSHIPS = {
    CoOwnership.SOLE: "单独所有",
    CoOwnership.JOINT: "共同共有",
    CoOwnership.SHARES: "按份共有",
    CoOwnership.OTHER: "其他共有",
}


def mortgagee_rows(mortgagee: Mortgagee) -> Iterator[Block]:
    """Yield a bank and who acts for it."""
    agent = mortgagee.agent
    yield row("名称", mortgagee.name.text)
    yield pair(("证件种类", "统一社会信用代码"), ("证件号", mortgagee.credit_code.text))
    yield pair(
        ("金融许可证编码", mortgagee.financial_licence),
        ("法定代表人或负责人", mortgagee.legal_representative),
    )
    yield row("通讯地址", mortgagee.address)
    yield pair(("代理人姓名", agent.name.text), ("代理人证件号", agent.document.number))
    yield from _authority_rows(agent)


def _authority_rows(agent: Agent) -> Iterator[Block]:
    authority = agent.authority
    if authority is not None:
        period = format_period(authority.valid_from, authority.valid_to)
        matters = "、".join(authority.matters)
        yield row("授权委托书", f"{authority.number}，{period}，代理事项：{matters}")


def owner_rows(
    parties: Sequence[Party], held: CoOwnership, shares: Sequence[str]
) -> Iterator[Block]:
    """Yield how parties hold a unit together, and each of them."""
    told = f"（{'、'.join(shares)}）" if shares else ""
    yield row("共有方式", CO_OWNERSHIPS[held] + told)
    for party in parties:
        yield from party_rows(party)


def party_rows(party: Party) -> Iterator[Block]:
    """Yield one party and who acts for it."""
    relation = f"（{party.relation}）" if party.relation else ""
    first = pair(("姓名（名称）", party.name.text + relation), ("联系电话", party.phone))
    kind = ID_KINDS[party.document.kind] + _how_known(party)
    yield Group((first, pair(("证件种类", kind), ("证件号", party.document.number))))
    if party.legal_representative:
        yield row("法定代表人或负责人", party.legal_representative)
    yield row("通讯地址", party.address)
    if party.guardian:
        guardian = party.guardian
        yield pair(
            (f"监护人（{guardian.relation}）", guardian.name.text),
            ("监护人证件号", guardian.document.number),
        )
    if party.agent:
        agent = party.agent
        yield pair(("代理人姓名", agent.name.text), ("代理人证件号", agent.document.number))
        yield from _authority_rows(agent)


def _how_known(person: Party | Guardian) -> str:
    if person.identity is None:
        return ""
    return "（芯片读取）" if person.identity.source is IdSource.CHIP else "（手工录入）"
