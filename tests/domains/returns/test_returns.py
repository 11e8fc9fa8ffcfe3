"""Returns: what is wrong in their tables is named, they warn, and their chapter tells how they came."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import ROOT

from stateassets.alerts import RULES, AlertContext, find_alerts
from stateassets.book import returned
from stateassets.domains.returns import page as returns
from stateassets.domains.returns.alerts import lateness, runs, sendings_back
from stateassets.domains.returns.obligations import OPEN, obligations
from stateassets.present.charts import grid
from stateassets.report import Report
from stateassets.tables import dependency_log
from stateassets.tables.declared import NoTableError
from stateassets.tables.origins import Origin

END = pd.Timestamp("2023-12-31")


# --- wrong tables --------------------------------------------------------------------------------


def test_what_cannot_be_so_is_named_with_its_row(data):
    """Each spoils a row of its own; all are told at once."""
    rows = data.rows("returns")
    used = set()

    def spoil(wanted, *words, **cells):
        number, row = next(
            (n, r) for n, r in enumerate(rows, 2) if n not in used and all(r[k] == v for k, v in wanted.items())
        )
        used.add(number)
        row.update(cells)
        expected.append((f"ledger/returns.csv第{number}行", *words))

    expected = []
    first = {"state": "accepted", "timing": "on_time", "revision": "1", "table": "headcount"}
    spoil(first, "处理日期", "待审的空着", state="waiting", timing="", days_late="")
    spoil(first, "退回原因", "已采纳，填了", reason="漏填：没有填")
    spoil(first, "处理人", "已采纳，空着", decided_by="")
    spoil(first, "处理日期", "不早于送到日期", decided_on="2022-01-31")
    spoil(first, "及时与否", "空着", "按期或迟报", timing="", days_late="")
    spoil(first, "迟报天数", "按期，3天", days_late="3")
    spoil(first, "迟报天数", "迟报，0天", timing="late")
    spoil(first, "时期", "“2023年”", "月报写2023-06", period="2023年")
    spoil(first, "时期", "“2022Q1”", "月报写2023-06", period="2022Q1")
    spoil(first, "表", "“moon”", "数据约定里的表名", table="moon")
    spoil(first, "年度", "2023", "所属的2022", year="2023")
    spoil(first, "送到日期", "晚于期末", arrived_on="2022-01-01")
    spoil(first, "第几次报送", "第3次", "先有第2次", revision="3")
    spoil({"state": "sent_back"}, "退回原因", "已退回，空着", reason="")
    spoil({"timing": "correction"}, "及时与否", "按期", "采纳以后修订", timing="on_time", days_late="0")
    again = {"revision": "2", "state": "accepted", "timing": "on_time"}
    spoil(again, "送到日期", "不早于第1次报送的", arrived_on="2022-02-01", decided_on="2022-02-01")
    data.write("returns", rows)
    found = data.faults()
    lacking = [words for words in expected if not any(all(word in fault for word in words) for fault in found)]
    assert lacking == []


def test_what_other_tables_say_otherwise_is_named_with_its_row(data):
    """An accepted return without its rows, findings and changes of no return."""
    rows = data.rows("investment_progress")
    data.write("investment_progress", [r for r in rows if r["investment_id"] != "TZ029"])  # C2's only one
    found = data.change("return_findings", lambda r: r.update(revision="9"))
    changed = data.change("return_changes", lambda r: r.update(revision="9"))
    faults = data.faults()
    for words in (
        ("ledger/returns.csv", "已采纳C22023Q1的投资项目季度进度", "有这一期的行", "补上这一期的行"),
        (f"ledger/return_findings.csv第{found}行", "第9次", "报送台账里有这一次报送"),
        (f"ledger/return_changes.csv第{changed}行", "第9次", "采纳以后的修订"),
    ):
        assert any(all(word in fault for word in words) for fault in faults), words


# --- warnings ------------------------------------------------------------------------------------


def context(report, day=END):
    return AlertContext(report.ledger.frames, day)


def test_what_did_not_come_stays_until_it_comes(report):
    """D2's staff of November came on 16 January, five weeks after 11 December."""

    def late(day):
        found = find_alerts(report.ledger.frames, pd.Timestamp(day), [RULES["returns_late"]])
        return [(a.value, a.open) for a in found if a.enterprise_id == "D2" and f"{a.period:%Y-%m}" == "2023-12"]

    assert late("2023-12-31") == [(20, True)]
    rows = lateness(context(report, pd.Timestamp("2024-01-20")))
    (own,) = rows[(rows["enterprise_id"] == "D2") & (rows["period"] == END)].to_dict("records")
    assert own["days_late"] == 36 and own["subject"] == ""


