"""The XML of eSCL: capabilities and status read, settings written.

Source: Mopria Alliance, eSCL Technical Specification 2.97, sections 6 to 8.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import (
    Element,
    ParseError,
    SubElement,
    register_namespace,
    tostring,
)

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from terminal.desk.scanners import PaperSource, ScanSettings, Tone
from terminal.scanner_errors import ScannerProtocolError

SCAN: Final = "http://schemas.hp.com/imaging/escl/2011/05/03"
PWG: Final = "http://www.pwg.org/schemas/2010/12/sm"
_UNITS: Final = "escl:ThreeHundredthsOfInches"
_A4: Final = (2480, 3508)
"""In three-hundredths of an inch."""
_TONES: Final = {"RGB24": Tone.COLOUR, "Grayscale8": Tone.GREY, "BlackAndWhite1": Tone.BLACK}
_USUAL_DPI: Final = (100, 150, 200, 300, 400, 600)
_INPUTS: Final = {
    "PlatenInputCaps": PaperSource.GLASS,
    "AdfSimplexInputCaps": PaperSource.FEEDER,
    "AdfDuplexInputCaps": PaperSource.FEEDER_BOTH,
}
_FORMATS: Final = ("image/jpeg", "application/pdf")


@dataclass(frozen=True, slots=True)
class Input:
    """One place where paper lies."""

    width: int
    """In three-hundredths of an inch; what it takes at most."""
    height: int
    formats: frozenset[str]
    takes_format_ext: bool


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a scanner can do."""

    model: str
    serial: str
    version: str
    inputs: Mapping[PaperSource, Input]
    tones: tuple[Tone, ...]
    dpi: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How a scanner is."""

    state: str
    """Idle, Processing, Testing, Stopped, Down."""
    feeder: str
    """ScannerAdfLoaded, ScannerAdfEmpty, ScannerAdfJam …; empty where it has none."""
    jobs: Mapping[str, tuple[str, ...]]
    """Reasons by the path of each job."""


def read_capabilities(xml: bytes) -> Capabilities:
    """Read ScannerCapabilities. Raises: ScannerProtocolError."""
    root = _root(xml, "ScannerCapabilities")
    inputs: dict[PaperSource, Input] = {}
    tones: list[Tone] = []
    dpi: set[int] = set()
    for element in root.iter():
        source = _INPUTS.get(_name(element))
        if source is not None and source not in inputs:
            inputs[source] = _input(element)
            tones += [_TONES[t] for t in _texts(element, "ColorMode") if t in _TONES]
            dpi |= set(_resolutions(element))
    if not inputs or not tones or not dpi:
        raise ScannerProtocolError("capabilities without glass, feeder or resolution")
    return Capabilities(
        model=_text(root, "MakeAndModel") or "eSCL",
        serial=_text(root, "SerialNumber"),
        version=_text(root, "Version") or "2.0",
        inputs=inputs,
        tones=tuple(tone for tone in Tone if tone in tones),
        dpi=tuple(sorted(dpi)),
    )


def read_status(xml: bytes) -> Status:
    """Read ScannerStatus. Raises: ScannerProtocolError."""
    root = _root(xml, "ScannerStatus")
    jobs = {
        _text(job, "JobUri").rstrip("/"): tuple(_texts(job, "JobStateReason"))
        for job in _elements(root, "JobInfo")
    }
    return Status(state=_text(root, "State"), feeder=_text(root, "AdfState"), jobs=jobs)


def write_settings(settings: ScanSettings, known: Capabilities) -> bytes:
    """Write ScanSettings for a sheet of A4, or what the scanner takes of it."""
    place = known.inputs.get(settings.source)
    if place is None:
        raise ScannerProtocolError("this scanner has no such place for paper")
    root = Element(f"{{{SCAN}}}ScanSettings", {"xmlns:escl": SCAN})
    _add(root, PWG, "Version", known.version)
    region = SubElement(SubElement(root, f"{{{PWG}}}ScanRegions"), f"{{{PWG}}}ScanRegion")
    _add(region, PWG, "ContentRegionUnits", _UNITS)
    _add(region, PWG, "XOffset", "0")
    _add(region, PWG, "YOffset", "0")
    _add(region, PWG, "Width", str(min(place.width or _A4[0], _A4[0])))
    _add(region, PWG, "Height", str(min(place.height or _A4[1], _A4[1])))
    is_glass = settings.source is PaperSource.GLASS
    _add(root, PWG, "InputSource", "Platen" if is_glass else "Feeder")
    _add(root, SCAN, "ColorMode", _mode(settings.tone, known))
    kind = next((k for k in _FORMATS if k in place.formats), _FORMATS[0])
    _add(root, PWG, "DocumentFormat", kind)
    if place.takes_format_ext:
        _add(root, SCAN, "DocumentFormatExt", kind)
    dpi = min(known.dpi, key=lambda has: abs(has - settings.dpi))
    _add(root, SCAN, "XResolution", str(dpi))
    _add(root, SCAN, "YResolution", str(dpi))
    if not is_glass:
        both = settings.source is PaperSource.FEEDER_BOTH
        _add(root, SCAN, "Duplex", "true" if both else "false")
    # Some scanners read prefixes and not namespaces.
    register_namespace("scan", SCAN)
    register_namespace("pwg", PWG)
    text: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


def _mode(tone: Tone, known: Capabilities) -> str:
    best = tone if tone in known.tones else known.tones[0]
    return next(name for name, has in _TONES.items() if has is best)


def _input(element: Element) -> Input:
    formats = [*_texts(element, "DocumentFormat"), *_texts(element, "DocumentFormatExt")]
    return Input(
        width=_number(element, "MaxWidth"),
        height=_number(element, "MaxHeight"),
        formats=frozenset(formats),
        takes_format_ext=bool(_texts(element, "DocumentFormatExt")),
    )


def _resolutions(element: Element) -> Iterator[int]:
    for found in _elements(element, "DiscreteResolution"):
        yield _number(found, "XResolution")
    for found in _elements(element, "XResolutionRange"):
        least, most = _number(found, "Min"), _number(found, "Max")
        yield from (dpi for dpi in _USUAL_DPI if least <= dpi <= most)


def _root(xml: bytes, name: str) -> Element:
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as exc:
        raise ScannerProtocolError(f"no XML: {type(exc).__name__}") from exc
    if _name(root) != name:
        raise ScannerProtocolError(f"not {name}")
    return root


def _name(element: Element) -> str:
    # Makers disagree about which of the two namespaces an element is in.
    return str(element.tag).rpartition("}")[2]


def _elements(root: Element, name: str) -> Iterable[Element]:
    return (element for element in root.iter() if _name(element) == name)


def _texts(root: Element, name: str) -> list[str]:
    return [(element.text or "").strip()[:200] for element in _elements(root, name)]


def _text(root: Element, name: str) -> str:
    return next(iter(_texts(root, name)), "")


def _number(root: Element, name: str) -> int:
    text = _text(root, name)
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise ScannerProtocolError(f"{name} is no number")
    return int(text)


def _add(parent: Element, space: str, name: str, text: str) -> None:
    SubElement(parent, f"{{{space}}}{name}").text = text
