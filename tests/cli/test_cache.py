"""One command says what is kept so that it is not computed twice, and clears it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from stateassets.cache import Store
from stateassets.cli.cache import KINDS
from stateassets.cli.main import main


@pytest.fixture
def kept(tmp_path):
    store = Store(tmp_path)
    store.keep("chapters", "one", "code", {}, b"x" * 2_000_000, "internal")
    store.keep("chapters", "one", "other", {}, b"x" * 1_000_000, "public")
    store.keep("pages", "one.html", "code", {}, b"text")
    return store


def test_it_says_what_is_kept_how_much_since_when_and_of_which_edition(kept, capsys):
    assert main(["cache", "--root", str(kept.folder.parents[1])]) == 0
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"各章的结果：2份，3.0MB，{date.today().isoformat()}起，") and "公开版" in first
    assert second.startswith("搜索读过的网页：1份，0.0MB") and last.startswith("共3.0MB，在")


def test_it_clears_what_is_kept_and_then_there_is_nothing(kept, capsys):
    root = str(kept.folder.parents[1])
    assert main(["cache", "--clear", "--root", root]) == 0 and list(kept.every()) == []
    assert main(["cache", "--root", root]) == 0
    assert capsys.readouterr().out == "缓存已清空，腾出3.0MB。\n缓存是空的。\n"


def test_programs_are_told_the_same(kept, capsys):
    assert main(["cache", "--json", "--root", str(kept.folder.parents[1])]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["kind"], one["entries"]) for one in told["kinds"]] == [("chapters", 2), ("pages", 1)]
    assert told["kinds"][0]["editions"] in (["内部版", "公开版"], ["公开版", "内部版"])


def test_every_kind_that_the_program_keeps_has_a_name():
    from stateassets.book import build_cache, origins, search
    from stateassets.book.takeaway import KIND as DOWNLOADS
    from stateassets.book.takeaway.word import KIND as PICTURES
    from stateassets.notebooks import memo

    kinds = {
        build_cache.KIND,
        build_cache.PROGRAMS,
        search.KIND,
        DOWNLOADS,
        PICTURES,
        memo.TABLES,
        memo.RESULTS,
        origins.KIND,
    }
    assert kinds == set(KINDS)
