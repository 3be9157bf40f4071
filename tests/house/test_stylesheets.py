"""Stylesheets: each rule ends where it ends, or all below it belong to it in silence."""

from pathlib import Path

import pytest

from tests.house.tree import ROOT

SHEETS = sorted(
    p for room in ("registration", "backend", "terminal") for p in (ROOT / room).rglob("*.css")
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_rules_are_closed(sheet: Path) -> None:
    depth = 0
    for number, line in enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1):
        opened = line.count("{") - line.count("}")
        # A rule at the margin stands in nothing else.
        assert not (line[:1] in {".", "#", "@"} and depth), f"line {number} stands in an open rule"
        depth += opened
    assert depth == 0
