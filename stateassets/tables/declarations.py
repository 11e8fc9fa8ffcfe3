"""Each domain's tables, declared once in its folder's ``tables.yml``; ``datapackage.json`` is made from them.

A file has a section for each folder below ``data/``, in it the tables by name, in them the columns::

    ledger:
      bank_accounts:
        title: 银行账户
        meaning: 每户企业的每一个账户
        grain: item
        columns:
          id: 编号
          enterprise_id: {title: 企业编号, refers: enterprises.enterprise_id}
          kind: {title: 账户种类, codes: {basic: 基本存款账户, other: 其他账户}}
          balance: {title: 年末余额, type: money, min: 0}
          closed_on: {title: 销户日期, type: date, optional: true, meaning: 没有销户的空着}

A column that is only a title is text, and every row must have it unless it is ``optional``. ``type``
is one of ``TYPES``; ``min`` and ``max`` bound it. ``codes`` are what a cell may hold and what the
book calls each; ``values`` are what it may hold, shown as they are (a list, or each with its
meaning). The meaning of either is their list unless ``meaning`` says another; an empty one says none.

A table lies in ``<folder>/<name>.csv`` unless ``path`` says where, and its rows are told apart by
``id`` unless ``key`` names columns (``[]``: by none). ``register: true`` names the usual columns of
a register; ``identities`` are equations by title: ``{四项之和等于增加值: value_added = wages + tax}``.
``PLAIN`` stand as the data package has them.

What a book says of its own tables (``OWN``) stays in its ``datapackage.json``. A table that is new to
a book begins with the origin and sources that most tables of its folder there have.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from .data_errors import DataError, Fault
from .declaration import faults_in
from .text_files import read_yaml

PACKAGE = Path(__file__).parents[1]
SHARED = "tables/shared.yml"  # tables of no one domain
DOMAINS = "domains/*/tables.yml"
FILE = "data/datapackage.json"

TYPES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "date": {"type": "date"},
    "year": {"type": "integer", "minimum": 1990, "maximum": 2100},
    "quarter": {"type": "integer", "minimum": 1, "maximum": 4},
    "month": {"type": "integer", "minimum": 1, "maximum": 12},
    "money": {"type": "number", "unit": "万元"},
    "percent": {"type": "number", "unit": "%"},
    "share": {"type": "number", "unit": "%", "minimum": 0, "maximum": 100},
    "people": {"type": "integer", "unit": "人", "minimum": 0},
}
OWN = ("absent", "origin", "sources")
PLAIN: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("access", "grain", "covers", "owner", "dated_by"), (str,)),
    **dict.fromkeys(("tree", "term", "signs", "members", "carry"), (dict,)),
    "consolidation": (bool,),
}
# What may stand in a table and in a column, and what it must be.
TABLE: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("title", "meaning", "path"), (str,)),
    **PLAIN,
    "register": (bool, dict),
    "identities": (dict,),
    "key": (list,),
    "columns": (dict,),
}
COLUMN: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("title", "type", "unit"), (str,)),
    **dict.fromkeys(("min", "max"), (int, float, str, date)),
    "optional": (bool,),
    "codes": (dict,),
    "values": (dict, list),
    **dict.fromkeys(("refers", "meaning"), (str,)),
}
WORDS = {str: "文字", bool: "true或false", dict: "对照表{…}", list: "列表[…]", int: "数"}
REGISTER = {"title": "title", "opened": "opened_on", "due": "due_on", "closed": "closed_on"}
# How the parts of a table follow each other in datapackage.json.
ORDER = (
    *("name", "absent", "title", "path", "description", "origin", "access", "sources"),
    *("tree", "identities", "consolidation", "grain", "covers", "owner", "register", "term"),
    *("labels", "signs", "members", "carry", "dated_by", "schema"),
)
NAME = "[a-z][a-z0-9_]*"
EQUATION = re.compile(rf"({NAME}) = (-?{NAME}(?: [+-] {NAME})*)")
REFERENCE = re.compile(rf"({NAME})\.({NAME})")


@dataclass(frozen=True)
class Declaration:
    """A table as its domain declares it: the file that does, and the table's descriptor."""

    file: str
    raw: Mapping[str, Any]


# --- reading the YAML --------------------------------------------------------------------------


def read(package: Path = PACKAGE) -> dict[str, Declaration]:
    """Return the tables that the files below ``package`` declare, by name: the shared first, then by domain.

    Raises:
        DataError: a file is not as it must be.
    """
    found: dict[str, Declaration] = {}
    faults: list[Fault] = []
    for path in (*package.glob(SHARED), *sorted(package.glob(DOMAINS))):
        file = path.relative_to(package.parent).as_posix()
        for folder, name, table in _tables(path, file, faults):
            if name in found:
                faults.append(_fault(file, (name,), f"{found[name].file}里已经声明", "每张表只声明一次", "删去一处"))
            elif not (wrong := list(_table_faults(file, name, table))):
                found[name] = Declaration(file, descriptor(folder, name, table))
            else:
                faults += wrong
    if faults:
        raise DataError(faults)
    return found


