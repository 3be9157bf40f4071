"""BAC and secure messaging against ICAO Doc 9303-11, appendix D.2 to D.4."""

import pytest

from terminal.drivers.apdu import Command, Response
from terminal.drivers.bac import open_with_bac
from terminal.drivers.secure_messaging import derive_key
from terminal.reader_errors import CardRemovedError, CardUnreadableError, WrongChipKeyError

MRZ_KEY = "L898902C<369080619406236"
CHIP_RANDOM = bytes.fromhex("4608F91988702212")
READER_RANDOM = bytes.fromhex("781723860C06C226")
READER_KEY = bytes.fromhex("0B795240CB7049B01C19B33E32804F0B")
AUTHENTICATE = bytes.fromhex(
    "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728"
)
AUTHENTICATED = bytes.fromhex(
    "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449"
)


class ExampleChip:
    """Answers as the chip of the worked example does, and keeps what it was sent."""

    def __init__(self, *answers: Response) -> None:
        self.received: list[bytes] = []
        self._answers = [Response(CHIP_RANDOM), *answers]

    def send(self, command: Command) -> Response:
        self.received.append(command.encode())
        return self._answers.pop(0)


def draw_as_in_the_example(size: int) -> bytes:
    return READER_RANDOM if size == 8 else READER_KEY


def example(*answers: str) -> ExampleChip:
    return ExampleChip(Response(AUTHENTICATED), *(Response(bytes.fromhex(a)) for a in answers))


def test_the_keys_of_the_example() -> None:
    seed = bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE")

    # The standard prints them with DES parity bits, which carry no key.
    assert [b | 1 for b in derive_key(seed, 1)] == [
        b | 1 for b in bytes.fromhex("AB94FDECF2674FDFB9B391F85D7F76F2")
    ]


def test_the_conversation_of_the_example() -> None:
    chip = example(
        "990290008E08FA855A5D4C50A8ED",
        "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D74",
    )

    protected = open_with_bac(chip, MRZ_KEY, draw=draw_as_in_the_example)
    selected = protected.send(Command(0xA4, 2, 0x0C, bytes.fromhex("011E")))
    head = protected.send(Command(0xB0, 0, 0, le=4))
    rest = protected.send(Command(0xB0, 0, 4, le=18))

    assert chip.received == [
        bytes.fromhex("0084000008"),
        AUTHENTICATE,
        bytes.fromhex("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800"),
        bytes.fromhex("0CB000000D9701048E08ED6705417E96BA5500"),
        bytes.fromhex("0CB000040D9701128E082EA28A70F3C7B53500"),
    ]
    assert selected == Response(b"")
    assert head.data + rest.data == bytes.fromhex("60145F0104303130365F36063034303030305C026175")


def test_an_answer_that_was_changed_on_the_way_is_refused() -> None:
    chip = example("990290008E08FA855A5D4C50A8EE")
    protected = open_with_bac(chip, MRZ_KEY, draw=draw_as_in_the_example)

    with pytest.raises(CardRemovedError):
        protected.send(Command(0xA4, 2, 0x0C, bytes.fromhex("011E")))


@pytest.mark.parametrize("sw", [0x6300, 0x63C2, 0x6982, 0x6988])
def test_a_chip_that_refuses_the_key(sw: int) -> None:
    with pytest.raises(WrongChipKeyError) as caught:
        open_with_bac(ExampleChip(Response(b"", sw)), MRZ_KEY, draw=draw_as_in_the_example)
    assert caught.value.sw == sw


def test_a_chip_that_does_not_know_the_key_is_found_out() -> None:
    chip = ExampleChip(Response(AUTHENTICATED[:-1] + b"\x00"))

    with pytest.raises(WrongChipKeyError):
        open_with_bac(chip, MRZ_KEY, draw=draw_as_in_the_example)


def test_a_chip_without_bac() -> None:
    with pytest.raises(CardUnreadableError):
        open_with_bac(ExampleChip(Response(b"", 0x6D00)), MRZ_KEY, draw=draw_as_in_the_example)
