"""``desk`` on the command line: accounts first, then the desk, with a warning where others could listen."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from ledgers import small_report

from stateassets.capture.accounts import Accounts
from stateassets.capture.store import Store
from stateassets.cli import desk as command
from stateassets.cli.main import main
from stateassets.desk import serving

PASSWORD = "一个很长的密码，十几个字"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small book; the password is in the environment."""
    monkeypatch.delenv("STATEASSETS_STORE", raising=False)
    monkeypatch.setenv(command.PASSWORD, PASSWORD)
    return small_report(tmp_path, "enterprises")


def called(root: Path, *words: str) -> int:
    """Call the command."""
    return main(["desk", "--root", str(root), *words])


def test_a_first_use_without_accounts_says_what_to_do(root, capsys):
    assert called(root) == 1
    told = capsys.readouterr().err
    assert "还没有账号" in told and "--add-account 登录名 --staff" in told and "--enterprise 企业编号" in told


def test_accounts_are_added_listed_and_closed(root, capsys):
    assert called(root, "--add-account", "fang", "--staff", "--name", "方某") == 0
    assert called(root, "--add-account", "jia", "--enterprise", "A1") == 0
    assert called(root, "--close-account", "jia") == 0
    assert called(root, "--accounts") == 0
    told = capsys.readouterr().out
    assert "账号“fang”可以登录了" in told and "账号“jia”已停用" in told and "jia jia 企业 A1（已停用）" in told
    assert called(root, "--accounts", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (
        [one["login"] for one in found] == ["fang", "jia"] and PASSWORD not in str(found) and "hash" not in str(found)
    )
    accounts = Accounts(Store.open(root))
    assert accounts.verified("fang", PASSWORD).name == "方某" and accounts.verified("jia", PASSWORD) is None


def test_an_account_that_cannot_be_is_refused_in_a_sentence(root, capsys, monkeypatch):
    for words, code, told in (
        (["--add-account", "fang"], 2, "请写明账号是谁的"),
        (["--add-account", "jia", "--enterprise", "ZZ"], 1, "企业名录里没有“ZZ”"),
        (["--add-account", "Fang", "--staff"], 1, "登录名要用小写字母开头"),
        (["--close-account", "fang"], 1, "没有“fang”这个账号"),
    ):
        assert called(root, *words) == code
        assert told in capsys.readouterr().err
    monkeypatch.delenv(command.PASSWORD)
    assert called(root, "--add-account", "fang", "--staff") == 1 and "没有读到密码" in capsys.readouterr().err
    monkeypatch.setattr(command.sys.stdin, "isatty", lambda: True, raising=False)
    typed = iter(["第一次写的密码是这个", "第二次写的密码是那个"])
    monkeypatch.setattr(command.getpass, "getpass", lambda prompt: next(typed))
    assert called(root, "--add-account", "fang", "--staff") == 1 and "两次写的不一样" in capsys.readouterr().err
    assert Accounts(Store.open(root)).all() == []


def served(monkeypatch) -> list:
    """Note what would be served instead of serving it."""
    found: list = []
    monkeypatch.setattr(serving, "serve", lambda app, listening, *, tls: found.append((listening.getsockname(), tls)))
    return found


def test_the_desk_listens_on_this_machine_unless_told_otherwise_and_then_warns(root, capsys, monkeypatch):
    found = served(monkeypatch)
    called(root, "--add-account", "fang", "--staff")
    assert called(root, "--port", "0") == 0
    assert found[-1][0][0] == "127.0.0.1" and not found[-1][1] and "注意" not in capsys.readouterr().err
    assert called(root, "--port", "0", "--host", "0.0.0.0") == 0
    assert "本身不加密" in capsys.readouterr().err
    assert called(root, "--port", "0", "--domain", "desk.example.org") == 0
    assert found[-1][1] and "https://desk.example.org/" in capsys.readouterr().out


def test_a_port_that_is_taken_is_told(root, capsys):
    called(root, "--add-account", "fang", "--staff")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert called(root, "--port", str(taken.getsockname()[1])) == 1
    assert "可能正被别的程序使用" in capsys.readouterr().err
