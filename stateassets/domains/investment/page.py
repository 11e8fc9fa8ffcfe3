"""Investments as their chapter shows them: where to, how far, with what return."""

from __future__ import annotations

import pandas as pd

from ...alerts import Sight
from ...measures.ledger import GROUP
from ...measures.units import in_unit, with_unit
from ...present.display import Cell, Table, state
from ...report import Report
from ...tables.hierarchy import above, roots
from ...tables.periods import year_end
from .alerts import mature as long_done
from .alerts import progress as quarters
from .alerts import reasons, treated

TABLE = "investments"
KEEPS_UP = 15.0  # percentage points behind time or ahead of the work that need no word


def sample(report: Report) -> bool:
    """Whether the investments are a sample."""
    return report.package.tables[TABLE].origin == "sample"


def sight(report: Report) -> Sight:
    """Return what the warnings see at the year's end."""
    return Sight(report.ledger.frames, year_end(report.year))


def special(report: Report) -> pd.DataFrame:
    """Return the investments on the negative list, abroad or not controlled, with ``why``."""
    seen = sight(report)
    why = reasons(seen).str.rstrip("：").mask(treated(seen) == "forbidden", "禁止")
    rows = report.ledger.frames[TABLE].assign(why=why)
    return rows[rows["why"] != ""].sort_values(["approved_on", "id"], na_position="first")


def special_table(report: Report, caption: str) -> Table:
    """Name each investment that needs an approval of its own or must not be, unapproved first."""
    titles = report.ledger.frames["investment_list"].set_index("id")["title"]
    header = ("企业", "项目", "原因", "负面清单事项", "持股（%）", "已投入（万元）", "专项批准")
    rows = tuple(
        (
            report.enterprise(row["enterprise_id"]),
            f"{row['title']}（{row['id']}）",
            row["why"],
            titles.get(row["list_id"], ""),
            f"{row['share']:g}",
            with_unit(row["invested"], "", 0),
            _approval(row["why"], row["approved_on"]),
        )
        for row in special(report).to_dict("records")
    )
    return Table(report.text(caption), header, rows, frozenset({4, 5}), sample(report))


def _approval(why: str, day: pd.Timestamp) -> Cell:
    if why == "禁止":
        return state("不得投资", "sa-check-bad")
    return state("没有批准", "sa-check-bad") if pd.isna(day) else f"{day:%Y-%m-%d}"


def numbers(report: Report) -> dict[str, str]:
    """Return what no measure counts, for a sentence.

    Names: abroad, minority, listed, unapproved, forbidden (investments), mature, met, poor
    (long enough done to be judged; at or above the study's return; below half of it).
    """
    rows, odd, old = report.ledger.frames[TABLE], special(report), returns(report)
    counts = {
        "abroad": (rows["place"] == "abroad").sum(),
        "minority": (rows["share"] <= sight(report).limit("control_share")).sum(),
        "listed": (rows["list_id"] != "").sum(),
        "forbidden": (odd["why"] == "禁止").sum(),
        "unapproved": (odd["approved_on"].isna() & (odd["why"] != "禁止")).sum(),
        "mature": len(old),
        "met": (old["real"] >= old["expected_return"]).sum(),
        "poor": (old["real"] < old["expected_return"] / 2).sum(),
        "behind": len(uneven(report)),
    }
    return {name: f"{int(count)}项" for name, count in counts.items()}


# --- where to ------------------------------------------------------------------------------------


def heads(report: Report) -> dict[str, str]:
    """Enterprise -> its first-level one."""
    return roots(above(report.ledger.frames))


def by_group(report: Report, column: str) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return each group's approved investment split by a column's codes, in 亿元, and the parts."""
    rows, words = report.ledger.frames[TABLE], report.package.tables[TABLE].labels[column]
    owner = rows["enterprise_id"].map(heads(report))
    sums = rows.groupby([owner, column])["planned"].sum()
    return [
        (s.name_zh, [float(in_unit(float(sums.get((s.id, code), 0.0)), "亿元")) for code in words])
        for s in report.ledger.scopes(GROUP)
        if s.id in set(owner)
    ], list(words.values())


# --- the year's plan -----------------------------------------------------------------------------


def this_year(report: Report) -> pd.DataFrame:
    """Return the quarters of the report's year, with time, work and money."""
    rows = quarters(sight(report))
    return rows[rows["year"] == report.year]