def test_three_months_running_are_counted_once_each(report):
    """F2 was late with its staff of July, August and September 2023."""
    rows = runs(context(report))
    own = rows[rows["enterprise_id"] == "F2"].set_index("period")["running"]
    assert [own[pd.Timestamp(day)] for day in ("2023-08-31", "2023-09-30", "2023-10-31", "2023-11-30")] == [1, 2, 3, 0]


def test_what_was_sent_back_is_counted_for_twelve_months(report):
    """From the table itself; nobody had a return sent back before the first."""
    sent = report.ledger.frames["returns"].query("state == 'sent_back'")
    rows = sendings_back(context(report))
    for owner, period in (("D1", "2023-09-30"), ("D1", "2023-12-31"), ("C2", "2023-12-31")):
        day = pd.Timestamp(period)
        since = pd.Timestamp(day.year - 1, day.month, 1) + pd.offsets.MonthEnd(0)
        own = sent[(sent["enterprise_id"] == owner) & (sent["decided_on"] > since) & (sent["decided_on"] <= day)]
        (row,) = rows[(rows["enterprise_id"] == owner) & (rows["period"] == day)].to_dict("records")
        assert row["times"] == len(own) > 0 and list(row["rows"]) == [i + 2 for i in own.index]
    assert find_alerts(report.ledger.frames, pd.Timestamp("2022-01-31"), [RULES["returns_sent_back_often"]]) == []


DECIDED = st.integers(0, 900).map(lambda n: pd.Timestamp("2021-10-05") + pd.Timedelta(days=n))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("AB"), DECIDED, st.booleans())))
def test_what_was_sent_back_is_counted_as_one_would_month_by_month(rows):
    sent = pd.DataFrame(rows, columns=["enterprise_id", "decided_on", "back"])
    sent["decided_on"] = sent["decided_on"].astype("datetime64[us]")
    sent = sent.assign(table="headcount", period="2021-09", revision=range(len(sent)), timing="on_time")
    sent = sent.assign(arrived_on=sent["decided_on"], state=np.where(sent.pop("back"), "sent_back", "accepted"))
    known = sent[(sent["state"] == "sent_back") & (sent["decided_on"] <= END)]
    expected = []
    for month in pd.period_range(known["decided_on"].min(), END, freq="M") if len(known) else ():
        for owner in sorted(set(known["enterprise_id"])):
            months = known["decided_on"].dt.to_period("M")
            own = known[(known["enterprise_id"] == owner) & (months <= month) & (months > month - 12)]
            expected.append((owner, month, tuple(own.index + 2)))
    found = sendings_back(AlertContext({"returns": sent}, END))
    assert [(r.enterprise_id, r.period.to_period("M"), r.rows) for r in found.itertuples()] == expected
    assert found["times"].tolist() == [len(own) for _, _, own in expected]


# --- the chapter ---------------------------------------------------------------------------------


def test_the_conclusion_adds_up(report):
    told = {name: int(text[:-1]) for name, text in returns.numbers(report).items() if text and text.endswith("份")}
    assert told["due"] == sum(told[name] for name in ("in_time", "late", "missing", "returned", "waiting"))
    rows = obligations(report.ledger.frames, END)
    assert told["due"] == rows["due_on"].between("2023-01-01", "2023-12-30").sum()


