"""How long all figures of many enterprises over five years take, beside plain pandas on floats, and in what memory.

Run ``python -m benchmarks.figures [ENTERPRISES]`` (default 3000). The sample's tables are repeated with new ids and,
those of fewer years, for each of five, as a Parquet lake of one district. Timed are: from Parquet to frames; from frames
to every figure of every scope, in a ledger that knows nothing yet; the same sums by ``groupby`` on floats with the same
formulas on float columns, which is what one would write without this book; and the figures as JSON, as ``at-scale``
gives them. One thread does each of them, so that seconds are the processor's, which others on the machine
touch least. Exit code 1 if a promise is not kept or the floats say something else.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb
import numpy as np
import pandas as pd

from benchmarks.alerts_at_scale import YEARS, apart, copied
from stateassets import Report
from stateassets.engines.lake import DECLARATION, OWNER, Store, owned
from stateassets.engines.work import KINDS, counted, figures, ledger_of
from stateassets.measures.ledger import DISTRICT, ENTERPRISE, WHOLE, Ledger
from stateassets.measures.measures import Indicator, Quantity
from stateassets.measures.registry import REGISTRY
from stateassets.tables.declared import DataPackage

TIMES = 5
MOST_SECONDS = 3.0  # promised, of 3,000 enterprises

Result = TypeVar("Result")


def make(enterprises: int, folder: Path) -> int:
    """Write the tables of at least so many enterprises; return how many rows they have."""
    report = Report()
    frames, package = report.ledger.frames, report.package
    samples = {name: owned(package, frames, name) for name in sorted(counted(package)) if name in frames}
    ids = set(frames["enterprises"]["enterprise_id"])
    items = {x for rows in samples.values() if "id" in rows and OWNER in rows for x in rows["id"]}
    copies, total = range(-(-enterprises // len(ids))), 0
    with duckdb.connect() as db:
        for name, sample in samples.items():
            db.register("sample", sample)
            money = package.tables[name].money
            made = db.sql(copied(sample, ids, items, money, copies, report.year, YEARS))
            made.write_parquet(str(folder / f"{name}.parquet"))
            total += len(made)
    shutil.copy(package.root / DECLARATION, folder / DECLARATION)
    return total


def timed(make: Callable[[], Result]) -> tuple[float, Result]:
    """Return the processor seconds that something takes, and what it gives."""
    begun = time.process_time()
    made = make()
    return time.process_time() - begun, made


def megabytes() -> float:
    """Return the most that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def opened(folder: Path) -> Ledger:
    """Return the ledger of a folder."""
    return ledger_of(DataPackage.read(folder), Store(folder))


