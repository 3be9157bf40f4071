"""Renewing the office's own keys while it works: a new pair beside the old, then in its place.

Nothing old is overwritten. What was signed by an old key is still checked with its certificate,
which stays in the trust bundle; what was sealed to an old envelope key is still opened with it.
A process that is killed at any step leaves the old pair in force; the next try takes a new number.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cryptography import x509

from certs.authority import Authority, load_authority
from certs.bundle import PINNED, TrustBundle
from certs.errors import AuthorityError
from certs.founding import LOCAL_NAMES
from certs.identity import Identity, Role, SuiteName, read_identity
from certs.keys import (
    PrivateKey,
    generate_key,
    load_certificates,
    make_request,
    save_certificates,
    save_key,
)
from certs.places import certificate_path, generations, next_generation, pair, suite_folder
from certs.rootlist import find_root, publish_root_list
from certs.templates import authority_template, sign_template

RENEWABLE = (Role.SERVER, *PINNED)
"""Roles whose keys the issuing authority renews; the issuing key itself needs the root's."""
_LOCK = ".renewal"


def renew_key(
    home: Path,
    role: Role,
    now: datetime,
    *,
    suite: SuiteName = SuiteName.INTERNATIONAL,
    hosts: Sequence[str] = (),
    is_compromised: bool = False,
) -> x509.Certificate:
    """Make a new key for one of the office's own roles, and put it in force.

    Processes at work take it up by themselves. The server's certificate keeps its addresses and
    gets `hosts` besides. With `is_compromised` the certificates of all older pairs are revoked.

    Raises:
        AuthorityError: the role is none of the office's own here.
        KeyFileError: the disk refused; the old key is still in force.
    """
    if role not in RENEWABLE or (hosts and role is not Role.SERVER):
        raise AuthorityError("role cannot be renewed so")
    with _alone(home):
        authority = load_authority(home, suite)
        folder = authority.folder
        old = load_certificates(certificate_path(folder, role))[0]
        key_file, certificate_file = pair(next_generation(folder, role))
        identity, key = read_identity(old), generate_key(role, suite)
        # On the disk before it is asked for: a certificate without its key helps nobody.
        save_key(key_file, key)
        certificate = authority.issue(
            make_request(key, identity), identity, role, now, dns_names=_addresses(old, role, hosts)
        )
        _put_in_force(authority, role, certificate, certificate_file)
        if is_compromised:
            _revoke_others(authority, role, certificate, now)
        return certificate


def _put_in_force(
    authority: Authority, role: Role, certificate: x509.Certificate, path: Path
) -> None:
    """Let everybody know a certificate before it is used; who opens must hold the key before."""
    chain = (certificate, *authority.chain)
    if role is Role.ENVELOPE:
        save_certificates(path, chain)
    if role in PINNED:
        authority.publish(lambda bundle: _with_pinned(bundle, role, certificate))
    if role is not Role.ENVELOPE:
        save_certificates(path, chain)


def _with_pinned(bundle: TrustBundle, role: Role, certificate: x509.Certificate) -> TrustBundle:
    pinned = {role: (certificate, *bundle.certificates(role))}
    return replace(bundle, pinned={**bundle.pinned, **pinned})


def _addresses(old: x509.Certificate, role: Role, hosts: Sequence[str]) -> tuple[str, ...]:
    if role is not Role.SERVER:
        return ()
    names = old.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = (
        *names.get_values_for_type(x509.DNSName),
        *(str(one) for one in names.get_values_for_type(x509.IPAddress)),
    )
    return tuple(dict.fromkeys((*LOCAL_NAMES, *known, *hosts)))


def _revoke_others(
    authority: Authority, role: Role, certificate: x509.Certificate, now: datetime
) -> None:
    for place in generations(authority.folder, role)[1:]:
        (old, *_) = load_certificates(pair(place)[1])
        if old != certificate and not authority.is_revoked(old.serial_number):
            authority.revoke(old.serial_number, now, x509.ReasonFlags.key_compromise)


def renew_issuing(
    home: Path, root_key: PrivateKey, now: datetime, *, suite: SuiteName
) -> x509.Certificate:
    """Let the root issue a successor of the issuing authority, and put it in force.

    The old issuing key issues nothing more; it goes on with its revocation lists until everything
    that it issued has ended.

    Raises:
        AuthorityError: the key is not that of a root of this authority.
        KeyFileError: the disk refused; the old key is still in force.
    """
    with _alone(home):
        authority = load_authority(home, suite)
        root = find_root(authority.bundle, root_key)
        place = next_generation(suite_folder(home, suite), Role.ISSUING)
        key_file, certificate_file = pair(place)
        above = read_identity(root)
        name = f"{above.name.removesuffix('-root')}-issuing-{place.name}"
        identity = Identity(role=Role.ISSUING, organisation=above.organisation, name=name)
        key = generate_key(Role.ISSUING, suite)
        save_key(key_file, key)
        template = authority_template(identity, key, now, lists_url=authority.lists_url)
        issuing = sign_template(template, root, root_key)
        authority.publish(
            lambda bundle: replace(bundle, intermediates=(issuing, *bundle.intermediates))
        )
        save_certificates(certificate_file, (issuing,))
        successor = load_authority(home, suite)
        successor.crl(now)
        # The root's key is at hand, as it is once in years: its list is made anew too.
        publish_root_list(successor, root_key, now)
        return issuing


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let one renewal go after the other: two would take one number."""
    descriptor = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
