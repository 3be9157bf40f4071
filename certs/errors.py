"""Everything that can break a promise of the key ring.

CertsError
├── KeyFileError                 a key on disk cannot be used
│   ├── KeyFileOpenError
│   ├── KeyFileExistsError
│   └── KeyFileDamagedError
├── KeyUnsuitableError           a key of another kind or strength than its role demands
├── ProviderError                the library that computes SM2 is missing, or refused
├── SM2SignatureError            an SM2 signature does not hold
├── DeviceError                  the device that holds a key is gone, or refused
├── SignerSpecError              a signer's description names nothing that exists
├── IdentityError                a name cannot stand in a certificate, or a certificate names nobody
├── TrustBundleError             a trust bundle cannot be read
├── AuthorityError               the authority cannot do what was asked
│   ├── AuthorityExistsError
│   ├── AuthorityMissingError
│   ├── RequestRefusedError
│   └── SerialUnknownError
├── SuiteUnknownError            a package asks for algorithms that are not installed
├── JSONRefusedError             text from outside is not strict JSON
├── PackageError                 a sealed package is not taken
│   ├── PackageTooLargeError
│   ├── PackageDamagedError
│   ├── PackageForgedError
│   ├── PackageMisaddressedError
│   └── RecipientUnknownError
├── SignerNotTrustedError        a signature is good, its maker is not somebody we trust
├── StatementError               a signed statement or token is not taken
│   ├── StatementDamagedError
│   ├── StatementForgedError
│   └── StatementKindError
├── EventRefusedError            what should bind a handwritten signature does not hold
├── LogError                     what a public log shows is not taken
│   ├── NoteDamagedError
│   ├── NoteForgedError
│   └── LogProofError
├── AtRestError                  a stored value does not open: wrong key, moved, or changed
├── SealError                    a document cannot be sealed
├── ContainerError               an OFD file's container is not one that the office wrote
├── MaterialError                a list or response that proves a certificate is not to be had now
└── TimestampError               the time-stamp authority did not answer as it must
"""

from typing import ClassVar


class CertsError(Exception):
    """A promise of the key ring was broken."""

    code: ClassVar[str] = "certs.error"

    def __init__(self, reason: str = "") -> None:
        # Reasons are ours and fixed: never key material, never personal data.
        super().__init__(reason)
        self.reason = reason


class KeyFileError(CertsError):
    """A key on disk cannot be used."""

    code: ClassVar[str] = "certs.key-file"


class KeyFileOpenError(KeyFileError):
    """Other accounts of this machine may read or change the key; close it (mode 0600) first."""

    code: ClassVar[str] = "certs.key-file-open"


class KeyFileExistsError(KeyFileError):
    """A key already lies there; keys are never overwritten."""

    code: ClassVar[str] = "certs.key-file-exists"


class KeyFileDamagedError(KeyFileError):
    """The file is missing, or does not hold what its name says."""

    code: ClassVar[str] = "certs.key-file-damaged"


class KeyUnsuitableError(CertsError):
    """The key's algorithm, curve or size is not the one its role demands."""

    code: ClassVar[str] = "certs.key-unsuitable"


class ProviderError(CertsError):
    """The library that computes SM2 is not on this machine, or refused what it was given."""

    code: ClassVar[str] = "certs.provider"


class SM2SignatureError(CertsError):
    """An SM2 signature does not hold; whoever asked says what that means."""

    code: ClassVar[str] = "certs.sm2-signature"


class DeviceError(CertsError):
    """The device that holds a key is gone, its PIN was refused, or it cannot do what is asked."""

    code: ClassVar[str] = "certs.device"


class SignerSpecError(CertsError):
    """The settings describe a signer that does not exist, or whose certificate is another's."""

    code: ClassVar[str] = "certs.signer-spec"


class IdentityError(CertsError):
    """A name cannot stand in a certificate, or a certificate does not say who it is."""

    code: ClassVar[str] = "certs.identity"


class TrustBundleError(CertsError):
    """A trust bundle is missing, is not of a known version, or holds damaged certificates."""

    code: ClassVar[str] = "certs.trust-bundle"


class AuthorityError(CertsError):
    """The authority cannot do what was asked."""

    code: ClassVar[str] = "certs.authority"


