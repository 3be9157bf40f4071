"""Founding an authority: its root, its issuing authority and the office's own keys."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from certs.authority import TRUST, Authority, certificate_path, key_path, load_authority
from certs.bundle import PINNED, TrustBundle, save_bundle
from certs.errors import AuthorityExistsError
from certs.identity import PROFILES, Identity, Role
from certs.keys import (
    PrivateKey,
    generate_key,
    make_folder,
    make_request,
    save_certificates,
    save_key,
)
from certs.templates import Template, sign_template

LOCAL_NAMES: Final = ("localhost", "127.0.0.1")


def init_authority(
    folder: Path,
    organisation: str,
    now: datetime,
    *,
    office: str = "office",
    dns_names: Sequence[str] = (),
) -> Authority:
    """Found an authority in a folder that holds none.

    Makes the root, the issuing authority, and key and certificate of every role of the office
    itself, each in a folder of its own below `folder`; writes `crl.pem` and `trust.json`.
    `office` is the name in the office's own certificates. The server's certificate is good for
    localhost, 127.0.0.1 and `dns_names`. The root's key should then be taken off this machine.

    Raises:
        AuthorityExistsError: one stands there already; nothing was changed.
        KeyFileError: the disk refused.
    """
    if (folder / Role.ROOT.value).exists() or (folder / TRUST).exists():
        raise AuthorityExistsError("an authority stands here")
    make_folder(folder)
    root_key, root = _make_root(folder, organisation, office, now)
    issuing = _make_issuing(folder, root_key, root, office, now)
    save_bundle(
        folder / TRUST,
        TrustBundle(organisation=organisation, roots=(root,), intermediates=(issuing,)),
    )
    authority = load_authority(folder)
    authority.crl(now)
    found = {
        role: (make_office_key(authority, role, office, now, dns_names),)
        for role in (Role.SERVER, *PINNED)
    }
    _pin(authority, {role: found[role] for role in PINNED})
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
    key = generate_key(role)
    save_key(key_path(authority.folder, role), key)
    addresses = tuple(dict.fromkeys((*LOCAL_NAMES, *dns_names))) if role is Role.SERVER else ()
    certificate = authority.issue(
        make_request(key, identity), identity, role, now, dns_names=addresses
    )
    path = certificate_path(authority.folder, role)
    save_certificates(path, (certificate, *authority.chain))
    return certificate


def _make_root(
    folder: Path, organisation: str, office: str, now: datetime
) -> tuple[PrivateKey, x509.Certificate]:
    key = generate_key(Role.ROOT)
    identity = Identity(role=Role.ROOT, organisation=organisation, name=f"{office}-root")
    template = _authority_template(identity, key, now)
    save_key(key_path(folder, Role.ROOT), key)
    root = sign_template(template, None, key)
    save_certificates(certificate_path(folder, Role.ROOT), (root,))
    return key, root


def _make_issuing(
    folder: Path, root_key: PrivateKey, root: x509.Certificate, office: str, now: datetime
) -> x509.Certificate:
    organisation = str(root.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)[0].value)
    key = generate_key(Role.ISSUING)
    identity = Identity(role=Role.ISSUING, organisation=organisation, name=f"{office}-issuing")
    issuing = sign_template(_authority_template(identity, key, now), root, root_key)
    save_key(key_path(folder, Role.ISSUING), key)
    save_certificates(certificate_path(folder, Role.ISSUING), (issuing,))
    return issuing


def _authority_template(identity: Identity, key: PrivateKey, now: datetime) -> Template:
    return Template(
        identity=identity,
        public_key=key.public_key(),
        serial=(1 << 128) | secrets.randbits(128),
        starts=now,
        ends=now + PROFILES[identity.role].lifetime,
    )


def _pin(authority: Authority, pinned: dict[Role, tuple[x509.Certificate, ...]]) -> None:
    bundle = authority.bundle
    save_bundle(
        authority.folder / TRUST,
        TrustBundle(
            organisation=bundle.organisation,
            roots=bundle.roots,
            intermediates=bundle.intermediates,
            pinned=pinned,
            crls=bundle.crls,
            links=bundle.links,
        ),
    )
