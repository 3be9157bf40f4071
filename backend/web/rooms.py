"""Every room of the office's web, named once; each has its blueprint `bp`."""

from importlib import import_module
from typing import Final

_NAMES: Final = (
    "api",
    "api_docs",
    "certificate_desk",
    "complaint_desk",
    "evidence_desk",
    "guests",
    "invitation_pieces",
    "invitations",
    "keys",
    "leaders_desk",
    "lease",
    "look",
    "offline",
    "parcel_pieces",
    "pins",
    "public",
    "public_log",
    "receipts",
    "register_desk",
    "relay",
    "review_desk",
    "revocation_lists",
    "rule_desk",
    "ruling_desk",
    "second_factor",
    "sign_in",
    "status_lists",
    "terminal_desk",
    "thread",
    "uploads",
    "verify",
    "visits",
)

ROOMS: Final = tuple(import_module(f"backend.web.{name}") for name in _NAMES)
