"""The test seal: everything as with the real one, but every paper says SPECIMEN."""

import logging
from typing import Final

from backend.seals.pades import PadesSeal
from certs.ports import Signer
from certs.timestamps import Timestamper

logger = logging.getLogger(__name__)

_REASON: Final = "样本 SPECIMEN（不具有法律效力 · no legal effect）"


class SpecimenSeal(PadesSeal):
    """A seal whose papers have no legal effect, and say so."""

    @property
    def is_specimen(self) -> bool:
        """Say that papers under this seal carry SPECIMEN."""
        return True


def load_specimen(signer: Signer, timestamper: Timestamper, stamp: bytes) -> SpecimenSeal:
    """Open the test seal, and warn the operator of it."""
    logger.warning(
        "the test seal is in use: every paper is marked SPECIMEN; "
        'set seal = "pades" for papers that count'
    )
    return SpecimenSeal(signer, timestamper, stamp, reason=_REASON)
