"""The map from glyphs back to characters that makes a paper's text searchable."""

from collections.abc import Iterator, Sequence

from reportlab.pdfbase import ttfonts

# Adobe Technical Note 5014 allows at most 100 entries in one bfchar block.
_BLOCK = 100


def to_unicode_cmap(font_name: str, subset: Sequence[int]) -> str:
    """Return the ToUnicode CMap of one font subset: code point `subset[i]` for byte i.

    reportlab 5.1 writes characters beyond the basic plane as five hex digits, so that 𠮷
    (U+20BB7) is drawn right but copied as another text. A CMap holds UTF-16BE, that is
    surrogate pairs: `<D842DFB7>`.

    Source: ISO 32000-1, 9.10.3; Adobe Technical Note 5411.
    """
    return "\n".join(
        (
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({font_name}) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{font_name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *_blocks(subset),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        )
    )


def _blocks(subset: Sequence[int]) -> Iterator[str]:
    entries = [
        f"<{i:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for i, code in enumerate(subset)
    ]
    for start in range(0, len(entries), _BLOCK):
        block = entries[start : start + _BLOCK]
        yield f"{len(block)} beginbfchar"
        yield from block
        yield "endbfchar"


def install() -> None:
    """Make reportlab write our map; harmless to repeat."""
    ttfonts.makeToUnicodeCMap = to_unicode_cmap
