"""Who is in a view of many districts: the expected ones and those that came, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..tables.data_errors import DataError, Fault, hidden, nearest
from ..tables.notation import is_year
from ..tables.origins import Origin, weakest
from .brought import read_brought
from .coverage import Coverage, coverage
from .facts import District, name_of

REGION, PARENT, SCOPE, SINCE = "地区", "上级", "口径", "起始年度"
COLUMNS = (REGION, PARENT, SCOPE, SINCE)


@dataclass(frozen=True)
class Expected:
    """A line of the list of who is to be in: of whom it is a part, what its numbers are of, since when."""

    region: str
    parent: str = ""
    scope: str = ""
    since: int = 0


@dataclass(frozen=True)
class Member:
    """One district: what is there of it. Without years it is missing."""

    region: str
    parent: str
    years: tuple[int, ...]
    since: int
    coverage: Coverage
    scope_from: str  # 书, 名单 or empty
    origins: tuple[Origin, ...]
    source: str
    title: str = ""
    expected: bool = True
    is_whole: bool = False  # others are its parts

    @property
    def missing(self) -> bool:
        """Has nothing come of it?"""
        return not self.years

    @property
    def lacks(self) -> tuple[int, ...]:
        """The years since it is in, up to its newest, of which nothing has come."""
        first = self.since or min(self.years, default=0)
        return tuple(y for y in range(first, max(self.years, default=first - 1) + 1) if y not in self.years)

    @property
    def origin(self) -> Origin | None:
        """The origin that vouches for least among its numbers."""
        return weakest(self.origins) if self.origins else None


def read_list(path: Path) -> tuple[Expected, ...]:
    """Return the list of who is expected, a CSV file with a column 地区 and, if need be, the others.

    Raises:
        DataError: it has no such column, a blank or repeated district, a year that is none, a parent that is not
            listed or lies below.
    """
    faults, found = [], dict[str, Expected]()
    of: dict[str, int] = {}
    for number, row in read_brought(path, COLUMNS, [REGION], "应在内的地区"):
        region, since = row.get(REGION, ""), row.get(SINCE, "")
        if not region or hidden(region) or region in found:
            words = "是空的或有看不见的字符" if not region or hidden(region) else f"“{region}”写了两次"
            faults.append(Fault(path.name, number, REGION, words, "每行一个地区，各不相同", "请改正"))
        elif since and not is_year(since):
            faults.append(Fault(path.name, number, SINCE, f"“{since}”不是年度", "如2021", "请改正"))
        else:
            found[region] = Expected(region, row.get(PARENT, ""), row.get(SCOPE, ""), int(since or 0))
            of[region] = number
    if not faults:
        faults += _astray(found, of, path.name)
    if faults:
        raise DataError(faults)
    return tuple(found.values())


def _astray(found: Mapping[str, Expected], rows: Mapping[str, int], file: str) -> Iterator[Fault]:
    """Yield a fault for each district whose parent is not listed, or that is, by whatever way, above itself."""
    for region, one in found.items():
        above, seen = one.parent, {region}
        if above and above not in found:
            told, wanted = f"“{above}”不在名单里", f"名单里有一行“{above}”"
            advice = f"{nearest(above, found)}改正名称，或给它加一行"
            yield Fault(file, rows[region], PARENT, told, wanted, advice)
            continue
        while above in found and above not in seen:
            seen.add(above)
            above = found[above].parent
        if above == region:
            yield Fault(file, rows[region], PARENT, f"“{region}”成了自己的上级", "上级不在它下面", "请改正")


def together(districts: Iterable[District]) -> dict[str, District]:
    """Return one district a region, with what several files of it say of different years.

    Two files may say the same; where they say otherwise, or one was printed otherwise, nobody knows which holds.

    Raises:
        DataError: naming both files and the number in which they differ.
    """
    by: dict[str, list[District]] = {}
    for one in districts:
        by.setdefault(one.region, []).append(one)
    return {region: _joined(region, some) for region, some in by.items()}


def _joined(region: str, some: Sequence[District]) -> District:
    if len(some) == 1:
        return some[0]
    facts: dict[tuple[str, str, int, bool], tuple[object, District]] = {}
    ordered = sorted(some, key=lambda one: one.years[-1:] or (0,))
    newest = ordered[-1]
    for one in ordered:
        for fact in one.facts:
            key = (fact.figure_id, fact.scope, fact.year, fact.stated)
            other = facts.get(key)
            if other and (other[0].value, other[0].printed) != (fact.value, fact.printed):  # type: ignore[attr-defined]
                found = f"“{region}”{fact.year}年的{name_of(fact.figure_id)}与{other[1].source}里的不同"
                advice = "请只留一个文件；同一个地区的旧书和新书有出入的，请先弄清哪一本对"
                raise DataError([Fault(one.source, None, None, found, "同一个地区、同一年只有一个数", advice)])
            facts[key] = fact, one
    scopes = {one.scope for one in some if one.scope}
    if len(scopes) > 1:
        found = f"{region}的口径在各年的书里不同：{'、'.join(sorted(scopes))}"
        raise DataError([Fault(newest.source, None, None, found, "一个地区一种口径", "请分开汇总，或按同一口径重编")])
    names = {key: name for one in ordered for key, name in one.names.items()}
    alerts = [a for one in ordered for a in one.alerts or ()]
    return District(
        region,
        tuple(fact for fact, _ in facts.values()),  # type: ignore[misc]
        names,
        next(iter(scopes), ""),
        newest.title,
        _listed([one.source for one in ordered]),
        sum(one.unknown for one in some),
        tuple(alerts) if any(one.alerts is not None for one in some) else None,
        any(one.enterprises for one in some),
    )


def members(districts: Mapping[str, District], expected: Sequence[Expected]) -> tuple[Member, ...]:
    """Return every district that is expected or has come, in the list's order; without a list all are expected."""
    listed = {one.region: one for one in expected}
    wholes = {one.parent for one in expected if one.parent}
    found = []
    for region in dict.fromkeys([*listed, *districts]):
        here, line = districts.get(region), listed.get(region, Expected(region))
        own = here.scope if here else ""
        scope = own or line.scope
        if own and line.scope and coverage(own, region) != coverage(line.scope, region):
            told = f"{region}的书写的口径是“{own}”，名单写的是“{line.scope}”"
            raise DataError([Fault("名单", None, SCOPE, told, "两处相同", "请改名单，或请对方改书")])
        found.append(
            Member(
                region,
                line.parent,
                here.years if here else (),
                line.since,
                coverage(scope, region),
                "书" if own else "名单" if scope else "",
                here.origins if here else (),
                here.source if here else "",
                here.title if here else "",
                not listed or region in listed or region in wholes,
                region in wholes,
            )
        )
    return tuple(found)


def _listed(sources: Sequence[str]) -> str:
    """Name where a district is read from: many years' files by the first and the last."""
    return "、".join(sources) if len(sources) < 3 else f"{sources[0]}至{sources[-1]}，共{len(sources)}个文件"
