"""Whoever calls a command wrongly, or whose computer fails, is told so in Chinese: no traceback."""

from __future__ import annotations

import builtins
import errno
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from messages import Site, asked_for, says_nothing_chinese, sites, words_that_tests_hold
from paths import ROOT
from waiting import LONGEST

from stateassets.alerts import Setting
from stateassets.book.downloads import download_path
from stateassets.cli import check
from stateassets.cli import main as cli
from stateassets.cli.main import STOPPED, in_chinese, main
from stateassets.domains.financial_statements.checks import printed_numbers
from stateassets.measures.measures import Indicator, Measure, Registry
from stateassets.measures.units import factor
from stateassets.present import charts
from stateassets.present.narration import tell
from stateassets.tables.origins import Origin
from stateassets.tables.troubles import trouble
from stateassets.tables.validation import open_checked

ENGLISH = ("invalid", "required", "unrecognized", "argument", "expected", "Error", "error")


# --- called wrongly ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "缺少命令"),
        (["fly"], "没有fly这一项"),
        (["check", "--fast"], "不认识“--fast”"),
        (["check", "--root"], "--root后面要写一个值"),
        (["check", "--json=yes"], "--json后面不能写值"),
        (["check", "更多"], "不认识“更多”"),
        (["alerts", "--level", "violet"], "没有violet这一项"),
        (["alerts", "--as-of", "明天"], "“明天”不是日期"),
        (["evaluate", "--year", "去年"], "“去年”不对"),
        (["evaluate", "--scheme"], "--scheme后面要写一个值"),
        (["audit", "a", "b"], "不认识“b”"),
        (["alerts", "--as-of", "2023-02-30"], "不是日期"),
        (["check", "--j", "--de=1"], "--debug"),
        (["\u202e\x1b[2J"], "没有"),
    ],
)
def test_a_command_called_wrongly_says_how(capsys, words, told):
    with pytest.raises(SystemExit) as ended:
        main(words)
    said = capsys.readouterr().err
    assert ended.value.code == 2 and told in said and said.count("用法：") == 1
    assert not [word for word in ENGLISH if word in said.split("用法：")[0]]


def test_every_complaint_of_argparse_that_a_command_can_cause_has_chinese_words():
    for message in (
        "the following arguments are required: x",
        "unrecognized arguments: x",
        "argument x: invalid choice: 'y' (choose from 'a', 'b')",
        "argument x: expected one argument",
        "argument x: expected at least one argument",
        "argument x: ignored explicit argument 'y'",
        "argument x: not allowed with argument y",
        "argument x: invalid int value: 'y'",
        "ambiguous option: x could match y, z",
    ):
        assert not [word for word in ENGLISH if word in in_chinese(message)], message


# --- what the computer does --------------------------------------------------------------------

TROUBLES = [
    (PermissionError(13, "Permission denied", "/表/甲.csv"), "没有权限读写“/表/甲.csv”"),
    (PermissionError(), "没有权限读写文件"),
    (FileNotFoundError(2, "No such file", "甲.csv"), "没有找到“甲.csv”"),
    (FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"), "没有地方放临时文件"),
    (IsADirectoryError(21, "Is a directory", "甲"), "没有找到“甲”"),
    (OSError(errno.ENOSPC, "No space left on device"), "磁盘满了"),
    (shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")]), "磁盘满了"),
    (OSError(errno.EDQUOT, "Quota"), "磁盘配额"),
    (OSError(errno.EROFS, "Read-only"), "只能读，不能写"),
    (OSError(errno.EMFILE, "Too many open files"), "打开的文件太多"),
    (OSError(errno.EIO, "I/O"), "磁盘读写出错"),
    (MemoryError(), "内存不够"),
    (ModuleNotFoundError("No module named 'pandas'", name="pandas"), "缺少程序库pandas"),
    (UnicodeEncodeError("ascii", "甲", 0, 1, "x"), "CSV UTF-8"),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), "CSV UTF-8"),
    (RecursionError(), "一层套一层"),
]


def failing(monkeypatch, error: BaseException) -> None:
    def run(options):
        raise error

    monkeypatch.setattr(check, "run", run)


@pytest.mark.parametrize(("error", "told"), TROUBLES, ids=lambda x: type(x).__name__)
def test_a_failing_computer_is_told_in_chinese_with_what_to_do(capsys, monkeypatch, error, told):
    failing(monkeypatch, error)
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    assert told in said and "请" in trouble(error) and "--debug" in said
    assert "Traceback" not in said


def test_an_error_of_the_program_is_named_and_shown_whole_only_if_asked_for(capsys, monkeypatch):
    failing(monkeypatch, ValueError("奇怪"))
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    assert "程序出错，没有完成：ValueError：奇怪" in said and "Traceback" not in said
    with pytest.raises(ValueError, match="奇怪"):
        main(["check", "--debug"])


def test_ctrl_c_ends_a_command_quietly(capsys, monkeypatch):
    failing(monkeypatch, KeyboardInterrupt())
    assert main(["check"]) == STOPPED
    assert capsys.readouterr().err == "已中止。\n"


