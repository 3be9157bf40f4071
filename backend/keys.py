"""The office's own keys: where each one lives, in which suites the office speaks and listens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from certs.authority import Authority, load_authority
from certs.identity import SUITE_BY_FORMAT, Role, SuiteName
from certs.places import device_path, generations, key_path, pair, suite_folder
from certs.ports import KeyOpener, Signer
from certs.renewed import Renewed
from certs.signers import load_opener, load_signer


@dataclass(frozen=True, slots=True)
class OfficeKeys:
    """What lies in the authority's folder, and what lives in devices instead."""

    home: Path
    """The folder that `mortgage-certs init` made."""
    suites: tuple[SuiteName, ...]
    """Those that are open; the office speaks the first."""
    devices: Mapping[str, str]
    """Signers in place of key files, by role: `seal = "pkcs11:…"`."""

    @property
    def spoken(self) -> SuiteName:
        """The suite in which the office signs what no format decides."""
        return self.suites[0]

    def has(self, role: Role, suite: SuiteName) -> bool:
        """Say whether there is a key of the office's own, or a device in its place."""
        folder = suite_folder(self.home, suite)
        is_device = folder == self.home and role.value in self.devices
        return is_device or pair(generations(folder, role)[0])[0].exists()

    def signer(self, role: Role, suite: SuiteName | None = None) -> Callable[[], Signer]:
        """Open one of the office's own keys, of `suite` or as role and settings say.

        What comes back gives the one in force, also when it was renewed meanwhile.

        Raises:
            CertsError: it is missing, open to others, or its device cannot be used.
        """
        by_format = SuiteName.INTERNATIONAL if role in SUITE_BY_FORMAT else self.spoken
        folder = suite_folder(self.home, suite or by_format)
        device = self.devices.get(role.value) if folder == self.home else None

        def find() -> tuple[str, Path]:
            key, certificate = pair(generations(folder, role)[0])
            return (
                (device, device_path(folder, role)) if device else (f"softkey:{key}", certificate)
            )

        def mark() -> object:
            spec, certificate = find()
            # A device keeps its name when its certificate is renewed.
            is_there = device and certificate.exists()
            return spec, certificate, certificate.stat().st_mtime_ns if is_there else 0

        return Renewed(mark, lambda: load_signer(*find()))

    def opener(self) -> Callable[[], KeyOpener]:
        """Open the keys that packages are sealed to, in every suite that there is.

        Whatever has a receipt is opened, also when its suite was closed meanwhile; and whatever
        was sealed to an older key, by a counter whose line was down.
        """

        def find() -> list[tuple[str, Path]]:
            folders = (suite_folder(self.home, suite) for suite in SuiteName)
            places = (pair(one) for folder in folders for one in generations(folder, Role.ENVELOPE))
            return [(f"softkey:{key}", certificate) for key, certificate in places if key.exists()]

        return Renewed(find, lambda: load_opener(find()))

    def authorities(self) -> Callable[[], dict[SuiteName, Authority]]:
        """Open the issuing authorities of all suites that there are; TLS needs the first.

        Raises:
            AuthorityMissingError: a suite is open that has no authority here.
            CertsError: a key is open to others or damaged, or cannot be computed with.
        """

        def load() -> dict[SuiteName, Authority]:
            return {
                suite: load_authority(self.home, suite)
                for suite in SuiteName
                if suite is SuiteName.INTERNATIONAL
                or suite in self.suites
                or key_path(suite_folder(self.home, suite), Role.ISSUING).exists()
            }

        folders = [suite_folder(self.home, suite) for suite in SuiteName]
        return Renewed(lambda: [generations(folder, Role.ISSUING) for folder in folders], load)
