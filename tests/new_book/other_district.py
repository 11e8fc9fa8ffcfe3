"""Another district's book made of the sample: its name, years, enterprises and size are others.

One group is gone with all its companies, ids have leading zeros, every date and year is four
years later, and nothing has been printed yet. What a chapter takes for granted about the sample shows.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

from paths import ROOT

REGION, SHORT, GONE = "示例省示例市虚构区", "虚构区", "F"
LATER = 4  # so that leap years stay leap years
DAY = re.compile(r"(\d{4})(-\d\d-\d\d)")
YEARS = {"year", "book_year", "start_year", "end_year", "said_in"}
IDS = ("enterprise_id", "held_id", "holder_id", "parent_id")
NOT_MINE = {"published_reports", "audit_cases"}  # what others printed


def new_id(old: str) -> str:
    """Return the id of A as 01, of A1 as 0101."""
    return f"{ord(old[0]) - 64:02}" + "".join(f"{int(digit):02}" for digit in old[1:])


def later(text: str) -> str:
    """Move the dates in a text on."""
    return DAY.sub(lambda day: f"{int(day[1]) + LATER}{day[2]}", text)


def make(target: Path, source: Path = ROOT, gone: str = GONE) -> Path:
    """Write the book's data and notebooks below ``target`` and return it; ``gone`` are the groups left out."""
    shutil.copytree(source / "notebooks", target / "notebooks", ignore=shutil.ignore_patterns("8_profiles"))
    shutil.copytree(source / "data", target / "data")
    shutil.copy(source / "_toc.yml", target)
    file = target / "data" / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    year = package["year"] + LATER
    title = package["title"].replace(str(package["year"]), str(year)).replace("大渡口区", SHORT)
    package |= {"name": "other-district", "title": title, "region": REGION, "year": year}
    package["sources"] = [{"title": title, "path": "https://example.invalid/"}]
    package["resources"] = [r for r in package["resources"] if r["name"] not in ("claims", "statements")]
    for name in ("report", "statements"):  # what this report printed and states
        (target / "data" / "claims" / f"{name}.csv").unlink()
    for resource in package["resources"]:
        resource["sources"] = [{"title": title}]
    tables = {r["name"]: _read(target / "data" / r["path"]) for r in package["resources"]}
    old = [row["enterprise_id"] for row in tables["enterprises"]]
    _leave_out(package, tables, gone)
    for resource in package["resources"]:
        if not tables[resource["name"]]:
            resource["absent"] = True
            (target / "data" / resource["path"]).unlink()
        elif resource["name"] not in NOT_MINE:
            rows = [_changed(row, old) for row in tables[resource["name"]]]
            _write(target / "data" / resource["path"], resource, rows)
    file.write_text(json.dumps(package, ensure_ascii=False, indent=2), "utf-8")
    return target


def _leave_out(package: dict, tables: dict[str, list[dict[str, str]]], gone: str) -> None:
    """Take out the groups, what refers to what is gone, and what nobody refers to any more."""
    links = [
        (resource["name"], key["fields"], key["reference"]["resource"] or resource["name"], key["reference"]["fields"])
        for resource in package["resources"]
        for key in resource["schema"].get("foreignKeys", ())
    ]
    ledger = {r["name"] for r in package["resources"] if r["path"].startswith("ledger/")}
    before = [{row[column] for row in tables[name]} for name, column, *_ in links]
    gone = gone or "-"  # nobody
    mine, named = re.compile(rf"[{gone}]\d*"), re.compile(f"级企业[{gone}]")
    for rows in tables.values():
        rows[:] = [
            row
            for row in rows
            if row.get("origin") != "real"  # what this district's report names is not the other's
            and not any(
                mine.fullmatch(text) if column.endswith(IDS) else named.search(text) for column, text in row.items()
            )
        ]
    size = -1
    while size != (size := sum(map(len, tables.values()))):
        for (name, column, parent, key), once in zip(links, before, strict=True):
            known = {row[key] for row in tables[parent]}
            tables[name][:] = [r for r in tables[name] if r[column] in known | {""}]
            left = {row[column] for row in tables[name]}
            if parent in ledger - {"enterprises"}:
                tables[parent][:] = [r for r in tables[parent] if r[key] not in once - left]


def _changed(row: dict[str, str], old: list[str]) -> dict[str, str]:
    def cell(column: str, text: str) -> str:
        if column in YEARS:
            return str(int(text) + LATER) if text else text
        if column == "period":  # 2023-06, 2023Q2 or 2023
            return f"{int(text[:4]) + LATER}{text[4:]}"
        if text in old and column.endswith(IDS):
            return new_id(text)
        text = re.sub(r"([一二])级企业([A-F]\d?)", lambda m: f"示例公司{new_id(m[2])}", text)
        return later(text)

    return {column: cell(column, text) for column, text in row.items()}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, resource: dict, rows: list[dict[str, str]]) -> None:
    header = [field["name"] for field in resource["schema"]["fields"]]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
