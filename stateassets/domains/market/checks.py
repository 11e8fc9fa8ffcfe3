"""Do pay and appraisals agree with the statements?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CENT, CheckedTable, Frames, check
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage

# Who came or was away in the year is not appraised: this part of the staff, or this many people.
NOT_APPRAISED, FEW = 0.1, 2
KEYS = ["year", "enterprise_id"]


@check("enterprises", "payroll", "value_added")
def labour_cost_is_compensation(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """An enterprise's labour cost is the compensation in its value added of the year."""
    pay, added = (CheckedTable(package, frames, name) for name in ("payroll", "value_added"))
    names = _names(frames)
    due = added.frame.set_index(KEYS)["compensation"]
    for index, row in pay.frame.iterrows():
        key = (row["year"], row["enterprise_id"])
        if key in due.index and abs(row["total"] - due[key]) > CENT:
            yield pay.fault(
                index,
                "total",
                f"{names[key[1]]}，{key[0]}年人工成本{row['total']:.2f}万元",
                f"{due[key]:.2f}万元（{added.table.title}的劳动者报酬）",
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


def _names(frames: Frames) -> dict[str, str]:
    return dict(frames["enterprises"][["enterprise_id", "name_zh"]].itertuples(index=False))
