"""The files that a certificate carries within it, by name."""

from dataclasses import dataclass
from typing import Final

FACTS_FILE: Final = "certificate.json"
"""What a certificate says, as it was recorded."""
PROOF_FILE: Final = "record.tlog-proof"
"""That its facts were recorded in the public log before it was sealed."""

COUNTERPART_FILE: Final = "counterpart.json"
"""Which OFD belongs to a PDF, and which PDF to an OFD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a paper carries, sealed with it."""

    name: str
    """ASCII, with its extension."""
    media_type: str
    data: bytes
    is_source: bool = False
    """True for what the paper was drawn from; false for what supplements it."""
