"""A register that knows the mortgages of a list, and the list as a bank's system writes it."""

from collections.abc import Sequence
from dataclasses import replace

from registration.outcomes import StandingMortgage
from tests.factories import LI, UNIT_NO, ZHANG
from tests.listed import certificate_of
from tests.web.terminal.world import World

_HEAD = "不动产登记证明号,抵押人,抵押人证件号码,注销原因,结清金额"


def _standing(number: int) -> StandingMortgage:
    return StandingMortgage(
        certificate_no=certificate_of(number),
        is_notice=False,
        rank=number,
        form="1",
        amount_fen=86_000_000,
        start=None,
        end=None,
        is_period_open=False,
        security_scope="",
        is_transfer_restricted=False,
        principal_contract_no="",
        mortgage_contract_no="",
    )


def lay_list(world: World, numbers: Sequence[int]) -> bytes:
    """Let the register know the mortgages of some numbers; return the list of their discharges."""
    told = world.link.precheck(UNIT_NO, "")
    world.link.told = replace(told, standing=tuple(_standing(number) for number in numbers))
    lines = [f"{certificate_of(n)},张示例、李示例,{ZHANG}、{LI},已结清,860000" for n in numbers]
    return "\n".join([_HEAD, *lines]).encode()
