"""Where private keys live: `softkey:PATH`, a closed file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from certs.errors import SignerSpecError
from certs.ports import KeyOpener, Signer
from certs.signers.softkey import load_softkey, open_softkeys

_SIGNERS: Final[dict[str, Callable[[str, Path], Signer]]] = {
    "softkey": lambda rest, certificate: load_softkey(Path(rest), certificate),
}


def load_signer(spec: str, certificate: Path) -> Signer:
    """Open the signer that a setting describes, e.g. `softkey:/var/keys/seal.pem`.

    `certificate` is a PEM file: the key's own certificate, then its issuers.

    Raises:
        SignerSpecError: unknown kind of signer, or certificate and key do not belong together.
        KeyFileError: one of the files cannot be used.
    """
    kind, _, rest = spec.partition(":")
    make = _SIGNERS.get(kind)
    if make is None or not rest:
        raise SignerSpecError("unknown kind of signer")
    return make(rest, certificate)


def load_opener(entries: Sequence[tuple[str, Path]]) -> KeyOpener:
    """Open the recipient keys that pairs of specification and certificate file describe.

    Raises:
        SignerSpecError: unknown kind of key, or certificate and key do not belong together.
        KeyFileError: one of the files cannot be used.
    """
    held = []
    for spec, certificate in entries:
        kind, _, rest = spec.partition(":")
        if kind != "softkey" or not rest:
            raise SignerSpecError("unknown kind of opener")
        held.append(load_softkey(Path(rest), certificate))
    return open_softkeys(tuple(held))
