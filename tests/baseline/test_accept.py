"""New results are stored knowingly: what moved, because of which rows, all of it or nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from lxml.html import fragment_fromstring
from nbformat import v4
from paths import ROOT
from small_data import CELLS, small_data
from waiting import LONGEST

from stateassets import baseline as accepting
from stateassets.baseline.moves import (
    ALERT,
    CARD,
    CELL,
    FIGURE,
    ORIGIN,
    OUTPUT,
    PICTURE,
    SENTENCE,
    figures_of,
    once,
    output_moves,
)
from stateassets.baseline.reviewing import notebooks, stored_text
from stateassets.baseline.rows import BASELINE, FORMER, changes_since
from stateassets.book.build_cache import Executed
from stateassets.book.search import read
from stateassets.cli.main import main
from stateassets.present.display import Cards, Part, Passage, Table, state
from stateassets.present.markup import in_lines
from stateassets.tables import atomic as replacing

SOUND = CELLS.replace("一二", "30")
SUMS = """import csv
from IPython.display import HTML
rows = list(csv.DictReader(open("../data/things.csv", encoding="utf-8")))
total = sum(float(row["金额"].replace(",", "")) for row in rows)
shown = f'<a class="sa-figure" data-figure="total" href="#figure-total">{total:.1f}万元</a>'
HTML(f"<p>全区共{shown}。</p>")"""
ORIGINS = """HTML(f'<li id="figure-total"><strong>合计，全区：{total:.1f}万元</strong><br>取自：'
     f'<a href="../data/things.html?rows=2,3,4#row-2">台账</a>，合计{total:.2f}万元</li>')"""


# --- what moved in the outputs -------------------------------------------------------------------


def shows(html: str, text: str = "甲") -> list[dict[str, object]]:
    """A cell's outputs."""
    return [{"output_type": "display_data", "data": {"text/html": html, "text/plain": text}}]


def moved(old: str, new: str) -> list[tuple[str, str, str, str]]:
    return [(m.kind, m.name, m.old, m.new) for m in output_moves(shows(old), shows(new), {})]


def figure(value: str, place: str = "figure-x") -> str:
    return f'<a class="sa-figure" data-figure="x" href="#{place}">{value}</a>'


def test_what_is_the_same_has_not_moved() -> None:
    assert moved("<p>甲</p>", "<p>甲</p>") == []
    assert output_moves([{"text": ["甲\n", "乙"]}], [{"text": "甲\n乙"}], {}) == []


def test_a_sentence_and_its_figure_are_named_with_old_and_new() -> None:
    found = moved(f"<p>共{figure('1亿元')}。</p>", f"<p>共{figure('2亿元')}。</p>")
    assert found == [(FIGURE, "x", "1亿元", "2亿元"), (SENTENCE, "", "共1亿元。", "共2亿元。")]


def test_a_new_sentence_does_not_push_the_others_on() -> None:
    found = moved("<p>资产增加。</p><p>负债减少。</p>", "<p>先说一句。</p><p>资产增加。</p><p>负债增加。</p>")
    assert sorted(found) == [(SENTENCE, "", "", "先说一句。"), (SENTENCE, "", "负债减少。", "负债增加。")]


def table(*rows: tuple[object, ...]) -> str:
    return Table("表题", ("企业", "金额"), rows, frozenset({1}))._repr_html_()


def test_a_cell_of_a_table_is_named_by_its_row_and_column() -> None:
    found = moved(table(("甲", "1"), ("乙", "2")), table(("甲", "1"), ("乙", "3")))
    assert found == [(CELL, "表题·乙·金额", "2", "3")]


def test_rows_that_come_and_go_are_told_alone() -> None:
    old, new = table(("甲", "1"), ("乙", "2")), table(("丙", "9"), ("甲", "1"), ("乙", "2"))
    assert moved(old, new) == [(CELL, "表题·丙·金额", "", "9")]
    assert moved(new, old) == [(CELL, "表题·丙·金额", "9", "")]
    blank = moved(old, table(("甲", "1"), ("乙", "2"), ("丙", "")))
    assert [kind for kind, *_ in blank] == [OUTPUT]  # nothing that a reader would see
    assert moved(old, table(("甲", ""), ("乙", "2"))) == [(CELL, "表题·甲·金额", "1", "")]


