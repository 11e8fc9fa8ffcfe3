"""What a user can rely on in the sample ledger, recomputed here without the generator's code."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from many import every
from paths import ROOT

from tools.sample_ledger.__main__ import REAL, csv_bytes, main, real_rows, write
from tools.sample_ledger.assemble import faults
from tools.sample_ledger.money import apportion, text
from tools.sample_ledger.statements import Sheets, with_totals

DATA = ROOT / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {r["name"]: r for r in PACKAGE["resources"] if r["path"].startswith("ledger/")}
HEADS = list("ABCDEF")


def exact(name: str) -> pd.DataFrame:
    """Read a table with its numbers as decimals, so that no sum is ever approximate."""
    fields = RESOURCES[name]["schema"]["fields"]
    frame = pd.read_csv(DATA / RESOURCES[name]["path"], dtype=str, keep_default_na=False, encoding="utf-8-sig")
    for field in fields:
        if field["type"] == "number":
            frame[field["name"]] = frame[field["name"]].map(lambda v: Decimal(v) if v else None)
        elif field["type"] == "integer":
            frame[field["name"]] = frame[field["name"]].map(lambda v: int(v) if v else None)
    return frame


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: exact(name) for name in RESOURCES}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A data directory of one's own, to spoil."""
    data = tmp_path / "data"
    (data / "claims").mkdir(parents=True)
    shutil.copy(DATA / "datapackage.json", data)
    shutil.copy(DATA / "claims" / "report.csv", data / "claims")
    return data


def spoil(data: Path, pattern: str, replacement: str) -> None:
    claims = data / "claims" / "report.csv"
    before = claims.read_text(encoding="utf-8")
    after = re.sub(pattern, replacement, before)
    assert after != before
    claims.write_text(after, encoding="utf-8")


# --- the files ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_writes_the_same_bytes_as_the_committed_files_that_another_process_wrote(tmp_path: Path) -> None:
    main([str(tmp_path)])
    names = sorted(Path(resource["path"]).name for resource in RESOURCES.values())
    assert sorted(f.name for f in tmp_path.iterdir()) == names
    for name in names:
        assert (tmp_path / name).read_bytes() == (DATA / "ledger" / name).read_bytes()


@every("name", RESOURCES)
def test_files_have_the_declared_columns_in_order_and_open_in_a_spreadsheet(name: str) -> None:
    raw = (DATA / RESOURCES[name]["path"]).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n")
    header = raw.decode("utf-8-sig").split("\n", 1)[0].split(",")
    assert header == [field["name"] for field in RESOURCES[name]["schema"]["fields"]]


@every("name", RESOURCES)
def test_money_is_written_with_two_decimals(name: str) -> None:
    money = [f for f in RESOURCES[name]["schema"]["fields"] if f.get("unit") == "万元"]
    frame = pd.read_csv(DATA / RESOURCES[name]["path"], dtype=str, encoding="utf-8-sig")
    for field in money:
        amounts = frame[field["name"]]
        if not field.get("constraints", {}).get("required"):
            amounts = amounts.dropna()
        assert amounts.str.fullmatch(r"-?\d+\.\d\d").all(), field["name"]


@every("name", RESOURCES)
def test_keys_are_unique_and_every_enterprise_is_in_the_roster(name: str, tables: dict[str, pd.DataFrame]) -> None:
    frame = tables[name]
    assert not frame.duplicated(RESOURCES[name]["schema"]["primaryKey"]).any()
    if "enterprise_id" in frame:
        named = frame["enterprise_id"]
        if "origin" in frame:  # the report does not say whose its real rows are
            named = named[frame["origin"] == "sample"]
        assert set(named) <= set(tables["enterprises"]["enterprise_id"])


def test_real_rows_are_those_that_are_kept_by_hand_and_name_no_enterprise_of_the_sample(
    tables: dict[str, pd.DataFrame],
) -> None:
    for path in REAL.glob("*.csv"):
        kept = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows = tables[path.stem]
        real = rows[rows["origin"] == "real"]
        assert real.index.tolist() == list(range(len(kept)))  # before the sample's
        assert real[kept.columns.tolist()].map(str).to_numpy().tolist() == kept.to_numpy().tolist()
        blank = real.drop(columns=[*kept.columns, "origin"])
        assert (blank.isna() | (blank == "")).all(axis=None), path.stem
        assert rows.drop(index=real.index)["origin"].eq("sample").all()


