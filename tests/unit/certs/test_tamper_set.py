"""The tamper set: hundreds of forgeries of each class, and none is VALID.

A tenth of it runs with the other tests; `--tampered 1` runs all of it.
"""

from collections import Counter
from pathlib import Path

import pytest

from certs.documents import DocumentVerdict, check_document
from tests.pki import PKI, make_pki
from tests.tampered.genuine import SOON, Genuine, Variant, make_genuine
from tests.tampered.ofds import make_ofds
from tests.tampered.raw import make_ends, make_flips, make_ranges
from tests.tampered.rogues import make_replays, make_rogues
from tests.tampered.stores import make_layers
from tests.tampered.updates import make_updates


@pytest.fixture(scope="module")
def genuine(pki: PKI, national_pki: PKI) -> Genuine:
    return make_genuine(pki, national_pki)


@pytest.fixture(scope="module")
def variants(genuine: Genuine, tmp_path_factory: pytest.TempPathFactory) -> list[Variant]:
    folder: Path = tmp_path_factory.mktemp("rogue")
    rogue = make_pki(folder / "authority")
    return [
        *make_flips(genuine),
        *make_ends(genuine),
        *make_ranges(genuine),
        *make_updates(genuine),
        *make_layers(genuine, rogue),
        *make_rogues(genuine, rogue),
        *make_replays(genuine),
        *make_ofds(genuine),
    ]


def verdict(data: bytes, genuine: Genuine) -> DocumentVerdict:
    return check_document(data, trust=genuine.trust, at=SOON).verdict


def test_what_they_are_made_from_is_valid(genuine: Genuine) -> None:
    files = (*genuine.pdfs.values(), genuine.other, genuine.ofd, genuine.other_ofd)
    assert {verdict(data, genuine) for data in files} == {DocumentVerdict.VALID}


def test_the_set_has_seven_classes_and_more(variants: list[Variant]) -> None:
    kinds = Counter(one.kind for one in variants)
    assert len(variants) >= 500
    assert len(kinds) >= 12
    assert min(kinds.values()) >= 5


def test_no_forgery_is_valid(
    genuine: Genuine, variants: list[Variant], request: pytest.FixtureRequest
) -> None:
    step: int = request.config.getoption("--tampered")
    originals = {*genuine.pdfs.values(), genuine.other, genuine.ofd, genuine.other_ofd}
    taken = []
    for one in variants[::step]:
        data = one.make()
        assert data not in originals, f"{one.kind}: {one.name} changes nothing"
        if verdict(data, genuine) is DocumentVerdict.VALID:
            taken.append(f"{one.kind}: {one.name}")
    assert taken == []
