"""The root's own list: made at founding and each year, kept whole, and heard wherever it speaks."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509

from certs.authority import Authority, load_authority
from certs.bundle import LISTS
from certs.cli import main
from certs.errors import AuthorityError
from certs.founding import init_authority
from certs.identity import Role, SuiteName
from certs.keys import PrivateKey, generate_key, load_certificates, load_key
from certs.lists import find_list, with_newer_lists
from certs.places import certificate_path, key_path
from certs.rootlist import LIFETIME, find_root_list, publish_root_list
from certs.trust import Reason, Status, TrustStore, crl_number
from tests.pki import NOW, OFFICE, ORGANISATION, make_authority, make_signer

NEXT_YEAR = NOW + timedelta(days=365)


@pytest.fixture(params=list(SuiteName))
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "authority", suite=request.param)


def root_key(authority: Authority) -> PrivateKey:
    return load_key(key_path(authority.folder, Role.ROOT))


def root_of(authority: Authority) -> x509.Certificate:
    return load_certificates(certificate_path(authority.folder, Role.ROOT))[0]


def root_list(authority: Authority) -> x509.CertificateRevocationList:
    found = find_root_list(authority.bundle, root_of(authority))
    assert found is not None
    return found


def test_an_authority_is_founded_with_a_list_for_a_year_and_a_month(authority: Authority) -> None:
    first = root_list(authority)
    assert (crl_number(first), len(first)) == (1, 0)
    assert first.next_update_utc == first.last_update_utc + LIFETIME


def test_the_issuers_lists_and_the_roots_leave_each_other_alone(authority: Authority) -> None:
    before = root_list(authority)
    authority.crl(NEXT_YEAR)
    publish_root_list(authority, root_key(authority), NEXT_YEAR)
    authority.crl(NEXT_YEAR)
    assert crl_number(root_list(authority)) == crl_number(before) + 1
    assert crl_number(authority.bundle.crls[0]) == 3


def test_whom_the_root_takes_back_everybody_below_falls_and_stays_so(authority: Authority) -> None:
    leaf = make_signer(authority)
    publish_root_list(authority, root_key(authority), NOW, revoked=[authority.certificate])
    publish_root_list(authority, root_key(authority), NEXT_YEAR)
    verdict = TrustStore(authority.bundle).check(leaf.certificate, (), Role.PACKAGE, NOW)
    assert (verdict.reason, len(root_list(authority))) == (Reason.REVOKED, 1)


def test_a_key_of_nobody_signs_nothing(authority: Authority) -> None:
    before = authority.bundle
    with pytest.raises(AuthorityError):
        publish_root_list(authority, generate_key(Role.ROOT, authority.suite), NOW)
    assert authority.bundle == before


def test_the_root_takes_back_only_what_it_issued(authority: Authority) -> None:
    leaf = make_signer(authority).certificate
    for one in (leaf, root_of(authority)):
        with pytest.raises(AuthorityError):
            publish_root_list(authority, root_key(authority), NOW, revoked=[one])


def test_who_keeps_a_bundle_takes_a_newer_one_and_no_older(authority: Authority) -> None:
    before = authority.bundle
    newer = publish_root_list(authority, root_key(authority), NOW)
    assert newer in with_newer_lists(before, (newer,)).crls
    after = authority.bundle
    assert with_newer_lists(after, before.crls) is after


def test_lists_are_found_by_the_key_of_who_signed_them(authority: Authority) -> None:
    key_id = x509.SubjectKeyIdentifier
    ids = [
        one.extensions.get_extension_for_class(key_id).value.digest.hex()
        for one in (root_of(authority), authority.certificate)
    ]
    lists = [find_list(authority.bundle, one) for one in ids]
    issuers = [one.issuer for one in lists if one is not None]
    assert issuers == [root_of(authority).subject, authority.certificate.subject]
    assert find_list(authority.bundle, "00" * 20) is None


@pytest.mark.parametrize("suite", SuiteName)
def test_certificates_that_say_where_lists_are_stay_good(tmp_path: Path, suite: SuiteName) -> None:
    home = tmp_path / "authority"
    url = "http://lists.example/crl"
    init_authority(home, ORGANISATION, NOW, office=OFFICE, suite=suite, lists_url=url)
    leaf = make_signer(load_authority(home, suite)).certificate
    verdict = TrustStore(load_authority(home).bundle).check(leaf, (), Role.PACKAGE, NOW)
    assert (verdict.reason, verdict.status) == (Reason.OK, Status.GOOD)
    places = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert places[0].full_name is not None
    assert places[0].full_name[0].value.startswith(url)


def test_an_old_authority_gets_its_first_list_by_a_command(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    authority.publish(lambda bundle: replace(bundle, crls=bundle.crls[:1]))
    key = key_path(authority.folder, Role.ROOT)
    options = ["--root-key", str(key), "--lists-url", "http://lists.example/crl/"]
    said = CliRunner().invoke(main, ["root-list", str(authority.home), *options])
    assert said.exit_code == 0, said.output
    assert said.output.startswith("root's list 1: good until ")
    assert crl_number(root_list(authority)) == 1
    assert authority.bundle.links[LISTS] == "http://lists.example/crl"


@pytest.mark.parametrize(
    "url", ["lists.example", "ftp://x/", "http://", "http://x/?a", "http://[x"]
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    said = CliRunner().invoke(main, ["init", str(tmp_path / "new"), "--lists-url", url])
    assert said.exit_code == 2
    assert not (tmp_path / "new").exists()
