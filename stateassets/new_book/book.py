"""Put a new book in place: everything is made beside it, then moved there in one step."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..chapters import PROFILES, contents
from ..importing.names.learned import FILE as SYNONYMS
from ..importing.names.learned import Learned
from ..importing.names.learned import read as read_learned
from ..importing.planning import enterprises
from ..report import PUBLISHED
from ..tables import corrections
from ..tables.addresses import RECORD
from ..tables.data_errors import DataError, Fault, Gap
from ..tables.declared import CONTACT, NOTHING_THIS_YEAR, PUBLISHER, DataPackage
from ..tables.reading import read_cells, read_dates, read_numbers
from ..tables.region import spoken
from ..tables.text_files import read_text
from . import plain_titles, registers, workbook
from .carry import CLAIMS, LEDGER, PRINTED, Row, Step, carried, with_own
from .printable import printable

WORKBOOK = "填报.xlsx"
UNFINISHED = "上年未完成事项.csv"
# A book holds the program that made it, so that its numbers can be made again in years to come.
COPIED = (
    "_config.yml",
    "_toc.yml",
    "Makefile",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-lab.txt",
    "constraints.txt",
    "LICENSE",
    "LICENSE-text.md",
    "README.zh-CN.md",
    "docs/your-own-data.zh-CN.md",
    ".gitignore",
    ".gitattributes",
    "tools/bootstrap.sh",
    "stateassets",
    "notebooks",
)
LEFT_BEHIND = ("__pycache__", ".ipynb_checkpoints", Path(RECORD).name)
OWN_RECORDS = "本区填报"
FIRST_VERSION = "0.1"
INHERITED = "沿用的设置，待本区核对"  # a setting that another district's report stated
PLACES = re.compile(r"^.*[省市州盟](?=.+[区县市旗])")


@dataclass(frozen=True)
class Plan:
    """What a new book is to be."""

    source: Path
    folder: Path
    region: str
    year: int
    title: str
    scope: str
    without: tuple[str, ...]
    step: Step
    publisher: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Begun:
    """What was made: how many rows went over, by table, and how many items were not finished."""

    plan: Plan
    tables: int
    carried: dict[str, int]
    unfinished: int


def short(region: str) -> str:
    """Return a district's name without the province and the city that it lies in."""
    return PLACES.sub("", region) or region


def plan(
    source: Path,
    folder: Path,
    region: str = "",
    year: int = 0,
    title: str = "",
    scope: str = "",
    without: tuple[str, ...] = (),
    keeps: tuple[str, ...] | None = None,
    publisher: str = "",
    contact: str = "",
) -> Plan:
    """Return what to make; what is not said follows from the book in ``source``.

    ``without`` are tables, or kinds of registers, that the district does not have; ``keeps`` are
    the only registers that it has. ``publisher`` and ``contact`` are those of the old book, if it is the
    same district's, unless they are given.

    Raises:
        DataError: the folder is taken, or a table is unknown.
    """
    old = DataPackage.read(source / "data")
    region, year = region or old.region, year or old.year + 1
    if not title:
        title = old.title.replace(str(old.year), str(year))
        title = title.replace(old.region, region).replace(short(old.region), short(region))
    step = Step(old.year, year, region == old.region, region, old.title)
    folder = folder.absolute()
    faults = []
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        faults.append(
            Fault(str(folder), None, None, "已经有内容", "空的或还没有的文件夹", "换一个文件夹，新书不会覆盖已有的文件")
        )
    if folder.is_relative_to(source.absolute() / "notebooks") or folder.is_relative_to(
        source.absolute() / "stateassets"
    ):
        faults.append(Fault(str(folder), None, None, "在本书的程序文件夹里", "本书以外的文件夹", "换一个文件夹"))
    left_out = registers.without(without, old)
    if keeps is not None:
        left_out = tuple(dict.fromkeys((*left_out, *registers.keeping(keeps, old))))
    if faults:
        raise DataError(faults)
    return Plan(source, folder, region, year, title, scope or old.scope, left_out, step, publisher, contact)


