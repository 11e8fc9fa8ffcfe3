"""The reading sets are sound in themselves: what their gold says stands in their documents, and their faults are faults.

No reader runs here. The documents are opened with plain libraries only, so that a fault of the reader cannot hide
a fault of the gold.
"""

from __future__ import annotations

import ast
import csv
import operator
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from pathlib import Path

import docx
import pypdfium2
import pytest
from lxml import etree, html
from many import every
from paths import CASES

SETS = {"dev": 10, "kept": 12, "third": 10, "fourth": 10, "fifth": 10, "sixth": 10}
SETS |= {"seventh": 8, "eighth": 4, "ninth": 8, "tenth": 8, "eleventh": 8, "twelfth": 8, "thirteenth": 5}
DOCUMENTS = (".docx", ".html", ".md", ".pdf", ".txt")
GOLD = [
    *("file", "seq", "region", "year", "scope", "name_zh", "kind", "value", "unit", "decimals", "qualifier"),
    *("base", "sentence_no", "text", "note"),
]
NOT_CLAIMS = ["file", "text", "why"]
VERDICTS = ["file", "verdict", "figures", "why", "also_ok", "origin"]
FAULTS = ["file", "tie", "number", "true"]
KINDS = {"level", "count", "yoy_pct", "yoy_pp", "yoy_abs", "share", "cagr", "other_base", "target"}
CHANGES = {"yoy_pct", "yoy_pp", "yoy_abs", "cagr", "other_base"}
QUALIFIERS = {"rounded", "exact", "over", "under", "about"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
DIGITS = re.compile(r"[0-9０-９①-⑳]+")
CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}


def files_of(folder: str) -> list[str]:
    """The documents of a set: all that is neither a table nor what is said about the set."""
    found = sorted((CASES / "reading" / folder).glob("*"))
    return [path.name for path in found if path.suffix in DOCUMENTS and path.name != "README.md"]


folders = pytest.mark.parametrize("folder", SETS)
documents = every(("folder", "file"), [(folder, file) for folder in SETS for file in files_of(folder)])


