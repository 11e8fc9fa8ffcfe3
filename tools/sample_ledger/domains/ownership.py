"""Who holds whom, what is off the roster, and transfers, with planted events for the warnings.

A legal person off the roster has a neutral name that is nobody's.
"""

from __future__ import annotations

from datetime import date, timedelta

from ..enterprises import FOUNDED, in_year
from ..money import WAN, text, units
from ..registers import YEAR, Context, numbered, working_day

Row = dict[str, object]
REGISTRATION_DAYS = 30
TRANSFERS = (
    ("A", "所持参股企业股权", 2360, 1.04, True),
    ("B", "闲置厂房及土地", 1480, 1.0, True),
    ("C2", "零散商铺", 396, 1.11, True),
    ("E", "报废特种车辆", 58, 1.0, False),
    ("F", "旧办公用房", 512, 0.93, True),
)
# (who answers, name, kind, founded, days until registered or None, staff and revenue in 万元 of
# the last three years, shares: holder -> %). Named by the key under which others hold it.
AFFILIATES = {
    "A甲": (
        "A",
        "参股企业A甲",
        "participated",
        date(2019, 5, 16),
        18,
        ((36, 4200), (35, 4380), (37, 4515)),
        {"A": 34, "private": 66},
    ),
    # Planted: a part of the shares is not registered.
    "A2甲": (
        "A2",
        "参股企业A2甲",
        "participated",
        date(2020, 9, 8),
        25,
        ((12, 910), (11, 870), (11, 902)),
        {"A2": 30, "private": 45, "person": 18},
    ),
    "B甲": (
        "B",
        "参股企业B甲",
        "participated",
        date(2018, 3, 21),
        12,
        ((58, 6130), (57, 6402), (61, 6815)),
        {"B": 25, "other_state": 40, "private": 35},
    ),
    # Planted: a shell.
    "B2甲": ("B2", "三级企业B2甲", "winding_up", date(2017, 11, 15), 22, ((2, 14), (0, 0), (0, 0)), {"B2": 100}),
    # Planted: a grandchild that nobody registered, and its own child, a level too deep.
    "C1甲": (
        "C1",
        "三级企业C1甲",
        "unlisted",
        date(2021, 6, 10),
        None,
        ((7, 320), (7, 355), (6, 340)),
        {"C1": 70, "private": 30},
    ),
    "C1乙": ("C1", "四级企业C1乙", "unlisted", date(2023, 8, 23), None, ((0, 0), (0, 0), (3, 46)), {"C1甲": 100}),
    # The nearest that is in order: found off the roster this year, registered in time.
    "E1甲": (
        "E1",
        "三级企业E1甲",
        "unlisted",
        date(2023, 10, 18),
        27,
        ((0, 0), (0, 0), (4, 28)),
        {"E1": 65, "other_state": 35},
    ),
    "D甲": (
        "D",
        "参股企业D甲",
        "participated",
        date(2021, 4, 14),
        20,
        ((44, 8700), (46, 9120), (45, 9006)),
        {"D": 20, "private": 80},
    ),
}
PLANTED = ("A2甲", "B2甲", "C1甲", "C1乙", "E报废特种车辆", "F旧办公用房")


def tables(context: Context) -> dict[str, list[Row]]:
    """Return transfers, legal persons off the roster, how they do, and everybody's shares."""
    ids = dict(zip(AFFILIATES, numbered("FR", len(AFFILIATES)), strict=True))
    return {
        "equity_transfers": _transfers(context),
        "affiliates": [
            {
                "year": YEAR,
                "id": ids[key],
                "enterprise_id": owner,
                "title": title,
                "kind": kind,
                "founded_on": founded,
                "due_on": founded + timedelta(days=REGISTRATION_DAYS),
                "registered_on": "" if done is None else working_day(founded + timedelta(days=done)),
            }
            for key, (owner, title, kind, founded, done, *_) in AFFILIATES.items()
        ],
        "affiliate_activity": [
            {"year": year, "affiliate_id": ids[key], "staff": staff, "revenue": text(revenue * WAN)}
            for key, (*_, founded, _, years, _) in AFFILIATES.items()
            for year, (staff, revenue) in zip(range(YEAR - 2, YEAR + 1), years, strict=True)
            if founded.year <= year
        ],
        "shareholdings": _stakes(context, ids),
    }


def _stakes(context: Context, ids: dict[str, str]) -> list[Row]:
    """Return the roster's shares as its own table has them, then those of the others."""
    rows: list[Row] = []
    for p in in_year(YEAR):
        years = (p.start_year, 3, 1), (p.start_year, 3, 20)
        if p.start_year == FOUNDED:
            years = (FOUNDED - 9, 1, 8), (FOUNDED - 2, 11, 30)
        since = context.day(*(date(*day) for day in years))
        holder = ("state", "") if p.level == 1 else ("enterprise", p.group)
        rows.append(_stake(p.enterprise_id, *holder, p.ownership, since))
        if p.ownership < 100:
            rows.append(_stake(p.enterprise_id, "private", "", 100 - p.ownership, since))
    for key, (*_, founded, _, _, shares) in AFFILIATES.items():
        for holder, share in shares.items():
            inside = holder in AFFILIATES or (holder.isascii() and holder[0].isupper())
            kind, who = ("enterprise", ids.get(holder, holder)) if inside else (holder, "")
            rows.append(_stake(ids[key], kind, who, share, founded))
    return [{**row, "id": key} for key, row in zip(numbered("GQ", len(rows)), rows, strict=True)]


def _stake(held: str, kind: str, holder: str, share: int, since: date) -> Row:
    return {
        "year": YEAR,
        "id": "",
        "held_id": held,
        "holder_kind": kind,
        "holder_id": holder,
        "share": share,
        "since": since,
    }


def _transfers(context: Context) -> list[Row]:
    rows: list[Row] = []
    for key, title, value, factor, listed in TRANSFERS:
        appraised = context.day(date(YEAR, 1, 10), date(YEAR, 7, 20))
        offered = working_day(appraised + timedelta(days=int(context.rng.integers(20, 50))))
        made = working_day(offered + timedelta(days=int(context.rng.integers(25, 80))))
        rows.append(
            {
                "year": YEAR,
                "id": "",
                "enterprise_id": key,
                "title": title,
                "appraised": text(value * WAN),
                "appraised_on": appraised,
                "listed_on": offered if listed else "",
                "transferred_on": made,
                "price": text(units(value * factor, WAN)),
            }
        )
    rows.sort(key=lambda row: (str(row["transferred_on"]), str(row["enterprise_id"])))
    return [{**row, "id": key} for key, row in zip(numbered("ZR", len(rows)), rows, strict=True)]
