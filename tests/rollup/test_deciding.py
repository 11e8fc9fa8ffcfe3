"""What a rollup decides by intervals and tables, held against a solver that is given everything."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from random import Random

import pytest
from many import every

from stateassets.audit.comparable import comparable
from stateassets.audit.possibility import IMPOSSIBLE, POSSIBLE
from stateassets.measures.claims import Claim, usual_qualifier
from stateassets.measures.measures import CLAIM_KINDS, LEVEL
from stateassets.measures.registry import REGISTRY
from stateassets.measures.units import Interval, base_size, half_up
from stateassets.rollup import ties, together
from stateassets.rollup.own_tables import Tables
from stateassets.rollup.ties import levels, ties_of
from stateassets.rollup.together import Question, state_of

YEAR, WHOLE = 2023, "示例市"
CASES = 40
PRINTED = (
    ("total_assets", "level"), ("total_assets", "yoy_pct"), ("total_liabilities", "level"), ("owners_equity", "level"),
    ("debt_ratio", "level"), ("enterprises", "level"),
)  # fmt: skip
Values = dict[str, Fraction]


def claim(region: str, name: str, kind: str, value: Fraction, unit: str, decimals: int) -> Claim:
    """What a report prints of a value in the base unit."""
    text = str(half_up(value / base_size(unit), decimals))
    how = usual_qualifier(unit, kind)
    told = REGISTRY[name].name_zh
    return Claim(f"{region}{name}{kind}", region, YEAR, "", "", name, told, kind, text, unit, decimals, how, "示例")


def quantities(random: Random) -> dict[int, Values]:
    found = {}
    for year in (YEAR - 1, YEAR):
        assets = random.randint(20_000, 400_000)
        found[year] = {
            "total_assets": Fraction(assets),
            "total_liabilities": Fraction(random.randint(assets // 4, assets)),
            "first_level_enterprises": Fraction(random.randint(1, 9)),
            "second_level_enterprises": Fraction(random.randint(0, 9)),
            "lower_level_enterprises": Fraction(0),
        }
    return found


def case(seed: int) -> Question:
    """A whole of two to four parts: all true, or a digit of one number changed, with tables of all, some or none."""
    random = Random(seed)
    parts = [f"示例{number}区" for number in range(1, random.randint(3, 5))]
    of = {part: quantities(random) for part in parts}
    of[WHOLE] = {
        year: {name: sum(of[p][year][name] for p in parts) for name in of[parts[0]][year]} for year in (YEAR - 1, YEAR)
    }
    tables = {(r, name, year): v for r, years in of.items() for year, some in years.items() for name, v in some.items()}
    claims = [one for region in (WHOLE, *parts) for one in printed(random, region, Tables(YEAR, tables))]
    kept = {region for region in of if random.random() < (0.8 if seed % 3 else 0)}
    off = {"total_assets": random.choice((Fraction(0), Fraction(700)))}
    for number in range(random.choice((0, 1, 1, 2))):  # how many numbers are changed
        where = random.randrange(len(claims))
        digits = [place for place, char in enumerate(claims[where].text) if char.isdigit()]
        place = digits[-1] if (seed + number) % 2 else random.choice(digits)
        other = str((int(claims[where].text[place]) + random.choice((1, 9, 3))) % 10)
        text = f"{claims[where].text[:place]}{other}{claims[where].text[place + 1 :]}"
        claims[where] = Claim(**{**vars(claims[where]), "text": text})
    missing = ["没有来"] if random.random() < 0.2 else []
    tied = ties_of(WHOLE, parts, claims, missing, lambda name: between(off.get(name, Fraction(0))))
    return Question(claims, tied, Tables(YEAR, {key: v for key, v in tables.items() if key[0] in kept}))


def between(value: Fraction) -> Interval:
    return Interval(Fraction(0), value, high_closed=True)


def printed(random: Random, region: str, tables: Tables) -> Iterator[Claim]:
    for name, kind in PRINTED:
        if random.random() < 0.2:
            continue
        unit, decimals = ("亿元", random.randint(0, 3)) if REGISTRY[name].unit == "亿元" else (REGISTRY[name].unit, 1)
        if name == "enterprises":
            decimals = 0
        if kind == "yoy_pct":
            unit = "%"
        yield claim(region, name, kind, tables.value(region, name, CLAIM_KINDS[kind]), unit, decimals)


def solved(asked: Question, without: Claim | None = None) -> str:
    """What the solver says that is given all claims, and no tables."""
    return state_of([c for some in asked.of_region.values() for c in comparable(some) if c is not without], asked.ties)


@cache
def truths() -> tuple[tuple[int, str, str], ...]:
    """What is true of each case, by its seed: of all its numbers, and with one left out."""
    found = []
    for seed in range(CASES):
        asked = case(seed)
        found.append((seed, solved(asked), solved(asked, left_out(asked, seed))))
    return tuple(found)


def left_out(asked: Question, seed: int) -> Claim:
    return asked.claims[seed % len(asked.claims)]


def differences() -> list[int]:
    """The cases of which the short way says otherwise."""
    found = []
    for seed, all_of_it, with_one_less in truths():
        asked = case(seed)
        if (asked.state(), asked.state(left_out(asked, seed))) != (all_of_it, with_one_less):
            found.append(seed)
    return found


def test_the_short_way_says_what_the_solver_says():
    told = [state for _, *states in truths() for state in states]
    assert min(told.count(POSSIBLE), told.count(IMPOSSIBLE)) > CASES / 4
    assert differences() == []


@pytest.mark.slow
@every(
    "where, what, fault",
    [
        (Question, "_loosened", Question._held),
        (Tables, "value", lambda tables, region, name, kind=LEVEL, back=0: Fraction(0)),
        (together, "broken", lambda tie, claims: levels(claims, tie.name) != {}),
        (
            ties,
            "_below",
            lambda one, other: one.high is not None and other.low is not None and one.high <= other.low + 9,
        ),
    ],
    ids=["all held", "tables not read", "all broken", "ends not looked at"],
)
def test_a_fault_in_the_short_way_is_seen(monkeypatch, where, what, fault):
    with monkeypatch.context() as planted:
        planted.setattr(where, what, fault)
        assert differences() != []