def begin(wanted: Plan) -> Begun:
    """Make the book, whole or not at all.

    Raises:
        DataError: the old book's tables cannot be read.
        OSError: the folder cannot be written.
    """
    parent = wanted.folder.parent
    parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{wanted.folder.name}-", dir=parent))
    try:
        made = _write(wanted, beside)
        beside.chmod(0o755)
        if wanted.folder.is_dir():
            wanted.folder.rmdir()  # it is empty, or this fails and nothing has happened
        os.rename(beside, wanted.folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return made


def _write(wanted: Plan, folder: Path) -> Begun:
    package = DataPackage.read(wanted.source / "data")
    profiles = contents(wanted.source).folders.get(PROFILES, "")
    left_behind = (*LEFT_BEHIND, *filter(None, [Path(profiles).name]))
    for name in COPIED:
        _copy(wanted.source / name, folder / name, left_behind)
    for path in (folder / "notebooks").rglob("*.ipynb"):
        path.write_text(spoken(_cleared(path.read_text("utf-8")), wanted.region, package.region), "utf-8")
    if not wanted.step.same:
        plain_titles.plain(folder)
    makefile = folder / "Makefile"
    makefile.write_text(_without_sample(makefile.read_text("utf-8")), "utf-8")
    raw = json.loads(read_text(wanted.source / "data" / "datapackage.json"))
    declared = [resource for resource in raw["resources"] if resource["name"] in package.tables]
    rows = _rows(package)
    over = carried(declared, rows, wanted.step)
    if wanted.step.goes_on and {CLAIMS, PUBLISHED} <= over.keys():
        over[PUBLISHED] = with_own(over[PUBLISHED], rows[CLAIMS], package)
    over |= {name: [] for name in (*package.tables.absent, *wanted.without)}
    if CLAIMS in package.tables and CLAIMS not in wanted.without:
        own = {
            name: table.path.startswith(LEDGER) and table.grain != "item"
            for name, table in package.tables.items()
            if name not in wanted.without and (table.path.startswith(LEDGER) or over[name])
        }
        over[CLAIMS] = printable(rows[CLAIMS], own, keep_ids=wanted.step.same)
    raw = _adapted(raw, wanted, over)
    data = folder / "data"
    data.mkdir()
    (data / "datapackage.json").write_text(json.dumps(raw, ensure_ascii=False, indent=2) + "\n", "utf-8")
    tables = DataPackage.read(data).tables
    for name, table in tables.items():
        path = data / table.path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(_csv([c.name for c in table.columns], over[name]))
    if wanted.step.same:
        _pass_on(wanted.source / "data", folder / "data", DataPackage.read(folder / "data"), package)
    declared_now = {r["name"]: tables.get(r["name"]) or tables.absent[r["name"]] for r in raw["resources"]}
    (folder / WORKBOOK).write_bytes(workbook.write(wanted.title, declared_now, over))
    left = _unfinished(package, rows, over) if wanted.step.goes_on else []
    if left:
        (folder / UNFINISHED).write_bytes(_csv(list(left[0]), left))
    _write_guides(folder, wanted.title)
    counts = {name: len(over[name]) for name in tables if over[name]}
    return Begun(wanted, len(tables), counts, len(left))


def _pass_on(source: Path, folder: Path, new: DataPackage, old: DataPackage) -> None:
    """Let the next book of the same district know what this one has learnt, of enterprises that it still has."""
    learned = read_learned(source, [t.title for t in (*old.tables.values(), *old.tables.absent.values())])
    known = {word for key, name in enterprises(new).items() for word in (key, name)}
    gone = {word for key, name in enterprises(old).items() for word in (key, name)} - known
    if left := Learned(tuple(same for same in learned.words if same.meaning not in gone)).words:
        (folder / SYNONYMS).write_bytes(Learned(left).content())


def _copy(source: Path, target: Path, left_behind: Iterable[str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*left_behind))
    elif source.is_file():
        shutil.copyfile(source, target)


def _cleared(text: str) -> str:
    """Return a notebook without results: none of another year's may be taken for this one's."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _without_sample(makefile: str) -> str:
    """Return the Makefile without what makes the sample and measures the program."""
    kept = [part for part in makefile.split("\n\n") if not re.match(r"(sample|bench):", part)]
    return re.sub(r"( sample| bench)\b(?=.*)", "", kept[0]) + "\n\n" + "\n\n".join(kept[1:])


def _write_guides(folder: Path, title: str) -> None:
    """Let the guides speak of the new book: what they say of the sample is not true of it."""
    guide = folder / "README.zh-CN.md"
    text = re.sub(r"## 真实、自定和示例\n.*?(?=^## )", "", guide.read_text("utf-8"), flags=re.S | re.M)
    guide.write_text(re.sub(r"\| `make sample` .*\n", "", text), "utf-8")
    (folder / "README.md").write_text(f"# {title}\n\n先填{WORKBOOK}，再看[使用说明](README.zh-CN.md)。\n", "utf-8")
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n- {title}：新书。\n", "utf-8")


def _adapted(raw: dict[str, Any], wanted: Plan, over: dict[str, list[Row]]) -> dict[str, Any]:
    """Return the package for the new book; a table that holds sample rows stays a sample."""
    old = raw["title"]
    raw.setdefault("grounds", raw["region"])
    raw |= {
        "name": f"state-assets-{wanted.year}",
        "title": wanted.title,
        "region": wanted.region,
        "year": wanted.year,
        "scope": wanted.scope,
        "sources": [{"title": wanted.title}],
        "version": FIRST_VERSION,
        "contributors": _contributors(raw, wanted),
    }
    for said in ("created", "changes"):  # of the old book
        raw.pop(said, None)
    for resource in raw["resources"]:
        name = resource["name"]
        if resource["path"].startswith(PRINTED) and not over.get(name):
            resource["sources"] = [{"title": wanted.title}]
        if resource["path"].startswith(LEDGER) and not over.get(name):
            resource |= {"origin": "real", "sources": [{"title": spoken(OWN_RECORDS, wanted.region)}]}
        if not wanted.step.same and any(s["title"].startswith(old) for s in resource["sources"]):
            resource["sources"] = [{"title": spoken(INHERITED, wanted.region)}]
        if name == CLAIMS:
            resource["sources"] = [{"title": wanted.title}]
        if not wanted.step.same or resource.get("absent") == NOTHING_THIS_YEAR:
            resource.pop("absent", None)  # another district's, or last year's
        nothing = not resource["path"].startswith(LEDGER) and not over.get(name)  # the new report is yet to be read
        if name in wanted.without or nothing:
            resource["absent"] = True
    return raw


def _contributors(raw: dict[str, Any], wanted: Plan) -> list[dict[str, str]]:
    """Return who gives the new book out and whom to write to; of another district nobody is known."""
    given = {PUBLISHER: wanted.publisher, CONTACT: wanted.contact}
    old = raw.get("contributors", []) if wanted.step.same else []
    kept = [one for one in old if not given.get(one["role"])]
    return [{"title": title, "role": role} for role, title in given.items() if title] + kept


def _rows(package: DataPackage) -> dict[str, list[Row]]:
    """Return the rows of all tables under field names, with the corrections of the old book made.

    Raises:
        DataError: a table or a correction cannot be read.
    """
    read = {name: read_cells(package, table) for name, table in package.tables.items()}
    sheets = {name: sheet for name, (sheet, _) in read.items()}
    faults = [fault for _, found in read.values() for fault in found if not isinstance(fault, Gap)]
    faults += corrections.apply(corrections.read(package.root, package.tables), sheets)[1]
    faults += [fault for sheet in sheets.values() for fault in (*read_numbers(sheet), *read_dates(sheet))]
    if faults:
        raise DataError(faults)
    return {
        name: [dict(zip(sheet.header, row, strict=False)) for row in sheet.rows if any(row)]
        for name, sheet in sheets.items()
    }


def _csv(header: list[str], rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _unfinished(package: DataPackage, rows: dict[str, list[Row]], over: dict[str, list[Row]]) -> list[Row]:
    """Return the items of registers that start empty and were not finished, for a person to see."""
    found = []
    for name, table in package.tables.items():
        dates = table.register
        if dates and not over[name]:
            found += [
                {
                    "表": table.title,
                    "编号": row["id"],
                    "事项": row[dates["title"]],
                    "企业编号": row.get("enterprise_id", ""),
                    "期限": row[dates["due"]],
                }
                for row in rows[name]
                if not row[dates["closed"]]
            ]
    return found
