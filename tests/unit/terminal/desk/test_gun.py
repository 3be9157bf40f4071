"""What a scan gun reads goes to the field that it is the number of, and nothing else goes anywhere."""

from urllib.parse import quote

import pytest

from registration.mortgage import RegistrationKind
from terminal.desk.draft import FieldSource
from terminal.desk.gun import Gun
from tests.factories import PROOF_NO, TITLE_NO, UNIT_NO
from tests.unit.terminal.desk.counter import Counter

CODE = "HTTPS://X.TEST/Q/1"
LINK = f"https://x.test/verify/{quote(PROOF_NO)}?c=ABC"


@pytest.fixture
def gun(counter: Counter) -> Gun:
    return Gun(counter.intake, lambda text: PROOF_NO if text == CODE else "")


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        (UNIT_NO, "unit_no", UNIT_NO),
        (f"{UNIT_NO[:6]} {UNIT_NO[6:12]} {UNIT_NO[12:19]} {UNIT_NO[19:]}\r", "unit_no", UNIT_NO),
        (f"http://x.test/t?dy={UNIT_NO.lower()}&a=1", "unit_no", UNIT_NO),
        (TITLE_NO, "title_no", TITLE_NO),
        (CODE, "certificate_no", PROOF_NO),
        (LINK, "certificate_no", PROOF_NO),
    ],
    ids=["unit", "in groups", "unit in a link", "title", "signed code", "older link"],
)
def test_a_number_goes_where_it_belongs(
    gun: Gun, counter: Counter, text: str, name: str, number: str
) -> None:
    made = counter.intake.open_draft(RegistrationKind.CANCELLATION, teller="T0007")

    draft, went_to = gun.take(made.draft_id, text)

    assert went_to == name
    assert draft.text(name) == number
    assert draft.source(name) is FieldSource.CODE


@pytest.mark.parametrize(
    "text",
    [
        UNIT_NO[:-1],
        f"9{UNIT_NO}",
        "HTTPS://X.TEST/Q/2",
        "https://x.test/verify/abc",
        "6901234567892",
    ],
    ids=["one short", "one long", "code of nobody known", "no number in a link", "a product"],
)
def test_anything_else_goes_nowhere(gun: Gun, counter: Counter, text: str) -> None:
    made = counter.intake.open_draft(RegistrationKind.CANCELLATION, teller="T0007")

    draft, went_to = gun.take(made.draft_id, text)

    assert went_to == ""
    assert draft == made


def test_a_number_that_the_form_does_not_ask_for_goes_nowhere(gun: Gun, counter: Counter) -> None:
    made = counter.intake.open_draft(RegistrationKind.FIRST, teller="T0007")

    assert gun.take(made.draft_id, CODE)[1] == ""


def test_the_register_is_asked_by_what_was_scanned(gun: Gun, counter: Counter) -> None:
    """What was scanned counts like what was typed: the register fills in the rest around it."""
    made = counter.intake.open_draft(RegistrationKind.CANCELLATION, teller="T0007")
    gun.take(made.draft_id, UNIT_NO)
    counter.office.unit_no = UNIT_NO
    counter.office.register = {"location": "开封市龙亭区示例路1号"}

    draft = counter.intake.precheck(made.draft_id)

    assert draft.source("unit_no") is FieldSource.CODE
    assert draft.text("location") == "开封市龙亭区示例路1号"
