"""What is stored and what is built say by themselves that they are not today's, and why, without computing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat import v4, writes

from stateassets import baseline
from stateassets.baseline import made_from
from stateassets.baseline.made_from import functions
from stateassets.baseline.storing import FILE
from stateassets.book import build_cache
from stateassets.cli.main import main

FORMULAS = "RATE = 2\n\n\ndef debt(x):\n    return x * RATE\n\n\nclass Page:\n    def say(self):\n        return 1\n"
READS = ["data/read.csv"]


def chapter(source: str, shown: str) -> str:
    """A chapter with its result."""
    output = v4.new_output("stream", text=shown)
    cells = [v4.new_markdown_cell("# 资产", id="a"), v4.new_code_cell(source, id="b", outputs=[output])]
    return writes(v4.new_notebook(cells=cells))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of two chapters, one of which reads a table, stored and built."""
    for name, content in {
        "_toc.yml": "format: jb-book\nroot: notebooks/one\nchapters:\n  - file: notebooks/two\n",
        "_config.yml": "title: 书\n",
        "data/datapackage.json": "{}",
        "data/read.csv": "1",
        "data/other.csv": "1",
        "stateassets/formulas.py": FORMULAS,
        "stateassets/cli/told.py": "x = 1\n",
        "stateassets/book/book.css": "a {}",
        "notebooks/one.ipynb": chapter("1 + 1", "2"),
        "notebooks/two.ipynb": chapter("2 + 2", "4"),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    store(tmp_path)
    names = ["notebooks/one", "notebooks/two"]
    now = build_cache.Snapshot.take(tmp_path, {name: tmp_path / f"{name}.ipynb" for name in names})
    executed = build_cache.Executed(tmp_path)
    for name in names:
        executed.keep(name, "{}", [tmp_path / path for path in READS] if name.endswith("one") else [], now)
    (tmp_path / "_build/html").mkdir(parents=True)
    build_cache.end(tmp_path / "_build/html", now, executed)
    return tmp_path


def store(book: Path) -> None:
    """Note what the results were made from, as ``accept`` does."""
    texts = {f"notebooks/{n}.ipynb": (book / f"notebooks/{n}.ipynb").read_text("utf-8") for n in ("one", "two")}
    made = made_from.today(book, made_from.program(book), texts, {"notebooks/one.ipynb": READS})
    (book / FILE).parent.mkdir(exist_ok=True)
    (book / FILE).write_text(made.as_text(), "utf-8")


def change(book: Path, name: str, old: str = "", new: str = " ") -> None:
    """Change a file of the book."""
    path = book / name
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, new, 1) if old else text + new, "utf-8")


def told(book: Path) -> dict[str, list[tuple[str, str, tuple[str, ...]]]]:
    """The reasons, by what is not today's."""
    return {one.where: [(r.kind, r.what, r.chapters) for r in one.reasons] for one in baseline.stale(book)}


def both(*reasons: tuple[str, str, tuple[str, ...]]) -> dict[str, list[tuple[str, str, tuple[str, ...]]]]:
    return {"存档的结果": list(reasons), "网页": list(reasons)}


def test_what_was_stored_and_built_just_now_is_todays(book):
    assert told(book) == both()


def test_what_is_noted_is_read_again_as_it_was(book):
    noted = made_from.stored(book)
    assert noted.as_text() == (book / FILE).read_text("utf-8") and noted.reads["notebooks/one.ipynb"]


def test_a_changed_formula_is_named_and_concerns_every_chapter(book):
    change(book, "stateassets/formulas.py", "x * RATE", "x + RATE")
    assert told(book) == both(("程序", "stateassets/formulas.py：debt", ()))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("return 1", "return 2", "：Page.say"),
        ("RATE = 2", "RATE = 3", ""),
        ("RATE = 2\n\n\ndef debt(x):", "RATE = 3\n\n\ndef debt(y):", "：debt（函数以外）"),
        ("def debt", "def more", "：debt、more"),
        ("def debt", "def debt(", ""),  # no Python any more
    ],
)
def test_what_differs_in_a_file_is_named_as_closely_as_can_be(book, old, new, what):
    change(book, "stateassets/formulas.py", old, new)
    for (reason,) in told(book).values():
        assert reason[1].startswith(f"stateassets/formulas.py{what}")


def test_a_new_file_and_one_that_is_gone_are_named(book):
    (book / "stateassets/new.py").write_text("x = 1\n", "utf-8")
    (book / "stateassets/formulas.py").unlink()
    names = ("stateassets/formulas.py（已删去）", "stateassets/new.py（新增）")
    assert told(book) == both(*(("程序", name, ()) for name in names))


def test_a_changed_table_concerns_the_chapters_that_read_it_and_no_other(book):
    change(book, "data/read.csv")
    assert told(book) == both(("表", "data/read.csv", ("资产",)))
    assert [one.count for one in baseline.stale(book)] == [1, 1]


