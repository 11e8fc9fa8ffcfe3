"""How long the audit takes over many reports, and how time grows with claims and with years.

Run ``python -m benchmarks.audit_many [REGION_YEARS]``. Reports are made by rounding a consistent
truth, every second region's changes from numbers that were rounded before, so every alarm would be
a false one and is counted. The yardstick, in the same run, is the solver alone: one question over
the same claims without any other check. Besides, the collected reports of the places and years that
print most, some 450 figures: processor seconds of ``audit --quick`` and of ``audit``.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.audit_seeded import COLLECTED
from stateassets.audit import Model, audit, examine
from stateassets.audit.findings import QUIET
from stateassets.importing.claims import read_claims
from stateassets.measures.claims import Claim, collected_claims
from stateassets.measures.units import half_up

# (item, unit, decimals); what depends on another is worked out in ``report``.
ITEMS = (
    "资产总额",
    "负债总额",
    "所有者权益",
    "营业收入",
    "利润总额",
    "净利润",
    "上缴税费",
    "固定资产",
    "存货",
    "货币资金",
    "增加值",
)


def report(region: str, years: int, rng: np.random.Generator, rounded: bool = False) -> Iterator[dict[str, object]]:
    """Yield some 40 printed figures a year of a made-up region.

    ``rounded`` reckons changes from numbers as they are printed, not from the true ones.
    """

    def kept(value: float) -> float:
        return float(half_up(value, 2)) if rounded else value

    levels = {name: float(rng.lognormal(6, 1)) for name in ITEMS}
    heads = float(rng.uniform(400, 4000))

    def row(year: int, name: str, value: float, unit: str, kind: str = "level") -> dict[str, object]:
        return {
            "region": region,
            "year": year,
            "scope": "企业国有资产不含金融",
            "name_zh": name,
            "kind": kind,
            "value": str(half_up(value, 2)),
            "unit": unit,
            "decimals": 2,
            "source_title": "基准测试",
            "source_url": "",
        }

    for year in range(2023 - years + 1, 2024):
        before, heads_before = dict(levels), heads
        levels = {name: value * float(rng.uniform(0.9, 1.2)) for name, value in levels.items()}
        heads *= float(rng.uniform(0.9, 1.1))
        for held in (before, levels):
            held["资产总额"] = held["负债总额"] + held["所有者权益"]
        for name, value in levels.items():
            yield row(year, name, value, "亿元")
            now, was = kept(value), kept(before[name])
            yield row(year, name, 100 * (now - was) / was, "%", "yoy_pct")
            yield row(year, name, now - was, "亿元", "yoy_abs")
        ratio, ratio_before = (100 * x["负债总额"] / x["资产总额"] for x in (levels, before))
        yield row(year, "资产负债率", ratio, "%")
        yield row(year, "资产负债率", kept(ratio) - kept(ratio_before), "个百分点", "yoy_pp")
        per_head = levels["利润总额"] * 10_000 / heads
        yield row(year, "人均创利", per_head, "万元")
        yield row(year, "全员劳动生产率", levels["增加值"] * 10_000 / heads, "万元/人")
        before_per_head = before["利润总额"] * 10_000 / heads_before
        yield row(year, "人均创利", 100 * (per_head / before_per_head - 1), "%", "yoy_pct")


def claims_of(regions: int, years: int, seed: int = 1) -> tuple[Claim, ...]:
    """Return the printed figures of so many regions over so many years."""
    rng = np.random.default_rng(seed)
    rows = [row for n in range(regions) for row in report(f"地区{n}", years, rng, n % 2 == 1)]
    return collected_claims(rows)


def timed(claims: tuple[Claim, ...], workers: int) -> tuple[float, int]:
    """Return the seconds that an examination took and how many false alarms it raised."""
    start = time.perf_counter()
    found = examine(claims, workers, progress=_show).findings
    return time.perf_counter() - start, sum(f.verdict not in QUIET for f in found)


def _show(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{of}", end="" if done < of else "\n", file=sys.stderr)


def collected(region_years: int) -> tuple[Claim, ...]:
    """Return the collected figures of the places and years that print most."""
    claims = read_claims(COLLECTED).claims
    most = {where for where, _ in Counter((c.region, c.year) for c in claims).most_common(region_years)}
    return tuple(c for c in claims if (c.region, c.year) in most)


def processor_seconds(do: Callable[[], object]) -> float:
    """Return what a call takes of this process's processor, whatever else the machine does."""
    start = time.process_time()
    do()
    return time.process_time() - start


def main() -> None:
    """Print the figures."""
    real = collected(15)
    quick, ranges = (processor_seconds(lambda f=f: f(real)) for f in (examine, audit))  # type: ignore[misc]
    print(f"{len(real)} collected figures: {quick:.1f} processor seconds quick, {quick + ranges:.1f} with ranges")
    region_years = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    workers = os.cpu_count() or 1
    claims = claims_of(region_years, 1)
    seconds, alarms = timed(claims, workers)
    print(
        f"{region_years} region-years, {len(claims)} figures, {workers} workers: "
        f"{seconds:.1f} s, {1000 * seconds / region_years:.1f} ms each, {alarms} false alarms"
    )
    sample = claims[: len(claims) // region_years * 50]
    one, _ = timed(sample, 1)
    start = time.perf_counter()
    for region in dict.fromkeys(c.region for c in sample):
        Model([c for c in sample if c.region == region]).decide()
    alone = time.perf_counter() - start
    print(f"the whole examination takes {one / alone:.1f} times the solver's bare yes or no")
    for years in (1, 2, 4, 8):
        seconds, _ = timed(claims_of(12, years), 1)
        print(f"{years} years a region: {1000 * seconds / 12 / years:.1f} ms a region-year")
    for share in (0.25, 0.5, 1):
        some = tuple(c for i, c in enumerate(sample) if i % 4 < 4 * share)
        seconds, _ = timed(some, 1)
        print(f"{len(some) // 50} figures a region-year: {1000 * seconds / 50:.1f} ms each")


if __name__ == "__main__":
    main()
