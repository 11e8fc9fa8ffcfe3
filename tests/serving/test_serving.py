"""What is saved is on the open page, what fails is told, and nothing is left behind."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jupyter_book.cli.main
import jupyter_book.sphinx
import pytest
from many import each
from paths import ROOT
from playwright.sync_api import Browser, Page, expect
from small_book import (
    CONTENTS,
    FIRST,
    OTHER,
    SECOND,
    SUM,
    TABLE,
    Served,
    build,
    chapter,
    environment,
    processes,
    settled,
    write,
)
from waiting import LONGEST, run, wait_for

from stateassets.book import build as book
from stateassets.cli.main import main
from stateassets.serving import builder
from stateassets.serving.serve import Builder, Serving

SUM_SHOWN = '<p id="sum">'
ROW, OTHER_ROW = ",dividend,参股企业股利,491.00", ",other_revenue,参股企业股利,491.00"
WRONG_ROW = ",dividend,参股企业股利,49x1.00"
NOTE = "#sa-live"


def test_a_saved_row_is_on_the_open_page_which_keeps_its_place_and_what_is_unfolded(served: Served, tab: Page) -> None:
    before = tab.locator("#sum").inner_text()
    tab.locator("details").first.evaluate("one => { one.open = true; }")
    tab.evaluate("window.scrollTo(0, 900)")
    place = "document.querySelectorAll('article p')[20].getBoundingClientRect().top"
    stood = tab.evaluate(place)
    served.change(TABLE, ROW, OTHER_ROW)
    expect(tab.locator("#sum")).not_to_have_text(before)
    settled(tab)
    assert float(tab.locator("#sum").inner_text()) == float(before) - 491
    assert tab.locator("details").first.evaluate("one => one.open")
    assert abs(tab.evaluate(place) - stood) < 2
    served.change(TABLE, OTHER_ROW, ROW)
    expect(tab.locator("#sum")).to_have_text(before)


@pytest.mark.slow
def test_a_saved_sentence_is_on_the_open_page(served: Served, tab: Page) -> None:
    served.change(f"{FIRST}.ipynb", "说明。", "另一种说明。")
    expect(tab.locator("article")).to_contain_text("另一种说明。")


@pytest.mark.slow
def test_a_page_that_is_warned_of_is_not_shown(served: Served, tab: Page) -> None:
    served.change(f"{FIRST}.ipynb", "说明。", "另见[别处](nowhere.md)。")
    expect(tab.locator(f"{NOTE}[data-state=failed]")).to_contain_text("nowhere.md")
    assert "另见" not in tab.locator("article").inner_text()
    served.change(f"{FIRST}.ipynb", "另见[别处](nowhere.md)。", "说明。")
    settled(tab)


@pytest.mark.slow
def test_a_setting_that_is_saved_after_the_next_build_has_got_ready_counts(served: Served, tab: Page) -> None:
    wait_for(lambda: KILLED["build"] in served.processes())  # the one that is ready
    served.change("_config.yml", "搜索本书", "在书里找")
    tab.wait_for_function("document.documentElement.innerHTML.includes('在书里找')")
    settled(tab)
    served.change("_config.yml", "在书里找", "搜索本书")
    settled(tab)


@pytest.mark.slow
def test_a_saved_style_is_seen_without_the_page_being_loaded_again(served: Served, tab: Page) -> None:
    sheet = "stateassets/book/static/book.css"
    before = (served.root / sheet).read_text("utf-8")
    tab.evaluate("window.here = true")
    served.put(sheet, f"{before}\nbody {{ --saved: yes; }}\n")
    saved = "getComputedStyle(document.body).getPropertyValue('--saved').trim()"
    tab.wait_for_function(f"{saved} === 'yes'")
    assert tab.evaluate("window.here")
    served.put(sheet, before)
    tab.wait_for_function(f"{saved} === ''")


@pytest.mark.slow
def test_a_wrong_row_is_told_in_the_corner_and_the_terminal_and_the_page_stays(served: Served, tab: Page) -> None:
    before = tab.locator("#sum").inner_text()
    served.change(TABLE, ROW, WRONG_ROW)
    failed = tab.locator(f"{NOTE}[data-state=failed]")
    expect(failed).to_contain_text(re.compile(r"ledger/budget\.csv第\d+行“金额（amount）”列：“49x1\.00”；应为：数字"))
    assert failed.get_attribute("role") == "alert"
    assert tab.locator("#sum").inner_text() == before
    assert re.search(r"ledger/budget\.csv第\d+行“金额（amount）”列：“49x1\.00”", served.words())
    served.change(TABLE, WRONG_ROW, ROW)
    settled(tab)


@pytest.mark.slow
def test_a_failing_cell_is_told_with_its_chapter_and_number(served: Served, tab: Page) -> None:
    served.change(f"{FIRST}.ipynb", "import csv", "import csv, nothing")
    failed = tab.locator(f"{NOTE}[data-state=failed]")
    expect(failed).to_contain_text(f"{FIRST}.ipynb：第1个代码格出错：ModuleNotFoundError")
    assert "Traceback" not in failed.inner_text()
    served.change(f"{FIRST}.ipynb", "import csv, nothing", "import csv")
    settled(tab)


@pytest.mark.slow
def test_the_note_is_read_in_dark_colours_and_on_a_phone(served: Served, tab: Page) -> None:
    served.change(TABLE, ROW, WRONG_ROW)
    note = tab.locator(f"{NOTE}[data-state=failed]")
    expect(note).to_be_visible()
    tab.set_viewport_size({"width": 360, "height": 640})
    box = note.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["y"] + box["height"] <= 640
    colours = []
    for theme in ("light", "dark"):
        tab.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        colours.append(note.evaluate("one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"))
    assert colours == [["rgb(26, 29, 33)", "rgb(255, 255, 255)"], ["rgb(236, 239, 241)", "rgb(30, 34, 39)"]]
    served.change(TABLE, WRONG_ROW, ROW)
    settled(tab)


@pytest.mark.slow
def test_several_saves_make_one_build_and_a_save_without_a_change_none(served: Served, tab: Page) -> None:
    before = served.builds()
    for number in range(5):
        served.put(OTHER, f"# 不在目录里的{number}\n")
        (served.root / TABLE).touch()
        (served.root / "data" / f"~$budget{number}.csv").write_text("Excel's")
    wait_for(lambda: served.builds() == before + 1)
    settled(tab)
    (served.root / TABLE).touch()
    (served.root / "data" / ".~lock.budget.csv#").write_text("LibreOffice's")
    served.put(OTHER, "# 又一次\n")
    wait_for(lambda: served.builds() == before + 2)
    (served.root / OTHER).unlink()
    wait_for(lambda: served.builds() == before + 3)
    settled(tab)
    assert served.builds() == before + 3


@pytest.mark.slow
def test_every_open_tab_shows_what_is_saved(served: Served, tab: Page) -> None:
    others = [tab.context.new_page() for _ in range(7)]  # of requests a browser has six at once
    for other in others:
        other.goto(f"{served.address}{FIRST}.html")
        settled(other)
    served.change(f"{FIRST}.ipynb", "## 末节", "## 最末一节")
    for page in (tab, *others):
        expect(page.locator("article")).to_contain_text("最末一节")
    for other in others:
        other.close()


def test_only_a_served_page_has_the_script_and_it_asks_no_other_host(served: Served, browser: Browser) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.address}{FIRST}.html")
    expect(page.locator(NOTE)).to_be_visible()
    page.close()
    assert {address for address in asked if not address.startswith(served.address)} == set()
    assert "_serving" not in (served.site / f"{FIRST}.html").read_text("utf-8")


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "stateassets", "serve", "--port", str(port)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=LONGEST
        )
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == f"端口{port}正被别的程序使用。请结束它，或换一个端口，如make serve PORT={port + 1}。\n"


def test_a_disk_that_can_only_be_read_is_told_in_one_sentence_and_nothing_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read_only(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    root = write(tmp_path / "book")
    monkeypatch.setattr(Path, "mkdir", read_only)
    assert main(["serve", "--root", str(root), "--port", "0"]) == 1
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        f"书没有生成：不能写{root.resolve() / '_build'}。文件所在的磁盘只能读，不能写。请换一个能写的文件夹。"
    ]
    assert told.out == ""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A book of the test's own, which it may end."""
    made = Served(write(tmp_path / "book"))
    yield made
    made.clear()


