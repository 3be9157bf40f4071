"""What the virtual scanner says in XML, reads of a job, and sees of a sheet."""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

import numpy as np
from defusedxml.ElementTree import fromstring

from scripts.paperwork.papers import PAGES
from scripts.paperwork.seeing import as_jpeg, blank, scanned

MODEL: Final = "Virtual eSCL Scanner"
SERIAL: Final = "SIMULATED-0001"
KINDS: Final = (*PAGES, "blank")
_NAMESPACES: Final = (
    'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"'
    ' xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
)
_DPI: Final = (100, 150, 200, 300, 600)
_MODES: Final = ("RGB24", "Grayscale8", "BlackAndWhite1")


@cache
def scan(kind: str, number: int, dpi: int, mode: str) -> bytes:
    """Return one side of a sheet as this scanner sees it; the same sheet always looks the same."""
    grain = np.random.default_rng([KINDS.index(kind), number])
    page = blank(dpi=dpi) if kind == "blank" else PAGES[kind](dpi=dpi)
    seen = scanned(page, grain, slant=float(grain.uniform(-0.4, 0.4)))
    if mode == "Grayscale8":
        seen = seen.convert("L")
    if mode == "BlackAndWhite1":
        seen = seen.convert("L").point(lambda value: 255 if value > 150 else 0)
    return as_jpeg(seen, dpi=dpi)


@dataclass
class Job:
    """A run: what was asked, and which sides are still to come."""

    number: int
    mode: str
    dpi: int
    is_feeder: bool
    is_duplex: bool
    done: int = 0
    state: str = "Processing"
    reason: str = "JobScanning"
    began: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> str:
        return f"/eSCL/ScanJobs/{self.number}"


def capabilities() -> str:
    """Return ScannerCapabilities."""
    modes = "".join(f"<scan:ColorMode>{mode}</scan:ColorMode>" for mode in _MODES)
    resolutions = "".join(
        "<scan:DiscreteResolution>"
        f"<scan:XResolution>{dpi}</scan:XResolution><scan:YResolution>{dpi}</scan:YResolution>"
        "</scan:DiscreteResolution>"
        for dpi in _DPI
    )
    caps = (
        "<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth>"
        "<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>3508</scan:MaxHeight>"
        "<scan:MaxScanRegions>1</scan:MaxScanRegions><scan:SettingProfiles><scan:SettingProfile>"
        f"<scan:ColorModes>{modes}</scan:ColorModes><scan:DocumentFormats>"
        "<pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>"
        "<scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>"
        f"<scan:SupportedResolutions><scan:DiscreteResolutions>{resolutions}"
        "</scan:DiscreteResolutions></scan:SupportedResolutions>"
        "</scan:SettingProfile></scan:SettingProfiles>"
    )
    return (
        f"<scan:ScannerCapabilities {_NAMESPACES}><pwg:Version>2.63</pwg:Version>"
        f"<pwg:MakeAndModel>{MODEL}</pwg:MakeAndModel><pwg:SerialNumber>{SERIAL}</pwg:SerialNumber>"
        f"<scan:UUID>{uuid.uuid5(uuid.NAMESPACE_URL, SERIAL)}</scan:UUID>"
        f"<scan:Platen><scan:PlatenInputCaps>{caps}</scan:PlatenInputCaps></scan:Platen>"
        f"<scan:Adf><scan:AdfSimplexInputCaps>{caps}</scan:AdfSimplexInputCaps>"
        f"<scan:AdfDuplexInputCaps>{caps}</scan:AdfDuplexInputCaps>"
        "<scan:FeederCapacity>50</scan:FeederCapacity><scan:AdfOptions>"
        "<scan:AdfOption>DetectPaperLoaded</scan:AdfOption>"
        "<scan:AdfOption>Duplex</scan:AdfOption></scan:AdfOptions></scan:Adf>"
        "</scan:ScannerCapabilities>"
    )


def status(state: str, feeder_state: str, jobs: Iterable[Job]) -> str:
    """Return ScannerStatus; the latest job first."""
    listed = "".join(
        f"<scan:JobInfo><pwg:JobUri>{job.path}</pwg:JobUri>"
        f"<pwg:JobUuid>{uuid.uuid5(uuid.NAMESPACE_URL, job.path)}</pwg:JobUuid>"
        f"<scan:Age>{int(time.monotonic() - job.began)}</scan:Age>"
        f"<pwg:ImagesCompleted>{job.done}</pwg:ImagesCompleted>"
        f"<pwg:JobState>{job.state}</pwg:JobState><pwg:JobStateReasons>"
        f"<pwg:JobStateReason>{escape(job.reason)}</pwg:JobStateReason></pwg:JobStateReasons>"
        "</scan:JobInfo>"
        for job in jobs
    )
    return (
        f"<scan:ScannerStatus {_NAMESPACES}><pwg:Version>2.63</pwg:Version>"
        f"<pwg:State>{state}</pwg:State>"
        f"<scan:AdfState>{feeder_state}</scan:AdfState>"
        f"<scan:Jobs>{listed}</scan:Jobs></scan:ScannerStatus>"
    )


def read_job(body: bytes) -> Job | None:
    """Return the job that ScanSettings ask for; None for what this scanner cannot do."""
    try:
        root = fromstring(body)
    except ParseError:
        return None
    dpi, mode = _text(root, "XResolution"), _text(root, "ColorMode")
    if mode not in _MODES or not dpi.isdigit() or int(dpi) not in _DPI:
        return None
    return Job(
        number=0,
        mode=mode,
        dpi=int(dpi),
        is_feeder=_text(root, "InputSource") == "Feeder",
        is_duplex=_text(root, "Duplex") == "true",
    )


def _text(root: Element, name: str) -> str:
    found = (e.text or "" for e in root.iter() if str(e.tag).rpartition("}")[2] == name)
    return next(found, "").strip()
