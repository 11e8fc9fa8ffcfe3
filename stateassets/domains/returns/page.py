"""Returns as their chapter shows them, and what each module's chapter says of how far its tables reach."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...alerts import RULES
from ...alerts.page import DATA
from ...alerts.reach import RETURNS as SETTINGS
from ...measures.units import with_unit
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Cell, Markup, Passage, Table, joined
from ...present.words import NOTHING, day
from ...tables.addresses import table_place
from ...tables.notation import grouped
from ...tables.origins import Origin
from ...tables.periods import year_end
from .obligations import (
    ACCEPTED,
    CHANGES,
    CORRECTION,
    DONE,
    FINDINGS,
    IN_REVIEW,
    LATE_DONE,
    MISSING,
    NOT_DUE,
    OPEN,
    OWED,
    RETURNED,
    SENT_BACK,
    STATES,
    TABLE,
    in_words,
    known,
    obligations,
    return_place,
)

if TYPE_CHECKING:
    from ...report import Report

CHAPTER = "returns"
LATE, CORRECTED = "迟报", "修订"  # what a cell of the calendar says beside the states that are open
RETURN = [*OWED, "revision"]
MOST_NAMED = 4  # returns that one sentence names
MONTHS = range(1, 13)


def origin(report: Report) -> Origin:
    """Return where the returns come from."""
    return report.origin_of(TABLE)


def owed(report: Report) -> pd.DataFrame:
    """Return the obligations that were due in the report's year, as they stand at its end, in the report's scope.

    ``month`` is that in which they were due.
    """
    found = report.ledger.once("obligations", lambda: _owed(report))
    return report.ledger.within(found, report.here)


def _owed(report: Report) -> pd.DataFrame:
    report.ledger.frames.need(TABLE)
    found = obligations(report.ledger.frames, year_end(report.year))
    found = found[(found["due_on"].dt.year == report.year) & (found["state"] != NOT_DUE)]
    return found.assign(month=found["due_on"].dt.month).reset_index(drop=True)


def sent(report: Report) -> pd.DataFrame:
    """Return the returns that had arrived by the year's end, of what was due in the year, as they stood then."""
    rows = known(report.ledger.frames[TABLE], year_end(report.year))
    rows = rows.merge(owed(report)[[*OWED, "due_on", "month"]], on=OWED)
    return rows.sort_values(["arrived_on", *RETURN], ignore_index=True)


# --- words ---------------------------------------------------------------------------------------


def title(report: Report, name: str) -> str:
    """Return what a table is called."""
    tables = report.package.tables
    return tables[name].title if name in tables else name


def numbers(report: Report) -> dict[str, str | None]:
    """Return for sentences how many returns were due, in time, late, missing, sent back, waiting; why most
    were sent back, and who has not returned what."""
    rows = owed(report)
    counts = rows["state"].value_counts()
    names = {"in_time": DONE, "late": LATE_DONE, "missing": MISSING, "returned": RETURNED, "waiting": IN_REVIEW}
    open_ones = rows[rows["state"].isin(OPEN)]
    return {
        "due": f"{len(rows)}份",
        **{name: f"{int(counts.get(state, 0))}份" for name, state in names.items()},
        "cause": next((f"“{kind}”" for kind, _ in causes(report)), None),
        "whose": "、".join(dict.fromkeys(map(report.ledger.name_of, open_ones["enterprise_id"]))) or None,
    }


