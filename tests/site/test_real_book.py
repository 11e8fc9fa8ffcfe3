"""The guards, applied to every page of this repository's own book."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import guards
import pytest
from paths import ROOT
from playwright.sync_api import Browser

from stateassets.book import standing
from stateassets.book.build_cache import Executed, Snapshot
from stateassets.book.downloads import origin_of
from stateassets.tables.addresses import download_path


def test_every_chapter_of_the_contents_has_a_page(real_site: Path) -> None:
    written = {p.relative_to(real_site).with_suffix("").as_posix() for p in guards.pages(real_site)}
    for notebook in (ROOT / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in notebook.parts:
            assert notebook.relative_to(ROOT).with_suffix("").as_posix() in written


def test_a_changed_row_has_only_the_chapters_run_again_that_read_its_table(real_site: Path, tmp_path: Path) -> None:
    book = real_site.parents[1]
    names = [p.relative_to(book).with_suffix("").as_posix() for p in book.glob("notebooks/**/*.ipynb")]
    for folder in ("data", "notebooks", "stateassets", "_build/cache"):
        shutil.copytree(book / folder, tmp_path / folder)
    for path in filter(Path.is_file, book.iterdir()):
        shutil.copy(path, tmp_path)
    executed, paths = Executed(tmp_path), {name: tmp_path / f"{name}.ipynb" for name in names}
    before = Snapshot.take(tmp_path, paths)
    assert all(executed.holds(name, before) for name in names)
    table = "data/ledger/safety_inspections.csv"
    readers = {name for name in names if table in executed.reads(name, before)}
    path = tmp_path / table
    head, first, second, *rest = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([head, second, first, *rest]) + "\n", "utf-8-sig")
    now = Snapshot.take(tmp_path, paths)
    assert {name for name in names if not executed.holds(name, now)} == readers
    assert 0 < len(readers) < len(names) / 2


def test_the_folders_own_page_leads_to_the_cover(browser: Browser, real_site: Path) -> None:
    assert real_site / "index.html" not in guards.pages(real_site)
    with guards.opened(browser, (real_site / "index.html").as_uri()) as (page, _):
        page.wait_for_url((real_site / "notebooks" / "index.html").as_uri())


@pytest.mark.slow
def test_no_page_names_a_foreign_script_or_style(real_site: Path) -> None:
    assert guards.foreign_loads(real_site) == []


def test_every_link_within_the_book_leads_somewhere(real_site: Path) -> None:
    assert guards.dead_links(real_site) == []


def test_a_name_in_a_chapter_leads_to_its_groups_page(real_site: Path) -> None:
    chapters = [p for p in guards.pages(real_site) if p.parent.name[:1] in "123456"]
    links = "".join(path.read_text("utf-8") for path in chapters)
    for page in (real_site / "notebooks" / "8_profiles").glob("*.html"):
        assert f'href="../8_profiles/{page.name}">' in links, page.stem


@pytest.mark.slow
def test_no_page_shows_asterisks(real_site: Path) -> None:
    texts = {p.name: guards.asterisks(p.read_text("utf-8")) for p in guards.pages(real_site)}
    assert {name: found for name, found in texts.items() if found} == {}


def test_numbers_are_grouped_alike_on_every_page(real_site: Path) -> None:
    texts = {p.name: guards.ungrouped(p.read_text("utf-8")) for p in guards.pages(real_site)}
    assert {name: found for name, found in texts.items() if found} == {}


def test_every_declared_table_can_be_downloaded(real_site: Path) -> None:
    package = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    for table in package["resources"]:
        original = ROOT / "data" / table["path"]
        copy = real_site / download_path(table["path"], origin_of(table, original))
        assert copy.read_bytes() == original.read_bytes()


def test_every_page_that_lists_its_measures_says_once_how_to_read_them(real_site: Path) -> None:
    pages = [page.read_text("utf-8") for page in (real_site / "notebooks").rglob("*.html")]
    lists = [page for page in pages if f">{standing.MEASURES}" in page]  # not one that had it, as an address tells
    assert len(lists) > 20
    assert all(page.count(standing.told(standing.TABLE_BELOW)) == 1 for page in lists)
