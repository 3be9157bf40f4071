"""How often the limits of page quality are right: made-up papers, good and spoilt, judged.

python -m scripts.paperwork.judging [N]

Makes N pages of each sort (default 20), each with its own grain, slant, light and tint, and prints
how many of the good ones are remarked upon (false alarms) and how many of the spoilt ones are not.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from quarantine import developing
from quarantine.foreign import open_foreign
from quarantine.measuring import measure, prepare
from quarantine.slant import find_sheet
from quarantine.values import Edit
from registration.findings import Level
from scripts.paperwork import seeing
from scripts.paperwork.papers import PAGES
from scripts.paperwork.seeing import Grain, as_jpeg, photographed, scanned
from terminal.desk.quality import judge_figures


@dataclass(frozen=True)
class Sort:
    """Pages of one sort, and what should be said of them; nothing of good ones."""

    name: str
    make: Callable[[Grain], tuple[Image.Image, int]]
    """Returns a picture and its dots an inch; 0 for a photograph."""
    expected: str = ""


def _drawn(grain: Grain, dpi: int) -> Image.Image:
    return PAGES[str(grain.choice(sorted(PAGES)))](dpi=dpi)


def _scan(grain: Grain, dpi: int = 200, page: Image.Image | None = None) -> Image.Image:
    return scanned(
        page or _drawn(grain, dpi),
        grain,
        slant=float(grain.uniform(-0.7, 0.7)),
        paper=int(grain.integers(228, 253)),
        noise=float(grain.uniform(1, 4)),
    )


def _photo(grain: Grain, page: Image.Image | None = None) -> Image.Image:
    bright = float(grain.uniform(0.72, 0.9))
    return photographed(
        page or _drawn(grain, 200),
        grain,
        size=(2000, 2650),
        light=(bright, bright * float(grain.uniform(0.72, 1))),
        noise=float(grain.uniform(2, 6)),
    )


_WRITING: Final = ("contract", "form")


def _dense(grain: Grain, dpi: int) -> Image.Image:
    return PAGES[str(grain.choice(_WRITING))](dpi=dpi)


SORTS: Final = (
    Sort("scan, 200 dpi", lambda g: (_scan(g), 200)),
    Sort("scan, 300 dpi", lambda g: (_scan(g, 300), 300)),
    Sort("photograph, cut along its edges", lambda g: (_photo(g), 0)),
    Sort("blur of 0.25 mm", lambda g: (seeing.blurred(_scan(g), 0.25, dpi=200), 200), "blurred"),
    Sort("shaken by 1.2 mm", lambda g: (seeing.shaken(_scan(g), 1.2, dpi=200), 200), "blurred"),
    Sort("100 dpi", lambda g: (_scan(g, 100), 100), "coarse"),
    Sort("slant of 2 degrees",
         lambda g: (scanned(_dense(g, 200), g, slant=2.0), 200), "skewed"),
    Sort("empty back", lambda g: (_scan(g, page=seeing.blank(dpi=200)), 200), "blank"),
    Sort("a fifth of the toner",
         lambda g: (_scan(g, page=seeing.faint(_dense(g, 200), 0.2)), 200), "faint"),
    Sort("right 15 % cut off",
         lambda g: (seeing.cut_off(_scan(g, page=_dense(g, 200)), 0.15), 200), "cut-off"),
    Sort("glare of 4 cm", lambda g: (
        seeing.glaring(_photo(g), share=0.18, at=(float(g.uniform(0.3, 0.7)),) * 2), 0), "glare"),
    Sort("a third of the light", lambda g: (seeing.darkened(_photo(g), 0.35), 0), "dark"),
    Sort("deep shadow", lambda g: (seeing.half_shaded(_photo(g), 0.4), 0), "shaded"),
)  # fmt: skip


def judge(picture: Image.Image, dpi: int) -> dict[str, Level]:
    """Return what is remarked upon a picture, as the counter does; a found sheet is cut out."""
    seen = open_foreign(as_jpeg(picture, dpi=dpi)).see(1)
    if not dpi:
        seen = developing.after(seen, Edit(cut=find_sheet(seen.picture)))
    return {r.code: r.level for r in judge_figures(measure(prepare(seen)))}


def main(arguments: list[str]) -> int:
    """Print a line for each sort."""
    count = int(arguments[0]) if arguments else 20
    for number, sort in enumerate(SORTS):
        found = []
        for seed in range(count):
            picture, dpi = sort.make(np.random.default_rng([number, seed]))
            found.append(judge(picture, dpi))
        if sort.expected:
            hits = sum(sort.expected in one for one in found)
            print(f"{sort.name:34} {sort.expected:9} found {hits:3}/{count}", flush=True)
        else:
            alarms = [code for one in found for code, lv in one.items() if lv is Level.CORRECT]
            notes = [code for one in found for code, lv in one.items() if lv is Level.INFO]
            told = f"alarms {len(alarms):3}/{count} {sorted(set(alarms))}"
            print(
                f"{sort.name:34} good      {told}; notes {len(notes)} {sorted(set(notes))}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
