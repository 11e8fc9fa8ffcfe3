"""What a book has learnt from its analysts: that one word means the same as another.

``data/synonyms.yml`` holds a line for each, and under a table's title those that hold only there::

    借款主体: 企业编号
    城建公司: QY01
    有息债务台账:
      单位: 债权人

The right side is the title of a column, the word for a code, or an enterprise's id or name. The
left side then means the same wherever the right side does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tables.data_errors import DataError, Fault, hidden
from ...tables.text_files import read_yaml
from ..files.raw import folded

if TYPE_CHECKING:
    from ..headers import Names

FILE = "synonyms.yml"
HOW = "写成“说法: 意思”，一行一个；只在一张表里用的，写在那张表的名称下面"
OPTION = "--same"
OFFER = re.compile(OPTION + ' "([^"=]+=[^"=]+)"')
LONGEST = 100
HEAD = "# 本书记住的说法：左边与右边是一个意思。用python -m stateassets synonyms查看、添加和删去。\n"


@dataclass(frozen=True)
class Same:
    """One word means another, in one table (by title) or wherever the other stands (``""``)."""

    word: str
    meaning: str
    table: str = ""

    def __str__(self) -> str:
        return f"{self.table}：{self.word}={self.meaning}" if self.table else f"{self.word}={self.meaning}"


@dataclass(frozen=True)
class Learned:
    """The words that a book has learnt, in the order of its file."""

    words: tuple[Same, ...] = ()

    def of(self, title: str) -> Iterator[Same]:
        """Yield what holds in one table, what was said of that table last."""
        yield from (same for same in self.words if not same.table)
        yield from (same for same in self.words if same.table == title)

    def names(self) -> dict[str, str]:
        """Return what may be a name: word, folded -> meaning."""
        return {folded(same.word): same.meaning for same in self.words}

    def adding(self, new: Iterable[Same]) -> Learned:
        """Return these words with others, which stand in place of what was said of the same word."""
        kept = {(same.table, folded(same.word)): same for same in (*self.words, *new)}
        return Learned(tuple(kept.values()))

    def without(self, word: str) -> Learned:
        """Return these words without one."""
        return Learned(tuple(same for same in self.words if folded(same.word) != folded(word)))

    def content(self) -> bytes:
        """Return the file that holds these words."""
        import yaml

        raw: dict[str, Any] = {same.word: same.meaning for same in self.words if not same.table}
        for same in self.words:
            if same.table:
                raw.setdefault(same.table, {})[same.word] = same.meaning
        written = yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=1000) if raw else ""
        return (HEAD + written).encode()


def read(folder: Path, titles: Iterable[str]) -> Learned:
    """Return what the book whose data lie in ``folder`` has learnt; nothing without the file.

    Raises:
        DataError: the file is not as it must be; ``titles`` are the tables that there are.
    """
    path = folder / FILE
    if not path.is_file():
        return Learned()
    raw = read_yaml(path, HOW)
    faults = list(_faults(raw, set(titles)))
    if faults:
        raise DataError(faults)
    return Learned(tuple(_same(raw or {})))


def _faults(raw: Any, titles: set[str]) -> Iterator[Fault]:
    if raw is not None and not isinstance(raw, Mapping):
        yield Fault(FILE, None, None, "不是说法的对照表", "说法和意思", HOW)
        return
    for word, meaning in (raw or {}).items():
        if isinstance(meaning, Mapping):
            if word not in titles:
                yield Fault(FILE, None, str(word)[:LONGEST], "没有名叫这个的表", "表名", "改成表的全名，或删去这一段")
            yield from (fault for one in meaning.items() if (fault := _fault(*one)))
        elif fault := _fault(word, meaning):
            yield fault


def _fault(word: Any, meaning: Any) -> Fault | None:
    for text in (word, meaning):
        if not isinstance(text, str):
            return Fault(FILE, None, str(word)[:LONGEST], "不是一个词", '词；数字也要加引号，如"0101"', HOW)
        if not folded(text) or len(text) > LONGEST:
            return Fault(FILE, None, str(word)[:LONGEST], "是空的，或者太长", f"不超过{LONGEST}字的词", HOW)
        if hidden(text):
            return Fault(FILE, None, None, "含有看不见的字符", "普通的字", "重新录入这一行")
    return None


def _same(raw: Mapping[Any, Any]) -> Iterator[Same]:
    for word, meaning in raw.items():
        if isinstance(meaning, Mapping):
            yield from (Same(w, m, word) for w, m in meaning.items())
        else:
            yield Same(word, meaning)


def parse(texts: Iterable[str], titles: Iterable[str]) -> tuple[list[Same], list[Fault]]:
    """Return what ``--same`` says, 借款主体=企业编号 or 有息债务台账：单位=债权人, and the faults."""
    found, faults, known = [], [], {folded(title): title for title in titles}
    for text in texts:
        left, equals, meaning = (part.strip() for part in text.replace("＝", "=").partition("="))
        table, colon, word = left.replace(":", "：").partition("：")
        table = known.get(folded(table), "") if colon else ""
        word = word.strip() if table else left
        fault = _fault(word, meaning)
        if not equals or fault or folded(word) == folded(meaning):
            advice = f'写成{OPTION} "借款主体=企业编号"'
            faults.append(Fault(OPTION, None, None, f"“{text[:LONGEST]}”", "说法=意思", advice))
        else:
            found.append(Same(word, meaning, table))
    return found, faults


def offered(faults: Iterable[Fault]) -> list[str]:
    """Return the pairs that the advice of faults offers to learn, each once."""
    return list(dict.fromkeys(pair for fault in faults for pair in OFFER.findall(fault.advice)))


def means(same: Same, names: Names, roster: Mapping[str, str]) -> list[str]:
    """Return in words what a pair has an effect on: columns, codes, an enterprise; nothing if on none.

    ``roster`` are the enterprises' names by id.
    """
    word, meaning, found = folded(same.word), folded(same.meaning), []
    for name, table in names.package.tables.items():
        if same.table not in ("", table.title):
            continue
        column, meant = names.columns[name].get(word), names.columns[name].get(meaning)
        if column and meant and column[0] == meant[0]:
            found.append(f"{table.title}的“{table.column(column[0]).title}”列")
        for field, codes in names.cells[name].items():
            if word in codes and codes[word] == codes.get(meaning, same.meaning):
                code = table.labels.get(field, {}).get(codes[word], codes[word])
                found.append(f"{table.title}“{table.column(field).title}”列的“{code}”")
    if not same.table:
        found += [f"企业{key}" for key, name in roster.items() if meaning in (folded(key), folded(name))]
    return found


def idle(new: Iterable[Same], names: Names, roster: Mapping[str, str]) -> list[Fault]:
    """Return the faults of pairs that mean nothing in this book, or would give a thing another's name."""
    faults = []
    own = {folded(text): key for key, name in roster.items() for text in (key, name) if text}
    for same in new:
        key, other = own.get(folded(same.word)), own.get(folded(same.meaning))
        if key and other and key != other:
            faults.append(
                Fault(OPTION, None, None, f"“{same.word}”是企业{key}自己的编号或名称", "企业的别称", "写别称")
            )
        elif not means(same, names, roster):
            found = f"“{same.meaning}”不是列名、代码的说法，也不是企业的编号或名称"
            if any(folded(same.meaning) in words for words in names.columns.values()):
                found = f"“{same.word}”本来就是列名"
            advice = "右边写规定的列名、代码的说法，或企业的编号、全称"
            faults.append(Fault(OPTION, None, None, found, "说法=意思", advice))
    return faults


def keep(folder: Path, learned: Learned, files: dict[str, bytes], expected: dict[str, bytes | None]) -> None:
    """Put what is learned among the files that will be written."""
    path = folder / FILE
    before = path.read_bytes() if path.is_file() else None
    if (content := learned.content()) != before:
        files[FILE], expected[FILE] = content, before
