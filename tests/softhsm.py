"""A token of SoftHSM in a folder: the PKCS#11 library that stands in for a device."""

import os
import subprocess
from pathlib import Path
from typing import Any, Final

import pkcs11
import pytest
from pkcs11.util.ec import encode_named_curve_parameters

PIN: Final = "123456"
TOKEN: Final = "office"
CLOSED: Final = "closed"
"""A token that nobody of this process has logged in to."""
_MODULES: Final = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")


class SoftHSM:
    """A token with keys, and the names by which they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.module = next(path for path in _MODULES if Path(path).exists())
        self.pin_file = folder / "pin"
        descriptor = os.open(self.pin_file, os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(descriptor, PIN.encode() + b"\n")
        os.close(descriptor)
        for label in (TOKEN, CLOSED):
            arguments = ("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", PIN)
            subprocess.run(
                ["softhsm2-util", *arguments], check=True, capture_output=True, timeout=30
            )

    def session(self) -> Any:
        token = pkcs11.lib(self.module).get_token(token_label=TOKEN)
        return token.open(rw=True, user_pin=PIN)

    def make_rsa(self, label: str, bits: int = 3072) -> None:
        with self.session() as session:
            session.generate_keypair(pkcs11.KeyType.RSA, bits, label=label, store=True)

    def make_ec(self, label: str, curve: str = "secp256r1") -> None:
        with self.session() as session:
            parameters = session.create_domain_parameters(
                pkcs11.KeyType.EC,
                {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)},
                local=True,
            )
            parameters.generate_keypair(label=label, store=True)

    def uri(self, label: str, **changes: str) -> str:
        query = {"module-path": self.module, "pin-source": f"file:{self.pin_file}", **changes}
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return f"pkcs11:token={TOKEN};object={label}?{text}"


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> SoftHSM:
    """One token for the session: the library reads its settings once in a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    found = SoftHSM(folder)
    found.make_rsa("seal")
    found.make_ec("office")
    found.make_ec("timestamp")
    found.make_ec("counter")
    found.make_ec("large", "secp384r1")
    return found
