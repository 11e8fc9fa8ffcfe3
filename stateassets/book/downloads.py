"""The tables of the data package beside the pages: to download, and to read row by row."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..chapters import contents
from ..present.markup import badge
from ..tables.addresses import CORRECTIONS, DATA_PAGE, FOLDER, download_path, table_page, table_place
from ..tables.notation import grouped
from ..tables.origins import COLUMN, Origin, of_row, of_table
from ..tables.text_files import read_rows
from . import returned

if TYPE_CHECKING:
    from ..tables.corrections import Correction

BETWEEN = "\0"  # two cells; no table holds it
ROSTER, KEY, NAME = "enterprises", "enterprise_id", "name_zh"
NUMBER = ' class="sa-number"'
KINDS = {"number": NUMBER, "integer": NUMBER, "date": ' class="sa-short"'}  # what a column's type is to the style
RETURNED = '<th scope="col" class="sa-short">报送</th>'  # by which return a row came
NARROWEST, WIDEST = 4, 12  # characters of a line of words
FIRST_ROW = 2  # as Excel counts: the first holds the header
PAGE = """<!DOCTYPE html>
<html lang="zh-CN" data-theme="light">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="icon" href="../_static/icon.svg">
<link rel="stylesheet" href="../_static/outputs.css"><link rel="stylesheet" href="../_static/book.css">
<script src="../_static/rows.js" defer></script><script src="../_static/tables.js" defer></script>
</head>
<body class="sa-rows"><main class="bd-article"><h1>{title}</h1>
<p>{badge}{description}</p>
<p>{columns}<a href="{file}" download>下载这张表</a>　<a href="../index.html">回到首页</a></p>
<figure class="sa-table" id="{place}"><div class="sa-frame" tabindex="0" role="region" aria-label="{title}">
<table><thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody></table></div></figure></main></body></html>
"""


def copy_tables(data: Path, site: Path, resources: Sequence[Mapping[str, Any]], year: int = 0) -> None:
    """Replace the site's ``data/`` by the tables that the package declares now, and their pages.

    A row that came by a return says by which; what was sent back or corrected in the report's ``year`` leads
    to the chapter on returns.
    """
    made = corrections(data) if (data / CORRECTIONS).exists() else ()
    names = enterprises(data, resources)
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    place = contents(data.parent).place(DATA_PAGE)
    columns = f"../{place}.html" if place else ""
    told = returned.notes(data, resources, year)
    for resource in resources:
        target = site / download_path(resource["path"], origin_of(resource, data / resource["path"]))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data / resource["path"], target)
        page = site / table_page(resource["name"])
        own = [entry for entry in made if entry.table == resource["name"]]
        notes = told.get(resource["name"], {})
        html = rows_page(resource, target.relative_to(page.parent), target, own, columns, names, notes)
        page.write_text(html, "utf-8")


def enterprises(data: Path, resources: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of the enterprises by their ids; of a roster that is not among the tables, none."""
    roster = next((r for r in resources if r["name"] == ROSTER), None)
    if roster is None:
        return {}
    header, *rows = read_rows(data / roster["path"])
    called = _columns(roster, header)
    if not {KEY, NAME} <= {*called}:
        return {}
    key, name = called.index(KEY), called.index(NAME)
    return {row[key]: row[name] for row in rows}


def _columns(resource: Mapping[str, Any], header: Sequence[str]) -> list[str]:
    """Return the names of the columns, which a file may have under their titles."""
    names = {field["title"]: field["name"] for field in resource["schema"]["fields"]}
    return [names.get(word, word) for word in header]


def origin_of(resource: Mapping[str, Any], table: Path) -> Origin:
    """Return the origin of a table, whose rows may say their own."""
    titles = {field["name"]: field["title"] for field in resource["schema"]["fields"]}
    lines = read_rows(table) if COLUMN in titles else []
    here = [place for place, name in enumerate(lines[0]) if name in (COLUMN, titles[COLUMN])] if lines else []
    return of_table(resource["origin"], [row[here[0]] for row in lines[1:]] if here and lines[1:] else None)


def corrections(data: Path) -> Sequence[Correction]:
    """Return the corrections that were made, each with its row."""
    from ..tables.declared import DataPackage
    from ..tables.loading import load

    return load(DataPackage.read(data)).corrections


