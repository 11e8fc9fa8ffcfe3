"""What the public edition shows, and what it keeps back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest
import yaml
from data_copy import Data
from paths import ROOT
from small_notebook import notebook, ordinary

from stateassets.chapters import contents
from stateassets.editions import edition
from stateassets.editions.release import Release, Secrets, distinctive
from stateassets.notebooks import run
from stateassets.present.blocks import choice, folded
from stateassets.present.charts import bars
from stateassets.present.display import Part, Passage, Table, Together
from stateassets.report import Report
from stateassets.tables.data_errors import DataError

NOTICE = "公开版不列示企业明细"


@pytest.fixture(scope="module")
def release(report: Report) -> Release:
    """What may go out of the report that ships, where each class has two groups."""
    return Release(report)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A folder with a data package that a test may change."""
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data/datapackage.json", tmp_path / "data")
    return tmp_path


def declare(root: Path, **keys: str) -> None:
    path = root / "data/datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({k: v for k, v in (package | keys).items() if v}), "utf-8")


# --- which edition -------------------------------------------------------------------------------


def test_a_book_that_says_nothing_is_internal_and_the_environment_counts_most(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(edition.VARIABLE, raising=False)
    declare(whole, edition="")
    assert edition.chosen(whole) == "internal"
    declare(whole, edition="public")
    assert edition.chosen(whole) == "public"
    monkeypatch.setenv(edition.VARIABLE, "internal")
    assert edition.chosen(whole) == "internal"


def test_an_unknown_edition_is_refused_and_says_which_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(edition.VARIABLE, "开放")
    with pytest.raises(
        DataError, match=r"“开放”；应为：internal（内部版）或public（公开版）。请改正，或改正EDITION的写法"
    ):
        Report(root=ROOT)


def test_a_table_that_nobody_marked_is_internal(report: Report) -> None:
    assert not edition.is_public({"name": "new"})
    assert not edition.is_public({"name": "new", "access": "publik"})
    assert all(t.internal == t.path.startswith("ledger/") for t in report.package.tables.values())


# --- contents and notebooks ----------------------------------------------------------------------


def test_the_public_contents_leave_out_chapters_about_enterprises_and_empty_parts() -> None:
    toc = {
        "root": "notebooks/index",
        "parts": [
            {
                "caption": "甲",
                "chapters": [{"file": "notebooks/1_basics/1_enterprises"}, {"file": "notebooks/6_plans/4_turnarounds"}],
            },
            {"caption": "乙", "chapters": [{"glob": "notebooks/8_profiles/*"}]},
        ],
    }
    kept = [{"caption": "甲", "chapters": [{"file": "notebooks/1_basics/1_enterprises"}]}]
    assert edition.contents(ROOT, toc, "public") == {"root": "notebooks/index", "parts": kept}
    assert edition.contents(ROOT, toc, "internal") == toc


def test_the_public_book_has_exactly_the_chapters_about_the_whole_district() -> None:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    listed, public = (
        {c["file"] for part in edition.contents(ROOT, toc, e)["parts"] for c in part["chapters"] if "file" in c}
        for e in ("internal", "public")
    )
    gone = {f for f in listed if "platform" in f} | {"notebooks/6_plans/4_turnarounds", "notebooks/7_peers/4_compare"}
    assert public == listed - gone
    assert "profiles" not in repr(edition.contents(ROOT, toc, "public"))


def test_a_chapter_that_cannot_be_read_is_not_shown(tmp_path: Path) -> None:
    for text, stays in (("{", False), ("{}", False), ('{"metadata": {}}', True)):
        (path := tmp_path / f"{len(text)}.ipynb").write_text(text, "utf-8")
        assert edition.has_chapter(path, "public") is stays
        assert edition.has_chapter(path, "internal")


def test_links_to_chapters_that_are_not_there_become_words() -> None:
    gone = edition.labels(ROOT, "public")
    assert {"#flash", "9_alerts.ipynb", "A.ipynb"} <= gone
    text = "见[快报](#flash)、[预警](../10_platform/9_alerts.ipynb#x)和[数据](#data)。"
    assert edition.unlinked(text, gone) == "见快报、预警和[数据](#data)。"


def test_code_and_outputs_that_were_not_looked_through_are_dropped() -> None:
    cell = nbformat.v4.new_code_cell("secret()")
    for text, marked in (("seen", True), ("unseen", False)):
        metadata = {edition.RELEASED: True} if marked else {}
        cell.outputs.append(nbformat.v4.new_output("display_data", {"text/plain": text}, metadata=metadata))
    cell.outputs.append(nbformat.v4.new_output("stream", text="printed"))
    notebook = edition.cleaned(nbformat.v4.new_notebook(cells=[cell]), set())
    assert "secret" not in nbformat.writes(notebook)
    assert [o["data"]["text/plain"] for o in notebook.cells[0].outputs] == ["seen"]


CELLS = (
    "from stateassets import Report\nreport = Report()",
    "report.say('全区资产总额{total_assets}。')",
    "'一级企业A'",
    "print('一级企业A')",
)


@pytest.fixture
def chapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A chapter of a public book."""
    monkeypatch.setenv(edition.VARIABLE, "public")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return notebook(tmp_path / "a.ipynb", *CELLS)


def shown(chapter: Path) -> list[str]:
    """What the public edition has of a chapter that was run, cell by cell."""
    (found,) = run.run([chapter])
    assert not found.fault
    cells = edition.cleaned(found.notebook, set()).cells
    return ["".join(output["data"]["text/plain"] for output in cell.outputs) for cell in cells]


def test_what_a_chapter_shows_is_looked_through_in_the_kernel(chapter: Path) -> None:
    first, district, enterprise, printed = shown(chapter)
    assert "696.9亿元" in district and NOTICE in enterprise
    assert (first, printed) == ("", "")


@pytest.mark.slow
def test_where_nothing_looks_through_what_is_shown_nothing_goes_out(
    chapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary(monkeypatch)
    monkeypatch.setattr(run, "LOAD", "--quiet")
    assert shown(chapter) == ["", "", "", ""]


# --- what may go out -----------------------------------------------------------------------------


def test_figures_of_the_district_stay_and_an_enterprises_go(release: Release, report: Report) -> None:
    shown = release(report.say("全区资产总额{total_assets}。", "最大的是{name}。", name="一级企业A"))
    assert shown.sentences[0][1].text == "696.9亿元"
    assert len(shown.sentences) == 2 and NOTICE in repr(shown)
    table = release(report.table("资产", ["total_assets"], by="group"))
    assert [row[0] for row in table.rows] == ["全区"] and NOTICE in table.note


def test_sums_of_classes_with_fewer_than_three_groups_go(release: Release, report: Report) -> None:
    table = release(report.table("各类资产", ["total_assets"], by="class"))
    assert [row[0] for row in table.rows] == ["全区"]
    assert "不足3户" in table.note
    first = report.figures("total_assets", "class")[0]
    passage = Passage(((Part("城乡建设发展类"), Part(first.printed, first)),))
    assert release(passage).sentences == release(Passage(((Part("一级企业A"),),))).sentences


def test_sums_of_classes_with_three_groups_stay(data: Data) -> None:
    rows = data.rows("enterprises")
    for row in rows:
        row["class_zh"] = "城乡建设发展类" if row["enterprise_id"][0] in "ABC" else "城市运营管理类"
    data.write("enterprises", rows)
    report = Report(root=data.folder.parent)
    table = Release(report)(report.table("各类资产", ["total_assets"], by="class"))
    assert [row[0] for row in table.rows] == ["城乡建设发展类", "城市运营管理类", "全区"]


def test_rows_of_an_internal_table_go_and_of_a_public_one_stay(release: Release, report: Report) -> None:
    assert NOTICE in repr(release(report.rows("隐患", "hazards")))
    assert NOTICE in repr(release(report.register("hazards").listing("隐患")))
    terms = report.rows("名词", "terms")
    assert release(terms) == terms


def test_a_picture_with_an_enterprise_or_its_amount_goes(release: Release, report: Report) -> None:
    amount = float(report.ledger.frames["balance_sheet"]["total_assets"].iloc[0])
    for label, number, stays in (("一级企业A", 1.0, False), ("甲", amount, False), ("甲", 1, True)):
        chart = bars([(label, number)], unit="万元", decimals=2, origin=None, caption="图", alt="图")
        assert (release(chart) == chart) == stays
        assert (release(Together((chart,))).parts[0] == chart) == stays


def test_of_blocks_to_choose_from_neither_content_nor_name_tells_of_an_enterprise(
    release: Release, report: Report
) -> None:
    terms, hazards = report.rows("名词", "terms"), report.rows("隐患", "hazards")
    harmless = choice("表", [("名词", terms), ("又", terms)])
    assert release(harmless) == harmless and release(folded(terms)) == folded(terms)
    assert "一级企业A" in choice("企业", [("一级企业A", terms)])._repr_html_()
    for secret in (choice("企业", [("一级企业A", terms)]), choice("表", [("名词", terms), ("隐患", hazards)])):
        assert "一级企业A" not in release(secret)._repr_html_()
        assert "名词" in repr(release(secret))
    assert NOTICE in repr(release(choice("表", [("隐患", hazards)]))) and NOTICE in repr(release(folded(hazards)))


def test_no_origin_leads_to_an_internal_tables_rows(release: Release, report: Report) -> None:
    report.say("{total_assets}")
    told = release(report.sources())._repr_html_()
    assert "696.9亿元" in told and "data/balance_sheet.html" not in told


def test_a_number_is_a_secret_however_it_is_written_and_a_short_one_is_none() -> None:
    secrets = Secrets(frozenset({"某某公司"}), frozenset({"12345.6"}))
    assert list(secrets.told("欠某某公司12,345.60万元，另1,234.5万元")) == ["某某公司", "12,345.60"]
    found = [distinctive(number) for number in ("12000", "0.5", "1,234.50", "x")]
    assert found == ["", "", "1234.5", ""]


def test_anything_else_that_names_an_enterprise_goes(release: Release) -> None:
    assert NOTICE in repr(release("一级企业A")) and release("全区") == "全区"
    assert "一级企业A" not in repr(release(Table("一级企业A的表", ("甲",), (("1",),))))


# --- chapters that a book leaves out because it has none of their tables -----------------------------


def book_without(folder: Path, absent: Mapping[str, object]) -> Path:
    """The book's contents and notebooks with tables marked as ``absent``."""
    (folder / "data").mkdir()
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    for table in package["resources"]:
        if table["name"] in absent:
            table["absent"] = absent[table["name"]]
    (folder / "data" / "datapackage.json").write_text(json.dumps(package), "utf-8")
    shutil.copy(ROOT / "_toc.yml", folder)
    (folder / "notebooks").symlink_to(ROOT / "notebooks")
    return folder


def listed(folder: Path, which: str = "internal") -> list[str]:
    toc = yaml.safe_load((folder / "_toc.yml").read_text("utf-8"))
    parts = edition.contents(folder, toc, which)["parts"]
    return [chapter["file"] for part in parts for chapter in part["chapters"] if "file" in chapter]


def test_a_chapter_leaves_when_all_of_its_tables_are_left_out(tmp_path: Path) -> None:
    book = book_without(tmp_path, {"flash_reports": True, "control_lines": True})
    assert set(listed(ROOT)) - set(listed(book)) == {"notebooks/10_platform/1_flash"}
    assert edition.untold(book) == {"flash": ("财务快报", "资产负债率管控线")}
    assert not edition.in_book(book, book / "notebooks/10_platform/1_flash.ipynb", "internal")


@pytest.mark.parametrize("left", [{"flash_reports": True}, {"flash_reports": "this year", "control_lines": True}])
def test_one_table_is_enough_for_a_chapter_to_stay_also_one_with_nothing_this_year(tmp_path: Path, left) -> None:
    assert listed(book_without(tmp_path, left)) == listed(ROOT)


def test_links_to_a_chapter_that_has_left_say_that_it_is_not_there(tmp_path: Path) -> None:
    gone = edition.labels(book_without(tmp_path, {"flash_reports": True, "control_lines": True}), "internal")
    assert {"1_flash.ipynb", "#flash"} <= gone
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("见[快报](#flash)和[数据](#data)。")])
    assert edition.without_links(page, gone).cells[0].source == "见快报（本书没有这一章）和[数据](#data)。"


def test_every_chapter_that_a_table_names_is_in_the_contents() -> None:
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    named = {chapter for table in package["resources"] for chapter in table.get("chapters", ())}
    assert named and named <= set(contents(ROOT).listed)
