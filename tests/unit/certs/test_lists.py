"""Fresh revocation lists: only newer ones, only of issuers that are known already."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from certs.lists import with_newer_lists
from certs.trust import crl_number
from tests.pki import NOW, make_authority


def test_a_newer_list_of_our_own_issuer_is_taken(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    old = authority.bundle
    newer = authority.crl(NOW + timedelta(hours=20))

    fresh = with_newer_lists(old, (newer,))

    assert [crl_number(crl) for crl in fresh.crls] == [crl_number(newer), 1], "the root's stays"
    assert replace(fresh, crls=old.crls) == old


def test_an_older_list_does_not_come_back(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    older = authority.bundle.crls[0]
    authority.crl(NOW + timedelta(hours=1))
    bundle = authority.bundle

    assert with_newer_lists(bundle, (older,)) is bundle


def test_a_list_of_a_foreign_issuer_is_not_taken(tmp_path: Path) -> None:
    bundle = make_authority(tmp_path / "ours").bundle
    foreign = make_authority(tmp_path / "theirs").crl(NOW + timedelta(hours=5))

    assert with_newer_lists(bundle, (foreign,)) is bundle
