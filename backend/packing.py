"""The evidence package as a file, and what lies in it beside the evidence: the verifier."""

import io
import zipfile
from importlib import resources
from typing import Final

KIT: Final = ("README.txt", "arithmetic.py", "seal.py", "signatures.py", "verify.py")


def read_kit() -> dict[str, bytes]:
    """Return what goes into each package beside the evidence."""
    room = resources.files("backend.evidence_kit")
    return {name: room.joinpath(name).read_bytes() for name in KIT}


def pack(files: dict[str, bytes]) -> bytes:
    """Return the files as a ZIP, dated 1980, in the order of their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()
