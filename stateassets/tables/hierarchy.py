"""Who is above whom: the tree of enterprises, and that of all legal persons by their shares.

The enterprises' tree is the roster's: whoever has no parent there is the first level, the root of
a group. The other tree tells how deep holdings go and what share reaches the district. A legal
person is on the roster or, if it is not, among the ``affiliates``. Its parent is the supervised
holder with the largest share; whoever no supervised company holds is level 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from .declared import DataPackage

Frames = Mapping[str, pd.DataFrame]
STATE, ENTERPRISE = "state", "enterprise"
WHOLE = 100.0  # per cent


def owners(package: DataPackage, frames: Frames, name: str) -> pd.Series | None:
    """Return whose each row of a table is: its ``enterprise_id``, or that of the row that it refers to, as a payment's
    debt; empty where that is nobody's. None for a table whose rows are nobody's.
    """
    if "enterprise_id" in frames[name]:
        return frames[name]["enterprise_id"]
    for key in package.tables[name].foreign_keys if name in package.tables else ():
        known = key.table in frames and key.table != name
        theirs = owners(package, frames, key.table) if known else None
        if theirs is not None:
            ids = dict(zip(frames[key.table][key.target], theirs, strict=True))
            return frames[name][key.column].map(ids).fillna("")
    return None


def people(frames: Frames, year: int) -> pd.DataFrame:
    """Return the legal persons of a year: ``id``, ``title``, ``enterprise_id`` (who answers)."""
    roster = frames["enterprises"]
    roster = roster[(roster["start_year"] <= year) & ~(roster["end_year"] <= year)]
    named = roster.rename(columns={"name_zh": "title"}).assign(id=roster["enterprise_id"])
    columns = ["id", "title", "enterprise_id"]
    return pd.concat([named[columns], frames["affiliates"][columns]], ignore_index=True)


def above(frames: Frames) -> dict[str, str]:
    """Enterprise -> its parent on the roster, empty for a first-level one."""
    return dict(frames["enterprises"][["enterprise_id", "parent_id"]].itertuples(index=False, name=None))


def roots(parent: Mapping[str, str]) -> dict[str, str]:
    """Enterprise -> the first-level enterprise of its group; in a circle, whoever closes it."""
    return {key: chain(parent, key)[-1] for key in parent}


def groups(parent: Mapping[str, str]) -> dict[str, list[str]]:
    """First-level enterprise -> it and everything below it, in the order of ``parent``."""
    found: dict[str, list[str]] = {}
    for key, root in roots(parent).items():
        found.setdefault(root, []).append(key)
    return found


def circle(parent: Mapping[str, str], start: str) -> list[str]:
    """Return how an enterprise is above itself, as ``[A, B, A]``; empty if it is not."""
    path = chain(parent, start)
    return [*path, start] if parent.get(path[-1]) == start else []


def parents(stakes: pd.DataFrame) -> dict[str, str]:
    """Held -> its largest supervised holder; the first named if several hold as much."""
    inside = stakes[stakes["holder_kind"] == ENTERPRISE]
    inside = inside.sort_values("share", ascending=False, kind="stable")
    largest = inside.drop_duplicates("held_id")
    return dict(zip(largest["held_id"], largest["holder_id"], strict=True))


def chain(parent: Mapping[str, str], start: str) -> list[str]:
    """Return a legal person and whoever is above it, nearest first; a circle ends where it closes."""
    path = [start]
    while (above := parent.get(path[-1], "")) and above not in path:
        path.append(above)
    return path


def circles(stakes: pd.DataFrame) -> Iterator[list[str]]:
    """Yield each way by which a legal person holds itself, as ``[A, B, A]``, once."""
    held_by: dict[str, list[str]] = {}
    for held, holder in zip(stakes["held_id"], stakes["holder_id"], strict=True):
        if holder:
            held_by.setdefault(held, []).append(holder)
    seen: set[frozenset[str]] = set()
    for start in held_by:
        waiting = [[start]]
        while waiting:
            path = waiting.pop()
            for above in held_by.get(path[-1], ()):
                if above == start and frozenset(path) not in seen:
                    seen.add(frozenset(path))
                    yield [*path, start]
                elif above not in path:
                    waiting.append([*path, above])


def through(stakes: pd.DataFrame) -> dict[str, float]:
    """Held -> the per cent that reaches the state through the whole tree.

    Raises:
        ValueError: somebody holds itself.
    """
    if next(circles(stakes), None):
        raise ValueError("持股绕成了圈")
    rows: dict[str, list[tuple[str, str, float]]] = {}
    for row in stakes.to_dict("records"):
        rows.setdefault(row["held_id"], []).append((row["holder_kind"], row["holder_id"], float(row["share"])))

    known: dict[str, float] = {}

    def reaches(held: str) -> float:
        if held not in known:
            known[held] = sum(
                share if kind == STATE else share * reaches(holder) / WHOLE
                for kind, holder, share in rows.get(held, ())
                if kind == STATE or holder
            )
        return known[held]

    return {held: reaches(held) for held in rows}
