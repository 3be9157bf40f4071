"""Whether each root has a list of its own, and how long it is good: strict validators ask for it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from backend.doctor import Line, Words, fine, odd
from certs.bundle import TrustBundle
from certs.errors import KeyUnsuitableError
from certs.identity import SuiteName
from certs.keys import suite_of_certificate
from certs.rootlist import find_root_list

_SOON: Final = timedelta(days=45)
"""Somebody has to go to the safe."""


def check_root_lists(bundle: TrustBundle, now: datetime, home: Path) -> Iterator[Line]:
    """Look at each root's list; certificates are issued without it, and proven a little less."""
    for root in bundle.roots:
        try:
            suite = suite_of_certificate(root)
        except KeyUnsuitableError:
            continue
        is_first = suite is SuiteName.INTERNATIONAL
        name, chosen = (
            ("list.root", "") if is_first else (f"list.{suite}-root", f" --suite {suite}")
        )
        remedy = (f"mortgage-certs root-list {home} --root-key FILE{chosen}",) * 2
        yield _line(name, remedy, bundle, root, now)


def _line(
    name: str, remedy: Words, bundle: TrustBundle, root: x509.Certificate, now: datetime
) -> Line:
    found = find_root_list(bundle, root)
    until = None if found is None else found.next_update_utc
    if until is None:
        words = (
            "根证书没有自己的吊销清单：严格的校验软件会说签发机构状态不明，其余照常",
            "The root has no list: strict validators call its issuing authority's status unknown",
        )
        return odd(name, words, remedy)
    day = f"{until.astimezone():%Y-%m-%d}"
    if until < now:
        words = f"根吊销清单已于 {day} 过期", f"The root's list ended {day}"
        return odd(name, words, remedy)
    words = f"根吊销清单有效至 {day}", f"The root's list is good until {day}"
    return odd(name, words, remedy) if until - now < _SOON else fine(name, words)
