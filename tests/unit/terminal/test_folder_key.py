"""The box's key comes from the service manager where it gives one, and lies nowhere else then."""

from pathlib import Path

import pytest

from terminal.errors import BoxDamagedError, MisconfiguredError, OpenToOthersError
from terminal.folder import DATABASE, KEY, open_vault


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """What systemd tells a service whose credential is the key."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    key = folder / KEY
    key.write_text("ab" * 32 + "\n", encoding="ascii")
    key.chmod(0o440)  # as it shows where an access list lets another account read
    return {"CREDENTIALS_DIRECTORY": str(folder)}


def test_a_bound_key_is_used_and_none_is_made(home: Path, environ: dict[str, str]) -> None:
    vault = open_vault(home, environ)

    assert vault.key == b"\xab" * 32
    assert list(home.iterdir()) == []


def test_a_key_that_is_moved_to_the_machine_opens_the_same_box(
    home: Path, environ: dict[str, str]
) -> None:
    sealed = open_vault(home, {}).seal(b"a draft", "draft:1")
    bound = Path(environ["CREDENTIALS_DIRECTORY"], KEY)
    bound.unlink()
    (home / KEY).rename(bound)

    assert open_vault(home, environ).open(sealed, "draft:1") == b"a draft"


@pytest.mark.parametrize("content", ["", "ab", "no key"])
def test_a_credential_that_holds_no_key_is_refused(
    home: Path, environ: dict[str, str], content: str
) -> None:
    key = Path(environ["CREDENTIALS_DIRECTORY"], KEY)
    key.chmod(0o600)
    key.write_text(content, encoding="ascii")
    with pytest.raises(BoxDamagedError):
        open_vault(home, environ)


def test_a_bound_key_must_not_lie_open_as_well(home: Path, environ: dict[str, str]) -> None:
    open_vault(home, {})
    with pytest.raises(MisconfiguredError):
        open_vault(home, environ)


def test_a_box_whose_bound_key_is_not_given_gets_no_new_key(home: Path) -> None:
    (home / DATABASE).touch()
    with pytest.raises(BoxDamagedError):
        open_vault(home, {"CREDENTIALS_DIRECTORY": str(home / "empty")})


def test_a_credential_that_others_may_read_is_refused(home: Path, environ: dict[str, str]) -> None:
    Path(environ["CREDENTIALS_DIRECTORY"], KEY).chmod(0o444)
    with pytest.raises(OpenToOthersError):
        open_vault(home, environ)
