"""Every word of the theme that a reader sees or a screen reader speaks, in Chinese.

Most words pass through a message catalog and are replaced there. The few that the theme's
templates spell out are attributes, and are replaced in the finished pages.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from gettext import NullTranslations
from pathlib import Path

from sphinx import locale
from sphinx.application import Sphinx

WORDS = {
    "Announcement": "公告",
    "Back to top": "回到页首",
    "Breadcrumb": "当前位置",
    "Color mode": "切换浅色和深色",
    "Contents": "本页目录",
    "Contents:": "目录：",
    "Dark": "深色",
    "Download notebook file": "下载笔记本",
    "Download source file": "下载源文件",
    "Download this page": "下载本页",
    "Error": "错误",
    "Fullscreen mode": "全屏阅读",
    "Home": "首页",
    "Light": "浅色",
    "Link to this code": "本段代码的链接",
    "Link to this definition": "本条定义的链接",
    "Link to this equation": "本公式的链接",
    "Link to this heading": "引用本节",
    "Link to this image": "本图的链接",
    "Link to this table": "本表的链接",
    "Link to this toctree": "本目录的链接",
    "Main": "全书目录",
    "Navigation": "导航",
    "On this page": "本页目录",
    "Page": "本页目录",
    "Permalink to this headline": "引用本节",
    "Please activate JavaScript to enable the search functionality.": "搜索需要启用浏览器脚本。",
    "Print to PDF": "打印本页",
    "Search": "搜索",
    "Section Navigation": "章节导航",
    "Site navigation": "全书目录",
    "Skip to main content": "跳到正文",
    "System Settings": "跟随系统",
    "Toggle hidden content": "显示或收起计算过程",
    "Toggle navigation": "显示或隐藏目录",
    "Toggle primary sidebar": "显示或隐藏全书目录",
    "Toggle secondary sidebar": "显示或隐藏本页目录",
    "Version warning": "版本提示",
    "next": "下一页",
    "next page": "下一页",
    "previous": "上一页",
    "previous page": "上一页",
}

CODE_SWITCH = "显示或收起本页的计算过程"

CATALOGS = ("sphinx", "booktheme")
ATTRIBUTE = re.compile(r'(?<=\s)(title|aria-label|placeholder|alt|data-bs-title)="([^"]+)"')


class ChineseWords(NullTranslations):
    """A message catalog that asks WORDS first and the catalog it replaces second."""

    def gettext(self, message: str) -> str:
        """The Chinese for `message`, or what the replaced catalog says."""
        return WORDS.get(message) or super().gettext(message)


def install(app: Sphinx) -> None:
    """Put WORDS in front of the message catalogs of Sphinx and of the theme."""
    for catalog in CATALOGS:
        words = ChineseWords()
        words.add_fallback(locale.get_translator(catalog))
        locale.translators["general", catalog] = words
    # The templates hold on to this object instead of looking the catalog up.
    app.translator = locale.get_translator("sphinx")


def in_chinese(page: str) -> str:
    """The page with the attributes that the theme's templates spell out in English replaced."""

    def replace(match: re.Match[str]) -> str:
        name, text = match.groups()
        chinese = WORDS.get(html.unescape(text))
        return f'{name}="{chinese}"' if chinese else match[0]

    return ATTRIBUTE.sub(replace, page)


def finish(pages: Iterable[Path]) -> None:
    """Rewrite the finished pages that still hold English attributes, and only those."""
    for path in pages:
        before = path.read_text("utf-8")
        after = in_chinese(before)
        if after != before:
            path.write_text(after, "utf-8")