def reach(report: Report, module: str) -> Passage:
    """Say until when a module's data reach, and whose returns of its tables are missing on that day."""
    day_, frames = year_end(report.year), report.ledger.frames
    told = [f"数据截至{day_:%Y年}{day_.month}月{day_.day}日。"]
    if TABLE not in frames:
        return report.say(*told)
    used = {name for rule in RULES.values() if rule.module == module for name in rule.tables}
    names = [name for name in frames[SETTINGS]["id"] if name in used]
    with frames.part_of(TABLE, "table", names):
        rows = owed(report)
    rows = rows[rows["table"].isin(names) & rows["state"].isin(OPEN)].sort_values("days_late", ascending=False)
    called = "、".join(title(report, name) for name in names)
    more = {"chapter": report.page("报送", CHAPTER)}
    if not names:
        told.append("这一模块的表随时登记，不按期报送，见{chapter}。")
    elif rows.empty:
        told.append(f"到期的{called}都已采纳，见{{chapter}}。")
    else:
        listed = rows.head(MOST_NAMED).to_dict("records")
        which = "、".join(f"{{which_{i}}}" for i in range(len(listed)))
        more |= {f"which_{i}": _which(report, row) for i, row in enumerate(listed)}
        rest = f"等{len(rows)}份" if len(rows) > MOST_NAMED else ""
        told.append(f"到期还没有采纳的{called}：{which}{rest}，见{{chapter}}。")
    return report.say("".join(told), rests_on=[TABLE], **more)


def _which(report: Report, row: dict) -> Cell:
    """Name a return that has not been accepted, with how it stands; it leads to its row in the chapter."""
    words = f"{report.ledger.name_of(row['enterprise_id'])}的{in_words(row['period'])}{title(report, row['table'])}"
    late = f"，已迟{row['days_late']}天" if row["days_late"] else ""
    place = return_place(row["table"], row["enterprise_id"], row["period"])
    return joined([report.page(words, CHAPTER, place), f"（{row['state']}{late}）"], "")


# --- pictures ------------------------------------------------------------------------------------


def calendar(report: Report) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Return for each enterprise and month the most pressing word of what was due in it, and the months.

    Enterprises of which everything was accepted in time and stands are left out.
    """
    rows, cells = owed(report), dict[tuple[str, int], str]()
    changed = sent(report)
    changed = changed[changed["timing"] == CORRECTION]
    found = [
        *zip(rows["enterprise_id"], rows["month"], rows["state"].replace(LATE_DONE, LATE), strict=True),
        *((owner, month, CORRECTED) for owner, month in zip(changed["enterprise_id"], changed["month"], strict=True)),
    ]
    order = [*OPEN, LATE, CORRECTED]
    for owner, month, word in sorted((f for f in found if f[2] in order), key=lambda f: order.index(f[2])):
        cells.setdefault((owner, month), word)
    owners = [s.id for s in report.ledger.inside(report.here, "enterprise") if any(s.id == o for o, _ in cells)]
    grid = [(report.ledger.name_of(owner), [cells.get((owner, m), "") for m in MONTHS]) for owner in owners]
    return grid, [f"{m}月" for m in MONTHS]


def by_table(report: Report) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Return for each table how many of its returns were in time, late, and not accepted, and these words."""
    rows = owed(report)
    parts = {"按期": (DONE,), LATE: (LATE_DONE,), "还没有采纳": OPEN}
    names = list(dict.fromkeys(rows["table"]))
    return [
        (title(report, name), [int(rows.loc[rows["table"] == name, "state"].isin(s).sum()) for s in parts.values()])
        for name in names
    ], list(parts)


def decided(report: Report) -> pd.DataFrame:
    """Return the returns that were accepted or sent back in the report's year, in the report's scope."""
    report.ledger.frames.need(TABLE)
    rows = known(report.ledger.frames[TABLE], year_end(report.year))
    return report.ledger.within(rows[rows["decided_on"].dt.year == report.year], report.here)


def causes(report: Report) -> list[tuple[str, int]]:
    """Return why returns were sent back in the year, by kind, the most frequent first: what stands before the colon."""
    rows = decided(report)
    kinds = Counter(reason.split("：")[0] for reason in rows.loc[rows["state"] == SENT_BACK, "reason"])
    return sorted(kinds.items(), key=lambda one: (-one[1], one[0]))


# --- tables --------------------------------------------------------------------------------------


