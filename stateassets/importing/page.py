"""What an import understood, on one page: many files by table, not sheet by sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from .consolidating import ALONE, OFFERED, TOO_LARGE, WORKED_OUT
from .merging import TableChange
from .planning import LATER, LONELY, NO_BALANCE, Plan, Route
from .telling import conclusion

SHOWN = 5  # of a kind
WEIGHTY = {WORKED_OUT, ALONE, OFFERED, TOO_LARGE, NO_BALANCE, LONELY, LATER}  # what is more than another way of writing


def page(plan: Plan) -> Iterator[str]:
    """Yield what somebody reads who sent in a whole folder; the rest is in the long form."""
    files = {route.file for route in plan.routes}
    yield f"读懂{len(files)}个文件里的{len(plan.routes)}张工作表："
    by_table: dict[str, list[Route]] = {}
    for route in plan.routes:
        by_table.setdefault(route.table, []).append(route)
    changes = {change.name: change for change in plan.changes}
    for name, routes in by_table.items():
        yield from _table(routes, changes.get(name))
    yield from _few("不是数据表，没有读", plan.ignored)
    unused = Counter(header for route in plan.routes for header in route.unused)
    yield from _few("没有用到的列", [f"{header}（{n}张工作表）" for header, n in unused.most_common()])
    kinds = Counter(note.kind for note in plan.notes).most_common()
    yield from _few("要留意的", [f"{kind}（{n}处）" for kind, n in kinds if kind in WEIGHTY], lines=True)
    yield from _few("读的时候改了写法", [f"{kind}{n}处" for kind, n in kinds if kind not in WEIGHTY])
    yield from _few("还缺的数据（不影响这次导入）", [str(fault) for fault in plan.gaps], lines=True)
    yield from _few("不能导入，原因", [str(fault) for fault in plan.refused], lines=True)
    yield conclusion(plan)


def _table(routes: Sequence[Route], change: TableChange | None) -> Iterator[str]:
    units = sorted({route.unit for route in routes if route.unit})
    said = [f"{sum(route.rows for route in routes)}行"]
    if change and change.years:
        said.append(f"{'、'.join(change.years)}年")
    if units:
        said.append(f"单位{'、'.join(units)}")
    if change and change.any:
        said.append(f"新增{change.new}行，更正{len(change.changed)}行，相同{change.same}行")
    yield f"  {routes[0].title}：{len(routes)}张工作表，{'，'.join(said)}"
    if change and change.enterprises:
        yield f"    有{len(change.enterprises)}户：{_names(change.enterprises)}"
    if change and change.missing:
        yield f"    没有{len(change.missing)}户：{_names(change.missing)}"


def _names(names: Sequence[str]) -> str:
    return "、".join(names[:SHOWN]) + (f"等{len(names)}户" if len(names) > SHOWN else "")


def _few(title: str, found: Sequence[str], lines: bool = False) -> Iterator[str]:
    if not found:
        return
    more = f"……共{len(found)}项" if len(found) > SHOWN else ""
    if lines:
        yield f"{title}："
        yield from (f"  {one}" for one in (*found[:SHOWN], *filter(None, [more])))
    else:
        yield f"{title}：{'、'.join(found[:SHOWN])}{more}"