class AuthorityExistsError(AuthorityError):
    """An authority already stands in this folder; it is never overwritten."""

    code: ClassVar[str] = "certs.authority-exists"


class AuthorityMissingError(AuthorityError):
    """No authority stands in this folder, or a part of it is missing."""

    code: ClassVar[str] = "certs.authority-missing"


class RequestRefusedError(AuthorityError):
    """A certificate request is malformed, weak, or not signed by the key it asks for."""

    code: ClassVar[str] = "certs.request-refused"


class SerialUnknownError(AuthorityError):
    """Somebody asked to revoke a certificate that this authority never issued."""

    code: ClassVar[str] = "certs.serial-unknown"


class SuiteUnknownError(CertsError):
    """A package or a setting asks for a set of algorithms that is not installed."""

    code: ClassVar[str] = "certs.suite-unknown"


class JSONRefusedError(CertsError):
    """Text from outside is not JSON as we take it: a key twice, a fraction, NaN, too deep."""

    code: ClassVar[str] = "certs.json-refused"


class PackageError(CertsError):
    """A sealed package is not taken."""

    code: ClassVar[str] = "certs.package"


class PackageTooLargeError(PackageError):
    """The package, its cover, a part or the number of parts is over the limit."""

    code: ClassVar[str] = "certs.package-too-large"


class PackageDamagedError(PackageError):
    """The bytes are not a whole, unchanged package; ask for it to be sent again."""

    code: ClassVar[str] = "certs.package-damaged"


class PackageForgedError(PackageError):
    """A signature does not hold, or inside and outside contradict each other; raise an alarm."""

    code: ClassVar[str] = "certs.package-forged"


class PackageMisaddressedError(PackageError):
    """The package is meant for another office."""

    code: ClassVar[str] = "certs.package-misaddressed"


class RecipientUnknownError(PackageError):
    """The package is encrypted to a key that this office does not hold."""

    code: ClassVar[str] = "certs.recipient-unknown"


class SignerNotTrustedError(CertsError):
    """The signer's certificate does not lead to a trusted root, is revoked, or has another role."""

    code: ClassVar[str] = "certs.signer-not-trusted"


class StatementError(CertsError):
    """A signed statement or token is not taken."""

    code: ClassVar[str] = "certs.statement"


class StatementDamagedError(StatementError):
    """The text is not a statement at all, or is too long."""

    code: ClassVar[str] = "certs.statement-damaged"


class StatementForgedError(StatementError):
    """The signature does not hold, or names an algorithm that its key may not use."""

    code: ClassVar[str] = "certs.statement-forged"


class StatementKindError(StatementError):
    """A genuine statement of another kind was put in this one's place."""

    code: ClassVar[str] = "certs.statement-kind"


class EventRefusedError(CertsError):
    """What should bind a handwritten signature does not: forged, or about something else."""

    code: ClassVar[str] = "certs.event-refused"


class LogError(CertsError):
    """What a public log shows is not taken."""

    code: ClassVar[str] = "certs.log"


class NoteDamagedError(LogError):
    """A text is no signed note, head of a log, proof or key as they are written."""

    code: ClassVar[str] = "certs.note-damaged"


class NoteForgedError(LogError):
    """A signature on a note does not hold, or nobody whom we know signed it."""

    code: ClassVar[str] = "certs.note-forged"


class LogProofError(LogError):
    """A leaf does not stand in the log, or a log is no continuation of what it was: raise an alarm."""

    code: ClassVar[str] = "certs.log-proof"


class AtRestError(CertsError):
    """A stored value does not open: another key, another place, or changed bytes."""

    code: ClassVar[str] = "certs.at-rest"


class SealError(CertsError):
    """A document cannot be sealed: it is not a PDF, or is already signed or encrypted."""

    code: ClassVar[str] = "certs.seal"


class ContainerError(CertsError):
    """An OFD file's container is not one that the office wrote; there is no way to read it."""

    code: ClassVar[str] = "certs.container"


class MaterialError(CertsError):
    """A revocation list or response is missing, stale or unreachable; try again later."""

    code: ClassVar[str] = "certs.material"


class TimestampError(CertsError):
    """The time-stamp authority cannot be reached or did not answer as it must; try again later."""

    code: ClassVar[str] = "certs.timestamp"
