"""Signing events: what a counter vouches for, and every way in which it must not hold."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.documents.stamps import check_stamp
from certs.errors import EventRefusedError, TimestampError
from certs.events import KIND, LIFETIME, attest_event, check_event, stamped_bytes
from certs.identity import Role
from certs.jws import read_jws
from certs.queries import make_query, read_reply
from certs.statements import sign_statement
from certs.timestamps import LocalTimestamper
from certs.trust import TrustStore
from tests.pki import NOW, PKI, TERMINAL, make_authority, make_signer

FACTS = {"ink_sha256": "a" * 64, "is_simulated": False, "paper_sha256": "b" * 64}


def attested(pki: PKI) -> str:
    return attest_event(FACTS, pki.package_signer, NOW)


def checked(text: str, pki: PKI, **changes: object) -> str:
    asked = {"facts": FACTS, "terminal": TERMINAL, "trust": pki.trust, "at": NOW} | changes
    try:
        check_event(text, **asked)  # type: ignore[arg-type]  # what a test changes
    except EventRefusedError as exc:
        return exc.reason
    return "good"


def test_what_was_attested_holds_in_every_suite(any_pki: PKI) -> None:
    seen = check_event(attested(any_pki), FACTS, terminal=TERMINAL, trust=any_pki.trust, at=NOW)

    assert (seen.terminal, seen.at) == (TERMINAL, NOW)


def test_the_event_key_lives_for_minutes_and_may_do_nothing_else(pki: PKI) -> None:
    certificate = check_event(
        attested(pki), FACTS, terminal=TERMINAL, trust=pki.trust, at=NOW
    ).certificate

    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == LIFETIME
    certificate.verify_directly_issued_by(certificate)
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not constraints.ca


def test_each_event_has_a_key_of_its_own(pki: PKI) -> None:
    texts = [attested(pki), attested(pki)]
    keys = {
        check_event(t, FACTS, terminal=TERMINAL, trust=pki.trust, at=NOW).certificate.serial_number
        for t in texts
    }

    assert len(keys) == 2


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_changed_fact_does_not_hold(pki: PKI, name: str) -> None:
    assert checked(attested(pki), pki, facts=FACTS | {name: "c" * 64}) == "other facts"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"terminal": "T-0002"}, "another counter"),
        ({"at": NOW + timedelta(hours=1)}, "another time"),
        ({"at": NOW - timedelta(minutes=11)}, "forged"),
    ],
    ids=["another counter", "an hour later", "before the counter had a certificate"],
)
def test_it_holds_for_this_counter_and_moment_alone(
    pki: PKI, changes: dict[str, object], reason: str
) -> None:
    assert checked(attested(pki), pki, **changes) == reason


def test_a_counter_of_another_authority_is_nobody(
    pki: PKI, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = make_authority(tmp_path_factory.mktemp("other") / "authority")
    text = attest_event(FACTS, make_signer(other), NOW)

    assert checked(text, pki) == "forged"


def claims_of(text: str) -> dict[str, object]:

    return dict(json.loads(read_jws(text, largest=10**6).payload)["claims"])


def _another_proof(pki: PKI) -> dict[str, object]:
    return claims_of(attested(pki)) | {"proof": claims_of(attested(pki))["proof"]}


def _another_certificate(pki: PKI) -> dict[str, object]:

    der = pki.package_signer.certificate.public_bytes(Encoding.DER)
    return claims_of(attested(pki)) | {"certificate": base64.b64encode(der).decode()}


def _one_more(pki: PKI) -> dict[str, object]:
    return claims_of(attested(pki)) | {"more": "1"}


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (_another_proof, "forged"),
        (_another_certificate, "certificate"),
        (_one_more, "members"),
    ],
)
def test_even_the_counter_itself_cannot_put_other_parts_together(
    pki: PKI, made: Callable[[PKI], dict[str, object]], reason: str
) -> None:
    text = sign_statement(KIND, made(pki), pki.package_signer, NOW)

    assert checked(text, pki) == reason


@pytest.mark.parametrize("place", range(3))
def test_a_changed_character_does_not_hold(pki: PKI, place: int) -> None:
    segments = attested(pki).split(".")
    old = segments[place][40]
    segments[place] = segments[place][:40] + ("A" if old != "A" else "B") + segments[place][41:]

    assert checked(".".join(segments), pki) == "forged"


# --- its time stamp


def stamp_of(pki: PKI, data: bytes) -> bytes:
    query = make_query(data)
    stamper = LocalTimestamper(pki.office(Role.TIMESTAMP), lambda: NOW)
    return read_reply(stamper.answer(query), query)


def test_a_time_stamp_says_when_the_event_was_there(pki: PKI) -> None:
    data = stamped_bytes(attested(pki))

    assert check_stamp(stamp_of(pki, data), data, trust=pki.trust, at=NOW) == NOW


def test_a_time_stamp_is_good_long_after_its_authority_ended(pki: PKI) -> None:
    data = stamped_bytes(attested(pki))

    late = NOW + timedelta(days=3000)
    assert check_stamp(stamp_of(pki, data), data, trust=pki.trust, at=late) == NOW


@pytest.mark.parametrize("change", ["data", "token", "authority", "future"])
def test_a_time_stamp_that_does_not_hold(
    pki: PKI, change: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = stamped_bytes(attested(pki))
    token, trust, at = stamp_of(pki, data), pki.trust, NOW
    if change == "data":
        data += b"x"
    elif change == "token":
        token = token[:-1]
    elif change == "authority":
        other = make_authority(tmp_path_factory.mktemp("other") / "authority")
        trust = TrustStore(other.bundle)
    else:
        at = NOW - timedelta(hours=1)

    with pytest.raises(TimestampError):
        check_stamp(token, data, trust=trust, at=at)


def test_a_reply_to_another_query_is_not_taken(pki: PKI) -> None:
    stamper = LocalTimestamper(pki.office(Role.TIMESTAMP), lambda: NOW)

    with pytest.raises(TimestampError):
        read_reply(stamper.answer(make_query(b"other")), make_query(b"this"))


@pytest.mark.parametrize("reply", [b"", b"\x30\x00", b"nonsense" * 10])
def test_what_is_no_reply_is_not_taken(reply: bytes) -> None:
    with pytest.raises(TimestampError):
        read_reply(reply, make_query(b"this"))
