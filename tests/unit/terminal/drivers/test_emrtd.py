"""The reader of passports, through the real PC/SC service, against a virtual chip."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registration.people import IdentityRecord, IdKind
from scripts.virtual_chip import VirtualChip
from scripts.virtual_documents import HOLDERS, Holder, VirtualState, make_groups
from terminal.desk.ports import ChipKey
from terminal.drivers import open_reader, pcsc
from terminal.drivers.emrtd import EmrtdReader, EmrtdSettings, authenticate
from terminal.drivers.passive import TrustedStates
from terminal.reader_errors import (
    CardRemovedError,
    CardUnreadableError,
    ChipAlteredError,
    MisconfiguredReaderError,
    NoCardError,
    NoReaderError,
    ReadCancelledError,
    ReaderBusyError,
    SignerRevokedError,
    WrongCardError,
    WrongChipKeyError,
)
from tests.pcscd import READER, VirtualSlot, await_presence

READ_AT = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)
ZHANG = HOLDERS["张示例"]
KEY = ChipKey(document_no="EA0000018", birth_date=date(1985, 6, 15), valid_to=date(2033, 2, 28))
CAN = "314159"
ROOT = Path(__file__).parents[4]
PROBE = """
from terminal.drivers import open_reader
from terminal.reader_errors import ReaderError
try:
    open_reader("emrtd:ACME").probe()
except ReaderError as exc:
    print(exc.code)
"""


@pytest.fixture(scope="module")
def state() -> VirtualState:
    return VirtualState(at=READ_AT)


def make_reader(state: VirtualState | None = None, wait_s: float = 5.0) -> EmrtdReader:
    trusted = TrustedStates(authorities=() if state is None else (state.authority,))
    settings = EmrtdSettings(trusted=trusted, card_timeout_s=wait_s)
    return EmrtdReader(READER, settings, now=lambda: READ_AT)


def make_chip(
    state: VirtualState,
    holder: Holder = ZHANG,
    *,
    has_pace: bool = True,
    has_bac: bool = True,
    is_foreign: bool = False,
) -> VirtualChip:
    return VirtualChip(
        state.issue(make_groups(holder)),
        holder.key_text,
        can=CAN,
        has_pace=has_pace,
        has_bac=has_bac,
        is_foreign=is_foreign,
    )


def checks(record: IdentityRecord) -> Mapping[str, str]:
    assert record.evidence is not None
    return dict(record.evidence.checks)


def test_reads_a_passport_by_bac(pcscd: VirtualSlot, state: VirtualState) -> None:
    with pcscd.holding(make_chip(state, has_pace=False)):
        record = make_reader(state).read(KEY)

    assert (record.document.kind, record.document.number) == (IdKind.PASSPORT, "EA0000018")
    assert (record.name.text, record.latin_name) == ("张示例", "ZHANG, SHILI")
    assert (record.sex, record.nationality, record.issuer) == ("1", "CHN", "CHN")
    assert (record.birth_date, record.valid_to) == (date(1985, 6, 15), date(2033, 2, 28))
    assert record.photo.startswith(b"\xff\xd8\xff")
    assert record.photo_codec == "jpeg"
    assert checks(record)["chip access"] == "BAC"


def test_the_evidence_holds_every_check(pcscd: VirtualSlot, state: VirtualState) -> None:
    with pcscd.holding(make_chip(state)):
        evidence = make_reader(state).read(KEY).evidence

    assert evidence is not None
    assert (evidence.driver, evidence.reader, evidence.is_simulated) == ("emrtd", READER, True)
    assert dict(evidence.checks) == {
        "chip access": "PACE MRZ",
        "COM list": "ok",
        "DG1 hash": "ok",
        "DG2 hash": "ok",
        "DG11 hash": "ok",
        "SOD content": "ok",
        "SOD signature": "ok",
        "document signer": "ok",
        "signer revocation": "unchecked",
        "chip copied": "unchecked",
        "photo": "ok",
        "in force": "ok",
    }


def test_reads_by_the_access_number(pcscd: VirtualSlot, state: VirtualState) -> None:
    with pcscd.holding(make_chip(state)):
        record = make_reader(state).read(ChipKey(can=CAN))

    assert record.document.number == "EA0000018"
    assert checks(record)["chip access"] == "PACE CAN"


def test_reads_a_foreign_passport_without_a_chinese_name(
    pcscd: VirtualSlot, state: VirtualState
) -> None:
    key = ChipKey(document_no="C01X00T47", birth_date=date(1980, 7, 4), valid_to=date(2031, 7, 3))
    with pcscd.holding(make_chip(state, HOLDERS["ANNA"])):
        record = make_reader(state).read(key)

    assert record.name.text == record.latin_name == "EXAMPLE, ANNA MARIA"
    assert record.nationality == "UTO"
    assert "DG11 hash" not in checks(record)


def test_reads_a_travel_permit(pcscd: VirtualSlot, state: VirtualState) -> None:
    key = ChipKey(document_no="H09999999", birth_date=date(1985, 5, 5), valid_to=date(2032, 4, 30))
    with pcscd.holding(make_chip(state, HOLDERS["陈示例"])):
        record = make_reader(state).read(key)

    assert record.document.kind is IdKind.TRAVEL_PERMIT
    assert (record.document.number, record.name.text) == ("H09999999", "陈示例")


def test_a_zone_in_one_piece_opens_the_chip(pcscd: VirtualSlot, state: VirtualState) -> None:
    """A scanner that types the machine-readable lines spares the teller three fields."""
    lines = f"{ZHANG.zone[:44]}\n{ZHANG.zone[44:].lower()}\n"
    with pcscd.holding(make_chip(state)):
        record = make_reader(state).read(ChipKey(zone=lines))

    assert record.document.number == "EA0000018"


def test_a_zone_with_a_slip_is_not_sent_to_the_chip(
    pcscd: VirtualSlot, state: VirtualState
) -> None:
    chip = make_chip(state)
    wrong = ZHANG.zone.replace("EA0000018", "EAO000018")
    with pcscd.holding(chip), pytest.raises(WrongChipKeyError, match="zone: number"):
        make_reader(state).read(ChipKey(zone=wrong))

    assert chip.commands <= 3  # whether there is PACE, and nothing that counts as a try


def test_reads_a_mainland_residents_exit_entry_permit(
    pcscd: VirtualSlot, state: VirtualState
) -> None:
    """It opens by its one printed line, and is no document that the registration office takes."""
    holder = HOLDERS["孙示例"]
    with pcscd.holding(make_chip(state, holder)):
        record = make_reader(state).read(ChipKey(zone=holder.zone[:30]))

    assert (record.document.kind, record.document.number) == (IdKind.OTHER, "C99999998")
    assert (record.name.text, record.latin_name, record.sex) == ("孙示例", "SUN, SHILI", "2")
    assert (record.birth_date, record.valid_to) == (date(1966, 1, 1), date(2033, 1, 1))


def test_a_revoked_signer_stops_the_reading(pcscd: VirtualSlot, state: VirtualState) -> None:
    trusted = TrustedStates(authorities=(state.authority,), revocations=(state.revoke_signer(),))
    reader = EmrtdReader(READER, EmrtdSettings(trusted=trusted), now=lambda: READ_AT)
    with pcscd.holding(make_chip(state)), pytest.raises(SignerRevokedError):
        reader.read(KEY)


def test_the_chips_files_travel_under_their_digest(pcscd: VirtualSlot, state: VirtualState) -> None:
    """With them anybody who has the state's certificate can check the chip again."""
    with pcscd.holding(make_chip(state)):
        record = make_reader(state).read(KEY)

    assert record.evidence is not None
    assert record.raw_sha256 == record.evidence.raw_sha256
    trusted = TrustedStates(authorities=(state.authority,))
    again = dict(authenticate(dict(record.chip_files), trusted, at=READ_AT))
    assert (again["SOD signature"], again["document signer"]) == ("ok", "ok")


