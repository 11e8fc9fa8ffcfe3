"""Which stored results and which pages are not those of today's program and tables, and why; nothing is computed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..book import build_cache
from ..chapters import contents
from ..editions import edition
from ..notebooks import fingerprint as code
from ..tables.data_errors import DataError
from ..tables.declared import DataPackage
from ..tables.table_parts import file_of
from . import made_from
from .made_from import OUTSIDE, Facts, functions
from .reviewing import document, notebooks, titled

PROGRAM, LIBRARY, TABLE, TEXT, LOOKS, RESULT, UNKNOWN = "程序", "程序库", "表", "文字", "样式和设置", "结果", "来历"
RESULTS, PAGES = "存档的结果", "网页"
MOST = 6  # named one by one
SITE = Path("_build") / "html"  # below the project


@dataclass(frozen=True)
class Reason:
    """Why chapters are not what they would be today: of a kind, what, and which chapters (none: all)."""

    kind: str
    what: str
    chapters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stale:
    """What is not today's: stored results or pages; how many, and why."""

    where: str
    count: int
    reasons: tuple[Reason, ...]

    def lines(self) -> Iterator[str]:
        """Say it, a line for each reason."""
        if not self.reasons:
            yield f"{self.where}都是现在的程序和表算出来的。"
            return
        yield f"{self.where}有{self.count}章要重做："
        for one in self.reasons:
            which = f"，关系到{_in_short(one.chapters)}" if one.chapters else "，关系到所有各章"
            yield f"  {one.kind}　{one.what}{which}"


def stale(root: Path) -> list[Stale]:
    """Look at the stored results and at the site, where there are any.

    Raises:
        OSError: a file of the book cannot be read.
    """
    told = _Titles(root)
    with edition.internal():  # whose results are stored
        found = [_results(root, told)]
    pages = _pages(root, told)
    return [*found, *([pages] if pages else [])]


class _Titles:
    """How tables and chapters are called."""

    def __init__(self, root: Path) -> None:
        self.chapters = {p.relative_to(root).as_posix(): titled(_notebook(p)) or p.stem for p in notebooks(root)}
        try:
            package = DataPackage.read(root / "data")
            every = (*package.tables.values(), *package.tables.absent.values())
            self.tables = {f"data/{table.path}": table.title for table in every}
        except DataError:  # what is wrong, ``check`` says
            self.tables = {}

    def reason(self, path: str, chapters: Iterable[str]) -> Reason:
        """Say that a file that chapters read has changed."""
        if path in self.chapters:
            return Reason(TEXT, f"{self.chapters[path]}（{path}）", tuple(chapters))
        title = self.tables.get(path)
        return Reason(TABLE, f"{title}（{path}）" if title else path, tuple(chapters))


def _notebook(path: Path) -> Mapping[str, object]:
    try:
        found: Mapping[str, object] = json.loads(path.read_text("utf-8"))
        return found if "cells" in found else {"cells": []}
    except (ValueError, TypeError):
        return {"cells": []}


def _results(root: Path, told: _Titles) -> Stale:
    texts = {name: (root / name).read_text("utf-8") for name in told.chapters}
    there = {name: shown for name, text in texts.items() if (shown := made_from.results(text))}
    before = made_from.stored(root)
    if before is None:
        unknown = Reason(UNKNOWN, "没有记下存档的结果是从什么算出来的")
        return Stale(RESULTS, len(there), (unknown,) if there else ())
    facts = Facts(root)
    reasons = [
        *_program(before.code, {p.relative_to(root).as_posix(): p for p in code.computing(root)}),
        *_libraries(before.libraries, code.versions(code.LIBRARIES)),
    ]
    everything = bool(reasons)
    readers: dict[str, list[str]] = defaultdict(list)
    single: list[Reason] = []
    for name in there:
        title = (told.chapters[name],)
        if name not in before.reads:
            single.append(Reason(RESULT, "没有存过档", title))
            continue
        if made_from.sources(texts[name]) != before.sources[name]:
            single.append(Reason(TEXT, f"{title[0]}（{name}）", title))
        if there[name] != before.results[name]:
            single.append(Reason(RESULT, "文件里的结果不是存档时的", title))
        for path, content in before.reads[name].items():
            if path != name and facts.of(path) != content:
                readers[file_of(path)].append(title[0])
    reasons += [told.reason(path, names) for path, names in sorted(readers.items())]
    reasons += single
    some = {name for reason in reasons for name in reason.chapters}
    return Stale(RESULTS, len(there) if everything else len(some), tuple(reasons))


