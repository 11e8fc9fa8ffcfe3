"""Do staff movements agree with headcount, and moves of capital with the changes of equity?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CENT, CheckedTable, Frames, check, not_first_level
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.notation import ten_thousands
from ..staff.headcount import DEPARTURES

# Kind of a move -> the cause of change that it is for who gives and for who takes.
GIVES, TAKES = {"transfer": "transfer_out"}, {"transfer": "transfer_in", "investment": "state_investment"}


@check("headcount", "staff_movements")
def movements(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A month's headcount is the month before's, plus who came, less who left.

    A company that is set up starts from nobody: where its people come from is stated too.
    """
    moved = CheckedTable(package, frames, "staff_movements")
    sign = moved.frame["kind"].isin(DEPARTURES).map({True: -1, False: 1})
    net = (moved.frame["people"] * sign).groupby([moved.frame[key] for key in ("enterprise_id", "year", "month")]).sum()
    rows = frames["headcount"].sort_values(["enterprise_id", "year", "month"])
    before = rows.groupby("enterprise_id")["headcount"].shift(1, fill_value=0)
    first = rows[["year", "month"]].apply(tuple, axis=1).min()  # where the table begins, nothing is before it
    for row, last in zip(rows.to_dict("records"), before, strict=True):
        if row["year"] != package.year or (row["year"], row["month"]) == first:
            continue
        due = row["headcount"] - int(last)
        stated = int(net.get((row["enterprise_id"], row["year"], row["month"]), 0))
        if stated != due:
            yield moved.fault(
                None,
                "people",
                f"{row['enterprise_id']}，{row['year']}年{row['month']}月各项变动合计{stated}人",
                f"职工人数由{int(last)}人变为{row['headcount']}人，即{due}人",
                "补上漏记的变动，或改正人数",
            )


@check("enterprises", "equity_changes", "capital_moves")
def capital(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What moved to and from each group is what its changes of equity say."""
    moves = CheckedTable(package, frames, "capital_moves")
    for column in ("from_enterprise_id", "to_enterprise_id"):
        yield from not_first_level(moves, frames, column)
    changes = frames["equity_changes"]
    changes = changes[changes["year"] == package.year]
    stated = changes.groupby(["enterprise_id", "factor"])["amount"].sum()
    for column, causes in (("from_enterprise_id", GIVES), ("to_enterprise_id", TAKES)):
        factor = moves.frame["kind"].map(causes)
        named = moves.frame[column] != ""
        sums = moves.frame[named].groupby([moves.frame[column], factor])["amount"].sum()
        wanted = {key: amount for key, amount in stated.items() if key[1] in causes.values()}
        for key in sorted({*sums.index, *wanted}):
            gap = float(sums.get(key, 0.0)) - float(wanted.get(key, 0.0))
            if abs(gap) > CENT * (len(moves.frame) + 1):
                yield moves.fault(
                    None,
                    "amount",
                    f"{key[0]}各笔合计{ten_thousands(float(sums.get(key, 0.0)))}",
                    f"国有资本变动表所列{ten_thousands(float(wanted.get(key, 0.0)))}，差{ten_thousands(gap)}",
                )