def test_an_expired_passport_is_read_and_told(pcscd: VirtualSlot, state: VirtualState) -> None:
    key = ChipKey(document_no="EA0000026", birth_date=date(1995, 8, 12), valid_to=date(2023, 8, 20))
    with pcscd.holding(make_chip(state, HOLDERS["钱示例"])):
        record = make_reader(state).read(key)

    assert not record.is_valid_on(READ_AT.date())
    assert checks(record)["in force"] == "expired"


def test_an_unknown_authority_is_told_and_no_forgery(
    pcscd: VirtualSlot, state: VirtualState
) -> None:
    with pcscd.holding(make_chip(state)):
        record = make_reader(VirtualState(at=READ_AT)).read(KEY)

    assert checks(record)["document signer"] == "unknown"
    assert checks(record)["SOD signature"] == "ok"


def test_damaged_data_stop_the_reading(pcscd: VirtualSlot, state: VirtualState) -> None:
    files = state.issue(make_groups(ZHANG))
    files["DG1"] = make_groups(replace(ZHANG, expiry="390228"))[1]
    with (
        pcscd.holding(VirtualChip(files, ZHANG.key_text)),
        pytest.raises(ChipAlteredError) as caught,
    ):
        make_reader(state).read(KEY)

    assert str(caught.value) == "DG1 hash"
    assert dict(caught.value.checks)["DG2 hash"] == "ok"


@pytest.mark.parametrize("has_pace", [False, True])
def test_a_wrong_key_does_not_open_the_chip(
    pcscd: VirtualSlot, state: VirtualState, has_pace: bool
) -> None:
    wrong = replace(KEY, birth_date=date(1985, 6, 16))
    with (
        pcscd.holding(make_chip(state, has_pace=has_pace)),
        pytest.raises(WrongChipKeyError) as caught,
    ):
        make_reader(state).read(wrong)
    assert caught.value.sw == 0x6300


