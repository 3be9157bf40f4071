"""Values at rest: opened only in their own place, under their own key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.atrest import Vault, create_vault, load_vault
from certs.errors import (
    AtRestError,
    KeyFileDamagedError,
    KeyFileError,
    KeyFileExistsError,
    KeyFileOpenError,
)

VAULT = Vault(bytes(range(32)))
OTHER = Vault(bytes(32))
PLAIN = "王示例 11010519491231002X".encode()
CONTEXT = "party:1:name"


def test_no_byte_can_be_changed() -> None:
    sealed = VAULT.seal(PLAIN, CONTEXT)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(AtRestError):
            VAULT.open(changed, CONTEXT)


@pytest.mark.parametrize("size", [0, 1, 12, 13, 28, -1])
def test_a_cut_value_does_not_open(size: int) -> None:
    with pytest.raises(AtRestError):
        VAULT.open(VAULT.seal(PLAIN, CONTEXT)[:size], CONTEXT)


def test_a_value_that_was_moved_does_not_open() -> None:
    with pytest.raises(AtRestError):
        VAULT.open(VAULT.seal(PLAIN, CONTEXT), "party:2:name")


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(AtRestError):
        OTHER.open(VAULT.seal(PLAIN, CONTEXT), CONTEXT)


def test_a_wrapped_key_is_no_value_and_a_value_no_wrapped_key() -> None:
    _, wrapped = VAULT.make_child("case:1")
    with pytest.raises(AtRestError):
        VAULT.open(wrapped, "case:1")
    with pytest.raises(AtRestError):
        VAULT.open_child(VAULT.seal(bytes(32), "case:1"), "case:1")
    with pytest.raises(AtRestError):
        VAULT.open_child(wrapped, "case:2")


def test_a_case_s_key_opens_its_own_case_only() -> None:
    first, wrapped = VAULT.make_child("case:1")
    second, _ = VAULT.make_child("case:2")
    sealed = first.seal(PLAIN, CONTEXT)

    assert VAULT.open_child(wrapped, "case:1").open(sealed, CONTEXT) == PLAIN
    for vault in (second, VAULT):
        with pytest.raises(AtRestError):
            vault.open(sealed, CONTEXT)


def test_equal_values_do_not_look_equal() -> None:
    assert VAULT.seal(PLAIN, CONTEXT) != VAULT.seal(PLAIN, CONTEXT)
    assert PLAIN not in VAULT.seal(PLAIN, CONTEXT)


@given(st.binary(max_size=200), st.text(max_size=20).filter(lambda t: t.isprintable()))
def test_what_was_sealed_opens(plain: bytes, context: str) -> None:
    assert VAULT.open(VAULT.seal(plain, context), context) == plain


# --- the key file


def test_the_key_file_is_closed_and_comes_back(tmp_path: Path) -> None:
    vault = create_vault(tmp_path / "key")

    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert load_vault(tmp_path / "key") == vault


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    vault = create_vault(tmp_path / "key")
    with pytest.raises(KeyFileExistsError):
        create_vault(tmp_path / "key")
    assert load_vault(tmp_path / "key") == vault


def test_a_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    create_vault(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(KeyFileOpenError):
        load_vault(tmp_path / "key")


@pytest.mark.parametrize("data", [b"", b"00", b"zz" * 32, b"\xff" * 64, b"00" * 33])
def test_a_file_without_a_key_is_damaged(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(KeyFileDamagedError):
        load_vault(path)


def test_a_missing_key_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyFileDamagedError):
        load_vault(tmp_path / "key")
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileError):
        create_vault(tmp_path / "file" / "key")


def test_keys_do_not_show_in_a_traceback() -> None:
    assert repr(VAULT) == "Vault()"
