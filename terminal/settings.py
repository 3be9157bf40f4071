"""What the branch's technician decides, read once at start."""

import dataclasses
import re
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from terminal.errors import MisconfiguredError

_PREFIX: Final = "MRK_"
_PROXY: Final = re.compile(r"http://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?", re.ASCII)
_DAYS: Final = frozenset({"authority_from", "authority_to"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TellerSettings:
    """Somebody who works at this counter."""

    staff_no: str
    name: str
    id_number: str
    """Number of his resident identity card."""
    authority_number: str = ""
    """Number of his power of attorney; empty when he has none."""
    authority_from: date | None = None
    authority_to: date | None = None
    """Last good day."""
    matters: tuple[str, ...] = ("抵押权首次登记", "抵押权注销登记")
    """The kinds of registration that it names."""

    def __repr__(self) -> str:
        return f"TellerSettings({self.staff_no!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSettings:
    """What the office does not confirm about the branch; its name and credit code it does."""

    financial_licence: str = ""
    """The branch's financial licence number."""
    address: str = ""
    """For letters."""
    legal_representative: str = ""
    """Head of the branch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one counter; one TOML file plus `MRK_…` environment variables."""

    home: Path
    """Folder of everything that this counter keeps; 0700."""
    port: int = 8090
    """TCP port of the teller's pages, on 127.0.0.1."""
    readers: tuple[str, ...] = ()
    """Readers for identity documents, such as "sam:auto"; the first is the usual one."""
    photo_decoder: tuple[str, ...] = ()
    """Program, with its full path, and arguments that draw the photo of a resident card."""
    scanners: tuple[str, ...] = ()
    """Network scanners, such as "escl:http://10.0.0.5/eSCL"; "escl:auto" looks for them."""
    scan_folder: Path | None = None
    """Folder into which a scanner's own software writes; its files are taken in and removed."""
    office_url: str = ""
    """The office's address; empty means the one of the enrolment bundle."""
    proxy: str = ""
    """HTTP proxy to the office, http://host:port; empty means none, whatever the environment says."""
    proxy_login_file: Path | None = None
    """File with NAME:PASSWORD for the proxy; readable by its owner alone."""
    bank: BankSettings = field(default_factory=BankSettings)
    """What the application form says of the branch: `[bank]` in the file."""
    tellers: tuple[TellerSettings, ...] = ()
    """Who works here: `[[tellers]]` in the file."""
    poll_s: int = 20
    """How long one question for news may wait at the office."""
    lock_after_s: int = 300
    """So long no hand may move before the counter locks itself: 30 to 900."""
    keep_days: int = 90
    """How long closed applications stay on this counter."""
    log_level: str = "INFO"
    """Level of the technician's log."""
    allow_failpoints: bool = False
    """Whether `MRK_FAILPOINTS` is obeyed; only for tests."""
    failpoints: str = ""
    """name=kill or name=raise, comma separated; needs `allow_failpoints`."""


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings; relative paths are relative to the file.

    Raises:
        MisconfiguredError: the file is missing or unreadable, a key is unknown, or a value
            has the wrong type. The message names the key.
    """
    raw = _read(path) if path else {}
    known = {f.name for f in dataclasses.fields(Settings)}
    hints = typing.get_type_hints(Settings)
    for name, text in environ.items():
        key = name.removeprefix(_PREFIX).lower()
        if name.startswith(_PREFIX) and key in known:
            raw[key] = _from_text(key, text, hints[key])
    _refuse_unknown(set(raw), known, "")
    base = path.parent if path else Path.cwd()
    values = {key: _value(key, value, hints[key], base) for key, value in raw.items()}
    values.setdefault("home", _default_home(environ))
    settings = Settings(**values)
    if settings.proxy and not _PROXY.fullmatch(settings.proxy):
        raise MisconfiguredError(
            "proxy must be http://HOST:PORT; a log-in belongs into proxy_login_file"
        )
    if not 30 <= settings.lock_after_s <= 900:
        raise MisconfiguredError("lock_after_s must be between 30 and 900")
    return settings


def _default_home(environ: Mapping[str, str]) -> Path:
    """Return where programs of one account keep their data. Source: XDG Base Directory 0.8."""
    data = environ.get("XDG_DATA_HOME") or str(Path(environ.get("HOME", "~"), ".local", "share"))
    return Path(data).expanduser() / "mortgage-terminal"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise MisconfiguredError(f"cannot read {path}: {exc.strerror}") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise MisconfiguredError(f"{path} is no TOML: {exc}") from exc


def _from_text(key: str, text: str, hint: Any) -> Any:
    if hint is bool:
        if text.lower() not in {"1", "0", "true", "false"}:
            raise MisconfiguredError(f"{key} must be true or false")
        return text.lower() in {"1", "true"}
    if hint is int:
        if not (text.isascii() and text.isdigit()):
            raise MisconfiguredError(f"{key} must be a whole number")
        return int(text)
    if key in {"bank", "tellers"}:
        raise MisconfiguredError(f"{key} stands in the settings file only")
    if typing.get_origin(hint) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _value(key: str, value: Any, hint: Any, base: Path) -> Any:
    if Path in (hint, *typing.get_args(hint)) and isinstance(value, str):
        return (base / value).resolve() if value else None
    if key == "bank":
        return _bank(value)
    if key == "tellers":
        return tuple(_teller(number, one) for number, one in enumerate(_list(key, value), start=1))
    if typing.get_origin(hint) is tuple:
        return tuple(_typed(key, one, str) for one in _list(key, value))
    return _typed(key, value, hint)


def _bank(value: Any) -> BankSettings:
    given = _typed("bank", value, dict)
    _refuse_unknown(set(given), set(typing.get_type_hints(BankSettings)), "bank.")
    return BankSettings(**{key: _typed(f"bank.{key}", one, str) for key, one in given.items()})


def _teller(number: int, value: Any) -> TellerSettings:
    at = f"tellers[{number}]"
    hints = typing.get_type_hints(TellerSettings)
    given = _typed(at, value, dict)
    _refuse_unknown(set(given), set(hints), f"{at}.")
    for name in ("staff_no", "name", "id_number"):
        if not given.get(name):
            raise MisconfiguredError(f"{at}.{name} is missing")
    values: dict[str, Any] = {}
    for key, one in given.items():
        if key == "matters":
            values[key] = tuple(_typed(f"{at}.{key}", m, str) for m in _list(f"{at}.{key}", one))
        else:
            values[key] = _typed(f"{at}.{key}", one, date if key in _DAYS else str)
    return TellerSettings(**values)


def _refuse_unknown(given: set[str], known: set[str], at: str) -> None:
    unknown = sorted(given - known)
    if unknown:
        raise MisconfiguredError(f"unknown setting: {', '.join(at + name for name in unknown)}")


def _list(key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise MisconfiguredError(f"{key} must be a list")
    return value


def _typed(key: str, value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise MisconfiguredError(f"{key} must be of type {kind.__name__}")
    return value
