"""All figures and all alerts of the sample through each engine: do they have the same digits, and what does it cost?

Run ``python -m benchmarks.engines``: two districts with the sample's tables are written into a lake and worked out in
frames as a book does it, in this process, on processes, and on a Dask cluster of processes of their own (needs the
extra ``cluster``). The table is Markdown; exit code 1 if digits differ. Three rules written by hand as DuckDB queries
follow, beside the same rules of the book, over a folder made by ``benchmarks.alerts_at_scale`` if one is named.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from stateassets import Report
from stateassets.alerts import RULES, find_alerts
from stateassets.alerts.rules import NUMBERED
from stateassets.engines.adapters import Cluster, Engine, Here, Processes
from stateassets.engines.lake import ALERTS, FIGURES, Store, add
from stateassets.engines.runs import run
from stateassets.engines.work import figures
from stateassets.tables.periods import year_end

WORKERS = 2
# The level of a value is looked at once a month; what a threshold is stands in the settings.
BY_HAND = {
    "payment_new_payee": """
        SELECT count(*) FROM (
            SELECT enterprise_id, payee, amount, paid_on,
                min(paid_on) OVER (PARTITION BY enterprise_id) AS began,
                row_number() OVER (PARTITION BY enterprise_id, payee ORDER BY paid_on, id) AS nth
            FROM large_payments WHERE paid_on <= $day)
        WHERE nth = 1 AND year(paid_on) > year(began) AND amount >= $least""",
    "payment_split": """
        SELECT count(*) FROM (
            SELECT enterprise_id, payee, date_trunc('month', paid_on) AS month, max(total) AS most FROM (
                SELECT enterprise_id, payee, paid_on, count(*) OVER near AS n,
                    sum(round(amount * 1000000)::BIGINT) OVER near / 1000000 AS total
                FROM large_payments WHERE paid_on <= $day AND amount < $limit
                WINDOW near AS (PARTITION BY enterprise_id, payee ORDER BY paid_on
                    RANGE BETWEEN to_days($days) PRECEDING AND CURRENT ROW))
            WHERE n > 1 GROUP BY ALL)
        WHERE most >= $least""",
    "flash_debt_ratio": """
        SELECT count(*) FROM flash_reports
        WHERE total_liabilities / total_assets * 100 >= $least AND make_date(year, month, 1) <= $day""",
}


def in_frames(report: Report) -> dict[str, Any]:
    """Return what a book itself says."""
    found = find_alerts(report.ledger.frames, year_end(report.year))
    return {FIGURES: figures(report.ledger), ALERTS: [a.as_dict() for a in found]}


def conformance() -> bool:
    """Print the table; return whether all digits are the same."""
    report = Report()
    start = time.perf_counter()
    book = json.loads(json.dumps(in_frames(report)))
    print("| engine | figures | alerts | seconds | digits |\n|---|---|---|---|---|")
    _row("frames, as a book", book, time.perf_counter() - start, True)
    alike = []
    with TemporaryDirectory() as name:
        lake = Path(name) / "lake"
        for region in ("甲区", "乙区"):
            add(report.package, report.ledger.frames.frames, lake, region)
        for title, engine in _engines():
            start = time.perf_counter()
            done = run(lake, Path(name) / title, engine).together()
            same = not done["missing"] and all(own == book for own in done["districts"].values())
            _row(title, done["districts"]["甲区"], time.perf_counter() - start, same)
            alike.append(same)
    return all(alike)


def _engines() -> Any:
    yield "DuckDB over Parquet, this process", Here()
    yield f"DuckDB over Parquet, {WORKERS} processes", Processes(WORKERS)
    try:
        from distributed import LocalCluster
    except ModuleNotFoundError:
        return
    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster:
        engine: Engine = Cluster(cluster.scheduler_address)
        yield f"DuckDB over Parquet, Dask, {WORKERS} workers", engine


def _row(title: str, found: dict[str, Any], seconds: float, same: bool) -> None:
    print(
        f"| {title} | {len(found[FIGURES])} | {len(found[ALERTS])} | {seconds:.1f} | {'same' if same else 'DIFFER'} |"
    )


def by_hand(folder: Path) -> None:
    """Print what three rules cost by hand and by the book, in processor seconds."""
    store, day = Store(folder), year_end(Report().year)
    frames = store.frames(coded=NUMBERED)
    limits = dict(zip(frames["platform_limits"]["id"], frames["platform_limits"]["value"], strict=True))
    lines = frames["warning_rules"].set_index("id")[["blue", "yellow", "red"]].min(axis=1)
    print("| rule | by hand: seconds, found | by the book: seconds, alerts | ratio |\n|---|---|---|---|")
    for rule, query in BY_HAND.items():
        given = {"day": day, "least": float(lines[rule])}
        if "$limit" in query:
            given |= {"limit": limits["approval_amount"], "days": int(limits["split_days"])}
        start = time.process_time()
        ((count,),) = store.db.execute(query, given).fetchall()
        middle = time.process_time()
        names = {*RULES[rule].tables, "platform_limits", "warning_rules", "roster", "enterprises", "holidays"}
        own = store.frames(names=names, coded=NUMBERED)
        found = find_alerts(own, pd.Timestamp(day), [RULES[rule]])
        hand, book = middle - start, time.process_time() - middle
        print(f"| {rule} | {hand:.2f}, {count} | {book:.2f}, {len(found)} | {book / hand:.1f} |")


if __name__ == "__main__":
    whole = conformance()
    if sys.argv[1:]:
        by_hand(Path(sys.argv[1]))
    sys.exit(0 if whole else 1)
