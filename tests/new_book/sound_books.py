"""Sound books of any shape: statements that balance, consolidate and go on from year to year.

``district`` makes one of nothing but what a shape says; ``reduced`` makes one of the sample,
with fewer groups and fewer tables. Both pass ``check``, whatever they are asked for.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import in_process
import other_district
from paths import ROOT

from stateassets.opening import check
from stateassets.tables.declaration import ESSENTIAL

YEAR = 2024
CLASSES = ("城乡建设发展类", "资本投融资管理类", "城市运营管理类")
ASSETS = (
    *("cash", "receivables", "inventories", "other_current_assets", "long_term_equity"),
    *("investment_property", "fixed_assets", "other_noncurrent_assets"),
)
LIABILITIES = (
    *("short_term_borrowings", "payables", "other_current_liabilities"),
    *("long_term_borrowings", "bonds_payable", "other_noncurrent_liabilities"),
)
EQUITY = ("paid_in_capital", "capital_reserve", "other_comprehensive_income", "retained_earnings", "non_state_equity")
SHEET = (*ASSETS, "total_assets", *LIABILITIES, "total_liabilities", *EQUITY, "owners_equity")
INCOME = (
    *("revenue", "operating_cost", "taxes_and_surcharges", "period_expenses", "interest_expense", "other_income"),
    *("investment_income", "total_profit", "income_tax", "net_profit", "operating_cash_flow"),
)
# Chapters, for where time is short.
BASICS = ("1_basics/1_enterprises", "1_basics/2_assets_and_debt", "1_basics/3_preservation")
GROWTH, POINTS, TURNAROUNDS = "4_results/2_growth", "6_plans/1_points", "6_plans/4_turnarounds"
QUICK = (*BASICS, GROWTH, POINTS, TURNAROUNDS)
STATEMENTS = ("income_statement", "equity_changes", "value_added", "headcount", "budget")  # those that may be absent
GAINS = ("state_investment", "transfer_in", "revaluation_gain", "census_gain", "title_gain")
LOSSES = ("profit_handed_over", "transfer_out", "revaluation_loss", "census_loss", "title_loss")
Row = dict[str, str]
Amounts = dict[str, int]  # in cents of 万元, so that sums are exact


@dataclass(frozen=True)
class Company:
    """An enterprise: ``result`` is the sign of its profits, ``equity`` that of its net assets.

    ``start`` and ``end`` are counted from the book's year: -1 is the year before.
    """

    result: int = 1
    equity: int = 1
    share: int = 100
    start: int | None = None
    end: int | None = None
    companies: tuple[Company, ...] = ()


@dataclass(frozen=True)
class Shape:
    """What a book holds; ``absent`` is what it says of tables that it has not, ``size`` in 万元."""

    groups: tuple[Company, ...] = (Company(),)
    years: int = 2
    size: int = 10_000
    absent: Mapping[str, bool | str] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True)
class _Member:
    id: str
    parent: str
    level: int
    root: str
    is_a: Company
    paid: int  # what it was begun with; it does not change

    @property
    def stake(self) -> int:
        """What its parent paid."""
        return self.paid * self.is_a.share // 100

    def there(self, year: int) -> bool:
        start, end = self.is_a.start, self.is_a.end
        return (start is None or YEAR + start <= year) and (end is None or year < YEAR + end)


def every_optional() -> list[str]:
    """Return the names of the tables that a book may be without."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    return [r["name"] for r in package["resources"] if r["name"] not in ESSENTIAL]


def told(book: Path, only: Collection[str] = QUICK) -> dict[str, str]:
    """Return what the chapters show, none of which may fail."""
    shown = in_process.run_book(book, only)
    faults = in_process.faults(shown)
    assert not faults, "\n".join(faults)
    return shown


