"""How long examining a return takes, as a ratio to what pandas needs to read the same file.

Run ``python -m benchmarks.examining [RETURNS]`` (default 3000, half .xlsx, half .csv). The book is the
sample, in which every enterprise has a hundred bank accounts more; a return is one enterprise's
balances of one month, 100 rows. Each is read, recognised, checked as ``check`` does and held against
its own past.
"""

from __future__ import annotations

import csv
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from openpyxl import Workbook

from stateassets.capture.examining import Examiner

ROOT = Path(__file__).parents[1]
EACH = 100  # accounts of an enterprise, rows of a return
MONTHS = [(year, month) for year in (2022, 2023) for month in range(1, 13)]
MOST_MILLISECONDS = 60.0  # of the processor, for one return


Month = tuple[str, int, int]  # enterprise, year, month


def book(folder: Path) -> dict[Month, list[list[str]]]:
    """Write the book and return its returns: the sample's balances with those of the accounts that are added."""
    shutil.copytree(ROOT / "data", folder / "data")
    ledger = folder / "data" / "ledger"
    accounts = pd.read_csv(ledger / "bank_accounts.csv", encoding="utf-8-sig", dtype=str).fillna("")
    balances = pd.read_csv(ledger / "account_balances.csv", encoding="utf-8-sig", dtype=str)
    owners = dict(zip(accounts["id"], accounts["enterprise_id"], strict=True))
    returns: dict[Month, list[list[str]]] = defaultdict(list)
    for row in balances.itertuples(index=False):
        returns[owners[row.account_id], int(row.year), int(row.month)].append(list(row))
    whole = {owner for owner, *_ in returns if all((owner, *month) in returns for month in MONTHS)}
    returns = {key: listed for key, listed in returns.items() if key[0] in whole}
    like = accounts.iloc[0].to_dict() | {"opened_on": "2020-01-02", "closed_on": ""}
    added: dict[str, str] = {}
    extra: list[list[str]] = []
    for (owner, year, month), listed in returns.items():
        for number in range(EACH - len(listed)):
            amount = (
                "0.00" if month == 12 else f"{100 + number + month / 4:.2f}"
            )  # at a year's end the sheet says what there is
            extra.append([str(year), str(month), f"JZ{owner}-{number:03d}", amount])
            added[extra[-1][2]] = owner
            listed.append(extra[-1])
    # an account that one month has every month has
    with (ledger / "bank_accounts.csv").open("a", encoding="utf-8", newline="") as file:
        rows = (like | {"id": account, "enterprise_id": owner} for account, owner in added.items())
        csv.DictWriter(file, list(like), lineterminator="\n").writerows(rows)
    with (ledger / "account_balances.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(extra)
    return returns


def write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a return as an enterprise sends it."""
    header = ["年度", "月份", "账户编号", "月末余额（万元）"]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return
    made = Workbook(write_only=True)
    sheet = made.create_sheet("账户月末余额")
    sheet.append(header)
    for year, month, account, amount in rows:
        sheet.append([int(year), int(month), account, float(amount)])
    made.save(path)


def main(returns: int) -> None:
    """Print the times of the processor and their ratio."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = []
        for number, ((owner, year, month), rows) in enumerate(book(folder).items()):
            path = folder / f"{owner}_账户月末余额_{year}-{month:02d}{'.csv' if number % 2 else '.xlsx'}"
            write(path, rows)
            files.append((path, owner))
        examiner = Examiner(folder)
        for path, owner in files[::12]:
            examiner.examine(path, sender=owner)
        begun, took = time.process_time(), []
        for path, owner in islice(cycle(files), returns):
            one = time.process_time()
            found = examiner.examine(path, sender=owner)
            took.append(time.process_time() - one)
            assert not found.faults and sum(len(r.rows) for r in found.returns) == EACH, found.faults[:1]
        spent = time.process_time() - begun
        begun = time.process_time()
        for path, _ in islice(cycle(files), returns):
            pd.read_csv(path) if path.suffix == ".csv" else pd.read_excel(path, engine="calamine")
        plain = time.process_time() - begun
        each, took = 1000 * spent / returns, sorted(took)
        print(f"{returns} returns of {EACH} rows, milliseconds of the processor for each:")
        print(f"pandas                 {1000 * plain / returns:.1f}")
        print(
            f"examined               {each:.1f}, {spent / plain:.0f} times; 95 of 100 in {1000 * took[returns * 95 // 100]:.1f}"
        )
        assert each <= MOST_MILLISECONDS, f"a return took more than {MOST_MILLISECONDS} ms"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