def leavings(book: Served) -> list[str]:
    """What lies beside a site because of its builds, and in the folder for what is temporary."""
    beside = [path.name for path in (book.root / "_build").glob(".html.*")]
    return beside + [path.name for path in book.temporary.iterdir() if path.name != "told"]


def test_ctrl_c_leaves_no_process_no_file_and_no_port(own: Served) -> None:
    wait_for(lambda: len(own.processes()) > 3)  # it builds
    assert own.end() == 0
    assert own.processes() == {} and leavings(own) == []
    with socket.create_server(("127.0.0.1", int(own.address.strip("/").rpartition(":")[2]))):
        pass


def test_a_builder_that_is_ended_leaves_the_folder_of_whoever_serves_and_one_that_is_left_alone_removes_it(
    tmp_path: Path,
) -> None:
    """A formula that is saved ends the builder, and another goes on in the same folder."""
    (tmp_path / "_build").mkdir()
    (own := tmp_path / "own").mkdir()
    builder = Builder(tmp_path, own)

    async def ended() -> None:
        await builder.start()
        await builder.end()

    async def left_alone() -> None:
        await builder.start()
        builder.writer.close()  # as if whoever serves were killed
        assert builder.process
        await asyncio.to_thread(builder.process.wait, LONGEST)

    run(ended())
    assert own.is_dir()
    run(left_alone())
    assert not own.exists()


