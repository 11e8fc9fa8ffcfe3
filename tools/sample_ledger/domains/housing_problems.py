"""What had to be settled before homes were delivered; one problem outlasts the last delivery."""

from __future__ import annotations

from datetime import date, timedelta

from ..registers import Context, numbered, working_day

AFTER = ("projects",)
Row = dict[str, object]
# Kind -> (problem, who settles it).
PROBLEMS = {
    "funds": (("续建资金没有到位", "区住房保障专班"), ("预售监管资金拨付慢", "区住房城乡建设部门")),
    "permits": (("规划核实没有办完", "区规划自然资源部门"), ("消防验收资料不全", "区住房城乡建设部门")),
    "quality": (("外墙渗水要返修", "项目建设单位"), ("公共区域装修没有完成", "项目建设单位")),
    "utilities": (("正式用电没有接通", "供电服务单位"), ("燃气管道没有通气", "燃气服务单位")),
    "dispute": (("购房人要求逾期交房补偿", "区信访工作专班"), ("车位销售争议", "区住房城乡建设部门")),
}
OUTLASTS = timedelta(days=9)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the problems of each delivery."""
    rows: list[Row] = []
    deliveries = list(context.made["housing_deliveries"])
    for delivery in deliveries:
        for i in context.rng.permutation(len(PROBLEMS))[: int(context.rng.integers(2, 5))]:
            rows.append(_problem(context, delivery, tuple(PROBLEMS)[i]))
    rows.sort(key=lambda row: (str(row["delivery_id"]), str(row["opened_on"])))
    delivered = deliveries[-1]["delivered_on"]
    assert isinstance(delivered, date)
    rows[-1]["closed_on"] = working_day(delivered + OUTLASTS)
    return {"housing_problems": [{**row, "id": key} for key, row in zip(numbered("BW", len(rows)), rows, strict=True)]}


def _problem(context: Context, delivery: Row, kind: str) -> Row:
    listed, delivered = delivery["opened_on"], delivery["delivered_on"]
    assert isinstance(listed, date) and isinstance(delivered, date)
    title, department = context.pick(PROBLEMS[kind])
    opened = context.day(listed, delivered - timedelta(days=75))
    settled = context.day(opened + timedelta(days=15), delivered - timedelta(days=5))
    due = working_day(settled + timedelta(days=int(context.rng.integers(-10, 40))))
    return {
        "year": delivery["year"],
        "id": "",
        "delivery_id": delivery["id"],
        "kind": kind,
        "title": title,
        "department": department,
        "opened_on": opened,
        "due_on": max(opened, due),
        "closed_on": settled,
    }
