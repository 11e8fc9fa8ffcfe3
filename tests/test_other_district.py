"""The chapters know no district, no year and no enterprise: they run on another book unchanged."""

import csv
import html
import json
import re
from pathlib import Path

import nbformat
import other_district
import pytest
from notebook_guards import NOTEBOOKS

from stateassets.kernels.run import run
from stateassets.profile_pages import refresh
from stateassets.report import PROFILES, Report
from stateassets.soundness import check

ROOT = Path(__file__).parents[1]
OTHERS = "7_peers"  # narrates what named districts printed in named years
YEAR, WHERE = re.compile(r"(?<![\d.])20[12]\d(?!\d)"), re.compile("大渡口|重庆")
ENTERPRISE = re.compile(r"级企业[A-F]\d?(?![A-Z\d甲乙丙丁])|[\"'][A-F]\d?[\"']")


def known(source):
    """What a chapter's source takes for granted about the sample."""
    return [m.group() for p in (YEAR, WHERE, ENTERPRISE) for m in p.finditer(source)]


@pytest.mark.parametrize(
    "source", ['Report("B1")', "{year}年，即2023年", "大渡口区有", "一级企业A亏损"]
)
def test_a_source_that_knows_the_sample_is_found(source):
    assert known(source)


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.parent.name != PROFILES],
                         ids=lambda path: path.stem)  # fmt: skip
def test_no_chapter_names_the_district_a_year_or_an_enterprise(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert known("\n".join("".join(cell["source"]) for cell in cells)) == []


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Another district's book."""
    return other_district.make(tmp_path_factory.mktemp("other"))


def test_the_other_district_is_sound(book):
    assert list(map(str, check(book / "data"))) == []


def shown(notebook: nbformat.NotebookNode) -> str:
    """What a reader sees of a notebook's results, pictures aside."""
    data = [o.get("data", {}) for c in notebook.cells for o in c.get("outputs", ())]
    text = "\n".join(d.get("text/html", "") + "\n" + d.get("text/plain", "") for d in data)
    return html.unescape(re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL))


def without_terms(text: str) -> str:
    """A text without what the terms mean, which may name where a term comes from."""
    with (ROOT / "data/reference/terms.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            text = text.replace(row["definition"], "").replace(row["basis"], "")
    return text


def test_every_chapter_runs_on_another_district_and_speaks_of_it_alone(book):
    refresh(Report(root=book))
    results = run(sorted((book / "notebooks").rglob("*.ipynb")))
    assert [f"{r.path.name}：{r.fault[:500]}" for r in results if r.fault] == []
    texts = {r.path.relative_to(book / "notebooks").as_posix(): shown(r.notebook) for r in results}
    gone = re.compile(
        rf"级企业[A-F]\d?(?![A-Z\d甲乙丙丁])|公司0?{ord(other_district.GONE) - 64:02}"
    )
    astray = {
        name: found[0]
        for name, text in texts.items()
        if not name.startswith(OTHERS)
        and (found := WHERE.search(without_terms(text)) or gone.search(text))
    }
    assert astray == {}
    assert "2027年末" in texts["index.ipynb"]
    assert "本书没有“文旅活动”这张表" in texts["4_results/3_responsibility.ipynb"]
    assert "还没有录入公布数" in texts["9_reference/1_audit.ipynb"]
    assert {f"{PROFILES}/0{n}.ipynb" for n in range(1, 6)} <= set(texts)
