"""Where the seal's files lie in a document, and what they say. Source: GB/T 33190-2016, 18."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.documents.ofd.structures import whole
from certs.sm2.keys import sm3
from certs.sm2.structures import SM2_WITH_SM3

SIGNATURES: Final = "Doc_0/Signs/Signatures.xml"
SIGNATURE: Final = "Doc_0/Signs/Sign_0/Signature.xml"
SEAL: Final = "Doc_0/Signs/Sign_0/Seal.esl"
VALUE: Final = "Doc_0/Signs/Sign_0/SignedValue.dat"
PROVIDER: Final = "mortgage-registration-kit"
SM3_METHOD: Final = "1.2.156.10197.1.401"
"""Source: GM/T 0006-2012."""
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = 'xmlns:ofd="http://www.ofdspec.org/2016"'


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document shows its seal."""

    page: int
    """Identifier of the page."""
    box: tuple[float, float, float, float]
    """Left, top, width, height in mm."""


def format_list() -> bytes:
    """Write the list of a document's seals: there is one, and it covers this list too."""
    return (
        f"{_HEAD}<ofd:Signatures {_NAMESPACE}><ofd:MaxSignId>1</ofd:MaxSignId>"
        f'<ofd:Signature ID="1" Type="Seal" BaseLoc="/{SIGNATURE}"/></ofd:Signatures>\n'
    ).encode()


def format_signature(files: Mapping[str, bytes], place: Place, at: datetime) -> bytes:
    """Write what is sealed: every file by its SM3, and where the seal is shown.

    A reader of ours writes this again from what it finds, and takes no other spelling.
    """
    references = "\n".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
        f"{base64.b64encode(sm3(files[name])).decode('ascii')}</ofd:CheckValue></ofd:Reference>"
        for name in sorted(files)
    )
    box = " ".join(f"{side:g}" for side in place.box)
    return (
        f"{_HEAD}<ofd:Signature {_NAMESPACE}>\n<ofd:SignedInfo>\n"
        f'<ofd:Provider ProviderName="{PROVIDER}" Version="1"/>\n'
        f"<ofd:SignatureMethod>{SM2_WITH_SM3.dotted_string}</ofd:SignatureMethod>\n"
        f"<ofd:SignatureDateTime>{whole(at):%Y%m%d%H%M%SZ}</ofd:SignatureDateTime>\n"
        f'<ofd:References CheckMethod="{SM3_METHOD}">\n{references}\n</ofd:References>\n'
        f'<ofd:StampAnnot ID="1" PageRef="{place.page}" Boundary="{box}"/>\n'
        f"<ofd:Seal><ofd:BaseLoc>/{SEAL}</ofd:BaseLoc></ofd:Seal>\n</ofd:SignedInfo>\n"
        f"<ofd:SignedValue>/{VALUE}</ofd:SignedValue>\n</ofd:Signature>\n"
    ).encode()
