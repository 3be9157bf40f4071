"""The algorithm suites, each behind `certs.ports.Suite`.

Number 1 is international. Number 2 is kept for the national algorithms (SM2, SM3, SM4: GM/T 0003,
0004, 0002), which need a certified cryptographic device; a package that asks for a number that is
not installed is refused, never opened with another suite.
"""

from typing import Final

from certs.errors import SuiteUnknownError
from certs.ports import Suite
from certs.suites.international import InternationalSuite

INTERNATIONAL: Final = 1
NATIONAL: Final = 2

_SUITES: Final[dict[int, Suite]] = {INTERNATIONAL: InternationalSuite()}


def load_suite(suite_id: int) -> Suite:
    """Find the algorithms behind a suite number.

    Raises:
        SuiteUnknownError: no such suite is installed here.
    """
    suite = _SUITES.get(suite_id)
    if suite is None:
        raise SuiteUnknownError("national suite not installed" if suite_id == NATIONAL else "")
    return suite
