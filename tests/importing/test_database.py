"""Rows from a database: any that SQLAlchemy knows, read-only, and no password in any message."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledgers import rows_of, small_report
from postgres import postgres_server

from stateassets.cli.main import main
from stateassets.importing import plan
from stateassets.importing.files.database import read_sources
from stateassets.tables.data_errors import DataError

VARIABLE = "LEDGER_DATABASE"
SECRET = "very-secret-word"
TABLES = ("enterprises", "budget", "headcount", "rules")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A report of few tables."""
    return small_report(tmp_path / "报告", *TABLES)


def sources(folder: Path, queries: dict[str, str], more: str = "") -> Path:
    path = folder / "sources.yml"
    lines = [f"url_env: {VARIABLE}", "queries:", *(f"  {t}: >-\n    {q}" for t, q in queries.items()), more]
    path.write_text("\n".join(lines), "utf-8")
    return path


def fill(url: str, root: Path) -> None:
    """Put the budget (in 元) and the rules into a database, as another system might hold them."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("create table ys (nd integer, sz text, km text, xm text, je numeric(20, 2))"))
        connection.execute(
            sa.text("create table zd (nd integer, id text, title text, kind text, change text, issued_on date)")
        )
        for row in rows_of(root, "budget"):
            connection.execute(
                sa.text("insert into ys values (:year, :side, :category, :line, cast(:amount as numeric) * 10000)"), row
            )
        for row in rows_of(root, "rules"):
            given = {name: text or None for name, text in row.items()}  # a database has no empty date
            connection.execute(sa.text("insert into zd values (:year, :id, :title, :kind, :change, :issued_on)"), given)
    engine.dispose()


QUERIES = {
    "budget": 'select nd as "年度", sz as "收支", km as "科目", xm as "项目", je as "金额（元）" from ys',
    "rules": "with alle as (select nd as year, id, title, kind, change, issued_on from zd)"
    " select * from alle where title like '%办法%' or true",
}


def rows_come_back(root: Path, tmp_path: Path) -> None:
    path = sources(tmp_path, QUERIES)
    made = plan(root, sheets=read_sources(path, root / "data"))
    assert not made.refused, made.refused
    assert made.empty
    assert {c.name: c.same for c in made.changes} == {n: len(rows_of(root, n)) for n in ("budget", "rules")}


def test_rows_of_an_embedded_database_come_back(root, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/x.db")
    fill(os.environ[VARIABLE], root)
    rows_come_back(root, tmp_path)


def test_a_unit_may_be_said_beside_the_query_and_a_change_is_written(root, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/x.db")
    query = "select 2023 as 年度, 1 as 月份, 'A' as 企业编号, 777 as 职工人数"
    assert main(["import", "--from", str(sources(tmp_path, {"headcount": query})), "--root", str(root), "--yes"]) == 0
    assert any(r["headcount"] == "777" for r in rows_of(root, "headcount"))
    path = sources(tmp_path, {"budget": QUERIES["budget"].replace("（元）", "")}, "units:\n  budget: 元\n")
    fill(os.environ[VARIABLE], root)
    assert plan(root, sheets=read_sources(path, root / "data")).empty


@pytest.mark.parametrize(
    "query",
    [
        "delete from ys",
        "select 1; drop table ys",
        "with x as (delete from ys returning *) select * from x",
        "select * into z from ys",
        "drop table ys",
        "select 1 -- '\n; delete from ys",
        "",
        "pragma query_only = off",
        "select * from ys for update",
        "select E'\\' ; drop table ys; --'",
        "/* select */ update ys set nd = 1",
    ],
)
def test_what_does_not_only_read_is_refused_and_never_sent(root, tmp_path, monkeypatch, query):
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/x.db")
    fill(os.environ[VARIABLE], root)
    path = tmp_path / "s.yml"
    path.write_text(
        f"url_env: {VARIABLE}\nqueries:\n  budget: {query!r}\n".replace("'", '"')
        if "'" not in query
        else f"url_env: {VARIABLE}\nqueries:\n  budget: |\n    " + query.replace("\n", "\n    ") + "\n",
        "utf-8",
    )
    with pytest.raises(DataError) as refused:
        read_sources(path, root / "data")
    told = str(refused.value)
    assert "s.yml的budget：" in told and "应为：一条只读的select查询" in told and "改成只读的查询" in told
    with sa.create_engine(os.environ[VARIABLE]).connect() as connection:
        assert connection.execute(sa.text("select count(*) from ys")).scalar() == len(rows_of(root, "budget"))


def test_words_in_quotes_are_no_statements(root, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/x.db")
    query = "select 2023 as 年度, 'X1' as 编号, 'drop; delete 办法' as 制度, 'finance' as 类别, 'new' as 新增或修订, '2023-01-01' as 印发日期"
    (sheet,) = read_sources(sources(tmp_path, {"rules": query}), root / "data")
    assert sheet.rows[1][2] == "drop; delete 办法" and sheet.table == "rules"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://me:{SECRET}@127.0.0.1:1/x",
        f"mysql+nothere://me:{SECRET}@host/x",
        f"nonsense {SECRET}",
        f"sqlite:////nowhere/{SECRET}/x.db",
        f"://:{SECRET}@",
    ],
)
def test_no_message_holds_the_password(root, tmp_path, monkeypatch, capsys, url):
    monkeypatch.setenv(VARIABLE, url)
    path = sources(tmp_path, {"budget": QUERIES["budget"]})
    assert main(["import", "--from", str(path), "--root", str(root), "--debug"]) == 1
    told = "".join(capsys.readouterr())
    assert "sources.yml" in told and SECRET not in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"url: postgresql://me:{SECRET}@host/x\nqueries:\n  budget: select 1\n", "写在了文件里"),
        ("queries: [1", "不是正确的YAML"),
        ("", "没有内容"),
        (f"url_env: {VARIABLE}\nqueries: {{}}\n", "缺少"),
        (f"url_env: {VARIABLE}\nqueries:\n  nothing: select 1\n", "没有名为nothing的表"),
        (f"url_env: {VARIABLE}\nqueries:\n  budget: select 1\nmore: 1\n", "多出more"),
        ("!!python/object/apply:os.system ['true']", "不是正确的YAML"),
        (f"url_env: {VARIABLE}\nqueries:\n  budget: select 1\n", "是空的"),
    ],
)
def test_a_description_that_is_wrong_is_said_to_be_so(root, tmp_path, monkeypatch, text, words):
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "s.yml").write_text(text, "utf-8")
    with pytest.raises(DataError, match=words) as caught:
        read_sources(tmp_path / "s.yml", root / "data")
    assert SECRET not in str(caught.value)


# --- PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a server of our own."""
    with postgres_server(SECRET) as address:
        yield address


