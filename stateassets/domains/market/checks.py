"""Do pay and appraisals agree with the statements?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CENT, CheckedTable, Frames, check, each_row, not_first_level
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.notation import ten_thousands
from ..appraisal.scheme import FULL_MARKS

# Who came or was away in the year is not appraised: this part of the staff, or this many people.
NOT_APPRAISED, FEW = 0.1, 2
KEYS = ["year", "enterprise_id"]


@check("enterprises", "payroll", "value_added")
def labour_cost_is_compensation(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """An enterprise's labour cost is the compensation in its value added of the year."""
    pay, added = (CheckedTable(package, frames, name) for name in ("payroll", "value_added"))
    names = _names(frames)
    due = added.frame.set_index(KEYS)["compensation"]
    for index, row in each_row(pay.frame):
        key = (row["year"], row["enterprise_id"])
        if key in due.index and abs(row["total"] - due[key]) > CENT:
            yield pay.fault(
                index,
                "total",
                f"{names[key[1]]}，{key[0]}年人工成本{ten_thousands(row['total'])}",
                f"{ten_thousands(due[key])}（{added.table.title}的劳动者报酬）",
            )


@check("enterprises", "appraisals", "headcount")
def appraised_are_the_staff(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """About everybody who was there at the year's end was appraised, and nobody else."""
    appraisals, names = CheckedTable(package, frames, "appraisals"), _names(frames)
    there = frames["headcount"].query("month == 12").set_index(KEYS)["headcount"]
    for key, rows in appraisals.frame.groupby(KEYS, sort=False):
        people = int(rows["people"].sum())
        staff = int(there.get(key, people))
        least = min(staff - FEW, round(staff * (1 - NOT_APPRAISED)))
        if not least <= people <= staff:
            yield appraisals.fault(
                rows.index[0],
                "people",
                f"{names[key[1]]}，{key[0]}年各等次合计{people}人",
                f"{least}至{staff}人（年末职工{staff}人，少数新进和长期请假的可不参加考核）",
            )


@check("post_changes", "post_grades")
def posts_have_a_standard(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Both posts of a change are the enterprise's; the new pay and its date come together, in order."""
    changes, grades = (CheckedTable(package, frames, name) for name in ("post_changes", "post_grades"))
    known = set(grades.frame[["year", "enterprise_id", "post"]].itertuples(index=False, name=None))
    for index, row in each_row(changes.frame):
        for column in ("from_post", "to_post"):
            if (row["year"], row["enterprise_id"], row[column]) not in known:
                yield changes.fault(
                    index, column, f"“{row[column]}”", f"{grades.table.title}里这户企业的岗位", "改正，或补上工资标准"
                )
        paid, since = row["to_pay"], row["paid_from"]
        if (paid == paid) != (since == since):
            column = "paid_from" if paid == paid else "to_pay"
            yield changes.fault(index, column, "空白", "新工资和起算日期都填；还没有调的都留空")
        elif since < row["moved_on"]:
            yield changes.fault(index, "paid_from", f"{since:%Y-%m-%d}", f"不早于到岗日期{row['moved_on']:%Y-%m-%d}")


@check("head_appraisal_weights")
def weights_of_heads(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """The weights of a head's appraisal add up to 100."""
    weights = CheckedTable(package, frames, "head_appraisal_weights")
    whole = float(weights.frame["weight"].sum())
    if abs(whole - FULL_MARKS) > CENT:
        yield weights.fault(None, "weight", f"各项权重合计{whole:g}", f"{FULL_MARKS:g}", "改正权重")


@check("enterprises", "head_appraisals", "head_appraisal_weights")
def heads_are_appraised(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A first-level enterprise's head is scored on each aspect that is assessed, and on no other."""
    scores = CheckedTable(package, frames, "head_appraisals")
    yield from not_first_level(scores, frames)
    weights = frames["head_appraisal_weights"]
    assessed = dict(weights[weights["source"] == "assessed"][["id", "title"]].itertuples(index=False))
    for index, aspect in scores.frame["aspect"].items():
        if aspect not in assessed:
            yield scores.fault(
                index, "aspect", f"“{aspect}”", "靠测评得分的内容", "企业的年度考核得分由本书算出，不在这里填"
            )
    for key, rows in scores.frame.groupby(KEYS, sort=False):
        missing = [title for aspect, title in assessed.items() if aspect not in set(rows["aspect"])]
        if missing:
            yield scores.fault(
                rows.index[0], "aspect", f"{key[1]}{key[0]}年没有{'、'.join(missing)}的得分", "每项测评内容一行", "补上"
            )


def _names(frames: Frames) -> dict[str, str]:
    return dict(frames["enterprises"][["enterprise_id", "name_zh"]].itertuples(index=False))