def _program(before: Mapping[str, tuple[str, Mapping[str, str]]], now: Mapping[str, Path]) -> Iterator[Reason]:
    """Say which functions are not what they were."""
    for name in sorted(before.keys() | now.keys()):
        content = now[name].read_bytes() if name in now else b""
        whole, parts = before.get(name, ("", {}))
        if made_from.short(content) == whole and name in now:
            continue
        today = {part: made_from.short(text) for part, text in functions(content.decode("utf-8", "replace")).items()}
        yield _changed(name, parts if name in before else None, today if name in now else None)


def _changed(name: str, before: Mapping[str, str] | None, now: Mapping[str, str] | None) -> Reason:
    if before is None or now is None:
        return Reason(PROGRAM, f"{name}（{'新增' if before is None else '已删去'}）")
    differ = [part for part in {**before, **now} if before.get(part) != now.get(part)]
    named = [part for part in differ if part != OUTSIDE]
    which = _in_short(named) + (OUTSIDE if OUTSIDE in differ and named else "")
    return Reason(PROGRAM, f"{name}：{which}" if which else name)


def _libraries(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Reason]:
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name, ""), now.get(name, "")
        if old != new:
            yield Reason(LIBRARY, f"{name} {old or '没有'} → {new or '没有'}")


def _pages(root: Path, told: _Titles) -> Stale | None:
    """Say which pages of the site are not today's; None where there is no site."""
    site = root / SITE
    before = build_cache.marked(site)
    if "documents" not in before:
        return None
    documents = before["documents"]
    paths = {name: path for name in documents for path in _sources(root, name)}
    now = build_cache.Snapshot.take(root, paths | _listed(root))
    reasons: list[Reason] = []
    if (before["code"], before["looks"]) != (now.code, now.looks):
        reasons += _site_program(root, site)
    readers: dict[str, list[str]] = defaultdict(list)
    for name, state in documents.items():
        title = told.chapters.get(f"{name}.ipynb", name)
        if now.sources.get(name) != state["source"]:
            gone = "" if name in now.sources else "（已删去）"
            reasons.append(Reason(TEXT, f"{title}（{name}）{gone}", (title,)))
        for path, content in state["reads"].items():
            if now.data.get(path) != content and path != f"{name}.ipynb":
                readers[file_of(path)].append(title)
    reasons += [Reason(TEXT, f"{name}（新增）", (name,)) for name in now.sources.keys() - documents.keys()]
    reasons += [told.reason(path, names) for path, names in sorted(readers.items())]
    some = {name for reason in reasons for name in reason.chapters}
    whole = any(not reason.chapters for reason in reasons)
    return Stale(PAGES, len(documents) if whole else len(some), tuple(reasons))


def _sources(root: Path, name: str) -> list[Path]:
    """Return the file that a page is made of, nothing where it is gone."""
    return [path for end in (".ipynb", ".md", ".rst") if (path := root / f"{name}{end}").is_file()][:1]


def _listed(root: Path) -> dict[str, Path]:
    """Return the notebooks of the contents that this edition has."""
    chosen, found = edition.chosen(root), contents(root)
    places = set(found.listed.values())
    folders = tuple(f"{folder}/" for folder in found.folders.values())
    here = edition.chapters_in(root, notebooks(root), chosen)
    names = {document(root, path): path for path in here}
    return {n: path for n, path in names.items() if n in places or n.startswith(folders)}


def _site_program(root: Path, site: Path) -> Iterator[Reason]:
    """Say which functions, styles, settings and libraries the site was not made by."""
    then, now = build_cache.programs_then(root, site), build_cache.programs(root)
    if then is None:
        yield Reason(PROGRAM, "生成网页以后有改动（改了什么，没有留下记录）")
        return
    texts = then["texts"], now["texts"]
    differ = sorted(name for name in {**texts[0], **texts[1]} if texts[0].get(name) != texts[1].get(name))
    looks = {p.relative_to(root).as_posix() for p in build_cache.looking(root)}
    for name in differ:
        if name in looks:
            yield Reason(LOOKS, name)
        else:
            yield _changed(name, *(functions(one[name]) if name in one else None for one in texts))
    libraries = list(_libraries(then["versions"], now["versions"]))
    yield from libraries
    if not (differ or libraries):
        yield Reason(LOOKS, "目录里的章或书的版本")


def _in_short(names: Iterable[str]) -> str:
    told = list(dict.fromkeys(names))
    more = f"等{len(told)}处" if len(told) > MOST else ""
    return "、".join(told[:MOST]) + more
