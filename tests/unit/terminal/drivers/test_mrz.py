"""The machine-readable zone, against the specimens of ICAO Doc 9303-4 and 9303-5."""

from datetime import date

import pytest

from terminal.desk.ports import ChipKey
from terminal.drivers.mrz import birth_date, make_mrz_key, parse_mrz, require_can
from terminal.reader_errors import CardUnreadableError, WrongChipKeyError

PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
)
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
LONG_NUMBER = (
    "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<"
)
TODAY = date(2026, 9, 29)


def test_reads_the_specimen_passport() -> None:
    zone = parse_mrz(PASSPORT)

    assert (zone.document_code, zone.issuer, zone.nationality) == ("P", "UTO", "UTO")
    assert (zone.number, zone.latin_name) == ("L898902C3", "ERIKSSON, ANNA MARIA")
    assert (zone.birth, zone.sex, zone.valid_to) == ("740812", "2", date(2012, 4, 15))


def test_reads_the_specimen_card() -> None:
    zone = parse_mrz(CARD)

    assert (zone.document_code, zone.number, zone.valid_to) == (
        "I",
        "D23145890",
        date(2012, 4, 15),
    )
    assert zone.latin_name == "ERIKSSON, ANNA MARIA"


def test_a_long_number_goes_on_in_the_optional_part() -> None:
    assert parse_mrz(LONG_NUMBER).number == "D23145890734"


@pytest.mark.parametrize(
    ("zone", "field"),
    [
        (PASSPORT[:-1], "MRZ"),
        (PASSPORT[:-1] + "1", "MRZ"),
        (PASSPORT.replace("L898902C3", "L898902C4"), "number"),
        (PASSPORT.replace("740812", "740813"), "birth"),
        (PASSPORT.replace("1204159", "1204158"), "valid_to"),
        (CARD.replace("D23145890", "D23145891"), "number"),
        (PASSPORT.lower(), "MRZ"),
    ],
)
def test_refuses_a_zone_that_contradicts_itself(zone: str, field: str) -> None:
    with pytest.raises(CardUnreadableError) as caught:
        parse_mrz(zone)
    assert caught.value.field == field


def test_the_key_is_the_one_of_the_standards_example() -> None:
    key = ChipKey(document_no="l898902c", birth_date=date(1969, 8, 6), valid_to=date(1994, 6, 23))

    assert make_mrz_key(key) == "L898902C<369080619406236"


@pytest.mark.parametrize(
    "key",
    [
        ChipKey(),
        ChipKey(document_no="L898902C"),
        ChipKey(document_no="证件", birth_date=TODAY, valid_to=TODAY),
        ChipKey(document_no="L898902C", birth_date=TODAY),
    ],
)
def test_half_a_key_is_refused_before_the_chip_is_asked(key: ChipKey) -> None:
    with pytest.raises(WrongChipKeyError):
        make_mrz_key(key)


@pytest.mark.parametrize("text", ["12345", "1234567", "12345a", "１２３４５６"])
def test_an_access_number_has_six_digits(text: str) -> None:
    with pytest.raises(WrongChipKeyError):
        require_can(text)


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ("260929", date(2026, 9, 29)),
        ("260930", date(1926, 9, 30)),
        ("850615", date(1985, 6, 15)),
        ("85<<<<", None),
    ],
)
def test_a_birth_is_always_past(birth: str, expected: date | None) -> None:
    assert birth_date(birth, TODAY) == expected


@pytest.mark.parametrize("birth", ["850631", "26W011", "AB0101"])
def test_an_impossible_birth(birth: str) -> None:
    with pytest.raises(CardUnreadableError):
        birth_date(birth, TODAY)


TWO_LINE_CARD = "I<UTOERIKSSON<<ANNA<MARIA".ljust(36, "<") + "D231458907UTO7408122F1204159<<<<<<<6"


def test_reads_the_specimen_card_of_two_lines() -> None:
    """ICAO Doc 9303-6, appendix B."""
    zone = parse_mrz(TWO_LINE_CARD)

    assert (zone.number, zone.latin_name) == ("D23145890", "ERIKSSON, ANNA MARIA")
    assert (zone.birth, zone.valid_to) == ("740812", date(2012, 4, 15))


def test_the_whole_zone_makes_the_same_key_as_its_parts() -> None:
    parts = ChipKey(
        document_no="L898902C3", birth_date=date(1974, 8, 12), valid_to=date(2012, 4, 15)
    )

    assert make_mrz_key(ChipKey(zone=f" {PASSPORT[:44]}\n{PASSPORT[44:]} ")) == make_mrz_key(parts)


def test_the_printed_line_of_an_exit_entry_permit_makes_a_key() -> None:
    zone = ChipKey(zone="CSC999999987<3301018<6601018<2")
    parts = ChipKey(document_no="C99999998", birth_date=date(1966, 1, 1), valid_to=date(2033, 1, 1))

    assert make_mrz_key(zone) == make_mrz_key(parts)
