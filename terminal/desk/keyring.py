"""The keys of this counter, as the desk needs them: who signs, for whom, whom to believe."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from certs.envelope import is_of_one_suite
from certs.identity import Role
from certs.ports import Signer
from certs.trust import TrustStore
from terminal.errors import OfficeUntrustedError


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys in force; renewal replaces the whole ring."""

    signer: Signer
    """Signs packages as this counter."""
    trust: TrustStore

    def recipient(self, at: datetime) -> x509.Certificate:
        """Return the office's certificate that packages are sealed to now, the newest that is good.

        It is of the suite that this counter signs in.

        Raises:
            OfficeUntrustedError: none of them is good; renew, or enrol again.
        """
        for certificate in self.trust.bundle.certificates(Role.ENVELOPE):
            is_good = self.trust.check(certificate, (), Role.ENVELOPE, at).ok
            if is_good and is_of_one_suite(self.signer, certificate):
                return certificate
        raise OfficeUntrustedError("no certificate of the office to seal packages to")


Keys = Callable[[], Keyring]
"""Gives the ring in force: it is asked at each use, since renewal may have replaced it."""