def test_an_alert_is_told_whole_and_with_its_rows() -> None:
    def alerts(*rows: tuple[str, str]) -> str:
        cells = tuple((who, state("红色", "sa-level sa-level-red"), Part(what)) for who, what in rows)
        return Table("预警", ("企业", "级别", "情况"), cells)._repr_html_()

    found = moved(alerts(("甲", "超限")), alerts(("甲", "超限"), ("乙", "逾期")))
    assert found == [(ALERT, "乙", "", "红色，逾期")]
    cited = alerts(("甲", "超限")).replace("超限", '<a href="9_alerts.html#row-debts-7">第7行</a>')
    (move,) = output_moves(shows(alerts()), shows(cited), {})
    assert move.rests_on == {"debts": frozenset({7})}


def test_cards_pictures_and_printed_words_are_compared_too() -> None:
    def card(note: str) -> str:
        return Cards((("资产", Part("1"), note),))._repr_html_()

    assert moved(card("增加"), card("减少")) == [(CARD, "资产", "增加", "减少")]
    chart = '<figure class="sa-chart"><svg aria-label="{}"><path d="{}"/></svg><figcaption>题</figcaption></figure>'
    assert moved(chart.format("升", "1"), chart.format("降", "1")) == [(PICTURE, "题", "升", "降")]
    said = [{"output_type": "stream", "text": text} for text in ("甲", "乙")]
    assert [(m.old, m.new) for m in output_moves(said[:1], said[1:], {})] == [("甲", "乙")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<p class="a">甲</p>', '<p class="b">甲</p>'),
        (
            '<figure class="sa-chart"><svg><path d="1"/></svg></figure>',
            '<figure class="sa-chart"><svg><path d="2"/></svg></figure>',
        ),
        ("甲", "乙"),
    ],
)
def test_a_difference_that_no_item_tells_is_told_as_such(old: str, new: str) -> None:
    (found,) = moved(old, new)
    assert found[0] == OUTPUT and "写法变了" in found[1]


def test_a_figure_shown_in_many_places_is_told_once_as_its_entry_prints_it() -> None:
    def page(printed: str, exact: str) -> str:
        head = f"<strong>合计，全区：{printed}亿元</strong>"
        entry = f'<li id="figure-x">{head}<br>合计{exact}万元</li>'
        return f"<p>{figure(printed)}</p><p>又是{figure(printed)}</p>{entry}"

    old = page("1", "10000")
    stored = {"cells": [{"cell_type": "code", "outputs": shows(old + "sa-origins")}]}

    def found(new: str) -> list[tuple[str, str, str, str]]:
        moves = once(output_moves(shows(old), shows(new), figures_of(stored)))
        return [(m.kind, m.name, m.old, m.new) for m in moves if m.kind != SENTENCE]

    assert found(page("2", "20000")) == [(FIGURE, "合计，全区", "1亿元", "2亿元")]
    unseen = (ORIGIN, "合计，全区", "合计10000万元", "合计10001万元")
    assert found(page("1", "10001")) == [unseen]  # too little to be printed


# --- which rows ----------------------------------------------------------------------------------


