"""The contents beside a page are Sphinx's own, though they are made from titles alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.testing.util import SphinxTestApp

from stateassets.book import sidebar

# Chapters with sections, below another chapter, under another title, with what only some builders show.
PAGES = {
    "index": "书\n==\n\n.. toctree::\n   :caption: 一、部分\n\n   a/one\n   别的题目 <a/two>\n   three\n\n"
    ".. toctree::\n   :hidden:\n   :caption: 二、部分\n\n   self\n   four\n   网址 <https://example.org/>\n",
    "a/one": "第一章\n======\n\n节甲\n----\n\n小节\n~~~~\n\n节乙\n----\n",
    "a/two": "第二章 *斜体*\n=============\n\n节\n--\n\n.. toctree::\n\n   below\n",
    "a/below": "下面的章\n========\n\n节\n--\n\n节\n--\n",
    "three": "第三章\n======\n\n.. only:: html\n\n   网页才有\n   --------\n\n节\n--\n",
    "four": ":tocdepth: 1\n\n第四章\n======\n\n节\n--\n\n再一个题目\n==========\n\n节\n--\n",
    "alone": ":orphan:\n\n不在目录里\n==========\n",
}
ASKED = [
    {"collapse": collapse, "includehidden": hidden, "titles_only": True, "maxdepth": depth}
    for collapse in (False, True)
    for hidden in (False, True)
    for depth in ("", -1, 1, 4)
]


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandaloneHTMLBuilder]:
    """The builder of a small site, which has read its pages."""
    root = tmp_path_factory.mktemp("sidebar")
    for name, text in {**PAGES, "conf": ""}.items():
        path = root / (f"{name}.rst" if text else "conf.py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    app = SphinxTestApp("html", root)
    app.build()
    assert isinstance(app.builder, StandaloneHTMLBuilder)
    yield app.builder
    app.cleanup()


def test_on_every_page_they_are_what_sphinx_makes(builder: StandaloneHTMLBuilder) -> None:
    titles, told = sidebar.TitlesOnly(builder.env), set()
    for page in PAGES:

        def usual(page: str = page, **asked: object) -> str:
            return builder._get_local_toctree(page, **asked)

        made = sidebar.maker(builder, titles, page, usual)
        for asked in [*ASKED, {"titles_only": True}, {"titles_only": False}, {}]:
            assert made(**asked) == usual(**asked), (page, asked)
            told.add(made(**asked))
    assert len(told) > len(PAGES) and any("网页才有" in one for one in told)


def test_a_chapters_sections_are_left_out_before_they_are_copied_and_its_own_contents_keep_them(
    builder: StandaloneHTMLBuilder,
) -> None:
    titles = sidebar.TitlesOnly(builder.env)
    assert titles.tocs["a/one"].astext() == "第一章"
    assert "小节" in builder.env.tocs["a/one"].astext()
    assert titles.tocs["a/two"] is builder.env.tocs["a/two"]  # a chapter lies below it
