"""What an application is about, as the first rows of every paper that speaks of it."""

from collections.abc import Iterator

from registration.application import Application
from registration.papers.faces import spell_out
from registration.papers.flow import Block, row
from registration.people import PersonName


def subject_rows(application: Application) -> Iterator[Block]:
    """Yield who applies for what."""
    yield row("申请人", spell_out("、".join(name.text for name in applicants(application))))
    yield row("坐落", spell_out(application.unit.location))
    yield row("不动产单元号", application.unit.unit_no.grouped)
    yield row("登记类型", application.kind.title_zh)


def applicants(application: Application) -> tuple[PersonName, ...]:
    """Return who applies or is named for it: banks first, then owners and buyers."""
    sale, transfer = application.sale, application.transfer
    if sale is not None:
        return tuple(party.name for party in (*sale.sellers, *sale.buyers))
    former = (transfer.former.name,) if transfer is not None else ()
    owners = (party.name for party in application.mortgagors)
    return (application.mortgagee.name, *former, *owners)