def test_what_is_missing_is_what_was_planted(report):
    """As the sample's script plants it: two not in, one sent back, one not looked at, one that never came."""
    rows = returns.owed(report)
    found = {
        (r["enterprise_id"], r["table"], r["period"], r["state"]) for r in rows.to_dict("records") if r["state"] in OPEN
    }
    assert found == {
        ("B2", "flash_reports", "2023-10", "未报"),
        ("D2", "headcount", "2023-11", "未报"),
        ("E2", "account_balances", "2023-11", "未报"),
        ("E1", "account_balances", "2023-11", "已退回未补"),
        ("C", "headcount", "2023-11", "待审"),
    }
    shown = returns.missing(report, "缺")
    assert len(shown.rows) == 5 and shown.origin is Origin.SAMPLE
    assert "51" in str(shown.rows[0]) and "2023-11-10" in str(shown.rows[0])  # from 10 November to the year's end


def test_each_module_names_whose_return_is_missing(report):
    told = {
        module: str(returns.reach(report, module)) for module in ("flash", "funds", "investment", "people", "assets")
    }
    assert all("数据截至2023年12月31日。" in text for text in told.values())
    assert "二级企业B2的2023年10月财务快报（未报，已迟51天）" in told["flash"]
    assert "二级企业E1的2023年11月账户月末余额（已退回未补，已迟20天）" in told["funds"]
    assert "到期的投资项目季度进度都已采纳" in told["investment"]
    assert "一级企业C的2023年11月职工人数月报（待审，已迟17天）" in told["people"]
    assert "不按期报送" in told["assets"]


def test_what_a_module_says_of_its_returns_rests_on_no_other_tables_returns(report, monkeypatch, tmp_path):
    record = dependency_log._Record()
    record.to = str(tmp_path / "reads")
    monkeypatch.setattr(dependency_log, "_RECORD", record)
    report.ledger._known.clear()
    returns.reach(report, "people")
    read = [path.relative_to(report.root).as_posix() for path in dependency_log.recorded(tmp_path / "reads")]
    table = "data/ledger/returns.csv"
    assert table not in read and "data/settings/platform_returns.csv" in read
    (rows,) = [path for path in read if path.startswith(f"{table}#table=")]
    assert "headcount" in rows and "flash_reports" not in rows
    returns.calendar(report)  # the chapter on returns itself
    assert str(report.root / table) in (tmp_path / "reads").read_text().splitlines()


