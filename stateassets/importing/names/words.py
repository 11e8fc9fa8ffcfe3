"""What offices call tables, columns and codes besides their titles: ``words.yml``.

``tables/words.yml`` holds what is said of a column or a code whatever the table, and each domain's
``words.yml`` what is said in its tables::

    tables:
      debts:
        called: 债务台账 融资台账
        columns: {enterprise_id: 借款单位 借款人}
        codes: {kind: {loan: 银行借款, bond: 企业债}, interest_months: {3: 按季}}

Words are kept apart by spaces. A column whose words begin with ``=`` has none of those that hold
for every table. A word that stands for two columns or codes of one table means neither until
somebody says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ...tables.declarations import PACKAGE
from ...tables.declared import Column, DeclaredTable
from ...tables.text_files import read_yaml

SHARED, DOMAINS = "tables/words.yml", "domains/*/words.yml"
ALONE = "="
ROSTER, WHOSE = "enterprises", "enterprise_id"
CODE_ENDS = ("名称", "编码", "代码", "")
DAY_ENDS = ("日期", "时间", "日", "年月日")
DAY = re.compile("(?:日期|时间|日)$")


@dataclass(frozen=True)
class TableWords:
    """What one table, its columns and its codes are called; ``alone`` are columns without shared words.

    ``elsewhere`` says into which column goes what another's register does not know: a guarantee is
    for an enterprise of the register or for somebody else.
    """

    called: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """The words of every table, and those of a column or a code whatever the table."""

    tables: Mapping[str, TableWords]
    columns: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Mapping[str, tuple[str, ...]]]

    def of(self, table: str) -> TableWords:
        """Return what one table is called; of a table that nobody has words for, nothing."""
        return self.tables.get(table, TableWords())

    def shared(self, table: DeclaredTable, column: Column) -> tuple[str, ...]:
        """Return what a column is called whatever the table."""
        return () if column.name in self.of(table.name).alone else self.columns.get(column.name, ())

    def coded(self, table: str, column: str) -> dict[str, tuple[str, ...]]:
        """Return the words for each code of a column, the table's own and the shared."""
        own, shared = self.of(table).codes.get(column, {}), self.codes.get(column, {})
        return {code: (*own.get(code, ()), *shared.get(code, ())) for code in {**own, **shared}}


@cache
def words(package: Path = PACKAGE) -> Words:
    """Return the words of every domain below ``package``.

    Raises:
        DataError: a file is not YAML.
    """
    tables: dict[str, TableWords] = {}
    shared: dict[str, Any] = {}
    for path in (package / SHARED, *sorted(package.glob(DOMAINS))):
        raw = read_yaml(path, "改正缩进和冒号") or {}
        shared = shared or raw
        tables |= {name: _of(said) for name, said in raw.get("tables", {}).items()}
    return Words(tables, _listed(shared.get("columns", {})), _coded(shared.get("codes", {})))


def _of(said: Mapping[str, Any]) -> TableWords:
    columns = said.get("columns", {})
    alone = frozenset(name for name, text in columns.items() if text.startswith(ALONE))
    called = tuple(str(said.get("called", "")).split())
    return TableWords(called, _listed(columns), _coded(said.get("codes", {})), alone, said.get("elsewhere", {}))


def _listed(said: Mapping[Any, str]) -> dict[str, tuple[str, ...]]:
    return {str(name): tuple(text.removeprefix(ALONE).split()) for name, text in said.items()}


def _coded(said: Mapping[str, Mapping[Any, str]]) -> dict[str, dict[str, tuple[str, ...]]]:
    return {column: _listed(codes) for column, codes in said.items()}


def derived(table: DeclaredTable, column: Column, said: Iterable[str]) -> Iterator[str]:
    """Yield what follows from a column's words: 借款日 from 借款日期, 担保单位 from 担保企业编号."""
    referring = {key.column: key.table for key in table.foreign_keys}
    if column.type == "date":
        for word in said:
            if DAY.search(word):
                yield from (DAY.sub(end, word) for end in DAY_ENDS)
    elif referred := referring.get(column.name):
        base = column.title.removesuffix("编号")
        yield from (base + end for end in CODE_ENDS)
        if referred == ROSTER and "企业" in base:
            yield from (base.replace("企业", "单位") + end for end in CODE_ENDS)


def parties(table: DeclaredTable) -> tuple[str, ...]:
    """Return the columns that name an enterprise: of several, a plain 单位名称 may be any."""
    return tuple(key.column for key in table.foreign_keys if key.table == ROSTER and table.name != ROSTER)
