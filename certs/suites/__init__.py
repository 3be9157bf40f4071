"""The algorithm suites, each behind `certs.ports.Suite`.

Number 1 is international, number 2 national. A package that asks for a number that is not known
here is refused, never opened with another suite; and who signs, who receives and what encrypts
are of one suite, so that nothing falls back to the other one.
"""

from typing import Final

from cryptography import x509

from certs.errors import SuiteUnknownError
from certs.keys import suite_of_certificate
from certs.ports import Suite
from certs.suites.international import InternationalSuite
from certs.suites.national import NationalSuite

INTERNATIONAL: Final = 1
NATIONAL: Final = 2

_SUITES: Final[dict[int, Suite]] = {
    INTERNATIONAL: InternationalSuite(),
    NATIONAL: NationalSuite(),
}


def load_suite(suite_id: int) -> Suite:
    """Find the algorithms behind a suite number.

    Raises:
        SuiteUnknownError: no such suite is known here.
    """
    suite = _SUITES.get(suite_id)
    if suite is None:
        raise SuiteUnknownError("no such suite")
    return suite


def find_suite(certificate: x509.Certificate) -> Suite:
    """Find the suite that a certificate's key belongs to.

    Raises:
        KeyUnsuitableError: it belongs to none.
    """
    name = suite_of_certificate(certificate)
    return next(suite for suite in _SUITES.values() if suite.name is name)
