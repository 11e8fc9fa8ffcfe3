"""The flash chapter: turns that last, returns in a grid, the accounts beside, months that are odd."""

import csv
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import ROOT

from stateassets.domains.flash import page as flash
from stateassets.present.charts import grid
from stateassets.tables.origins import Origin

NAN = float("nan")


@pytest.fixture(scope="module")
def rows():
    with (ROOT / "data/ledger/flash_reports.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# --- turns ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([5, 5, 5, -5, -5, -5], [(3, 1, -1)]),
        ([5, 5, 5, -5, -5, 5, 5, 5], []),  # two months do not last
        ([5, 5, 5, -5, -5, -5, 5, 5, 5], [(3, 1, -1), (6, -1, 1)]),
        ([0, 0, -5, -5, -5], [(2, 0, -1)]),  # from no change at all
        ([5, 5, 5, 0, 0, 0, 5, 5, 5], []),  # no change between is no turn
        ([5, 5, 5, -5, NAN, -5, -5], []),  # a month that is missing
        ([-5, -5, -5], []),  # how it starts is no turn
        ([], []),
    ],
)
def test_a_turn_is_a_new_direction_that_lasts(values, found):
    assert list(flash.turning(values, band=1.0)) == found


@given(st.lists(st.floats(-3, 3), max_size=24), st.floats(0, 2))
def test_turns_alternate_and_each_lasts(values, band):
    found = list(flash.turning(values, band))
    for place, before, after in found:
        assert before != after != 0
        assert all(value * after > band for value in values[place : place + flash.LASTING])
    assert all(one[2] == other[1] for one, other in pairwise(found))


def test_the_loss_of_three_months_is_named_with_the_month_of_its_return(report):
    """E1 lost money from April to June 2023, as the monthly profit in its statements says."""
    own = [t for t in flash.turns(report) if t.enterprise_id == "E1" and t.unit == "万元"]
    assert [(t.period.month, t.before, t.after) for t in own] == [(4, "盈利", "亏损"), (7, "亏损", "盈利")]
    assert "E1" in flash.turned(report, "month_total_profit")


def test_who_is_drawn_because_something_turned_is_drawn_with_what_turned(report):
    """A company whose profit only grows no longer was drawn by its monthly profit, in which nothing is seen of it."""
    lasting = {"month_total_profit": 0.0, "profit_growth": flash.BAND, "cash_growth": flash.BAND}
    for column, band in lasting.items():
        for key in flash.turned(report, column):
            values = [value for _, value in flash.by_month(report, key, column)]
            assert list(flash.turning(values, band)), (key, column)
    assert flash.turned(report, "month_total_profit") == ["E1"]
    nothing = [
        value for _, value in flash.by_month(report, flash.turned(report, "profit_growth")[0], "month_total_profit")
    ]
    assert not list(flash.turning(nothing, 0.0))  # what was drawn of it


def test_a_fall_of_cash_is_named(report):
    """F's cash of June 2023 against that of June 2022, from the two rows of the table."""
    (turn,) = [t for t in flash.turns(report) if t.enterprise_id == "F" and "货币" in t.what]
    frame = report.ledger.frames["flash_reports"]
    june = frame[(frame["enterprise_id"] == "F") & (frame["month"] == 6)].set_index("year")["cash"]
    assert turn.period.month == 6 and turn.after == "下降"
    assert turn.value == pytest.approx((june[2023] - june[2022]) / june[2022] * 100)


# --- returns -------------------------------------------------------------------------------------


def test_the_grid_of_returns_is_what_the_dates_say(report, rows):
    """The tenth of the next month is the last day; what is due after the year's end is not told."""
    words, months = flash.return_grid(report)
    shown = {(name, month): word for name, cells in words for month, word in zip(months, cells, strict=True) if word}
    wanted = {}
    sent = {(r["enterprise_id"], r["month"]): r for r in rows if r["year"] == "2023"}
    active = {r["enterprise_id"] for r in rows if r["year"] == "2023"}
    for key in active:
        for month in range(1, 13):
            row = sent.get((key, str(month)))
            due = f"2023-{month + 1:02d}-10" if month < 12 else "2024-01-10"
            late = row is not None and row["submitted_on"] > due and due <= "2023-12-31"
            revised = row is not None and "" < row["revised_on"] <= "2023-12-31"
            missing = row is None and due <= "2023-12-31"
            word = (
                "漏报"
                if missing
                else "晚报又更正"
                if late and revised
                else "晚报"
                if late
                else "更正"
                if revised
                else ""
            )
            if word:
                wanted[report.ledger.name_of(key), f"{month}月"] = word
    assert shown == wanted and ("二级企业B2", "10月") in wanted


def test_the_grid_can_be_drawn(report):
    chart = grid(*flash.return_grid(report), none="按期", caption="报送", alt="报送", origin=Origin.SAMPLE)
    assert "漏报" in {cell for row in chart.data for cell in row}


# --- against the accounts, odd months ------------------------------------------------------------


def test_the_widest_gap_to_the_accounts_comes_first(report, rows):
    (first, gap), *_ = flash.annual_bars(report, most=3)
    assert first == "二级企业D2，2022年"
    sent = next(
        float(r["revenue"]) for r in rows if (r["year"], r["month"], r["enterprise_id"]) == ("2022", "12", "D2")
    )
    accounts = (
        report.ledger.frames["income_statement"]
        .query("year == 2022 and enterprise_id == 'D2' and basis == 'individual'")["revenue"]
        .iloc[0]
    )
    assert gap == pytest.approx(abs(sent - accounts) / accounts * 100)
    table = flash.annual_table(report, "决算")
    assert table.origin is Origin.SAMPLE and len(table.rows) == sum(r["month"] == "12" for r in rows)


def test_a_month_typed_three_times_too_large_is_among_the_odd_ones(report):
    table = flash.outliers(report, "异常", least=6)
    assert "二级企业D1" in {row[0] if isinstance(row[0], str) else row[0].text for row in table.rows}
    sizes = [float(str(row[4])) for row in table.rows]
    assert sizes == sorted(sizes, reverse=True) and min(sizes) >= 6
    assert repr(flash.outliers(report, "异常", least=1e9)).endswith("没有异常的月份。")


def test_only_what_has_a_year_before_is_compared(report):
    """D3 came under supervision in 2023."""
    names = [name for name, *_ in flash.compared(report, "revenue")]
    assert "二级企业D3" not in names and len(names) == len(set(names)) == 18


def test_the_enterprise_above_its_own_line_is_counted(report):
    above = {name for name, line, ratio in flash.against_lines(report) if ratio > line}
    assert {report.ledger.name_of(key) for key in flash.over_lines(report)} == above == {"二级企业F2"}
