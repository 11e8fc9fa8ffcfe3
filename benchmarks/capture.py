"""How long returns take from their arrival to the ledger, and an alert to its page.

``python -m benchmarks.capture many [RETURNS] [ADDRESS]``: so many returns of 100 rows (default 3000) taken,
examined and posted, by one receiver with SQLite or by four at once with the PostgreSQL at the address.
``python -m benchmarks.capture page [TIMES]``: from a file in the inbox to its alert on the page of the book
that is served, so often (default 20), with the spread; beside it what building the book takes by itself.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

from openpyxl import Workbook

from stateassets.capture.examining import Examiner
from stateassets.capture.posting import post
from stateassets.capture.receiving import Receiver
from stateassets.capture.schema import INBOX
from stateassets.capture.store import WAITING, Store
from stateassets.tables.text_files import read_rows

from .examining import EACH, ROOT, book, write

RECEIVERS = 4  # at once with PostgreSQL
MOST_SECONDS, MOST_MEGABYTES, LONGEST = 300, 600, 10
PORT = 8765
Batch = list[tuple[int, str, Path]]


def many(count: int, address: str) -> None:
    """Print what so many returns take."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        returns = list(book(root).items())
        files = []
        for number, ((owner, year, month), rows) in enumerate(islice(cycle(returns), count)):
            path = root / "files" / str(number) / f"账户月末余额_{owner}_{year}-{month:02d}.csv"
            path.parent.mkdir(parents=True)
            step = 0 if month == 12 else number // len(returns)  # a later revision has other amounts
            write(path, [[*row[:3], f"{float(row[3]) + step / 100:.2f}"] for row in rows])
            files.append((number, owner, path))
        store = Store.open(root, address)
        post(store, root)
        begun = time.monotonic()
        receivers = RECEIVERS if address else 1
        with get_context("spawn").Pool(receivers) as pool:
            peaks = pool.starmap(received, [(root, address, files[n::receivers]) for n in range(receivers)])
        taken = time.monotonic() - begun
        done = post(store, root)
        spent = time.monotonic() - begun
        peak = max(*peaks, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        print(f"{count} returns of {EACH} rows, {receivers} receiver(s), {store.engine.dialect.name}:")
        print(f"taken and examined     {taken:.0f} s")
        print(f"posted                 {spent - taken:.0f} s, {len(done.returns)} of them")
        print(
            f"altogether             {spent:.0f} s (at most {MOST_SECONDS}), {peak:.0f} MB (at most {MOST_MEGABYTES})"
        )


def received(root: Path, address: str, files: Batch) -> float:
    """Take files; return the peak of this process in MB."""
    receiver = Receiver(Store.open(root, address), root, Examiner(root).of_sender, accept_clean=True)
    for number, owner, path in files:
        _, returns = receiver.receive(path.read_bytes(), path.name, INBOX, owner, str(number))
        for one in returns:
            if one.open:  # a doubt
                receiver.store.decide(one.id, "accept", "benchmark")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def page(times: int) -> None:
    """Print how long an alert takes from the inbox to its page."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / "book"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".venv*", ".git", "_build", "returns.sqlite*"))
        (root / "platform.yml").write_text("accept_clean: true\nlook_every: 0.5\n", "utf-8")
        environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "stateassets", "platform", "--port", str(PORT), "--root", str(root)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=root)
        try:
            took = [shown(root, number) for number in range(times + 2)][2:]
        finally:
            process.terminate()
            process.wait(60 * LONGEST)
    took.sort()
    print(f"from the inbox to the page, {times} times: median {statistics.median(took):.1f} s")
    print(f"{took[0]:.1f} to {took[-1]:.1f} s (at most {LONGEST})")


def shown(root: Path, number: int) -> float:
    """Put a flash report with a ratio of debt that warns into the inbox; return when the page shows it."""
    header, *rows = read_rows(root / "data" / "ledger" / "flash_reports.csv")
    row = dict(zip(header, next(r for r in rows if r[:3] == ["2023", "12", "A1"]), strict=True))
    assets = float(row["total_assets"])
    row["total_liabilities"] = f"{assets * (0.90 + number / 1000):.2f}"
    words = f"资产负债率{100 * float(row['total_liabilities']) / assets:.1f}%"
    aside = root / "aside.xlsx"
    report(aside, header, row)
    begun = time.monotonic()
    (root / "收件" / "A1").mkdir(parents=True, exist_ok=True)
    os.replace(aside, root / "收件" / "A1" / f"快报{number}.xlsx")
    store = Store.open(root)
    while words not in fetched():
        for one in store.returns(state=WAITING):  # so much debt is doubted: somebody accepts it at once
            store.decide(one.id, "accept", "benchmark")
        assert time.monotonic() < begun + 60 * LONGEST, "the alert never came"
        time.sleep(0.1)
    return time.monotonic() - begun


def report(path: Path, header: Sequence[str], row: dict[str, str]) -> None:
    """Write a flash report as a workbook."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "财务快报"
    sheet.append(list(header))
    sheet.append(
        [row[name] if name in ("enterprise_id", "submitted_on", "revised_on") else float(row[name]) for name in header]
    )
    made.save(path)


def fetched() -> str:
    """Return the page of alerts, nothing while there is none."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{PORT}/notebooks/10_platform/9_alerts.html", timeout=30
        ) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


if __name__ == "__main__":
    what, *more = sys.argv[1:] or ["many"]
    if what == "page":
        page(int(more[0]) if more else 20)
    else:
        many(int(more[0]) if more else 3000, more[1] if more[1:] else "")