def test_rows_of_a_real_server_come_back(postgres, root, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, postgres)
    fill(postgres, root)
    rows_come_back(root, tmp_path)


def test_a_function_that_writes_is_stopped_by_the_server(postgres, root, tmp_path, monkeypatch, capsys):
    """The text of the query cannot tell that it writes; the transaction is read-only."""
    with sa.create_engine(postgres).begin() as connection:
        connection.exec_driver_sql("create table marks (n integer)")
        connection.exec_driver_sql(
            "create function mark() returns integer language sql as 'insert into marks values (1) returning n'"
        )
    monkeypatch.setenv(VARIABLE, postgres)
    path = sources(tmp_path, {"budget": "select mark() as 年度"})
    assert main(["import", "--from", str(path), "--root", str(root), "--yes"]) == 1
    assert "ReadOnlySqlTransaction" in capsys.readouterr().out
    with sa.create_engine(postgres).connect() as connection:
        assert connection.exec_driver_sql("select count(*) from marks").scalar() == 0


def test_a_wrong_password_and_a_wrong_column_are_told_without_the_right_one(
    postgres, root, tmp_path, monkeypatch, capsys
):
    path = sources(tmp_path, {"budget": "select nothing from nowhere"})
    for url in (postgres.replace(SECRET, SECRET + "x"), postgres):
        monkeypatch.setenv(VARIABLE, url)
        assert main(["import", "--from", str(path), "--root", str(root)]) == 1
        told = "".join(capsys.readouterr())
        assert "数据库没有给出数据" in told and SECRET not in told
