"""How long all warning rules take over many enterprises, in what memory, and how time grows.

Run ``python -m benchmarks.alerts_at_scale [ENTERPRISES]`` (default 3000, for 60 months: some 20
million rows). The sample's enterprises are copied, with amounts of their own size, and given a
large number of payments. The tables lie in Parquet files; two processes take the groups one batch
after another through the rules that the book uses. The yardstick, in the same run, is the same
tables in one frame each, without batches.
"""

from __future__ import annotations

import resource
import sys
import time
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
from stateassets.engines.batches import find_alerts_in
from stateassets.engines.lake import OWNER, ROW, Store, owned, tables
from stateassets.tables.periods import year_end

YEARS = 5
ROWS_A_MONTH = 112  # of an enterprise in all tables; what the sample lacks is payments
SEED = 20231231
RUNNING = {"debts", "debt_payments", "debt_funds"}  # run over years as they are: none to repeat
SMALL = 190  # enterprises whose rows one frame a table holds with ease
WORKERS = 2
LONGEST = 3600  # seconds that one process may take
SAMPLE_SECONDS, MEGABYTES = 2.0, 2000  # what is promised

Result = TypeVar("Result")

PAYMENTS = """
    SELECT 0 AS {row}, ({last} - i % {years})::BIGINT AS year, 'P' || i AS id,
        ids[1 + i // {each}] AS enterprise_id, ids[1 + i // {each}] AS {owner},
        make_timestamp({last} - i % {years}, 1, 1, 0, 0, 0) + to_days((h % 365)::INT) AS paid_on,
        '收款方' || (h // 365) % 40 AS payee, '采购款' AS purpose,
        CASE WHEN h % 500 = 0 THEN 1200.0 ELSE (h % 9000) / 100.0 END AS amount,
        CASE WHEN h % 500 = 0 AND h % 1500 <> 0 THEN paid_on END AS approved_on
    FROM (SELECT i, (hash(i, {seed}) % 1000000007)::BIGINT AS h FROM range({count}) AS r(i)),
        (SELECT list(enterprise_id ORDER BY enterprise_id) AS ids FROM enterprises)
"""


def make(enterprises: int, folder: Path) -> None:
    """Write the tables of at least so many enterprises over five years."""
    report = Report()
    frames, package = report.ledger.frames, report.package
    names = sorted(tables() & set(frames), key="large_payments".__eq__)  # this one is filled up last
    samples = {name: owned(package, frames, name) for name in names}
    ids = set(frames["enterprises"]["enterprise_id"])
    items = {x for rows in samples.values() if "id" in rows and OWNER in rows for x in rows["id"]}
    copies = -(-enterprises // len(ids))
    db = duckdb.connect(config={"preserve_insertion_order": False})
    db.execute("SET enable_progress_bar = false")
    total = 0
    for name, sample in samples.items():
        db.register("sample", sample)
        money = package.tables[name].money if name in package.tables else ()
        years = 1 if name in RUNNING else YEARS
        made = db.sql(copied(sample, ids, items, money, copies, report.year, years))
        if name == "enterprises":
            made.create("enterprises")
        if name == "large_payments":
            number = copies * len(ids)
            each = ROWS_A_MONTH * 12 * YEARS - (total + len(made)) // number
            filled = PAYMENTS.format(
                row=ROW, owner=OWNER, last=report.year, years=YEARS, each=each, seed=SEED, count=each * number
            )
            made = made.union(db.sql(filled).project(", ".join(made.columns)))
        keys = (OWNER, "year", "month", "id", ROW)
        order = ", ".join(key for key in keys if key in made.columns)
        made = made.project(f"* EXCLUDE ({ROW}), row_number() OVER (ORDER BY {order}) - 1 AS {ROW}")
        made.write_parquet(str(folder / f"{name}.parquet"))
        total += len(made)


def copied(
    sample: pd.DataFrame, ids: set[str], items: set[str], money: tuple[str, ...], copies: int, last: int, repeated: int
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
        return "FROM sample"  # settings
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
         FROM range({copies}) AS r(n))
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
    found = find_alerts_in(folder, as_of, workers=WORKERS)
    seconds = time.perf_counter() - start
    own, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    busy = sum(used.ru_utime + used.ru_stime for used in (own, others))
    # The system tells the largest worker's peak only: taken for all, it is an upper bound.
    return seconds, busy, len(found), (own.ru_maxrss + WORKERS * others.ru_maxrss) / 1024


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
