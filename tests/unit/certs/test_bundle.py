"""The trust bundle: read whole, or not believed."""

import json
from pathlib import Path
from typing import Any

import pytest

from certs.bundle import TrustBundle, from_json, load_bundle, save_bundle, to_json
from certs.canonical import encode
from certs.errors import TrustBundleError
from certs.identity import Role
from tests.pki import PKI


@pytest.fixture
def value(pki: PKI) -> dict[str, Any]:
    return dict(json.loads(to_json(pki.authority.bundle)))


@pytest.mark.parametrize(
    "change",
    [
        {"version": "trust/2"},
        {"version": 1},
        {"organisation": None},
        {"roots": None},
        {"roots": "text"},
        {"roots": [1]},
        {"roots": ["!!!"]},
        {"roots": ["AAAA"]},
        {"intermediates": {}},
        {"certificates": []},
        {"certificates": {"seal": "AAAA"}},
        {"certificates": {"seal": ["AAAA"]}},
        {"crls": ["AAAA"]},
        {"links": []},
        {"links": {"verify": 1}},
    ],
    ids=repr,
)
def test_a_bundle_with_a_damaged_member_is_refused(
    value: dict[str, Any], change: dict[str, Any]
) -> None:
    with pytest.raises(TrustBundleError):
        from_json(encode({**value, **change}))


@pytest.mark.parametrize(
    "name", ["version", "organisation", "roots", "intermediates", "certificates", "crls", "links"]
)
def test_a_bundle_without_a_member_is_refused(value: dict[str, Any], name: str) -> None:
    del value[name]
    with pytest.raises(TrustBundleError):
        from_json(encode(value))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b'"trust/1"', b"{", b"\xff", b"1.5"])
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(TrustBundleError):
        from_json(data)


def test_a_bundle_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustBundleError):
        load_bundle(tmp_path / "trust.json")


def test_what_a_later_version_adds_is_passed_over(pki: PKI, value: dict[str, Any]) -> None:
    later = {**value, "more": 1, "certificates": {**value["certificates"], "new": ["AAAA"]}}
    assert from_json(encode(later)) == pki.authority.bundle


def test_a_bundle_comes_back(pki: PKI, tmp_path: Path) -> None:
    bundle = pki.authority.bundle
    save_bundle(tmp_path / "trust.json", bundle)

    assert load_bundle(tmp_path / "trust.json") == bundle
    assert to_json(from_json(to_json(bundle))) == to_json(bundle)


def test_a_role_that_is_not_there_has_no_certificates() -> None:
    empty = TrustBundle(organisation="x", roots=(), intermediates=())
    assert empty.certificates(Role.SEAL) == ()