def make(folder: Path) -> Path:
    """A project with one table and one chapter, its data accepted."""
    small_data(folder / "data")
    put(folder, SOUND)
    shutil.copytree(folder / "data", folder / BASELINE)
    (folder / "notebooks").mkdir()
    cells = [v4.new_markdown_cell("# 一（一）合计"), *map(v4.new_code_cell, (SUMS, ORIGINS))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}}
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), folder / "notebooks/1.ipynb")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Its chapter has never been run."""
    return make(tmp_path)


def put(project: Path, text: str) -> None:
    (project / "data" / "things.csv").write_text(text, "utf-8")


def rows(project: Path) -> list[str]:
    found = changes_since(project)
    assert found is not None
    return list(map(str, found))


def test_a_changed_row_is_named_by_number_and_key_with_old_and_new(project: Path) -> None:
    assert rows(project) == []
    put(project, SOUND.replace("12.00", "13.50").replace("甲,own,2023", "甲,all,2023"))
    assert rows(project) == ["台账第3行（things.csv，2023、甲）：类别 单户 → 合并；金额 12 → 13.5"]


def test_rows_that_came_and_went_are_named(project: Path) -> None:
    lines = SOUND.splitlines()
    put(project, "\n".join([lines[0], lines[1], lines[3], "2023,丙,own,2023-01-01,5"]) + "\n")
    assert rows(project) == ["台账第4行（things.csv，2023、丙）：新增", "台账原第3行（things.csv，2023、甲）：已删去"]


def test_the_order_and_the_way_of_writing_do_not_count(project: Path) -> None:
    head, *lines = SOUND.replace("1,234.50", "１２３４.5").splitlines()
    (project / "data/things.csv").write_bytes("\n".join([head, *reversed(lines)]).encode("gbk"))
    assert rows(project) == []


def test_a_correction_and_a_changed_declaration_are_changes(project: Path) -> None:
    path = project / "data/datapackage.json"
    path.write_text(path.read_text("utf-8").replace('"primaryKey": ["year", "who"]', '"primaryKey": []'))
    (project / "data/corrections.yml").write_text(
        "- {table: things, row: {year: 2023, who: 甲}, column: amount, was: 12, now: 14, reason: 笔误,"
        " source: 函, date: 2024-01-01, state: 已确认}\n",
        "utf-8",
    )
    found = rows(project)
    assert "登记有变化" in found[0]
    assert found[1:] == ["台账第3行（things.csv，2023、甲、单户）：金额 12 → 14"]


def test_without_an_accepted_copy_rows_are_not_known(project: Path) -> None:
    shutil.rmtree(project / BASELINE)
    assert changes_since(project) is None


# --- the command ---------------------------------------------------------------------------------


def accept(project: Path, *options: str) -> int:
    return main(["accept", "--root", str(project), *options])


def everything(project: Path) -> dict[str, bytes]:
    return {
        p.relative_to(project).as_posix(): p.read_bytes()
        for p in project.rglob("*")
        if p.is_file() and not {".ipynb_checkpoints", "_build"} & {*p.parts}
    }


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose results are accepted, not to be changed."""
    folder = make(tmp_path_factory.mktemp("accepted"))
    assert accept(folder, "--yes") == 0
    return folder


@pytest.fixture
def accepted(done: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(done, tmp_path / "project"))


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: text)


def test_a_changed_row_is_shown_with_what_it_moved_and_stored_only_on_yes(accepted: Path, monkeypatch, capsys) -> None:
    capsys.readouterr()
    assert accept(accepted) == 0
    assert "各章没有变动" in capsys.readouterr().out
    put(accepted, SOUND.replace("12.00", "13.50"))
    before = everything(accepted)
    assert accept(accepted) == 1  # nobody to ask
    said = capsys.readouterr()
    for words in (
        "台账第3行（things.csv，2023、甲）：金额 12 → 13.5",
        "一（一）合计（notebooks/1.ipynb）：变动",
        "数字　合计，全区：1276.5万元 → 1278.0万元（因为：台账第3行）",
        "句子　全区共1276.5万元。 → 全区共1278.0万元。（因为：台账第3行）",
    ):
        assert words in said.out, said.out
    assert "--yes" in said.err and everything(accepted) == before
    answer(monkeypatch, "否")
    assert accept(accepted) == 1 and everything(accepted) == before
    answer(monkeypatch, "是")
    assert accept(accepted) == 0
    after = everything(accepted)
    assert after["notebooks/1.ipynb"] != before["notebooks/1.ipynb"]
    assert after["baseline/things.csv"] == after["data/things.csv"]
    assert set(after) == set(before)
    assert accept(accepted) == 0


