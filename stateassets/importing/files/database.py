"""Rows from a database: one read-only query a table, by SQLAlchemy.

The description of the source is YAML. The address stands in an environment variable, because it
may hold a password::

    url_env: LEDGER_DATABASE
    queries:
      balance_sheet: select nd as 年度, … from zcfzb
    units:
      balance_sheet: 元
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tables.data_errors import DataError
from ...tables.declared import DataPackage
from ...tables.text_files import read_yaml
from .raw import Cell, Meter, Sheet, refusal, shown_name

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

PARTS = {"url_env", "queries", "units"}
# Text in quotes and comments say nothing of what a statement does.
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/", re.S)
WRITING = re.compile(
    r"\b(insert|update|delete|merge|replace\s+into|into|drop|alter|create|truncate|grant|revoke|copy|call|do|"
    r"exec|execute|set|lock|vacuum|attach|detach|pragma|begin|commit|rollback|prepare|listen|notify)\b",
    re.I,
)
SECONDS = 120
READ_ONLY = {
    "sqlite": ("PRAGMA query_only = ON",),
    "postgresql": ("SET TRANSACTION READ ONLY", f"SET LOCAL statement_timeout = '{SECONDS}s'"),
    "mysql": ("SET SESSION TRANSACTION READ ONLY",),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY",),
    "oracle": ("SET TRANSACTION READ ONLY",),
}


def read_sources(path: Path, data_dir: Path) -> list[Sheet]:
    """Return what the queries of a source's description answer, a sheet each.

    Raises:
        DataError: the description is wrong, a query is not a single read-only one, or the
            database does not answer. No message holds the password.
    """
    name = shown_name(path)
    spec = _spec(path, name)
    package = DataPackage.read(data_dir)
    for table, query in spec["queries"].items():
        if table not in package.tables:
            raise refusal(name, f"没有名为{table}的表", "、".join(package.tables), "queries下面写表的英文名")
        only_reads(f"{name}的{table}", query)
    with asked(name, spec["url_env"]) as connection:
        return list(_answers(connection, spec, name, package))


@contextmanager
def asked(name: str, variable: str) -> Iterator[Connection]:
    """Connect to the database whose address an environment variable holds, to read and no more.

    Raises:
        DataError: there is no address, or the database does not answer. No message holds the password.
    """
    url = os.environ.get(variable, "")
    if not url:
        raise refusal(
            name,
            f"环境变量{variable}是空的",
            "数据库的地址",
            f"先设置{variable}，如postgresql+psycopg://用户:密码@主机/库",
        )
    engine = _engine(name, variable, url)
    try:
        with engine.connect() as connection:
            _make_read_only(connection)
            try:
                yield connection
            finally:
                connection.rollback()
    except DataError:
        raise
    except Exception as error:
        raise refusal(
            name,
            f"数据库没有给出数据（{_said(error, engine, url)}）",
            "能连接的数据库和正确的查询",
            "检查地址、权限和查询",
        ) from None
    finally:
        engine.dispose()


def _spec(path: Path, name: str) -> dict[str, Any]:
    if not path.is_file():
        raise refusal(name, "没有这个文件", "数据库说明（YAML）", "检查文件名和所在的文件夹")
    raw = read_yaml(path, "对照说明改正缩进和冒号")
    if not isinstance(raw, dict):
        raise refusal(name, "没有内容", "url_env和queries", "对照说明填写")
    if "url" in raw:
        raise refusal(
            name,
            "把数据库地址写在了文件里",
            "只写环境变量的名字，密码不留在文件里",
            "改成url_env: 变量名，并设置这个环境变量",
        )
    unknown = {str(key) for key in raw} - PARTS
    if unknown:
        raise refusal(name, f"多出{'、'.join(sorted(unknown))}", "只有url_env、queries、units", "删去多余的部分")
    queries, units = raw.get("queries"), raw.get("units") or {}
    if not isinstance(raw.get("url_env"), str) or not isinstance(queries, dict) or not queries:
        raise refusal(name, "缺少url_env或queries", "环境变量的名字，每张表一条查询", "对照说明补上")
    if not isinstance(units, dict) or not all(isinstance(q, str) for q in queries.values()):
        raise refusal(name, "queries或units写法不对", "表名: 查询；表名: 单位", "对照说明改正")
    return {"url_env": raw["url_env"], "queries": queries, "units": units}


def only_reads(name: str, query: str) -> None:
    """Refuse what is not one statement that reads.

    Raises:
        DataError: the statement writes, or there are several.
    """
    plain = QUOTED.sub(" ", query).strip().rstrip(";").strip()
    found = WRITING.search(plain)
    if not re.match(r"(select|with)\b", plain, re.I):
        why = "不是查询"
    elif found:
        why = f"含有{found[0]}"
    elif ";" in plain:
        why = "不止一条语句"
    elif "\\" in query or "$$" in query or "/*!" in query:
        why = "含有反斜杠、$$或/*!"
    else:
        return
    raise refusal(name, why, "一条只读的select查询", "改成只读的查询；列名有冲突的加上别名")


def _engine(name: str, variable: str, url: str) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        return create_engine(url, hide_parameters=True)
    except (ArgumentError, ValueError):
        raise refusal(
            name,
            f"环境变量{variable}不是数据库地址",
            "如postgresql+psycopg://用户:密码@主机/库",
            "改正后重试；密码里的@、/、:要写成%40、%2F、%3A",
        ) from None
    except (NoSuchModuleError, ImportError) as error:
        what = getattr(error, "name", None) or "这种数据库"
        raise refusal(
            name, f"没有{what}的驱动程序", "已安装的驱动程序", "用pip安装它的驱动程序，如PostgreSQL用psycopg"
        ) from None


def _make_read_only(connection: Connection) -> None:
    for statement in READ_ONLY.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement)


def _answers(connection: Connection, spec: Mapping[str, Any], name: str, package: DataPackage) -> Iterator[Sheet]:
    as_it_is = connection.execution_options(no_parameters=True, stream_results=True)
    for table, query in spec["queries"].items():
        meter = Meter(f"{name}的{table}")
        unit = spec["units"].get(table)
        answer = as_it_is.exec_driver_sql(query.strip().rstrip(";"))
        rows: list[tuple[Cell, ...]] = [(f"单位：{unit}",)] if unit else []
        rows.append(tuple(answer.keys()))
        for row in answer.yield_per(1000):
            rows.append(meter.row(len(rows), tuple(map(plain, row))))
        yield Sheet(f"{name}的查询", package.tables[table].title, rows, table=table)


def plain(value: Any) -> Cell:
    """Return what a database gave as a cell of a sheet."""
    if value is None or isinstance(value, str | bool | datetime | date | time | Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(format(value, ".15g"))
    return str(value)


def _said(error: Exception, engine: Engine, url: str) -> str:
    """What the database said, in one line, without the password."""
    original = getattr(error, "orig", None) or error
    text = " ".join(str(original).split())
    password = engine.url.password
    raw = re.search(r"://[^:/@]*:([^@]*)@", url)
    for secret in (url, str(password) if password else "", raw[1] if raw else ""):
        if secret:
            text = text.replace(secret, "***")
    return f"{type(original).__name__}：{text[:300]}"
