"""Names that no list has, in every order of words: each number is still read for what it is."""

from __future__ import annotations

from collections import Counter

from unseen_reports import FIELDS, SCOPES, Unseen, unseen

import stateassets.domains  # noqa: F401  (fills the registry)
from stateassets.reading.model import Block, BlockKind, Document
from stateassets.reading.read import read_numbers
from stateassets.reading.vocabulary import vocabulary

TITLE = "某区2023年度国有资产管理情况报告"
SEED = 20231231


def read_in(one: Unseen) -> list[tuple[object, ...]]:
    """The numbers of a sentence, as they are read where it stands in a report."""
    blocks = (Block(BlockKind.TITLE, TITLE, 0, level=1), Block(BlockKind.PARAGRAPH, one.text, 1))
    found = [one.claim for one in read_numbers(Document("某区.txt", "txt", blocks)).found]
    fields = {"item": "name_zh", "value": "text"}
    return [tuple(getattr(claim, fields.get(field, field)) for field in FIELDS) for claim in found]


def test_the_scopes_are_in_no_list() -> None:
    assert not set(SCOPES) & set(vocabulary()["scopes"])


def test_numbers_of_unknown_names_in_every_order_of_words_are_read_right() -> None:
    wrong = [(one.kind, one.text, read_in(one)) for one in unseen(SEED, 4) if read_in(one) != list(one.numbers)]
    assert not wrong, "\n".join(f"{kind}: {text} {found}" for kind, text, found in wrong)


def test_unseen_sentences_are_the_same_each_time_and_of_all_kinds() -> None:
    first, second = list(unseen(SEED, 2)), list(unseen(SEED, 2))
    assert first == second
    assert set(Counter(one.kind for one in first).values()) == {2}