def members(shape: Shape) -> list[_Member]:
    """Return all enterprises, each after its parent."""

    def below(key: str, parent: str, level: int, root: str, company: Company) -> Iterator[_Member]:
        yield _Member(key, parent, level, root, company, shape.size * 20)
        for number, part in enumerate(company.companies, 1):
            yield from below(f"{key}{number:02}", key, level + 1, root, part)

    return [m for n, group in enumerate(shape.groups, 1) for m in below(f"Q{n:02}", "", 1, f"Q{n:02}", group)]


def district(target: Path, empty: Path, shape: Shape) -> Path:
    """Copy a new book that nobody has filled in, and fill it in."""
    for name in ("data", "notebooks"):
        shutil.copytree(empty / name, target / name)
    shutil.copy(empty / "_toc.yml", target)
    tables = dict(_tables(shape))
    absent = {name: True for name in _ledgers(target) if name not in tables} | dict(shape.absent)
    return _declare(target, {name: rows for name, rows in tables.items() if name not in absent}, absent)


def reduced(target: Path, gone: Collection[str], absent: Mapping[str, bool | str]) -> Path:
    """Make another district's book of the sample, without some groups and tables.

    A table that does not fit what is left (a budget without the groups that paid) is left out, too.
    """
    other_district.make(target, gone="".join(gone))
    paths = {r["path"]: r["name"] for r in _package(target)["resources"]}
    _declare(target, {}, _with_dependants(target, absent))
    while unfit := {paths[fault.file] for fault in check(target / "data")}:
        _declare(target, {}, _with_dependants(target, dict.fromkeys(unfit, True)))
    return target


def _package(book: Path) -> dict[str, Any]:
    return json.loads((book / "data" / "datapackage.json").read_text("utf-8"))


def _ledgers(book: Path) -> list[str]:
    return [r["name"] for r in _package(book)["resources"] if r["path"].startswith("ledger/")]


def _with_dependants(book: Path, absent: Mapping[str, bool | str]) -> dict[str, bool | str]:
    """Return with the tables those that say nothing without them, too."""
    found, size = dict(absent), -1
    while size != (size := len(found)):
        for table in _package(book)["resources"]:
            for key in table["schema"].get("foreignKeys", ()):
                if (target := key["reference"]["resource"]) in found and table["name"] not in found:
                    found[table["name"]] = found[target]
    return found


