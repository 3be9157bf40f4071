"""Which PC/SC reader is meant."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from terminal.drivers.pcsc import AUTO, Session
from terminal.reader_errors import MisconfiguredReaderError, NoReaderError

PICC = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00"
SAM = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00"
CONTACT = "Generic Smart Card Reader 00 00"


def session(*names: str) -> Session:
    scard = SimpleNamespace(SCardListReaders=lambda _context, _groups: (0, list(names)))
    return Session(cast(Any, scard), None)


@pytest.mark.parametrize(
    "names",
    [(PICC,), (SAM, PICC), (CONTACT, PICC, SAM)],
    ids=["alone", "both slots", "beside a contact reader"],
)
def test_auto_is_the_contactless_slot(names: tuple[str, ...]) -> None:
    assert session(*names).find_reader(AUTO) == PICC


def test_auto_is_the_only_reader_whatever_it_is_called() -> None:
    assert session(CONTACT, SAM).find_reader(AUTO) == CONTACT


def test_of_two_contactless_readers_the_settings_must_name_one() -> None:
    with pytest.raises(MisconfiguredReaderError, match="any of"):
        session(PICC, PICC.replace("00 00", "02 00")).find_reader(AUTO)


@pytest.mark.parametrize("names", [(), (SAM,)], ids=["nothing", "a security slot alone"])
def test_without_a_reader_auto_says_what_is_there(names: tuple[str, ...]) -> None:
    with pytest.raises(NoReaderError):
        session(*names).find_reader(AUTO)
