"""A small spreadsheet program: works out the formulas of a workbook from its cells, trusting no stored value."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import to_excel

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<ref>(?:(?:'[^']+'|\w+)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Z]+(?=\())|(?P<sign><=|>=|<>|[-+*/&=<>(),{}]))"""
)
COMPARED = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
COUNTED = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class Spreadsheet:
    """The formulas of a workbook, worked out."""

    def __init__(self, book: openpyxl.Workbook) -> None:
        self.book = book
        self.known: dict[tuple[str, int, int], Any] = {}

    def formulas(self) -> Iterator[tuple[str, str, str]]:
        """Yield sheet, cell and formula of each."""
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows():
                yield from ((sheet.title, cell.coordinate, cell.value) for cell in row if cell.data_type == "f")

    def value(self, sheet: str, cell: str) -> Any:
        """What a cell comes to."""
        column, row, _, _ = range_boundaries(cell)
        return self.cell(sheet, row, column)

    def cell(self, sheet: str, row: int, column: int) -> Any:
        key = (sheet, row, column)
        if key not in self.known:
            cell = self.book[sheet].cell(row, column)
            value = cell.value
            if cell.data_type == "f":
                value = _Reading(self, sheet, value[1:]).whole()
            self.known[key] = to_excel(value) if isinstance(value, date | datetime) else value
        return self.known[key]

    def range(self, sheet: str, address: str) -> Any:
        left, top, right, bottom = range_boundaries(address.replace("$", ""))
        cells = [self.cell(sheet, r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
        return cells if ":" in address else cells[0]


def over(do: Callable[..., Any], *values: Any) -> Any:
    """Do it with single values, or with each of the lists'."""
    lengths = [len(v) for v in values if isinstance(v, list)]
    if not lengths:
        return do(*values)
    return [do(*(v[i] if isinstance(v, list) else v for v in values)) for i in range(max(lengths))]


def number(value: Any) -> float:
    return 0.0 if value is None else value


def equal_kinds(a: Any, b: Any) -> tuple[Any, Any]:
    """A blank cell is nought beside a number, and empty beside a text."""
    blank = "" if isinstance(a, str) or isinstance(b, str) else 0
    a, b = (blank if v is None else v for v in (a, b))
    return (a, b) if isinstance(a, str) == isinstance(b, str) else (isinstance(a, str), isinstance(b, str))


def joined(a: Any, b: Any) -> str:
    return "".join("" if v is None else f"{v:g}" if isinstance(v, float) else str(v) for v in (a, b))


def meets(value: Any, wanted: Any) -> bool:
    """Whether a cell meets a criterion of COUNTIFS or SUMIFS."""
    if wanted == "":
        return value is None or value == ""
    if isinstance(wanted, str) and (found := re.fullmatch(r"(<=|>=|<>|[<>=])(-?[\d.]+)", wanted)):
        return isinstance(value, int | float) and COMPARED[found[1]](value, float(found[2]))
    return str(value) == str(wanted) or (value is not None and joined(value, "") == joined(wanted, ""))


def many(cells: list[Any], criteria: tuple[Any, ...]) -> Any:
    """The cells whose rows meet all criteria; of criteria that are lists, for each."""
    ranges, wanted = criteria[::2], criteria[1::2]

    def one(*texts: Any) -> float:
        rows = zip(cells, *ranges, strict=True)
        return math.fsum(
            number(cell) for cell, *row in rows if all(map(meets, row, texts)) and not isinstance(cell, str)
        )

    return over(one, *wanted)


def rounded(value: float, digits: float) -> float:
    exact = Decimal(format(value, ".12g"))
    return float(exact.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *v: math.fsum(number(x) for x in v[0] if not isinstance(x, str)),
    "SUBTOTAL": lambda kind, v: math.fsum(number(x) for x in v if not isinstance(x, str)),
    "SUMPRODUCT": lambda v: math.fsum(v) if isinstance(v, list) else v,
    "SUMIFS": lambda cells, *criteria: many(cells, criteria),
    "COUNTIFS": lambda *criteria: many([1] * len(criteria[0]), criteria),
    "ROUND": rounded,
    "IF": lambda test, yes, no: yes if test else no,
    "AND": lambda *v: all(v),
    "DATE": lambda y, m, d: to_excel(date(int(y), int(m), int(d))),
}


class _Reading:
    """Reads one formula from left to right."""

    def __init__(self, sheets: Spreadsheet, sheet: str, text: str) -> None:
        self.sheets, self.sheet = sheets, sheet
        self.tokens = [(m.lastgroup, m[m.lastgroup]) for m in TOKEN.finditer(text)]
        assert "".join(t for _, t in self.tokens) == text.replace(" ", "") or "'" in text or '"' in text, text

    def next(self, *wanted: str) -> str:
        """Take the next sign if it is one of these."""
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in wanted:
            return self.tokens.pop(0)[1]
        return ""

    def whole(self) -> Any:
        value = self.compared()
        assert not self.tokens, self.tokens
        return value

    def compared(self) -> Any:
        left = self.texts()
        while sign := self.next(*COMPARED):
            right = self.texts()
            left = over(lambda a, b, do=COMPARED[sign]: do(*equal_kinds(a, b)), left, right)
        return left

    def texts(self) -> Any:
        left = self.sums()
        while self.next("&"):
            left = over(joined, left, self.sums())
        return left

    def sums(self) -> Any:
        return self.chain(self.products, "+", "-")

    def products(self) -> Any:
        return self.chain(self.single, "*", "/")

    def chain(self, part: Callable[[], Any], *signs: str) -> Any:
        left = part()
        while sign := self.next(*signs):
            right = part()
            left = over(lambda a, b, do=COUNTED[sign]: do(number(a), number(b)), left, right)
        return left

    def single(self) -> Any:
        if self.next("-"):
            return over(operator.neg, self.single())
        if self.next("("):
            value = self.compared()
            assert self.next(")")
            return value
        if self.next("{"):
            return self.several("}")
        kind, text = self.tokens.pop(0)
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "ref":
            sheet, _, address = text.rpartition("!")
            return self.sheets.range(sheet.strip("'") or self.sheet, address)
        assert kind == "name", (kind, text)
        assert self.next("(")
        return FUNCTIONS[text](*self.several(")"))

    def several(self, end: str) -> list[Any]:
        values = [self.compared()]
        while self.next(","):
            values.append(self.compared())
        assert self.next(end)
        return values
