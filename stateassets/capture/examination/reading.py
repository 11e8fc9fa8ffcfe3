"""The sheets of a delivery become rows of tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ...importing.files.raw import Sheet, folded
from ...importing.headers import Reading, most_like, recognise, text_above, unlike
from ...importing.layouts import flatten
from ...importing.margins import longer_lines
from ...importing.nothing import settle
from ...importing.overview import is_overview, sheet_title
from ...importing.rows import Rows
from ...importing.sizes import Spoken
from ...tables.data_errors import Fault
from ..parts import OWNER
from .delivery import Delivery

# The list that a marked workbook begins with (``marking``): nothing that is sent.
LIST = "问题清单"
LIST_TITLE = "问题清单：红色的格是错误，改正后重新报送；黄色的格是疑点，改正或写明原因"


def read_sheets(delivery: Delivery) -> None:
    """Recognise each sheet as a table, and take its rows."""
    names, spoken = delivery.standing.names, Spoken((), delivery.sheets)
    absent = {folded(sheet_title(t.title)): t.title for t in delivery.standing.package.tables.absent.values()}
    known: Counter[str] = Counter()
    left: list[Sheet] = []
    for sheet in delivery.sheets:
        if is_overview(sheet) or sheet.hidden or is_list(sheet):
            continue
        if folded(sheet.name) in absent:
            if len(sheet.rows) > 1:
                title = absent[folded(sheet.name)]
                delivery.faults.append(
                    Fault(
                        sheet.place,
                        None,
                        None,
                        f"本区没有{title}这张表",
                        "本区有的表",
                        "删去这个工作表；确要报送的，请与国资监管机构联系",
                    )
                )
                known[sheet.file] += 1
            continue
        flats, told = _flat(delivery, sheet)
        for flat in flats:
            found = told or recognise(flat, names, "", delivery.year)
            if not isinstance(found, Reading):
                found = _senders(delivery, flat) or found
            if isinstance(found, list):
                delivery.faults += found
            elif found is None:
                left.append(flat)
                continue
            else:
                if flat is sheet:
                    delivery.book.remember(sheet, found)
                found, faults, notes = spoken.settle(flat, found)
                delivery.faults += faults
                delivery.notes += notes
                delivery.parts.append(Rows(flat, found, names))
            known[sheet.file] += 1
    for file in dict.fromkeys(sheet.file for sheet in delivery.sheets):
        if not known[file]:
            delivery.faults.append(_unknown(delivery, file, [one for one in left if one.file == file]))
    delivery.read = list(delivery.parts)
    for part in delivery.parts:
        settle(part)
        delivery.notes += part.notes
        delivery.faults += part.faults


def _flat(delivery: Delivery, sheet: Sheet) -> tuple[list[Sheet], Reading | None]:
    """Return the sheet, or what a form unfolds into; and how it is read, where such a one was read before."""
    names = delivery.standing.names
    if table := delivery.book.recalled(sheet):
        found = recognise(sheet, names, table, delivery.year)
        if isinstance(found, Reading):
            return [sheet], found
    flat = flatten(sheet, names)
    delivery.notes += flat.notes
    delivery.faults += [*flat.faults, *longer_lines(sheet, flat.sheets)]
    return flat.sheets, None


def _senders(delivery: Delivery, sheet: Sheet) -> Reading | None:
    """Return how a sheet is read that lacks nothing but whose rows they are: its sender's, if it names nobody else."""
    if delivery.sender not in delivery.standing.named:
        return None
    found = most_like(sheet, delivery.standing.names, delivery.year)
    if found is None or found.doubts or 2 * len(found.fields) < len(found.table.columns):
        return None
    title = delivery.standing.names.title(sheet.name or sheet.file.rpartition(".")[0])
    lacking = {name for name in found.table.key or () if found.table.column(name).required} - found.fields
    said = f"{sheet.file} {sheet.name} {text_above(sheet, found.first)}"
    others = (name for number, name in delivery.standing.named.items() if number != delivery.sender)
    if lacking != {OWNER} or title not in ("", None, found.table.name) or any(name in said for name in others):
        return None
    return replace(found, given={**found.given, OWNER: (delivery.sender or "", "报送企业")})


def _unknown(delivery: Delivery, file: str, sheets: Sequence[Sheet]) -> Fault:
    names = delivery.standing.names
    like = max(
        filter(None, (most_like(sheet, names, delivery.year) for sheet in sheets)),
        key=lambda m: len(m.fields),
        default=None,
    )
    found = f"认不出是哪张表，{unlike(like)}" if like else "认不出是哪张表"
    title = like.table.title if like else "财务快报"
    advice = f"把工作表的名称改为表名，如“{title}”" + ("，并补上缺的列" if like else "，表头照下载的填报表填写")
    return Fault(file, None, None, found, "表头是规定的列名，或工作表以表名命名", advice)


def is_list(sheet: Sheet) -> bool:
    """Tell whether a sheet is the list of problems of a workbook that came back marked."""
    return sheet.name.startswith(LIST) and bool(sheet.rows) and sheet.rows[0][:1] == (LIST_TITLE,)
