"""Adding a domain edits nothing that stands: 环保, as CONTRIBUTING shows it, laid into a copy and built."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from kept_results import take_along
from paths import ROOT

from stateassets.book.takeaway.word import KIND as PICTURES

pytestmark = pytest.mark.slow  # a book is built

JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
EXAMPLE = ROOT / "tests" / "example_domain"
COPIED = (
    "_config.yml",
    "_toc.yml",
    "pyproject.toml",
    "requirements.txt",
    "stateassets",
    "data",
    "baseline",
    "notebooks",
    "tests/cases",
)
CHAPTER = "notebooks/10_platform/10_environment"
# Of the chapters that stand, those on which a new domain shows, and those that they lead to.
STANDING = (
    *("10_platform/8_debt_watch", "10_platform/9_alerts"),
    *("9_reference/2_glossary", "9_reference/3_data", "9_reference/4_figures"),
)
# What adding a domain may add or change.
ITS_OWN = ("stateassets/domains/environment/", f"{CHAPTER}.ipynb", "_toc.yml", "data/", "tests/cases/")


@dataclass(frozen=True)
class Copy:
    """A copy of the repository into which the domain was laid; ``before`` are its files' hashes without it."""

    root: Path
    before: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a program of this environment in the copy, on the copy's own package."""
        settings = {**os.environ, "PYTHONPATH": str(self.root), "PYTHONUTF8": "1"}
        return subprocess.run(
            [sys.executable, *words], cwd=self.root, env=settings, capture_output=True, text=True, timeout=1200
        )

    def page(self, name: str) -> str:
        """Return a built page."""
        return (self.root / "_build" / "html" / f"{name}.html").read_text("utf-8")


def hashes(root: Path) -> dict[str, str]:
    """Return a hash of each source file below a folder, by its path."""
    kept = (p for p in root.rglob("*") if p.is_file() and not {"_build", "__pycache__"} & set(p.parts))
    return {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}


def add_rows(path: Path, more: Path) -> None:
    """Write the rows of one CSV file behind those of another."""
    with more.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == header
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def add_chapter(path: Path, entry: Path, beside: str) -> None:
    """Write a chapter's entry into the part of the contents that has the chapter ``beside``."""
    contents = yaml.safe_load(path.read_text("utf-8"))
    part = next(p for p in contents["parts"] if any(c.get("file", "").startswith(beside) for c in p["chapters"]))
    part["chapters"] += yaml.safe_load(entry.read_text("utf-8"))
    path.write_text(yaml.safe_dump(contents, allow_unicode=True, sort_keys=False), "utf-8")


def leave_few_chapters(path: Path) -> None:
    """Leave in the contents the first page and few chapters: adding one is the same for all others."""
    contents = yaml.safe_load(path.read_text("utf-8"))
    files = [f"notebooks/{name}" for name in STANDING]
    for part in contents["parts"]:
        part["chapters"] = [chapter for chapter in part["chapters"] if chapter.get("file") in files]
    contents["parts"] = [part for part in contents["parts"] if part["chapters"]]
    path.write_text(yaml.safe_dump(contents, allow_unicode=True, sort_keys=False), "utf-8")


def lay(root: Path) -> None:
    """Lay the example over a copy, as its README says."""
    shutil.copytree(EXAMPLE / "environment", root / "stateassets/domains/environment")
    shutil.copy2(EXAMPLE / "notebooks/10_environment.ipynb", root / f"{CHAPTER}.ipynb")
    shutil.copytree(EXAMPLE / "data/ledger", root / "data/ledger", dirs_exist_ok=True)
    for settings in (EXAMPLE / "data/settings").glob("*.csv"):
        add_rows(root / "data/settings" / settings.name, settings)
    cases = root / "tests/cases/warnings.yaml"
    cases.write_text(cases.read_text("utf-8") + (EXAMPLE / "cases.yaml").read_text("utf-8"), "utf-8")
    add_chapter(root / "_toc.yml", EXAMPLE / "toc.yml", beside="notebooks/10_platform/")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The repository with the domain laid into it, declared and built."""
    root = tmp_path_factory.mktemp("domain") / "report"
    ignored = shutil.ignore_patterns(".ipynb_checkpoints")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    take_along(root, PICTURES)  # those of the chapters that stand are not drawn again for Word
    leave_few_chapters(root / "_toc.yml")
    made = Copy(root, hashes(root))
    lay(root)
    for words in (("-m", "stateassets", "declare"), (JUPYTER_BOOK, "build", ".", "-W", "-n", "--keep-going")):
        done = made.run(*words)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return made


def test_nothing_that_stands_was_edited(copy):
    now = hashes(copy.root)
    changed = {path for path in now.keys() | copy.before.keys() if now.get(path) != copy.before.get(path)}
    assert {path for path in changed if not path.startswith(ITS_OWN)} == set()
    assert "data/datapackage.json" in changed


def test_its_rows_are_sound_and_a_bad_one_is_told_with_file_row_and_column(copy):
    assert copy.run("-m", "stateassets", "check").returncode == 0
    table = copy.root / "data/ledger/discharges.csv"
    good = table.read_text("utf-8-sig")
    first = good.splitlines()[1]
    try:
        table.write_text(good.replace(first, first.rsplit(",", 1)[0] + ",2022-01-15"), "utf-8-sig")
        told = copy.run("-m", "stateassets", "check")
        words = told.stdout + told.stderr
        assert told.returncode == 1
        assert all(word in words for word in ("discharges.csv", "第2行", "报送日期", "2022-01-31"))
    finally:
        table.write_text(good, "utf-8-sig")


def test_its_chapter_tells_what_its_rows_add_up_to(copy):
    with (EXAMPLE / "data/ledger/discharges.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["year"] == "2023" and r["pollutant"] == "cod"]
    total = sum(float(row["discharged"]) for row in rows)
    assert f"{total:.1f}吨" in copy.page(CHAPTER)


def test_its_alerts_stand_on_its_page_and_in_the_alert_centre(copy):
    told = copy.run("-m", "stateassets", "alerts", "--module", "environment", "--json")
    alerts = json.loads(told.stdout)
    found = alerts["alerts"] if isinstance(alerts, dict) else alerts
    assert found
    for page in (CHAPTER, "notebooks/10_platform/9_alerts"):
        assert "全年许可量将要用完" in copy.page(page)


def test_its_words_are_found_and_its_table_can_be_taken_away(copy):
    index = (copy.root / "_build/html/search-index.js").read_text("utf-8")
    assert "化学需氧量" in index
    assert f"{CHAPTER}.html" in index
    assert list((copy.root / "_build/html").rglob("*discharges.csv"))
    assert "污染物排放台账" in copy.page("notebooks/9_reference/3_data")
