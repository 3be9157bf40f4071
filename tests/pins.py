"""A stand-in for the staff's PINs; it passes the contract that `terminal.pins` keeps."""

from dataclasses import dataclass, field

from terminal.errors import WrongPinError


@dataclass
class PlainPins:
    """PINs as they are, without a file."""

    pins: dict[str, str] = field(default_factory=dict)

    def staff(self) -> frozenset[str]:
        return frozenset(self.pins)

    def require(self, staff_no: str, pin: str) -> None:
        if self.pins.get(staff_no) != pin:
            raise WrongPinError
