"""The office's electronic seals: `pades`, the office's own, and `specimen` for tests and demos."""

from backend.errors import MisconfiguredError
from backend.office.ports import Seal
from backend.seals.pades import PadesSeal
from backend.seals.specimen import load_specimen
from certs.errors import IdentityError
from certs.identity import Role, read_identity
from certs.ports import Signer
from certs.timestamps import Timestamper


def load_seal(spec: str, *, signer: Signer, timestamper: Timestamper, stamp: bytes) -> Seal:
    """Open the seal that the settings name: `pades` or `specimen`.

    `stamp` is a PDF of one page, the picture of the seal.

    Raises:
        MisconfiguredError: no such seal, or the key is not a seal's.
    """
    try:
        role = read_identity(signer.certificate).role
    except IdentityError as exc:
        raise MisconfiguredError("the seal's certificate names nobody") from exc
    if role is not Role.SEAL:
        raise MisconfiguredError(f"the key is for the role {role.value}, and not for a seal")
    if spec == "pades":
        return PadesSeal(signer, timestamper, stamp)
    if spec == "specimen":
        return load_specimen(signer, timestamper, stamp)
    raise MisconfiguredError('seal must be "pades" or "specimen"')
