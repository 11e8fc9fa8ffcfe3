"""What stands above a statement and over its columns: whose it is, of when, on which basis."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ...tables.declared import DataPackage
from ...tables.reading import read_table
from ..cells import CHINESE
from ..files.raw import Cell, folded
from ..names.shortened import Called
from ..totals import is_total

SAYS_WHOSE = re.compile(
    r"(?:编制单位|编报单位|编制企业|编制公司|填报单位|填报企业|报送单位|报表单位|上报单位|企业名称|单位名称|公司名称"
    r"|会计主体|核算单位|核算主体|纳税人名称|企业)(?:\(?(?:盖章|公章|签章|加盖公章|章)\)?)?\s*[:：]\s*(?P<name>.*)"
)
CUT = re.compile(
    r"\s{2,}|\s*(?:金额|计量|货币)?单位\s*[:：].*|\s*(?:报表)?(?:日期|期间|年度|所属期)\s*[:：].*|\s*\d{4}\s*[年.\-/].*|\((?:盖章|公章|签章|章)\)"
)
FILED = re.compile(r"(报送|报出|填报|填表|上报|制表|打印|审计|批准|签发|签章)(日期|时间|日|于)?")
REPORTED_ON = re.compile(r"(?:报送|报出|填报|上报)(?:日期|时间)\s*[:：]?\s*(?P<on>.*)")
TO = r"\s*[-至到~—]+\s*"
WHEN = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?:"
    rf"{TO}(?P<y2>(?:19|20)\d\d)\s*年"
    rf"|\s*年\s*(?P<f1>\d{{1,2}})\s*月\s*\d{{1,2}}\s*日{TO}(?P<m1>\d{{1,2}})\s*月\s*(?P<d1>\d{{1,2}})\s*日"
    rf"|\s*年\s*(?P<f2>\d{{1,2}})\s*月?{TO}(?P<m2>\d{{1,2}})\s*月"
    r"|\s*年\s*第?(?P<q>[一二三四1-4])\s*季度?"
    r"|\s*[年.\-/]\s*(?P<m3>\d{1,2})\s*[月.\-/]\s*(?P<d3>\d{1,2})(?!\d)\s*日?"
    r"|\s*年\s*(?P<m4>\d{1,2})\s*月|[.\-/](?P<m5>\d{1,2})(?!\d)"
    r"|(?P<m6>0[1-9]|1[0-2])(?P<d6>[0-3]\d)?(?!\d)"
    r"|\s*年度?)"
)
ALONE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?!\d)")
SPAN = re.compile(r"[至到~—]|(?<=[月日])-")
CLOSING = re.compile(r"期末|年末|月末|季末|年底|本年末")
OPENING = re.compile(r"年初|期初|(上年|上期|去年|上年度|上一年)年?的?(期?末|年底)|(上|去)年(年)?末|年初数")
TO_DATE = re.compile(
    r"(本年|本期|全年|当年|年度)?累计|全年|1-12月|本年(数|金额|实际|发生|度|度数)?$|本年(数|金额|实际|发生)|本年度"
)
CURRENT = re.compile(r"本期|本年|当期|当年")
PRIOR = re.compile(r"上期|上年|去年|上一年|同期")
MONTH = re.compile(r"本月|当月|本季")
ASIDE = re.compile(
    r"增减|增长|变动|差额|差异|比(重|例|率|上|年)|预算|计划|同比|环比|[%％]|行次|行号|附注|注释|序号|调整(?!后)|未审|上月|备注|说明|次$|编码|编号|代码"
)
BASIS = {
    "consolidated": re.compile("(?<![非未不])合并(?!范围|日|方|前)"),
    "individual": re.compile("母公司|单户|个别|本部|单体"),
    "elimination": re.compile("抵[销消]"),
}
GENERIC = re.compile(
    r"财会|会企|企财|国资|资产负债|利润及现金流量|利润|损益|现金流量|财务状况|财务报表|会计报表|财务快报|快报|月报|季报|年报|报表|"
    r"主要|财务|指标|情况|合并|母公司|单户|个别|本部|表|sheet|年度|全年|决算|审计|报送|上报|终稿|定稿|最终|最新|修订|版|副本|v|"
    r"\d+|年|月|日|号|数据|汇总|套|及|和|与|的|元|万|xlsx?|csv"
)
MONEY = re.compile(r"(人民币)?(元|百元|千元|万元|十万元|百万元|千万元|亿元)")
UNIT = re.compile(r"\(([^()]*)\)|单位[:：]?\s*(\S+)")


@dataclass(frozen=True, order=True)
class When:
    """A point in time or the end of a period; a month or a day that is not said is 0.

    ``begun`` says that it is the end of a period that began with the year.
    """

    year: int
    month: int = 0
    day: int = 0
    begun: bool = False

    @property
    def ends_year(self) -> bool:
        """Whether it may be the end of a year: nothing speaks against it."""
        return self.month in (0, 12) and self.day in (0, 31)


@dataclass(frozen=True)
class Head:
    """What the words over a column say."""

    words: str
    role: str  # closing, opening, to_date, current, prior, month, a date, or nothing
    when: When | None
    basis: str
    owner: str
    unit: str

    @property
    def any(self) -> bool:
        """Whether they say that the column holds amounts of the statement."""
        return bool(self.role or self.basis or self.owner)


# --- when ----------------------------------------------------------------------------------------


def plain(value: Cell) -> str:
    """Return a cell's text, digits and brackets narrow, Chinese years in digits."""
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日"
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()
    return re.sub(
        r"[〇零一二三四五六七八九]{4}年(?:[一二三四五六七八九十]{1,3}月)?(?:[一二三四五六七八九十]{1,3}日)?",
        lambda m: re.sub("[〇零一二三四五六七八九十]+", lambda n: _number(n[0]), m[0]),
        text,
    )


