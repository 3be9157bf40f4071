from pathlib import Path

import pytest

from backend.errors import MisconfiguredError
from backend.settings import Settings, load

FILE = """\
data_dir = "data"
authority_dir = "authority"
banks = ["91410200MA0X00015B"]
port = 9443
"""


def write(folder: Path, more: str = "") -> Path:
    path = folder / "backend.toml"
    path.write_text(FILE + more, encoding="utf-8")
    return path


def test_a_file_is_read_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    settings = load(write(tmp_path, 'blob_store = "b"\npolice_token_file = "token"\n'), {})

    assert (settings.data_dir, settings.authority_dir) == (
        tmp_path / "data",
        tmp_path / "authority",
    )
    assert (settings.blobs, settings.police_token_file) == (tmp_path / "b", tmp_path / "token")
    assert (settings.port, settings.banks) == (9443, ("91410200MA0X00015B",))
    assert settings.database == f"sqlite:///{tmp_path / 'data' / 'office.db'}"


def test_the_environment_comes_on_top(tmp_path: Path) -> None:
    environ = {
        "MRK_PORT": "9444",
        "MRK_AREAS": "410202, 410203",
        "MRK_IS_STRAIGHT_THROUGH": "0",
        "MRK_LOG_LEVEL": "warning",
        "MRK_BLOB_STORE": "",
        "MRK_OFFLINE": "1",
    }

    settings = load(write(tmp_path), environ)

    assert (settings.port, settings.areas) == (9444, ("410202", "410203"))
    assert not settings.is_straight_through
    assert settings.blobs == tmp_path / "data" / "blobs"


def test_the_defaults_make_sense(tmp_path: Path) -> None:
    given = load(None, {"MRK_DATA_DIR": str(tmp_path), "MRK_AUTHORITY_DIR": str(tmp_path)})

    assert given == Settings(data_dir=tmp_path, authority_dir=tmp_path)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("colour = 1", "colour"),
        ('threads = "many"', "threads"),
        ("threads = true", "threads"),
        ("threads = 0", "threads"),
        ('seal = "wax"', "seal"),
        ('log_level = "loud"', "log_level"),
        ('public_url = "registration.example"', "public_url"),
        ('public_url = "https://x/?a=b"', "public_url"),
        ('areas = "410202"', "areas"),
        ('areas = ["4102"]', "areas"),
        ("areas = [410202]", "areas"),
        ('office_code = "1"', "office_code"),
        ('province = "河南"', "province"),
        ('province_code = "x"', "province_code"),
        ('place = ""', "place"),
        ('place = "Kaifeng"', "place"),
        (f'place = "{"市" * 21}"', "place"),
        ('province = "开"', "place"),
        (f'office_name = "{"示例" * 16}"', "office_name"),
        (f'public_url = "https://{"x" * 200}"', "public_url"),
        ('extra = "x"', "extra"),
        ('blob_store = "s3://bucket/papers"', "blob_store"),
        ("blob_store = 1", "blob_store"),
        ("is_straight_through = 1", "is_straight_through"),
        ("suites = []", "suites"),
        ('suites = ["sm2"]', "suites"),
        ('suites = ["national", "national"]', "suites"),
        ('suites = "national"', "suites"),
        ('signers = {server = "pkcs11:x"}', "signers"),
        ('signers = {seal = "softkey:/key.pem"}', "signers"),
        ('signers = "pkcs11:x"', "signers"),
    ],
)
def test_a_value_without_sense_is_refused_by_name(tmp_path: Path, line: str, key: str) -> None:
    with pytest.raises(MisconfiguredError, match=key):
        load(write(tmp_path, line), {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MRK_PORT", "99999"),
        ("MRK_PORT", "-1"),
        ("MRK_IS_STRAIGHT_THROUGH", "perhaps"),
        ("MRK_BANKS", "91410200MA0X00015X"),
        ("MRK_DATA_DIR", ""),
    ],
)
def test_so_is_one_of_the_environment(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(MisconfiguredError, match=name.removeprefix("MRK_").lower()):
        load(write(tmp_path), {name: text})


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", b"port = 1\nport = 2"])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "backend.toml"
    path.write_bytes(content)

    with pytest.raises(MisconfiguredError, match="no TOML"):
        load(path, {})


def test_a_missing_file_and_missing_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match="cannot read"):
        load(tmp_path / "none.toml", {})
    with pytest.raises(MisconfiguredError, match="data_dir, authority_dir"):
        load(None, {})
