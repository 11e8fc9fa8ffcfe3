"""Reading a document's numbers: each is a claim, could not be placed, or is no claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..measures.claims import Claim
from ..measures.registry import REGISTRY
from ..tables.data_errors import DataError, Fault
from .discourse import Discourse
from .model import Block, BlockKind, Document, Found, NoClaim, Place, Reading, Unplaced
from .normalise import Plain, plain
from .nouns import scope_name
from .said import Said
from .sentences import Sentence, sentences
from .tables import read_table
from .tokens import Token, plan_end, tokens
from .vocabulary import any_of, vocabulary

DEPTH_OF_ISSUE = 6  # below all numbered headings
NUMBERING = re.compile(
    r"(?P<one>[一二三四五六七八九十]+、)|(?P<two>（[一二三四五六七八九十]+）)|(?P<three>\d{1,2}[.、．](?!\d))|(?P<four>[（(]\d{1,2}[）)])"
)
WHOLE = re.compile(
    r"(?:全[省市区县州]|[省市区县州]属|[省市区州]直(?:属)?|[省市区县州]?(?:国资委|国资局|财政[局厅])(?:系统|直接)?(?:监管|出资|所监管|所出资)?)?"
    r"(?:国有及国有控股|国有|国资|地方)?(?:金融)?"
    r"(?:企业国有资产|国有企业|国资国企|国企|(?:监管|出资)?企业|行政事业性国有资产)(?:（[^）]*不含[^）]*）)?"
    r"|国有资本经营(?:预算|决算)|国有自然资源|自然资源国有资产"
    r"|(?:全[省市区县]|[省市区县](?:本级|级|直))行政事业单位(?=\d+[户家个])"
)
# A body that reports on what it and its units use; not one that reports on others.
FOR_OTHERS = re.compile("政府|人大|财政|国资|国有资产|审计|机关事务|金融|发展和?改革|工作委员会")
BODY = re.compile(
    r"(?:关于)?(?P<body>[^，。：、（）《》]{2,16}?(?:局|厅|委|委员会|办公室|中心|学院|大学|医院))"
    r"(?:本级|机关)?(?:及(?:其)?(?:所属|下属|直属)(?:事业)?单位)?(?:关于)?(?=(?:19|20)\d{2}年)"
)
ISSUE = re.compile(r"第[一二三四五六七八九十\d]+(?:期|季|部分)：(?:19|20)\d{2}年[^，。；：]*")  # heads what follows
# A heading of what was in a year, not of what is planned for it.
HEADED_YEAR = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[）)]?[、.．]?(?:从?(?:19|20)\d{2}年?(?:—|至|到))?((?:19|20)\d{2})年(?:度|末|底)?(?!.*(?:安排|计划|打算|展望|目标|任务|思路|重点|草案|预[测计期]|建议|措施|力争))"
    r"(?:的?[^，。；]{0,16}(?:国有资产|情况|回顾|家底|运行|决算))?"
)
TITLED_YEAR = r"((?:19|20)\d{2})年(?![^，。、和及与]{0,20}(?:草案|计划|安排|打算|建议|目标|思路|展望))"  # not a plan's
# What money without a unit is printed in (未注明单位的均为万元).
UNIT_OF_ALL = re.compile(
    "(?:未|没有|无|除)(?:另有|特别|单独|另)?(?:注明|标明|说明|标注)[^。；]{0,20}?为(?:人民币)?(?P<unit>万元|亿元|千元|元)"
)
# A note that 国有资产 is the state's own part, not all assets.
DEFINED_EQUITY = re.compile("指[^，。；]{0,8}国有资本及其?(?:所)?应?享有?的?权益")
PART_OF_YEAR = re.compile(r"上半年|季度|\d月")
KINDS_OF_NO_CLAIM = {
    "DATE": "日期",
    "MONTH": "日期",
    "LAST": "日期",
    "BASE": "日期",
    "TIMES": "日期",
    "FLAT": "日期",
    "AVERAGE": "时段",
    "VIEW": "名称",
}


@dataclass(frozen=True)
class _Line:
    """A block's plain text with its place in the document."""

    block: int
    plain: Plain
    sentences: tuple[Sentence, ...]

    def sentence(self, start: int) -> Sentence | None:
        """Return the sentence that a place as printed stands in."""
        return next((one for one in self.sentences if one.start <= start < one.end or len(one.blocks) > 1), None)


