"""What is wrong with a page, in words, and what to do about it: the limits are data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from quarantine.values import Figures
from registration.findings import Finding, Level
from registration.materials import CATALOGUE
from terminal.desk.draft import Draft
from terminal.desk.pages import Page, of_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on a page is remarked upon.

    Tuned on made-up papers that were scanned and photographed by program, good and spoilt by
    known amounts; `python -m scripts.paperwork.judging` counts how often each is right.
    """

    fewest_dpi: int = 140
    """200 is the least for archives (DA/T 31-2017, 7.2); below 140 small print is lost."""
    archive_dpi: int = 190
    widest_edge: int = 420
    """Hundredths of a pixel at 200 dots an inch: a blur of 0.2 mm."""
    most_skew: int = 100
    """Hundredths of a degree."""
    least_ink: int = 300
    """Millionths: less than a page number."""
    darkest_paper: int = 90
    least_contrast: int = 22
    """Of the ink, in hundredths of the paper's brightness."""
    darkest_shade: int = 55
    most_glare: int = 2500
    """Millionths: two square centimetres of A4."""


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing about a page that the teller should know."""

    code: str
    level: Level
    """CORRECT must be put right or let stand by the teller; INFO may be left alone."""
    zh: str
    en: str
    do_zh: str
    do_en: str
    box: tuple[int, ...] = ()
    """Where on the page, in ten-thousandths: left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    level: Level
    holds: Callable[[Figures, Limits], bool]
    zh: str
    en: str
    do_zh: str
    do_en: str


_SCAN_AGAIN: Final = ("重扫这一页", "Scan this page again")
_SIDES: Final = {
    "L": ("左", "left"),
    "T": ("上", "top"),
    "R": ("右", "right"),
    "B": ("下", "bottom"),
}
_THIRDS: Final = (("左", "中", "右"), ("left", "middle", "right"))
_HEIGHTS: Final = (("上", "中", "下"), ("upper", "middle", "lower"))
_STRIP: Final = 400


def _is_blank(f: Figures, limits: Limits) -> bool:
    return f.ink < limits.least_ink


def _is_dark(f: Figures, limits: Limits) -> bool:
    return f.paper < limits.darkest_paper


def _is_coarse(f: Figures, limits: Limits) -> bool:
    return 0 < f.dots_per_inch < limits.fewest_dpi


def _edge(f: Figures) -> float:
    """Return the width of edges in the page's own pixels where they are wider than ours."""
    return f.edge_width * min(f.dots_per_inch or 200, 200) / 200


_RULES: Final = (
    _Rule("blank", Level.CORRECT, _is_blank, "是空白的", "Empty",
          "不用交就删掉；背面本来就空可以保留", "Delete it, or keep it if it belongs there"),
    _Rule("dark", Level.CORRECT, _is_dark, "太暗", "Too dark",
          "开灯或把亮度调高，再拍一次", "Switch the light on and take it again"),
    _Rule("blurred", Level.CORRECT,
          lambda f, m: not _is_blank(f, m) and _edge(f) > m.widest_edge,
          "字迹发虚", "Out of focus",
          "把纸放平、拿稳，对好焦再拍；扫描仪请擦玻璃", "Hold still, focus, or clean the glass; then again"),
    _Rule("coarse", Level.CORRECT, _is_coarse,
          "只有 {dpi} dpi，小字看不清", "Only {dpi} dpi; small print is lost",
          "用 200 dpi 以上重扫，或让纸占满画面再拍", "Scan at 200 dpi, or fill the frame with the sheet"),
    _Rule("glare", Level.CORRECT, lambda f, m: f.glare > m.most_glare,
          "{where}反光", "Glare, {where_en}",
          "避开顶灯、把纸压平，再拍这一页", "Flatten the sheet, away from the lamp, and take it again"),
    _Rule("cut-off", Level.CORRECT, lambda f, _: bool(f.cut_sides),
          "{sides}边的字没拍全", "Text runs off the {sides_en} edge",
          "把纸往里挪，四边都留白，再扫", "Move the sheet in until all margins show"),
    _Rule("faint", Level.CORRECT,
          lambda f, m: not _is_blank(f, m) and not _is_dark(f, m)
          and f.contrast * 100 < m.least_contrast * f.paper,
          "字太淡", "The ink is too faint",
          "把对比度调高再扫；原件就淡可以保留", "Raise the contrast; keep it if the original is so"),
    _Rule("shaded", Level.INFO,
          lambda f, m: not _is_dark(f, m) and f.shade < m.darkest_shade,
          "有一片阴影", "Part of it lies in shadow",
          "看得清可以不管；看不清换个光再拍", "Leave it if it can be read"),
    _Rule("low-dpi", Level.INFO,
          lambda f, m: m.fewest_dpi <= f.dots_per_inch < m.archive_dpi,
          "{dpi} dpi，低于归档要求的 200", "{dpi} dpi; archives ask for 200",
          "看得清可以不管", "Leave it if it can be read"),
    _Rule("skewed", Level.INFO, lambda f, m: abs(f.skew) > m.most_skew,
          "歪了 {skew} 度", "Slanted by {skew} degrees",
          "可按“扶正”", "Straighten it if you like"),
)  # fmt: skip
CODES: Final = tuple(rule.code for rule in _RULES)
_BROKEN: Final = Remark(
    code="broken",
    level=Level.CORRECT,
    zh="画不出来",
    en="Cannot be drawn",
    do_zh=_SCAN_AGAIN[0] + "，换掉它",
    do_en=_SCAN_AGAIN[1] + " and replace it",
)