@cache
def rows(folder: str, table: str) -> list[dict[str, str]]:
    with (CASES / "reading" / folder / f"{table}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def of(folder: str, table: str, file: str) -> list[dict[str, str]]:
    return [row for row in rows(folder, table) if row["file"] == file]


def squeeze(text: str) -> str:
    """The text without any space: where lines and runs are cut is no part of what is said."""
    return re.sub(r"\s", "", text)


def plain(text: str) -> str:
    return squeeze(unicodedata.normalize("NFKC", text)).replace("−", "-")


# What stands in a document: blocks, each a paragraph or the cells of a table's row


def opened(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def without_headers(table: list[list[str]]) -> list[list[str]]:
    """The rows from the first that has a cell which is a number."""
    for n, row in enumerate(table):
        if any(re.fullmatch(r"\(?-?[\d,.]+%?\)?", plain(cell)) for cell in row):
            return table[n:]
    return []


def in_text(path: Path) -> list[str | list[str]]:
    text = opened(path).replace("\r\n", "\n")
    blank = "\n\n" in text
    found: list[str | list[str]] = []
    for block in re.split(r"\n\n+" if blank else "\n", text):
        lines = [line for line in block.split("\n") if line.strip()]
        if lines and lines[0].startswith("|"):
            found += [line.strip("| ").split("|") for line in without_headers_of(lines)]
        elif lines and all("\t" in line for line in lines) and blank:
            found += without_headers([line.split("\t") for line in lines])
        elif lines:
            found.append(re.sub(r"^[#>*]+ *", "", "".join(lines)) if path.suffix == ".md" else "".join(lines))
    return found if blank else gathered(found)


def without_headers_of(lines: list[str]) -> list[str]:
    kept = without_headers([line.strip("| ").split("|") for line in lines if not re.fullmatch(r"[|:\- ]+", line)])
    return ["|".join(row) for row in kept]


def gathered(lines: list[str | list[str]]) -> list[str | list[str]]:
    """Lines with tabs that follow each other are one table."""
    found: list[str | list[str]] = []
    table: list[list[str]] = []
    for line in [*lines, ""]:
        if isinstance(line, str) and "\t" in line:
            table.append(line.split("\t"))
            continue
        found += without_headers(table)
        table = []
        if line:
            found.append(line)
    return found


def in_word(path: Path, *, whole: bool = False) -> list[str | list[str]]:
    document = docx.Document(str(path))
    body = list if whole else without_headers
    found: list[str | list[str]] = []
    for element in document.element.body:
        if element.tag == W + "p":
            found.append(text_of(element))
        elif element.tag == W + "tbl":
            found += body([[text_of(cell) for cell in row.iter(W + "tc")] for row in element.iter(W + "tr")])
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/footnotes.xml":
            found += [text_of(p) for p in etree.fromstring(part.blob).iter(W + "p")]
    return [block for block in found if block and (isinstance(block, list) or block.strip())]


def text_of(element: etree._Element) -> str:
    return "".join(t.text or "" for t in element.iter(W + "t"))


def in_page(path: Path) -> list[str | list[str]]:
    found: list[str | list[str]] = []
    for element in html.fromstring(path.read_bytes()).get_element_by_id("zoom").iter("h1", "h2", "h3", "p", "table"):
        if element.tag == "table":
            if element.find(".//table") is None:
                found += without_headers([[c.text_content() for c in r.iter("td", "th")] for r in element.iter("tr")])
        elif element.getparent().tag not in ("td", "th"):
            found.append(element.text_content())
    return [block for block in found if isinstance(block, list) or block.strip()]


def in_pdf(path: Path) -> str:
    """The text of all pages; what stands on every page, as running headers do, comes after it."""
    pages = [page.get_textpage().get_text_bounded().splitlines() for page in pypdfium2.PdfDocument(path)]
    running = set.intersection(*({DIGITS.sub("", line) for line in page} for page in pages))
    running = running if len(pages) > 1 else set()
    body = [line for page in pages for line in page if DIGITS.sub("", line) not in running]
    ends = [line for page in pages for line in page if DIGITS.sub("", line) in running]
    return "\n".join([*body, *ends])


BLOCKS = {".txt": in_text, ".md": in_text, ".docx": in_word, ".html": in_page}


def sentences(path: Path) -> list[str]:
    """The sentences as the gold counts them: paragraphs cut after 。；！？, a row of a table is one; none of a PDF."""
    found = []
    for block in BLOCKS[path.suffix](path):
        if isinstance(block, list):
            found.append("  ".join(block))
        else:
            found += [part for part in re.split(r"(?<=[。；！？])", block) if part.strip()]
    return found


def everything(path: Path) -> str:
    """All text of the document, its furniture too."""
    if path.suffix == ".pdf":
        return in_pdf(path)
    if path.suffix == ".html":
        page = html.fromstring(path.read_bytes())
        for cell in page.iter("td", "th"):
            cell.tail = "  " + (cell.tail or "")
        return str(page.text_content())
    if path.suffix == ".docx":
        section = docx.Document(str(path)).sections[0]
        ends = [p.text for part in (section.header, section.footer) for p in part.paragraphs]
        return "\n".join(["  ".join(b) if isinstance(b, list) else b for b in in_word(path, whole=True)] + ends)
    return opened(path)


def spaced(text: str) -> re.Pattern[str]:
    """The text wherever lines cut it, where no digit continues it on either side."""
    text = squeeze(text)
    before = r"(?<![0-9０-９.,．])" if re.match("[0-9０-９]", text) else ""
    after = r"(?![0-9０-９]|[.,．][0-9０-９])" if re.search("[0-9０-９]$", text) else ""
    return re.compile(before + r"\s*".join(map(re.escape, text)) + after)


# The tables


@folders
def test_a_set_has_its_documents_and_tables_in_the_shared_formats(folder: str) -> None:
    files = set(files_of(folder))
    assert len(files) == SETS[folder]
    for table, columns in (("gold", GOLD), ("not_claims", NOT_CLAIMS), ("verdicts", VERDICTS), ("faults", FAULTS)):
        assert list(rows(folder, table)[0]) == columns
        assert {row["file"] for row in rows(folder, table)} <= files
    assert {row["file"] for row in rows(folder, "gold")} == files
    assert sorted(row["file"] for row in rows(folder, "verdicts")) == sorted(files)


@folders
def test_no_document_is_of_a_real_place(folder: str) -> None:
    assert all(re.match("[某甲乙丙丁戊己庚辛壬癸]", row["region"]) for row in rows(folder, "gold"))


@documents
def test_fields_of_the_gold_are_of_the_kinds_that_there_are(folder: str, file: str) -> None:
    gold = of(folder, "gold", file)
    assert [int(row["seq"]) for row in gold] == list(range(1, len(gold) + 1))
    for row in gold:
        kinds = row["kind"].split("|")
        assert set(kinds) <= KINDS, row
        assert row["qualifier"] in QUALIFIERS, row
        assert all(row[x].strip() for x in ("year", "scope", "name_zh", "unit", "text")), row
        assert all(part for part in (*row["scope"].split("|"), *row["name_zh"].split("|"))), row
        assert bool(row["base"]) or kinds[0] not in CHANGES, row
        assert re.fullmatch(r"-?\d+(\.\d+)?", row["value"]), row
        assert row["value"].partition(".")[2] == row["value"][-int(row["decimals"]) :] * bool(int(row["decimals"]))


@documents
def test_values_decimals_and_units_are_those_printed(folder: str, file: str) -> None:
    for row in of(folder, "gold", file):
        text = plain(row["text"])
        printed = NUMBER.search(text)
        if printed is None:
            assert abs(Fraction(row["value"])) == counted(text), row
            assert row["decimals"] == "0", row
            continue
        number = printed.group().lstrip("-").replace(",", "")
        assert row["value"].lstrip("-") == number, row
        assert int(row["decimals"]) == len(number.partition(".")[2]), row
        assert row["value"].startswith("-") or not text.startswith(("-", "(")), row
        rest = re.sub("[余多)]", "", text[printed.end() :])
        assert rest in ("", plain(row["unit"])), row


def counted(text: str) -> int:
    """The value of 三户, 五十余项, 百亿元; nothing is said by 持平."""
    total = current = 0
    for c in text.split("百分之")[-1]:
        if c in CHINESE:
            current = CHINESE[c]
        elif c in "十百千":
            total, current = total + (current or 1) * {"十": 10, "百": 100, "千": 1000}[c], 0
        else:
            break
    return total + current


# The gold against the documents


@documents
def test_every_number_of_the_gold_stands_in_the_document_in_its_order(folder: str, file: str) -> None:
    path = CASES / "reading" / folder / file
    gold = of(folder, "gold", file)
    if path.suffix == ".pdf":  # where its paragraphs end cannot be told without reading it
        text, at = in_pdf(path), 0
        for row in gold:
            found = spaced(row["text"]).search(text, at)
            assert found, row
            at = found.end()
        assert all(int(a["sentence_no"]) <= int(b["sentence_no"]) for a, b in pairwise(gold))
        return
    said = sentences(path)
    last = at = 0
    for row in gold:
        number = int(row["sentence_no"])
        at = at if number == last else 0
        found = spaced(row["text"]).search(said[number - 1], at)
        assert number >= last, row
        assert found, (row, said[number - 1])
        last, at = number, found.end()


@documents
def test_every_digit_of_the_document_is_in_the_gold_or_no_claim(folder: str, file: str) -> None:
    text = everything(CASES / "reading" / folder / file)
    rest, at = "", 0
    for row in of(folder, "gold", file):
        found = spaced(row["text"]).search(text, at)
        assert found, row
        rest += text[at : found.start()] + "◆"
        at = found.end()
    rest += text[at:]
    others = [row["text"] for row in of(folder, "not_claims", file)]
    assert len(others) == len(set(others))
    for other in sorted(others, key=len, reverse=True):
        assert spaced(other).search(text), other
        rest = spaced(other).sub("◇", rest)
    assert DIGITS.search(rest) is None, rest[max(0, DIGITS.search(rest).start() - 20) :][:50]  # type: ignore[union-attr]


# The faults


@dataclass(frozen=True)
class Interval:
    """All values that a printed number can stand for; operations widen, never narrow."""

    low: Fraction
    high: Fraction

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        products = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(products), max(products))

    def __truediv__(self, other: Interval) -> Interval:
        assert not other.low <= 0 <= other.high
        return self * Interval(1 / other.high, 1 / other.low)

    def __pow__(self, power: Interval) -> Interval:
        """For a whole exponent of a positive number."""
        n = int(power.low)
        return Interval(self.low**n, self.high**n)

    def meets(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high


def printed_as(value: str) -> Interval:
    half = Fraction(1, 2) / 10 ** len(value.partition(".")[2])
    return Interval(Fraction(value) - half, Fraction(value) + half)


MAIN = ("资产总额", "负债总额", "所有者权益", "净资产", "营业收入", "利润总额", "净利润", "资产负债率")
MONEY = {"元": 0, "千元": 3, "万元": 4, "亿元": 8, "亿": 8, "万亿元": 12}


def stands_for(row: dict[str, str], value: str = "") -> Interval:
    """The interval of a row, money in 万元; a count is exact, 逾 and 近 are open on one side."""
    value = value or row["value"]
    got = printed_as(value)
    if row["kind"] == "count":
        got = Interval(Fraction(value), Fraction(value))
    scale = Fraction(10) ** (MONEY[row["unit"]] - 4) if row["unit"] in MONEY else Fraction(1)
    return Interval(got.low * scale, got.high * scale)


OPERATIONS: dict[type[ast.operator], Callable[[Interval, Interval], Interval]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def holds(tie: str, numbers: dict[str, Interval]) -> bool:
    """Whether both sides of `#1 = #2 + #3` can be equal; plain numbers in it are exact."""
    left, right = (
        worked_out(ast.parse(side.replace("#", "n").strip(), mode="eval").body, numbers) for side in tie.split("=")
    )
    return left.meets(right)


def worked_out(node: ast.expr, numbers: dict[str, Interval]) -> Interval:
    if isinstance(node, ast.BinOp):
        return OPERATIONS[type(node.op)](worked_out(node.left, numbers), worked_out(node.right, numbers))
    if isinstance(node, ast.Name):
        return numbers[node.id.removeprefix("n")]
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int)
    return exactly(node.value)


@pytest.mark.parametrize(
    ("tie", "possible"),
    [
        ("#1 = #2 + #3", True),  # 4.65 + 4.65 is 9.3, though 4.7 + 4.7 is not
        ("#1 = #2 + #4", False),  # at most 4.75 + 4.95 = 9.7 and at least 4.65 + 4.85 = 9.5: not 9.3
        ("#5 = 100 * #2 / #1", True),  # 4.7 of 9.3
        ("#6 = 100 * #2 / #1", False),
        ("#1 = #2 * (1 + #7 / 100) ** 2", True),  # 4.7 * 1.407 * 1.407 = 9.3
        ("#1 = #2 * (1 + #8 / 100) ** 2", False),  # half of 98%: growth on growth is less
    ],
)
def test_a_tie_holds_where_rounding_can_explain_it(tie: str, possible: bool) -> None:
    printed = {"1": "9.3", "2": "4.7", "3": "4.7", "4": "4.9", "5": "50.5", "6": "55.0", "7": "40.7", "8": "49.0"}
    assert holds(tie, {n: printed_as(value) for n, value in printed.items()}) == possible


@folders
def test_every_planted_fault_makes_its_document_impossible_and_the_true_number_possible(folder: str) -> None:
    assert rows(folder, "faults")
    for fault in rows(folder, "faults"):
        gold = {row["seq"]: row for row in of(folder, "gold", fault["file"])}
        numbers = {seq: stands_for(row) for seq, row in gold.items()}
        assert not holds(fault["tie"], numbers), fault
        wrong = gold[fault["number"].lstrip("#")]
        assert wrong["value"] != fault["true"]
        assert wrong["note"].startswith("植入的错"), fault
        assert holds(fault["tie"], numbers | {wrong["seq"]: stands_for(wrong, fault["true"])}), fault


@folders
def test_the_verdict_says_which_documents_are_faulty(folder: str) -> None:
    planted = {row["file"] for row in rows(folder, "gold") if row["note"].startswith("植入的错")}
    faulty = {row["file"] for row in rows(folder, "faults")}
    for row in rows(folder, "verdicts"):
        assert row["verdict"] in {"CLEAN", "CONFLICT", "UNIT", "NOTICE"}
        assert row["why"], row
        assert (row["file"] in planted) == (row["verdict"] in {"CONFLICT", "UNIT"}), row
        assert (row["file"] in faulty) == (row["verdict"] == "CONFLICT"), row
        assert bool(row["figures"]) == (row["verdict"] != "CLEAN"), row


def impossible(gold: list[dict[str, str]]) -> list[str]:
    """What cannot be true of what one scope prints of one year: balance, debt ratio, growth, one number said twice."""
    levels: dict[tuple[str, str], dict[str, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    changes: dict[tuple[str, str, str], dict[str, Interval]] = defaultdict(dict)
    for row in gold:
        if row["kind"] == "level" and row["qualifier"] == "rounded" and not row["note"].startswith("区间"):
            levels[row["scope"], row["year"]][row["name_zh"]].append(stands_for(row))
        if row["kind"] in ("yoy_abs", "yoy_pct") and row["base"] == "上年" and row["unit"] in (*MONEY, "%"):
            changes[row["scope"], row["year"], row["name_zh"]][row["kind"]] = stands_for(row)
    ties = []
    for (scope, year), found in levels.items():
        where = f"{scope} {year}"
        for a, b in product(found["资产总额"], found["负债总额"]):
            ties += [(f"{where} 权益", a.meets(b + c)) for x in ("所有者权益", "净资产") for c in found[x]]
            ties += [(f"{where} 负债率", (b / a * exactly(100)).meets(c)) for c in found["资产负债率"]]
        ties += [(f"{where} {x}", a.meets(b)) for x in MAIN for a, b in pairwise(found[x])]
    for (scope, year, name), change in changes.items():
        before = levels[scope, str(int(year) - 1) if year.isdigit() else ""][name]
        for now in levels[scope, year][name]:
            where = f"{scope} {year} {name}"
            if len(change) == 2:
                rate = change["yoy_abs"] / (now - change["yoy_abs"]) * exactly(100)
                ties.append((f"{where} 增减额", rate.meets(change["yoy_pct"])))
            ties += [
                (f"{where} 增速", (now / was * exactly(100)).meets(change["yoy_pct"] + exactly(100)))
                for was in before
                if "yoy_pct" in change and was.low > 0
            ]
    return [what for what, possible in ties if not possible]


@documents
def test_a_document_without_its_fault_can_be_true(folder: str, file: str) -> None:
    assert impossible([row for row in of(folder, "gold", file) if not row["note"].startswith("植入的错")]) == []


def test_a_change_that_is_not_its_growth_is_seen() -> None:
    assert impossible(of("dev", "gold", "d08.pdf")) == [
        "全县国有企业|全县国有独资及控股企业|县属国有企业|企业国有资产(不含金融企业) 2019 资产总额 增减额"
    ]


def exactly(value: int) -> Interval:
    return Interval(Fraction(value), Fraction(value))
