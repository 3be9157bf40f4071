"""The session's throw-away authorities, for the tests of the key ring."""

from tests.pki import any_pki, national_pki, pki

__all__ = ["any_pki", "national_pki", "pki"]