# What is killed while a book is built, by what it is called among the book's processes.
KILLED = {
    "builder": "stateassets.serving.builder",
    "build": "stateassets.serving.builder+",
    "standby": "stateassets.notebooks.standby",
    "kernels": "stateassets.notebooks.standby+",
}


def content(site: Path) -> dict[str, bytes]:
    """What every file of a site holds, but for checksums that come and go (see test_fresh)."""
    return {
        path.relative_to(site).as_posix(): re.sub(rb"[?]v=\w+", b"", path.read_bytes())
        for path in site.rglob("*")
        if path.is_file() and not path.name.startswith(".")  # what Sphinx and the build note for themselves
    }


@pytest.mark.slow
def test_after_any_kind_of_save_the_site_is_that_of_a_cold_build(served: Served, tmp_path: Path) -> None:
    """Each kind is looked for on its page; what all of them together leave is compared file by file."""
    root = served.root

    def shows(page: str, words: str) -> bool:
        path = served.site / f"{page}.html"
        return path.is_file() and words in path.read_text("utf-8")

    wait_for(lambda: served.builds() and shows(FIRST, SUM_SHOWN))
    before = (served.site / f"{FIRST}.html").read_text("utf-8").partition(SUM_SHOWN)[2][:20]
    served.change(TABLE, ROW, OTHER_ROW)
    wait_for(lambda: not shows(FIRST, f"{SUM_SHOWN}{before}"))
    text = (root / f"{FIRST}.ipynb").read_text("utf-8").replace("说明。", "文字改了。", 1)
    served.put(f"{FIRST}.ipynb", text.replace("# 第一章", "# 改了名的一章", 1))
    wait_for(lambda: shows(FIRST, "文字改了。") and shows(SECOND, "改了名的一章"))  # at its side
    served.change(f"{FIRST}.ipynb", 'id=\\"sum\\"', 'id=\\"sum\\" class=\\"other\\"')
    wait_for(lambda: shows(FIRST, 'class="other"'))
    served.change("stateassets/book/templates/search.html", "{%", "<!-- another template -->{%")
    served.put(
        "stateassets/book/static/book.css", (root / "stateassets/book/static/book.css").read_text("utf-8") + "\n\n"
    )
    served.change("stateassets/__init__.py", '__version__ = "', '__version__ = "7.')
    wait_for(lambda: shows(SECOND, '<p id="version">7.'))
    served.put(OTHER, "# 第三章\n\n新的一章。\n")
    chapter(root / "notebooks/fourth.ipynb", "第四章", SUM)
    contents = CONTENTS.replace("notebooks/second", "notebooks/fourth")
    served.put("_toc.yml", f"{contents}  - file: notebooks/third\n")
    wait_for(lambda: shows("notebooks/third", "新的一章。") and shows(FIRST, "第三章"))
    wait_for(lambda: shows("notebooks/fourth", "第四章") and not (served.site / f"{SECOND}.html").exists())
    served.change("_config.yml", "搜索本书", "在书里找")
    wait_for(lambda: shows(FIRST, "在书里找"))
    served.change("data/datapackage.json", '"description": "', '"description": "另有说明。')
    wait_for(lambda: any("另有说明。" in p.read_text("utf-8") for p in (served.site / "data").glob("*.html")))
    told = len(served.words())
    wait_for(lambda: "Word" in served.words()[told:] and served.words().endswith("秒。\n"))
    cold = tmp_path / "cold"
    shutil.copytree(root, cold, ignore=shutil.ignore_patterns("_build"))
    built, kept = content(build(cold)), content(served.site)
    assert built.keys() == kept.keys()
    assert [name for name in built if built[name] != kept[name]] == []


def test_no_process_is_taken_for_one_of_the_book() -> None:
    assert processes(Path(tempfile.gettempdir()) / "nowhere") == {}


