"""What README and docs/ promise: each command runs, each link and path leads somewhere, each example is the file's."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from waiting import LONGEST

from stateassets.cli import COMMANDS
from stateassets.cli.main import main, parser
from stateassets.new_book import begin, plan

ROOT = Path(__file__).resolve().parents[2]
PAGES = (*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
COPIED = ("stateassets", "data", "notebooks", "baseline", "docs", "tools")
CHAPTERS = ("conftest.py", "4_budget.ipynb")  # a book of one chapter: `accept` runs them all
EXAMPLE = ROOT / "tests" / "example_domain"

# Not run here: why, and the test or script that covers it.
NOT_HERE = {
    "make book": ("builds the whole book", "test_commands.py"),
    "make book EDITION=public": ("builds the whole book", "test_public_edition.py"),
    "make test": ("would run this test", ".ci/run"),
    "make test-all": ("would run this test", ".ci/run"),
    "make serve": ("serves until it is ended", "test_serving.py"),
    "python -m stateassets build": ("builds the whole book", "test_build_command.py"),
    "python -m stateassets serve": ("serves until it is ended", "test_serving.py"),
    "make lab": ("stays open", "test_jupyterlab.py"),
    "make outputs": ("runs every notebook; it is `profiles` and `accept --yes`", "test_accept.py"),
    ".ci/run": ("would run this test", ".github/workflows/publish.yml"),
    "pip install -r requirements.txt": ("downloads", "tools/bootstrap.sh"),
    "jupyter-book build .": ("builds the whole book; `make book` calls it", "test_never_half.py"),
    "pytest --nbval notebooks": ("runs every notebook; `make test` calls it", "test_moved_numbers.py"),
    "python -m stateassets import --from sources.yml": ("needs a database", "test_*database.py"),
    "python -m benchmarks.mutations": ("takes an hour", "test_mutations.py"),
    "python -m benchmarks.endurance": ("takes an hour", "test_kernels.py"),
    "python -m benchmarks.audit_seeded": ("takes minutes", "test_seeded.py"),
    "python -m benchmarks.audit_arelle": ("needs Arelle", "test_seeded.py"),
    "python -m benchmarks.serve": ("takes long", "test_serving.py"),
    "python -m benchmarks.build": ("takes an hour", "test_build_times.py"),
    "python -m benchmarks.build --quick": ("takes minutes", "test_build_times.py"),
    "python -m stateassets desk --add-account zhang --staff --name 张三": (
        "asks for a password",
        "test_desk_command.py",
    ),
    "python -m stateassets desk --add-account a1 --enterprise A1": ("asks for a password", "test_desk_command.py"),
    "python -m stateassets desk --close-account a1": ("needs the account", "test_desk_command.py"),
    "python -m stateassets desk": ("serves until it is ended", "test_desk_command.py"),
    "python -m stateassets desk --acceptors 2 --port 8011": ("serves until it is ended", "test_desk_command.py"),
    "python -m stateassets desk --domain desk.example.org": ("serves until it is ended", "test_desk_command.py"),
    "python -m stateassets platform": ("runs until it is ended", "test_platform.py"),
    "python -m stateassets returns --known-on 2023-06-30 --out then": (
        "needs what was posted by then",
        "test_posting.py",
    ),
    "python -m tools.sample_districts sample": ("writes 60 MB", "test_rolled_up_book.py"),
    "python -m stateassets rollup sample --expected sample/名单.csv --register sample/产权登记.csv --out city": (
        "needs the sample",
        "test_rolled_up_book.py",
    ),
    "python -m benchmarks.rollup": ("takes minutes", "test_rolled_up_book.py"),
    "python -m benchmarks.desk": ("takes minutes", "test_served.py"),
    "python -m stateassets at-scale lake --add": ("would leave results behind", "test_engines.py"),
    "python -m stateassets at-scale lake": ("would leave results behind", "test_engines.py"),
    "python -m stateassets at-scale lake --cluster tcp://10.0.0.1:8786": ("needs a cluster", "test_engines.py"),
    "pip install 'stateassets[cluster]'": ("downloads", "test_engines.py"),
    "dask scheduler --port 8786": ("serves until it is ended", "test_engines.py"),
    "dask worker tcp://10.0.0.1:8786 --nworkers 8 --nthreads 1 --memory-limit 2GB": (
        "serves until it is ended",
        "test_engines.py",
    ),
    "python -m benchmarks.engines": ("takes minutes", "test_engines.py"),
    "python -m benchmarks.figures": ("takes a minute", "test_figures_at_scale.py"),
    "python -m benchmarks.search_speed": ("needs a browser", "test_search.py"),
    "python -m benchmarks.page_weight": ("needs a browser", "test_weight.py"),
    "python -m benchmarks.table_widths": ("needs a browser", "test_table_layout.py"),
    "python -m benchmarks.import_speed": ("takes minutes", "test_hostile_workbooks.py"),
    "python -m benchmarks.examining": ("takes minutes", "test_examining.py"),
    "python -m stateassets stale": ("depends on what was stored last", "test_stale.py"),
    "python -m tools.pictures": ("needs a browser", "test_pictures.py"),
    "python -m tools.addresses": ("needs a built book", "test_addresses.py"),
}
SAMPLE = "python -m stateassets read stateassets/reading/sample_report.txt"
# Exit code 1, as is said.
FOUND_SOMETHING = {
    "python -m stateassets audit data/claims/published_reports.csv --quick",
    *(SAMPLE, f"{SAMPLE} --html marked.html", f"{SAMPLE} --html 标.html"),
}
# Where nothing has arrived cron has nothing to mail.
SILENT = {"python -m stateassets platform --once"}
# In a process of their own, which has only the copy's package; the others in this one, which has read the tables.
ALONE = {"python -m stateassets check", "python -m stateassets accept"}
# Named, though not there as long as nobody makes them.
MADE_LATER = {
    "_build/cache",
    "_build/html",
    "_build/html/downloads",
    "data/corrections.yml",
    "data/synonyms.yml",
    ".accepted/",
    "facts.json",
    "sources.yml",
    "填报.xlsx",
    "platform.yml",
    "returns.sqlite",
    *("收件/A1/快报.xlsx", "收件/快报.xlsx", "收件/.已收/"),
    *("数.csv", "数.xlsx", "标.html", "标.docx", "报告.docx", "报告.读数.yml", ".读数.yml", "marked.html"),
}
MADE_LATER |= {".venv/bin/python", ".venv/bin/pre-commit", "index.html", "stateassets/domains/environment/"}
SUFFIXES = (".py", ".md", ".yml", ".yaml", ".json", ".csv", ".sh", ".ipynb", ".txt", ".toml", ".xlsx", ".html")


def commands(text: str) -> list[str]:
    """Return the lines of a page's sh blocks, without their comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M)
    lines = (re.sub(r"\s+#.*", "", line).strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def known(command: str) -> bool:
    """Whether a command is run here or listed."""
    return command in NOT_HERE or is_quick(command)


def is_quick(command: str) -> bool:
    """Whether a command is one of the package's own, and not listed."""
    return command.removeprefix(".venv/bin/").startswith("python -m stateassets ") and command not in NOT_HERE


ALL = sorted({command for page in PAGES for command in commands(page.read_text("utf-8"))})


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with one chapter, and with the workbooks that the pages import."""
    folder = tmp_path_factory.mktemp("documented") / "book"
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=_left_out)
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".git":
            shutil.copy(path, folder)
    header, row = (ROOT / "data/ledger/budget.csv").read_text("utf-8-sig").splitlines()[:2]
    for name in ("ledgers.xlsx", "台账.xlsx", "填报.xlsx"):
        made = openpyxl.Workbook()
        made.active.title = "预算"
        made.active.append(header.split(","))
        made.active.append(row.split(","))
        made.save(folder / name)
    (folder / "received").mkdir()
    shutil.copy(folder / "ledgers.xlsx", folder / "received")
    return folder


def _left_out(folder: str, names: list[str]) -> set[str]:
    chapters = {name for name in names if Path(folder).is_relative_to(ROOT / "notebooks") and "." in name}
    return {"__pycache__"} | {name for name in chapters if name not in CHAPTERS}


def run_alone(words: list[str], book: Path) -> tuple[int, str]:
    """Run a command in a process of its own; return the exit code and what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(book), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=book,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("command", [command for command in ALL if is_quick(command)])
def test_each_quick_command_runs_as_it_stands(
    command: str, original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Path(shutil.copytree(original, tmp_path / "book"))
    words = shlex.split(command.removeprefix(".venv/bin/"))[1:]
    if command in ALONE:
        code, told = run_alone(words, book)
    else:
        monkeypatch.chdir(book)
        monkeypatch.setattr(sys, "stdin", io.StringIO())  # nobody answers
        code, told = main(words[2:]), capsys.readouterr().out
    assert code == (command in FOUND_SOMETHING), told[-4000:]
    assert bool(told.strip()) == (command not in SILENT)


def misspelt(commands: list[str]) -> list[str]:
    """Return those that the program would not take."""
    found = []
    for command in commands:
        try:
            parser().parse_args(shlex.split(command.partition("stateassets ")[2]))
        except SystemExit:
            found.append(command)
    return found


def test_each_command_is_written_as_the_program_takes_it() -> None:
    assert misspelt([command for command in ALL if is_quick(command)]) == []


def test_a_misspelt_command_is_noticed() -> None:
    command = "python -m stateassets figures --colour"
    assert misspelt([command, "python -m stateassets figures"]) == [command]


def test_a_command_that_is_not_run_is_listed_with_the_test_that_covers_it() -> None:
    assert [command for command in ALL if not known(command)] == []


def test_nothing_is_listed_that_no_page_names_or_nothing_covers() -> None:
    assert set(NOT_HERE) <= set(ALL)
    for why, where in NOT_HERE.values():
        assert why and ((ROOT / where).is_file() or list((ROOT / "tests").rglob(where))), where


def test_a_made_up_command_is_noticed() -> None:
    page = "Text.\n\n```sh\nmake coffee   # strong\npython -m stateassets check\n```\n\n```yaml\nmake: tea\n```\n"
    assert [command for command in commands(page) if not known(command)] == ["make coffee"]


# --- commands in running text --------------------------------------------------------------------


def unknown(text: str) -> set[str]:
    """Return the make targets and subcommands that a page names and that do not exist."""
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    made = set(re.findall(r"(?:`|^)make ([a-z][\w-]*)", text, re.M)) - targets
    return made | (set(re.findall(r"python -m stateassets ([a-z][\w-]*)", text)) - {c.NAME for c in COMMANDS})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_tells_one_to_call_exists(page: Path) -> None:
    assert unknown(page.read_text("utf-8")) == set()


def test_a_target_and_a_subcommand_that_do_not_exist_are_noticed() -> None:
    assert unknown("`make tea`, `make book`, `python -m stateassets fly`") == {"tea", "fly"}


# --- links and paths -----------------------------------------------------------------------------


def heading_places(page: Path) -> set[str]:
    """Return what a link to a page's headings names after ``#``."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(page: Path) -> list[str]:
    """Return the links and pictures of a page that lead nowhere."""
    found = []
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text("utf-8")):
        name, _, place = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (place and place not in heading_places(target)):
            found.append(link)
    return found


def missing_paths(text: str, *folders: Path) -> list[str]:
    """Return the paths in backticks that exist in none of the folders."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    paths = [word for word in re.findall(r"`([^`\s]+)`", plain) if "/" in word or word.endswith(SUFFIXES)]
    paths = [word for word in paths if word not in MADE_LATER and not set(word) & set("*{}<>=…:\"'(")]
    return [word for word in paths if not any((folder / word).exists() for folder in folders)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_path_leads_somewhere(page: Path) -> None:
    package = ROOT / "stateassets"
    folders = (ROOT, package, EXAMPLE, EXAMPLE / "environment", EXAMPLE / "notebooks")
    folders = (*folders, *package.joinpath("domains").iterdir())
    assert dead_links(page) == []
    assert missing_paths(page.read_text("utf-8"), *folders) == []


def test_a_dead_link_and_a_missing_path_are_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n\n[a](page.md#one) [b](#two) [c](gone.md) `gone/x.py` `page.md` `data/*.csv`\n", "utf-8")
    assert dead_links(page) == ["#two", "gone.md"]
    assert missing_paths(page.read_text("utf-8"), tmp_path) == ["gone/x.py"]


def test_the_guides_of_a_new_book_lead_somewhere(tmp_path: Path) -> None:
    begin(plan(ROOT, tmp_path / "new"))
    pages = [*(tmp_path / "new").glob("*.md"), *(tmp_path / "new" / "docs").glob("*.md")]
    assert len(pages) >= 4 and {page.name: dead_links(page) for page in pages if dead_links(page)} == {}


# --- the worked example --------------------------------------------------------------------------


def strange_quotes(text: str) -> list[str]:
    """Return the code blocks of a page that stand in no file of the example, by their first line."""
    files = [path.read_text("utf-8-sig") for path in EXAMPLE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    blocks = re.findall(r"^```(?:python|yaml|csv)\n(.*?)^```", text, re.S | re.M)
    return [block.splitlines()[0] for block in blocks if not any(block in file for file in files)]


def test_the_worked_example_is_quoted_as_it_stands() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert "```python\n" in text and strange_quotes(text) == []


def test_a_quote_that_is_not_the_files_is_noticed() -> None:
    assert strange_quotes("```python\nORDER = 999\n```\n") == ["ORDER = 999"]
