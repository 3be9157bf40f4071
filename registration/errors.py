"""Everything that can break a promise in the language.

RegistrationError
├── BadValueError                a value that a person or a wire gave us cannot be read
│   ├── BadIdNumberError
│   ├── BadUnitNoError
│   ├── BadCertificateNoError
│   ├── BadCreditCodeError
│   ├── BadLicenceIdError
│   ├── BadAmountError
│   └── BadNameError
├── BadDocumentError             a document on the wire breaks its schema
├── BadPackageError              the parts of a package contradict its manifest
└── PaperError                   a paper cannot be drawn
    ├── MissingGlyphError
    └── PaperOverflowError
"""

from dataclasses import dataclass
from typing import ClassVar


class RegistrationError(Exception):
    """A promise of the language was broken."""

    code: ClassVar[str] = "registration.error"


class BadValueError(RegistrationError):
    """Somebody typed, printed or sent a value that cannot be read."""

    code: ClassVar[str] = "registration.bad-value"

    def __init__(self, reason: str) -> None:
        # The value itself never goes in: errors are logged, values are personal data.
        super().__init__(reason)
        self.reason = reason


class BadIdNumberError(BadValueError):
    """An identity number has the wrong shape, an impossible date or a wrong check character."""

    code: ClassVar[str] = "registration.bad-id-number"


class BadUnitNoError(BadValueError):
    """A real-estate unit number does not follow GB/T 37346."""

    code: ClassVar[str] = "registration.bad-unit-no"


class BadCertificateNoError(BadValueError):
    """A title or certificate number is not of the printed form."""

    code: ClassVar[str] = "registration.bad-certificate-no"


class BadCreditCodeError(BadValueError):
    """A unified social credit code fails GB 32100."""

    code: ClassVar[str] = "registration.bad-credit-code"


class BadLicenceIdError(BadValueError):
    """A licence identifier's parts or check character are wrong."""

    code: ClassVar[str] = "registration.bad-licence-id"


class BadAmountError(BadValueError):
    """An amount cannot be read, or is not a whole number of fen."""

    code: ClassVar[str] = "registration.bad-amount"


class BadNameError(BadValueError):
    """A name is empty, too long or holds characters that no name holds."""

    code: ClassVar[str] = "registration.bad-name"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document from outside."""

    pointer: str
    """JSON Pointer (RFC 6901) to the field; empty for the whole document."""
    code: str
    detail: str
    """What is wrong, in English and without the value."""


class BadDocumentError(RegistrationError):
    """A document from outside breaks its schema; it tells everything that is wrong at once."""

    code: ClassVar[str] = "registration.bad-document"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.pointer or '/'} {p.code}" for p in problems))
        self.problems = problems


class BadPackageError(RegistrationError):
    """The parts of an opened package do not fit what its manifest or application says."""

    code: ClassVar[str] = "registration.bad-package"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PaperError(RegistrationError):
    """A paper cannot be drawn as it must be; somebody has to look at it."""

    code: ClassVar[str] = "registration.paper"


class MissingGlyphError(PaperError):
    """No embedded font can draw a character; drawing a box instead would change a name."""

    code: ClassVar[str] = "registration.missing-glyph"

    def __init__(self, character: str) -> None:
        super().__init__(f"no font has U+{ord(character):04X}")
        self.character = character


class PaperOverflowError(PaperError):
    """A field's content does not fit its cell at the smallest allowed size."""

    code: ClassVar[str] = "registration.paper-overflow"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field
