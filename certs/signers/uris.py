"""Names of keys in tokens. Source: RFC 7512, the parts of it that name a private key."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from certs.errors import SignerSpecError

_PATH: Final = frozenset({"token", "serial", "object", "id", "type"})
_QUERY: Final = frozenset({"module-path", "pin-source"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """Where one key is: the driver of the device, the token, the key's label or number."""

    module: Path
    """The PKCS#11 library that came with the device."""
    token: str
    label: str
    key_id: bytes
    pin_file: Path
    """A closed file that holds the PIN in its first line."""


def parse_uri(text: str) -> TokenKey:
    """Read a PKCS#11 URI, with or without `pkcs11:` in front.

    For example `pkcs11:token=office;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so
    &pin-source=file:/etc/mrk/pin` (in one line).

    Raises:
        SignerSpecError: an attribute is missing, unknown or stands twice, or the PIN itself is in
            it, where everybody who reads the settings would see it.
    """
    path, _, query = text.removeprefix("pkcs11:").partition("?")
    found = {**_attributes(path, ";", _PATH), **_attributes(query, "&", _QUERY)}
    missing = [name for name in ("token", "module-path", "pin-source") if not found.get(name)]
    if missing or not (found.get("object") or found.get("id")):
        raise SignerSpecError("a key in a token needs token, object or id, module-path, pin-source")
    if found.get("type", "private") != "private":
        raise SignerSpecError("only private keys sign")
    return TokenKey(
        module=Path(found["module-path"]),
        token=found["token"],
        label=found.get("object", ""),
        key_id=found.get("id", "").encode("latin-1", "replace"),
        pin_file=Path(found["pin-source"].removeprefix("file:")),
    )


def _attributes(text: str, separator: str, known: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in filter(None, text.split(separator)):
        name, _, value = pair.partition("=")
        if name == "pin-value":
            raise SignerSpecError("no PIN in settings: put it in a closed file, pin-source")
        if name not in known or name in found:
            raise SignerSpecError(f"{name}: unknown, or twice")
        # Numbers of keys are bytes, so nothing is taken for UTF-8 there.
        found[name] = unquote(value, encoding="latin-1" if name == "id" else "utf-8")
    return found
