"""The smallest data folder that a bad input can be put into, and the cases under cases/hostile."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import resource
import signal
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml

CASES = Path(__file__).parent / "cases" / "hostile"
CHINESE = range(0x4E00, 0x9FFF)
COLUMNS = ("id", "name", "amount", "count", "day", "kind", "owner")
ROWS = (("n1", "甲", "12.50", "3", "2023-05-08", "a", ""), ("n2", "乙", "8.00", "0", "2023-06-30", "b", "n1"))
PACKAGE: dict[str, Any] = {
    "title": "某区报告",
    "region": "某区",
    "year": 2023,
    "scope": "企业",
    "resources": [
        {
            "name": "notes",
            "title": "记事",
            "path": "notes.csv",
            "description": "",
            "origin": "sample",
            "grain": "item",
            "sources": [{"title": "测试"}],
            "labels": {"kind": {"a": "甲类", "b": "乙类"}},
            "schema": {
                "fields": [
                    {"name": "id", "title": "编号", "type": "string", "constraints": {"required": True}},
                    {"name": "name", "title": "名称", "type": "string"},
                    {"name": "amount", "title": "金额", "type": "number", "unit": "万元"},
                    {
                        "name": "count",
                        "title": "个数",
                        "type": "integer",
                        "constraints": {"minimum": 0, "maximum": 1000},
                    },
                    {"name": "day", "title": "日期", "type": "date"},
                    {
                        "name": "kind",
                        "title": "类别",
                        "type": "string",
                        "constraints": {"required": True, "enum": ["a", "b"]},
                    },
                    {"name": "owner", "title": "所属", "type": "string"},
                ],
                "primaryKey": ["id"],
                "foreignKeys": [{"fields": "owner", "reference": {"resource": "", "fields": "id"}}],
            },
        }
    ],
}


def cases(name: str) -> list[Any]:
    """Return the cases of one kind."""
    return yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))


def table(rows=ROWS, header=COLUMNS) -> bytes:
    """Return a table as a CSV file's content; what is no text in any encoding stays as it is."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue().encode("utf-8", "surrogatepass")


def with_cell(column: str, cell: str, row: int = 0) -> bytes:
    """Return the table with another cell."""
    rows = [list(one) for one in ROWS]
    rows[row][COLUMNS.index(column)] = cell
    return table(rows)


def write(folder: Path, content: bytes | None = None, package: Any = PACKAGE) -> Path:
    """Write a data folder and return it."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    (data / "notes.csv").write_bytes(table() if content is None else content)
    return data


def changed(at: list[Any], put: Any) -> Any:
    """Return the package with something else put at a place, or with that part gone."""
    package = copy.deepcopy(PACKAGE)
    here: Any = package
    for step in at[:-1]:
        here = here[step]
    if put == "!gone":
        del here[at[-1]]
    else:
        here[at[-1]] = put
    return package


def is_clear(message: str) -> bool:
    """Is a message one that an analyst can use: Chinese, on one line, without hidden characters?"""
    chinese = any(ord(c) in CHINESE for c in message)
    shown = all(c.isprintable() or c == "\u3000" for c in message)
    return chinese and shown and "Traceback" not in message and "应为：" in message


def bounded(work: Callable[[], list[str]], seconds: int = 30, megabytes: int = 512) -> list[str]:
    """Return what ``work`` says in a process of its own that may take so much and is then killed.

    ``seconds`` are of the processor, so that a busy machine is no fault; only what waits for
    nothing, such as a pipe that nobody writes into, is stopped by the clock.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        said: dict[str, Any] = {}
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            most = held + megabytes * 2**20
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(20 * seconds)
            said = {"told": work()}
        except BaseException as error:
            said = {"error": f"{type(error).__name__}: {error}"}
        finally:
            os.write(writer, json.dumps(said).encode()[:60_000])
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, f"ended by signal {os.WTERMSIG(status)}"
    said = json.loads(content)
    assert "told" in said, said
    return list(said["told"])


# --- workbooks -----------------------------------------------------------------------------------

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
STYLES, BOOK = "xl/styles.xml", "xl/workbook.xml"
TITLES = tuple(f["title"] for f in PACKAGE["resources"][0]["schema"]["fields"])


def xml_cell(text: str) -> str:
    """Return a cell with a text in it."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def xml_row(cells: Iterable[str], number: int | None = None) -> str:
    """Return a row of cells that are written already."""
    place = "" if number is None else f" r='{number}'"
    return f"<row{place}>{''.join(cells)}</row>"


HEADER = xml_row(map(xml_cell, TITLES))
FIRST = xml_row(map(xml_cell, ROWS[0]))


def parts(rows: str = HEADER + FIRST, after: str = "", sheets: str = "") -> dict[str, str | bytes]:
    """Return the parts of a workbook of one sheet, for a test to spoil."""
    sheets = sheets or '<sheet name="记事" sheetId="1" r:id="rId1"/>'
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{RELATED}"><Relationship Id="rId1" '
        f'Type="{KINDS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATED}">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{KINDS}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(
                [
                    ("worksheet", "worksheets/sheet1.xml"),
                    ("sharedStrings", "sharedStrings.xml"),
                    ("styles", "styles.xml"),
                ],
                1,
            )
        )
        + "</Relationships>",
        BOOK: f'<workbook {MAIN} xmlns:r="{KINDS}"><sheets>{sheets}</sheets></workbook>',
        STRINGS: f"<sst {MAIN}><si><t>甲</t></si></sst>",
        STYLES: f"<styleSheet {MAIN}><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>",
        SHEET: f"<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>",
    }


def packed(made: Mapping[str, str | bytes], **spoiled: str | bytes) -> bytes:
    """Return a workbook's content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, content in {**made, **spoiled}.items():
            file.writestr(name, content)
    return stream.getvalue()