def _tables(path: Path, file: str, faults: list[Fault]) -> Iterator[tuple[str, str, Any]]:
    """Yield (folder, table's name, what is said of it); add to ``faults`` what cannot be read."""
    try:
        sections = read_yaml(path, "改正缩进和冒号")
    except DataError as error:
        faults += [replace(fault, file=file) for fault in error.faults]
        return
    if not isinstance(sections, dict):
        faults.append(_fault(file, (), "没有表", "文件夹名: {表名: {…}}"))
        return
    for folder, tables in sections.items():
        if isinstance(tables, dict):
            yield from ((str(folder), str(name), table) for name, table in tables.items())
        else:
            faults.append(_fault(file, (folder,), "下面没有表", "文件夹名: {表名: {…}}"))


def _fault(file: str, place: Iterable[Any], found: str, expected: str, advice: str = "请改正后重试") -> Fault:
    return Fault(file, None, "→".join(map(str, place)) or None, found, expected, advice)


def _table_faults(file: str, name: str, table: Any) -> Iterator[Fault]:
    if not isinstance(table, dict):
        yield _fault(file, (name,), "没有写这张表有哪些列", "{title: …, meaning: …, columns: {…}}")
        return
    yield from _form_faults(file, (name,), table, TABLE, ("title", "meaning", "columns"))
    for title, equation in _dict(table.get("identities")).items():
        if not EQUATION.fullmatch(str(equation)):
            yield _fault(file, (name, "identities", title), f"“{equation}”", "合计列 = 列 + 列 - 列，运算符两边空一格")
    for column, said in _dict(table.get("columns")).items():
        place = (name, column)
        if not isinstance(said, str | dict):
            yield _fault(file, place, _shown(said), "列的中文名，或{title: 中文名, …}")
        elif isinstance(said, dict):
            yield from _form_faults(file, place, said, COLUMN, ("title",))
            if str(said.get("type", "string")) not in TYPES:
                yield _fault(file, (*place, "type"), f"“{said['type']}”", "、".join(TYPES))
            if not REFERENCE.fullmatch(str(said.get("refers", "a.a"))):
                yield _fault(file, (*place, "refers"), f"“{said['refers']}”", "所指的表名.列名")
            yield from _code_faults(file, place, said)
            if "codes" in said and "values" in said:
                yield _fault(
                    file, place, "既有codes又有values", "其中之一", "要显示中文的留codes，照原样显示的留values"
                )


