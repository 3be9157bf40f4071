"""The text in the settings that names a reader: `driver:target?option=value&option=value`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from terminal.reader_errors import MisconfiguredReaderError


@dataclass(frozen=True, slots=True)
class ReaderSpec:
    """A reader's name taken apart."""

    driver: str
    target: str
    options: Mapping[str, str] = field(default_factory=dict)

    def require_only(self, *allowed: str) -> None:
        """Refuse options that the driver does not know, by name.

        Raises:
            MisconfiguredReaderError: there is one.
        """
        for name in self.options:
            if name not in allowed:
                raise MisconfiguredReaderError(f"option {name} of reader {self.driver}")

    def number(self, name: str, default: float) -> float:
        """Return an option as a positive number.

        Raises:
            MisconfiguredReaderError: it is not one.
        """
        text = self.options.get(name)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError as exc:
            raise MisconfiguredReaderError(f"option {name} is not a number") from exc
        if not 0 < value < 1e6:
            raise MisconfiguredReaderError(f"option {name} is out of range")
        return value

    def usb_number(self, name: str) -> int | None:
        """Return an option of four hexadecimal digits; None where it is not given.

        Raises:
            MisconfiguredReaderError: it is not one.
        """
        text = self.options.get(name)
        try:
            return None if text is None else int(text, 16)
        except ValueError as exc:
            raise MisconfiguredReaderError(f"option {name} is not hexadecimal") from exc


def parse_spec(text: str) -> ReaderSpec:
    """Take a reader's name apart.

    Raises:
        MisconfiguredReaderError: driver or target is missing, or an option is given twice.
    """
    driver, colon, rest = text.strip().partition(":")
    target, _, query = rest.partition("?")
    if not (driver and colon and target):
        raise MisconfiguredReaderError("a reader is named driver:target")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError as exc:
        raise MisconfiguredReaderError("options are name=value, joined by &") from exc
    if len(dict(pairs)) != len(pairs):
        raise MisconfiguredReaderError("an option is given twice")
    return ReaderSpec(driver, target, dict(pairs))
