"""Write the sample ledger: ``python -m tools.sample_ledger [OUTPUT_DIRECTORY]``.

The district's enterprise ledgers are not public. This script makes a stand-in, the same bytes
every time, so that every figure of the printed report can be recomputed from rows. Its companies
have neutral names (一级企业A, 二级企业A1 …) and are nobody's: no sample row is about a real enterprise.
What the report names (events, projects, a rule …) stands beside them as real rows, from ``real/``.

How it is calibrated: ``targets`` draws district totals inside the intervals that the printed
figures stand for; the other modules make companies that look like what they do (holders, builders,
operators) and add up to those totals exactly, in whole units of 0.01 万元. Before anything is
written, every figure is recomputed from the rows and compared with what was printed. A district
replaces the files by its own and changes nothing else.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import tempfile
import zlib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import numpy as np

from . import budget, earlier, enterprises, equity, headcount, statements, value_added
from .assemble import Sample, make, streams
from .domains import DOMAINS
from .enterprises import YEARS
from .registers import Context
from .targets import read_claims, read_counts

SEED = 20231231
DATA = Path(__file__).resolve().parents[2] / "data"
REAL = Path(__file__).with_name("real")  # what the report names, kept by hand: stands before the sample's rows
KEYS = frozenset(("year", "enterprise_id", "basis", "moment", "restatement"))
Table = Iterable[dict[str, object]]


def contract(data: Path) -> dict[str, tuple[str, list[str]]]:
    """Return the ledger's tables as declared: name -> (file name, columns)."""
    package = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    return {
        resource["name"]: (Path(resource["path"]).name, [column["name"] for column in resource["schema"]["fields"]])
        for resource in package["resources"]
        if resource["path"].startswith("ledger/")
    }


def tables(sample: Sample, before: earlier.Earlier, declared: dict[str, tuple[str, list[str]]]) -> dict[str, Table]:
    """Return the rows of every table by name.

    Those of ``before`` stand behind: no row's number changes when more years are made.
    """

    def money(table: str) -> list[str]:
        return [column for column in declared[table][1] if column not in KEYS]

    periods = zip(YEARS, sample.sheets[:-1], sample.sheets[1:], strict=True)
    return {
        "enterprises": enterprises.rows(),
        "balance_sheet": chain(
            *(statements.balance_rows(*period, money("balance_sheet")) for period in periods),
            earlier.balance_rows(before, money("balance_sheet")),
        ),
        "income_statement": chain(
            *(statements.income_rows(*one, money("income_statement")) for one in sample.incomes.items()),
            earlier.income_rows(before, money("income_statement")),
        ),
        "equity_changes": chain(equity.rows(sample.changes), equity.rows(earlier.in_order(before.changes))),
        "value_added": chain(value_added.rows(sample.added), value_added.rows(earlier.in_order(before.added))),
        "headcount": chain(headcount.rows(sample.people), headcount.rows(before.people)),
        "budget": chain(budget.rows(sample.budgets), budget.rows(earlier.in_order(before.budgets))),
        "restatements": earlier.restatement_rows(before),
    }


def real_rows(folder: Path, declared: dict[str, tuple[str, list[str]]]) -> dict[str, list[dict[str, object]]]:
    """Return the hand-kept rows by table; what the report does not give is blank.

    Raises:
        ValueError: a file is of no declared table, or has a column that the table has not.
    """
    found = {}
    for path in sorted(folder.glob("*.csv")):
        columns = declared.get(path.stem, ("", []))[1]
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if unknown := {key for row in rows for key in row} - set(columns):
            raise ValueError(f"真实事项{path.name}里有数据约定没有的列：{'、'.join(sorted(unknown))}")
        found[path.stem] = [{column: row.get(column, "") for column in columns} | {"origin": "real"} for row in rows]
    return found


def with_real(made: dict[str, Table], real: dict[str, list[dict[str, object]]]) -> dict[str, Table]:
    """Put the real rows before the sample's, and say of each row of their tables which it is."""
    mixed = {name: [*rows, *({**row, "origin": "sample"} for row in made.get(name, ()))] for name, rows in real.items()}
    return made | mixed


def register_tables(sample: Sample, counts: dict[str, int], seed: int) -> dict[str, Table]:
    """Return the rows of every register by name, each domain from a random stream of its own."""
    made: dict[str, Table] = {}
    for domain in DOMAINS:
        name = getattr(domain, "STREAM", domain.__name__.rpartition(".")[2])
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        made |= domain.tables(Context(sample, counts, rng, made))
    return made


def csv_bytes(columns: list[str], rows: Table) -> bytes:
    """Return a table as the ledger stores it: UTF-8 with a mark, ``\\n`` line ends.

    Raises:
        ValueError: a row lacks a declared column or has another.
    """
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        if set(row) != set(columns):
            raise ValueError(f"列与数据约定不符：{sorted(set(row) ^ set(columns))}")
        writer.writerow(row)
    return file.getvalue().encode("utf-8-sig")


def write(output: Path, data: Path = DATA, seed: int = SEED) -> list[Path]:
    """Write all tables into ``output``, or none of them; return their paths.

    Raises:
        RuntimeError: a figure would not print as the report printed it.
        ValueError: the tables or their columns are not those that the contract declares.
    """
    declared = contract(data)
    printed = data / "claims" / "report.csv"
    sample = make(read_claims(printed), seed)
    made = tables(sample, earlier.make(sample, streams(seed)("earlier")), declared) | register_tables(
        sample, read_counts(printed), seed
    )
    made = with_real(made, real_rows(REAL, declared))
    if set(made) != set(declared):
        raise ValueError(f"表与数据约定不符：{sorted(set(made) ^ set(declared))}")
    output.mkdir(parents=True, exist_ok=True)
    # Everything is complete beside its place before the first file is replaced.
    with tempfile.TemporaryDirectory(dir=output) as beside:
        for name, (file_name, columns) in declared.items():
            (Path(beside) / file_name).write_bytes(csv_bytes(columns, made[name]))
        names = sorted(file.name for file in Path(beside).iterdir())
        for file_name in names:
            os.replace(Path(beside) / file_name, output / file_name)
    return [output / file_name for file_name in names]


def main(argv: list[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.sample_ledger", description="生成示例底表")
    parser.add_argument("output", nargs="?", type=Path, default=DATA / "ledger", help="输出目录，默认为data/ledger")
    written = write(parser.parse_args(argv).output)
    print(f"已写入{len(written)}张示例底表")


if __name__ == "__main__":
    main()
