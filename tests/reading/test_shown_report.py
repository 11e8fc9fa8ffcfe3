"""A marked report inside a notebook: the sample, a file by its path, and one picked in JupyterLab."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser

from stateassets.reading.model import Place
from stateassets.reading.shown import SAMPLE, MarkedReport, marked_report, pick, sample
from stateassets.tables.data_errors import DataError


@pytest.fixture(scope="module")
def shown() -> MarkedReport:
    return sample()


def test_the_sample_is_invented_and_says_so(shown):
    text = SAMPLE.read_text("utf-8")
    assert text.startswith("某区") and "示例" in shown.html and "示例" in shown._repr_html_()


def test_the_sample_shows_a_fault_that_was_put_in_and_all_its_numbers_are_read(shown):
    assert "营业收入52.3亿元" in repr(shown)
    reading = shown.marked.readings[0]
    assert reading.unplaced == () and reading.found and all(isinstance(f.place, Place) for f in reading.found)


def test_bytes_and_a_name_are_enough():
    made = marked_report(SAMPLE.read_bytes(), "某区报告.txt")
    assert made.marked.readings[0].document.name == "某区报告.txt" and "示例" not in made.html


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "C:\\报告\\某区.txt", "长" * 300 + ".txt", "\0某区.txt", "/", "..", ""]
)
def test_a_file_may_have_any_name(name):
    assert marked_report(SAMPLE.read_bytes(), name).marked.readings[0].found


def test_bytes_that_are_no_report_are_refused_in_words():
    with pytest.raises(DataError, match="图片"):
        marked_report(b"\x89PNG\r\n\x1a\n" + bytes(100), "某区报告.docx")


def test_a_report_with_nothing_to_say_of_says_so():
    assert (
        repr(marked_report("某区2023年度报告\n年末资产总额5.0亿元。".encode(), "某区.txt"))
        == "没有发现需要更正或说明的地方。"
    )


def test_links_inside_the_frame_stay_inside(browser: Browser, tmp_path: Path, shown):
    outer = f"<!doctype html><meta charset=utf-8><p id='finding-1'>外面</p>{shown._repr_html_()}"
    (path := tmp_path / "页.html").write_text(outer, "utf-8")
    window = browser.new_page(viewport={"width": 1000, "height": 900})
    window.goto(path.as_uri())
    frame = window.frame_locator("iframe")
    frame.locator("#finding-1 .rests a").first.click()
    assert frame.locator("a.n:target").count() == 1 and window.url == path.as_uri()
    frame.locator("a.n.wrong").first.click()
    frame.locator("#box a[href^='#finding']").first.click()
    assert frame.locator("#finding-1:target").count() == 1
    window.close()


def test_a_file_by_its_path(tmp_path):
    (path := tmp_path / "某区.txt").write_bytes(SAMPLE.read_bytes())
    assert "营业收入52.3亿元" in repr(pick(path))
    with pytest.raises(DataError):
        pick(tmp_path / "没有.docx")


def test_without_widgets_it_is_said_how_else(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert 'pick("我的报告.docx")' in repr(pick())


def test_what_is_picked_is_shown_marked_and_what_cannot_be_read_is_told(monkeypatch, capsys):
    class Upload(SimpleNamespace):
        def observe(self, call: Any, names: str) -> None:
            self.call = call

    class Output(SimpleNamespace):
        __enter__ = __exit__ = lambda self, *_: None

        def clear_output(self) -> None:
            self.cleared = True

    widgets = ModuleType("ipywidgets")
    widgets.FileUpload, widgets.Output, widgets.VBox = Upload, Output, list
    monkeypatch.setitem(sys.modules, "ipywidgets", widgets)
    displayed: list[object] = []
    monkeypatch.setattr("stateassets.reading.shown._display", displayed.append)
    chosen, output = pick()
    assert ".docx" in chosen.accept and not chosen.multiple
    chosen.call({"new": ({"name": "某区.txt", "content": memoryview(SAMPLE.read_bytes())},)})
    assert "营业收入52.3亿元" in repr(displayed[0]) and output.cleared
    chosen.call({"new": ({"name": "图.docx", "content": memoryview(b"\x89PNG" + bytes(9))},)})
    assert "图片" in capsys.readouterr().out and len(displayed) == 1
