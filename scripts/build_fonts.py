r"""Makes the three font files of the papers from their upstream releases.

A person runs it when a font is renewed; nothing at run time needs it. It wants fontTools:

    npm pack @expo-google-fonts/noto-serif-sc && tar xzf expo-google-fonts-noto-serif-sc-*.tgz
    apt-get download fonts-babelstone-han && dpkg -x fonts-babelstone-han_*.deb babelstone
    python scripts/build_fonts.py \
        package/400Regular/NotoSerifSC_400Regular.ttf \
        package/700Bold/NotoSerifSC_700Bold.ttf \
        babelstone/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf \
        registration/papers/fonts

Layout tables, hints and vertical metrics go: reportlab uses none of them and they would only
make the checkout heavier. Outlines are kept as they are.
"""

import argparse
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]  # has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types

_PUNCTUATION = "·•—…“”‘’、。《》〈〉（）【】〔〕「」：；，！？％＃＆＋－×～￥〇№□■√①②③④⑤⑥⑦⑧⑨⑩²"
_RARE = (
    (0x20000, 0x2A6DF),  # Extension B
    (0x2A700, 0x2B73F),  # C
    (0x2B740, 0x2B81F),  # D
    (0x2B820, 0x2CEAF),  # E
    (0x2CEB0, 0x2EBEF),  # F
    (0xF900, 0xFAFF),  # compatibility ideographs, which old name records hold
    (0x2F800, 0x2FA1F),
)
_NOTICE = (
    "Changed 2026-11-24 for the registration papers: cut down to the ideographs of Extensions B "
    "to F and the compatibility blocks that Noto Serif SC lacks; hints, layout and vertical "
    "tables removed; renamed. Outlines unchanged. Licensed under the Arphic Public License."
)


def main() -> None:
    """Write NotoSerifSC-Regular.ttf, NotoSerifSC-Bold-Subset.ttf and RegistrationRareHan.ttf."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("regular", "bold", "babelstone", "out"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    regular = TTFont(args.regular)
    common = set(regular.getBestCmap())
    _cut(regular, common).save(args.out / "NotoSerifSC-Regular.ttf")
    _cut(TTFont(args.bold), _heading_characters()).save(args.out / "NotoSerifSC-Bold-Subset.ttf")
    babelstone = TTFont(args.babelstone)
    rare = {c for c in babelstone.getBestCmap() if any(a <= c <= b for a, b in _RARE)} - common
    rare_font = _cut(babelstone, rare)
    _rename(rare_font)
    rare_font.save(args.out / "RegistrationRareHan.ttf")


def _heading_characters() -> set[int]:
    """Return ASCII, the usual punctuation and level 1 of GB 2312 (3,755 ideographs)."""
    cells = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    level_1 = "".join(code.decode("gb2312", "ignore") for code in cells)
    return {ord(c) for c in level_1 + _PUNCTUATION} | set(range(0x20, 0x7F))


def _cut(font: TTFont, characters: set[int]) -> TTFont:
    options = subset.Options(
        hinting=False,
        layout_features=[],
        drop_tables=["BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx", "DSIG", "meta"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    return font


def _rename(font: TTFont) -> None:
    names = {
        1: "Registration Rare Han",
        3: "Registration Rare Han: from BabelStone Han 15.0.5",
        4: "Registration Rare Han",
        6: "RegistrationRareHan",
        10: _NOTICE,
    }
    for name_id, text in names.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)
        font["name"].setName(text.encode("ascii").decode(), name_id, 1, 0, 0)


if __name__ == "__main__":
    main()
