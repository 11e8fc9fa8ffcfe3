"""What importing would ask, said as what to write in the file."""

from __future__ import annotations

import re
from dataclasses import replace

from ...tables.data_errors import Fault
from ..arrivals import Finding
from ..schema import FAULT

IN_SHEET = re.compile(r"“(?P<name>[^”]*)”表$")
COLUMN = re.compile(r"[A-Z]{1,3}")
# What an option of the command says, as the sender writes it into the file.
WRITE = {
    "--unit": "在标题或表头写明金额的单位，如“单位：万元”，核对这一格的数后重新报送",
    "--same": "",
    "--table": "把工作表的名称改为表名",
    "--sums": "是合计的，在名称里写明“合计”；不是的，核对数是否填错",
    "--blank": "没有发生的写0",
    "--year": "在标题里写明年度，如“2023年”",
    "--take-back": "核对后改正",
}
OPTIONS = re.compile(r"--[a-z-]+")
CLAUSE = re.compile(r"[^；，。？]+[；，。？]?")


def in_the_file(fault: Fault) -> Fault:
    """Return a fault whose advice is what to write in the file, where importing would have an option given."""
    advice, found = fault.advice, fault.found
    options = OPTIONS.findall(advice)
    if not options:
        return fault
    kept = "".join(clause for clause in CLAUSE.findall(advice) if not OPTIONS.search(clause) and "等号后" not in clause)
    kept = kept.strip("；，。 ")
    if kept.endswith(("是不是", "？")) or kept.startswith("是不是"):
        kept = f"{kept.rstrip('？')}？改成规定的写法"
    said = [words for option in dict.fromkeys(options) if (words := WRITE.get(option, ""))]
    advice = "；".join(filter(None, (kept, *(words for words in said if words not in kept)))) or "改成规定的写法"
    return replace(fault, found=found, advice=advice)


def unread(fault: Fault) -> Finding:
    """Return the finding of a file that is not read for one cell, such as a formula without a result."""
    sheet = IN_SHEET.search(fault.file)
    at = bool(fault.row and fault.column and COLUMN.fullmatch(fault.column))
    cell = f"{fault.column}{fault.row}" if at else ""
    return Finding(FAULT, None, in_the_file(fault), "", sheet["name"] if sheet else "", cell)
