"""The office's own keys renewed: the new in force, the old still good for what they did."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from certs.authority import Authority, load_authority
from certs.bundle import PINNED
from certs.envelope import open_sealed, seal
from certs.errors import AuthorityError, RecipientUnknownError
from certs.identity import Role, SuiteName, read_identity
from certs.keys import generate_key, load_certificates, load_key, save_key
from certs.lists import with_news
from certs.places import certificate_path, generations, key_path, next_generation, pair
from certs.renewal import renew_issuing, renew_key
from certs.renewed import Renewed
from certs.signers import load_opener
from certs.statements import check_statement, sign_statement
from certs.templates import names_host
from certs.trust import Reason, TrustStore
from tests.pki import (
    NOW,
    OFFICE,
    TERMINAL,
    make_authority,
    make_opener,
    make_signer,
    office_certificate,
    office_signer,
)
from tests.unit.certs.packages import SMALL

LATER = NOW + timedelta(days=100)
INTERNATIONAL = SuiteName.INTERNATIONAL


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "authority")


def root_key(authority: Authority) -> Path:
    return key_path(authority.folder, Role.ROOT)


# --- the office's own keys


@pytest.mark.parametrize("role", [Role.SERVER, *PINNED], ids=lambda role: role.value)
def test_a_renewed_key_is_in_force_and_the_old_stays(authority: Authority, role: Role) -> None:
    old, old_key = office_certificate(authority, role), key_path(authority.folder, role)
    old_bytes = old_key.read_bytes()

    new = renew_key(authority.home, role, LATER)

    assert office_certificate(authority, role) == new != old
    assert load_key(key_path(authority.folder, role)).public_key() == new.public_key()
    assert key_path(authority.folder, role).stat().st_mode & 0o777 == 0o600
    assert old_key.read_bytes() == old_bytes
    assert read_identity(new) == read_identity(old)
    if role in PINNED:
        assert authority.bundle.certificates(role) == (new, old)


def test_a_server_keeps_its_addresses_and_gets_more(authority: Authority) -> None:
    renew_key(authority.home, Role.SERVER, NOW, hosts=("office.example", "192.0.2.7"))
    new = renew_key(authority.home, Role.SERVER, NOW, hosts=("other.example",))

    named = ("localhost", "127.0.0.1", "office.example", "192.0.2.7", "other.example")
    assert [host for host in named if not names_host(new, host)] == []
    assert not names_host(new, "third.example")


@pytest.mark.parametrize("role", [Role.ROOT, Role.ISSUING, Role.TERMINAL])
def test_a_role_that_is_not_the_offices_own_is_refused(authority: Authority, role: Role) -> None:
    with pytest.raises(AuthorityError):
        renew_key(authority.home, role, NOW)


def test_what_was_signed_before_is_still_believed(authority: Authority) -> None:
    statement = sign_statement("receipt/1", {"n": 1}, office_signer(authority, Role.OFFICE), NOW)

    renew_key(authority.home, Role.OFFICE, LATER)
    fresh = sign_statement("receipt/1", {"n": 2}, office_signer(authority, Role.OFFICE), LATER)

    trust = TrustStore(authority.bundle)
    told = [
        check_statement(one, "receipt/1", trust, Role.OFFICE, LATER) for one in (statement, fresh)
    ]
    assert told == [{"n": 1}, {"n": 2}]


def test_what_was_sealed_to_an_old_envelope_key_is_still_opened(authority: Authority) -> None:
    """A counter whose line was down has packages for the old key in its outbox."""
    old, signer = office_certificate(authority, Role.ENVELOPE), make_signer(authority)
    alone = make_opener(authority)
    new = renew_key(authority.home, Role.ENVELOPE, LATER)
    places = [pair(one) for one in generations(authority.folder, Role.ENVELOPE)]
    both = load_opener([(f"softkey:{key}", certificate) for key, certificate in places])

    packages = [
        seal(
            SMALL,
            signer=signer,
            recipient=recipient,
            office=OFFICE,
            terminal=TERMINAL,
            sequence=1,
            at=LATER,
        )
        for recipient in (old, new)
    ]
    trust = TrustStore(authority.bundle)
    for package in packages:
        opened = open_sealed(package, opener=both, trust=trust, at=LATER, office=OFFICE)
        assert opened.parts == SMALL
    with pytest.raises(RecipientUnknownError):
        open_sealed(packages[1], opener=alone, trust=trust, at=LATER, office=OFFICE)


def test_a_renewal_that_was_cut_off_leaves_the_old_key_in_force(authority: Authority) -> None:
    """Killed after the key and before the certificate; the next try goes on with a new number."""
    old = office_certificate(authority, Role.SEAL)
    unfinished = next_generation(authority.folder, Role.SEAL)
    save_key(pair(unfinished)[0], generate_key(Role.SEAL, INTERNATIONAL))

    assert office_certificate(authority, Role.SEAL) == old
    assert load_key(key_path(authority.folder, Role.SEAL)).public_key() == old.public_key()

    new = renew_key(authority.home, Role.SEAL, LATER)

    assert office_certificate(authority, Role.SEAL) == new
    assert key_path(authority.folder, Role.SEAL).parent.name == "3"


def test_the_tenth_pair_follows_the_ninth(tmp_path: Path) -> None:
    for number in range(2, 11):
        (tmp_path / "qr" / str(number)).mkdir(parents=True)
        (tmp_path / "qr" / str(number) / "certificate.pem").touch()

    assert [one.name for one in generations(tmp_path, Role.QR)][:2] == ["10", "9"]
    assert next_generation(tmp_path, Role.QR).name == "11"


def test_a_key_in_other_hands_is_taken_back_with_all_before_it(authority: Authority) -> None:
    first = office_certificate(authority, Role.OFFICE)
    second = renew_key(authority.home, Role.OFFICE, LATER)
    third = renew_key(authority.home, Role.OFFICE, LATER, is_compromised=True)

    trust = TrustStore(authority.bundle)
    found = [trust.check(one, (), Role.OFFICE, LATER).reason for one in (first, second, third)]
    assert found == [Reason.REVOKED, Reason.REVOKED, Reason.OK]


# --- the issuing authority


def test_a_new_issuing_authority_takes_over_and_the_old_keeps_its_lists(
    authority: Authority,
) -> None:
    before, gone = make_signer(authority), make_signer(authority, name="T-0002")
    renew_issuing(authority.home, load_key(root_key(authority)), LATER, suite=INTERNATIONAL)
    successor = load_authority(authority.home)
    after = make_signer(successor, name="T-0003", now=LATER)

    successor.revoke(gone.certificate.serial_number, LATER, x509.ReasonFlags.unspecified)
    successor.revoke(after.certificate.serial_number, LATER, x509.ReasonFlags.unspecified)

    trust = TrustStore(successor.bundle, require_status=True)
    reasons = [
        trust.check(one.certificate, one.chain, Role.PACKAGE, LATER).reason
        for one in (before, gone, after)
    ]
    assert reasons == [Reason.OK, Reason.REVOKED, Reason.REVOKED]
    lists = [len(crl) for crl in successor.bundle.crls]
    assert lists == [1, 1, 0], "each on its issuer's list alone, and the root's"
    assert after.certificate.issuer != before.certificate.issuer
    assert len(successor.current_crls()) == 2


def test_lists_of_both_issuers_go_on_rising(authority: Authority) -> None:
    renew_issuing(authority.home, load_key(root_key(authority)), LATER, suite=INTERNATIONAL)
    successor = load_authority(authority.home)
    first = {crl.issuer: crl.last_update_utc for crl in successor.bundle.crls}
    successor.crl(LATER)
    second = {crl.issuer: crl.last_update_utc for crl in successor.bundle.crls}
    (root,) = successor.bundle.roots

    assert len(first) == 3
    assert {one for one in first if second[one] == first[one]} == {root.subject}


def test_an_old_issuer_whose_key_was_destroyed_stops_nothing(authority: Authority) -> None:
    """Once everything that it issued has ended, its key is only a danger."""
    renew_issuing(authority.home, load_key(root_key(authority)), LATER, suite=INTERNATIONAL)
    (authority.folder / "issuing" / "key.pem").unlink()

    successor = load_authority(authority.home)

    assert successor.earlier == ()
    assert successor.crl(LATER).issuer == successor.certificate.subject


def test_only_the_root_makes_an_issuing_authority(authority: Authority) -> None:
    stranger = generate_key(Role.ROOT, INTERNATIONAL)
    with pytest.raises(AuthorityError):
        renew_issuing(authority.home, stranger, LATER, suite=INTERNATIONAL)
    assert generations(authority.folder, Role.ISSUING) == (authority.folder / "issuing",)


# --- learning of it


def test_a_counter_learns_of_renewed_keys_and_of_a_new_issuer(authority: Authority) -> None:
    known = authority.bundle
    renew_issuing(authority.home, load_key(root_key(authority)), LATER, suite=INTERNATIONAL)
    envelope = renew_key(authority.home, Role.ENVELOPE, LATER)

    learned = with_news(known, authority.bundle, LATER)

    assert learned.certificates(Role.ENVELOPE) == authority.bundle.certificates(Role.ENVELOPE)
    assert learned.intermediates == authority.bundle.intermediates
    assert {crl.issuer for crl in learned.crls} == {crl.issuer for crl in authority.bundle.crls}
    assert TrustStore(learned).check(envelope, (), Role.ENVELOPE, LATER).ok
    assert with_news(learned, authority.bundle, LATER) is learned


def test_nothing_is_learned_from_another_root(authority: Authority, tmp_path: Path) -> None:
    """Also when it comes inside a bundle that is ours in everything else."""
    ours, theirs = authority.bundle, make_authority(tmp_path / "theirs").bundle
    mixed = replace(
        ours,
        roots=(*ours.roots, *theirs.roots),
        intermediates=theirs.intermediates,
        pinned=theirs.pinned,
        crls=theirs.crls,
    )

    assert with_news(ours, mixed, NOW) is ours


def test_a_certificate_is_learned_for_its_own_role_alone(authority: Authority) -> None:
    known = authority.bundle
    qr = renew_key(authority.home, Role.QR, LATER)
    swapped = replace(known, pinned={**known.pinned, Role.SEAL: (qr,)})

    assert with_news(known, swapped, LATER) is known


def test_a_revoked_certificate_is_not_learned(authority: Authority) -> None:
    known = authority.bundle
    middle = renew_key(authority.home, Role.ENVELOPE, LATER)
    newest = renew_key(authority.home, Role.ENVELOPE, LATER, is_compromised=True)

    learned = with_news(known, authority.bundle, LATER).certificates(Role.ENVELOPE)

    assert newest in learned
    assert middle not in learned


def test_what_is_renewed_is_made_anew_and_what_fails_leaves_the_old() -> None:
    marks, made = ["1"], []

    def make() -> str:
        if marks[0] == "bad":
            raise AuthorityError("cannot be read")
        made.append(marks[0])
        return f"key {marks[0]}"

    held = Renewed(lambda: marks[0], make)
    assert [held(), held(), made] == ["key 1", "key 1", ["1"]]
    marks[0] = "bad"
    assert held() == "key 1"
    marks[0] = "2"
    assert [held(), made] == ["key 2", ["1", "2"]]


def test_certificates_lie_where_their_issuers_follow_them(authority: Authority) -> None:
    """Whoever shows the file shows the whole path but for the root."""
    renew_issuing(authority.home, load_key(root_key(authority)), LATER, suite=INTERNATIONAL)
    renew_key(authority.home, Role.SERVER, LATER)
    leaf, issuer = load_certificates(certificate_path(authority.folder, Role.SERVER))

    assert leaf.issuer == issuer.subject
