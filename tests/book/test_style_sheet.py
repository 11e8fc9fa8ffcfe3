"""The style sheet's colours: few, in one place, and as readable as the words beside them say."""

from __future__ import annotations

import re

import pytest
from contrast import contrast

from stateassets.book.build import HERE

TEXT = 4.5  # WCAG AA
SHEET = "".join((HERE / "static" / f"{name}.css").read_text("utf-8") for name in ("outputs", "book"))
MODES = re.compile(
    r'^html(:not\(\[data-theme="dark"\]\)|\[data-theme="dark"\])(?:, body[^{]*)? \{\n(.*?)^\}', re.M | re.S
)
COLOUR = re.compile(r"^  --(sa-[a-z-]+): (#[0-9a-f]{6});(?:\s*/\* (.*?) \*/)?$", re.M)
GROUNDS = {"sa-page", "sa-surface", "sa-sample", "sa-mark"}


def wrong(sheet: str) -> list[str]:
    """Colours whose contrast is not stated, not as stated, or too low for text."""
    found = []
    for mode, block in MODES.findall(sheet):
        colours = {name: (value, told) for name, value, told in COLOUR.findall(block)}
        for name, (value, told) in colours.items():
            if name in GROUNDS or told == "decoration only":
                continue
            on = re.fullmatch(r"([\d.]+) on --(sa-[a-z]+)", told)
            both = re.fullmatch(r"([\d.]+) / ([\d.]+)", told)
            pairs = [(on[1], on[2])] if on else [(both[1], "sa-page"), (both[2], "sa-surface")] if both else []
            measured = [f"{contrast(value, colours[ground][0]):.1f}" for _, ground in pairs]
            stated = [ratio for ratio, _ in pairs]
            if not pairs or stated != measured or min(map(float, measured)) < TEXT:
                found.append(f"{mode} --{name}: {told or 'nothing'}, measured {measured}")
    return found


def test_the_contrast_stated_beside_each_colour_is_the_measured_one_and_enough() -> None:
    assert len(MODES.findall(SHEET)) == 2
    assert all(len(COLOUR.findall(block)) >= 10 for _, block in MODES.findall(SHEET))
    assert wrong(SHEET) == []


@pytest.mark.parametrize("spoilt", ["14.8 / 13.7", "decoration"])
def test_a_contrast_that_is_not_true_is_noticed(spoilt: str) -> None:
    assert wrong(SHEET.replace("/* 14.8 / 13.6 */", f"/* {spoilt} */", 1))


def test_a_text_too_pale_to_read_is_noticed() -> None:
    pale = f"{contrast('#999999', '#ffffff'):.1f} / {contrast('#999999', '#f4f6f8'):.1f}"
    assert wrong(SHEET.replace("#1f2933;         /* 14.8 / 13.6 */", f"#999999; /* {pale} */", 1))


def test_levels_of_warnings_are_as_readable_as_stated() -> None:
    levels = re.findall(r"background: (#\w{6}); color: (#\w{6}); \}\s+/\* ([\d.]+) \*/", SHEET)
    assert len(levels) == 3
    for ground, ink, stated in levels:
        assert f"{contrast(ground, ink):.1f}" == stated and float(stated) >= TEXT


def test_no_other_colour_is_written_anywhere() -> None:
    rest = MODES.sub("", SHEET)
    rest = re.sub(r"\.sa-level-\w+ \{.*?\}", "", rest)
    rest = re.sub(r"@media print \{.*\Z", "", rest, flags=re.S)  # black on white
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", rest) == []


def test_sizes_of_text_are_those_of_one_scale() -> None:
    screen = re.sub(r"@media print \{.*\Z", "", SHEET, flags=re.S)
    scale = re.findall(r"--(sa-\w+): ([\d.]+)rem;", screen)
    assert [float(size) for _, size in scale] == sorted({float(size) for _, size in scale})
    names = "|".join(name for name, _ in scale)
    used = re.findall(r"font-size: ([^;]+);", screen)
    odd = [size for size in used if not re.fullmatch(rf"var\(--({names})\)", size)]
    assert set(odd) == {"16px", "inherit"}  # the whole page's; as what a link stands beside
