"""What a chapter must not do; each function returns what it found, in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from paths import ROOT

from stateassets import domains  # noqa: F401  (they register the measures, whose names state nothing)
from stateassets.editions.edition import shows_code
from stateassets.measures.registry import REGISTRY
from stateassets.present import charts
from stateassets.present.directions import typed
from stateassets.present.sheet import html, is_sheet

NOTEBOOKS = sorted(p for p in (ROOT / "notebooks").rglob("*.ipynb") if p.parent.name != ".ipynb_checkpoints")
MOST_LINES = 16

DIGITS = re.compile(r"[0-9０-９]")
COUNTED = re.compile(
    # 一 alone is an article ("每一项") unless something is being counted
    r"(?:[二三四五六七八九十百千两]|一(?=[二三四五六七八九十百千万亿])|(?<=[共有为达])一)"
    r"[一二三四五六七八九十百千万亿两〇零]*(?:户|家|亿元|万元|元|个百分点|倍|成|人|项|张|条)"
)
# What may hold digits in prose without being a number: the enterprise's name over its profile,
# a section's number in a heading, link targets, labels, code, directives.
NOT_PROSE = re.compile(
    r"^\[//\]: # \(profile-[\w-]+\)\n# .*$|^#+ [一二三四]（[一二三四]）[0-9]*(?= )|\]\([^)]*\)|^\[//\]: # \([\w-]+\)$|`[^`]*`|^```.*$",
    re.MULTILINE,
)
# What only MyST understands: Jupyter shows its source, or a link that leads nowhere.
MYST = re.compile(
    r"^ *(?:`{3,}|~{3,}|:{3,})\{.*|^:{3,}.*|^\([^)\n]+\)=$|^%.*|^\+\+\+.*|\{[\w:-]+\}`|\]\(#[^)]*\)", re.MULTILINE
)
SECTION = re.compile(r"[一二三四]（[一二三四]）[0-9]*")  # names a section to the report
FIELD = re.compile(r"\{[^{}]*\}")
CHART_TEXTS = ("caption", "finding", "alt")
TERMS = [REGISTRY[name].name_zh for name in REGISTRY]
# What a book says that lacks chapters or printed figures, as this one does not: tests/new_book sees it shown.
MAY_BE_SILENT = {"not-told-rows", "not-audited"}


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(notebook) -> Iterator[tuple[int, nbformat.NotebookNode]]:
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and cell.source.strip():
            yield number, cell


def unexecuted(notebook) -> list[str]:
    """nbval compares nothing for a cell that was never run."""
    return [f"cell {n}: never run" for n, c in code_cells(notebook) if c.execution_count is None]


def silent(notebook) -> list[str]:
    """A chapter's cells each show something, else nbval has nothing to compare."""
    return [
        f"cell {n}: shows nothing"
        for n, c in code_cells(notebook)
        if not c.outputs and c.get("id") not in MAY_BE_SILENT
    ]


def noisy(notebook) -> list[str]:
    """No warning and no error may stand on a page."""
    return [
        f"cell {n}: {o.get('name', o.output_type)}"
        for n, c in code_cells(notebook)
        for o in c.outputs
        if o.output_type == "error" or o.get("name") == "stderr"
    ]


def too_long(notebook) -> list[str]:
    """A chapter calls and narrates; what needs more lines belongs in the package."""
    return [
        f"cell {n}: {len(c.source.splitlines())} lines"
        for n, c in code_cells(notebook)
        if len(c.source.splitlines()) > MOST_LINES
    ]


def defines(notebook) -> list[str]:
    """Notebooks define nothing."""
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
    return [
        f"cell {n}: defines something"
        for n, c in code_cells(notebook)
        if any(isinstance(node, kinds) for node in ast.walk(ast.parse(c.source)))
    ]


def _prose(notebook) -> Iterator[tuple[int, str]]:
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            yield number, NOT_PROSE.sub("", cell.source)
        elif cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                # an argument such as an id or a path is not prose: prose is Chinese
                text = str(node.value) if isinstance(node, ast.Constant) else ""
                if re.search(r"[一-鿿]", text) and not SECTION.fullmatch(text):
                    yield number, FIELD.sub("", text)


