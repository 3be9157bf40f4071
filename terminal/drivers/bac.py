"""Basic access control: opening a chip with what is printed on the document.

Source: ICAO Doc 9303-11 (8th edition), 4.3; worked example in appendix D.
"""

import hmac
import secrets
from collections.abc import Callable

from terminal.drivers.apdu import OK, Chip, Command, is_wrong_key
from terminal.drivers.secure_messaging import ProtectedChip, TripleDESSuite, derive_key, pad, sha1
from terminal.reader_errors import CardUnreadableError, WrongChipKeyError

_GET_CHALLENGE = Command(0x84, 0, 0, le=8)


def open_with_bac(
    chip: Chip, mrz_key: str, *, draw: Callable[[int], bytes] = secrets.token_bytes
) -> ProtectedChip:
    """Prove the knowledge of number, birth date and expiry date, and return the protected chip.

    Raises:
        WrongChipKeyError: the chip does not open with them.
        CardUnreadableError: the chip does not follow the protocol.
    """
    seed = sha1(mrz_key.encode("ascii"))[:16]
    suite = TripleDESSuite(derive_key(seed, 1), derive_key(seed, 2))
    theirs = chip.send(_GET_CHALLENGE).data
    if len(theirs) != 8:
        raise CardUnreadableError("challenge")
    mine, my_key = draw(8), draw(16)
    encrypted = suite.encrypt(b"", mine + theirs + my_key)
    answer = chip.send(Command(0x82, 0, 0, encrypted + suite.mac(pad(encrypted, 8)), le=40))
    if answer.sw != OK:
        raise _refusal(answer.sw)
    body, mac = answer.data[:32], answer.data[32:]
    if len(body) != 32 or not hmac.compare_digest(suite.mac(pad(body, 8)), mac):
        raise WrongChipKeyError(answer.sw, "authentication code")
    opened = suite.decrypt(b"", body)
    if opened[:16] != theirs + mine:
        raise CardUnreadableError("challenge")
    shared = bytes(a ^ b for a, b in zip(my_key, opened[16:], strict=True))
    session = TripleDESSuite(derive_key(shared, 1), derive_key(shared, 2))
    return ProtectedChip(chip, session, int.from_bytes(theirs[4:] + mine[4:], "big"))


def _refusal(sw: int) -> WrongChipKeyError | CardUnreadableError:
    return WrongChipKeyError(sw, "BAC") if is_wrong_key(sw) else CardUnreadableError("access")