def read_numbers(document: Document, region: str | None = None, year: int | None = None) -> Reading:
    """Find every printed number of a document and say what it is.

    Args:
        document: the report.
        region: whose report it is; else its title says.
        year: of which year; else its title or first paragraphs say.

    Raises:
        DataError: no year is given, and none is printed at the head of the report.
    """
    lines = _lines(document)
    year = year or _year(document, lines)
    region = region if region is not None else _region(lines)
    title = lines[0].plain.text if lines else ""
    budget = title if re.search("预算|决算", title) else ""
    talk = Discourse(year, _whole(lines), budget, bool(PART_OF_YEAR.search(title)), _told_until(lines))
    talk.report_title = title
    talk.equity_meant = any(DEFINED_EQUITY.search(line.plain.text) for line in lines)
    if re.search("十[一二三四五]五”?(?:时期|期间)", title):
        talk.began = year - 5
    said: list[tuple[_Line, Said]] = []
    at = 0
    while at < len(lines):
        block = document.blocks[lines[at].block]
        if block.kind is BlockKind.CELL:
            cells = [line for line in lines[at:] if _table(document, line) == block.table]
            captions = [line.plain.text for line in lines[max(0, at - 3) : at] if _table(document, line) == 0]
            said += [
                (cells[index], one)
                for index, one in read_table(
                    [(document.blocks[line.block], line.plain.text) for line in cells], captions, talk
                )
            ]
            at += len(cells)
            continue
        said += [(lines[at], one) for one in _read_line(lines[at], block, talk)]
        at += 1
    return _reading(document, region, year, talk.whole, lines, said)


def _lines(document: Document) -> list[_Line]:
    by_block: dict[int, list[Sentence]] = {}
    for sentence in sentences(document):
        for block in sentence.blocks:
            by_block.setdefault(block, []).append(sentence)
    return [
        _Line(index, plain(block.text), tuple(by_block.get(index, ())))
        for index, block in enumerate(document.blocks)
        if block.text.strip()
    ]


def _table(document: Document, line: _Line) -> int:
    block = document.blocks[line.block]
    return block.table if block.kind is BlockKind.CELL else 0


def _year(document: Document, lines: list[_Line]) -> int:
    """Return the year that the head of a report names first.

    Raises:
        DataError: it names none.
    """
    for line in lines[:2]:
        if plan := re.search(r"“?十[一二三四五]五”?(?:时期|期间)", line.plain.text):
            return plan_end(plan.group())
    for line in lines[:12]:
        found = re.search(
            r"(?<![〔\[])((?:19|20)\d{2})年(?!第(?![一二三四1-4]季度)|\d{1,2}月\d|印发|出台)", line.plain.text
        )
        if found and re.match("以来", line.plain.text[found.end() :]):
            return max(int(found[1]), _told_until(lines))  # 2021年以来…情况, told as of 截至2022年10月
        if found:
            first = int(found[1])
            if span := re.match(r"(?:末|底)?(?:—|至|到)((?:19|20)\d{2})年", line.plain.text[found.end() :]):
                return int(span[1])  # 从2017年到2021年
            return _span_ends(line.plain.text[found.end() :]) or first + _answers_later(first, lines)
    dated = (re.search(r"((?:19|20)\d{2})年\d{1,2}月", line.plain.text) for line in lines[:12])
    if found := next(filter(None, dated), None):
        return int(found[1])  # 州属企业前三季度运行简况, dated 2025年10月18日
    raise DataError(
        [Fault(document.name, None, None, "开头没有写明是哪一年的报告", "标题里有年份，如2023年度", "用--year给出年份")]
    )


