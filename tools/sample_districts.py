"""A sample of districts over years, as each would publish it: facts.json, the list of who is in, the register.

    python -m tools.sample_districts FOLDER [--districts 40] [--years 5] [--first 2019]

Seeded: the same words give the same files. Everything in it is a sample (示例): no name, number or code is
anybody's. Every 40 districts make up a city, which publishes its own report: its totals are its districts' and
its own level's. One enterprise of each city is reported by two districts, and one moved.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from stateassets import domains  # noqa: F401  (they register what facts are of)
from stateassets.book.takeaway.facts import BOOK, OWN, PREFIX, REGION, SCHEME, SCOPES, Concept, computed, stated
from stateassets.book.takeaway.files import FACTS, TAXONOMY
from stateassets.measures.claims import Claim, usual_qualifier
from stateassets.measures.measures import CHANGE, LEVEL, YOY, Indicator, Kind, Quantity
from stateassets.measures.registry import REGISTRY
from stateassets.measures.units import half_up, in_unit, to_decimal
from stateassets.rollup.coverage import additive
from stateassets.rollup.membership import COLUMNS as LISTED
from stateassets.rollup.ownership import COLUMNS as REGISTERED
from stateassets.rollup.ownership import check_digit
from stateassets.tables.origins import Origin

SEED, CITY = 20_260_101, 40  # districts of one city
SCOPE_WORDS = "企业国有资产不含金融"
CLASSES = ("城市运营管理类", "城乡建设发展类", "资本投融资管理类")
GROUPS = ("A", "B", "C")
# Money is whole fen: a quantity's share of total assets, in per mille, and how far it may lie from it.
BALANCE = {
    "total_liabilities": (580, 90), "non_state_equity": (12, 6), "cash": (45, 15), "receivables": (50, 20),
    "inventories": (180, 60), "other_current_assets": (40, 10), "short_term_borrowings": (35, 15),
    "payables": (60, 20), "other_current_liabilities": (40, 10), "long_term_borrowings": (160, 40),
    "bonds_payable": (120, 40), "paid_in_capital": (120, 30), "capital_reserve": (200, 40),
}  # fmt: skip
FLOWS = {
    "revenue": (30, 12), "operating_cost": (20, 5), "taxes_and_surcharges": (1, 0), "period_expenses": (2, 1),
    "interest_expense": (3, 1), "operating_cash_flow": (4, 3), "objective_increase": (20, 9),
    "objective_decrease": (3, 2), "value_added": (9, 3), "budget_revenue": (1, 0), "budget_expenditure": (1, 0),
}  # fmt: skip
PRINTED: tuple[tuple[str, Kind], ...] = (
    ("enterprises", LEVEL), ("total_assets", LEVEL), ("total_assets", YOY), ("total_liabilities", LEVEL),
    ("total_liabilities", YOY), ("owners_equity", LEVEL), ("debt_ratio", LEVEL), ("debt_ratio", CHANGE),
    ("state_capital", LEVEL), ("state_capital", YOY), ("preservation_rate", LEVEL), ("revenue", LEVEL),
    ("revenue", YOY), ("total_profit", LEVEL), ("total_profit", YOY), ("profit_per_capita", LEVEL),
    ("labour_productivity", LEVEL), ("budget_revenue", LEVEL),
)  # fmt: skip
FEN = 100  # of a yuan
Values = dict[str, Fraction]


def part(random: Random, whole: Fraction, share: tuple[int, int]) -> Fraction:
    """Return about so much of an amount (万元), in whole fen."""
    middle, off = share
    mille = Fraction(random.randint((middle - off) * 1000, (middle + off) * 1000), 1000)
    return Fraction(round(whole * mille / 1000 * 10_000 * FEN), 10_000 * FEN)


def scope_values(random: Random, assets: Fraction, heads: int, count: int) -> Values:
    """Return the quantities of a group in a year, without what opens it."""
    made: Values = {"total_assets": assets}
    made |= {name: part(random, assets, share) for name, share in {**BALANCE, **FLOWS}.items()}
    made["budget_transfer"] = part(random, made["budget_expenditure"], (700, 100))
    made["total_profit"] = part(random, assets, (4, 6))
    made["net_profit"] = part(random, made["total_profit"], (800, 50))
    made["person_months"] = Fraction(heads * 12)
    made["first_level_enterprises"], made["second_level_enterprises"] = Fraction(1), Fraction(count)
    made["lower_level_enterprises"] = Fraction(0)
    return made


def opened(now: Mapping[str, Fraction], before: Mapping[str, Fraction]) -> Values:
    """Return a year's quantities with what it opens with."""
    made = dict(now)
    for name in REGISTRY:
        measure = REGISTRY[name]
        if isinstance(measure, Quantity) and measure.opening_of in before:
            made[name] = before[measure.opening_of]
    return made


