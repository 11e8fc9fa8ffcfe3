"""Vertical statements: a line for each item, a column for each moment or period.

A sheet may hold several statements, one below the other, each in two halves side by side, with
columns for several bases or enterprises. Each amount column becomes one row of the form's table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import PurePath

from ...tables.data_errors import Fault
from ...tables.declared import Column, DeclaredTable
from ..cells import Cleaner, UnclearError
from ..files.raw import Cell, Origin, Sheet, folded
from ..headers import Names
from ..rows import Note
from ..years import named as named_years
from ..years import of_file
from .adding import Line, Sums, add_up
from .blocks import ABOUT, Block, blocks, is_number, may_hold, named, word_of
from .flat import Flat
from .forms import Form, Label, forms
from .heads import GENERIC, Head, Roster, When, basis_stated, filed_on, head, owner_stated, plain, stated, year_in

NUMBERING = re.compile(r"栏次|行次|项目|甲|乙|丙|序号")
BESIDE = re.compile(r"行\s*次|行号|附\s*注|注释|序\s*号|备\s*注")
NO_HEAD = Head("", "", None, "", "", "")
SIGN = re.compile(r"^\s*(?:[¥￥]|人民币|RMB|CNY)\s*", re.I)
TALLY = Column("amount", "金额", "number", "万元", "", False)
NOT_A_YEAR_END = "年末的报表；月报要有“财务快报”表"


def unfold(sheet: Sheet, names: Names, wanted: str) -> Flat | None:
    """Return the statements of a sheet as rows of their tables, or None where it holds none."""
    known = _forms(names)
    said = sheet.table or names.title(sheet.name or PurePath(sheet.file).stem)
    if sheet.table or (said and all(said not in (form.table, form.monthly) for form in known)):
        return None
    if not may_hold(sheet, known):
        return None
    made = Flat()
    before: Block | None = None
    every = list(blocks(sheet, known, _roster(names), wanted))
    for alone in every:
        block = alone if before is None else alone.after(before)
        before = block
        others = {row for other in every if other is not alone for row in other.rows(sheet, known)}
        one = Flat()
        _Statement(sheet, names, block, one).unfold(wanted)
        made.sheets += [replace(flat, elsewhere=frozenset(others)) for flat in one.sheets]
        made.notes += one.notes
        made.faults += one.faults
    return made if before is not None else None


@lru_cache(maxsize=4)
def _forms(names: Names) -> tuple[Form, ...]:
    return tuple(forms(names))


@lru_cache(maxsize=4)
def _roster(names: Names) -> Roster:
    return Roster.read(names.package)


# --- one statement ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Column:
    """A column of amounts and what its head says."""

    at: int
    head: Head


@dataclass(frozen=True)
class _Place:
    """Which row of which table a column of amounts is; ``year`` 0 where nothing says it."""

    table: str
    owner: str
    basis: str
    moment: str
    year: int
    month: int = 0
    prior: bool = False


@dataclass
class _Read:
    """The amounts of one column of a statement, or of its halves."""

    lines: list[Line] = field(default_factory=list)
    cells: dict[int, Cell] = field(default_factory=dict)  # by number of the line
    own: set[int] = field(default_factory=set)  # numbers of lines whose cells state a unit
    marks: int = 0  # cells with — and the like
    heads: dict[int, _Column] = field(default_factory=dict)  # half -> column


class _Statement:
    """A statement while it is unfolded."""

    def __init__(self, sheet: Sheet, names: Names, block: Block, made: Flat) -> None:
        self.sheet, self.names, self.block, self.made = sheet, names, block, made
        self.form, self.roster = block.form, _roster(names)
        self.roof = [sheet.rows[r] for r in block.above]
        self.cleaner = Cleaner(TALLY, {})
        self.broken = False

    # --- what goes wrong, what is told ---

    def fault(self, row: int | None, column: str | None, found: str, expected: str, advice: str) -> None:
        self.broken = True
        number = None if row is None else self.sheet.number(row)
        said = Fault(self.sheet.place, number, column, found, expected, advice)
        if said not in self.made.faults:
            self.made.faults.append(said)

    def note(self, kind: str, row: int, column: str, found: str, became: str = "") -> None:
        self.made.notes.append(Note(kind, self.sheet.place, self.sheet.number(row), column, found, became))

    def unfold(self, wanted: str) -> None:
        """Add the statement's rows, notes and faults to what is made."""
        top = self.block.top
        if wanted and wanted not in (self.form.table, self.form.monthly):
            title = self.names.package.tables[wanted].title
            self.note("指明的是另一张表，不导入", top, "", self.form.name, title)
            return
        columns = self._columns()
        self._tell_others(columns)
        owner = self._owner() if any(not c.head.owner for c in columns) else ""
        when = self._when(columns)
        if self.broken:
            return
        basis, whence = self._basis()
        places: dict[_Place, _Read] = {}
        for column in columns:
            place = self._place(column, columns, owner, basis, when, wanted)
            if self.broken:
                return
            if place is None:
                self._unused(column)
            else:
                self._read(column, places.setdefault(place, _Read()))
        if self.broken:
            return
        self._tell_basis(places, whence, basis)
        rows = []
        for place, read in places.items():
            if all(line.amount is None for line in read.lines):
                self.note("整列没有数，不导入", top, next(iter(read.heads.values())).head.words, self.form.name)
            elif self._kept(place):
                rows.append((place, read, self._add_up(place, read)))
        if not self.broken:
            self._write(rows)

    # --- columns ---

    def _columns(self) -> list[_Column]:
        """Return the columns of amounts, their heads read as far down as needed to tell them apart."""
        top = self.block.top
        found = self._headed(top)
        said = [(c.head.role, c.head.when, c.head.basis, c.head.owner, self._half(c.at)) for c in found]
        if (
            top > 0
            and top - 1 in self.block.above
            and (len(set(said)) < len(said) or not all(c.head.role for c in found))
        ):
            above = self.sheet.rows[top - 1]
            texts = [c for c in above if c not in (None, "")]
            if texts and not any(ABOUT.search(plain(c)) or owner_stated([[c]]) for c in texts):
                wider = self._headed(top - 1)
                if len(wider) >= len(found):
                    found = wider
        return found

    def _headed(self, top: int) -> list[_Column]:
        width = max((len(cells) for cells in self.sheet.rows[top : self.block.end]), default=0)
        found = []
        for at in range(min(self.block.items) + 1, width):
            if at in self.block.items:
                continue
            said = head(self._path(top, at), self.roster)
            if said.any:
                found.append(_Column(at, said))
        return found

    def _path(self, top: int, column: int) -> list[str]:
        """Return the words over a column; a group's head holds for the columns after it that have none."""
        words = []
        for row in range(top, self.block.body):
            for at in range(column, max(self.block.items[0], -1), -1):
                origin = self.sheet.merged.get((row, at), (row, at))
                cells = self.sheet.rows[origin[0]] if origin[0] < len(self.sheet.rows) else ()
                cell = cells[origin[1]] if origin[1] < len(cells) else None
                if said := word_of(cell):
                    if at == column or head([said], self.roster).any:
                        words.append(said)
                    break
                if row == self.block.body - 1 or at in self.block.items:
                    break
        return list(dict.fromkeys(words))

    def _half(self, column: int) -> int:
        """Return which half a column stands in: columns of names with none of amounts between are one."""
        return max((n for n, first in enumerate(self._firsts) if first <= column), default=0)

    @property
    def _firsts(self) -> list[int]:
        firsts: list[int] = []
        for at in self.block.items:
            between = range(firsts[-1] + 1, at) if firsts else ()
            if not firsts or any(head(self._path(self.block.top, c), self.roster).any for c in between):
                firsts.append(at)
        return firsts

    # --- whose, of when, on which basis ---

    def _owner(self) -> str:
        """Return the enterprise's id, or its name where the book has no such enterprise yet."""
        top = self.block.top
        said = owner_stated(self.roof)
        titled = {o for row in self.roof for c in row if isinstance(c, str) for o in self.roster.inside(c)}
        named = self.roster.within(self.sheet.name) if self.sheet.name else set()
        if said:
            found, whence = self.roster.called(said) or self.roster.within(said), "编制单位"
            if len(found) == 1 and named and not found & named:
                other = "、".join(sorted(self.roster.names[o] for o in named))
                self.fault(
                    top, None, f"编制单位是“{said}”，工作表名说的是{other}", "同一户企业", "改正编制单位或工作表名"
                )
                return ""
            if not found:
                return said  # whoever fills in the roster says who that is
        else:
            stem = PurePath(self.sheet.file).stem
            choices = ((titled, "标题"), (named, "工作表名"), (self.roster.within(stem), "文件名"))
            found, whence = next(((f, w) for f, w in choices if f), (set(), ""))
        if len(found) == 1:
            (owner,) = found
            text = said or {"标题": "标题", "工作表名": self.sheet.name, "文件名": self.sheet.file}[whence]
            if folded(text) != folded(owner):
                self.note(f"企业取自{whence}", top, "", text[:40], f"{owner} {self.roster.names[owner]}")
            return owner
        if found:
            several = "、".join(f"{self.roster.names[o]}（{o}）" for o in sorted(found))
            self.fault(
                top,
                None,
                f"{whence}“{said or self.sheet.name or self.sheet.file}”可能是{several}",
                "唯一的一户企业",
                "在编制单位后面写企业全称或编号",
            )
            return ""
        for text in (self.sheet.name, PurePath(self.sheet.file).stem):
            rest = GENERIC.sub("", re.sub(r"[\s_\-—()（）]", "", plain(text)).casefold())
            if len(rest) > 1 and not rest.isascii():
                return plain(text)
        self.fault(
            top,
            None,
            "没有写是哪户企业的报表",
            "编制单位：企业名称或编号",
            "在表的上方写“编制单位：”，或把工作表命名为企业名称",
        )
        return ""

    def _when(self, columns: Sequence[_Column]) -> When | None:
        """Return of when the statement is, unless the file's name says plainly another year."""
        when = self._said_when(columns)
        if when is None or ((named := year_in(self.sheet.name)) and named.year == when.year):
            return when
        file, bare = of_file(self.sheet, beside=True), year_in(PurePath(self.sheet.file).stem)
        if file and not file[0] <= str(when.year) <= file[-1]:
            told = "、".join(f"{year}年" for year in file)
            if named_years(PurePath(self.sheet.file).stem):
                found, advice = f"表里写{when.year}年，文件名写{told}", "改正表里的日期，或给文件改名"
                self.fault(self.block.top, None, found, "同一个年度", advice)
                return None
            self.note("年度与文件夹名不同，按表里的", self.block.top, "", told, f"{when.year}年")
        elif bare and not bare.day and bare.year != when.year and not file:
            self.note("年度与文件名不同，按表里的", self.block.top, "", f"{bare.year}", f"{when.year}年")
        return when

    def _said_when(self, columns: Sequence[_Column]) -> When | None:
        """Return of when the statement is: by its title, its heads, the sheet's name or the file's."""
        top = self.block.top
        found = stated(c for row in self.roof for c in row)
        heads = {c.head.when for c in columns if c.head.when}
        if len({when.year for when in found}) > 1 or len(found) > 1:
            said = "、".join(_said(when) for when in sorted(found))
            self.fault(
                top,
                None,
                f"表的上方写着{said}",
                "只有一个报表日期或期间",
                "只留报表本身的日期；填报日期前面写“填报日期：”",
            )
            return None
        if found and heads:
            (when,) = found
            latest = max(h.year for h in heads)
            if latest != when.year:
                self.fault(top, None, f"标题是{when.year}年，列名最晚是{latest}年", "同一个年度", "改正标题或列名")
                return None
            return when
        if found:
            return found.pop()
        if heads:
            return max(heads)
        return year_in(self.sheet.name) or year_in(self.sheet.file)

    def _basis(self) -> tuple[str, str]:
        above = "".join(plain(c) for row in self.roof for c in row if isinstance(c, str) and not owner_stated([[c]]))
        return basis_stated(((above, "标题"), (self.sheet.name, "工作表名"), (self.sheet.file, "文件名")))

    def _tell_basis(self, places: Mapping[_Place, _Read], whence: str, basis: str) -> None:
        if not any(place.basis for place in places) or all(
            c.head.basis for r in places.values() for c in r.heads.values()
        ):
            return
        if not whence:
            self.note("没有写报表口径，按单户", self.block.top, "", self.form.name)
        elif whence != "标题":
            self.note(f"报表口径取自{whence}", self.block.top, "", self.form.name, self._word("basis", basis))

    def _word(self, column: str, code: str) -> str:
        tables = self.names.package.tables.values()
        return next((t.labels[column][code] for t in tables if code in t.labels.get(column, {})), code)

    # --- which row a column of amounts is ---

    def _place(
        self, column: _Column, columns: Sequence[_Column], owner: str, basis: str, when: When | None, wanted: str
    ) -> _Place | None:
        said, form = column.head, self.form
        table = self.names.package.tables.get(form.table)
        monthly = self._is_monthly(when, wanted)
        own_basis = said.basis or basis or "individual"
        moment, year = self._moment(column, columns, when, monthly)
        if not moment:
            return None
        whose = said.owner or owner
        if monthly:
            return self._month(column, moment, whose, own_basis, when, wanted)
        if when and not when.ends_year:
            self.note("不是全年的，不导入", self.block.top, said.words, f"{_said(when)}{form.name}")
            return None
        if table is None:
            self.note("本书没有可以放它的表，不导入", self.block.top, said.words, form.name)
            return None
        stock = any(c.name == "moment" for c in table.columns)
        if not stock and moment == "opening":
            moment = "prior"
        if moment == "prior" and not year:
            self.note("没有年度，上年的数不导入", self.block.top, said.words, form.name)
            return None
        if all(c.name != "basis" for c in table.columns):
            if own_basis != "individual":
                self.note("只收单户数，不导入", self.block.top, said.words, self._word("basis", own_basis))
                return None
            own_basis = ""
        return _Place(form.table, whose, own_basis, moment if stock else "", year, 0, moment == "prior")

    def _is_monthly(self, when: When | None, wanted: str) -> bool:
        if self.form.monthly in (self.form.table, wanted):
            return bool(self.form.monthly)
        titles = f"{self.sheet.name}{''.join(plain(c) for row in self.roof for c in row)}"
        returned = wanted != self.form.table and re.search("快报|月报", titles)
        return bool(self.form.monthly and ((when and not when.ends_year) or returned))

    def _month(
        self, column: _Column, moment: str, owner: str, basis: str, when: When | None, wanted: str
    ) -> _Place | None:
        """Return the row of a monthly return; it holds one enterprise's own figures at the month's end."""
        top, form = self.block.top, self.form
        yearly = wanted == form.table != form.monthly
        if yearly or form.monthly not in self.names.package.tables:
            self.fault(
                top, None, f"报表日期是{_said(when) if when else '月份'}，不是年末", NOT_A_YEAR_END, "换成年末的报表"
            )
            return None
        if when is None or not when.month:
            self.fault(top, None, "没有写是哪个月的报表", "年和月，如2024年6月", "在表的上方写明年月")
            return None
        if moment not in ("closing", "flow"):
            return None
        if basis != "individual":
            self.note("只收单户数，不导入", top, column.head.words, self._word("basis", basis))
            return None
        return _Place(form.monthly, owner, "", "", when.year, when.month)

    def _moment(self, column: _Column, columns: Sequence[_Column], when: When | None, monthly: bool) -> tuple[str, int]:
        """Return which moment or period of which year a column holds, nothing if it is none that is kept."""
        said, year = column.head, when.year if when else 0
        table = self.names.package.tables.get(self.form.table)
        stock = table is not None and any(c.name == "moment" for c in table.columns)
        brief = self.form.table == self.form.monthly
        role = said.role
        if role == "date" and said.when:
            return self._dated(said.when, year, stock or brief)
        if role == "opening":
            return ("opening", said.when.year if said.when else year) if stock else ("", 0)
        if stock or (brief and role == "closing"):
            if role == "prior" and "同期" not in said.words:
                return "opening", year
            return ("closing", year) if role in ("closing", "current", "to_date", "amount", "") else ("", 0)
        alike = [c.head for c in columns if (c.head.basis, c.head.owner) == (said.basis, said.owner)]
        if role == "prior":
            cumulated = any("累计" in h.words for h in alike if h.role == "prior")
            return ("prior", year - 1 if year else 0) if not cumulated or "累计" in said.words else ("", 0)
        if role in ("current", "amount", "", "closing"):
            if any(h.role == "to_date" for h in alike):
                return "", 0
            part = when and when.month not in (0, 1) and not when.day and not when.begun
            if part:
                self.fault(
                    self.block.top,
                    said.words or None,
                    f"报表期间是{_said(when)}，“{said.words or '金额'}”可能是当月数，也可能是累计数",
                    "本年累计数",
                    f"全年的把期间写作{year}年度；列名写作“本年累计金额”",
                )
            return "flow", year
        return ("flow", year) if role == "to_date" else ("", 0)

    def _dated(self, own: When, year: int, stock: bool) -> tuple[str, int]:
        if not stock:
            if own.year == year:
                return "flow", year
            return ("prior", own.year) if own.year == year - 1 and own.ends_year else ("", 0)
        if (own.month, own.day) == (1, 1):
            return ("opening", own.year) if own.year == year else ("", 0)
        if own.year == year:
            return "closing", year
        return ("opening", year) if own.year == year - 1 and own.ends_year else ("", 0)

    # --- amounts ---

    def _tell_others(self, columns: Sequence[_Column]) -> None:
        """Say which columns hold numbers that are none of the statement's: changes, budgets, totals."""
        known = {c.at for c in columns} | set(self.block.items)
        width = max((len(cells) for cells in self.sheet.rows[self.block.body : self.block.end]), default=0)
        for at in range(min(self.block.items), width):
            said = "/".join(self._path(self.block.top, at))
            if at not in known and not BESIDE.search(said):
                self._unused(_Column(at, replace(NO_HEAD, words=said or f"第{at + 1}列")))

    def _unused(self, column: _Column) -> None:
        cells = [row[column.at] for row in self.sheet.rows[self.block.body : self.block.end] if column.at < len(row)]
        filled = sum(map(is_number, cells))
        if filled:
            self.note("没有用到的列", self.block.top, column.head.words, f"{filled}个数")

    def _read(self, column: _Column, into: _Read) -> None:
        """Read a column's amounts; a second column of the same place has to be the other half, or to agree."""
        half = self._half(column.at)
        firsts = [*self._firsts, 10**6]
        lines: list[Line] = []
        cells, own, marks = dict[int, Cell](), set[int](), 0
        for row in range(self.block.body, self.block.end):
            line = self._words(row, firsts[half], column.at)
            values = self.sheet.rows[row]
            cell = values[column.at] if column.at < len(values) else None
            if line is None and cell in (None, ""):
                continue
            if line is not None and NUMBERING.fullmatch(line.name):
                continue
            words = line or Label("（没有名称）", "")
            amount, has_unit, mark = self._amount(row, column, words, cell)
            if line is None and not amount:
                continue
            number = len(into.lines) + len(lines)
            cells[number] = cell
            own |= {number} if has_unit else set()
            marks += mark
            lines.append(Line(row, words, amount, half))
        if half in into.heads:
            old = {(li.row, li.label.name): li.value for li in into.lines if li.half == half}
            if any(old.get((li.row, li.label.name), Decimal(0)) != li.value for li in lines):
                self.fault(
                    self.block.top,
                    column.head.words,
                    f"与“{into.heads[half].head.words}”列是同一口径、同一时点，数却不同",
                    "每个口径、每个时点一列",
                    "删去一列，或在列名里写明口径和日期",
                )
            return
        into.lines += lines
        into.cells |= cells
        into.own |= own
        into.marks += marks
        into.heads[half] = column

    def _words(self, row: int, first: int, before: int) -> Label | None:
        """Return a line's words: the first text in its half."""
        cells = self.sheet.rows[row]
        for at in range(first, min(before, len(cells))):
            origin = self.sheet.merged.get((row, at), (row, at))
            cell = cells[at] if origin == (row, at) else None
            if isinstance(cell, str) and re.search(r"[^\W\d_a-zA-Z]", cell):
                return named(cell)
        return None

    def _amount(self, row: int, column: _Column, line: Label, cell: Cell) -> tuple[Decimal | None, bool, int]:
        """Return a cell's amount, whether it states a unit of its own, and whether it is a mark for nothing."""
        if cell in (None, ""):
            return None, False, 0
        known = self.form.knows(line.name)
        try:
            text, kinds = self.cleaner.read(SIGN.sub("", cell) if type(cell) is str else cell)
        except UnclearError as error:
            if known and not isinstance(cell, bool):
                self.fault(row, f"{line.text}/{column.head.words}", error.found, error.expected, error.advice)
            return None, False, 0
        if not text:
            return None, False, 1
        own = isinstance(cell, str) and any("换算" in kind or "单位" in kind for kind in kinds)
        return Decimal(text), own, 0

    # --- columns of the table ---

    def _add_up(self, place: _Place, read: _Read) -> Sums:
        table = self.names.package.tables[
            self.form.table if self.form.table in self.names.package.tables else place.table
        ]
        given = {item.column for item in self.form.items.values()}
        identities = [i for i in table.identities if {i.total, *(n for n, _ in i.parts)} <= given]
        said_over = "".join(plain(c) for row in self.sheet.rows[: self.block.body] for c in row if isinstance(c, str))
        sums = add_up(self.form, identities, read.lines, yuan=not re.search("[万亿]元", said_over))
        words = "、".join(dict.fromkeys(c.head.words for c in read.heads.values()))
        said = next(iter(read.heads.values())).head.words
        for wrong in sums.wrong:
            blame = self._blame(sums, wrong.stated - wrong.due)
            self.fault(
                wrong.line.row,
                f"{wrong.line.label.text}/{said}",
                f"{_figure(wrong.stated)}，与各项之和差{_figure(wrong.stated - wrong.due)}",
                _figure(wrong.due),
                f"请核对各项{blame}",
            )
        if not sums.wrong:
            for part in sums.unclear:
                self.fault(
                    part.line.row,
                    f"{part.line.label.text}/{said}",
                    "说不清是加是减、是不是已含在别的项目里",
                    "合计数能够验证的一种读法",
                    "在项目前写明“加：”“减：”或“其中：”，补上合计数",
                )
        if read.own and any(line.value and n not in read.own for n, line in enumerate(read.lines)):
            number = min(read.own)
            self.fault(
                read.lines[number].row,
                f"{read.lines[number].label.text}/{said}",
                "有的数带单位，有的不带",
                "一列数同一个单位",
                "把单位写在表的上方，数里不写",
            )
        self._tell(sums, read, words, self.names.package.tables[place.table])
        return sums

    def _blame(self, sums: Sums, gap: Decimal) -> str:
        """Say which line that was not added is as large as the difference."""
        for line in (*sums.left, *sums.inside):
            if abs(line.value) == abs(gap):
                return f"；差额正好是“{line.label.text}”（第{self.sheet.number(line.row)}行）"
        return ""

    def _tell(self, sums: Sums, read: _Read, words: str, table: DeclaredTable) -> None:
        top = self.block.top
        titles = {c.name: c.title for c in table.columns}
        made = [
            f"{titles[column]}{_figure(sums.amounts[column])}＝" + _sum(parts)
            for column in (c.name for c in table.columns)
            if len(parts := [(f, li) for f, li in sums.parts.get(column, ()) if li.value]) > 1
        ]
        if made:
            self.note("几行合为一列", top, words, "；".join(made))
        for part in sums.decided:
            self.note(
                "按合计数归入",
                part.line.row,
                words,
                f"{part.line.label.text} {_figure(part.line.value)}",
                titles[part.column],
            )
        inside = [f"{li.label.text} {_figure(li.value)}" for li in sums.inside if not li.label.mark]
        if inside:
            self.note("已含在别的项目里，不另加", top, words, "、".join(inside))
        left = [f"{li.label.text} {_figure(li.value)}（第{self.sheet.number(li.row)}行）" for li in sums.left]
        if left:
            self.note("没有对应的列，不导入", top, words, "、".join(left))
        if sums.computed:
            self.note("没有写合计，按各项相加", top, words, "、".join(titles[c] for c in sums.computed))
        absent = [titles[c] for c in sums.absent if c in titles]
        if absent and sums.checked:
            self.note("没有这一项，填0", top, words, "、".join(absent))
        blank = read.marks + sum(li.amount is None and li.label.name in self.form.items for li in read.lines)
        if blank:
            self.note("没有数的格子填0", top, words, f"{blank}格")
        odd = {li.row: self.sheet.odd_rows[li.row] for li in read.lines if li.value and li.row in self.sheet.odd_rows}
        for how in dict.fromkeys(odd.values()):
            rows = sorted(row for row, why in odd.items() if why == how)
            self.note(f"{how}行照样导入", rows[0], words, f"{len(rows)}行")
        for column in read.heads.values():
            if column.at in self.sheet.hidden_columns:
                self.note("隐藏的列照样导入", top, "", column.head.words)

    # --- the flat sheet ---

    def _kept(self, place: _Place) -> bool:
        """Leave out the year before where the book has nothing else of it."""
        why = ""
        if place.prior and place.year < self.names.package.year - 1:
            why = "书里没有这一年"
        elif place.prior and not self.roster.active(place.owner, place.year):
            why = "这一年还不在监管范围"
        if why:
            self.note(f"上年的数不导入（{why}）", self.block.top, "", f"{place.year}年{self.form.name}")
        return not why

    def _write(self, rows: Sequence[tuple[_Place, _Read, Sums]]) -> None:
        by_sheet: dict[tuple[str, str], list[tuple[_Place, _Read, Sums]]] = {}
        for row in rows:
            units = {c.head.unit for c in row[1].heads.values()}
            if len(units) > 1:
                self.fault(
                    self.block.top,
                    None,
                    f"左右两半的单位不同：{'、'.join(sorted(units))}",
                    "同一个单位",
                    "改正列名里的单位",
                )
                return
            by_sheet.setdefault((row[0].table, units.pop()), []).append(row)
        for (table, unit), some in by_sheet.items():
            self.made.sheets.append(self._sheet(self.names.package.tables[table], unit, some))

    def _sheet(self, table: DeclaredTable, unit: str, rows: Sequence[tuple[_Place, _Read, Sums]]) -> Sheet:
        """Return the table's rows under its own headers, with what stands over and below the statement."""
        top = self.block.top
        filed = filed_on(self.sheet.rows) if any(c.name == "submitted_on" for c in table.columns) else ""
        keys = ["year", "month", "enterprise_id", "basis", "moment", "submitted_on"]
        amounts = [c.name for c in table.columns if c.unit == "万元" and all(c.name in s.amounts for _, _, s in rows)]
        values = [self._values(place, filed) for place, _, _ in rows]
        used = [key for key in keys if all(v.get(key) not in (None, "", 0) for v in values)]
        title = {c.name: c.title for c in table.columns}
        header = tuple(title[k] for k in used) + tuple(title[a] + (f"（{unit}）" if unit else "") for a in amounts)
        made = [*self.roof, header]
        origins = [Origin(self.sheet.number(r)) for r in self.block.above] + [Origin(self.sheet.number(top))]
        for (place, read, sums), value in zip(rows, values, strict=True):
            words = {len(used) + n: self._header(a, read, sums) for n, a in enumerate(amounts)}
            made.append((*(value[k] for k in used), *(self._cell(a, read, sums) for a in amounts)))
            origins.append(Origin(self.sheet.number(top), words, place.prior))
        for row in range(self.block.body, self.block.end):
            text = "".join(plain(c) for c in self.sheet.rows[row] if c not in (None, ""))
            if "元" in text and not self.form.knows(named(text).name) and not any(map(is_number, self.sheet.rows[row])):
                made.append((text if text.startswith("注") else f"注：{text}",))
                origins.append(Origin(self.sheet.number(row)))
        return Sheet(self.sheet.file, self.sheet.name, made, origins=tuple(origins), unfolded=table.name)

    @staticmethod
    def _values(place: _Place, filed: str) -> dict[str, Cell]:
        return {
            "year": place.year,
            "month": place.month,
            "enterprise_id": place.owner,
            "basis": place.basis,
            "moment": place.moment,
            "submitted_on": filed,
        }

    def _header(self, column: str, read: _Read, sums: Sums) -> str:
        """Return what the file calls a cell: its lines, and the words over them."""
        said = next(iter(read.heads.values())).head.words
        lines = [f"{li.label.text}（第{self.sheet.number(li.row)}行）" for _, li in sums.parts.get(column, ())]
        return f"{'＋'.join(lines) or column}/{said}"

    def _cell(self, column: str, read: _Read, sums: Sums) -> Cell:
        """Return an amount as the file has it; what is summed is a number in the file's unit."""
        parts = [(factor, line) for factor, line in sums.parts.get(column, ()) if line.amount is not None]
        if len(parts) == 1 and parts[0][0] == 1 and column not in sums.computed:
            return read.cells[read.lines.index(parts[0][1])]
        return f"{sums.amounts[column]:f}万元" if read.own and sums.amounts[column] else sums.amounts[column]


def _said(when: When | None) -> str:
    if when is None:
        return "期间"
    return f"{when.year}年" + (f"{when.month}月" if when.month else "") + (f"{when.day}日" if when.day else "")


def _figure(value: Decimal) -> str:
    return f"{value.normalize() + 0:,f}"


def _sum(parts: Sequence[tuple[int, Line]]) -> str:
    text = "".join(f"{'+' if f > 0 else '-'}{line.label.text}{_figure(line.value)}" for f, line in parts)
    return text.removeprefix("+")
