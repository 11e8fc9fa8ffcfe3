"""The style sheet's colours: few, in one place, and as readable as the words beside them say."""

from __future__ import annotations

import re

import pytest
from colours import COLOUR, MODES, SHEET, stated
from contrast import contrast

from stateassets.present.style import LEVEL_FILLS

TEXT, SHAPE = 4.5, 3.0  # WCAG AA
GROUNDS = {"sa-page", "sa-surface", "sa-sample", "sa-mark"}


def wrong(sheet: str) -> list[str]:
    """Colours whose contrast is not stated, not as stated, or too low for text or a shape."""
    found = []
    for mode, block in MODES.findall(sheet):
        colours = stated(block)
        for name, (value, told) in colours.items():
            if name in GROUNDS or told == "decoration only":
                continue
            on = re.fullmatch(r"([\d.]+) on --(sa-[a-z]+)", told)
            both = re.fullmatch(r"([\d.]+) / ([\d.]+)", told)
            fill = re.fullmatch(r"(fill|outlined) ([\d.]+)", told)
            pairs = [(on[1], on[2])] if on else [(both[1], "sa-page"), (both[2], "sa-surface")] if both else []
            pairs = [(fill[2], "sa-page")] if fill else pairs
            measured = [f"{contrast(value, colours[ground][0]):.1f}" for _, ground in pairs]
            least = (SHAPE if fill[1] == "fill" else 0) if fill else TEXT
            if not pairs or [ratio for ratio, _ in pairs] != measured or min(map(float, measured)) < least:
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


def test_a_shape_too_pale_to_be_seen_is_noticed() -> None:
    pale = f"{contrast('#c0c0c0', '#ffffff'):.1f}"
    assert wrong(SHEET.replace("#868e96;        /* fill 3.3 */", f"#c0c0c0; /* fill {pale} */", 1))


def test_levels_of_warnings_have_the_colours_of_charts_in_both_modes() -> None:
    levels = re.findall(r"\.sa-level-\w+ \{ background: (var\(--[a-z-]+\)); color: (var\(--[a-z-]+\)); \}", SHEET)
    assert levels == list(LEVEL_FILLS.values())


def test_no_other_colour_is_written_anywhere() -> None:
    rest = MODES.sub("", SHEET)
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