def indicators(values: Mapping[str, Fraction]) -> Values:
    """Return quantities with every indicator that they give."""
    made = dict(values)
    for name in REGISTRY:
        measure = REGISTRY[name]
        if isinstance(measure, Indicator) and all(given in made for given in measure.inputs):
            try:
                found = measure.formula(**{given: made[given] for given in measure.inputs})
            except ZeroDivisionError:
                continue
            if isinstance(found, Fraction):
                made[name] = found
    return made


def added(some: list[Mapping[str, Fraction]]) -> Values:
    """Return what parts come to together."""
    names = dict.fromkeys(name for one in some for name in one if isinstance(REGISTRY[name], Quantity))
    return {name: sum((one.get(name, Fraction(0)) for one in some), Fraction(0)) for name in names}


def printed(region: str, year: int, now: Values, before: Values, title: str) -> Iterator[Claim]:
    """Yield what the district's report prints of a year."""
    for name, kind in PRINTED:
        measure = kind.of(REGISTRY[name])
        if name not in now or (kind.formula and (name not in before or before[name] <= 0)):
            continue
        value = kind.formula(now[name], before[name]) if kind.formula else now[name]
        text = str(half_up(in_unit(value, measure.unit), measure.decimals))
        word = {"": "level", "yoy": "yoy_pct", "change": "yoy_pp"}[kind.suffix]
        yield Claim(
            f"{name}.{kind.suffix}", region, year, SCOPE_WORDS, "", name, measure.name_zh, word, text, measure.unit,
            measure.decimals, usual_qualifier(measure.unit, word), title,
        )  # fmt: skip


def document(region: str, year: int, of: Mapping[int, Mapping[str, Values]]) -> dict[str, Any]:
    """Return a year's facts.json: the district, its classes and groups, that year and the one before."""
    title = f"{region}{year}年度企业国有资产管理情况专项报告（示例）"
    facts: dict[str, Any] = {}
    for when in (year - 1, year):
        for scope, values in of.get(when, {}).items():
            for name, value in values.items():
                place = f"figure-{name}-{when}" + (f"-{scope}" if scope else "")
                concept = Concept(REGISTRY[name], LEVEL)
                facts[place] = computed(concept, region, when, to_decimal(value), Origin.SAMPLE, scope)
    for claim in printed(region, year, dict(of[year][""]), dict(of.get(year - 1, {}).get("", {})), title):
        facts[f"stated-{claim.figure_id}-{year}"] = stated(claim) | {f"{PREFIX}:origin": Origin.SAMPLE.value}
    scopes = dict.fromkeys(scope for some in of.values() for scope in some if scope)
    kind = "https://xbrl.org/2021/xbrl-json"
    spaces = {"xbrl": "https://xbrl.org/2021", "iso4217": "http://www.xbrl.org/2003/iso4217", PREFIX: OWN}
    return {
        "documentInfo": {"documentType": kind, "namespaces": spaces | {REGION: SCHEME}, "taxonomy": [TAXONOMY]},
        BOOK: {"title": title, "scope": SCOPE_WORDS, "edition": "internal"},
        SCOPES: {scope: _name(scope) for scope in scopes},
        "facts": facts,
    }


def _name(scope: str) -> str:
    kind, _, own = scope.partition(":")
    return own if kind == "class" else f"示例企业{own}"