def rows_page(
    resource: Mapping[str, Any],
    file: Path,
    table: Path,
    corrections: Iterable[Correction] = (),
    columns: str = "",
    names: Mapping[str, str] | None = None,
    notes: Mapping[int, str] | None = None,
) -> str:
    """Return the page of a table's rows, each a place to link to; codes are said in words.

    ``file`` is the address of the download, ``table`` the file itself; a cell that a correction
    is of says so. ``columns`` is the address of the page that has the columns of every table,
    ``names`` are the enterprises' by id, ``notes`` say (as markup) by which return rows came.
    """
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    header, *rows = read_rows(table)
    header = _columns(resource, header)
    used: dict[int, dict[int, str]] = {}  # row -> place -> what a corrected cell counts as
    for entry in corrections:
        place = header.index(entry.column)
        rows[entry.at - FIRST_ROW][place] += f"（{entry.state}：{entry.changed}）"
        used[entry.at] = used.get(entry.at, {}) | {place: entry.was if entry.now is None else entry.now}
    kinds = [KINDS.get(fields.get(name, {}).get("type"), "") for name in header]
    words = [_known(resource, name, names or {}) for name in header]
    said = [list(_words(header, words, row)) for row in rows]
    head = "".join(
        _head(name, fields.get(name, {}), kind, _tells(resource, name) + ("" if kind else _room(said, place)))
        for place, (name, kind) in enumerate(zip(header, kinds, strict=True))
    )
    body = (
        _row(number, row, kinds, used.get(number, {}), notes.get(number, "") if notes else None)
        for number, row in enumerate(said, FIRST_ROW)
    )
    return PAGE.format(
        title=escape(resource["title"]),
        place=escape(table_place(resource["name"])),
        description=escape(resource.get("description", "")),
        badge=badge(origin_of(resource, table)),
        columns=f'<a href="{columns}#{table_place(resource["name"])}">列的说明和出处</a>　' if columns else "",
        file=escape(file.as_posix()),
        head=f'<th scope="col" class="sa-number">行</th>{head}{RETURNED if notes else ""}',
        rows="\n".join(body),
    )


def _known(resource: Mapping[str, Any], column: str, names: Mapping[str, str]) -> Mapping[str, str]:
    """Return what is said for a column's cells: words for codes, an enterprise's name beside its id."""
    if _refers(resource).get(column) == ROSTER:
        return {key: f"{name}（{key}）" for key, name in names.items()}
    return resource.get("labels", {}).get(column, {})


def _refers(resource: Mapping[str, Any]) -> dict[str, str]:
    """Return of each column that refers to rows of a table which table that is."""
    keys = resource["schema"].get("foreignKeys", ())
    return {key["fields"]: key["reference"]["resource"] or resource["name"] for key in keys}


def _tells(resource: Mapping[str, Any], column: str) -> str:
    """Return the marks of a column by which rows are told apart, and of one whose enterprises stand by name."""
    refers = _refers(resource)
    key = column in refers or column in resource["schema"].get("primaryKey", ())
    return (" data-key" if key else "") + (" data-names" if refers.get(column) == ROSTER else "")


def _room(rows: Iterable[Sequence[str]], place: int) -> str:
    """Return how wide a column is where the table scrolls anyway: no need to break its cells into many lines."""
    longest = max((len(row[place]) for row in rows if place < len(row)), default=0)
    return f' style="--least:{min(longest, WIDEST)}em"' if longest > NARROWEST else ""


def _head(name: str, field: Mapping[str, Any], kind: str, marks: str) -> str:
    """Return a column's heading: its title, with its unit; its name, by which a figure's link knows it."""
    title, unit = escape(field.get("title", name)), escape(field.get("unit", ""))
    facts = f' data-column="{escape(name)}"' + (f' data-unit="{unit}"' if unit else "") + marks
    return f'<th scope="col"{kind}{facts}>{title}{f"（{unit}）" if unit else ""}</th>'


def _words(header: Sequence[str], known: Sequence[Mapping[str, str]], row: Sequence[str]) -> Iterator[str]:
    for name, words, cell in zip(header, known, row, strict=False):
        yield of_row(cell).word if name == COLUMN else words.get(cell, cell)


def _row(
    number: int, cells: Iterable[str], kinds: Sequence[str], used: Mapping[int, str], note: str | None = None
) -> str:
    whole = escape(BETWEEN.join(cells)).split(BETWEEN)  # at once, which is quicker
    shown = "".join(
        f"<td{kind}{_counts_as(used, place)}>{grouped(cell) if kind == NUMBER else cell}</td>"
        for place, (cell, kind) in enumerate(zip(whole, kinds, strict=False))
    )
    if note is not None:
        shown += f'<td class="sa-short">{note}</td>'
    return f'<tr id="row-{number}"><th scope="row" class="sa-number">{number}</th>{shown}</tr>'


def _counts_as(used: Mapping[int, str], place: int) -> str:
    return f' data-value="{escape(used[place])}"' if place in used else ""
