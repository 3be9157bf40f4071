"""Every kind as the counter fills it in: one number typed, the register asked, the office accepts.

The office is the real one: its register answers the pre-check, and its rules take the package.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from registration.application import Application
from registration.findings import Level
from registration.outcomes import (
    AcceptanceReceipt,
    CorrectionRequest,
    NonAcceptance,
    PrecheckAnswer,
)
from registration.signatures import required_signatures
from terminal.desk.checks import check_all
from terminal.desk.freezing import freeze
from terminal.desk.holes import find_holes
from tests.counter_forms import EVERY, Filled, fill, make_place
from tests.factories import BUYER, CAPTURED_AT, complete, make_material
from tests.factories_kinds import DEVELOPER, DEVELOPER_NAME
from tests.journey.filing import Desk, sample
from tests.journey.kinds import (
    NOTED,
    PRESALE,
    PRESALE_NOTED,
    proof_of,
    standing_maximum,
    title_like,
)

pytestmark = pytest.mark.journey


def _flat(desk: Desk) -> dict[str, str]:
    return {"unit_no": desk.new_flat().title.unit_no}


def _mortgaged(desk: Desk) -> dict[str, str]:
    return {"certificate_no": desk.enter(desk.new_flat()).certificate_no}


def _under_mortgage(desk: Desk) -> dict[str, str]:
    estate = desk.new_flat()
    desk.enter(estate)
    return {"unit_no": estate.title.unit_no}


def _proof(number: str) -> Callable[[Desk], dict[str, str]]:
    return lambda _desk: {"certificate_no": proof_of(sample(number))}


def _presale(_desk: Desk) -> dict[str, str]:
    return {"unit_no": PRESALE}


def _presale_noted(_desk: Desk) -> dict[str, str]:
    return {"notice_no": proof_of(sample(PRESALE_NOTED))}


def _built(*owners: tuple[str, str]) -> Callable[[Desk], dict[str, str]]:
    """Return the number of a mortgage's notice on a flat that is built and has owners."""

    def build(desk: Desk) -> dict[str, str]:
        number = f"豫（2025）开封市不动产证明第00160{len(owners[0][0])}8号"
        today = desk.stand.wall.clock.now().date().isoformat()
        noted = NOTED | {
            "certificate_no": number,
            "entry_no": f"YG20250611-00001{len(owners[0][0])}",
        }
        people = [{"name": name, "id_number": document} for name, document in owners]
        desk.new_flat(noted, co_ownership="0", owners=people, first_registered_on=today)
        return {"notice_no": number}

    return build


def _maximum(desk: Desk) -> dict[str, str]:
    desk.bring_in(title_like(sample("41")), standing_maximum())
    return {"certificate_no": str(standing_maximum()["certificate_no"])}


_NUMBERS: dict[str, Callable[[Desk], dict[str, str]]] = {
    "first": _flat,
    "maximum": _flat,
    "discharge": _mortgaged,
    "change": _mortgaged,
    "transfer": _proof("39"),
    "crystallisation": _proof("38"),
    "purchase-notice": _presale,
    "mortgage-notice": _presale_noted,
    "conversion": _built(("周示例", BUYER)),
    "presale": _presale,
    "sale": _flat,
    "under-mortgage": _under_mortgage,
    "completion": _built((DEVELOPER_NAME, DEVELOPER)),
    "crystallise-and-transfer": _proof("41"),
    "split": _maximum,
}


def _asking(desk: Desk) -> Callable[[str, str], PrecheckAnswer]:
    def ask(number: str, kind: str) -> PrecheckAnswer:
        return desk.stand.office.precheck.ask(
            number=number, purpose="办理抵押登记", terminal=desk.branch.row, kind=kind
        )

    return ask


@pytest.mark.parametrize("filled", EVERY, ids=lambda filled: filled.code)
def test_what_the_counter_fills_in_is_accepted(desk: Desk, filled: Filled) -> None:
    draft = fill(filled, _NUMBERS[filled.code](desk), _asking(desk))
    place = make_place()
    assert find_holes(draft, place) == ()

    frozen = [_signed(application) for application in freeze(draft, place)]
    wrong = [f for f in check_all(frozen, now=CAPTURED_AT) if f.level is not Level.INFO]
    assert wrong == []
    answers = desk.file(*desk.ready_together(*frozen))

    told = [a for a in answers if isinstance(a, CorrectionRequest | NonAcceptance)]
    assert told == []
    taken = [a for a in answers if isinstance(a, AcceptanceReceipt)]
    assert len(taken) == len(frozen)
    assert [a.kind for a in frozen] == list(filled.offer.steps)


def _signed(application: Application) -> Application:
    """Return an application with the papers that the counter draws, and everybody's ink."""
    codes = sorted({wanted.paper_code for wanted in required_signatures(application)})
    drawn = tuple(make_material(code) for code in codes)
    return complete(replace(application, materials=(*drawn, *application.materials)), {})
