"""What the stored results were made from, noted beside the baseline, so that it can be told what has changed since."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..cache.store import sha
from ..notebooks import fingerprint as code
from ..tables import table_parts
from .rows import BASELINE

FILE = BASELINE / "made_from.json"  # below the project
OUTSIDE = "（函数以外）"
SHORT = 10  # characters of a hash: what is compared is one file with its former self


@dataclass(frozen=True)
class MadeFrom:
    """Hashes: of each function by file, of each chapter's sources and results and of what it read.

    ``code`` has ``(hash of the file, {function: hash})`` by path, ``reads`` those of files by chapter.
    """

    code: Mapping[str, tuple[str, Mapping[str, str]]]
    libraries: Mapping[str, str]
    sources: Mapping[str, str]
    results: Mapping[str, str]
    reads: Mapping[str, Mapping[str, str]]

    def as_text(self) -> str:
        """Return this as it is stored: a line for each file."""
        lines = {
            name: [content, *(f"{f} {h}" for f, h in parts.items())] for name, (content, parts) in self.code.items()
        }
        chapters = {
            name: [self.sources[name], self.results[name], *map(" ".join, reads.items())]
            for name, reads in self.reads.items()
        }
        written: dict[str, dict[str, Any]] = {"libraries": dict(self.libraries), "code": lines, "chapters": chapters}
        rows = (
            f' "{key}": {{\n' + ",\n".join(_line(*one) for one in sorted(value.items())) + "\n }"
            for key, value in written.items()
        )
        return "{\n" + ",\n".join(rows) + "\n}\n"


def _line(name: str, value: Any) -> str:
    return f"  {json.dumps(name, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"


def stored(root: Path) -> MadeFrom | None:
    """Return what the stored results were made from, None where it is not noted."""
    try:
        found = json.loads((root / FILE).read_text("utf-8"))
        noted = {
            name: (content, dict(p.split(" ", 1) for p in parts)) for name, (content, *parts) in found["code"].items()
        }
        chapters = found["chapters"].items()
        return MadeFrom(
            noted,
            dict(found["libraries"]),
            {name: source for name, (source, *_) in chapters},
            {name: result for name, (_, result, *_) in chapters},
            {name: dict(one.rsplit(" ", 1) for one in reads) for name, (_, _, *reads) in chapters},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


# Why a result is another than the stored one, though no row of a table is.
CHANGED = "是公式、程序或文字变了"
BY_HAND = "程序和文字也没有变，是存储的结果被手工改动"
EACH_TIME = "程序、文字和存储的结果也没有变，是每次运行算出的不一样（如用了随机数或当时的时间）"


def otherwise(root: Path, name: str, before: MadeFrom | None) -> str:
    """Say why a chapter, named by its path below the project, gives another result than its file holds, though no
    row is another than was accepted; ``before``: what its results were made from, if it is noted."""
    if before is None or name not in before.reads:
        return CHANGED
    facts, text = Facts(root), (root / name).read_text("utf-8")
    same = (
        sources(text) == before.sources[name]
        and all(facts.of(path) == content for path, content in before.reads[name].items() if path != name)
        and program(root) == before.code
        and code.versions(code.LIBRARIES) == before.libraries
    )
    if not same:
        return CHANGED
    return EACH_TIME if results(text) == before.results[name] else BY_HAND


def program(root: Path) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what computes now, as ``MadeFrom.code``."""
    found = {}
    for path in code.computing(root):
        content = path.read_bytes()
        parts = functions(content.decode("utf-8", "replace")) if path.suffix == ".py" else {}
        found[path.relative_to(root).as_posix()] = short(content), {name: short(part) for name, part in parts.items()}
    return found


def today(
    root: Path,
    program: Mapping[str, tuple[str, Mapping[str, str]]],
    chapters: Mapping[str, str],
    reads: Mapping[str, Iterable[str]],
) -> MadeFrom:
    """Return what results are made from: the program, the texts of the chapters by path, what each read."""
    facts = Facts(root)
    return MadeFrom(
        program,
        code.versions(code.LIBRARIES),
        {name: sources(text) for name, text in chapters.items()},
        {name: results(text) for name, text in chapters.items()},
        {name: {path: facts.of(path) for path in sorted(reads.get(name, ()))} for name in chapters},
    )


def short(content: bytes | str) -> str:
    """Return a hash as it is noted."""
    return sha(content)[:SHORT]


class Facts:
    """What the files of a book hold now, as short hashes, each looked at once."""

    def __init__(self, root: Path) -> None:
        self.root, self._known = root, dict[str, str]()

    def of(self, path: str) -> str:
        """Return a hash of a file's content, of a notebook's without its results; empty if it is not there."""
        if path not in self._known:
            try:
                part = table_parts.is_part(path)
                content = table_parts.content(self.root, path) if part else (self.root / path).read_bytes()
            except OSError:
                content = b""
            notebook = content and path.endswith(".ipynb")
            self._known[path] = sources(content.decode()) if notebook else short(content) if content else ""
        return self._known[path]


def functions(text: str) -> dict[str, str]:
    """Return the text of each function, methods with their class, and of what is outside; none if it is no Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    lines = text.splitlines()
    found: dict[str, str] = {}
    for name, node in _defined(tree, ""):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
        own = lines[first : node.end_lineno]
        lines[first : node.end_lineno] = [""] * len(own)
        found[name] = found.get(name, "") + "\n".join(own)  # a name may be defined twice
    return found | {OUTSIDE: "\n".join(filter(None, lines))}


def _defined(
    node: ast.Module | ast.ClassDef, inside: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{inside}{child.name}", child
        elif isinstance(child, ast.ClassDef):
            yield from _defined(child, f"{inside}{child.name}.")


def sources(notebook: str) -> str:
    """Return a hash of a notebook without its results; of what is none, of all of it."""
    try:
        cells = [(c["cell_type"], "".join(c["source"]), c["metadata"]) for c in json.loads(notebook)["cells"]]
    except (ValueError, KeyError, TypeError):
        return short(notebook)
    return short(json.dumps(cells, ensure_ascii=False, sort_keys=True))


def results(notebook: str) -> str:
    """Return a hash of a notebook's results, empty where it has none."""
    try:
        outputs = [cell["outputs"] for cell in json.loads(notebook)["cells"] if cell.get("outputs")]
    except (ValueError, KeyError, TypeError):
        return ""
    return short(json.dumps(outputs, ensure_ascii=False, sort_keys=True)) if outputs else ""
