"""The loop closes: what the book prints in Word and PDF is read back as the figures that it told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told_figures import claims, contradictions, document, read_right, told

import stateassets.domains  # noqa: F401  (fills the registry)
from stateassets.book.takeaway import pdf, word
from stateassets.reading.documents import open_document
from stateassets.reading.model import BlockKind, Found, Reading
from stateassets.reading.read import read_numbers

WRITERS = {"docx": word.write, "pdf": pdf.write}


@pytest.fixture(scope="module", params=WRITERS)
def reading(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The report as its own Word file or PDF, read."""
    path = tmp_path_factory.mktemp("report") / f"专项报告.{request.param}"
    path.write_bytes(WRITERS[request.param](document()))
    return read_numbers(open_document(path))


def in_table(reading: Reading, one: Found) -> bool:
    """Does a number stand in a table? (In a PDF a chart's labels look like one.)"""
    return reading.document.blocks[one.place.block].kind is BlockKind.CELL


def test_every_printed_figure_is_told_somewhere() -> None:
    assert {one.claim.figure_id for one in told()} == set(claims())


@pytest.mark.slow
def test_every_printed_figure_is_read_back_right_wherever_it_is_told(reading: Reading) -> None:
    assert [str(one) for one in told() if not read_right(one, reading.found)] == []


@pytest.mark.slow
def test_nothing_read_back_says_that_a_printed_figure_is_another(reading: Reading) -> None:
    found = [one for one in reading.found if reading.document.format != "pdf" or not in_table(reading, one)]
    assert contradictions(found) == []


@pytest.mark.slow
def test_a_figure_read_wrong_would_be_seen(reading: Reading) -> None:
    [assets] = [one for one in told() if one.claim.figure_id == "total_assets"]
    others = ({"kind": "yoy_pct"}, {"text": "697.9"}, {"unit": "万元"}, {"year": 2022}, {"scope": "一级企业"})
    for other in (*others, {"indicator": None, "name_zh": "负债总额"}, {"base": "年初"}):
        wrong = [replace(one, claim=replace(one.claim, **other)) for one in reading.found]
        assert not read_right(assets, wrong), other
    larger = [replace(one, claim=replace(one.claim, text=one.claim.text + "1")) for one in reading.found]
    assert len(contradictions(larger)) >= len(claims()) // 2
