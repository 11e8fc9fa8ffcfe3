"""No sum of money is added up in floats: ``measures.exact`` does it in whole 分."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from paths import ROOT

# Amounts that chapters make of declared ones.
MADE = {
    "left",
    "pay_principal",
    "pay_interest",
    "pays",
    "less_interest",
    "whole_interest",
    "committed",
    "hoped",
    "short",
}
WHERE = ("domains", "pages", "present", "alerts")
ADDING = ("sum", "cumsum")
# Where a table is checked a float is compared to within half of 0.01万元 an amount, and nothing is printed of it.
CHECKS = "checks.py"


def amounts() -> set[str]:
    """The columns of money of all declared tables."""
    tables = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))["resources"]
    return {c["name"] for t in tables for c in t["schema"]["fields"] if c.get("unit") in ("万元", "元")} | MADE


def added_up(source: str, money: set[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, expression) of each sum in floats of a column of money: by pandas, numpy or ``sum``."""
    for node in _outside(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(attr=called, value=of) if called in ADDING:
                # what was made whole before may be added up in any way
                parts: list[ast.AST] = [] if ast.unparse(of).startswith("whole(") else [of]
            case ast.Attribute(attr="agg" | "pivot_table") if "'sum'" in ast.unparse(node):
                parts = [*node.args, *node.keywords]
            case ast.Name(id="sum"):
                parts = [*node.args]
            case _:
                continue
        inside = {n.value for part in parts for n in {*ast.walk(part)} - _keys(part) if isinstance(n, ast.Constant)}
        compared = any(isinstance(n, ast.Compare) for part in parts for n in ast.walk(part))  # how many, not how much
        if inside & money and not compared:
            yield node.lineno, ast.unparse(node)


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands outside calls of ``exactly``, which reckons in whole 分 whatever it is given."""
    if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "exactly"):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _outside(child)


def _keys(node: ast.AST) -> set[ast.AST]:
    """The names that a dictionary gives to what it holds."""
    return {key for n in ast.walk(node) if isinstance(n, ast.Dict) for key in n.keys if key}


def sources() -> Iterator[Path]:
    for folder in WHERE:
        yield from (p for p in sorted((ROOT / "stateassets" / folder).rglob("*.py")) if p.name != CHECKS)


def test_no_chapter_adds_up_money_in_floats():
    money = amounts()
    found = [
        f"{path.relative_to(ROOT)}:{line}: {said}"
        for path in sources()
        for line, said in added_up(path.read_text("utf-8"), money)
    ]
    assert not found, "\n".join(found)


def test_sums_in_floats_are_found_however_they_are_written():
    money = {"amount", "balance"}
    lost = (
        'rows["amount"].sum()',
        'rows.groupby("bank")["balance"].sum()',
        'rows.loc[rows["kind"].isin(kinds), "amount"].sum()',
        'rows[["amount", "people"]].cumsum()',
        'rows.pivot_table("balance", "bank", "group", "sum")',
        'rows.groupby("id").agg(total=("amount", "sum"))',
        'sum(row["amount"] for row in rows)',
    )
    assert [said for said in lost if not list(added_up(said, money))] == []
    kept = (
        'exactly(rows["amount"], lambda a: a.groupby(rows["amount"]).sum())',
        'rows["people"].sum()',
        '(rows["amount"] > 0).sum()',
    )
    assert [said for said in kept if list(added_up(said, money))] == []
