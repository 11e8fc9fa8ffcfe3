"""The five ways into the book, as the cover shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..measures.ledger import GROUP
from ..present.display import Cell, Markup, Part, Sentence, joined, link, sentence_html
from ..report import Report
from . import figure_index as inventory
from .questions import Question
from .questions import numbers as question_numbers
from .reference import NOT_TOLD, left_out

FIRST = "enterprises"
FIGURES, QUESTIONS = "figures", "questions"
GLOSSARY, DATA, RULES = "glossary", "data", "rules"
LESSON = "one_number"
YEARS, CLASSES = "growth", "assets_and_debt"
PEERS, SCORES = "comparison", "evaluation"
COMPARE = "compare"


@dataclass(frozen=True)
class Way:
    """One way in: its sign (one character), what it does, the page, and a line about it."""

    sign: str
    name: str
    page: Markup
    told: Sentence

    def html(self) -> str:
        """Return it as an item of a list."""
        return (
            f'<li class="sa-way"><p class="sa-way-name"><span class="sa-way-sign" aria-hidden="true">'
            f"{escape(self.sign)}</span>{self.page.html}</p><p>{sentence_html(self.told)}</p></li>"
        )


@dataclass(frozen=True)
class Ways:
    """The ways in."""

    ways: tuple[Way, ...]

    def __repr__(self) -> str:
        return "\n".join(f"{way.sign}｜{way.name}：{''.join(p.text for p in way.told)}" for way in self.ways)

    def _repr_html_(self) -> str:
        items = "".join(way.html() for way in self.ways)
        return f'<nav aria-label="五种读法"><ul class="sa-ways">{items}</ul></nav>'


def ways(report: Report, questions: Sequence[Question]) -> Ways:
    """Return the five ways in; a page that a book lacks is named without a link."""
    found = inventory.numbers(inventory.entries(report))
    asked = question_numbers(questions)
    chapters, groups = len(inventory.chapter_paths(report)), len(report.ledger.scopes(GROUP))

    printed = f"，其中报告印出的{found['printed']}个" if report.claims else ""

    gone = left_out(report)
    missing = ("；还缺底表、没有写的", report.page(f"{len(gone)}章", DATA, NOT_TOLD), "列在“数据”一章") if gone else ()

    any_of_them = report.address(COMPARE)  # a page about single enterprises, which not every edition has
    lesson = ("；跟着代码看", report.page("一个数是怎样算出来的", LESSON)) if report.address(LESSON) else ()

    def way(sign: str, name: str, page: str, *told: Cell) -> Way:
        line = tuple(Part(piece) if isinstance(piece, str) else piece for piece in told)
        return Way(sign, name, joined([report.page(name, page)]), line)

    def pages(*places: tuple[str, str]) -> Markup:
        return joined(report.page(*place) for place in places if place[1] not in gone)

    return Ways(
        (
            way(
                "阅",
                "按顺序读",
                FIRST,
                f"共{chapters}章，照报告的章节排，先说结论，再看图表、来历和核对",
                *missing,
                "。",
            ),
            way(
                "查",
                "查一个数",
                FIGURES,
                f"{found['all']}个数字一张表，可排序、可筛选{printed}；也可以",
                link("搜索", report.to_site("search.html")),
                "名词、拼音和数字。",
            ),
            way(
                "比",
                "比一比",
                COMPARE if any_of_them else PEERS,
                *(("任选企业、指标和年度来比；",) if any_of_them else ()),
                report.page("与各地比", PEERS),
                "；",
                pages(("与上年比", YEARS), ("各类企业比", CLASSES), ("各企业的考核得分比", SCORES)),
                f"；{groups}户一级企业各有一页画像。",
            ),
            way(
                "参",
                "查定义和规则",
                GLOSSARY,
                "名词和指标的含义、公式、依据；",
                pages(("每张表的每一列", DATA), ("监管制度", RULES)),
                *lesson,
                "。",
            ),
            way(
                "议",
                "问一问",
                QUESTIONS,
                f"由这些数字引出的{asked['asked']}问题，逐个附依据，其中只依据真实数据的{asked['real']}。",
            ),
        )
    )
