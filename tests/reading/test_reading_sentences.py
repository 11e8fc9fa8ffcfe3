"""Sentence by sentence: what each number of a report is taken for."""

from __future__ import annotations

from pathlib import Path

import yaml
from many import every

import stateassets.domains  # noqa: F401  (fills the registry)
from stateassets.reading.model import Block, BlockKind, Document
from stateassets.reading.read import read_numbers

CASES = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text(encoding="utf-8"))
TITLE = "某区2023年度企业国有资产管理情况"
WHOLE = "企业国有资产"


def document(text: str) -> Document:
    """Return a report with a title and the paragraphs of ``text``: | begins one, # a heading, = another title."""
    title, _, rest = text[1:].partition("|") if text.startswith("=") else (TITLE, "", text)
    blocks = [Block(BlockKind.TITLE, title, 0)]
    for number, part in enumerate(rest.split("|"), 1):
        heading = part.startswith("#")
        blocks.append(Block(BlockKind.HEADING if heading else BlockKind.PARAGRAPH, part.lstrip("#"), number, level=1))
    return Document("某区.txt", "txt", tuple(blocks))


def expected(row: str) -> dict[str, object]:
    """Return the fields of a written row."""
    words = row.split()
    marked = {word[0]: word[1:] for word in words[4:]}
    row_of = dict(zip(("item", "kind", "value", "unit"), words[:4], strict=True))
    return row_of | {
        "scope": marked.get("@", WHOLE),
        "base": marked.get("<", ""),
        "year": int(marked.get("=", 2023)),
        "qualifier": marked.get("~", ""),
    }


@every(
    ("text", "rows"),
    [(case[0], [row for row in case[1:] if row]) for group in CASES for case in CASES[group]],
    ids=[f"{group}: {case[0]}" for group in CASES for case in CASES[group]],
)
def test_each_number_of_a_sentence_is_read_for_what_it_is(text: str, rows: list[str]) -> None:
    wanted = [expected(row) for row in rows]
    found = []
    for one, want in zip(read_numbers(document(text)).found, [*wanted, *({} for _ in range(9))], strict=False):
        claim = one.claim
        got = {"item": claim.name_zh, "kind": claim.kind, "value": claim.text, "unit": claim.unit}
        got |= {"scope": claim.scope, "base": claim.base, "year": claim.year}
        found.append(got | {"qualifier": claim.qualifier if want.get("qualifier") else ""})
    assert found == wanted