def test_a_real_row_with_a_column_that_its_table_has_not_is_refused(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("year,id,name\n2023,WL001,小面\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"events\.csv里有数据约定没有的列：name"):
        real_rows(tmp_path, {"events": ("events.csv", ["year", "id", "title", "origin"])})


def test_a_failed_run_leaves_the_old_files_alone(copied: Path, tmp_path: Path) -> None:
    output = tmp_path / "ledger"
    output.mkdir()
    (output / "enterprises.csv").write_text("旧", encoding="utf-8")
    spoil(copied, r"(enterprises,监管全级次法人企业户数,level),19", r"\1,20")
    with pytest.raises(RuntimeError):
        write(output, copied)
    assert [f.name for f in output.iterdir()] == ["enterprises.csv"]
    assert (output / "enterprises.csv").read_text(encoding="utf-8") == "旧"


def test_a_row_with_another_column_is_refused() -> None:
    with pytest.raises(ValueError, match="数据约定"):
        csv_bytes(["year"], [{"year": 2023, "extra": 1}])


# --- who is in it ------------------------------------------------------------------------------


def test_nineteen_legal_persons_in_2023_and_eighteen_the_year_before(tables: dict[str, pd.DataFrame]) -> None:
    roster = tables["enterprises"]
    assert (roster["level"] == 1).sum() == 6 and (roster["level"] == 2).sum() == 13
    for year, number in ((2023, 19), (2022, 18)):
        ids = set(roster.loc[roster["start_year"] <= year, "enterprise_id"])
        assert len(ids) == number
        for name in ("balance_sheet", "income_statement", "value_added", "headcount"):
            frame = tables[name]
            assert set(frame.loc[frame["year"] == year, "enterprise_id"]) == ids, name


def test_only_neutral_names_occur(tables: dict[str, pd.DataFrame]) -> None:
    roster = tables["enterprises"]
    for row in roster.itertuples():
        level = "一" if row.level == 1 else "二"
        assert row.name_zh == f"{level}级企业{row.enterprise_id}"
    written = " ".join((*tables["budget"]["line"], *tables["equity_changes"]["note"]))
    for word in ("公司", "集团", "有限", "大渡口", "重庆"):
        assert word not in written
    assert set(re.findall(r"[一二]级企业\w\d?(?![\w])", written)) <= set(roster["name_zh"])


def test_every_class_has_two_groups_and_one_company_has_an_outside_owner(tables: dict[str, pd.DataFrame]) -> None:
    roster = tables["enterprises"]
    heads = roster[roster["level"] == 1]
    assert heads.groupby("class_zh").size().tolist() == [2, 2, 2]
    assert sorted(roster["ownership"])[:2] == [Decimal(90), Decimal(100)]
    assert set(roster.loc[roster["level"] == 2, "parent_id"]) == set(HEADS)


def scaled_copy(left: pd.Series, right: pd.Series) -> bool:
    """Say whether one row is about a constant times the other, line by line."""
    same_lines = ((left > 0) == (right > 0)).all()
    both = (left > 0) & (right > 0)
    ratio = (left[both] / right[both]).astype(float)
    return bool(same_lines and ratio.max() / ratio.min() < 1.5)


def test_no_balance_sheet_is_a_scaled_copy_of_another(tables: dict[str, pd.DataFrame]) -> None:
    frame = tables["balance_sheet"]
    parts = [p for identity in RESOURCES["balance_sheet"]["identities"][:2] for p in identity["parts"]]
    rows = frame[(frame["year"] == 2023) & (frame["moment"] == "closing")]
    for basis in ("individual", "consolidated"):
        lines = rows[rows["basis"] == basis].set_index("enterprise_id")[parts]
        for left, right in combinations(lines.index, 2):
            assert not scaled_copy(lines.loc[left], lines.loc[right]), (left, right)
    copied = lines.loc["A"].map(lambda amount: amount * Decimal("1.37"))
    assert scaled_copy(lines.loc["A"], copied)


def test_groups_do_not_all_move_the_same_way(tables: dict[str, pd.DataFrame]) -> None:
    frame = tables["balance_sheet"]
    whole = frame[(frame["year"] == 2023) & (frame["basis"] == "consolidated")]
    assets = whole.pivot(index="enterprise_id", columns="moment", values="total_assets")
    growth = (assets["closing"] / assets["opening"]).astype(float)
    assert growth.min() < 0.98 and growth.max() > 1.05
    income = tables["income_statement"]
    assert (income.loc[income["basis"] == "individual", "total_profit"] < 0).any()


# --- accounting --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "identity"),
    [(name, i) for name, r in RESOURCES.items() for i in r.get("identities", ())],
    ids=lambda v: v["title"] if isinstance(v, dict) else v,
)
def test_identities_hold_to_the_last_digit_in_every_row(
    name: str, identity: dict, tables: dict[str, pd.DataFrame]
) -> None:
    frame = tables[name]
    parts = sum(-frame[part[1:]] if part.startswith("-") else frame[part] for part in identity["parts"])
    assert (parts == frame[identity["total"]]).all()


@pytest.mark.parametrize("name", ["balance_sheet", "income_statement"])
def test_consolidated_is_the_sum_of_individual_statements_less_elimination(
    name: str, tables: dict[str, pd.DataFrame]
) -> None:
    frame = tables[name].copy()
    frame["head"] = frame["enterprise_id"].str[0]
    keys = [k for k in ("year", "moment", "head") if k in frame]
    money = [f["name"] for f in RESOURCES[name]["schema"]["fields"] if f["type"] == "number"]
    total = {basis: rows.groupby(keys)[money].sum() for basis, rows in frame.groupby("basis")}
    assert set(total["consolidated"].reset_index()["head"]) == set(HEADS)
    assert (total["consolidated"] == total["individual"] - total["elimination"]).all(axis=None)


def test_elimination_takes_out_the_heads_investments_loans_and_dividends(tables: dict[str, pd.DataFrame]) -> None:
    sheet, roster = tables["balance_sheet"], tables["enterprises"]
    assert (sheet["basis"] == "elimination").sum() == 6 * 2 * 5
    owned = roster.set_index("enterprise_id")["ownership"] / 100
    for (year, moment), rows in sheet.groupby(["year", "moment"]):
        own = rows[rows["basis"] == "individual"].set_index("enterprise_id")
        out = rows[rows["basis"] == "elimination"].set_index("enterprise_id")
        for head in HEADS:
            subs = [e for e in own.index if e[0] == head and e != head]
            capital = sum(owned[e] * own.loc[e, ["paid_in_capital", "capital_reserve"]].sum() for e in subs)
            outside = sum((1 - owned[e]) * own.loc[e, "owners_equity"] for e in subs)
            assert out.loc[head, "long_term_equity"] == capital, (year, moment, head)
            assert own.loc[head, "long_term_equity"] >= capital
            assert out.loc[head, "receivables"] == out.loc[head, "payables"] > 0
            assert out.loc[head, "non_state_equity"] == -outside
    income = tables["income_statement"]
    out = income[income["basis"] == "elimination"]
    assert (out["revenue"] == out["operating_cost"]).all() and (out["revenue"] > 0).all()
    assert (out["net_profit"] == out["investment_income"]).all()


def test_nobody_holds_or_owes_less_than_nothing(tables: dict[str, pd.DataFrame]) -> None:
    sheet = tables["balance_sheet"]
    rows = sheet[sheet["basis"] != "elimination"]
    for identity in RESOURCES["balance_sheet"]["identities"][:2]:
        assert (rows[[*identity["parts"], identity["total"]]] >= 0).all(axis=None)
    assert (rows["owners_equity"] >= rows["non_state_equity"]).all()


def test_each_year_opens_where_the_last_one_closed_and_a_new_company_opens_with_zero(
    tables: dict[str, pd.DataFrame],
) -> None:
    sheet = tables["balance_sheet"].drop(columns="restatement")
    keys = ["enterprise_id", "basis"]

    def at(year: int, moment: str) -> pd.DataFrame:
        rows = sheet[(sheet["year"] == year) & (sheet["moment"] == moment)]
        return rows.drop(columns=["year", "moment"]).set_index(keys).sort_index()

    opening, closing = at(2023, "opening"), at(2022, "closing")
    assert (opening.loc[closing.index] == closing).all(axis=None)
    new = opening.drop(index=closing.index)
    assert len(new) == 1 and (new == 0).all(axis=None)
    told = tables["balance_sheet"].query("restatement != ''")
    assert set(told["moment"]) == {"opening"}
    by_line = tables["restatements"][["year", *keys]].drop_duplicates()
    assert sorted(told[["year", *keys]].itertuples(index=False)) == sorted(by_line.itertuples(index=False))


def test_earlier_years_open_where_the_last_one_closed_but_for_what_is_restated(tables: dict[str, pd.DataFrame]) -> None:
    sheet, told = tables["balance_sheet"], tables["restatements"]
    assert sorted(sheet["year"].unique()) == [2019, 2020, 2021, 2022, 2023]
    amounts = [c for c in sheet.columns if c not in ("year", "enterprise_id", "basis", "moment", "restatement")]
    rows = sheet.set_index(["year", "enterprise_id", "basis", "moment"])[amounts]
    totals = {identity["total"] for identity in RESOURCES["balance_sheet"]["identities"]}
    moved = {
        (year + 1, owner, basis, item)
        for (year, owner, basis, moment), closed in rows.iterrows()
        if moment == "closing" and (year + 1, owner, basis, "opening") in rows.index
        for item in amounts
        if rows.at[(year + 1, owner, basis, "opening"), item] != closed[item] and item not in totals
    }
    assert moved == set(told[["year", "enterprise_id", "basis", "item"]].itertuples(index=False, name=None))
    assert set(told["year"]) == {2020, 2021}  # nothing of the report's two years


def signed(changes: pd.DataFrame) -> pd.Series:
    signs = RESOURCES["equity_changes"]["signs"]["factor"]
    return changes["amount"] * changes["factor"].map(signs)


def state_capital(tables: dict[str, pd.DataFrame], moment: str) -> pd.Series:
    sheet = tables["balance_sheet"]
    rows = sheet[(sheet["basis"] == "consolidated") & (sheet["moment"] == moment)]
    rows = rows.set_index(["year", "enterprise_id"])
    return (rows["owners_equity"] - rows["non_state_equity"]).sort_index()


def test_state_capital_rolls_from_opening_to_closing_in_every_group(tables: dict[str, pd.DataFrame]) -> None:
    changes = tables["equity_changes"]
    moved = signed(changes).groupby([changes["year"], changes["enterprise_id"]]).sum()
    opening, closing = (state_capital(tables, m) for m in ("opening", "closing"))
    assert (opening + moved == closing).all()
    assert (changes.loc[changes["factor"] != "oci", "amount"] >= 0).all()
    assert (changes["note"] != "").all()


def test_retained_profit_is_consolidated_net_profit_less_the_outside_share(tables: dict[str, pd.DataFrame]) -> None:
    income, changes = tables["income_statement"], tables["equity_changes"]
    owned = tables["enterprises"].set_index("enterprise_id")["ownership"] / 100
    net = income.set_index(["basis", "year", "enterprise_id"])["net_profit"]
    retained = changes[changes["factor"] == "net_profit_retained"]
    retained = retained.set_index(["year", "enterprise_id"])["amount"]
    assert len(retained) == 6 * 5
    for (year, head), amount in retained.items():
        own = net["individual"][year]
        outside = sum((1 - owned[e]) * own[e] for e in own.index if e[0] == head)
        assert amount == net["consolidated"][year][head] - outside


def test_profit_handed_over_is_what_the_budget_receives_and_the_budget_balances(
    tables: dict[str, pd.DataFrame],
) -> None:
    budget, changes = tables["budget"], tables["equity_changes"]
    handed = changes[changes["factor"] == "profit_handed_over"]
    for year, lines in budget.groupby("year"):
        received = lines[lines["category"] == "profit"].set_index("line")["amount"]
        paid = handed[handed["year"] == year].set_index("enterprise_id")["amount"]
        assert received.to_dict() == {f"一级企业{e}上缴利润": n for e, n in paid.items()}
        net = tables["income_statement"].query("basis == 'consolidated' and year == @year")
        net = net.set_index("enterprise_id")["net_profit"]
        assert (paid < net[paid.index]).all()
        by_side = lines.groupby("side")["amount"].sum()
        assert by_side["revenue"] == by_side["expenditure"]
        assert (lines["amount"] % 1 == 0).all()
        members = RESOURCES["budget"]["members"]["category"]["side"]
        for side, categories in members.items():
            assert set(lines.loc[lines["side"] == side, "category"]) == set(categories)
        # Capital paid in from the budget is part of what the state invested.
        invested = changes.query("year == @year and factor == 'state_investment'")
        invested = invested.set_index("enterprise_id")["amount"]
        for row in lines[lines["category"] == "capital_spending"].itertuples():
            assert row.amount <= invested[row.line.removeprefix("一级企业")[0]]


# --- people and value added --------------------------------------------------------------------


def test_headcount_falls_slowly_and_those_whose_trade_leaves_go_from_january_to_april(
    tables: dict[str, pd.DataFrame],
) -> None:
    people = tables["headcount"].pivot(index="enterprise_id", columns=["year", "month"], values="headcount")
    trade = ["F", "F1", "F2"]
    for year in (2022, 2023):
        months = people[year].dropna().drop(index=trade if year == 2023 else [])
        assert list(months.columns) == list(range(1, 13))
        rises = months.diff(axis=1).iloc[:, 1:] > 0
        assert rises.to_numpy().sum() == (year == 2023)  # one company takes on one person
        assert (months[12] >= 0.85 * months[1]).all()
    left = people[2022][12] - people[2023][4]
    assert left[trade].sum() > 0.9 * left.sum()
    falls = people.loc[trade].sum().diff()[2023]
    assert (falls[[1, 2, 3, 4]] < -40).all() and falls[range(5, 13)].between(-3, 0).all()


def test_pay_is_plausible_and_production_tax_covers_the_surcharges(tables: dict[str, pd.DataFrame]) -> None:
    added = tables["value_added"].set_index(["year", "enterprise_id"])
    months = tables["headcount"].groupby(["year", "enterprise_id"])["headcount"].sum()
    pay = added["compensation"].astype(float) / (months / 12)
    of_2022 = pay / 1.035 ** (pay.index.get_level_values("year") - 2022)  # what the sample lets it rise by a year
    assert (
        of_2022.between(11.5, 19).all() and pay.loc[[2022, 2023]].between(12, 19).all() and pay.round(2).nunique() > 10
    )
    income = tables["income_statement"].query("basis == 'individual'")
    surcharges = income.set_index(["year", "enterprise_id"])["taxes_and_surcharges"]
    assert (added["net_production_tax"] >= surcharges).all()
    assert (added["value_added"] > 0).all()


# --- the printed report ------------------------------------------------------------------------


def half_up(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def by_hand(tables: dict[str, pd.DataFrame], year: int) -> dict[str, Decimal]:
    """The district's indicators of a year by plain definitions, money in 万元."""
    sheet = tables["balance_sheet"].query("basis == 'consolidated' and year == @year")
    income = tables["income_statement"].query("basis == 'consolidated' and year == @year")
    closing = sheet[sheet["moment"] == "closing"]
    opening = sheet[sheet["moment"] == "opening"]
    changes = tables["equity_changes"].query("year == @year")
    objective = signed(changes[~changes["factor"].isin(["net_profit_retained", "oci"])]).sum()
    budget = tables["budget"].query("year == @year")
    roster = tables["enterprises"].query("start_year <= @year")
    people = Decimal(int(tables["headcount"].query("year == @year")["headcount"].sum())) / 12
    added = tables["value_added"].query("year == @year")["value_added"].sum()
    state = closing["owners_equity"].sum() - closing["non_state_equity"].sum()
    state_before = opening["owners_equity"].sum() - opening["non_state_equity"].sum()
    assets, debts = closing["total_assets"].sum(), closing["total_liabilities"].sum()
    profit = income["total_profit"].sum()
    return {
        "enterprises": Decimal(len(roster)),
        "first_level_enterprises": Decimal(int((roster["level"] == 1).sum())),
        "second_level_enterprises": Decimal(int((roster["level"] == 2).sum())),
        "total_assets": assets,
        "total_liabilities": debts,
        "debt_ratio": 100 * debts / assets,
        "state_capital": state,
        "preservation_rate": 100 * (state - objective) / state_before,
        "budget_revenue": budget.loc[budget["side"] == "revenue", "amount"].sum(),
        "budget_expenditure": budget.loc[budget["side"] == "expenditure", "amount"].sum(),
        "budget_transfer": budget.query("category == 'transfer_to_general'")["amount"].sum(),
        "revenue": income["revenue"].sum(),
        "total_profit": profit,
        "labour_productivity": added / people,
        "profit_per_capita": profit / people,
    }


CLAIMS = pd.read_csv(DATA / "claims" / "report.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
CHANGE: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "level": lambda now, before: now,
    "yoy_pct": lambda now, before: 100 * (now - before) / before,
    "yoy_pp": lambda now, before: now - before,
    "yoy_abs": lambda now, before: now - before,
}


def test_every_figure_that_rows_can_answer_prints_as_the_report_printed_it(tables: dict[str, pd.DataFrame]) -> None:
    now, before = by_hand(tables, 2023), by_hand(tables, 2022)
    checked = 0
    for claim in CLAIMS[CLAIMS["indicator"].isin(now)].itertuples():
        value = CHANGE[claim.kind](now[claim.indicator], before[claim.indicator])
        if claim.unit == "亿元":
            value /= 10_000
        assert half_up(value, int(claim.decimals)) == Decimal(claim.value), claim.id
        checked += 1
    assert checked == 28  # the other printed figures are not about these rows
    headcount = tables["headcount"].groupby("year")["headcount"].sum()
    assert headcount[2023] <= headcount[2022]


def test_non_state_equity_is_small_enough_not_to_show_in_state_capital(tables: dict[str, pd.DataFrame]) -> None:
    sheet = tables["balance_sheet"].query("basis == 'consolidated' and year == 2023 and moment == 'closing'")
    outside = sheet["non_state_equity"].sum()
    assert 100 < outside < 300
    printed = Decimal(CLAIMS.set_index("id").loc["state_capital.total", "value"])
    assert half_up(sheet["owners_equity"].sum() / 10_000, 1) == printed


def test_no_printed_figure_stands_in_the_code() -> None:
    printed = {v for v in CLAIMS.loc[CLAIMS["qualifier"] == "rounded", "value"] if len(v.strip("-")) >= 4}
    assert len(printed) > 8
    for file in sorted((ROOT / "tools" / "sample_ledger").glob("*.py")):
        literals = set(re.findall(r"(?<![\w.])\d[\d_]*(?:\.\d+)?", file.read_text("utf-8")))
        assert not literals & printed, file.name


# --- the guards bite ---------------------------------------------------------------------------


def test_claims_that_cannot_be_true_together_stop_the_script(copied: Path, tmp_path: Path) -> None:
    spoil(copied, r"(debt_ratio,年末平均资产负债率,level),57.6", r"\1,61.2")
    with pytest.raises(RuntimeError, match="相容"):
        write(tmp_path / "ledger", copied)


def test_a_figure_that_would_print_otherwise_stops_the_script(copied: Path, tmp_path: Path) -> None:
    spoil(copied, r"(enterprises,监管全级次法人企业户数,level),19", r"\1,20")
    with pytest.raises(RuntimeError, match=r"enterprises\.total：公布20，重算19"):
        write(tmp_path / "ledger", copied)
    assert not (tmp_path / "ledger").exists()


@pytest.mark.parametrize(
    ("pattern", "replacement", "reason"),
    [
        (r"(profit.total,.*level),4.6", r"\1,1.1", "其他收益将为负数"),
        (r"(labour_productivity,全员劳动生产率,level),148.1", r"\1,48.1", "增加值高于全区数"),
    ],
)
def test_totals_below_what_the_businesses_earn_stop_the_script(
    pattern: str, replacement: str, reason: str, copied: Path, tmp_path: Path
) -> None:
    spoil(copied, pattern, replacement)
    with pytest.raises(RuntimeError, match=reason):
        write(tmp_path / "ledger", copied)


@pytest.mark.slow
def test_another_set_of_printed_figures_gives_another_calibrated_ledger(copied: Path, tmp_path: Path) -> None:
    spoil(copied, r"(revenue,营业收入,level),19.8", r"\1,21.3")
    write(tmp_path / "ledger", copied)
    income = pd.read_csv(tmp_path / "ledger" / "income_statement.csv", encoding="utf-8-sig")
    rows = income[(income["basis"] == "consolidated") & (income["year"] == 2023)]
    assert 21.25 <= rows["revenue"].sum() / 10_000 < 21.35


def test_a_sheet_that_does_not_balance_or_holds_less_than_nothing_is_found() -> None:
    good = with_totals({"cash": 500, "payables": 200, "paid_in_capital": 300})
    empty = {head: with_totals({}) for head in HEADS}
    assert list(faults([Sheets({"A": good}, empty)])) == []
    unequal = with_totals(good | {"cash": 600})
    assert any("不平衡" in fault for fault in faults([Sheets({"A": unequal}, empty)]))
    negative = with_totals(good | {"cash": -100, "receivables": 600})
    assert any("cash为负数" in fault for fault in faults([Sheets({"A": negative}, empty)]))


def test_shares_add_up_exactly_and_impossible_splits_are_refused() -> None:
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]
    assert apportion(1000, [2, 1], step=100) == [700, 300]
    for total, weights, step in ((10, [1, -1], 1), (10, [0, 0], 1), (15, [1], 10)):
        with pytest.raises(ValueError, match="分摊"):
            apportion(total, weights, step)


def test_amounts_print_in_wan_with_two_decimals() -> None:
    assert [text(n) for n in (123450, -5, 0, -12345)] == ["1234.50", "-0.05", "0.00", "-123.45"]
