"""How party organisations stand against what 四强四好 and the two lists ask of them."""

from __future__ import annotations

from datetime import date, timedelta

from ..registers import YEAR, Context, working_day

AFTER = ("party",)
Row = dict[str, object]
STANDINGS, WEIGHTS = ("met", "partly", "unmet"), (78, 17, 5)
# Requirement -> what is still lacking where it is not met.
LACKING = {
    "S1": ("前置研究清单没有更新", "学习计划缺下半年的记录"),
    "S2": ("班子缺一名委员", "述职评议材料不全"),
    "S3": ("两名党员全年缺席组织生活三次以上", "发展党员档案缺谈话记录"),
    "S4": ("党员责任区没有更新名单", "示范岗没有评议"),
    "G1": ("年度考核没有写入党建与经营的联结指标", "党建任务晚于经营目标下达"),
    "G2": ("职工意见没有书面答复", "群团工作全年只安排一次"),
    "G3": ("制度目录没有修订", "谈心谈话没有记录"),
    "G4": ("没有固定活动场所", "党费台账两个月没有核对"),
}
# List -> (how many items it has at least, what is found where not all are running).
LISTS = {
    "L1": (12, ("人员变动以后责任没有重新分解", "班子成员的责任没有写到人")),
    "L2": (18, ("有的任务没有完成时限", "完成的任务没有留下记录")),
}
GAPS = 0.3  # in how many lists something is found


def tables(context: Context) -> dict[str, list[Row]]:
    """Return the standing of each organisation, and what looking back at its lists found."""
    rows = context.made["party_organisations"]
    organisations = list({row["title"]: row for row in reversed(list(rows))}.values())[::-1]  # joint ones once
    return {
        "party_standing": [
            _standing(context, str(o["id"]), requirement) for o in organisations for requirement in LACKING
        ],
        "party_list_reviews": [_review(context, str(o["id"]), name) for o in organisations for name in LISTS],
    }


def _standing(context: Context, organisation: str, requirement: str) -> Row:
    standing = context.pick(STANDINGS, WEIGHTS)
    return {
        "year": YEAR,
        "organisation_id": organisation,
        "requirement_id": requirement,
        "standing": standing,
        "lacking": "" if standing == "met" else context.pick(LACKING[requirement]),
        "assessed_on": context.day(date(YEAR, 11, 6), date(YEAR, 12, 8)),
    }


def _review(context: Context, organisation: str, name: str) -> Row:
    least, found = LISTS[name]
    items = least + int(context.rng.integers(0, 7))
    reviewed = context.day(date(YEAR, 7, 10), date(YEAR, 9, 22))
    missing = int(context.rng.integers(1, 4)) if context.rng.random() < GAPS else 0
    due = working_day(reviewed + timedelta(days=60))
    done = working_day(due + timedelta(days=int(context.rng.integers(-35, 12))))
    return {
        "year": YEAR,
        "organisation_id": organisation,
        "requirement_id": name,
        "items": items,
        "running": items - missing,
        "gap": context.pick(found) if missing else "",
        "reviewed_on": reviewed,
        "due_on": due if missing else "",
        "closed_on": done if missing and context.rng.random() < 0.8 else "",
    }
