"""Words that say what the report states: they stand only before a statement of the table of statements.

What a page states in the report's name has the class ``CSS``; all else ``put_into_its_mouth`` finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

REPORT = "报告"
STATES, PROPOSES, LISTS = "说", "提出", "列出"
CSS = "sa-said"

_STRONG = (
    "指出|提出|提到|提及|披露|承诺|写道|写明|强调|明确|列出|列明|列举|认为|表示|表明|显示|介绍|规定|宣布|载明|透露|"
    "部署|建议|指明|谈到|讲到|说到|声称|宣称|所说|所称|所述|所列|写到(?=[，：:“])"
)
# 说明 (but not 说明年…), 说了什么, 说法 and 称谓 are other words.
_VERB = rf"(?:{_STRONG}|要求|说(?!明(?![年显确])|法|了什么)|称(?![谓呼号]))"
_SELF = r"(?:专项|专门|这份|这一|这个|(?:区|市|县)?政府的?|[该本区])*"  # what may stand between a preposition and 报告
_MARK = r"(?:</?(?:a|b|strong|em|i|u|span|mark)\b[^<>]*>|[*_`\s])*"  # a name in bold is the same name
_WHERE = r"(?:正文|全文|原文|开头|结尾|最后|第[一二三四五六七八九十]+[节部段条](?:分)?|附件|注释|[中里内上])"
_ADVERB = r"(?:专门|曾经|多次|再次|首先|同时|一再|明明|明确地?|[还也并曾又再另均都已就则即便])"
# What it is about, between 报告 and the verb (对下一步工作); what has 没有 before the verb attributes nothing.
_ABOUT = r"(?:[，,]?[对就在为把将向](?:(?![没未不只])[^，。；：、“”<>\n]){1,12}?)"
# Not the report but reporting, or how this book follows its order and its print.
_OTHER_NOUN = (
    r"(?!制度|审批|程序|台账|工作|期|日|月|年|事项|人|单位|义务|报送|频次|次数|时间|表|方式|流程|印出|公布|所写|所附|写到"
    r"|的?(?:次序|顺序|先后|章节|编号|名称|单位|小数|口径|格式|年度|分类))"
)
_TITLED = rf"(?:《[^《》<>\n]{{0,60}}?)?{_SELF}{_MARK}{REPORT}{_MARK}》?{_MARK}"
ATTRIBUTED = re.compile(
    rf"(?:(?:按照|根据|依照|依据|遵照|援引|引用|(?<![数凭依证占收票单根论])据)"
    rf"(?:(?!《)[\u4e00-\u9fff]{{0,12}}[省市区县州]的?)?{_TITLED}{_OTHER_NOUN})"
    rf"|(?:[按照如]{_TITLED}(?:的?(?:要求|安排|部署|说法|提法)|所(?:说|称|述|列|提)|[，,](?=[^0-9])))"
    rf"|(?:[从由]{_TITLED}(?:{_WHERE})?(?:内容)?(?:来|可以|可|能|就)?(?:看|得知|获悉|可知|可见|知道))"
    rf"|(?:{REPORT}{_MARK}》?{_MARK}(?:的?{_WHERE}|{_ADVERB}|{_MARK}){{0,4}}{_VERB})"
    rf"|(?:{REPORT}{_MARK}》?{_MARK}{_ABOUT}{_ADVERB}*(?:{_STRONG}))"
)
BEGINS = re.compile("[按照根依遵援引据如从由报]")  # with what it begins: only there it is looked for, a page is long
# Reports of others, by what stands before in the clause: another place's or office's, or one of another kind.
ELSEWHERE = re.compile(
    r"(?:(?:外地|各地|当地|别处|该[省市县]|国务院|财政部|国资委|中央|[省市]人大|(?:其他|别的|外|兄弟|各)(?:地方|地区?|[省市区县]|区县)"
    r"|(?![全本该我])[\u4e00-\u9fff]{2,8}[省市州盟])的?(?:(?![区县专本])[\u4e00-\u9fff（）()0-9《]){0,30}"
    r"|请示|事项|定期|专题|[季月周旬]|风险|审计|检查|评估|巡察|巡视|述职|研究|统计|督查|监测|调查|鉴定|书面|信息|整改)$"
)
CLAUSE = re.compile(r"[，。；：！？“”<>\n\"]")


def attributed(text: str) -> list[str]:
    """Return the words of ``text``, plain or HTML, by which it says what the report states."""
    return [found.group() for found in _found(text) if not _of_another(text, found)]


def _found(text: str) -> Iterator[re.Match[str]]:
    """Yield the places of such words, one after the other, those of other reports too."""
    end = 0
    for begin in BEGINS.finditer(text):
        if begin.start() >= end and (found := ATTRIBUTED.match(text, begin.start())):
            end = found.end()
            yield found


def _of_another(text: str, found: re.Match[str]) -> bool:
    """Return whether the words are of another report than the book's own."""
    noun = found.start() + found.group().index(REPORT)
    return bool(ELSEWHERE.search(CLAUSE.split(text[max(0, noun - 60) : noun])[-1]))


def put_into_its_mouth(html: str) -> list[str]:
    """Return the words by which HTML attributes something to the report that is not marked as stated."""
    if not attributed(html):
        return []
    from lxml.html import fragment_fromstring, tostring

    page = fragment_fromstring(html, "div")
    for node in page.find_class(CSS):
        node.drop_tree()
    return attributed(tostring(page, encoding="unicode"))
