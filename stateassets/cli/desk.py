"""``desk``: where enterprises hand in their returns in the browser, and staff decide about them."""

from __future__ import annotations

import argparse
import getpass
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..capture.accounts import Accounts

NAME, HELP = "desk", "报送台：企业在浏览器里报送、看问题，监管人员采纳或退回"
PORT = 8010
LOCAL = "127.0.0.1"
PASSWORD = "STATEASSETS_DESK_PASSWORD"
FIRST = """还没有账号。请先建一个监管人员的账号，再给企业建账号：
python -m stateassets desk --add-account 登录名 --staff
python -m stateassets desk --add-account 登录名 --enterprise 企业编号"""
OPEN = (
    "注意：报送台现在对{}开放，但本身不加密。密码和报表会明文传送，"
    "前面必须有TLS（如nginx），并加上--domain域名；只在本机试用时不要写--host。"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what this command takes besides."""
    parser.add_argument("--port", type=int, default=PORT, metavar="端口", help=f"不写则为{PORT}，0是任意一个空着的")
    parser.add_argument("--host", default=LOCAL, metavar="地址", help="不写则只有本机能访问")
    parser.add_argument("--domain", default="", metavar="域名", help="前面有TLS时，用户在浏览器里看到的域名")
    parser.add_argument(
        "--acceptors", type=int, choices=[1, 2], default=0, help="几个人都采纳才算采纳，不写则照platform.yml"
    )
    account = parser.add_mutually_exclusive_group()
    account.add_argument("--add-account", metavar="登录名", help="建账号；已有的，换密码、姓名或企业")
    account.add_argument("--close-account", metavar="登录名", help="停用账号，已做的事仍然保留")
    account.add_argument("--accounts", action="store_true", help="列出账号")
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--enterprise", metavar="企业编号", help="账号属于哪家企业")
    whose.add_argument("--staff", action="store_true", help="账号属于监管人员")
    parser.add_argument("--name", default="", metavar="姓名", help="账号的姓名，页面和经过里显示")


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from ..capture.accounts import Accounts
    from ..capture.store import RefusedError, Store
    from ..report import find_root

    root = (options.root or find_root()).resolve()
    if options.add_account or options.close_account or options.accounts:
        accounts = Accounts(Store.open(root))
        try:
            return _account(options, root, accounts)
        except RefusedError as refused:
            print(f"{refused}。", file=sys.stderr)
            return 1
    return _serve(options, root)


def _account(options: argparse.Namespace, root: Path, accounts: Accounts) -> int:
    from ..capture import schema as s
    from ..desk.desk import Names
    from ..desk.pages import ROLES
    from .common import print_json

    by = getpass.getuser()
    if options.accounts:
        found = [
            {"login": a.login, "role": a.role, "name": a.name, "enterprise_id": a.enterprise_id, "closed": a.closed}
            for a in accounts.all()
        ]
        if options.json:
            print_json(found)
        for one in () if options.json else found:
            closed = "（已停用）" if one["closed"] else ""
            print(one["login"], one["name"], ROLES[str(one["role"])], f"{one['enterprise_id']}{closed}")
        if not found and not options.json:
            print(FIRST)
        return 0
    if options.close_account:
        accounts.close(options.close_account, by)
        print(f"账号“{options.close_account}”已停用，已登录的立即失效。")
        return 0
    if not options.staff and not options.enterprise:
        print("请写明账号是谁的：--staff，或--enterprise 企业编号。", file=sys.stderr)
        return 2
    if options.enterprise and options.enterprise not in Names.read(root).enterprises:
        print(f"企业名录里没有“{options.enterprise}”，请用enterprises.csv里的企业编号。", file=sys.stderr)
        return 1
    password = _password()
    if password is None:
        print(f"没有读到密码，或两次写的不一样；不能在终端输入时，放在环境变量{PASSWORD}里。", file=sys.stderr)
        return 1
    role = s.STAFF if options.staff else s.ENTERPRISE
    accounts.add(options.add_account, role, options.name, options.enterprise or "", password, by)
    print(f"账号“{options.add_account}”可以登录了。")
    return 0


def _password() -> str | None:
    """Return the password from the environment or the terminal, None where there is none."""
    if told := os.environ.get(PASSWORD):
        return told
    if not sys.stdin.isatty():
        return None
    first = getpass.getpass("密码：")
    return first if first and getpass.getpass("再写一次：") == first else None


def _serve(options: argparse.Namespace, root: Path) -> int:
    from ..desk.application import LOCAL as NAMES
    from ..desk.application import application
    from ..desk.serving import serve
    from ..desk.wiring import desk_of

    desk = desk_of(root, options.acceptors)
    if not any(not account.closed for account in desk.accounts.all()):
        print(FIRST, file=sys.stderr)
        return 1
    try:
        listening = socket.create_server((options.host, options.port))
    except OSError:
        print(f"不能在{options.host}的端口{options.port}上听：可能正被别的程序使用，请换一个--port。", file=sys.stderr)
        return 1
    if options.host not in NAMES:
        print(OPEN.format(options.host), file=sys.stderr)
    hosts = {*NAMES, options.host, *filter(None, [options.domain.lower()])}
    with listening:
        where = (
            f"https://{options.domain}/" if options.domain else f"http://{options.host}:{listening.getsockname()[1]}/"
        )
        print(f"报送台：{where} 按Ctrl+C结束。", flush=True)
        serve(application(desk, sorted(hosts), tls=bool(options.domain)), listening, tls=bool(options.domain))
    return 0