def _number(text: str) -> str:
    if len(text) == 4:
        return text.translate(CHINESE)
    tens, ten, ones = text.partition("十")
    return f"{tens.translate(CHINESE) or '1'}{ones.translate(CHINESE) or '0'}" if ten else text.translate(CHINESE)


def moments(text: str) -> list[When]:
    """Return the dates in a text; of a period its end."""
    found = []
    for match in WHEN.finditer(text):
        said = {name[0]: value for name, value in match.groupdict().items() if value and name != "y"}
        month = 3 * int(said["q"].translate(CHINESE)) if "q" in said else int(said.get("m", 0))
        day = int(said.get("d", 0))
        if month <= 12 and day <= 31:
            found.append(When(int(match["y"]), month, day, said.get("f", "") in ("1", "01")))
        if match["y2"]:
            found.append(When(int(match["y2"])))
    if len(found) == 2 and found[0].year == found[1].year and SPAN.search(text):
        begun = found[0].month == 1 and found[0].day in (0, 1)
        return [replace(found[1], begun=begun)]
    return found


def stated(cells: Iterable[Cell]) -> set[When]:
    """Return of when a statement says that it is; the finest of what agrees."""
    texts = [plain(cell) for cell in cells]
    found = {when for text in texts if not FILED.search(text) for when in moments(text)}
    return {
        w
        for w in found
        if not any(o != w and o.year == w.year and w.month in (0, o.month) and w.day == 0 for o in found)
    }


def year_in(name: str) -> When | None:
    """Return the one date in the name of a sheet or file."""
    text = plain(name)
    found = set(moments(text)) or {When(int(m["y"])) for m in ALONE.finditer(text)}
    return found.pop() if len(found) == 1 else None


def filed_on(rows: Iterable[Sequence[Cell]]) -> str:
    """Return the day on which a statement says it was sent in, or nothing."""
    for row in rows:
        texts = [plain(cell) for cell in row]
        for at, text in enumerate(texts):
            if match := REPORTED_ON.search(text):
                beside = next((t for t in texts[at + 1 :] if t), "") if not match["on"].strip() else match["on"]
                days = [w for w in moments(beside) if w.day]
                if days:
                    return f"{days[0].year}-{days[0].month:02}-{days[0].day:02}"
    return ""


# --- a column's head -----------------------------------------------------------------------------


def head(words: Sequence[str], roster: Roster) -> Head:
    """Return what the words over a column say, from top to bottom."""
    said = "/".join(words)
    text = re.sub(r"\s", "", plain(said))
    units = [m for m in UNIT.finditer(text) if MONEY.fullmatch((m[1] or m[2] or "").removeprefix("单位").lstrip(":："))]
    bare = text
    for match in units:
        bare = bare.replace(match[0], "")
    unit = (units[0][1] or units[0][2]).removeprefix("单位").lstrip(":：") if units else ""
    when = moments(bare)
    role = "" if ASIDE.search(bare) else _role(bare)
    if len(when) == 1 and role not in ("opening", "month") and not ASIDE.search(bare):
        role = "date"
    basis = "" if ASIDE.search(bare) else basis_in(bare)
    owners = {o for word in words for o in roster.headed(word)} if not role or len(words) > 1 else set()
    return Head(said, role, when[0] if len(when) == 1 else None, basis, owners.pop() if len(owners) == 1 else "", unit)