def test_a_baseline_under_its_former_name_is_taken_over(accepted: Path) -> None:
    before = everything(accepted)
    (accepted / BASELINE).rename(accepted / FORMER)
    put(accepted, SOUND.replace("12.00", "13.50"))
    moved = rows(accepted)
    assert len(moved) == 1 and accept(accepted) == 1 and rows(accepted) == moved
    put(accepted, SOUND)
    assert everything(accepted) == before


def test_the_note_in_the_baseline_stays_and_other_strays_go(accepted: Path) -> None:
    for name in ("README.md", "gone.csv"):
        (accepted / BASELINE / name).write_text("x", "utf-8")
    put(accepted, SOUND.replace("12.00", "13.50"))
    assert accept(accepted, "--yes") == 0
    assert (accepted / BASELINE / "README.md").exists() and not (accepted / BASELINE / "gone.csv").exists()


def test_programs_get_the_same_as_json(accepted: Path, capsys) -> None:
    put(accepted, SOUND.replace("12.00", "13.50"))
    capsys.readouterr()
    assert accept(accepted, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["moved"] and not told["saved"] and told["rows"][0]["number"] == 3
    assert {m["why"] for c in told["chapters"] for m in c["moves"]} == {"台账第3行"}


def test_data_that_are_not_sound_are_refused_before_anything_is_run(accepted, capsys) -> None:
    before = everything(accepted)
    put(accepted, SOUND.replace("12.00", "很多"))
    assert accept(accepted, "--yes") == 1
    assert "things.csv第3行" in capsys.readouterr().out
    assert {**everything(accepted), "data/things.csv": b""} == {**before, "data/things.csv": b""}


def test_a_notebook_that_fails_leaves_all_as_it_was(accepted: Path, capsys) -> None:
    bad = nbformat.read(accepted / "notebooks/1.ipynb", as_version=4)
    bad.cells[2].source = "1 / 0"
    nbformat.write(bad, accepted / "notebooks/2.ipynb")
    put(accepted, SOUND.replace("12.00", "13.50"))
    before = everything(accepted)
    assert accept(accepted, "--yes") == 1
    said = capsys.readouterr()
    assert "notebooks/2.ipynb：第2个代码格出错" in said.out and "没有存档" in said.err
    assert everything(accepted) == before


@pytest.fixture
def waiting(accepted: Path):
    """A review of a changed row, not yet stored."""
    put(accepted, SOUND.replace("12.00", "13.50"))
    return accepting.review(accepted)


def test_what_has_been_run_already_is_not_run_again(accepted: Path, monkeypatch) -> None:
    put(accepted, SOUND.replace("12.00", "13.50"))
    first = accepting.review(accepted)

    def never(*_args: object, **_named: object) -> None:
        raise AssertionError("run again")

    monkeypatch.setattr("nbclient.NotebookClient.async_execute", never)
    again = accepting.review(accepted)
    assert [c.text for c in again.chapters] == [c.text for c in first.chapters]
    assert [c.moves for c in again.chapters] == [c.moves for c in first.chapters] != [()]


def test_the_whole_book_is_stored_whatever_edition_is_chosen(accepted: Path, monkeypatch) -> None:
    before = accepting.review(accepted)
    monkeypatch.setenv("STATEASSETS_EDITION", "public")
    (accepted / "_build").rename(accepted / "_gone")
    assert [c.text for c in accepting.review(accepted).chapters] == [c.text for c in before.chapters]
    assert os.environ["STATEASSETS_EDITION"] == "public"


def test_a_full_disk_leaves_all_as_it_was(waiting, monkeypatch) -> None:
    before, calls = everything(waiting.root), []

    def full(_: int) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "磁盘满了")

    monkeypatch.setattr(replacing.os, "fsync", full)
    with pytest.raises(accepting.StoreError, match="磁盘满了"):
        accepting.store(waiting)
    assert everything(waiting.root) == before
    monkeypatch.undo()
    assert accepting.store(waiting) == 1


@pytest.mark.parametrize("path", ["data/things.csv", "notebooks/1.ipynb"])
def test_what_changes_while_somebody_thinks_is_not_accepted(waiting, path: str) -> None:
    (waiting.root / path).write_text((waiting.root / path).read_text("utf-8") + "\n", "utf-8")
    before = everything(waiting.root)
    with pytest.raises(accepting.StoreError, match="又变了"):
        accepting.store(waiting)
    assert everything(waiting.root) == before


