"""Imports between the package's folders run one way, and what is registered is never read half."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT
from waiting import LONGEST

from stateassets.notebooks import fingerprint

MOST_AT_ROOT = 6  # modules; the rest lies in a folder
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def lint(root: Path) -> tuple[int, str]:
    """Check the contract in a copy's pyproject.toml; return the exit status and what was said."""
    # The copy comes first, whatever is installed or set.
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    told = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=root,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    return told.returncode, told.stdout + told.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package that a test may spoil."""
    shutil.copytree(ROOT / "stateassets", tmp_path / "stateassets", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_run_one_way() -> None:
    status, told = lint(ROOT)
    assert status == 0, told


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("measures/units.py", "from ..present import display"),
        ("present/style.py", "def late():\n    from ..report import Report"),
        ("audit/span.py", "import stateassets.pages.cover"),
    ],
)
def test_an_import_that_runs_upward_is_found(copy: Path, module: str, line: str) -> None:
    path = copy / "stateassets" / module
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")
    status, told = lint(copy)
    assert status != 0 and module.removesuffix(".py").replace("/", ".") in told


def test_a_folder_that_has_no_layer_is_found(copy: Path) -> None:
    (copy / "stateassets" / "utilities").mkdir()
    (copy / "stateassets" / "utilities" / "__init__.py").touch()
    status, told = lint(copy)
    assert status != 0 and "utilities" in told


def test_few_modules_lie_at_the_packages_root() -> None:
    assert len(list((ROOT / "stateassets").glob("*.py"))) <= MOST_AT_ROOT


# Read in a process of its own: here the domains have long been imported.
READ = """
from stateassets.measures.registry import REGISTRY
for read in (lambda: REGISTRY["total_assets"], lambda: list(REGISTRY), lambda: len(REGISTRY),
             lambda: "total_assets" in REGISTRY, lambda: REGISTRY.by_name_zh("资产总额"), lambda: REGISTRY.relations):
    try:
        read()
    except RuntimeError as error:
        assert "import stateassets.domains" in str(error)
    else:
        raise SystemExit("was silent")
import {module}
assert REGISTRY["total_assets"] is REGISTRY.by_name_zh("资产总额") and len(REGISTRY) > 100 and REGISTRY.relations
"""


@pytest.mark.parametrize("module", ["stateassets.domains", "stateassets.report"])
def test_the_registry_is_not_read_before_all_domains_have_registered(module: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", READ.format(module=module)], cwd=ROOT, capture_output=True, text=True, timeout=LONGEST
    )
    assert told.returncode == 0, told.stderr


def test_a_domain_that_does_not_say_where_it_stands_is_told_what_to_write(copy: Path) -> None:
    (copy / "stateassets" / "domains" / "archives").mkdir()
    (copy / "stateassets" / "domains" / "archives" / "__init__.py").write_text('"""档案"""\n', "utf-8")
    told = subprocess.run(
        [sys.executable, "-c", "import stateassets.domains"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    assert told.returncode != 0
    assert "archives" in told.stderr and "里没有ORDER：请写上一个整数" in told.stderr


LOADED = "import sys, stateassets.book.extension; print(*{'pandas', 'matplotlib', 'docx', 'typst'} & set(sys.modules))"


def loaded(root: Path) -> list[str]:
    """Name the large libraries that every build of a copy loads before it knows whether it needs them."""
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", LOADED], cwd=root, env=env, capture_output=True, text=True, check=True, timeout=LONGEST
    ).stdout.split()


def test_a_build_with_nothing_to_do_loads_no_large_library() -> None:
    assert loaded(ROOT) == []


def test_a_large_library_that_every_build_loads_is_found(copy: Path) -> None:
    path = copy / "stateassets/tables/addresses.py"
    path.write_text(f"{path.read_text('utf-8')}\nimport pandas\n", "utf-8")
    assert loaded(copy) == ["pandas"]


def test_no_chapter_uses_what_is_left_out_of_the_hash_of_all_that_computes():
    apart = "|".join(fingerprint.APART)
    uses = re.compile(rf"stateassets\.(?:{apart})\b|from stateassets import .*\b(?:{apart})\b")
    chapters = [*(ROOT / "notebooks").rglob("*.ipynb"), ROOT / "stateassets/pages/profile.ipynb"]
    sources = {p: "".join("".join(c["source"]) for c in json.loads(p.read_text("utf-8"))["cells"]) for p in chapters}
    assert [path for path, source in sources.items() if uses.search(source)] == []
