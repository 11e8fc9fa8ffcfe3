"""The loop closes: what the book prints on its pages is read back as the figures that it told."""

from __future__ import annotations

from pathlib import Path

import pytest
from told_figures import NAMES, claims, contradictions, read_right, told

import stateassets.domains  # noqa: F401  (fills the registry)
from stateassets.reading.documents import open_document
from stateassets.reading.model import Found
from stateassets.reading.read import read_numbers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(real_site: Path) -> list[Found]:
    """The numbers of the report's own chapters and of the cover, read; not every page says its year."""
    [year] = {claim.year for claim in claims().values()}
    pages = (open_document(real_site / f"{name}.html") for name in NAMES)
    return [one for page in pages for one in read_numbers(page, year=year).found]


def test_every_printed_figure_is_read_back_right_wherever_a_page_tells_it(found: list[Found]) -> None:
    assert [str(one) for one in told() if not read_right(one, found)] == []


def test_nothing_read_back_from_a_page_says_that_a_printed_figure_is_another(found: list[Found]) -> None:
    assert contradictions(found) == []