def test_a_notebook_that_changes_while_it_is_run_is_not_overwritten(accepted: Path, monkeypatch) -> None:
    put(accepted, SOUND.replace("12.00", "13.50"))
    path, fill = accepted / "notebooks/1.ipynb", Executed.fill

    def edited(self: Executed, *arguments: object) -> dict[str, str]:
        faults = fill(self, *arguments)
        path.write_text(path.read_text("utf-8").replace("\n", "\n\n", 1), "utf-8")
        return faults

    monkeypatch.setattr(Executed, "fill", edited)
    found = accepting.review(accepted)
    mine = path.read_text("utf-8")
    with pytest.raises(accepting.StoreError, match="又变了"):
        accepting.store(found)
    assert path.read_text("utf-8") == mine


# --- the same bytes, readable --------------------------------------------------------------------


def test_notebooks_are_stored_as_they_stand_in_the_repository() -> None:
    for path in notebooks(ROOT):
        assert stored_text(nbformat.read(path, as_version=4)) == path.read_text("utf-8"), path


def test_nbstripout_finds_nothing_to_strip(accepted: Path) -> None:
    line = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("STRIP"))
    options = line.partition(":=")[2].replace('"', "").split()
    assert "metadata.language_info.version" in options
    at = options.index("--extra-keys")
    command = [
        sys.executable,
        "-m",
        "nbstripout",
        "--verify",
        *options[:at],
        "--extra-keys",
        " ".join(options[at + 1 :]),
        accepted / "notebooks/1.ipynb",
    ]
    assert subprocess.run(command, check=False, cwd=ROOT, timeout=LONGEST).returncode == 0
    text = (accepted / "notebooks/1.ipynb").read_text("utf-8")
    other = text.replace('"name": "python",', '"name": "python",\n   "version": "3.99",')
    assert other != text and stored_text(nbformat.reads(other, as_version=4)) == text


CHAPTERS = ("1_basics/2_assets_and_debt", "10_platform/2_funds")
ELSEWHERE = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7"}
RUN = """import sys; from pathlib import Path; from stateassets.baseline import review
root = Path(sys.argv[1]); found = review(root, paths=[root / p for p in sys.argv[2:]])
assert not found.faults, found.faults
sys.stdout.buffer.write("".join(c.text for c in found.chapters).encode())"""


@pytest.mark.slow
def test_the_same_bytes_come_out_in_another_place_zone_and_language(tmp_path: Path) -> None:
    elsewhere = tmp_path / "别处 的书"
    for folder in ("data", "notebooks", "stateassets"):
        shutil.copytree(ROOT / folder, elsewhere / folder)
    shutil.copy(ROOT / "_toc.yml", elsewhere)
    paths = [f"notebooks/{name}.ipynb" for name in CHAPTERS]
    places = ((ROOT, {"TZ": "America/New_York", "PYTHONHASHSEED": "1"}), (elsewhere, ELSEWHERE))
    texts = [
        subprocess.run(
            [sys.executable, "-c", RUN, str(root), *paths],
            check=True,
            capture_output=True,
            env={**os.environ, **env, "PYTHONPATH": str(root)},
            cwd=root,
            timeout=LONGEST,
        ).stdout
        for root, env in places
    ]
    assert texts[0] == texts[1] and b"sa-figure" in texts[0]


def test_outputs_stand_in_lines_and_read_as_before() -> None:
    rows = tuple((name, "1") for name in "甲乙丙")
    passage = Passage(((Part("一句。"),), (Part("又一句。"),)), "css")._repr_html_()
    text = f"{passage}\n{table(*rows)}"
    plain = text.replace("\n", "")
    assert in_lines(plain) == in_lines(in_lines(plain)) == text
    for name in "甲乙丙":
        assert sum(name in line for line in text.splitlines()) == 1
    said = ["".join(read(fragment_fromstring(f"<section>{html}</section>"))).split() for html in (plain, text)]
    assert said[0] == said[1]
