"""一岗一薪, 易岗易薪: did pay move when the post did, and to what the new post is worth?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...alerts import NONE, Setting, settings
from ...measures.units import Number
from ...present.columns import Column, coded, enterprise, table
from ...present.display import Passage, Table, state
from ...tables.origins import Origin
from .alerts import CHANGES, GRADES, post_pay_off, with_standard

if TYPE_CHECKING:
    from ...report import Report

UNPAID, OFF, MOVED = "岗位变了，工资没有调", "调了，与岗位标准不符", "随岗位调了"
CSS = {UNPAID: "sa-check-bad", OFF: "sa-check-bad", MOVED: "sa-check-ok"}


def verdict(to_pay: Number | None, standard: Number, rule: Setting | None) -> str:
    """Return whether pay followed the post; the warning ``rule`` says what difference is too much, none that all is."""
    if to_pay is None or to_pay != to_pay:
        return UNPAID
    if rule is None:
        return MOVED if to_pay == standard else OFF
    return OFF if rule.level(post_pay_off(to_pay, standard)) > NONE else MOVED


def changes(report: Report) -> pd.DataFrame:
    """Return the year's changes of post with ``standard`` and ``verdict``, what went wrong first."""
    frames = report.ledger.frames
    rows = with_standard(frames[CHANGES], frames[GRADES])
    rows = rows[rows["year"] == report.year]
    rule = settings(frames).get("post_pay_off")  # a district may have none
    pairs = zip(rows["to_pay"], rows["standard"], strict=True)
    rows = rows.assign(verdict=[verdict(pay, standard, rule) for pay, standard in pairs])
    places = rows["verdict"].map({word: place for place, word in enumerate(CSS)})
    return rows.loc[places.sort_values(kind="stable").index]


def numbers(report: Report) -> dict[str, object]:
    """Return how many changed posts, and how many with what became of their pay, for sentences."""
    found = changes(report)
    counts = found["verdict"].value_counts()
    up = found["to_pay"] > found["from_pay"]
    down = found["to_pay"] < found["from_pay"]
    return {
        "changes": len(found),
        "moved": int(counts.get(MOVED, 0)),
        "unpaid": int(counts.get(UNPAID, 0)),
        "off": int(counts.get(OFF, 0)),
        "up": int(up.sum()),
        "down": int(down.sum()),
    }


def origin(report: Report) -> Origin:
    """Return the origin of the changes of post and of what posts are worth."""
    return report.origin_of(CHANGES, GRADES)


def say(report: Report, *templates: str) -> Passage:
    """Paragraphs in which ``numbers`` are known by name."""
    return report.say(*templates, rests_on=(CHANGES, GRADES), **numbers(report))


def by_reason(report: Report) -> list[tuple[str, float, float]]:
    """Return (reason, mean pay before, mean pay after) of the changes that were paid, 元 a month."""
    found = changes(report).dropna(subset="to_pay")
    labels = report.package.tables[CHANGES].labels["reason"]
    means = found.groupby("reason")[["from_pay", "to_pay"]].mean()
    return [
        (labels[reason], float(means.at[reason, "from_pay"]), float(means.at[reason, "to_pay"]))
        for reason in labels
        if reason in means.index
    ]


def change_table(report: Report, caption: str) -> Table:
    """Every change of post: why, what was paid before and after, what the new post is worth."""
    columns = (
        enterprise(report),
        Column("岗位变动", "title"),
        coded(report, CHANGES, "reason", "原因"),
        Column("到岗日期", "moved_on"),
        Column("原岗位工资", "from_pay", "元", 0),
        Column("新岗位工资", "to_pay", "元", 0, missing="还没有调"),
        Column("新岗位标准", "standard", "元", 0),
        Column("新工资起算", "paid_from", missing="还没有调"),
        Column("工资是否随岗位走", lambda row: state(row["verdict"], CSS[row["verdict"]]), menu=tuple(CSS)),
    )
    return table(report.text(caption), columns, changes(report), origin=origin(report), internal=True)
