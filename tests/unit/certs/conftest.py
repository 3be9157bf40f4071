"""The session's throw-away authority, for the tests of the key ring."""

from tests.pki import pki

__all__ = ["pki"]