def _span_ends(after: str) -> int:
    """Return the year that a span ends in, by the words behind the year it begins in (2018年末…，到2023年末达到…); else 0."""
    sentence = re.split("[。；]", after)[0]
    if re.search(vocabulary()["targets"], sentence):
        return 0
    ends = re.search("(?:，|增|升|降|减|加|大|高|长|少|低)(?:到|至)((?:19|20)\\d{2})年[末底]", sentence)
    return int(ends[1]) if ends else 0


def _answers_later(year: int, lines: list[_Line]) -> bool:
    """Does a report answer what was said of an earlier year's report, with figures of the year after it?"""
    title = "".join(line.plain.text for line in lines[:2])
    if not re.search("审议意见|审计(?:查出|发现)?问题", title) or not re.search("研究处理|整改|落实", title):
        return False
    after = re.compile(rf"{year + 1}年(?!\d{{1,2}}月)(?:，(?!将|拟|计划))?[^，。；]*\d")
    return any(after.search(line.plain.text) for line in lines[1:])


def _everything(region: str) -> str:
    """Return what all that a place reports on is called (全市), empty where no place is known."""
    level = "区" if region.endswith("自治区") else region[-1:]
    return f"全{level}" if level in tuple("国省市区县州") else ""


def _told_until(lines: list[_Line]) -> int:
    """Return the last year up to which a report says what was done, 0 if it names none.

    截至2024年3月底已完成25条; a title names all years that it is about (2018年1—9月、2021年1—5月); a heading that
    is nothing but a year and whose assets (三、2023年的行政事业性国有资产) tells of that year.
    """
    told = [found for line in lines for found in re.findall(r"截[至止]到?((?:19|20)\d{2})年", line.plain.text)]
    titled = [found for line in lines[:1] for found in re.findall(TITLED_YEAR, line.plain.text)]
    headed = [found[1] for line in lines if (found := HEADED_YEAR.fullmatch(line.plain.text))]
    return max(map(int, [*told, *titled, *headed]), default=0)


def _region(lines: list[_Line]) -> str:
    """Return the place that the title names, as far as one can see."""
    known = any_of(vocabulary()["regions"])
    for line in lines[:4]:
        text = re.sub(r"(?:19|20)\d{2}年(?:度)?|^关于", "", line.plain.text)
        found = re.match(
            r"[\u4e00-\u9fff]{1,12}?(?:省|自治区|自治州|新区|开发区|市|区|县|州(?!市)|盟|旗)(?![\u4e00-\u9fff]?[市区县]属)",
            text,
        )
        found = found or re.search(known, text)
        if found and not re.search("^(?:全|本|各)", found.group()):
            return found.group()
    return ""


def _whole(lines: list[_Line]) -> str:
    """Return whose assets the report is about, in its own words: in the title, else at its head."""
    titles = [line for line in lines[:2] if "报告" in line.plain.text or len(line.plain.text) < 40]
    titles = [line for line in titles if not NUMBERING.match(line.plain.text)]  # a heading of the text
    for line in titles:
        company = re.search(r"关于([^，。]{2,20}?(?:公司|集团))", line.plain.text)
        if company:
            return company[1]
        company = re.match(r"(?:关于)?([^，。：]{2,16}?(?:公司|集团|银行))(?=(?:19|20)\d{2}年)", line.plain.text)
        if company:
            return company[1]
        body = BODY.match(line.plain.text) if "资产" in line.plain.text else None
        if body and not FOR_OTHERS.search(body["body"]):
            return body["body"]
    title = "".join(line.plain.text for line in titles)
    if re.search("国有资产(?!事务|监督|管理(?:委|局|中心|办))", title) and not re.search(
        "企业|国企|行政事业性|金融", title
    ):
        if any(re.search("行政事业|金融|自然资源|企业和.{0,4}单位", line.plain.text) for line in lines[1:]):
            return ""  # a report on all state assets
        named = (one for line in lines[1:12] for one in WHOLE.finditer(line.plain.text))
        return next((one.group() for one in named if re.match("全|[省市区县州][属直]", one.group())), "")
    for line in lines[:4]:
        text = re.sub(r"(?:19|20)\d{2}年(?:度)?", "", line.plain.text)  # 某市国资委2023年度监管企业
        found = max(WHOLE.finditer(text), key=lambda match: len(match.group()), default=None)
        if found and len(found.group()) > 2:
            if found.group().endswith("行政事业单位"):
                return scope_name(found.group())
            return _qualified(found.group().replace("国资国企", "国企").replace("经营决算", "经营预算"), lines)
    return ""


