"""A table with what its rows point to: an item with the columns of the row it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from .declared import DataPackage, Table


def with_parent(
    package: DataPackage, frames: Mapping[str, pd.DataFrame], table: Table, rows: pd.DataFrame, key: str
) -> tuple[Table, pd.DataFrame]:
    """Return a table and its rows with the columns of the rows that the foreign key points to.

    They are called ``key.column`` and may be followed further (``problem_id.task_id``).

    Raises:
        KeyError: ``key`` is no foreign key of the table.
    """
    schema = table.raw["schema"]
    references = {k["fields"]: k["reference"] for k in schema.get("foreignKeys", ())}
    name, target = references[key]["resource"], references[key]["fields"]
    parent, prefix = package.tables[name], f"{key}."
    columns = [replace(c, name=prefix + c.name) for c in parent.columns if c.name != target]
    labels = {prefix + column: words for column, words in parent.labels.items()}
    keys = [{**k, "fields": prefix + k["fields"]} for k in parent.raw["schema"].get("foreignKeys", ())]
    raw = {
        **table.raw,
        "labels": {**table.labels, **labels},
        "schema": {**schema, "foreignKeys": [*schema["foreignKeys"], *keys]},
    }
    wide = frames[name].add_prefix(prefix).rename(columns={prefix + target: key})
    return replace(table, columns=(*table.columns, *columns), raw=raw), rows.merge(wide, on=key)


def roots(frames: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return enterprise -> the first-level enterprise of its group."""
    columns = frames["enterprises"][["enterprise_id", "parent_id"]]
    parents = dict(columns.itertuples(index=False))
    found = {}
    for key in parents:
        root = key
        for _ in parents:  # bounded: a circle is another check's finding
            if not parents.get(root):
                break
            root = parents[root]
        found[key] = root
    return found
