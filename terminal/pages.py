"""Scanned files are looked into by a child process that can do no harm.

Whoever brings a paper to the counter may bring a file that was made to break its reader. The
child has no more than its standard streams, some memory and some seconds; it is killed after.
"""

import io
import json
import os
import resource
import subprocess
import sys
import warnings
from typing import Any, Final

import pikepdf
from PIL import Image, ImageFile

from terminal.desk.ports import PageReport
from terminal.errors import BadMaterialError

MOST_PAGES: Final = 200
_MOST_OBJECTS: Final = 50_000
_MOST_PIXELS: Final = 60_000_000
"""A4 at 600 dots an inch has 35 million."""
_MEMORY: Final = 1024 * 1024 * 1024
_SECONDS: Final = 20
_ACTIVE: Final = frozenset(
    {"/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/OpenAction", "/AA"}
    | {"/XFA", "/RichMedia", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"}
)
_KINDS: Final = {"JPEG": "image/jpeg", "PNG": "image/png"}


class ChildPageChecker:
    """A `terminal.desk.ports.PageChecker` that works in a child process."""

    def check(self, data: bytes) -> PageReport:
        """Parse a file whole and say what it is. Raises: BadMaterialError."""
        try:
            done = subprocess.run(  # noqa: S603  # a fixed command; the file goes in by the pipe
                [sys.executable, "-I", "-c", _PROGRAM, *sys.path],
                input=data,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env={"PATH": os.defpath},
            )
        except subprocess.TimeoutExpired as exc:
            raise BadMaterialError("timeout") from exc
        told = _told(done.stdout)
        if done.returncode != 0 or "media_type" not in told:
            raise BadMaterialError(str(told.get("reason", "damaged")))
        return PageReport(**told)


# The path is handed over, since an isolated interpreter obeys neither environment nor folder.
_PROGRAM: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from terminal.pages import main; sys.exit(main())"
)


def _told(output: bytes) -> dict[str, Any]:
    try:
        told = json.loads(output)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def main() -> int:
    """Look into the file on standard input and tell on standard output; the child's whole life."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        report = inspect(sys.stdin.buffer.read())
    except BadMaterialError as exc:
        sys.stdout.write(json.dumps({"reason": exc.reason}))
        return 1
    sys.stdout.write(
        json.dumps(
            {
                "media_type": report.media_type,
                "pages": report.pages,
                "width": report.width,
                "height": report.height,
            }
        )
    )
    return 0


def inspect(data: bytes) -> PageReport:
    """Parse a file whole and say what it is, in this process.

    Raises:
        BadMaterialError: see `PageChecker`.
    """
    if data.startswith(b"%PDF-"):
        return _inspect_pdf(data)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _inspect_image(data)
    raise BadMaterialError("type")


def _inspect_pdf(data: bytes) -> PageReport:
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise BadMaterialError("encrypted")
            pages = len(pdf.pages)
            if not 1 <= pages <= MOST_PAGES or len(pdf.objects) > _MOST_OBJECTS:
                raise BadMaterialError("pages")
            _refuse_active(pdf)
    except pikepdf.PasswordError as exc:
        raise BadMaterialError("encrypted") from exc
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError, MemoryError) as exc:
        raise BadMaterialError("damaged") from exc
    return PageReport(media_type="application/pdf", pages=pages)


def _refuse_active(pdf: pikepdf.Pdf) -> None:
    """Refuse what a viewer would run, fetch or send."""
    for one in pdf.objects:
        waiting = [one]
        for _ in range(_MOST_OBJECTS):
            if not waiting:
                break
            value = waiting.pop()
            if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
                _refuse_names(value)
                waiting += [v for v in dict(value.items()).values() if _is_inside(v)]
            elif isinstance(value, pikepdf.Array):
                waiting += [v for v in value if _is_inside(v)]


def _refuse_names(value: pikepdf.Object) -> None:
    if _ACTIVE & set(value.keys()):
        raise BadMaterialError("active")
    if str(value.get("/S", "")) in _ACTIVE or str(value.get("/Type", "")) in _ACTIVE:
        raise BadMaterialError("active")


def _is_inside(value: object) -> bool:
    """Say whether a value lies in its owner; others stand in the list of objects themselves."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _inspect_image(data: bytes) -> PageReport:
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                kind, (width, height) = image.format or "", image.size
                if width * height > _MOST_PIXELS or not width * height:
                    raise BadMaterialError("size")
                image.load()
    except (
        OSError,
        ValueError,
        SyntaxError,
        Warning,
        MemoryError,
        Image.DecompressionBombError,
    ) as exc:
        raise BadMaterialError("damaged") from exc
    return PageReport(media_type=_KINDS[kind], pages=1, width=width, height=height)
