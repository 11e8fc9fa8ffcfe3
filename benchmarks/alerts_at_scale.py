"""How long all warning rules take over many enterprises, in what memory, and how time grows.

Run ``python -m benchmarks.alerts_at_scale [ENTERPRISES]`` (default 3000, for 60 months: some 20
million rows). The sample's enterprises are copied, with amounts of their own size, and given a
large number of payments. The tables lie in Parquet files; two processes take the groups one batch
after another through the rules that the book uses. The yardstick, in the same run, is the same
tables in one frame each, without batches.
"""

from __future__ import annotations

import resource
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb
import pandas as pd

from stateassets import Report
from stateassets.alerts import Alert, find_alerts
from stateassets.engines.batches import alerts_by_batch, find_alerts_in
from stateassets.engines.lake import OWNER, ROW, Store, owned, tables
from stateassets.tables.declared import DataPackage
from stateassets.tables.periods import year_end

YEARS = 5
ROWS_A_MONTH = 112  # of an enterprise in all tables; what the sample lacks is payments
SEED = 20231231
RUNNING = {"debts", "debt_payments", "debt_funds"}  # run over years as they are: none to repeat
AT_ONCE = 1500  # enterprises that are made at once
SMALL = 190  # enterprises whose rows one frame a table holds with ease
WORKERS = 2
LONGEST = 3600  # seconds that one process may take
SAMPLE_SECONDS, MEGABYTES = 2.0, 2000  # what is promised

SETTINGS = "FROM sample"  # the query of a table that is nobody's
Result = TypeVar("Result")

PAYMENTS = """
    SELECT 0 AS {row}, ({last} - i % {years})::BIGINT AS year, 'P' || i + {first} AS id,
        ids[1 + i // {each}] AS enterprise_id, ids[1 + i // {each}] AS {owner},
        make_timestamp({last} - i % {years}, 1, 1, 0, 0, 0) + to_days((h % 365)::INT) AS paid_on,
        '收款方' || (h // 365) % 40 AS payee, '采购款' AS purpose,
        CASE WHEN h % 500 = 0 THEN 1200.0 ELSE (h % 9000) / 100.0 END AS amount,
        CASE WHEN h % 500 = 0 AND h % 1500 <> 0 THEN paid_on END AS approved_on
    FROM (SELECT i, (hash(i + {first}, {seed}) % 1000000007)::BIGINT AS h FROM range({count}) AS r(i)),
        (SELECT list(enterprise_id ORDER BY enterprise_id) AS ids FROM enterprises)
"""