def test_a_table_that_no_chapter_reads_makes_nothing_stale(book):
    change(book, "data/other.csv")
    assert told(book) == both()


def test_a_changed_correction_concerns_every_chapter(book):
    (book / "data/corrections.yml").write_text("", "utf-8")
    assert told(book) == both(("程序", "data/corrections.yml（新增）", ()))


def test_a_changed_library_is_named_with_both_versions(book, monkeypatch):
    versions = made_from.code._version
    monkeypatch.setattr(made_from.code, "_version", lambda name: "9.9" if name == "pandas" else versions(name))
    for (reason,) in told(book).values():
        assert reason == ("程序库", f"pandas {versions('pandas')} → 9.9", ())


def test_changed_text_of_a_chapter_is_its_own(book):
    change(book, "notebooks/two.ipynb", "2 + 2", "2 + 3")
    assert told(book)["存档的结果"] == [("文字", "资产（notebooks/two.ipynb）", ("资产",))]
    assert told(book)["网页"] == [("文字", "资产（notebooks/two）", ("资产",))]


def test_results_that_somebody_wrote_by_hand_are_told(book):
    change(book, "notebooks/two.ipynb", '"4"', '"5"')
    assert told(book)["存档的结果"] == [("结果", "文件里的结果不是存档时的", ("资产",))]


def test_why_a_chapter_moves_though_no_row_did_is_told_of_program_hand_or_chance(book):
    def why():
        return made_from.otherwise(book, "notebooks/two.ipynb", made_from.stored(book))

    assert "每次运行算出的不一样" in why()  # nothing is another, so that running it can only give what chance gives
    change(book, "notebooks/two.ipynb", '"4"', '"5"')
    assert "存储的结果被手工改动" in why()
    change(book, "stateassets/formulas.py", "x * RATE", "x + RATE")
    assert why() == "是公式、程序或文字变了"
    (book / FILE).unlink()
    assert why() == "是公式、程序或文字变了"


def test_a_chapter_without_results_is_not_stale_and_one_that_was_never_stored_is(book):
    (book / "notebooks/three.ipynb").write_text(writes(v4.new_notebook(cells=[v4.new_code_cell("1")])), "utf-8")
    assert told(book)["存档的结果"] == []
    (book / "notebooks/three.ipynb").write_text(chapter("1", "1"), "utf-8")
    assert told(book)["存档的结果"] == [("结果", "没有存过档", ("资产",))]


def test_a_changed_style_makes_pages_stale_and_no_result(book):
    change(book, "stateassets/book/book.css")
    assert told(book) == {"存档的结果": [], "网页": [("样式和设置", "stateassets/book/book.css", ())]}


def test_the_command_line_computes_nothing(book):
    change(book, "stateassets/cli/told.py")
    assert told(book) == both()


def test_another_edition_makes_pages_stale_and_no_result(book, monkeypatch):
    monkeypatch.setenv("STATEASSETS_EDITION", "public")
    assert told(book) == {"存档的结果": [], "网页": [("样式和设置", "目录里的章或书的版本", ())]}


def test_where_it_is_not_known_any_more_what_made_the_pages_that_is_said(book):
    build_cache.Store(book).clear()
    change(book, "stateassets/formulas.py", "x * RATE", "x + RATE")
    assert told(book)["网页"] == [("程序", "生成网页以后有改动（改了什么，没有留下记录）", ())]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"code": 1}', '{"libraries": {}, "code": {}, "chapters": {"a": []}}'])
def test_results_of_which_nothing_is_noted_are_stale(book, text):
    (book / FILE).write_text(text, "utf-8")
    ((reason, *_),) = [told(book)["存档的结果"]]
    assert reason[0] == "来历"


def test_a_book_without_results_and_pages_has_nothing_stale(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (one,) = baseline.stale(tmp_path)
    assert not one.reasons


def test_the_exit_code_says_whether_anything_is_stale(book, capsys):
    assert main(["stale", "--root", str(book)]) == 0
    assert "都是现在的程序和表算出来的" in capsys.readouterr().out
    change(book, "data/read.csv")
    assert main(["stale", "--root", str(book)]) == 1
    said = capsys.readouterr().out
    assert "存档的结果有1章要重做：\n  表　data/read.csv，关系到资产" in said and "make book" in said
    assert main(["stale", "--json", "--root", str(book)]) == 1
    assert json.loads(capsys.readouterr().out)["stale"]


def test_functions_are_found_with_their_decorators_classes_and_what_is_outside():
    found = functions("x = 1\n\n@cache\ndef a():\n    return 1\n\nclass B:\n    y = 2\n    async def c(self): pass\n")
    assert found == {
        "a": "@cache\ndef a():\n    return 1",
        "B.c": "    async def c(self): pass",
        "（函数以外）": "x = 1\nclass B:\n    y = 2",
    }
    assert functions("def") == {}