def test_a_wrong_access_number(pcscd: VirtualSlot, state: VirtualState) -> None:
    with pcscd.holding(make_chip(state)), pytest.raises(WrongChipKeyError):
        make_reader(state).read(ChipKey(can="271828"))


def test_an_access_number_needs_pace(pcscd: VirtualSlot, state: VirtualState) -> None:
    with (
        pcscd.holding(make_chip(state, has_pace=False)),
        pytest.raises(WrongChipKeyError, match="no access number"),
    ):
        make_reader(state).read(ChipKey(can=CAN))


def test_without_a_key_nothing_is_asked_of_the_chip() -> None:
    with pytest.raises(WrongChipKeyError):
        make_reader().read()


def test_a_card_of_another_kind(pcscd: VirtualSlot, state: VirtualState) -> None:
    with (
        pcscd.holding(make_chip(state, has_pace=False, is_foreign=True)),
        pytest.raises(WrongCardError) as caught,
    ):
        make_reader(state).read(KEY)
    assert caught.value.sw == 0x6A82


def test_a_passport_that_opens_by_nothing_we_speak(pcscd: VirtualSlot, state: VirtualState) -> None:
    with (
        pcscd.holding(make_chip(state, has_pace=False, has_bac=False)),
        pytest.raises(CardUnreadableError),
    ):
        make_reader(state).read(KEY)


@pytest.mark.parametrize("commands", [3, 9, 25])
def test_a_card_lifted_half_way(pcscd: VirtualSlot, state: VirtualState, commands: int) -> None:
    chip = make_chip(state)
    chip.lift_after = commands
    with pcscd.holding(chip), pytest.raises(CardRemovedError):
        make_reader(state).read(KEY)


def test_nobody_lays_a_card(pcscd: VirtualSlot) -> None:
    started = time.monotonic()

    with pytest.raises(NoCardError):
        make_reader(wait_s=0.4).read(KEY)
    assert time.monotonic() - started < 3


def test_a_card_may_come_later(pcscd: VirtualSlot, state: VirtualState) -> None:
    found: list[IdentityRecord] = []
    reading = threading.Thread(target=lambda: found.append(make_reader(state).read(KEY)))
    reading.start()
    time.sleep(0.3)
    with pcscd.holding(make_chip(state)):
        reading.join(10)

    assert found[0].document.number == "EA0000018"


def test_waiting_can_be_cancelled_and_excludes_others(pcscd: VirtualSlot) -> None:
    reader, told = make_reader(wait_s=30), []

    def wait() -> None:
        try:
            reader.read(KEY)
        except ReadCancelledError as exc:
            told.append(exc.code)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    with pytest.raises(ReaderBusyError):
        reader.read(KEY)
    reader.close()
    waiting.join(5)

    assert told == ["terminal.read-cancelled"]


def test_another_programs_card_is_busy(pcscd: VirtualSlot, state: VirtualState) -> None:
    with (
        pcscd.holding(make_chip(state)),
        pcsc.open_session() as other,
        other.card(READER),
        pytest.raises(ReaderBusyError),
    ):
        make_reader(state).read(KEY)


def test_a_part_of_the_name_is_enough_when_it_is_one_readers(pcscd: VirtualSlot) -> None:
    reader = EmrtdReader("pcd 00 00")
    reader.probe()

    assert reader.info().name == READER
    with pytest.raises(MisconfiguredReaderError, match="Virtual PCD 00 01"):
        EmrtdReader("Virtual PCD").probe()


def test_a_reader_that_is_not_there_names_those_that_are(pcscd: VirtualSlot) -> None:
    with pytest.raises(NoReaderError, match="Virtual PCD 00 00"):
        EmrtdReader("ACME 9000").probe()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Virtual PCD 00 00", True),
        ("Windows Virtual Smart Card 0", True),
        ("ACS ACR1252 Dual Reader [PICC] 00 00", False),
    ],
)
def test_programs_that_play_readers_are_known(name: str, expected: bool) -> None:
    assert EmrtdReader(name).info().is_simulated is expected


def test_without_the_service_there_is_no_reader(tmp_path: Path) -> None:
    """A counter without pcscd must say so and not fall over."""
    told = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT,
        env={**os.environ, "PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody")},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert told.stdout == "terminal.no-card-service\n"


def test_the_virtual_passport_of_the_command_line(pcscd: VirtualSlot, tmp_path: Path) -> None:
    """What training uses: the program, and the reader as the settings name it."""
    csca = tmp_path / "csca.pem"
    program = [sys.executable, "-m", "scripts.virtual_passport", "--csca", str(csca)]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as card:
        assert card.stdout is not None
        assert "EA0000018" in card.stdout.readline()
        reader = open_reader(f"emrtd:{READER}?csca={csca}&wait=10")
        record = reader.read(KEY)
        card.terminate()
    await_presence(False)

    assert record.name.text == "张示例"
    assert checks(record)["document signer"] == "ok"
