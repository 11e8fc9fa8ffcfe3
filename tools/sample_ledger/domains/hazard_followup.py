"""What became of hazards: listing under supervision, and re-inspections until one is passed."""

from __future__ import annotations

from datetime import date, timedelta

from ..registers import Context, numbered, working_day

AFTER = ("safety",)
Row = dict[str, object]
FAILED = 0.12  # how many are not passed at first
SUPERVISORS = {
    "district": ("区安全生产委员会办公室", "区应急管理部门", "区国资监管部门"),
    "municipal": ("市安全生产委员会办公室",),
}
REMAINING = {
    "construction": "现场已停工，防护没有按方案补齐",
    "fire": "设施已更换，没有联动测试记录",
    "electric": "线路已整理，没有复测接地电阻",
    "gas": "装置已安装，没有完成报警测试",
    "traffic": "车辆已检修，驾驶员培训没有完成",
    "structure": "已设围挡，没有拿到鉴定意见",
}


def tables(context: Context) -> dict[str, list[Row]]:
    """Return listings and re-inspections."""
    hazards = list(context.made["hazards"])
    listings = _listings(context, [h for h in hazards if h["level"] == "listed"])
    return {
        "hazard_listings": listings,
        "hazard_reinspections": _reinspections(context, hazards, {row["hazard_id"]: row for row in listings}),
    }


def _listings(context: Context, grave: list[Row]) -> list[Row]:
    rows = []
    for key, hazard in zip(numbered("GP", len(grave)), grave, strict=True):
        level = context.pick(tuple(SUPERVISORS), (2, 1))
        opened, closed = hazard["opened_on"], hazard["closed_on"]
        assert isinstance(opened, date) and isinstance(closed, date)
        rows.append(
            {
                "year": hazard["year"],
                "id": key,
                "hazard_id": hazard["id"],
                "level": level,
                "supervisor": context.pick(SUPERVISORS[level]),
                "listed_on": context.day(opened, opened + timedelta(days=3)),
                "lifted_on": context.day(closed, closed + timedelta(days=10)),
            }
        )
    return rows


def _reinspections(context: Context, hazards: list[Row], listed: dict[object, Row]) -> list[Row]:
    """The last re-inspection is passed on the day of closing; some were failed on the way there."""
    rows: list[Row] = []
    for hazard in hazards:
        opened, closed = hazard["opened_on"], hazard["closed_on"]
        assert isinstance(opened, date) and isinstance(closed, date)
        inspector = listed[hazard["id"]]["supervisor"] if hazard["id"] in listed else "区国资监管部门"
        seen = {"year": hazard["year"], "id": "", "hazard_id": hazard["id"], "inspector": inspector}
        first = working_day(opened + (closed - opened) / 2)
        if context.rng.random() < FAILED and opened < first < closed:
            remaining = REMAINING[str(hazard["kind"])]
            rows.append({**seen, "inspected_on": first, "result": "failed", "remaining": remaining})
        rows.append({**seen, "inspected_on": closed, "result": "passed", "remaining": ""})
    rows.sort(key=lambda row: (str(row["inspected_on"]), str(row["hazard_id"])))
    return [{**row, "id": key} for key, row in zip(numbered("FJ", len(rows)), rows, strict=True)]