def bare_code(notebook) -> list[str]:
    """Readers see results; code opens on request, but in a chapter that is about it."""
    if shows_code(notebook.metadata):
        return []
    return [
        f"cell {n}: its code is not hidden"
        for n, c in code_cells(notebook)
        if "hide-input" not in c.metadata.get("tags", ())
    ]


def tied_conclusion(notebook) -> list[str]:
    """A conclusion goes without the sentences that a book cannot say; a register it lacks ends all."""
    return [
        f"cell {n}: the conclusion waits for a register"
        for n, c in code_cells(notebook)
        if ".conclusion(" in c.source and ".register(" in c.source
    ]


def typed_numbers(notebook) -> list[str]:
    """Every number in a chapter is a figure's; none is typed into prose."""
    return [
        f"cell {n}: {match.group()!r} in {text.strip()[:40]!r}"
        for n, text in _prose(notebook)
        for match in [DIGITS.search(text) or COUNTED.search(text)]
        if match
    ]


def chart_texts(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (argument, text) of what charts are told to say, fields as ``{}``: by a call's own literals, or by
    those of a name that is given in the same function or cell."""
    scopes = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]
    for scope in scopes:
        nodes = list(_inside(scope))
        given: dict[str, list[ast.expr]] = {}
        for node in nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        given.setdefault(target.id, []).append(node.value)
        for node in nodes:
            if isinstance(node, ast.Call) and _draws(node):
                for keyword in node.keywords:
                    if keyword.arg in CHART_TEXTS:
                        values = given.get(getattr(keyword.value, "id", ""), [keyword.value])
                        yield from ((keyword.arg, text) for value in values for text in _literals(value))


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a module or function without those of the functions in it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, ast.FunctionDef):
            yield from _inside(child)


def _draws(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name in {"draw", *charts.__all__} or (
        name == "replace" and any(keyword.arg == "finding" for keyword in call.keywords)
    )


def _literals(value: ast.AST) -> Iterator[str]:
    """Yield the texts that an expression is made of; what formats a value is a field."""
    if isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in value.values)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif not isinstance(value, ast.Call):  # what a function returns is made of what it is given
        for child in ast.iter_child_nodes(value):
            yield from _literals(child)


def typed_directions(notebook) -> list[str]:
    """What a picture's texts say of directions, extremes and comparisons is made of the figures that it draws."""
    return [
        f"cell {n}: {words[0]!r} in {argument} {text[:40]!r} comes from no figure"
        for n, c in code_cells(notebook)
        for argument, text in chart_texts(ast.parse(c.source))
        for words in [typed(text, TERMS)]
        if words
    ]


def starred(notebook) -> list[str]:
    """CommonMark shows asterisks where punctuation stands just inside ** beside a character."""
    return [
        f"cell {n}: literal ** will show in {token.content[:40]!r}"
        for n, c in enumerate(notebook.cells)
        if c.cell_type == "markdown"
        for block in MarkdownIt().parse(c.source)
        for token in block.children or ()
        if token.type == "text" and "**" in token.content
    ]


def only_myst(notebook) -> list[str]:
    """What Markdown does not have, JupyterLab shows as it is written."""
    return [
        f"cell {n}: {match.group()!r} is MyST, not Markdown"
        for n, c in enumerate(notebook.cells)
        if c.cell_type == "markdown"
        for match in [MYST.search(c.source)]
        if match
    ]


def style(notebook) -> list[str]:
    """Jupyter shows a chapter as the page does by what its first result brings along, as it is today.

    A cell that opens the report again brings it again.
    """
    outputs = [o for _, c in code_cells(notebook) for o in c.outputs]
    carried = ["".join(o.data["text/html"]) for o in outputs if is_sheet(o)]
    today = outputs and is_sheet(outputs[0]) and set(carried) == {html()}
    return [] if today else ["its style is missing or old: make outputs"]


GUARDS = (
    unexecuted,
    silent,
    noisy,
    too_long,
    defines,
    bare_code,
    tied_conclusion,
    typed_numbers,
    typed_directions,
    starred,
    only_myst,
    style,
)