def left(report: Report) -> list[tuple[str, float, float]]:
    """Return (quarter's end, plan still to do as planned, as really done), in 亿元."""
    rows = this_year(report)
    whole = float(rows["planned_amount"].sum())
    sums = rows.groupby("quarter")[["planned_amount", "amount"]].sum().cumsum()
    start = float(in_unit(whole, "亿元"))
    found = [("年初", start, start)]
    for quarter, (planned, done) in zip(sums.index, sums.to_numpy(), strict=True):
        rest = [float(in_unit(max(0.0, whole - float(n)), "亿元")) for n in (planned, done)]
        found.append((f"{quarter}季", rest[0], rest[1]))
    return found


def plan_table(report: Report, caption: str) -> Table:
    """Set each group's plan for the year against what it did, quarter by quarter."""
    rows = this_year(report).assign(
        head=lambda r: r["enterprise_id"].map(heads(report)), out=lambda r: r["business"] == "non_main"
    )
    header = (
        "企业",
        "全年计划（万元）",
        *(f"{q}季度完成" for q in range(1, 5)),
        "全年完成（万元）",
        "完成率（%）",
        "其中非主业（%）",
    )
    lines = []
    for key, own in rows.groupby("head"):
        plan, done = float(own["planned_amount"].sum()), float(own["amount"].sum())
        each = own.groupby("quarter")["amount"].sum()
        outside = float(own.loc[own["out"], "amount"].sum())
        lines.append(
            (
                report.enterprise(str(key)),
                with_unit(plan, "", 0),
                *(with_unit(float(each.get(q, 0.0)), "", 0) for q in range(1, 5)),
                with_unit(done, "", 0),
                _share(done, plan),
                _share(outside, done),
            )
        )
    return Table(report.text(caption), header, tuple(lines), frozenset(range(1, len(header))), sample(report))


def _share(part: float, whole: float) -> str:
    return with_unit(part / whole * 100, "", 1) if whole else "—"


# --- time, work and money ------------------------------------------------------------------------


def standing(report: Report) -> pd.DataFrame:
    """Return each unfinished project's last quarter, what lags most first."""
    rows = this_year(report).groupby("investment_id", sort=False).tail(1)
    rows = rows[rows["progress"] < 100]
    rows = rows.assign(behind=rows["elapsed"] - rows["progress"], ahead=rows["spent"] - rows["progress"])
    return rows.assign(worst=rows[["behind", "ahead"]].max(axis=1)).sort_values(
        ["worst", "investment_id"], ascending=[False, True], ignore_index=True
    )


def uneven(report: Report) -> pd.DataFrame:
    """Return the unfinished projects whose work is well behind time or money."""
    rows = standing(report)
    return rows[rows["worst"] >= KEEPS_UP]


def time_and_work(report: Report, most: int) -> list[tuple[str, float, float]]:
    """Return (project, time elapsed, work done) in per cent of those that lag most."""
    rows = standing(report).sort_values("behind", ascending=False, kind="stable").head(most)
    return [
        (f"{report.ledger.name_of(r['enterprise_id'])}：{r['title']}", r["elapsed"], r["progress"])
        for r in rows.to_dict("records")
    ]


def standing_table(report: Report, caption: str) -> Table:
    """Set time, work and money of each unfinished project beside each other."""
    header = (
        "企业",
        "项目",
        "时间进度（%）",
        "形象进度（%）",
        "投资进度（%）",
        "形象落后时间（个百分点）",
        "投资超前形象（个百分点）",
        "判断",
    )
    rows = tuple(
        (
            report.enterprise(r["enterprise_id"]),
            r["subject"],
            *(with_unit(r[name], "", 1) for name in ("elapsed", "progress", "spent", "behind", "ahead")),
            _judged(r["behind"], r["ahead"]),
        )
        for r in standing(report).to_dict("records")
    )
    return Table(report.text(caption), header, rows, frozenset(range(2, 7)), sample(report))


def _judged(behind: float, ahead: float) -> Cell:
    words = ["活慢了"] * (behind >= KEEPS_UP) + ["钱快了"] * (ahead >= KEEPS_UP)
    return state("，".join(words), "sa-check-bad") if words else state("相称", "sa-check-ok")


# --- return --------------------------------------------------------------------------------------


def returns(report: Report) -> pd.DataFrame:
    """Return the investments done long enough ago, ``real`` per cent a year, poorest first."""
    rows = long_done(sight(report))
    rows = rows.assign(real=rows["yearly_return"] / rows["invested"] * 100)
    rows = rows.assign(gap=rows["real"] / rows["expected_return"])
    return rows.sort_values(["gap", "id"], ignore_index=True)


def return_pairs(report: Report) -> list[tuple[str, float, float]]:
    """Return (project, the study's return, this year's) in per cent."""
    return [
        (f"{report.ledger.name_of(r['enterprise_id'])}：{r['title']}", r["expected_return"], r["real"])
        for r in returns(report).to_dict("records")
    ]