def all_values(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Return every figure, by kind of scope."""
    return {by: ledger.all_values(by) for by in KINDS}


def exact(folder: Path) -> dict[str, Any]:
    """Return what this book takes."""
    package = DataPackage.read(folder)
    reading, ledger = timed(lambda: opened(folder))
    frames = {name: frame for name, frame in ledger.frames.frames.items() if name in package.tables}
    seconds, number = [], 0
    for _ in range(TIMES):
        took, values = timed(lambda: all_values(Ledger(package, frames)))
        seconds.append(took)
        number = sum(int(frame.notna().to_numpy().sum()) for frame in values.values())
    peak = megabytes()
    writing, text = timed(lambda: json.dumps(figures(ledger), ensure_ascii=False, separators=(",", ":")))
    return {
        "reading": reading,
        "seconds": seconds,
        "figures": number,
        "peak": peak,
        "writing": writing,
        "text": len(text) / 1e6,
    }


def usual(folder: Path) -> dict[str, Any]:
    """Return what plain pandas takes over the same frames, and how many of its figures are others than the book's."""
    ledger = opened(folder)
    names = {by: list(frame) for by, frame in all_values(ledger).items()}
    seconds, values = timed(lambda: {by: in_floats(ledger, by, names[by]) for by in KINDS})
    others = 0
    for by, own in all_values(ledger).items():
        for name in own:
            there = own[name].notna().to_numpy()
            ours, theirs = (np.asarray(frame[name], dtype=float)[there] for frame in (own, values[by]))
            others += int((~np.isclose(ours, theirs, rtol=1e-9, atol=1e-6)).sum())
    return {"seconds": seconds, "others": others}


def in_floats(ledger: Ledger, by: str, names: list[str]) -> dict[str, pd.Series]:
    """Return measures of a kind of scope as one would write it: float sums by group, formulas over float columns."""
    spine = pd.MultiIndex.from_tuples([(year, s.id) for year in ledger.years for s in ledger.scopes(by, year)])
    tables: dict[str, pd.DataFrame] = {}
    found: dict[str, Any] = {}

    def value(name: str) -> Any:
        if name not in found:
            measure = REGISTRY[name]
            if isinstance(measure, Quantity):
                rows = tables.setdefault(measure.table, whose(ledger, measure.table, by))
                found[name] = summed(rows, measure).reindex(spine).fillna(0.0)
            else:
                assert isinstance(measure, Indicator)
                found[name] = measure.formula(**{part: value(part) for part in measure.inputs})
        return found[name]

    return {name: value(name) for name in names}


def whose(ledger: Ledger, table: str, by: str) -> pd.DataFrame:
    """Return the rows of a table that count for a kind of scope, each with its scope."""
    frame = ledger.frames[table]
    if "basis" in frame:
        frame = frame[frame["basis"] == ("individual" if by == ENTERPRISE else "consolidated")]
    return frame.assign(whose=WHOLE if by == DISTRICT else frame["enterprise_id"].map(ledger.scope_of(by)))


def summed(rows: pd.DataFrame, quantity: Quantity) -> Any:
    """Return a quantity by year and scope."""
    for column, values in quantity.where.items():
        rows = rows[rows[column].isin(values)]
    grouped = rows.groupby(["year", "whose"])
    match quantity.how:
        case "count":
            return grouped.size().astype(float)
        case "distinct":
            return grouped[quantity.column].nunique(dropna=False).astype(float)
        case "rises":
            monthly = rows.groupby(["whose", "year", "month"])[quantity.column].sum()
            return (monthly.groupby("whose").diff() > 0).groupby(["year", "whose"]).sum().astype(float)
    return grouped[quantity.column].sum()


def lines(enterprises: int) -> Iterator[tuple[str, bool]]:
    """Yield what was measured, with whether it is as promised."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        rows = apart(make, enterprises, folder)
        ours, theirs = apart(exact, folder), apart(usual, folder)
    seconds = statistics.median(ours["seconds"])
    yield f"{enterprises} enterprises, {YEARS} years, {rows / 1e6:.2f} million rows: {ours['figures']} figures", True
    yield f"from Parquet to frames: {ours['reading']:.2f} s", True
    spread = f"{min(ours['seconds']):.2f} to {max(ours['seconds']):.2f}"
    yield f"from frames to all figures: {seconds:.2f} s of {MOST_SECONDS:.0f} s ({spread})", seconds < MOST_SECONDS
    ratio = seconds / theirs["seconds"]
    yield f"plain pandas on floats: {theirs['seconds']:.2f} s; the book takes {ratio:.2f} times that", True
    yield f"figures of which the floats say something else: {theirs['others']}", not theirs["others"]
    yield f"at most {ours['peak']:.0f} MB", True
    yield f"as JSON, apart: {ours['writing']:.2f} s, {ours['text']:.0f} MB of text", True


def main() -> int:
    """Print the figures; return 1 if a promise is not kept."""
    kept = []
    for line, good in lines(int(sys.argv[1]) if len(sys.argv) > 1 else 3000):
        print(line if good else f"{line}  NOT AS PROMISED", flush=True)
        kept.append(good)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