def test_a_library_that_is_missing_is_named(capsys, monkeypatch):
    imported = builtins.__import__

    def lacking(name, *rest, **named):
        if name == "opening":
            raise ModuleNotFoundError("No module named 'pandas'", name="pandas")
        return imported(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", lacking)
    assert main(["check", "--root", str(ROOT)]) == 1
    assert "缺少程序库pandas。请运行make book" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to")
def test_output_to_a_full_disk_is_told(tmp_path):
    (tmp_path / "data").mkdir()
    command = [sys.executable, "-m", "stateassets", "check", "--root", tmp_path]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUTF8": "1"},
            check=False,
            timeout=LONGEST,
        )
    assert done.returncode == 1 and "磁盘满了" in done.stderr and "Traceback" not in done.stderr


# --- who carries the code on, or writes a chapter ---------------------------------------------


def _registered() -> None:
    Registry().add(Indicator("x", "某", "%", 1, "某规定", formula=lambda nothing: nothing))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: Measure("x", "某", "%", 1, basis=" "), "x没有写明依据"),
        (lambda: Measure("x", "某", "%", 1, "某规定", "Z"), "x的把握程度应为A、B或C"),
        (_registered, "x的公式用到未登记的nothing：请改正名字；在别的领域登记的，把本领域的ORDER改大"),
        (lambda: factor("户", "万元"), "单位“户”不能换算成“万元”"),
        (lambda: factor("石", "万元"), "不认识的单位：石"),
        (lambda: setting({}), "蓝、黄、红三条线都空着"),
        (lambda: setting({"blue": 1.0}, worse="sideways"), "不认识的方向“sideways”"),
        (lambda: download_path("../x.csv", "real"), "数据表路径必须在data目录之内：../x.csv"),
        (lambda: download_path("x.csv", "dream"), "来源只能是real或own或sample"),
        (lambda: tell("{nothing}", {}.__getitem__, {}), "句子里的“{nothing}”既不是登记的指标"),
        (
            lambda: charts.stacked(
                [("乙", [1] * 20)],
                [f"甲{n}" for n in range(20)],
                unit="户",
                decimals=0,
                caption="题",
                alt="说明",
                origin=Origin.SAMPLE,
            ),
            "一条里最多分",
        ),
    ],
)
def test_what_is_written_wrongly_in_code_is_told_in_chinese(wrong, told):
    with pytest.raises(Exception, match=re.escape(told)):
        wrong()


def setting(thresholds, worse="higher") -> Setting:
    return Setting("r", "规则", "%", worse, thresholds, None, "某部门", "本书自定")


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("value", "百余", "“百余”；应为：不带单位的数字"),
        ("value", "1e9", "不带单位的数字"),
        ("value", "6.9", "1位小数；应为：与“6.9”的小数位数一致"),
        ("decimals", 5, "5位小数；应为：与“"),
    ],
)
def test_a_printed_figure_that_is_no_number_is_a_fault_of_its_row(column, cell, told):
    package, frames = open_checked(ROOT / "data")
    claims = frames["claims"].copy()
    row = claims.index[(claims["kind"] == "level") & (claims["decimals"] == 1)][0]
    claims.loc[row, column] = cell
    if told.startswith("1位"):
        claims.loc[row, "value"], claims.loc[row, "decimals"] = "6.9", 2
        told = told.replace("1位", "2位")
    (fault,) = printed_numbers(package, {"claims": claims})
    assert told in str(fault) and f"claims/report.csv第{row + 2}行" in str(fault)


def test_a_rule_that_was_printed_holds_or_does_not():
    package, frames = open_checked(ROOT / "data")
    claims = frames["claims"].copy()
    claims.loc[0, ["kind", "value"]] = "rule", "也许"
    (fault,) = printed_numbers(package, {"claims": claims})
    assert "“也许”；应为：true（成立）或false（不成立）" in str(fault)


# --- all messages ------------------------------------------------------------------------------


@cache
def known() -> list[Site]:
    """Every message of the package; found when asked for, not by each worker that collects tests."""
    return list(sites())


def test_every_message_is_found_and_chinese():
    assert len(known()) > 200
    assert [site for site in known() if says_nothing_chinese(site)] == []


def test_some_words_of_every_message_are_asked_for_by_a_test():
    """A message that no test asks for may be wrong, or never be said."""
    words = words_that_tests_hold()
    unasked = sorted(site.place for site in known() if not asked_for(site, words))
    assert unasked == [], "write a test that asks for these messages"


def test_an_english_message_and_one_that_no_test_asks_for_are_noticed(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "a.py").write_text(
        'def f():\n    raise ValueError("not a number")\n\n\n'
        'def g(x):\n    return Fault("a", 1, f"{x}列", "不认识的东西", "别的")\n',
        "utf-8",
    )
    first, second = sorted(sites(package), key=lambda site: site.place)
    assert (first.place, second.place) == ("package/a.py:2", "package/a.py:6")
    assert says_nothing_chinese(first) and not says_nothing_chinese(second)
    assert not asked_for(second, "没有的话") and asked_for(second, "他说：不认识的东西")
    assert asked_for(Site("x", "Fault", ("{name}",)), "")


def test_the_words_of_the_command_line_are_all_chinese():
    help_text = cli.parser().format_help()
    assert help_text.count("用法：") == 1 and "usage" not in help_text and "options" not in help_text