def district(random: Random, years: range) -> dict[int, dict[str, Values]]:
    """Return a district's quantities by year and scope: the whole, each class, each group."""
    size = Fraction(random.randint(200, 3000) * 1000)  # 万元, of a group
    heads, count = random.randint(30, 200), random.randint(1, 6)
    groups: dict[int, dict[str, Values]] = {}
    for year in range(years.start - 1, years.stop):
        size = part(random, size, (1060, 40))
        groups[year] = {g: scope_values(random, part(random, size, (1000, 500)), heads, count) for g in GROUPS}
    found: dict[int, dict[str, Values]] = {}
    for year in years:
        own = {g: opened(groups[year][g], groups[year - 1][g]) for g in GROUPS}
        scopes: dict[str, Values] = {"": added(list(own.values()))}
        scopes |= {f"class:{name}": own[g] for name, g in zip(CLASSES, GROUPS, strict=True)}
        scopes |= {f"group:{g}": own[g] for g in GROUPS}
        found[year] = {scope: indicators(values) for scope, values in scopes.items()}
    return found


def code(number: int) -> str:
    """Return a credit code that is none: no place has the numbers 990000 and up."""
    first = f"9199{number // 10**9 % 100:02d}01MA{number % 10**7:07d}"
    return first + check_digit(first)


def write(folder: Path, districts: int = CITY, years: int = 5, first: int = 2019, seed: int = SEED) -> None:
    """Write the sample below a folder."""
    when, width = range(first, first + years), len(str(districts))
    listed: list[tuple[str, ...]] = []
    register: list[tuple[str, ...]] = []
    for city_number in range(-(-districts // CITY)):
        random = Random(seed + city_number)
        city = "示例市" if districts <= CITY else f"示例市{city_number + 1:02d}"
        numbers = range(city_number * CITY + 1, min(districts, (city_number + 1) * CITY) + 1)
        regions = [f"{city}本级", *(f"示例区{number:0{max(2, width)}d}" for number in numbers)]
        of = {region: district(random, when) for region in regions}
        if len(regions) > 3:
            register += _shared(regions, of, when, 100 * city_number)
        whole = {year: {"": indicators(_city(of, regions, year))} for year in when}
        listed += [(city, "", "", ""), *((region, city, "", "") for region in regions)]
        for region, found in ((city, whole), *of.items()):
            for year in when:
                place = folder / region / str(year) / FACTS
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(json.dumps(document(region, year, found), ensure_ascii=False), "utf-8")
    _table(folder / "名单.csv", LISTED, listed)
    _table(folder / "产权登记.csv", REGISTERED, register)


def _shared(
    regions: list[str], of: dict[str, dict[int, dict[str, Values]]], when: range, number: int
) -> Iterator[tuple[str, ...]]:
    """Let the second and the third district report one group alike, and tell of one that moved to the fourth."""
    one, other, fourth = regions[1:4]
    for year in when:
        of[other][year]["group:C"] = of[one][year]["group:C"]
        of[other][year][f"class:{CLASSES[2]}"] = of[one][year]["group:C"]
        parts = [of[other][year][f"group:{g}"] for g in GROUPS]
        of[other][year][""] = indicators(added(list(parts)))
    first, last = str(when.start), str(when.stop - 1)
    for region in (one, other):
        yield region, "C", code(number + 1), "示例企业（两个区都报）", one, "", ""
    since = first if len(when) > 1 else ""  # it was there before the only year
    yield fourth, "B", code(number + 2), "示例企业（换过归属）", fourth, since, str(int(last) - 1)
    yield fourth, "B", code(number + 2), "示例企业（换过归属）", one, last, ""


def _city(of: Mapping[str, Mapping[int, Mapping[str, Values]]], regions: list[str], year: int) -> Values:
    """Return the city's quantities: its parts' together, what two of them report counted once."""
    total = added([of[region][year][""] for region in regions])
    if len(regions) > 3:
        twice = of[regions[2]][year]["group:C"]
        total = {name: value - twice.get(name, 0) for name, value in total.items()}
    return {name: value for name, value in total.items() if additive(name)}


def _table(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Write the sample that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--districts", type=int, default=CITY)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--first", type=int, default=2019)
    parser.add_argument("--seed", type=int, default=SEED)
    write(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
