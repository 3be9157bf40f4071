"""The office's own keys: where each one lives, in which suites the office speaks and listens."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from certs.authority import (
    Authority,
    certificate_path,
    key_path,
    load_authority,
    suite_folder,
)
from certs.identity import SUITE_BY_FORMAT, Role, SuiteName
from certs.ports import KeyOpener, Signer
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

    def signer(self, role: Role, suite: SuiteName | None = None) -> Signer:
        """Open one of the office's own keys: of `suite`, or as role and settings say.

        Raises:
            CertsError: it is missing, open to others, or its device cannot be used.
        """
        by_format = SuiteName.INTERNATIONAL if role in SUITE_BY_FORMAT else self.spoken
        folder = suite_folder(self.home, suite or by_format)
        name = role.value if folder == self.home else f"{folder.name}-{role.value}"
        spec = self.devices.get(name, f"softkey:{key_path(folder, role)}")
        return load_signer(spec, certificate_path(folder, role))

    def opener(self) -> KeyOpener:
        """Open the keys that packages are sealed to, in every suite that there is.

        Whatever has a receipt is opened, also when its suite was closed meanwhile.
        """
        found = [
            (f"softkey:{key_path(folder, Role.ENVELOPE)}", certificate_path(folder, Role.ENVELOPE))
            for folder in (suite_folder(self.home, suite) for suite in SuiteName)
            if key_path(folder, Role.ENVELOPE).exists()
        ]
        return load_opener(found)

    def authorities(self) -> dict[SuiteName, Authority]:
        """Open the issuing authorities of all suites that there are; TLS needs the first.

        Raises:
            AuthorityMissingError: a suite is open that has no authority here.
            CertsError: a key is open to others or damaged, or cannot be computed with.
        """
        return {
            suite: load_authority(self.home, suite)
            for suite in SuiteName
            if suite is SuiteName.INTERNATIONAL
            or suite in self.suites
            or key_path(suite_folder(self.home, suite), Role.ISSUING).exists()
        }