def _qualified(whole: str, lines: list[_Line]) -> str:
    """Return a whole that its title names in general (国有企业) as the first paragraphs name it (市属企业)."""
    if whole not in ("国企", "国有企业"):
        return whole
    if zone := re.search("新区|高新区|经开区|开发区|示范区|自贸区|园区", _region(lines)):
        return zone.group() + "国有企业"
    body = [re.sub("不(?:含|包括|包含)[^，。；）]*", "", line.plain.text) for line in lines[1:8]]
    texts = (found.group() for text in body for found in WHOLE.finditer(text))
    return next((text for text in texts if re.match("全|[省市区县州][属直]", text)), whole)


def _read_line(line: _Line, block: Block, talk: Discourse) -> list[Said]:
    """Read a heading or a paragraph."""
    text = line.plain.text
    numbering = NUMBERING.match(text)
    depth = 0
    if numbering:
        depth = 1 + next(i for i, name in enumerate(("one", "two", "three", "four")) if numbering[name])
    if block.kind is BlockKind.TITLE:
        return []
    if re.match(r"附(?:件|表|注|录)?\d*：", text):
        talk.heading(1, text)  # what is attached is no part of the last section
    if (
        re.search(r"^[（(]?(?:表\d+|(?:金额|计量)?单位[：:]|计量单位)|单位[：:][^。；：，]{1,16}$", text)
        and len(text) <= 40
    ):
        return []  # a caption: the talk goes on
    outline = re.match(r"\d{1,2}(?:\.\d{1,2})*(?=[\u4e00-\u9fff])", text)
    if outline and len(text) <= 20 and not re.search(r"[。；，]", text) and not re.search(r"\d", text[outline.end() :]):
        talk.heading(1 + outline.group().count("."), text[outline.end() :])
        return []
    if re.fullmatch("【[^】]{2,12}】", text):
        talk.heading(1, text[1:-1])
        return []
    is_heading = block.kind is BlockKind.HEADING or (
        numbering
        and len(text) <= 30
        and not re.search(r"[。；，]", text.rstrip("。："))
        and (not re.search(r"\d", text[numbering.end() :]) or HEADED_YEAR.fullmatch(text))
    )
    if is_heading or re.match(r"附件", text):
        talk.heading(depth or block.level or 1, text)
        if not re.search(r"\d", text[numbering.end() if numbering else 0 :]):
            return []
    else:
        talk.begin_paragraph()
    if unit := UNIT_OF_ALL.search(text):
        talk.money_unit = unit["unit"]
    found = tokens(text)
    if issue := ISSUE.match(text):
        talk.heading(DEPTH_OF_ISSUE, issue.group())
        found = [token for token in found if token.start >= issue.end()]
    label = _label(text, numbering.end() if numbering else 0)
    if label and not is_heading and not any(token.kind == "AMOUNT" and token.start < label for token in found):
        talk.heading(depth or 5, text[:label])
        found = [token for token in found if token.start >= label]
    return talk.read(found)