def _role(text: str) -> str:
    if MONTH.search(text):
        return "month"
    if "同期" in text:
        return "prior"
    for name, words in (("opening", OPENING), ("closing", CLOSING)):
        if words.search(text):
            return name
    if PRIOR.search(text):
        return "prior"
    if TO_DATE.search(text):
        return "to_date"
    if CURRENT.search(text):
        return "current"
    return "amount" if re.search("金额|余额|^数额?$|审定数?$", text) else ""


def basis_in(text: str) -> str:
    """Return the code of the one basis that a text names."""
    found = [code for code, words in BASIS.items() if words.search(text)]
    return "elimination" if found == ["consolidated", "elimination"] else found[0] if len(found) == 1 else ""


# --- whose ---------------------------------------------------------------------------------------


class Roster:
    """The registered enterprises, found by id, by name, and by what people call them for short."""

    def __init__(
        self, rows: Iterable[Mapping[str, str]], region: str = "", key: str = "enterprise_id", name: str = "name_zh"
    ) -> None:
        known = [row for row in rows if row.get(key)]
        self.names = {row[key]: row.get(name, "") for row in known}
        self._short = Called(self.names, region=region)
        self._years = {row[key]: (row.get("start_year", ""), row.get("end_year", "")) for row in known}
        self._by_name: dict[str, set[str]] = {}
        for owner, said in self.names.items():
            for word in {folded(owner), folded(said), folded(said.partition("(")[0])}:
                if word:
                    self._by_name.setdefault(word, set()).add(owner)

    @classmethod
    def read(cls, package: DataPackage) -> Roster:
        """Return the enterprises of a book, none where it has no such list yet."""
        table = package.tables.get("enterprises")
        if table is None:
            return cls(())
        sheet, _ = read_table(package, table)
        return cls([dict(zip(sheet.header, row, strict=False)) for row in sheet.rows], package.region)

    def active(self, owner: str, year: int) -> bool:
        """Whether an enterprise is under supervision in a year, as far as the roster says."""
        start, end = self._years.get(owner, ("", ""))
        return not (start.isdigit() and year < int(start)) and not (end.isdigit() and year >= int(end))

    def find(self, text: str) -> set[str]:
        """Return the enterprises of exactly this id or name."""
        return self._by_name.get(folded(text), set()) if text else set()

    def headed(self, text: str) -> set[str]:
        """Return the enterprises of whom a column is: by id or name, or by a name cut short that is no total."""
        short = len(text) > 2 and not is_total(text)
        return self.find(text) or (set(self._short.short(text)) if short else set())

    def called(self, text: str) -> set[str]:
        """Return the enterprises that may be called so: by id, by name, or by their name cut short."""
        return self.find(text) or set(self._short.short(text, one=True))

    def inside(self, text: str) -> set[str]:
        """Return the enterprises whose whole name stands in a text; of names in one another the longest."""
        wide = folded(text)
        found = [word for word in self._by_name if len(word) > 2 and not word.isascii() and word in wide]
        longest = [w for w in found if not any(w != other and w in other for other in found)]
        return {owner for word in longest for owner in self._by_name[word]}

    def within(self, text: str) -> set[str]:
        """Return the enterprises that the name of a sheet or a file names."""
        if named := self.inside(text):
            return named
        pieces = [p for p in re.split(r"[\s_\-—()（）\[\]【】.．、,，+]+", unicodedata.normalize("NFKC", text)) if p]
        codes = {o for p in pieces for o in self.find(p)}
        if codes:
            return codes
        found: set[str] = set()
        for piece in pieces:
            rest = GENERIC.sub("", piece.casefold())
            if rest and not rest.isascii():
                # A sheet may be called anything: what is no beginning of a name is none.
                found |= {o for o in self.called(rest) if self._short.begins(o, rest)}
        return found


def owner_stated(rows: Iterable[Sequence[Cell]]) -> str:
    """Return the enterprise that the rows above a statement name after 编制单位 and the like."""
    for row in rows:
        texts = [plain(cell) for cell in row]
        for at, text in enumerate(texts):
            tight = re.sub(r"(?<=[编制填报单位企业名称])\s+(?=[编制填报单位企业名称:：])", "", text)
            match = SAYS_WHOSE.search(tight)
            if match is None and tight in ("编制单位", "填报单位", "编报单位", "企业名称", "单位名称", "公司名称"):
                match = SAYS_WHOSE.search(f"{tight}:")
            if match:
                said = match["name"].strip() or next((t for t in texts[at + 1 :] if t), "")
                name = CUT.sub("", said).strip()
                if name and not SAYS_WHOSE.match(name) and not MONEY.fullmatch(name):
                    return name
    return ""


def basis_stated(texts: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the basis that the first of (text, where it stands) states, and where; nothing if none does."""
    for text, whence in texts:
        if code := basis_in(re.sub(r"\s", "", plain(text))):
            return code, whence
    return "", ""
