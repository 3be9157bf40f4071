"""Programs that know nothing of ours, as anybody may hold them against a certificate."""

import shutil
import subprocess
from pathlib import Path

RESOLUTION = "150"
"""Dots per inch: what a cheap office printer and scanner leave of a page."""


def run(*command: str | Path) -> str:
    """Run a program and return everything that it printed."""
    program = shutil.which(str(command[0]))
    assert program is not None, f"{command[0]} is not installed; see scripts/setup.sh"
    # Fixed programs; the arguments are files of the test.
    done = subprocess.run(
        [program, *map(str, command[1:])], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def read_text(paper: Path) -> str:
    """Return the text of a PDF as one line."""
    return run("pdftotext", "-raw", paper, "-").replace("\n", "").replace("\f", "")


def read_fonts(paper: Path) -> list[list[str]]:
    """Return the columns of each font: … encoding, embedded, subset, mapped, object, number."""
    return [row.split() for row in run("pdffonts", paper).splitlines()[2:]]


def scan_code(paper: Path, folder: Path) -> str:
    """Draw the page and read its QR code."""
    run("pdftoppm", "-r", RESOLUTION, "-png", paper, folder / "page")
    (picture,) = folder.glob("page*.png")
    return run("zbarimg", "--quiet", "--raw", picture).splitlines()[0]