def test_a_book_without_returns_says_how_far_its_data_reach_and_no_more(data):
    package = json.loads((data.folder / "datapackage.json").read_text("utf-8"))
    left_out = ("returns", "return_findings", "return_changes")
    for resource in package["resources"]:
        if resource["name"] in left_out:
            resource["absent"] = True
            data.path(resource["name"]).unlink()
    (data.folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    report = Report(root=data.folder.parent)
    assert str(returns.reach(report, "flash")) == "数据截至2023年12月31日。"
    with pytest.raises(NoTableError):
        returns.calendar(report)


def test_the_calendar_shows_the_most_pressing_of_a_month(report):
    words, months = returns.calendar(report)
    cells = {(name, month): word for name, row in words for month, word in zip(months, row, strict=True)}
    assert cells["二级企业B2", "11月"] == "未报"  # October's was due in November
    assert cells["二级企业F2", "8月"] == cells["二级企业F2", "10月"] == "迟报"
    assert cells["二级企业E1", "12月"] == "已退回未补" and cells["一级企业C", "12月"] == "待审"
    assert cells["二级企业C2", "3月"] == "修订"
    chart = grid(words, months, none="按期", caption="报送", alt="报送", origin=Origin.SAMPLE)
    assert {"未报", "迟报", "修订", "按期"} <= {cell for row in chart.data for cell in row}


def test_lateness_adds_up_to_what_was_due(report):
    shown = returns.lateness(report, "迟报")
    (total,) = {sum(int(str(row[1])) for row in shown.rows)}
    assert f"{total}份" == returns.numbers(report)["due"]
    for row in shown.rows:
        due, in_time, late, left = (int(str(cell)) for cell in row[1:5])
        assert due == in_time + late + left


def test_causes_are_ranked_and_count_each_return_that_was_sent_back(report):
    found = returns.causes(report)
    sent = report.ledger.frames["returns"].query("state == 'sent_back'")
    assert sum(count for _, count in found) == (sent["decided_on"].dt.year == 2023).sum()
    counts = [count for _, count in found]
    assert counts == sorted(counts, reverse=True) and not any("：" in kind for kind, _ in found)


def test_what_a_revision_moved_is_the_difference_of_what_stood_there(report):
    shown = returns.changes(report, "修订")
    rows = report.ledger.frames["return_changes"]
    one = rows[(rows["enterprise_id"] == "C2") & (rows["period"] == "2022")].iloc[0]
    moved = float(one["after"]) - float(one["before"])
    (told,) = [r for r in shown.rows if one["column"] in map(str, r) and "2022年" in str(r) and "C2" in str(r[0])]
    assert any(f"{moved:+.2f}" == str(cell).replace(",", "") for cell in told)


def test_in_a_group_s_view_only_its_own_returns_are_told(report):
    (group,) = [s for s in report.ledger.scopes("group") if s.id == "F"]
    own = returns.owed(report.at(group))
    assert set(own["enterprise_id"]) == {"F", "F1", "F2"}


def test_a_place_in_the_chapter_is_there_once(report):
    """What rows of tables lead to: no two rows of the chapter are called alike."""
    html = "".join(
        t._repr_html_() for t in (f(report, "表") for f in (returns.missing, returns.changes, returns.sendings_back))
    )
    places = [part.split('"')[0] for part in html.split('id="return-')[1:]]
    assert len(places) == len(set(places)) > 20


# --- the row that a figure rests on --------------------------------------------------------------


def test_a_row_says_by_which_return_it_came(report):
    package = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    told = returned.notes(ROOT / "data", package["resources"], 2023)
    tables = report.ledger.frames
    last = (
        tables["returns"]
        .query("state == 'accepted'")
        .drop_duplicates(["table", "enterprise_id", "period"], keep="last")
    )
    for name in ("flash_reports", "headcount", "account_balances", "investment_progress", "balance_sheet"):
        own = last[last["table"] == name].set_index(["enterprise_id", "period"])
        owners = tables[name].get("enterprise_id")
        if owners is None:
            owners = tables[name]["investment_id"].map(tables["investments"].set_index("id")["enterprise_id"])
        years = set(own.index.get_level_values("period").str[:4].astype(int))  # before them nobody owed any
        sent = tables[name].index[tables[name]["year"].isin(years)] + 2
        assert told[name].keys() == set(sent), name
        for number in (sent[0], sent[-1]):
            row = tables[name].loc[number - 2]
            period = f"{row['year']}" + (
                f"-{row['month']:02d}" if "month" in row else f"Q{row['quarter']}" if "quarter" in row else ""
            )
            came = own.loc[(owners[number - 2], period)]
            assert f"第{came['revision']}次报送，{came['decided_on']:%Y-%m-%d}采纳" in told[name][number]
    c2 = tables["flash_reports"].query("enterprise_id == 'C2' and year == 2023 and month == 4").index[0] + 2
    assert (
        'href="../notebooks/10_platform/10_returns.html#return-flash_reports-C2-2023-04"' in told["flash_reports"][c2]
    )


def test_an_edition_without_the_returns_tells_nothing_of_them():
    package = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))
    shown = [r for r in package["resources"] if r.get("access") == "public"]
    assert not {"returns", "return_findings", "return_changes"} & {r["name"] for r in shown}
    assert returned.notes(ROOT / "data", shown, 2023) == {}
