"""Rules on applications that are made as one: that they are a bundle, and fit each other."""

from collections.abc import Iterator, Sequence
from typing import Final

from registration.application import Application
from registration.bundle import BundleModel
from registration.changes import ChangeGround, TransferMode
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind
from registration.people import Party
from registration.requirements.rule import Hit

_BASIS: Final = "《不动产登记暂行条例》第十四条；《不动产登记暂行条例实施细则》第二十七条"
_SPLIT_LAW: Final = "《不动产登记暂行条例实施细则》第七十四条"


def check_package(applications: Sequence[Application]) -> tuple[Finding, ...]:
    """Say why applications cannot be taken as one; empty for one alone and for a good bundle.

    What is wrong here cannot be corrected in a single application: nothing is filed.
    """
    if len(applications) == 1 and applications[0].bundle is None:
        return ()
    return tuple(
        Finding(
            rule="BUNDLE",
            level=Level.NOT_ACCEPTED,
            zh=hit.zh,
            en=hit.en,
            basis=_BASIS,
            pointer=hit.pointer,
        )
        for hit in _misfits(applications)
    )


def _misfits(applications: Sequence[Application]) -> Iterator[Hit]:
    places = [application.bundle for application in applications]
    known = [place for place in places if place is not None]
    if len(known) != len(places) or len({(p.bundle_id, p.model, p.count) for p in known}) != 1:
        yield Hit(
            "一包多件的申请须为同一“一并申请”的各个事项。",
            "Several applications in a package must be the steps of one bundle.",
            "/bundle",
        )
        return
    if [p.place for p in known] != list(range(1, known[0].count + 1)):
        yield Hit(
            "一并申请的事项不齐全，或者次序不对。",
            "Steps of the bundle are missing or out of order.",
            "/bundle/place",
        )
    kinds = tuple(application.kind for application in applications)
    model = known[0].model
    if kinds not in model.steps:
        wanted = "、".join(kind.title_zh for kind in model.steps[0])
        yield Hit(
            f"“{model.title_zh}”应依次包括：{wanted}。",
            f"“{model.title_en}” does not have these steps in this order.",
            "/kind",
        )
    yield from _check_same(applications)


def _check_same(applications: Sequence[Application]) -> Iterator[Hit]:
    for pointer, values in (
        ("/unit/unit_no", {a.unit.unit_no.text for a in applications}),
        ("/counter", {(a.counter.branch, a.counter.terminal) for a in applications}),
        ("/round", {a.round for a in applications}),
        ("/office", {a.office.text for a in applications}),
    ):
        if len(values) != 1:
            yield Hit(
                "一并申请的各事项须为同一不动产、同一网点、同一轮次、同一登记机构。",
                "The steps must be of one unit, one counter, one round and one office.",
                pointer,
            )


def check_together(applications: Sequence[Application]) -> tuple[tuple[Finding, ...], ...]:
    """Return for each application of a bundle what does not fit the others; all at once."""
    return tuple(
        tuple(
            Finding(
                rule="BUNDLE",
                level=Level.CORRECT,
                zh=hit.zh,
                en=hit.en,
                basis=_SPLIT_LAW if application.transfer or application.change else _BASIS,
                pointer=hit.pointer,
            )
            for hit in (*_follow_sale(applications, place), *_follow_mortgage(applications, place))
        )
        for place, application in enumerate(applications)
    )


def _follow_sale(applications: Sequence[Application], place: int) -> Iterator[Hit]:
    """Whoever buys in an earlier step is the mortgagor of the later ones."""
    application, sale = applications[place], applications[0].sale
    if sale is None or place == 0 or not _is_of_buyers(application):
        return
    if _numbers(application.mortgagors) != _numbers(sale.buyers):
        yield Hit(
            "抵押人须为一并申请转移（预告）登记的买受人。",
            "The mortgagors must be the buyers of the sale that is made together with it.",
            "/mortgagors",
        )
    held = (application.co_ownership, _shares(application.mortgagors, application.shares))
    if held != (sale.buyer_co_ownership, _shares(sale.buyers, sale.buyer_shares)):
        yield Hit(
            "抵押人的共有方式、份额须与买受人取得的一致。",
            "The mortgagors must hold the property as the buyers acquire it.",
            "/co_ownership",
        )


def _is_of_buyers(application: Application) -> bool:
    if application.kind is RegistrationKind.CHANGE and application.change is not None:
        return ChangeGround.MORTGAGOR in application.change.grounds
    return application.kind.sets_up_mortgage


def _follow_mortgage(applications: Sequence[Application], place: int) -> Iterator[Hit]:
    """A mortgage that passes on is the one that was crystallised, or that is reduced after it."""
    application, model = applications[place], _model(applications)
    first = applications[0]
    if model not in {BundleModel.CRYSTALLISE_AND_TRANSFER, BundleModel.SPLIT} or place == 0:
        return
    if application.standing_no != first.standing_no:
        yield Hit(
            "一并申请的各事项须为同一抵押权。",
            "The steps must be about the same mortgage.",
            "/change/certificate_no" if application.change else "/transfer/certificate_no",
        )
    if model is BundleModel.SPLIT and not _is_split(first, application):
        yield Hit(
            "受让人享有一般抵押权的，须同时变更最高债权额。",
            "Where an ordinary mortgage is split off, the highest claim is changed with it.",
            "/change/grounds",
        )


def _is_split(first: Application, second: Application) -> bool:
    transfer, change = first.transfer, second.change
    return (
        transfer is not None
        and transfer.mode is TransferMode.SPLIT
        and change is not None
        and ChangeGround.MAX_CLAIM in change.grounds
    )


def _model(applications: Sequence[Application]) -> BundleModel | None:
    bundle = applications[0].bundle
    return None if bundle is None else bundle.model


def _numbers(parties: Sequence[Party]) -> frozenset[str]:
    return frozenset(party.document.number for party in parties)


def _shares(parties: Sequence[Party], shares: Sequence[str]) -> frozenset[tuple[str, str]]:
    pairs = zip(parties, shares, strict=False)
    return frozenset((party.document.number, share.strip()) for party, share in pairs)