def lateness(report: Report, caption: str) -> Table:
    """Return for each enterprise how its returns came, and in which months by how many days the latest was late."""
    rows, found = owed(report), list[dict[str, Any]]()
    for scope in report.ledger.inside(report.here, "enterprise"):
        own = rows[rows["enterprise_id"] == scope.id]
        late = own[own["days_late"] > 0]
        worst = late.groupby("month")["days_late"].max()
        counts = own["state"].value_counts()
        found.append(
            {
                "enterprise_id": scope.id,
                "due": len(own),
                "in_time": int(counts.get(DONE, 0)),
                "late": int(counts.get(LATE_DONE, 0)),
                "open": int(own["state"].isin(OPEN).sum()),
                "average": late["days_late"].mean() if len(late) else np.nan,
                "months": "、".join(f"{month}月{days}天" for month, days in worst.items()),
            }
        )
    found.sort(key=lambda row: (-row["open"], -row["late"], row["enterprise_id"]))
    columns = (
        enterprise(report),
        Column("应报", "due", "份", 0),
        Column("按期", "in_time", "份", 0),
        Column("迟报", "late", "份", 0),
        Column("还没有采纳", "open", "份", 0),
        Column("平均迟", "average", "天", 1, NOTHING),
        Column("哪几个月迟，最多几天", "months"),
    )
    return table(report.text(caption), columns, found, origin=origin(report))


def missing(report: Report, caption: str) -> Table:
    """Return what was due and has not been accepted, the latest first."""
    rows = owed(report)
    rows = rows[rows["state"].isin(OPEN)].sort_values(["days_late", *OWED], ascending=[False, True, True, True])
    reasons = sent(report).drop_duplicates(OWED, keep="last").set_index(OWED)["reason"]
    reasons = dict(zip(map(tuple, reasons.index), reasons, strict=True))
    columns = (
        enterprise(report),
        Column("表", lambda row: table_link(report, row["table"])),
        Column("时期", lambda row: _at(row)),
        Column("状态", "state", menu=STATES, decides=True),
        Column("期限", "due_on"),
        Column("送到", "arrived_on"),
        Column("已迟", "days_late", "天", 0),
        Column("退回原因", lambda row: reasons.get(tuple(row[n] for n in OWED), "")),
    )
    return table(report.text(caption), columns, rows, origin=origin(report), if_empty="没有。")


def table_link(report: Report, name: str) -> Cell:
    """Return a table's title, linked to its columns."""
    return report.page(title(report, name), DATA, table_place(name))


def _at(row: dict) -> Markup:
    """Return a period in words, at a place to link to."""
    place = return_place(row["table"], row["enterprise_id"], row["period"])
    words = in_words(row["period"])
    return Markup(words, f'<span id="{escape(place)}">{escape(words)}</span>')


def changes(report: Report, caption: str) -> Table:
    """Return what corrections that were accepted in the year changed: before, after, and by how much."""
    frames = report.ledger.frames
    if CHANGES not in frames:
        raise report.package.tables.lacking(CHANGES)
    rows = decided(report)
    rows = rows[rows["timing"] == CORRECTION].merge(frames[CHANGES], on=RETURN)
    rows = rows.assign(moved=pd.to_numeric(rows["after"], "coerce") - pd.to_numeric(rows["before"], "coerce"))
    rows["share"] = rows["moved"] / pd.to_numeric(rows["before"], "coerce").abs() * 100
    rows = rows.sort_values(["decided_on", *RETURN], kind="stable")
    first = ~rows.duplicated(OWED)
    columns = (
        enterprise(report),
        Column("表", lambda row: table_link(report, row["table"])),
        Column("时期", lambda row: _at(row) if row["first"] else in_words(row["period"])),
        Column("第几次", lambda row: f"第{row['revision']}次"),
        Column("采纳", "decided_on"),
        Column("改动的列", "column"),
        Column("以前", lambda row: _amount(row["before"]), numeric=True),
        Column("以后", lambda row: _amount(row["after"]), numeric=True),
        Column("变动", lambda row: _moved(row["moved"]), numeric=True),
        Column("变动幅度", "share", "%", 1, NOTHING),
    )
    return table(
        report.text(caption),
        columns,
        rows.assign(first=first),
        origin=report.origin_of(TABLE, CHANGES),
        if_empty="没有修订。",
    )


