"""Passive authentication: each step's verdict, and none that passes in silence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from scripts.virtual_documents import HOLDERS, VirtualState, make_groups
from terminal.drivers.emrtd import authenticate
from terminal.drivers.passive import TrustedStates, check_signature
from terminal.drivers.security_object import decode_security_object

AT = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)
GROUPS = make_groups(HOLDERS["张示例"], b"\xff\xd8\xff" + bytes(100))


@pytest.fixture(scope="module")
def state() -> VirtualState:
    return VirtualState(at=AT)


@pytest.fixture(scope="module")
def files(state: VirtualState) -> dict[str, bytes]:
    return state.issue(GROUPS)


def verdicts(
    files: dict[str, bytes],
    *authorities: x509.Certificate,
    at: datetime = AT,
    lists: tuple[x509.CertificateRevocationList, ...] = (),
) -> dict[str, str]:
    trusted = TrustedStates(authorities=authorities, revocations=lists)
    return dict(authenticate(files, trusted, at=at))


def trust(state: VirtualState) -> TrustedStates:
    return TrustedStates(authorities=(state.authority,))


def test_a_genuine_document(state: VirtualState, files: dict[str, bytes]) -> None:
    assert verdicts(files, state.authority) == {
        "COM list": "ok",
        "DG1 hash": "ok",
        "DG2 hash": "ok",
        "DG11 hash": "ok",
        "SOD content": "ok",
        "SOD signature": "ok",
        "document signer": "ok",
        "signer revocation": "unchecked",
        "chip copied": "unchecked",
    }


@pytest.mark.parametrize("scheme", ["rsassa_pkcs1v15", "rsassa_pss"])
def test_other_signatures(scheme: str) -> None:
    state = VirtualState(at=AT, scheme=scheme)

    found = verdicts(state.issue(GROUPS), state.authority)

    assert (found["SOD signature"], found["document signer"]) == ("ok", "ok")


@pytest.mark.parametrize("digest", ["sha384", "sha512"])
def test_other_digests(state: VirtualState, digest: str) -> None:
    found = verdicts(state.issue(GROUPS, digest), state.authority)

    assert (found["DG1 hash"], found["SOD content"], found["SOD signature"]) == ("ok", "ok", "ok")


def test_sha1_is_told_as_weak(state: VirtualState) -> None:
    found = verdicts(state.issue(GROUPS, "sha1"), state.authority)

    assert (found["DG1 hash"], found["SOD signature"]) == ("weak", "weak")


@pytest.mark.parametrize("name", ["DG1", "DG2", "DG11"])
def test_a_changed_group_is_found(state: VirtualState, files: dict[str, bytes], name: str) -> None:
    changed = files | {name: files[name][:-1] + b"\x7f"}

    assert verdicts(changed, state.authority)[f"{name} hash"] == "failed"


def test_a_signed_group_that_was_taken_away_is_found(
    state: VirtualState, files: dict[str, bytes]
) -> None:
    """Whoever removes the Chinese name shortens the unsigned list, too."""
    short = {name: data for name, data in files.items() if name != "DG11"}
    short["COM"] = state.issue({1: GROUPS[1], 2: GROUPS[2]})["COM"]

    found = verdicts(short, state.authority)

    assert (found["DG11 hash"], found["COM list"]) == ("failed", "mismatch")


def test_an_added_group_is_found(state: VirtualState, files: dict[str, bytes]) -> None:
    without = state.issue({1: GROUPS[1], 2: GROUPS[2]})

    found = verdicts(without | {"DG11": files["DG11"]}, state.authority)

    assert found["DG11 hash"] == "failed"


def test_a_changed_list_breaks_the_signature(state: VirtualState, files: dict[str, bytes]) -> None:
    """Digests put right after a change of DG1 no longer are what was signed."""
    forged = make_groups(replace(HOLDERS["张示例"], number="EA0000026"))
    secured = decode_security_object(files["SOD"])
    theirs = decode_security_object(VirtualState(at=AT).issue(forged)["SOD"])
    mixed = replace(secured, content=theirs.content, digests=theirs.digests)

    assert dict(check_signature(mixed, trust(state), at=AT))["SOD content"] == "failed"

    hidden = replace(mixed, content_digest=theirs.content_digest, signed=theirs.signed)

    assert dict(check_signature(hidden, trust(state), at=AT))["SOD signature"] == "failed"


@pytest.mark.parametrize("sod", [b"", b"\x77\x00", b"\x77\x03\x30\x01\x00", b"\x30" * 40])
def test_a_chip_without_a_readable_signature_fails(files: dict[str, bytes], sod: bytes) -> None:
    assert verdicts(files | {"SOD": sod}) == {"SOD": "failed"}


def test_a_missing_signature_fails(files: dict[str, bytes]) -> None:
    del (unsigned := dict(files))["SOD"]

    assert verdicts(unsigned) == {"SOD": "failed"}


def test_no_damage_passes_and_none_crashes(state: VirtualState, files: dict[str, bytes]) -> None:
    """Every second byte; what stands under no signature may be damaged without harm."""
    sod = files["SOD"]
    secured = decode_security_object(sod)
    guarded = set[int]()
    for part in (secured.content, secured.signed[2:], secured.signature):
        start = sod.index(part)
        guarded |= set(range(start, start + len(part)))
    for at in range(0, len(sod), 2):
        damaged = sod[:at] + bytes([sod[at] ^ 0xFF]) + sod[at + 1 :]
        found = set(verdicts(files | {"SOD": damaged}, state.authority).values())
        assert at not in guarded or found & {"failed", "unsupported"}, at


def test_without_authorities_the_signer_is_unknown(files: dict[str, bytes]) -> None:
    assert verdicts(files)["document signer"] == "unknown"


def test_another_states_authority_does_not_know_the_signer(files: dict[str, bytes]) -> None:
    found = verdicts(files, VirtualState(at=AT).authority)

    assert (found["SOD signature"], found["document signer"]) == ("ok", "unknown")


def test_the_right_authority_is_found_among_several(
    state: VirtualState, files: dict[str, bytes]
) -> None:
    others = [VirtualState(at=AT, scheme=s).authority for s in ("ecdsa", "rsassa_pss")]

    assert verdicts(files, *others, state.authority)["document signer"] == "ok"


def test_a_signer_that_borrows_an_authoritys_number_is_a_forgery(state: VirtualState) -> None:
    """The certificate names the key of the trusted authority, which did not sign it."""
    forger = VirtualState(at=AT)
    own = x509.SubjectKeyIdentifier.from_public_key(state.authority.public_key())
    forger.certify_signer(x509.AuthorityKeyIdentifier(own.digest, None, None))

    assert verdicts(forger.issue(GROUPS), state.authority)["document signer"] == "failed"


def test_an_authority_does_not_sign_documents_itself(state: VirtualState) -> None:
    """Nor does anybody else whom the authority certified for something else."""
    made = VirtualState(at=AT)
    made.certify_signer(extra=x509.BasicConstraints(ca=True, path_length=None))

    assert verdicts(made.issue(GROUPS), made.authority)["document signer"] == "failed"


def test_a_signer_of_master_lists_does_not_sign_documents() -> None:
    made = VirtualState(at=AT)
    made.certify_signer(extra=x509.ExtendedKeyUsage([x509.ObjectIdentifier("2.23.136.1.1.3")]))

    assert verdicts(made.issue(GROUPS), made.authority)["document signer"] == "failed"


def test_a_signer_past_its_days_is_told(state: VirtualState, files: dict[str, bytes]) -> None:
    later = AT + timedelta(days=365 * 11)

    assert verdicts(files, state.authority, at=later)["document signer"] == "expired"


def test_a_signer_on_its_states_list_is_told(state: VirtualState, files: dict[str, bytes]) -> None:
    lists = (state.revoke_signer(),)

    found = verdicts(files, state.authority, lists=lists)

    assert (found["document signer"], found["signer revocation"]) == ("ok", "revoked")


def test_a_signer_that_its_states_list_does_not_name_is_good(
    state: VirtualState, files: dict[str, bytes]
) -> None:
    lists = (state.revoke_signer(is_signer_named=False),)

    assert verdicts(files, state.authority, lists=lists)["signer revocation"] == "ok"


def test_a_list_past_its_days_proves_no_innocence_but_still_guilt(
    state: VirtualState, files: dict[str, bytes]
) -> None:
    later = AT + timedelta(days=91)
    clean, named = (state.revoke_signer(is_signer_named=named) for named in (False, True))

    assert (
        verdicts(files, state.authority, at=later, lists=(clean,))["signer revocation"] == "stale"
    )
    assert (
        verdicts(files, state.authority, at=later, lists=(named,))["signer revocation"] == "revoked"
    )


def test_a_list_that_another_state_signed_counts_for_nothing(
    state: VirtualState, files: dict[str, bytes]
) -> None:
    """Else whoever brings a file could shut out another state's passports, or clear its own."""
    stranger = VirtualState(at=AT)
    stranger.signer = state.signer
    lists = (stranger.revoke_signer(),)

    assert verdicts(files, state.authority, lists=lists)["signer revocation"] == "unchecked"


def test_an_authority_that_has_ended_is_told(state: VirtualState) -> None:
    made = VirtualState(at=AT - timedelta(days=365 * 6), years=5)

    assert verdicts(made.issue(GROUPS), made.authority)["document signer"] == "expired"
