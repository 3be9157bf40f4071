"""PACE against the worked example of ICAO Doc 9303-11, appendix G.1 (brainpoolP256r1)."""

import pytest
from Crypto.PublicKey import ECC
from cryptography.hazmat.primitives.asymmetric import ec

from terminal.drivers.apdu import Command, Response
from terminal.drivers.pace import (
    CURVES,
    MRZ_PASSWORD,
    mapped_generator,
    open_with_pace,
    password_key,
    shared_point,
)
from terminal.reader_errors import CardUnreadableError, WrongChipKeyError

P256, BRAINPOOL = CURVES[12], CURVES[13]


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


MRZ_KEY = "T22000129364081251010318"
NONCE = hexed("3F00C4D39D153F2B2A214A078D899B22")
ENCRYPTED_NONCE = hexed("95A3A016522EE98D01E76CB6B98B42C3")
MAP_PRIVATE = 0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99
MAP_PUBLIC = hexed(
    "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
    "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
)
MAP_CHIP = hexed(
    "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57"
    "30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54"
)
SHARED = (
    0x60332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5,
    0x0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181,
)
MAPPED = (
    0x8CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2,
    0x8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522,
)
PRIVATE = 0xA73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595
PUBLIC = hexed(
    "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
    "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
)
CHIP = hexed(
    "049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB"
    "7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094"
)
READER_TOKEN = hexed("C2B0BD78D94BA866")
CHIP_TOKEN = hexed("3ABB9674BCE93C08")


class ExampleChip:
    """Answers as the chip of the worked example does, and keeps what it was sent."""

    def __init__(self, chip_token: bytes = CHIP_TOKEN, map_point: bytes = MAP_CHIP) -> None:
        self.received: list[bytes] = []
        self._answers = [
            b"",
            hexed("7C128010") + ENCRYPTED_NONCE,
            hexed("7C438241") + map_point,
            hexed("7C438441") + CHIP,
            hexed("7C0A8608") + chip_token,
        ]

    def send(self, command: Command) -> Response:
        self.received.append(command.encode())
        return Response(self._answers.pop(0))


def scalars(*values: int) -> list[int]:
    # The driver draws from 0 and adds 2, so that a scalar and its neighbour are both usable.
    return [value - 2 for value in values]


def point(number: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(BRAINPOOL.library, number)


def test_the_password_key_of_the_example() -> None:
    assert password_key(MRZ_PASSWORD, MRZ_KEY) == hexed("89DED1B26624EC1E634C1989302849DD")


def test_the_shared_point_of_the_example() -> None:
    numbers = shared_point(BRAINPOOL, MAP_PRIVATE, point(MAP_CHIP)).public_numbers()

    assert (numbers.x, numbers.y) == SHARED


def test_the_mapped_generator_of_the_example() -> None:
    shared = shared_point(BRAINPOOL, MAP_PRIVATE, point(MAP_CHIP))

    numbers = mapped_generator(BRAINPOOL, NONCE, shared).public_numbers()

    assert (numbers.x, numbers.y) == MAPPED


def test_the_whole_conversation_of_the_example() -> None:
    chip = ExampleChip()
    drawn = scalars(MAP_PRIVATE, PRIVATE)

    open_with_pace(chip, BRAINPOOL, MRZ_PASSWORD, MRZ_KEY, draw=lambda limit: drawn.pop(0))

    assert chip.received[1:] == [
        hexed("10860000027C0000"),
        hexed("10860000457C438141") + MAP_PUBLIC + b"\x00",
        hexed("10860000457C438341") + PUBLIC + b"\x00",
        hexed("008600000C7C0A8508") + READER_TOKEN + b"\x00",
    ]


def test_a_chip_that_does_not_know_the_password_is_found_out() -> None:
    drawn = scalars(MAP_PRIVATE, PRIVATE)

    with pytest.raises(WrongChipKeyError):
        open_with_pace(
            ExampleChip(bytes(8)), BRAINPOOL, MRZ_PASSWORD, MRZ_KEY, draw=lambda _: drawn.pop(0)
        )


def test_a_point_off_the_curve_is_refused() -> None:
    chip = ExampleChip(map_point=MAP_CHIP[:-1] + b"\x55")
    drawn = scalars(MAP_PRIVATE, PRIVATE)

    with pytest.raises(CardUnreadableError):
        open_with_pace(chip, BRAINPOOL, MRZ_PASSWORD, MRZ_KEY, draw=lambda _: drawn.pop(0))


@pytest.mark.parametrize("scalar", [2, 3, 0xC0FFEE, P256.order - 3])
def test_points_agree_with_another_library(scalar: int) -> None:
    """The same multiplication by pycryptodome, which has full points for P-256."""
    theirs = ECC.construct(curve="P-256", d=0x1234567890ABCDEF).pointQ
    as_ours = ec.EllipticCurvePublicNumbers(
        int(theirs.x), int(theirs.y), ec.SECP256R1()
    ).public_key()

    ours = shared_point(P256, scalar, as_ours).public_numbers()

    assert (ours.x, ours.y) == (int((theirs * scalar).x), int((theirs * scalar).y))