_STOPPED: Final = {
    "timeout": Remark(
        code="stopped",
        level=Level.CORRECT,
        zh="整理了 20 秒没完成，被停下了",
        en="Stopped: not ready within 20 seconds",
        do_zh="机器忙时会这样：再试一次，不用重扫；还是不行就重来这一页",
        do_en="A busy machine does that: try again, without scanning; if it stops again, take it again",
    ),
    "crashed": Remark(
        code="stopped",
        level=Level.CORRECT,
        zh="整理的程序中途停了",
        en="Stopped: the program that makes pages ready ended",
        do_zh="再试一次，不用重扫；还是不行就重来这一页",
        do_en="Try again, without scanning; if it stops again, take this page again",
    ),
}
"""Pages that were stopped from outside: the same page may well be made ready at another try."""


def judge(page: Page, limits: Limits = LIMITS) -> tuple[Remark, ...]:
    """Return everything that is to be said of a page; nothing while it is being made ready."""
    if page.trouble:
        return (_STOPPED.get(page.trouble, _BROKEN),)
    return tuple(judge_figures(page.figures, limits)) if page.figures else ()


def judge_figures(figures: Figures, limits: Limits = LIMITS) -> list[Remark]:
    """Return what figures say of a page."""
    words = _words(figures)
    return [
        Remark(
            code=rule.code,
            level=rule.level,
            zh=rule.zh.format(**words),
            en=rule.en.format(**words),
            do_zh=rule.do_zh,
            do_en=rule.do_en,
            box=_box(rule.code, figures),
        )
        for rule in _RULES
        if rule.holds(figures, limits)
    ]


def open_remarks(page: Page) -> tuple[Remark, ...]:
    """Return the remarks that somebody still has to deal with."""
    return tuple(r for r in judge(page) if r.level is Level.CORRECT and r.code not in page.kept)


def to_be_kept(page: Page) -> tuple[str, ...]:
    """Return the codes of what somebody lets stand when he keeps a page as it is."""
    return tuple(r.code for r in judge(page) if r.level is Level.CORRECT)


def page_findings(draft: Draft) -> tuple[Finding, ...]:
    """Return what keeps the pages of a draft from travelling."""
    findings = []
    for code in dict.fromkeys(page.code for page in draft.pages):
        title = CATALOGUE[code]
        own = of_code(draft.pages, code)
        if waiting := sum(page.is_waiting for page in own):
            zh = f"{code} {title.title_zh}还有 {waiting} 页没整理好，打开材料这一步会接着做"
            en = f"{code}: {waiting} pages are still to be made ready; open the step of materials"
            findings.append(_finding(zh, en, f"/materials/{code}"))
        for number, page in enumerate(own, start=1):
            for remark in open_remarks(page):
                zh = f"{code} {title.title_zh}第 {number} 页{remark.zh}：{remark.do_zh}"
                en = f"{code}, page {number}: {remark.en}. {remark.do_en}"
                findings.append(_finding(zh, en, f"/materials/{code}/pages/{number}"))
    return tuple(findings)


def _finding(zh: str, en: str, pointer: str) -> Finding:
    return Finding(rule="PAGE", level=Level.CORRECT, zh=zh, en=en, basis="", pointer=pointer)


def _words(figures: Figures) -> dict[str, str]:
    where, where_en = _place(figures.glare_box)
    return {
        "dpi": str(figures.dots_per_inch),
        "skew": f"{abs(figures.skew) / 100:.1f}",
        "where": where,
        "where_en": where_en,
        "sides": "、".join(_SIDES[side][0] for side in figures.cut_sides),
        "sides_en": " and ".join(_SIDES[side][1] for side in figures.cut_sides),
    }


def _place(box: tuple[int, ...]) -> tuple[str, str]:
    """Say where a box lies: 右下, lower right."""
    if not box:
        return "", ""
    across = min((box[0] + box[2]) // 2 * 3 // 10_000, 2)
    down = min((box[1] + box[3]) // 2 * 3 // 10_000, 2)
    zh = "正中" if across == down == 1 else f"{_THIRDS[0][across]}{_HEIGHTS[0][down]}"
    return zh.strip("中") if zh != "正中" else zh, f"{_HEIGHTS[1][down]} {_THIRDS[1][across]}"


def _box(code: str, figures: Figures) -> tuple[int, ...]:
    if code == "glare":
        return figures.glare_box
    if code == "cut-off":
        strips = {
            "L": (0, 0, _STRIP, 10_000),
            "T": (0, 0, 10_000, _STRIP),
            "R": (10_000 - _STRIP, 0, 10_000, 10_000),
            "B": (0, 10_000 - _STRIP, 10_000, 10_000),
        }
        return strips[figures.cut_sides[0]]
    return ()
