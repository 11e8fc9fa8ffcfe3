"""Are discharges reported when they can be known?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CheckedTable, Frames, check
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.periods import end_of_month


@check("discharges")
def reported_afterwards(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A month's discharge is reported after the month has ended."""
    discharges = CheckedTable(package, frames, "discharges")
    for index, row in discharges.frame.iterrows():
        end = end_of_month(row["year"], row["month"])
        if row["reported_on"] <= end:
            yield discharges.fault(index, "reported_on", f"{row['reported_on']:%Y-%m-%d}", f"晚于月末{end:%Y-%m-%d}")
