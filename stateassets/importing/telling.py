"""A plan in words: what goes where, what was changed on the way, what is refused and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .merging import TableChange
from .names.learned import FILE
from .planning import PACKAGE, Plan
from .rows import Note

EXAMPLES, LISTED = 3, 50
# What is left out is told by its own name, not by examples.
ONE_BY_ONE = {"合计行不导入", "其中行不导入", "没有填数的行不导入", "合计、平均等列不导入", "说不清是哪一期的列不导入"}
FEW = 5  # tables of a kind that are told one by one


def lines(plan: Plan) -> Iterator[str]:
    """Yield what an analyst reads before deciding."""
    if plan.recovered:
        yield "上次导入中途停下，已经恢复到那次导入以前的样子。"
    exact = [route for route in plan.routes if route.exact]
    if len(exact) > FEW:
        rows = sum(route.rows for route in exact)
        yield f"名称和表头都与规定一致的表{len(exact)}张，共{rows}行，按各列原样读取。"
    for route in plan.routes:
        if route.exact and len(exact) > FEW:
            continue
        whose = "按--unit说的单位" if route.given else "标明单位"
        unit = f"，{whose}：{route.unit}" if route.unit else ""
        yield f"{route.place} → {route.title}（{route.rows}行{unit}）"
        if route.columns:
            yield "  列：" + "；".join(
                f"{header}→{title}" if header != title else title for header, title in route.columns
            )
        if route.unused:
            yield f"  没有用到的列：{'、'.join(route.unused)}"
    if plan.ignored:
        yield f"不是数据表，不导入：{'、'.join(plan.ignored)}"
    if plan.said:
        yield "表目录："
        yield from (f"  {said}" for said in plan.said)
    yield from noted(plan.notes)
    if plan.learned and not plan.refused:
        yield f"本书记住{len(plan.learned)}个说法，下次照用：{'、'.join(map(str, plan.learned))}"
    yield from _changes([c for c in plan.changes if c.any or not plan.refused])
    if plan.taken_back:
        yield f"会改回更正过的{len(plan.taken_back)}格："
        yield from (f"  {one}" for one in plan.taken_back[:LISTED])
    for words, faults in (("还缺的数据（不影响这次导入）", plan.gaps), ("不能导入，原因", plan.refused)):
        if faults:
            yield f"{words}："
            yield from (f"  {fault}" for fault in faults[:LISTED])
            if len(faults) > LISTED:
                yield f"  ……共{len(faults)}项"
    yield conclusion(plan)


def noted(found: Iterable[Note]) -> Iterator[str]:
    """Say what was changed on the way, by kind, with a few examples."""
    kinds: dict[str, list[Note]] = {}
    for note in found:
        kinds.setdefault(note.kind, []).append(note)
    for kind, notes in kinds.items():
        yield f"{kind}：{sum(note.count for note in notes)}处"
        shown = LISTED if kind in ONE_BY_ONE or any(note.count > 1 for note in notes) else EXAMPLES
        yield from (f"  {note}" for note in notes[:shown])
        if len(notes) > shown:
            yield f"  ……共{len(notes)}条" if shown == LISTED else "  ……"


def _changes(changes: Sequence[TableChange]) -> Iterator[str]:
    """Say what happens to each table; of many that stay as they are only how many, and which."""
    blank = [c for c in changes if not c.any and not c.same + c.kept]
    alike = [c for c in changes if not c.any and c not in blank]
    for change in changes:
        if change.any or len(alike) + len(blank) <= FEW:
            yield from _change(change)
    if len(alike) + len(blank) > FEW:
        for words, found in (("没有变化", alike), ("还空着", blank)):
            if found:
                yield f"{words}的表{len(found)}张：{'、'.join(c.title for c in found)}"


def _change(change: TableChange) -> Iterator[str]:
    kept = f"，文件里没有而保留{change.kept}行" if change.kept else ""
    removed = f"，删去{len(change.removed)}行" if change.removed else ""
    yield (
        f"{change.title}（{change.path}）：新增{change.new}行，更正{len(change.changed)}行，"
        f"相同{change.same}行{removed}{kept}"
    )
    if change.added:
        more = f"；……共{len(change.added)}行" if len(change.added) > LISTED else ""
        yield f"  新增｜{'；'.join(change.added[:LISTED])}{more}"
    for words, said in (("更正", change.changed), ("删去", change.removed)):
        yield from (f"  {words}｜{one}" for one in said[:LISTED])
        if len(said) > LISTED:
            yield f"  ……共{words}{len(said)}行"


def conclusion(plan: Plan) -> str:
    """Say whether the import can be written, and what then changes."""
    if plan.refused:
        tables = {f"{change.title}（{change.path}）" for change in plan.changes}
        places = {route.place for route in plan.routes} | tables
        others = any("/" in f.file and f.file not in places for f in plan.refused)
        together = "几张表要一起改的，把文件写在同一条命令里。" if others else ""
        return f"有{len(plan.refused)}个问题，什么也没有写入。请改正后重新导入。{together}"
    if plan.empty:
        return "与现有的表相同，没有要写入的。"
    count = len(plan.files.keys() - {PACKAGE, FILE})
    parts = [f"{count}张表有变化"] * bool(count) + [f"“表目录”改了{len(plan.said)}处"] * bool(plan.said)
    parts += [f"记住{len(plan.learned)}个说法"] * (FILE in plan.files)
    return f"可以写入：{'，'.join(parts)}。"


def as_dict(plan: Plan, written: bool) -> dict[str, Any]:
    """Return the plan for programs."""
    return {
        "written": written,
        "routes": [
            {
                "place": r.place,
                "table": r.table,
                "rows": r.rows,
                "unit": r.unit,
                "columns": dict(r.columns),
                "unused": list(r.unused),
            }
            for r in plan.routes
        ],
        "ignored": plan.ignored,
        "tables": [{"title": s.title, "before": s.before, "after": s.after} for s in plan.said],
        "learned": [str(same) for same in plan.learned] if not plan.refused else [],
        "notes": [vars(note) for note in plan.notes],
        "changes": [
            {
                "table": c.name,
                "path": c.path,
                "new": c.new,
                "added": c.added,
                "same": c.same,
                "kept": c.kept,
                "removed": c.removed,
                "changed": [
                    {"key": one.key, "place": one.place, "row": one.row, "cells": [list(cell) for cell in one.cells]}
                    for one in c.changed
                ],
            }
            for c in plan.changes
        ],
        "taken_back": [vars(one) for one in plan.taken_back],
        "gaps": [fault.as_dict() for fault in plan.gaps],
        "refused": [fault.as_dict() for fault in plan.refused],
    }
