"""What every chapter says alike: sentences under headings that recur, written once, here.

A chapter has the bare heading; the page shows the sentence below it. What a chapter leaves out because
the book lacks a table it says once, below its conclusion; a section whose cells show nothing has no
heading on the page. Notebooks stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..chapters import labelled
from ..present import sheet
from ..present.attribution import put_into_its_mouth
from ..present.missing_data import GAP, NOT_ENTERED, NOTHING_PRINTED, together, without_gaps

SCREEN_ONLY = "screen-only"  # tags a cell of words that only help on a screen
CLICK = "点任何一个带虚线的数，就看到它的算法、用到的行和核对"
ALL_BELOW = f"{CLICK}；全部列在下面。"
TABLE_BELOW = f"{CLICK}。下表列出本章用到的每个指标：怎样算、取自哪张表的哪一列、依据什么。"
MEASURES = "本章数字的来历"  # the caption of that table
ROUNDED = "重算的数按报告印出的小数位数四舍五入，与印出的数字逐项比较。"
RULES = (
    "预警线是数据：改“预警规则设置”这张表，规则就变，不必动程序；规则用到的限额、天数和比例在“监管平台参数”里。"
    "达到预警线即预警；没有数据可看的月份，既不算解除，也不算延续。"
)
STATED = (
    "每条先写报告的意思，用本书的话，名称照报告；再写本书的数据。"
    "标“只有文字”的，报告没有给出可核对的内容。目标是要达到的，不是已经做到的。"
)
SOURCES, CHECKS, WARNING_RULES = "## 数字从哪里来", "## 与公布报告核对", "## 预警规则"
REPORT_AND_DATA = "## 报告怎么说，数据怎么看"
HEADING = re.compile(r"(?:\([^)\n]*\)=\s*\n)?(#+) ")  # with its label, where it has one
CLICKED = re.compile(f"{CLICK}[^。]*。")
FIRST = 10  # characters by which a sentence is known
Cell = dict[str, Any]  # of a notebook
TEXTS = (ALL_BELOW, TABLE_BELOW, ROUNDED, RULES, STATED)


def sentence(heading: str, shown: str) -> str:
    """Return what stands below a heading, empty if nothing does; ``shown`` is what the next cell shows."""
    if heading == SOURCES:
        return TABLE_BELOW if MEASURES in shown else ALL_BELOW
    if heading == CHECKS and NOTHING_PRINTED in shown:
        return ""  # nothing is compared
    return {CHECKS: ROUNDED, WARNING_RULES: RULES, REPORT_AND_DATA: STATED}.get(heading, "")


def told(text: str) -> str:
    """Return a standing sentence as the page has it: what nobody can do on paper is not printed."""
    return CLICKED.sub(r'<span class="sa-screen">\g<0></span>', text)


def parsed(notebook: str) -> dict[str, Any]:
    """Return what an executed notebook holds, its standing sentences below their headings, without its style."""
    content: dict[str, Any] = json.loads(notebook)
    for cell in content["cells"]:
        if _is_code(cell):
            cell["outputs"] = [output for output in cell["outputs"] if not sheet.is_sheet(output)]
        else:
            source = "".join(cell["source"])
            cell["source"] = cell["source"] if labelled(source) == source else labelled(source)
    cells = content["cells"] = _without_gaps(content["cells"])
    for cell, after in zip(cells, [*cells[1:], {}], strict=True):
        if cell["cell_type"] == "markdown":
            heading, _, rest = "".join(cell["source"]).partition("\n")
            text = sentence(heading.strip(), _shown(after))
            if heading.strip() == REPORT_AND_DATA and not _shown(after):
                cell["source"] = ""  # nothing of the report's has been entered for this chapter
                continue
            if text and text[:FIRST] not in rest:  # a book begun earlier has it typed
                cell["source"] = "\n\n".join(filter(None, (heading, told(text), rest.strip("\n"))))
            elif SCREEN_ONLY in cell["metadata"].get("tags", ()):
                cell["source"] = f'<div class="sa-screen">\n\n{"".join(cell["source"])}\n\n</div>'
    return content


def _without_gaps(cells: list[Cell]) -> list[Cell]:
    """Return the cells of a chapter with one sentence in the place of all that say what is left out."""
    reasons: list[str] = []
    sections = [[_told(cell, reasons) for cell in section] for section in _sections(cells)]
    kept, path = list[Cell](), list[tuple[int, list[Cell]]]()  # headings wait for something below them
    for section in sections:
        level = _level(section[0])
        path = [(above, waiting) for above, waiting in path if above < level]
        path.append((level, [cell for cell in section if not cell.get(GAP)]))
        if level <= 1 or not any(_is_code(cell) for cell in section) or any(map(_says, section)):
            kept += [cell for _, waiting in path for cell in waiting]
            path = [(above, []) for above, _ in path]
    if not reasons:
        return kept
    said: Cell = {"cell_type": "markdown", "metadata": {}, "source": f'<p class="sa-note">{together(reasons)}</p>'}
    title = next((i for i, cell in enumerate(kept) if _level(cell) == 1), -1)
    after = next((i for i, cell in enumerate(kept) if _level(cell) > 1), len(kept))
    first = next((i for i, cell in enumerate(kept[:after]) if _shown(cell)), title)
    return [*kept[: first + 1], said, *kept[first + 1 :]]


def _is_code(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "code")


def _says(cell: Cell) -> bool:
    """Whether a cell shows something. A passage without a sentence is nothing, and so is that no printed
    figure has been entered: the cover and the page of all figures say it once."""
    shown = (output.get("data", {}) for output in cell.get("outputs", ()))
    return any("text/html" not in data or _but_not_entered("".join(data["text/html"])) for data in shown)


def _but_not_entered(html: str) -> str:
    return "" if re.sub(r"<[^>]*>|\s", "", html) == NOT_ENTERED else html


def _told(cell: Cell, reasons: list[str]) -> Cell:
    """Return a cell without the words that only say what is left out; one of nothing else is marked."""
    outputs, found = [], len(reasons)
    for output in cell.get("outputs", ()):
        html, why = without_gaps("".join(output.get("data", {}).get("text/html", ())))
        reasons += why
        if not why:
            outputs.append(output)
        elif re.sub(r"<(?!svg)[^>]*>|\s", "", html):
            outputs.append({**output, "data": {**output["data"], "text/html": html}})
    return cell if len(reasons) == found else {**cell, "outputs": outputs, **({} if outputs else {GAP: True})}


def _sections(cells: list[Cell]) -> Iterator[list[Cell]]:
    """Yield the cells from each heading to the next."""
    section: list[Cell] = []
    for cell in cells:
        if section and _level(cell):
            yield section
            section = []
        section.append(cell)
    if section:
        yield section


def _level(cell: Cell) -> int:
    """Return the level of the heading that a cell begins with, 0 if it begins with none."""
    found = HEADING.match("".join(cell["source"])) if cell["cell_type"] == "markdown" else None
    return len(found[1]) if found else 0


def attributions(notebook: str) -> list[str]:
    """Return the words by which an executed notebook, as JSON, says that the report states something
    which is no statement of the table of statements (``present.attribution``).
    """
    cells = json.loads(notebook)["cells"]
    shown = ("".join(c["source"]) if c["cell_type"] == "markdown" else _shown(c) for c in cells)
    return [words for text in shown for words in put_into_its_mouth(text)]


def _shown(cell: dict[str, Any]) -> str:
    return "".join("".join(output.get("data", {}).get("text/html", ())) for output in cell.get("outputs", ()))