def make(enterprises: int, folder: Path) -> None:
    """Write the tables of at least so many enterprises over five years, one file a table.

    They are made some thousand enterprises at a time, since what is sorted has to be held.
    """
    report = Report()
    package, frames = report.package, report.ledger.frames
    ids = set(frames["enterprises"]["enterprise_id"])
    names = sorted(tables() & set(frames), key="large_payments".__eq__)  # this one is filled up last
    samples = {name: owned(package, frames, name) for name in names}
    copies = -(-enterprises // len(ids))
    steps = range(0, copies, -(-AT_ONCE // len(ids)))
    parts = [folder / f"part={number}" for number in range(len(steps))]
    rows: Counter[str] = Counter()
    for part, first in zip(parts, steps, strict=True):
        part.mkdir()
        rows += make_part(package, samples, range(first, min(first + steps.step, copies)), report.year, rows, part)
    with duckdb.connect() as db:  # which keeps the order of rows and holds few of them
        db.execute("SET enable_progress_bar = false")
        for name in names:
            files = [str(path) for part in parts if (path := part / f"{name}.parquet").exists()]
            db.read_parquet(files, hive_partitioning=False).write_parquet(str(folder / f"{name}.parquet"))
    for part in parts:
        shutil.rmtree(part)


def make_part(
    package: DataPackage, samples: dict[str, pd.DataFrame], copies: range, last: int, before: Counter[str], folder: Path
) -> Counter[str]:
    """Write the tables of some copies of the sample; return how many rows each has.

    ``before`` are the rows of earlier parts: these rows are numbered after them.
    """
    ids = set(samples["enterprises"]["enterprise_id"])
    items = {x for rows in samples.values() if "id" in rows and OWNER in rows for x in rows["id"]}
    db = duckdb.connect(config={"preserve_insertion_order": False})
    db.execute("SET enable_progress_bar = false")
    rows: Counter[str] = Counter()
    for name, sample in samples.items():
        db.register("sample", sample)
        money = package.tables[name].money if name in package.tables else ()
        query = copied(sample, ids, items, money, copies, last, 1 if name in RUNNING else YEARS)
        if query == SETTINGS and before[name]:
            continue  # they are there once
        made = db.sql(query)
        if name == "enterprises":
            made.create("enterprises")
        if name == "large_payments":
            number = len(copies) * len(ids)
            each = ROWS_A_MONTH * 12 * YEARS - (rows.total() + len(made)) // number
            first = copies.start * len(ids) * ROWS_A_MONTH * 12 * YEARS  # more than earlier parts have
            filled = PAYMENTS.format(
                row=ROW, owner=OWNER, last=last, years=YEARS, each=each, seed=SEED, first=first, count=each * number
            )
            made = made.union(db.sql(filled).project(", ".join(made.columns)))
        keys = (OWNER, "year", "month", "id", ROW)
        order = ", ".join(key for key in keys if key in made.columns)
        made = made.project(f"* EXCLUDE ({ROW}), row_number() OVER (ORDER BY {order}) - 1 + {before[name]} AS {ROW}")
        made.write_parquet(str(folder / f"{name}.parquet"))
        rows[name] = len(made)
    return rows


def copied(
    sample: pd.DataFrame,
    ids: set[str],
    items: set[str],
    money: tuple[str, ...],
    copies: range,
    last: int,
    repeated: int,
) -> str:
    """Return the query that copies a table's rows for new enterprises and ``repeated`` years.

    ``ids`` are the enterprises, ``items`` the numbers of what they own: both get new names
    wherever they stand.
    """
    replaced = {name: f"{name} * size" for name in money}
    named = False
    for name in sample.columns:
        text = pd.api.types.is_string_dtype(sample[name])
        values = set(sample[name]) - {""} if text else set()
        if values & (ids | items):
            named = True
            replaced[name] = (
                f"CASE WHEN {listed(name, values & ids)} THEN nth || '-' || {name} "
                f"WHEN {listed(name, values & items)} THEN nth || '-' || shift || '-' || {name} "
                f"ELSE {name} END"
            )
        elif sample[name].dtype.kind == "M":
            replaced[name] = f"{name} + to_years(shift)"
    if not named:
        return SETTINGS
    shifts = "(0, 0)"
    if "year" in sample and OWNER in sample and repeated > 1:
        years = sorted({int(year) for year in sample["year"]})
        pairs = ((years[-1 - n % len(years)], last - n) for n in range(repeated))
        shifts = ", ".join(f"({year}, {to - year})" for year, to in pairs)
        replaced["year"] = "year + shift"
    where = "of_year = year" if "year" in replaced else "true"
    if "start_year" in sample:
        replaced["start_year"] = f"start_year - {YEARS}"
    columns = ", ".join(f"{expression} AS {name}" for name, expression in replaced.items())
    return f"""
        SELECT sample.* REPLACE ({columns}) FROM sample
        JOIN (VALUES {shifts}) AS v(of_year, shift) ON {where},
        (SELECT lpad(n::VARCHAR, 5, '0') AS nth, 0.7 + hash(n, {SEED}) % 600 / 1000.0 AS size
         FROM range({copies.start}, {copies.stop}) AS r(n))
    """


def listed(name: str, values: set[str]) -> str:
    """Return the condition that a column has one of some values."""
    quoted = ", ".join(f"'{value}'" for value in sorted(values))
    return f"{name} IN ({quoted})" if quoted else "false"


def plain(folder: Path, as_of: pd.Timestamp) -> list[Alert]:
    """Return the alerts of the same tables, each in one frame."""
    store = Store(folder)
    everyone = [key for batch in store.batches(1) for key in batch]
    return find_alerts(store.frames(everyone), as_of)


def look(folder: Path, as_of: pd.Timestamp) -> tuple[float, float, int, float]:
    """Return seconds, seconds of processors, number of alerts, megabytes of all processes."""
    start = time.perf_counter()
    found = sum(map(len, alerts_by_batch(folder, as_of, workers=WORKERS)))
    seconds = time.perf_counter() - start
    own, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    busy = sum(used.ru_utime + used.ru_stime for used in (own, others))
    # The system tells the largest worker's peak only: taken for all, it is an upper bound.
    return seconds, busy, found, (own.ru_maxrss + WORKERS * others.ru_maxrss) / 1024


def compare(folder: Path, as_of: pd.Timestamp) -> tuple[float, float, bool]:
    """Return the seconds of batches and of whole frames, and whether they say the same."""
    start = time.perf_counter()
    batched = find_alerts_in(folder, as_of, workers=WORKERS)
    middle = time.perf_counter()
    whole = plain(folder, as_of)
    seconds = middle - start, time.perf_counter() - middle
    return *seconds, [a.as_dict() for a in batched] == [a.as_dict() for a in whole]


def apart(function: Callable[..., Result], *given: object) -> Result:
    """Return what a function returns in a process of its own, so that its peak is its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *given).result(LONGEST)


def main() -> int:
    """Print the figures; return 1 if a promise is not kept."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    report = Report()
    day, kept = year_end(report.year), []
    start = time.perf_counter()
    found = find_alerts(report.ledger.frames, day)
    seconds = time.perf_counter() - start
    print(
        f"sample, {len(report.ledger.frames['enterprises'])} enterprises, 24 months: "
        f"{seconds:.2f} s of {SAMPLE_SECONDS:.0f} s, {len(found)} alerts",
        flush=True,
    )
    kept.append(seconds < SAMPLE_SECONDS)
    for enterprises in (SMALL, most // 4, most // 2, most):
        with TemporaryDirectory() as name:
            folder = Path(name)
            apart(make, enterprises, folder)
            rows = Store(folder).rows()
            seconds, busy, alerts, megabytes = apart(look, folder, day)
            print(
                f"{enterprises} enterprises, {12 * YEARS} months, {rows / 1e6:.2f} million rows: "
                f"{seconds:.1f} s, {1e6 * busy / rows:.2f} processor seconds a million rows, "
                f"{alerts} alerts, "
                f"at most {megabytes:.0f} MB of {MEGABYTES} MB",
                flush=True,
            )
            kept.append(megabytes < MEGABYTES)
            if enterprises == SMALL:
                batched, whole, same = apart(compare, folder, day)
                print(
                    f"the same {'alerts' if same else 'NOT THE SAME alerts'} from whole frames: "
                    f"{whole:.1f} s; in batches {batched / whole:.2f} times that",
                    flush=True,
                )
                kept.append(same)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
