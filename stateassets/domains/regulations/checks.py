"""Do the tables of supervision agree with each other and with the balance sheets?"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.checking import CENT, CheckedTable, Frames, check, not_first_level, outsiders, too_early
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.notation import ten_thousands


@check("enterprises", "rules", "rule_adoptions")
def adoptions(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A first-level group takes over a rule once it is issued, and none that is the regulator's own."""
    taken, rules = (CheckedTable(package, frames, name) for name in ("rule_adoptions", "rules"))
    yield from not_first_level(taken, frames)
    yield from too_early(taken, "adopted_on", "rule_id", rules, "issued_on")
    for index, row, rule in taken.pairs("rule_id", rules):
        if rule["applies_to"] == "regulator":
            yield taken.fault(index, "rule_id", f"{row['rule_id']}由监管机构自身执行", "由一级企业落实的制度")


@check("enterprises", "inspections", "inspection_findings")
def findings(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A finding comes after its inspection, and its group puts it right."""
    found, visits = (CheckedTable(package, frames, n) for n in ("inspection_findings", "inspections"))
    yield from outsiders(found, "inspection_id", visits, frames)
    yield from too_early(found, "opened_on", "inspection_id", visits, "inspected_on")


@check("property_registration")
def one_occupation_each(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nobody registers twice what he is."""
    events = CheckedTable(package, frames, "property_registration")
    first = events.frame[events.frame["kind"] == "occupation"]
    for index in first.index[first["enterprise_id"].duplicated()]:
        yield events.fault(
            index,
            "enterprise_id",
            f"{first.at[index, 'enterprise_id']}有两条占有登记",
            "每户企业一条",
            "后来的变化改登变动登记",
        )


@check("balance_sheet", "property_registration")
def registered_capital(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What the year's events did to paid-in capital is what the balance sheets say."""
    events = CheckedTable(package, frames, "property_registration")
    of_year = events.frame[events.frame["opened_on"].dt.year == package.year]
    told = of_year.groupby("enterprise_id")["amount"].sum()
    sheet = frames["balance_sheet"].query("basis == 'individual' and year == @package.year")
    capital = sheet.set_index(["enterprise_id", "moment"])["paid_in_capital"].unstack()
    moved = (capital["closing"] - capital["opening"]).dropna()
    for owner, amount in moved.items():
        gap = amount - told.get(owner, 0.0)
        if abs(gap) > CENT:
            rows = of_year.index[of_year["enterprise_id"].eq(owner) & of_year["amount"].ne(0)]
            yield events.fault(
                rows[0] if len(rows) else None,
                "amount",
                f"{owner}登记的实收资本变动合计{ten_thousands(told.get(owner, 0.0))}",
                f"{ten_thousands(amount)}（资产负债表年末数减年初数）",
                "补上漏登的事项，或改正金额",
            )