def test_a_page_that_was_shown_before_the_others_stays_when_another_save_stops_those(tmp_path: Path) -> None:
    async def saved() -> tuple[list[bool], list[bool]]:
        (tmp_path / "_build/html").mkdir(parents=True)
        serving = Serving(tmp_path, tmp_path / "own")
        there: list[bool] = []
        answers: list[list[str] | None] = [[], None, [], []]  # shown, the others stopped; then both are made

        async def ask(*_: object) -> list[str] | None:
            serving.shown.mkdir(parents=True, exist_ok=True)
            there.append(serving.shown.is_dir())
            return answers.pop(0)

        serving.ask = ask  # type: ignore[method-assign]
        ended = [await serving.build({}, False)]
        there.append(serving.shown.is_dir())
        ended.append(await serving.build({}, False))
        there.append(serving.shown.is_dir())
        return ended, there[-4:]

    ended, there = run(saved())
    assert ended == [False, True] and there == [True, True, True, False]


# What is saved after a build has got ready, and whether it has to begin anew.
SAVED = {
    "notebooks/a.ipynb": False,
    "data/a.csv": False,
    "data/datapackage.json": True,
    "data/kinds.yml": True,
    "_config.yml": True,
    "_toc.yml": True,
    "index.md": True,
    "stateassets/book/templates/search.html": True,
    "_build/.doctrees/environment.pickle": True,
}


def test_a_build_that_has_got_ready_knows_what_it_has_read_and_which_chapters_and_tables_there_were(
    tmp_path: Path,
) -> None:
    for name in SAVED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}", "utf-8")
    for name, anew in SAVED.items():
        before = builder.read_beforehand(tmp_path)
        assert builder.read_beforehand(tmp_path) == before
        (tmp_path / name).write_text("{  }", "utf-8")
        assert (builder.read_beforehand(tmp_path) != before) == anew, name
    for name in ("notebooks/new.ipynb", "data/new.csv"):
        before = builder.read_beforehand(tmp_path)
        (tmp_path / name).write_text("", "utf-8")
        assert builder.read_beforehand(tmp_path) != before, name


def test_a_build_does_not_wait_for_kernels_from_a_process_that_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended:
        def server(self, alerts_only: bool = False) -> None:
            raise BrokenPipeError

    def build(*_: object, **__: object) -> None:
        go_on = book.manner.wait
        assert go_on
        go_on()
        asked.append(book.manner.has_kernels)
        book.manner.before_running()

    asked: list[bool] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(book, "manner", book.manner)
    monkeypatch.setattr(jupyter_book.cli.main, "main", build)
    monkeypatch.setattr(jupyter_book.sphinx, "handle_exception", None)
    mine, its = socket.socketpair()
    mine.sendall(b'{"take_away": false, "first": []}\n')
    told = ThreadPoolExecutor(1).submit(builder.faults, its, tmp_path, lambda **_: None, Ended())  # type: ignore[arg-type]
    assert told.result(LONGEST) == [] and asked == [False]


# --- the last ones: what serves the book is killed ----------------------------------------------------


def kill_while_it_builds(book: Served, name: str) -> None:
    """Have a chapter run for some seconds, and kill a process meanwhile."""
    told = len(book.words())
    book.change(f"{FIRST}.ipynb", "import csv", "import time; time.sleep(3)\\nimport csv")
    wait_for(lambda: "正在重算" in book.words()[told:] and name in book.processes())
    os.kill(book.processes()[name], signal.SIGKILL)


@pytest.mark.slow
def test_after_a_kill_of_any_other_process_than_who_serves_the_next_save_is_shown(served: Served) -> None:
    def holds(name: str) -> None:
        built, failed = served.builds(), served.words().count("没有生成")
        kill_while_it_builds(served, name)
        wait_for(lambda: served.builds() > built or served.words().count("没有生成") > failed)
        built = served.builds()
        text = (served.root / f"{FIRST}.ipynb").read_text("utf-8").replace("import time; time.sleep(3)\\n", "")
        served.put(f"{FIRST}.ipynb", text.replace("第0段。", f"{name}以后的说明。第0段。"))
        wait_for(lambda: served.builds() > built)
        assert f"{name}以后的说明。" in (served.site / f"{FIRST}.html").read_text("utf-8")

    wait_for(served.builds)
    each(KILLED, holds)


@pytest.mark.slow
def test_a_kill_of_whoever_serves_leaves_the_last_good_book_and_no_process(served: Served) -> None:
    wait_for(served.builds)
    good = {p: p.read_bytes() for p in served.site.rglob("*.html")}
    kill_while_it_builds(served, "stateassets")
    wait_for(lambda: served.processes() == {})
    assert {p: p.read_bytes() for p in served.site.rglob("*.html")} == good
    wait_for(lambda: leavings(served) == [])