def _declare(book: Path, rows: Mapping[str, list[Row]], absent: Mapping[str, bool | str]) -> Path:
    package = _package(book)
    for table in package["resources"]:
        name, path = table["name"], book / "data" / table["path"]
        if name in absent:
            table["absent"] = absent[name]
            path.unlink(missing_ok=True)
        elif name in rows:
            _write(path, [c["name"] for c in table["schema"]["fields"]], rows[name])
    (book / "data" / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    return book


def _write(path: Path, header: list[str], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


# --- the tables ----------------------------------------------------------------------------------


def _tables(shape: Shape) -> Iterator[tuple[str, list[Row]]]:
    every, years = members(shape), range(YEAR - shape.years + 1, YEAR + 1)
    chance = random.Random(shape.seed)
    sheets, incomes = {}, {}  # by (enterprise, year) and, of the sheets, moment
    for m in every:
        equity = _size(shape, chance) * m.is_a.equity
        before: Amounts | None = None
        for year in years:
            if not m.there(year):
                before = None
                continue
            income = _income(shape, m, chance)
            if before is None:
                founded = m.is_a.start is not None and year == YEAR + m.is_a.start
                before = dict.fromkeys(SHEET, 0) if founded else _sheet(shape, m, every, year, equity, chance)
            equity = before["owners_equity"] + income["net_profit"]
            if not before["owners_equity"]:
                equity += _size(shape, chance) * m.is_a.equity
            closing = _sheet(shape, m, every, year, equity, chance)
            sheets[m.id, year, "opening"], sheets[m.id, year, "closing"] = before, closing
            incomes[m.id, year], before = income, closing
    yield "enterprises", [_enterprise(m, n) for n, m in enumerate(every)]
    yield "balance_sheet", list(_sheet_rows(every, years, sheets))
    whole = {
        (root, year): _less([incomes[m.id, year] for m in every if m.root == root and m.there(year)], {})
        for root in dict.fromkeys(m.root for m in every)
        for year in years
    }
    yield "income_statement", list(_income_rows(every, years, incomes, whole))
    yield "equity_changes", list(_changes(every, years, sheets, whole))
    yield "value_added", list(_value_added(every, years, incomes, chance))
    yield (
        "headcount",
        [
            {"year": str(year), "month": str(month), "enterprise_id": m.id, "headcount": str(40 + month % 3 + n)}
            for n, m in enumerate(every)
            for year in years
            if m.there(year)
            for month in range(1, 13)
        ],
    )
    yield (
        "budget",
        [
            {"year": str(year), "side": side, "category": category, "line": line, "amount": "500"}
            for year in years
            for side, category, line in (("revenue", "profit", "上缴"), ("expenditure", "capital_spending", "支出"))
        ],
    )


def _size(shape: Shape, chance: random.Random) -> int:
    return chance.randint(shape.size * 50, shape.size * 200)


def _parts(total: int, names: Collection[str], chance: random.Random) -> Amounts:
    """Divide an amount that is not negative."""
    cuts = sorted(chance.randint(0, total) for _ in range(len(names) - 1))
    ends = [0, *cuts, total]
    return {name: high - low for name, low, high in zip(names, ends, ends[1:], strict=False)}


def _sheet(shape: Shape, m: _Member, every: list[_Member], year: int, equity: int, chance: random.Random) -> Amounts:
    held = sum(c.stake for c in every if c.parent == m.id and c.there(year))
    debt = _size(shape, chance) + max(0, held - equity)
    assets = _parts(equity + debt - held, [n for n in ASSETS if n != "long_term_equity"], chance)
    owed = _parts(debt, LIABILITIES, chance)
    own = dict.fromkeys(EQUITY, 0) | {"paid_in_capital": m.paid, "retained_earnings": equity - m.paid}
    totals = {"total_assets": equity + debt, "total_liabilities": debt, "owners_equity": equity}
    return {**assets, "long_term_equity": held, **owed, **own, **totals}


def _income(shape: Shape, m: _Member, chance: random.Random) -> Amounts:
    profit = _size(shape, chance) // 20 * m.is_a.result
    tax = max(0, profit // 4)
    revenue = chance.choice([0, _size(shape, chance)])
    costs = _parts(revenue // 2, ("taxes_and_surcharges", "period_expenses", "interest_expense"), chance)
    cost = revenue - sum(costs.values()) - profit
    more = max(0, -cost)
    return {
        **dict.fromkeys(INCOME, 0),
        **costs,
        "revenue": revenue,
        "operating_cost": cost + more,
        "investment_income": more,
        "total_profit": profit,
        "income_tax": tax,
        "net_profit": profit - tax,
        "operating_cash_flow": chance.randint(-1, 1) * _size(shape, chance) // 10,
    }


def _less(parts: list[Amounts], eliminated: Amounts) -> Amounts:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: sum(part[name] for part in parts) - eliminated.get(name, 0) for name in names}


def _text(amounts: Amounts) -> Row:
    return {name: f"{amount / 100:.2f}" for name, amount in amounts.items()}


def _enterprise(m: _Member, number: int) -> Row:
    start = YEAR + m.is_a.start if m.is_a.start is not None else 2010
    return {
        "enterprise_id": m.id,
        "name_zh": f"示例公司{m.id}",
        "level": str(m.level),
        "parent_id": m.parent,
        "ownership": str(m.is_a.share),
        "class_zh": CLASSES[int(m.root[1:]) % len(CLASSES)],
        "function_zh": "示例",
        "start_year": str(start),
        "end_year": str(YEAR + m.is_a.end) if m.is_a.end is not None else "",
    }


def _sheet_rows(every: list[_Member], years: range, sheets: Mapping[tuple[str, int, str], Amounts]) -> Iterator[Row]:
    closed: dict[tuple[str, str], Amounts] = {}
    for year in years:
        for moment in ("opening", "closing"):
            for root in dict.fromkeys(m.root for m in every):
                there = [m for m in every if m.root == root and m.there(year)]
                if not there:
                    continue
                each = {m.id: sheets[m.id, year, moment] for m in there}
                out = _eliminated([m for m in there if m.parent], each)
                forms = [(m.id, "individual", each[m.id]) for m in there]
                forms += [(root, "consolidated", _less(list(each.values()), out)), (root, "elimination", out)]
                for key, basis, amounts in forms:
                    before = closed.get((key, basis), amounts)
                    changed = moment == "opening" and before != amounts
                    yield {
                        **{"year": str(year), "enterprise_id": key, "basis": basis, "moment": moment},
                        **_text(amounts),
                        "restatement": "合并范围变动" if changed else "",
                    }
                    if moment == "closing":
                        closed[key, basis] = amounts


def _eliminated(held: list[_Member], sheets: Mapping[str, Amounts]) -> Amounts:
    """What the parents hold, and what is not the parents' of those whom they hold."""
    out = dict.fromkeys(SHEET, 0)
    for m in held:
        if not sheets[m.id]["paid_in_capital"]:
            continue  # not yet begun
        stake, paid = m.stake, m.paid
        others = sheets[m.id]["owners_equity"] * (100 - m.is_a.share) // 100
        for name, amount in (
            *(("long_term_equity", stake), ("total_assets", stake), ("owners_equity", stake)),
            *(("paid_in_capital", paid), ("non_state_equity", -others), ("retained_earnings", stake - paid + others)),
        ):
            out[name] += amount
    return out


def _income_rows(
    every: list[_Member],
    years: range,
    incomes: Mapping[tuple[str, int], Amounts],
    whole: Mapping[tuple[str, int], Amounts],
) -> Iterator[Row]:
    for year in years:
        there = [m for m in every if m.there(year)]
        forms = [(m.id, "individual", incomes[m.id, year]) for m in there]
        for root in dict.fromkeys(m.root for m in there):
            forms += [(root, "consolidated", whole[root, year]), (root, "elimination", dict.fromkeys(INCOME, 0))]
        for key, basis, amounts in forms:
            yield {"year": str(year), "enterprise_id": key, "basis": basis, **_text(amounts)}


def _changes(
    every: list[_Member],
    years: range,
    sheets: Mapping[tuple[str, int, str], Amounts],
    whole: Mapping[tuple[str, int], Amounts],
) -> Iterator[Row]:
    def state(root: str, year: int, moment: str) -> int:
        there = [m for m in every if m.root == root and m.there(year)]
        each = {m.id: sheets[m.id, year, moment] for m in there}
        amounts = _less(list(each.values()), _eliminated([m for m in there if m.parent], each))
        return amounts["owners_equity"] - amounts["non_state_equity"]

    for year in years:
        for root in dict.fromkeys(m.root for m in every if m.there(year)):
            kept = whole[root, year]["net_profit"]
            rest = state(root, year, "closing") - state(root, year, "opening") - kept
            yield _change(year, root, "net_profit_retained", kept)
            if rest:  # another factor each year: amounts of one that differ a thousandfold look like yuan
                yield _change(year, root, (GAINS if rest > 0 else LOSSES)[years.index(year)], abs(rest))


def _change(year: int, root: str, factor: str, amount: int) -> Row:
    return {"year": str(year), "enterprise_id": root, "factor": factor, "amount": f"{amount / 100:.2f}"}


def _value_added(
    every: list[_Member], years: range, incomes: Mapping[tuple[str, int], Amounts], chance: random.Random
) -> Iterator[Row]:
    for year in years:
        for m in every:
            if not m.there(year):
                continue
            parts = {"compensation": 50_000, "net_production_tax": 1_000, "depreciation": chance.randint(0, 9_000)}
            parts["operating_surplus"] = incomes[m.id, year]["total_profit"]
            yield {"year": str(year), "enterprise_id": m.id, **_text({**parts, "value_added": sum(parts.values())})}