def _code_faults(file: str, place: Sequence[str], said: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield codes and words for them that YAML does not read as text: yes, no, on, off, a date, nothing."""
    for part in ("codes", "values"):
        listed = said.get(part)
        pairs = listed.items() if isinstance(listed, dict) else ((one, "") for one in listed or ())
        for code, word in pairs if isinstance(listed, dict | list) else ():
            if isinstance(code, bool) or not isinstance(code, str | int | float) or not isinstance(word, str):
                yield _fault(file, (*place, part), f"{_shown(code)}: {_shown(word)}", "文字", "两边加上英文引号")


def _form_faults(
    file: str, place: Sequence[str], said: dict[Any, Any], form: Mapping[str, tuple[type, ...]], due: Iterable[str]
) -> Iterator[Fault]:
    """Yield what is missing, what is not known, and what is of the wrong kind."""
    yield from (_fault(file, place, f"缺少“{part}”", "写明这一项", "补上") for part in due if part not in said)
    for part, value in said.items():
        kinds = form.get(part, ())
        if part not in form:
            yield _fault(file, place, f"不认识“{part}”", "、".join(form))
        elif not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            yield _fault(file, (*place, part), _shown(value), "或".join(WORDS[k] for k in kinds if k in WORDS))


def _dict(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _shown(value: Any) -> str:
    return "空着" if value is None else json.dumps(value, ensure_ascii=False, default=str)


# --- making the descriptors --------------------------------------------------------------------


def descriptor(folder: str, name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table's descriptor as Data Package has it, without what a book says of its own tables."""
    columns = {str(n): {"title": said} if isinstance(said, str) else said for n, said in table["columns"].items()}
    schema: dict[str, Any] = {"fields": [_field(n, said) for n, said in columns.items()]}
    if key := table.get("key", ["id"]):
        schema["primaryKey"] = key
    if keys := [_reference(n, said["refers"], name) for n, said in columns.items() if "refers" in said]:
        schema["foreignKeys"] = keys
    made = {
        "name": name,
        "title": table["title"],
        "path": table.get("path", f"{folder}/{name}.csv"),
        "description": table["meaning"],
        "schema": schema,
        **{part: table[part] for part in PLAIN if part in table},
    }
    if register := table.get("register"):
        made["register"] = REGISTER if register is True else register
    if "identities" in table:
        made["identities"] = [_identity(title, equation) for title, equation in table["identities"].items()]
    if labels := {n: _by_text(said["codes"]) for n, said in columns.items() if "codes" in said}:
        made["labels"] = labels
    return _ordered(made)


def _field(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    usual = TYPES[said.get("type", "string")]
    listed = said.get("codes", said.get("values", ()))
    bounds = {"minimum": said.get("min", usual.get("minimum")), "maximum": said.get("max", usual.get("maximum"))}
    constraints: dict[str, Any] = {} if said.get("optional") else {"required": True}
    constraints |= {what: str(b) if isinstance(b, date) else b for what, b in bounds.items() if b is not None}
    if listed:
        constraints["enum"] = [str(code) for code in listed] if usual["type"] == "string" else list(listed)
    meaning = "；".join(f"{code}：{word}" for code, word in listed.items()) if isinstance(listed, dict) else ""
    field = {
        "name": name,
        "title": said["title"],
        "type": usual["type"],
        "unit": said.get("unit", usual.get("unit")),
        "description": said.get("meaning", meaning),
        "constraints": constraints,
    }
    return {part: value for part, value in field.items() if value}


def _reference(column: str, refers: str, own: str) -> dict[str, Any]:
    """Return a foreign key; a table calls itself by an empty name."""
    table, _, key = refers.partition(".")
    return {"fields": column, "reference": {"resource": "" if table == own else table, "fields": key}}


def _identity(title: str, equation: str) -> dict[str, Any]:
    total, _, terms = equation.partition(" = ")
    return {"title": title, "total": total, "parts": terms.replace("+ ", "").replace("- ", "-").split(" ")}


def _by_text(codes: Mapping[Any, str]) -> dict[str, str]:
    return {str(code): word for code, word in codes.items()}


def _ordered(table: Mapping[str, Any]) -> dict[str, Any]:
    return {part: table[part] for part in ORDER if part in table}


# --- making the data package -------------------------------------------------------------------


def merge(package: Any, declared: Mapping[str, Declaration]) -> dict[str, Any]:
    """Return a book's package with its tables as declared; those that nobody declares stay as they are.

    Raises:
        DataError: the package would not declare tables as it must.
    """
    old = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(old, list) or not all(isinstance(t, dict) and isinstance(t.get("name"), str) for t in old):
        raise DataError(faults_in(package))
    here = {table["name"] for table in old}
    new = [one.raw for name, one in declared.items() if name not in here]
    tables = [_of_book(table, declared) for table in old] + [_ordered({**raw, **_start(raw, package)}) for raw in new]
    made = {**package, "resources": tables}
    if faults := [_where_declared(fault, declared) for fault in faults_in(made)]:
        raise DataError(faults)
    return made


def _of_book(table: Mapping[str, Any], declared: Mapping[str, Declaration]) -> Mapping[str, Any]:
    if table["name"] not in declared:
        return table
    return _ordered({**declared[table["name"]].raw, **{part: table[part] for part in OWN if part in table}})


def _start(table: Mapping[str, Any], package: Mapping[str, Any]) -> dict[str, Any]:
    """Return origin and sources of a table new to the book: those of most tables in its folder."""
    folder = table["path"].partition("/")[0]
    beside = [t for t in package["resources"] if str(t.get("path")).startswith(f"{folder}/")]
    said = [json.dumps({part: t.get(part) for part in ("origin", "sources")}) for t in beside]
    if not said:
        return {"origin": "real", "sources": [{"title": package.get("title")}]}
    return dict(json.loads(Counter(said).most_common(1)[0][0]))


def _where_declared(fault: Fault, declared: Mapping[str, Declaration]) -> Fault:
    """Return a fault of the package as one of the file that declares the table."""
    steps = [step for step in (fault.column or "").split("→") if step not in ("resources", "schema", "fields")]
    if steps and steps[0] in declared:
        return replace(fault, file=declared[steps[0]].file, column="→".join(steps))
    return replace(fault, file=FILE)


def differences(old: Any, new: Any, place: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Yield where a package is not as another; tables and columns are compared by name."""
    if isinstance(old, dict) and isinstance(new, dict):
        for part in dict.fromkeys((*new, *old)):
            step = () if part in ("resources", "schema", "fields") else (part,)
            yield from differences(old.get(part), new.get(part), (*place, *step))
    elif _are_named(old) and _are_named(new):
        before, after = ({one["name"]: one for one in some} for some in (old, new))
        yield from differences(before, after, place)
        if before.keys() == after.keys() and list(before) != list(after):
            yield _difference((*place, "次序"), "、".join(before), "、".join(after))
    elif old != new:
        yield _difference(place, *("没有" if one is None else _shown(one) for one in (old, new)))


def _are_named(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and "name" in one for one in value)


def _difference(place: Iterable[str], found: str, expected: str) -> Fault:
    return _fault(FILE, place, found, expected, "tables.yml是对的，就运行python -m stateassets declare")


def render(package: Mapping[str, Any], before: str = "") -> str:
    """Return a package as JSON, indented as the text ``before`` is."""
    indent = re.match(r"\{\r?\n( +)", before.lstrip())
    return json.dumps(package, ensure_ascii=False, indent=len(indent[1]) if indent else 1) + "\n"