def _amount(text: str) -> str:
    """Return what stood in a cell; a number with its thousands apart."""
    return grouped(text) or NOTHING


def _moved(value: float) -> str:
    return (
        NOTHING
        if value != value
        else f"{'+' if value > 0 else ''}{with_unit(value, '', 0 if value == int(value) else 2)}"
    )


def sendings_back(report: Report, caption: str) -> Table:
    """Return each return that was sent back in the year, why, what was found in it, and what became of it."""
    rows = decided(report)
    every = known(report.ledger.frames[TABLE], year_end(report.year))
    met = every[every["state"] == ACCEPTED].drop_duplicates(OWED).set_index(OWED)["decided_on"]
    later = {tuple(key): value for key, value in zip(met.index, met, strict=True)}
    found = _findings(report)
    back = rows[rows["state"] == SENT_BACK].sort_values(["decided_on", *RETURN], ascending=False, kind="stable")
    above = _placed_above(report, rows)
    placed = ~back.duplicated(OWED) & np.array([key not in above for key in map(tuple, back[OWED].to_numpy())], bool)
    columns = (
        enterprise(report),
        Column("表", lambda row: table_link(report, row["table"])),
        Column("时期", lambda row: _at(row) if row["placed"] else in_words(row["period"])),
        Column("第几次", lambda row: f"第{row['revision']}次"),
        Column("送到", "arrived_on"),
        Column("退回", "decided_on"),
        Column("原因", "reason"),
        Column("发现的问题", lambda row: found.get(tuple(row[n] for n in RETURN), NOTHING)),
        Column("后来", lambda row: _became(later.get(tuple(row[n] for n in OWED)))),
    )
    return table(
        report.text(caption), columns, back.assign(placed=placed), origin=origin(report), if_empty="没有退回。"
    )


def _placed_above(report: Report, rows: pd.DataFrame) -> set[tuple[str, ...]]:
    """Return the obligations that have their place in a table further up: what is open, what was corrected."""
    opened = owed(report)
    opened = opened[opened["state"].isin(OPEN)]
    return {tuple(key) for some in (opened, rows[rows["timing"] == CORRECTION]) for key in some[OWED].to_numpy()}


def _became(accepted_on: pd.Timestamp | None) -> str:
    return f"{day(accepted_on)}采纳" if accepted_on == accepted_on and accepted_on is not None else "还没有采纳"


def _findings(report: Report) -> dict[tuple[object, ...], str]:
    """Return what was found in each return, in words."""
    frames = report.ledger.frames
    if FINDINGS not in frames:
        return {}
    words = report.package.tables[FINDINGS].labels["kind"]
    found: dict[tuple[object, ...], list[str]] = {}
    for row in frames[FINDINGS].to_dict("records"):
        where = f"“{row['column']}”" if row["column"] else ""
        times = f"，{row['count']}处" if row["count"] > 1 else ""
        found.setdefault(tuple(row[n] for n in RETURN), []).append(
            f"{words[row['kind']]}：{where}{row['found']}{times}"
        )
    return {key: "；".join(told) for key, told in found.items()}


def rules(report: Report, caption: str) -> Table:
    """Return which tables come in regularly: whose, how often, and by when."""
    labels = report.package.tables[SETTINGS].labels
    columns = (
        Column("表", lambda row: table_link(report, row["id"])),
        coded(report, SETTINGS, "every", "一期"),
        Column("谁报送", lambda row: labels["whose"][row["whose"] or "all"]),
        Column("期限", lambda row: _until(row)),
        Column("依据", "basis"),
    )
    return table(report.text(caption), columns, report.ledger.frames[SETTINGS], origin=report.origin_of(SETTINGS))


def _until(row: dict) -> str:
    counting = row["counting"] or "calendar"
    months = "次月" if row["due_months"] == 1 else f"期末以后第{row['due_months']}个月"
    if counting == "working":
        return f"{months}第{row['due_day']}个工作日以前"
    return f"{months}{row['due_day']}日以前" + ("，逢休息日顺延" if counting == "next" else "，逢休息日不顺延")
