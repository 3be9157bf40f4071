"""Founding an authority: its root, its issuing authority and the office's own keys."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from certs.authority import TRUST, Authority, load_authority
from certs.bundle import LISTS, PINNED, TrustBundle, load_bundle, save_bundle
from certs.errors import AuthorityExistsError
from certs.identity import Identity, Role, SuiteName, find_profile, read_identity
from certs.keys import (
    PrivateKey,
    generate_key,
    make_folder,
    make_request,
    save_certificates,
    save_key,
    suite_of,
)
from certs.places import certificate_path, key_path, suite_folder
from certs.rootlist import publish_root_list
from certs.sm2.library import libcrypto
from certs.templates import authority_template, read_address, sign_template

LOCAL_NAMES: Final = ("localhost", "127.0.0.1")


def init_authority(
    home: Path,
    organisation: str,
    now: datetime,
    *,
    office: str = "office",
    dns_names: Sequence[str] = (),
    suite: SuiteName = SuiteName.INTERNATIONAL,
    lists_url: str = "",
) -> Authority:
    """Found an authority in a folder that holds none; give the one that issues for TLS.

    Makes the root and its list, the issuing authority, and key and certificate of every role of the
    office itself, each in a folder of its own below `home`; writes `crl.pem` and `trust.json`.
    `lists_url` is where certificates say that the lists are served, without a final slash.
    `office` is the name in the office's own certificates. The server's certificate is good for
    localhost, 127.0.0.1 and `dns_names`. With the national suite a second authority is founded
    beside it. The root's key should then be taken off this machine.

    Raises:
        AuthorityExistsError: the folder is not empty; nothing was changed.
        IdentityError, AuthorityError: a name or an address that none is; nothing was changed.
        KeyFileError: the disk refused; what was made is taken away again.
        ProviderError: this machine cannot compute with the suite's keys; nothing was changed.
    """
    _require_room(home)
    _require_names(organisation, office, dns_names)
    if suite is SuiteName.NATIONAL:
        libcrypto()
    make_folder(home)
    try:
        links = {LISTS: lists_url} if lists_url else {}
        bundle = TrustBundle(organisation=organisation, roots=(), intermediates=(), links=links)
        save_bundle(home / TRUST, bundle)
        authority = _found(home, SuiteName.INTERNATIONAL, office, now, dns_names)
        if suite is SuiteName.NATIONAL:
            add_suite(home, now, office=office)
    except BaseException:
        for made in home.iterdir():
            if made.is_dir():
                shutil.rmtree(made)
            else:
                made.unlink()
        raise
    return authority


def _require_room(home: Path) -> None:
    if (home / TRUST).exists() and not load_bundle(home / TRUST).pinned:
        raise AuthorityExistsError(
            f"what was begun here was cut off; remove {home} and begin again"
        )
    if (home / Role.ROOT.value).exists() or (home / TRUST).exists():
        raise AuthorityExistsError("an authority stands here")
    if home.exists() and any(home.iterdir()):
        raise AuthorityExistsError("the folder is not empty")


def _require_names(organisation: str, office: str, dns_names: Sequence[str]) -> None:
    """Refuse before anything is made what no certificate could carry."""
    Identity(role=Role.ISSUING, organisation=organisation, name=f"{office}-national-issuing")
    for name in dns_names:
        read_address(name)


def add_suite(
    home: Path, now: datetime, *, office: str, suite: SuiteName = SuiteName.NATIONAL
) -> Authority:
    """Found the authority of another suite beside the one that stands in a folder.

    Its root goes into the trust bundle, and to each counter with the counter's next renewal.

    Raises:
        AuthorityExistsError: the suite has one already; nothing was changed.
        TrustBundleError: no authority stands there.
        ProviderError: this machine cannot compute with the suite's keys; nothing was changed.
    """
    if key_path(suite_folder(home, suite), Role.ROOT).parent.exists():
        raise AuthorityExistsError("an authority of this suite stands here")
    load_bundle(home / TRUST)
    libcrypto()
    return _found(home, suite, office, now, ())


def _found(
    home: Path, suite: SuiteName, office: str, now: datetime, dns_names: Sequence[str]
) -> Authority:
    folder = suite_folder(home, suite)
    make_folder(folder)
    bundle = load_bundle(home / TRUST)
    root_key, root = _make_root(folder, bundle.organisation, office, now, suite)
    lists_url = bundle.links.get(LISTS, "")
    issuing = _make_issuing(folder, root_key, root, now, lists_url)
    authority = load_authority(home, suite)
    authority.crl(now)
    roles = [role for role in (Role.SERVER, *PINNED) if find_profile(role, suite)]
    made = {role: make_office_key(authority, role, office, now, dns_names) for role in roles}
    authority.publish(lambda bundle: _extended(bundle, root, issuing, made))
    publish_root_list(authority, root_key, now)
    return authority


def make_office_key(
    authority: Authority, role: Role, office: str, now: datetime, dns_names: Sequence[str] = ()
) -> x509.Certificate:
    """Make key and certificate of one of the office's own roles.

    Raises:
        KeyFileExistsError: the role has a key already.
    """
    organisation = authority.bundle.organisation
    identity = Identity(role=role, organisation=organisation, name=office)
    key = generate_key(role, authority.suite)
    save_key(key_path(authority.folder, role), key)
    addresses = tuple(dict.fromkeys((*LOCAL_NAMES, *dns_names))) if role is Role.SERVER else ()
    certificate = authority.issue(
        make_request(key, identity), identity, role, now, dns_names=addresses
    )
    path = certificate_path(authority.folder, role)
    save_certificates(path, (certificate, *authority.chain))
    return certificate


def _make_root(
    folder: Path, organisation: str, office: str, now: datetime, suite: SuiteName
) -> tuple[PrivateKey, x509.Certificate]:
    key = generate_key(Role.ROOT, suite)
    name = f"{office}-root" if suite is SuiteName.INTERNATIONAL else f"{office}-{suite}-root"
    identity = Identity(role=Role.ROOT, organisation=organisation, name=name)
    template = authority_template(identity, key, now)
    save_key(key_path(folder, Role.ROOT), key)
    root = sign_template(template, None, key)
    save_certificates(certificate_path(folder, Role.ROOT), (root,))
    return key, root


def _make_issuing(
    folder: Path, root_key: PrivateKey, root: x509.Certificate, now: datetime, lists_url: str
) -> x509.Certificate:
    above = read_identity(root)
    key = generate_key(Role.ISSUING, suite_of(root_key))
    name = above.name.removesuffix("-root") + "-issuing"
    identity = Identity(role=Role.ISSUING, organisation=above.organisation, name=name)
    template = authority_template(identity, key, now, lists_url=lists_url)
    issuing = sign_template(template, root, root_key)
    save_key(key_path(folder, Role.ISSUING), key)
    save_certificates(certificate_path(folder, Role.ISSUING), (issuing,))
    return issuing


def _extended(
    bundle: TrustBundle,
    root: x509.Certificate,
    issuing: x509.Certificate,
    made: Mapping[Role, x509.Certificate],
) -> TrustBundle:
    """Add a suite's authorities, and put the office's new certificates in front of older ones."""
    pinned = {role: (made[role], *bundle.certificates(role)) for role in PINNED if role in made}
    return replace(
        bundle,
        roots=(*bundle.roots, root),
        intermediates=(*bundle.intermediates, issuing),
        pinned={**bundle.pinned, **pinned},
    )
