"""How good the reader is said to be: the measured counts, each of how many, never rounded up to all."""

from __future__ import annotations

from pathlib import Path

from stateassets.reading.quality import COLUMNS, MEASURED, NOT_YET, Measured, measured, quality


def test_the_three_figures_stand_apart_each_with_its_share():
    shown = repr(quality([Measured("甲集", 8, 200, 198, 190, 7, "两个数在图里")]))
    for words in ("甲集", "198（99.0%）", "190（95.0%）", "7（87.5%）", "两个数在图里", "真实"):
        assert words in shown


def test_all_but_one_is_not_said_to_be_all():
    assert "不足100.0%" in repr(quality([Measured("甲集", 1, 10_000, 9_999, 10_000, 1)]))
    assert "不足" not in repr(quality([Measured("甲集", 1, 10_000, 10_000, 10_000, 1)]))


def test_what_was_not_measured_is_not_claimed():
    assert repr(quality([])) == NOT_YET


def test_the_stored_measurement_is_one_that_can_be(tmp_path: Path):
    assert MEASURED.read_text("utf-8-sig").splitlines()[0].split(",") == list(COLUMNS)
    for one in measured():
        assert one.documents > 0 and one.right <= one.found <= one.numbers and one.verdicts <= one.documents
        assert one.misses or one.right == one.numbers