def _label(text: str, start: int) -> int:
    """Return where the heading at the head of a paragraph ends (（二）保值增值。…), 0 if there is none."""
    found = re.match(r"[^，。；：、“]{2,18}[。：]", text[start:])
    if not found or len(text) <= start + found.end() + 4 or (start == 0 and found.group()[-1] != "。"):
        return 0
    return start + found.end() if start or len(found.group()) <= 8 else 0


def _reading(
    document: Document, region: str, year: int, whole: str, lines: list[_Line], said: list[tuple[_Line, Said]]
) -> Reading:
    """Put what was said of the numbers at their places; what nothing was said of is no claim."""
    found: list[Found] = []
    unplaced: list[Unplaced] = []
    no_claims: list[NoClaim] = []
    taken: dict[int, list[tuple[int, int]]] = {}
    for line, one in said:
        start, end = line.plain.span(one.start, one.end)
        taken.setdefault(line.block, []).append((start, end))
        place = _place(document, line, start, end)
        text = line.plain.printed[start:end]
        sentence = line.sentence(start)
        around = sentence.text if sentence else line.plain.printed
        if not one.claims:
            no_claims.append(NoClaim(text, place, one.why))
        elif one.why:
            unplaced.append(Unplaced(text, around, place, one.why))
        else:
            claim = _claim(one, region, whole, document.name)
            found.append(Found(claim, text, around, place))
    for line in lines:
        no_claims += _others(document, line, taken.get(line.block, []))

    def order(one: Found | Unplaced | NoClaim) -> tuple[int, int]:
        return one.place.block, one.place.start

    found.sort(key=order)
    numbered = tuple(replace(one, claim=replace(one.claim, id=f"第{n}个数")) for n, one in enumerate(found, 1))
    return Reading(
        document, region, year, numbered, tuple(sorted(unplaced, key=order)), tuple(sorted(no_claims, key=order))
    )


def _place(document: Document, line: _Line, start: int, end: int) -> Place:
    sentence = line.sentence(start)
    return Place(line.block, start, end, sentence.number if sentence else 0, document.blocks[line.block].page)


def _others(document: Document, line: _Line, taken: list[tuple[int, int]]) -> Iterator[NoClaim]:
    """Yield the numbers of a block that nothing was said of, with why they are no claims."""
    text = line.plain.text
    held = {at for low, high in taken for at in range(low, high)}
    numbers = [token for token in tokens(text) if re.search(r"\d", token.text)]
    printed = [(*line.plain.span(token.start, token.end), _why(token)) for token in numbers]
    for start, end, why in [*printed, *((start, end, "脚注号") for start, end in line.plain.notes)]:
        if not held.isdisjoint(range(start, end)):
            continue
        held.update(range(start, end))
        yield NoClaim(line.plain.printed[start:end], _place(document, line, start, end), why)


def _why(token: Token) -> str:
    return token.known.get("why") or KINDS_OF_NO_CLAIM.get(token.kind, "文字里的数")


def _claim(one: Said, region: str, whole: str, source: str) -> Claim:
    measure = REGISTRY.by_name_zh(one.item)
    qualifier = one.amount.qualifier if one.amount else ""
    counts = one.unit.lstrip("万亿千百") in vocabulary()["units"]["counts"]
    exact = one.kind in ("level", "yoy_abs") and counts and "." not in one.value and one.unit[:1] not in "万亿"
    return Claim(
        id="",  # its number in the text, once all are found
        region=region,
        year=one.year,
        scope=f"{whole or _everything(region)}{one.scope}" if one.scope[:1] in ("", "（") else one.scope,
        section="",
        indicator=measure.name if measure else None,
        name_zh=one.item,
        kind=one.kind,
        text=one.value,
        unit=one.unit,
        decimals=len(one.value.partition(".")[2]),
        qualifier=qualifier or ("exact" if exact else "rounded"),
        source=source,
        base=one.base,
        of=one.of,
    )
