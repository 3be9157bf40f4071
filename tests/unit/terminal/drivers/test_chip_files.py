"""Files and data groups of a chip, without the reader: the virtual chip answers directly."""

from datetime import date

import pytest

from scripts.virtual_chip import VirtualChip
from scripts.virtual_documents import HOLDERS, VirtualState, make_groups, tlv
from terminal.desk.ports import ChipKey
from terminal.drivers.apdu import Command, Response
from terminal.drivers.chip_files import open_chip, read_files
from terminal.drivers.data_groups import decode_details, decode_photo, decode_zone, listed_groups
from terminal.drivers.tlv import decode_tlvs, encode_tlv, object_size
from terminal.reader_errors import CardRefusedError, CardRemovedError, CardUnreadableError

ZHANG = HOLDERS["张示例"]
KEY = ChipKey(document_no="EA0000018", birth_date=date(1985, 6, 15), valid_to=date(2033, 2, 28))
JPEG = b"\xff\xd8\xff\xe0"


class Wire:
    """Carries commands to a virtual chip, and may change what comes back."""

    def __init__(self, chip: VirtualChip, *, spoil_at: int = 0) -> None:
        self._chip = chip
        self._spoil_at = spoil_at

    def send(self, command: Command) -> Response:
        raw = self._chip.answer(command.encode())
        if self._chip.commands == self._spoil_at:
            raw = raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:]
        return Response(raw[:-2], int.from_bytes(raw[-2:], "big"))


@pytest.fixture(scope="module")
def state() -> VirtualState:
    return VirtualState()


def make_chip(files: dict[str, bytes], *, has_pace: bool = False) -> VirtualChip:
    return VirtualChip(files, ZHANG.key_text, has_pace=has_pace)


@pytest.mark.parametrize("has_pace", [False, True])
def test_every_file_comes_byte_for_byte(state: VirtualState, has_pace: bool) -> None:
    files = state.issue(make_groups(ZHANG))
    opened, _ = open_chip(Wire(make_chip(files, has_pace=has_pace)), KEY)

    assert read_files(opened) == files


@pytest.mark.parametrize("size", [32_000, 33_000, 70_000])
def test_a_large_photo_is_read_past_the_short_offsets(state: VirtualState, size: int) -> None:
    photo = JPEG + bytes(range(256)) * (size // 256)
    opened, _ = open_chip(Wire(make_chip(state.issue(make_groups(ZHANG, photo)))), KEY)

    assert decode_photo(read_files(opened)["DG2"]) == (photo, "jpeg")


@pytest.mark.parametrize("name", ["COM", "DG1", "DG2"])
def test_a_file_that_every_passport_has_is_missing(state: VirtualState, name: str) -> None:
    files = state.issue(make_groups(ZHANG))
    del files[name]
    opened, _ = open_chip(Wire(make_chip(files)), KEY)

    with pytest.raises(CardUnreadableError) as caught:
        read_files(opened)
    assert caught.value.field == name


def test_files_stay_closed_without_the_key(state: VirtualState) -> None:
    with pytest.raises(CardRefusedError) as caught:
        read_files(Wire(make_chip(state.issue(make_groups(ZHANG)))))
    assert caught.value.sw == 0x6982


def test_an_answer_changed_on_the_way_is_noticed(state: VirtualState) -> None:
    chip = make_chip(state.issue(make_groups(ZHANG)))
    opened, _ = open_chip(Wire(chip, spoil_at=chip.commands + 8), KEY)

    with pytest.raises(CardRemovedError):
        read_files(opened)


def test_the_unsigned_list_of_groups() -> None:
    assert listed_groups(tlv(0x60, tlv(0x5C, b"\x61\x75\x63\x6b"))) == {"DG1", "DG2", "DG11"}


@pytest.mark.parametrize("photo", [b"GIF89a", b"\x00\x00\x00\x0cjX"])
def test_a_picture_of_unknown_form_is_left_out(photo: bytes) -> None:
    assert decode_photo(make_groups(ZHANG, photo)[2]) == (b"", "")


def test_a_jpeg_2000_picture() -> None:
    photo = b"\x00\x00\x00\x0cjP  \r\n\x87\n"

    assert decode_photo(make_groups(ZHANG, photo)[2]) == (photo, "jp2")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张示例", "张示例"),
        ("张<<示例", "张示例"),
        ("THÉRÈSE<<EXEMPLE", "THÉRÈSE EXEMPLE"),
        ("阿依古丽·示例<", "阿依古丽·示例"),
        ("", ""),
    ],
)
def test_the_name_in_its_own_script(written: str, name: str) -> None:
    assert decode_details(tlv(0x6B, tlv(0x5F0E, written.encode()))).name == name


@pytest.mark.parametrize("raw", [b"19850615", bytes.fromhex("19850615")])
def test_a_birth_date_as_text_or_packed(raw: bytes) -> None:
    assert decode_details(tlv(0x6B, tlv(0x5F2B, raw))).birth_date == date(1985, 6, 15)


@pytest.mark.parametrize(
    "group", [b"", tlv(0x6B, tlv(0x5F0E, b"\xff")), tlv(0x6B, tlv(0x5F2B, b"19850631"))]
)
def test_details_that_make_no_sense(group: bytes) -> None:
    with pytest.raises(CardUnreadableError):
        decode_details(group)


def test_a_zone_that_is_not_ascii() -> None:
    with pytest.raises(CardUnreadableError):
        decode_zone(tlv(0x61, tlv(0x5F1F, "张".encode())))


@pytest.mark.parametrize("tag", [0x5C, 0x5F01, 0x5F0E, 0x5F1F, 0x7F49, 0x7F61])
@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_536])
def test_objects_of_every_size(tag: int, size: int) -> None:
    """Two-byte tags with numbers below 31, which ASN.1 would write in one byte, are usual here."""
    encoded = encode_tlv(tag, bytes(size))

    assert encoded == tlv(tag, bytes(size))
    assert decode_tlvs(encoded) == ((tag, bytes(size)),)
    assert object_size(encoded[:6]) == len(encoded)


@pytest.mark.parametrize(
    "data",
    [b"\x61", b"\x61\x80", b"\x61\x84\x00\x00\x00\x01", b"\x7f\x80\x01\x00", b"\x61\x02\x00"],
)
def test_objects_that_end_too_early(data: bytes) -> None:
    with pytest.raises(CardUnreadableError):
        decode_tlvs(data)
