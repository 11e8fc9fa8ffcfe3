"""A table with what its rows point to: an item with the columns of the row it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from .declared import DataPackage, DeclaredTable


def with_parent(
    package: DataPackage, frames: Mapping[str, pd.DataFrame], table: DeclaredTable, rows: pd.DataFrame, key: str
) -> tuple[DeclaredTable, pd.DataFrame]:
    """Return a table and its rows with the columns of the rows that the foreign key points to.

    They are called ``key.column`` and may be followed further (``problem_id.task_id``).

    Raises:
        KeyError: ``key`` is no foreign key of the table.
    """
    to = next((foreign for foreign in table.foreign_keys if foreign.column == key), None)
    if to is None:
        raise KeyError(key)
    parent, prefix = package.tables[to.table], f"{key}."
    columns = [replace(c, name=prefix + c.name) for c in parent.columns if c.name != to.target]
    labels = {prefix + column: words for column, words in parent.labels.items()}
    keys = [replace(foreign, column=prefix + foreign.column) for foreign in parent.foreign_keys]
    joined = replace(
        table,
        columns=(*table.columns, *columns),
        labels={**table.labels, **labels},
        foreign_keys=(*table.foreign_keys, *keys),
    )
    wide = frames[to.table].add_prefix(prefix).rename(columns={prefix + to.target: key})
    return joined, rows.merge(wide, on=key)
