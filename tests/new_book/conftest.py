"""What several modules begin a book with."""

from __future__ import annotations

from pathlib import Path

import pytest
import sound_books
from paths import ROOT

from stateassets.new_book import begin, plan


@pytest.fixture(scope="session")
def unfilled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new book that nobody has filled in, to copy from."""
    folder = tmp_path_factory.mktemp("unfilled") / "book"
    begin(plan(ROOT, folder, region="示例市某区", year=sound_books.YEAR))
    return folder
