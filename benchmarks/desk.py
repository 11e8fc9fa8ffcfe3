"""Fifty enterprises upload at the same time: how long that takes, and how soon pages answer meanwhile.

Run ``python -m benchmarks.desk [UPLOADS]`` (default 50). The desk runs in a process of its own on a copy of the
book's data, on this machine alone; each upload is a workbook of flash reports that is really examined. Goal: a
page within a second at the median.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import openpyxl

from stateassets.capture.accounts import Accounts
from stateassets.capture.store import Store
from stateassets.desk.desk import Names

ROOT = Path(__file__).parents[1]
MOST_SECONDS = 1.0  # for a page at the median while files are uploaded
LONGEST = 900  # seconds after which the benchmark gives up
PASSWORD = "fifty at the same time"
TABLE = "flash_reports"


@contextmanager
def served(root: Path) -> Iterator[tuple[str, int]]:
    """Run the desk of a book; give its address and the number of its process."""
    command = [sys.executable, "-m", "stateassets", "desk", "--port", "0", "--root", str(root)]
    desk = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    late = threading.Timer(LONGEST, desk.kill)  # the line below then ends
    late.start()
    try:
        assert desk.stdout is not None
        found = re.search(r"http://\S+", next(desk.stdout, ""))
        late.cancel()
        assert found, "the desk did not begin"
        yield found[0].rstrip("/"), desk.pid
    finally:
        late.cancel()
        desk.terminate()
        desk.wait(LONGEST)


def entered(address: str, login: str) -> tuple[httpx.Client, str]:
    """Sign somebody in; return the browser and the token of its forms."""
    client = httpx.Client(base_url=address, timeout=LONGEST)
    fields = {"login": login, "password": PASSWORD, "token": token(client, "/sign-in")}
    assert client.post("/sign-in", data=fields).status_code == 303
    return client, token(client, "/password")


def token(client: httpx.Client, path: str) -> str:
    """Return the token of a page's form."""
    found = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert found, path
    return found[1]


def workbook(names: Names, rows: list[dict[str, str]], change: float) -> bytes:
    """Return an enterprise's rows as a workbook, with something changed in the last."""
    titles = names.columns[TABLE]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([titles[name] for name in rows[0]])
    for row in rows:
        sheet.append(list(row.values()))
    sheet.cell(len(rows) + 1, list(rows[0]).index("cash") + 1, float(rows[-1]["cash"]) + change)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def look(address: str, login: str, paths: list[str], done: threading.Event, seconds: list[float]) -> None:
    """Look at pages until all is uploaded."""
    client, _ = entered(address, login)
    while not done.is_set():
        for path in paths:
            begin = time.perf_counter()
            answer = client.get(path)
            seconds.append(time.perf_counter() - begin)
            assert answer.status_code == 200, (path, answer.status_code)
            time.sleep(0.1)


def upload(address: str, login: str, content: bytes, begin: threading.Barrier, took: list[float]) -> None:
    """Hand in one workbook when all are ready."""
    client, own = entered(address, login)
    begin.wait(LONGEST)
    start = time.perf_counter()
    fields = {"token": own, "form": login}
    answer = client.post("/deliveries", data=fields, files={"file": (f"{login}.xlsx", content)})
    assert answer.status_code == 303, (answer.status_code, answer.text[-300:])
    took.append(time.perf_counter() - start)


def main(uploads: int) -> int:
    """Let so many upload; print what was measured and return 1 if pages were slow."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(ROOT / "data", root / "data")
        shutil.copy(ROOT / "_config.yml", root)
        names, accounts = Names.read(root), Accounts(Store.open(root, f"sqlite:///{root / 'returns.sqlite'}"))
        with (root / "data" / "ledger" / f"{TABLE}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        senders = sorted({row["enterprise_id"] for row in rows})
        accounts.add("staff", "staff", "", "", PASSWORD, "benchmark")
        for number in range(uploads + 1):
            accounts.add(f"sender{number}", "enterprise", "", senders[number % len(senders)], PASSWORD, "benchmark")
        with served(root) as (address, _):
            first, _ = entered(address, "sender0")
            first.get("/")  # who owes what is known from now on
            took, seconds, done, begin = [], [], threading.Event(), threading.Barrier(uploads + 1)
            work = []
            for number in range(uploads):
                sender = senders[number % len(senders)]
                content = workbook(names, [row for row in rows if row["enterprise_id"] == sender], number + 1)
                arguments = (address, f"sender{number}", content, begin, took)
                work.append(threading.Thread(target=upload, args=arguments, daemon=True))
            looking = [
                threading.Thread(target=look, args=(address, who, paths, done, seconds), daemon=True)
                for who, paths in ((f"sender{uploads}", ["/", "/deliveries"]), ("staff", ["/queue", "/obligations"]))
            ]
            for one in work:
                one.start()
            begin.wait(LONGEST)
            start = time.perf_counter()
            for one in looking:
                one.start()
            for one in work:
                one.join(LONGEST)
            whole = time.perf_counter() - start
            done.set()
            for one in looking:
                one.join(LONGEST)
    assert len(took) == uploads, f"{len(took)} of {uploads} were taken"
    median = statistics.median(seconds)
    print(f"{uploads} uploads of {len(rows) // len(senders)} rows: all examined after {whole:.1f} s")
    print(f"an upload: median {statistics.median(took):.1f} s, longest {max(took):.1f} s")
    most = sorted(seconds)[int(len(seconds) * 0.95)]
    print(f"a page meanwhile ({len(seconds)}): median {median:.3f} s, 95 % {most:.3f} s, longest {max(seconds):.3f} s")
    return int(median > MOST_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
