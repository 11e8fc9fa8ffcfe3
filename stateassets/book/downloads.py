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

if TYPE_CHECKING:
    from ..tables.corrections import Correction

BETWEEN = "\0"  # two cells; no table holds it
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


def copy_tables(data: Path, site: Path, resources: Sequence[Mapping[str, Any]]) -> None:
    """Replace the site's ``data/`` by the tables that the package declares now, and their pages."""
    made = corrections(data) if (data / CORRECTIONS).exists() else ()
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    place = contents(data.parent).place(DATA_PAGE)
    columns = f"../{place}.html" if place else ""
    for resource in resources:
        target = site / download_path(resource["path"], origin_of(resource, data / resource["path"]))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data / resource["path"], target)
        page = site / table_page(resource["name"])
        own = [entry for entry in made if entry.table == resource["name"]]
        page.write_text(rows_page(resource, target.relative_to(page.parent), target, own, columns), "utf-8")


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
    resource: Mapping[str, Any], file: Path, table: Path, corrections: Iterable[Correction] = (), columns: str = ""
) -> str:
    """Return the page of a table's rows, each a place to link to; codes are said in words.

    ``file`` is the address of the download, ``table`` the file itself; a cell that a correction
    is of says so. ``columns`` is the address of the page that has the columns of every table.
    """
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    header, *rows = read_rows(table)
    for entry in corrections:
        names = [fields.get(name, {}).get("title", name) for name in header]
        place = names.index(fields[entry.column]["title"])
        rows[entry.at - FIRST_ROW][place] += f"（{entry.state}：{entry.changed}）"
    numeric = [fields.get(name, {}).get("type") in ("number", "integer") for name in header]
    labels = [resource.get("labels", {}).get(name, {}) for name in header]
    head = "".join(
        f'<th scope="col"{_css(n)}>{escape(fields.get(name, {}).get("title", name))}</th>'
        for name, n in zip(header, numeric, strict=True)
    )
    body = (_row(number, _words(header, labels, row), numeric) for number, row in enumerate(rows, FIRST_ROW))
    return PAGE.format(
        title=escape(resource["title"]),
        place=escape(table_place(resource["name"])),
        description=escape(resource.get("description", "")),
        badge=badge(origin_of(resource, table)),
        columns=f'<a href="{columns}#{table_place(resource["name"])}">列的说明和出处</a>　' if columns else "",
        file=escape(file.as_posix()),
        head=f'<th scope="col" class="sa-number">行</th>{head}',
        rows="\n".join(body),
    )


def _words(header: Sequence[str], labels: Sequence[Mapping[str, str]], row: Sequence[str]) -> Iterator[str]:
    for name, words, cell in zip(header, labels, row, strict=False):
        yield of_row(cell).word if name == COLUMN else words.get(cell, cell)


def _row(number: int, cells: Iterable[str], numeric: Sequence[bool]) -> str:
    whole = escape(BETWEEN.join(cells)).split(BETWEEN)  # at once, which is quicker
    shown = "".join(
        f"<td{_css(n)}>{grouped(cell) if n else cell}</td>" for cell, n in zip(whole, numeric, strict=False)
    )
    return f'<tr id="row-{number}"><th scope="row" class="sa-number">{number}</th>{shown}</tr>'


def _css(numeric: bool) -> str:
    return ' class="sa-number"' if numeric else ""
