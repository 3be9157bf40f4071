"""What the office's operator decides, read once at start."""

import dataclasses
import re
import tomllib
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.errors import MisconfiguredError
from certs.identity import SuiteName
from registration.errors import BadValueError
from registration.identifiers import format_certificate_no, parse_credit_code
from registration.mortgage import RegistrationKind

_PREFIX = "MRK_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of the backend; one TOML file plus `MRK_…` environment variables."""

    data_dir: Path
    """Folder of everything the office keeps; 0700."""
    authority_dir: Path
    """Folder that `mortgage-certs init` made: keys and certificates of the office."""
    suites: tuple[str, ...] = ("international",)
    """Suites of algorithms that are open: "international", "national"; the office speaks the first."""
    signers: Mapping[str, str] = field(default_factory=dict)
    """Devices in place of key files, by role: seal = "pkcs11:…"; see docs/security.md."""
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in `data_dir`."""
    blob_store: Path | None = None
    """Folder of the sealed packages and certificates; none means `data_dir`/blobs."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8443
    """TCP port of the API, the reviewers' pages and the public pages."""
    public_url: str = "https://127.0.0.1:8443"
    """How the world reaches the public pages; goes into each certificate's QR code."""
    log_origin: str = ""
    """Permanent name of the public log, such as registration.example/log; empty means one made of
    `public_url`. Read when the log begins; afterwards the log keeps its name."""
    office_name: str = "示例不动产登记中心"
    """As printed on papers."""
    office_code: str = "114102000X0000043E"
    """The office's unified social credit code."""
    province: str = "豫"
    """First character of certificate numbers."""
    place: str = "开封市"
    """Place name in certificate numbers."""
    province_code: str = "41"
    """First two digits of print numbers."""
    areas: tuple[str, ...] = ("410200", "410202", "410203", "410204", "410205", "410212", "410211")
    """County-level area codes that this office serves."""
    banks: tuple[str, ...] = ()
    """Credit codes of the banks that the channel is open to."""
    seal: str = "specimen"
    """"pades" for the office's own seal, "specimen" for papers marked SPECIMEN."""
    timestamp_url: str = ""
    """RFC 3161 authority; empty means the office's own, which is for tests and demos."""
    timestamp_urls: tuple[str, ...] = ()
    """More authorities, in order of preference, each asked when those before it do not answer."""
    timestamp_timeout_s: int = 5
    """Seconds to wait for an authority, and for each list that its issuers publish."""
    police_url: str = ""
    """Identity service in the ministry's envelope; empty means the simulated one, as `authorities`."""
    police_token_file: Path | None = None
    """File that holds the token for the identity service; readable by its owner alone."""
    authorities: Mapping[str, str] = field(default_factory=dict)
    """Other authorities' services in the same envelope, by name: marriage, seizures, deed_tax,
    sale_contract, business_licence, financial_licence. A service without URL is simulated, and what
    it says counts with the specimen seal alone: otherwise it is no answer, and people decide."""
    authorities_timeout_s: int = 9
    """Seconds for all questions about one package together; what is not here then is unknown."""
    asked_before_entry: tuple[str, ...] = ("seizures",)
    """Authorities, by the names of `authorities`, whose answer must be young when an entry rests on it."""
    answers_good_hours: int = 4
    """How young: what was asked longer ago is asked again right before the entry; 0 means always."""
    police_area: str = "410200"
    """Area code as which the office asks."""
    exchange_dir: Path | None = None
    """Folder where messages for the superior authority wait, people's data in the clear; none means
    that no messages are made."""
    is_straight_through: bool = True
    """Whether clean cases of the open kinds are decided by the rule book."""
    straight_through_limit_yuan: int = 1_000_000
    """Highest secured amount, in yuan, that the rule book may approve."""
    chief_limit_yuan: int = 10_000_000
    """Above this secured amount, in yuan, the head approves as the third."""
    chief_rules: tuple[str, ...] = ()
    """Rules whose findings bring a case before the head: "R17"."""
    second_factor: str = "required"
    """"required": nobody signs in without a code or key; "optional": who has no factor may."""
    password_list: Path | None = None
    """A file with one password a line that nobody may choose, such as those of known breaches; beside
    what is refused anyhow."""
    key_origin: str = ""
    """Where reviewers open their pages, https://HOST[:PORT]: what security keys sign for. Empty means
    the origin of `public_url`. A host that is an IP address takes no keys."""
    key_rp_id: str = ""
    """The name that keys are bound to (RP ID): the host of `key_origin`, which empty means, or a
    domain above it. Keys of another name are worthless, so this never changes."""
    late_renewal_days: int = 14
    """How long a counter may be away and yet renew by itself, with its package key; 0 for never."""
    calendar_file: Path | None = None
    """TOML with the days off and the worked weekends of whole years, in the place of what the calendar
    library knows of them: `[2027]`, `holidays = ["2027-01-01"]`, `working = ["2027-02-06"]`."""
    office_hours: tuple[str, ...] = ("09:00-12:00", "13:30-17:00")
    """When the office is open on a working day: clocks in open time run only then."""
    complaint_days: int = 5
    """Working days in which a complaint is answered: what the office promises."""
    correction_days: int = 15
    """Working days in which a correction that was asked for must be here."""
    closed_kinds: tuple[str, ...] = ()
    """Kinds of registration that the channel does not take, by their codes: "mortgage.change"."""
    threads: int = 32
    """Requests served at once; those without a terminal's certificate take half at the most."""
    log_level: str = "INFO"
    """Level of the operator's log."""
    allow_failpoints: bool = False
    """Whether `MRK_FAILPOINTS` is obeyed; only for tests."""
    failpoints: str = ""
    """name=kill or name=raise, comma separated; needs `allow_failpoints`."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Free labels for the operator; the program does not read them."""

    @property
    def open_suites(self) -> tuple[SuiteName, ...]:
        """The suites that are open, the spoken one first."""
        return tuple(SuiteName(name) for name in self.suites)

    @property
    def is_specimen(self) -> bool:
        """Say whether the office's papers count for nothing: they are marked SPECIMEN."""
        return self.seal == "specimen"

    @property
    def stamp_urls(self) -> tuple[str, ...]:
        """The time-stamp authorities in order of preference; none means the office's own."""
        first = (self.timestamp_url,) if self.timestamp_url else ()
        return tuple(dict.fromkeys((*first, *self.timestamp_urls)))

    @property
    def log_name(self) -> str:
        """The name that the first public log gets: an address without its scheme."""
        return self.log_origin or f"{self.public_url.split('://', 1)[-1].rstrip('/')}/log"

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'office.db'}"

    @property
    def blobs(self) -> Path:
        """The blob folder in force."""
        return self.blob_store or self.data_dir / "blobs"

    @property
    def uploads(self) -> Path:
        """The folder of packages of which only a part is here."""
        return self.data_dir / "uploads"


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings; relative paths are relative to the file.

    Raises:
        MisconfiguredError: the file is missing or unreadable, a key is unknown, or a value
            has the wrong type or makes no sense. The message names the key.
    """
    raw = _read(path) if path else {}
    known = {f.name: f for f in dataclasses.fields(Settings)}
    hints = typing.get_type_hints(Settings)
    for name, text in environ.items():
        key = name.removeprefix(_PREFIX).lower()
        if name.startswith(_PREFIX) and key in known:
            raw[key] = _from_text(key, text, hints[key])
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise MisconfiguredError(f"unknown setting: {', '.join(unknown)}")
    base = path.parent if path else Path.cwd()
    values = {key: _value(key, value, hints[key], base) for key, value in raw.items()}
    missing = [n for n in ("data_dir", "authority_dir") if n not in values]
    if missing:
        raise MisconfiguredError(f"setting missing: {', '.join(missing)}")
    settings = Settings(**values)
    _require_sense(settings)
    return settings


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
    if typing.get_origin(hint) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _value(key: str, value: Any, hint: Any, base: Path) -> Any:
    if Path in (hint, *typing.get_args(hint)):
        return _path(key, value, hint, base)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise MisconfiguredError(f"{key} must be a list of texts")
        return tuple(value)
    kind = typing.get_origin(hint) or hint
    if not isinstance(value, kind) or (hint is int and isinstance(value, bool)):
        raise MisconfiguredError(f"{key} must be of type {_KINDS[kind]}")
    return value


def _path(key: str, value: Any, hint: Any, base: Path) -> Path | None:
    if value == "" and hint is not Path:
        return None
    if not isinstance(value, str) or not value or "\0" in value:
        raise MisconfiguredError(f"{key} must be a path")
    if "://" in value:
        raise MisconfiguredError(f"{key} must be a folder of this machine: {value}")
    return (base / value).resolve()


_KINDS = {bool: "true or false", int: "whole number", str: "text", Mapping: "table"}


def _require_sense(settings: Settings) -> None:
    """Refuse values that would only fail later, when somebody is served. Raises: Misconfigured."""
    for key, is_good, wanted in _SENSE:
        if not is_good(getattr(settings, key)):
            raise MisconfiguredError(f"{key} must be {wanted}")
    _require_number(settings)
    for key, codes in (("office_code", (settings.office_code,)), ("banks", settings.banks)):
        for code in codes:
            _require_credit_code(key, code)


def _require_number(settings: Settings) -> None:
    """Refuse a province and place that make no number, before an entry waits for its certificate."""
    try:
        format_certificate_no(province=settings.province, year=2026, place=settings.place, serial=1)
    except BadValueError as exc:
        raise MisconfiguredError(
            f"place: {settings.province} and {settings.place} make no certificate number;"
            " a province's character and 2 to 20 characters of a place do"
        ) from exc


def _require_credit_code(key: str, code: str) -> None:
    try:
        parse_credit_code(code)
    except BadValueError as exc:
        raise MisconfiguredError(f"{key}: {code} is no unified social credit code") from exc


_LONGEST_NAME = 30
_LONGEST_URL = 200
_KIND_CODES = frozenset(kind.value for kind in RegistrationKind)
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_AREA = re.compile(r"[1-9][0-9]{5}", re.ASCII)
_RULE = re.compile(r"R[0-9]{2}|[A-Z]{4,10}", re.ASCII)
_WEB = re.compile(r"https?://[^\s/?#]+(/[^\s#]*)?")
_DEVICES = {"seal", "office", "timestamp", "qr"}
_AUTHORITIES = frozenset(
    {
        "marriage",
        "seizures",
        "deed_tax",
        "sale_contract",
        "business_licence",
        "financial_licence",
    }
)
"""As `backend.office.enquiries.Service` has them; the settings stand below the office."""
_SUITES = {suite.value for suite in SuiteName}
_SENSE: tuple[tuple[str, Callable[[Any], object], str], ...] = (
    (
        "signers",
        lambda signers: (
            set(signers) <= _DEVICES
            and all(str(spec).startswith("pkcs11:") for spec in signers.values())
        ),
        f"a table of {', '.join(sorted(_DEVICES))} with pkcs11:… each",
    ),
    (
        "suites",
        lambda names: names and set(names) <= _SUITES and len(set(names)) == len(names),
        "a list of " + " and ".join(f'"{name}"' for name in sorted(_SUITES)),
    ),
    ("port", lambda port: 0 <= port < 65536, "0 to 65535"),
    ("late_renewal_days", lambda days: 0 <= days <= 90, "0 to 90"),
    ("chief_limit_yuan", lambda yuan: yuan >= 0, "0 or more yuan"),
    (
        "chief_rules",
        lambda rules: all(_RULE.fullmatch(rule) for rule in rules),
        "numbers of rules, such as R17",
    ),
    (
        "key_origin",
        re.compile(r"(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?").fullmatch,
        "https://HOST",
    ),
    ("key_rp_id", re.compile(r"[a-z0-9.-]*").fullmatch, "a host's name"),
    ("second_factor", {"required", "optional"}.__contains__, '"required" or "optional"'),
    ("asked_before_entry", _AUTHORITIES.issuperset, f"names of {', '.join(sorted(_AUTHORITIES))}"),
    ("answers_good_hours", lambda hours: 0 <= hours <= 720, "0 to 720 hours"),
    ("complaint_days", lambda days: 1 <= days <= 60, "1 to 60 working days"),
    ("correction_days", lambda days: 1 <= days <= 250, "1 to 250 working days"),
    ("threads", lambda threads: 2 <= threads <= 1024, "2 to 1024"),
    ("log_origin", re.compile(r"([!-*,-.0-~]+(/[!-*,-.0-~]+)*)?").fullmatch, "HOST/NAME"),
    ("seal", lambda seal: seal in {"pades", "specimen"}, '"pades" or "specimen"'),
    ("timestamp_timeout_s", lambda seconds: 1 <= seconds <= 60, "1 to 60 seconds"),
    (
        "timestamp_urls",
        lambda urls: all(_WEB.fullmatch(url) for url in urls),
        "a list of http(s)://HOST…",
    ),
    ("log_level", lambda level: level.upper() in _LEVELS, f"one of {', '.join(_LEVELS)}"),
    (
        "public_url",
        re.compile(rf"(?=.{{1,{_LONGEST_URL}}}$)https?://[^\s/?#]+(/[^\s?#]*)?").fullmatch,
        f"http(s)://HOST… of at most {_LONGEST_URL} characters, which a QR code can hold",
    ),
    ("areas", lambda areas: all(_AREA.fullmatch(a) for a in areas), "area codes of six digits"),
    ("province", lambda province: len(province) == 1, "one character"),
    ("province_code", re.compile(r"[1-9][0-9]", re.ASCII).fullmatch, "two digits"),
    ("place", bool, "a place name"),
    (
        "office_name",
        lambda name: 0 < len(name) <= _LONGEST_NAME,
        f"the office's name, at most {_LONGEST_NAME} characters, which a round seal can hold",
    ),
    ("closed_kinds", _KIND_CODES.issuperset, "codes of kinds, such as mortgage.change"),
)
