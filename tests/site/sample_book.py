"""A throw-away book: the real configuration and extension, with its own small chapters and data."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from paths import ROOT
from waiting import LONGEST

# What of this repository is no part of a copy of it; modules stay compiled, for they keep their times.
LEFT_OUT = ("_build", ".git", ".venv", ".venv-lab", ".venv-xbrl", "venv", ".*_cache", ".ipynb_checkpoints")

TITLE = "某区企业国有资产专项报告"

# What the extension needs of the package: the throw-away book reports nothing.
PARTS = ("book", "cache", "editions", "notebooks", "present", "tables")

CONTENT = Path(__file__).parent / "content"

HEADING = """# 企业情况

国有资产保值增值率按办法计算，保值增值率为101.5%。"""

# Counts its runs in the file that RUNS names: a second build must not run it again for nothing.
COMPUTE = """import csv, os
from pathlib import Path
from IPython.display import HTML
if "RUNS" in os.environ:
    with open(os.environ["RUNS"], "a") as runs:
        runs.write("1")
rows = csv.DictReader(open("../data/ledger/enterprises.csv", encoding="utf-8"))
total = sum(int(row["assets"]) for row in rows)
badge, figure = '<span class="sa-origin sa-sample">示例</span>', f'<span class="sa-figure">{total:,}</span>'
HTML(f'<div class="sa-conclusion"><p>{badge}资产合计{figure}万元。</p></div>')"""

RESULTS = """HTML(Path("results.html").read_text("utf-8"))"""

PACKAGE = {
    "name": "throw-away",
    "title": TITLE,
    "resources": [
        {
            "name": "enterprises",
            "title": "企业名录",
            "path": "ledger/enterprises.csv",
            "origin": "sample",
            "labels": {"level": {"1": "一级"}},
            "schema": {"fields": [{"name": "assets", "title": "资产", "type": "number"}]},
        }
    ],
}


def notebook(*cells: tuple[str, str]) -> str:
    """A notebook's source, from (kind, source) pairs; kind is ``markdown`` or ``code``."""
    made = []
    for kind, source in cells:
        if kind == "markdown":
            made.append(nbformat.v4.new_markdown_cell(source, id=f"c{len(made)}"))
        else:
            cell = nbformat.v4.new_code_cell(source, id=f"c{len(made)}")
            cell.metadata["tags"] = ["hide-input"]
            made.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}))


def write(root: Path) -> Path:
    """Make the project under `root`: this repository's configuration and extension, own content."""
    files = {
        "_toc.yml": "format: jb-book\nroot: index\nchapters:\n"
        "  - file: notebooks/assets\n  - file: notebooks/enterprises\n",
        "index.md": (CONTENT / "index.md").read_text("utf-8"),
        "notebooks/assets.md": (CONTENT / "assets.md").read_text("utf-8"),
        "notebooks/results.html": (CONTENT / "results.html").read_text("utf-8"),
        "notebooks/enterprises.ipynb": notebook(("markdown", HEADING), ("code", COMPUTE), ("code", RESULTS)),
        "data/datapackage.json": json.dumps(PACKAGE, ensure_ascii=False),
        "data/ledger/enterprises.csv": "id,assets\nA,1000\nB,234\n",
        "stateassets/__init__.py": "",
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    shutil.copyfile(ROOT / "_config.yml", root / "_config.yml")
    for part in PARTS:
        shutil.copytree(ROOT / "stateassets" / part, root / "stateassets" / part)
    return root


def build(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a plain ``jupyter-book build`` as a person would."""
    command: list[Any] = [Path(sys.executable).with_name("jupyter-book"), "build", "."]
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=root, env=clean | environment, capture_output=True, text=True, check=False, timeout=LONGEST
    )


def site(root: Path) -> Path:
    """Where the built pages of the project are."""
    return root / "_build" / "html"
