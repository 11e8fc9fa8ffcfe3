"""Each domain's tables, declared once in its folder's ``tables.yml``; ``datapackage.json`` is made from them.

A file says what its ``domain`` is called, and has a section for each folder below ``data/``, in it
the tables by name, in them the columns::

    domain: 资金
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
``open: true`` lets a district add kinds of its own (``kinds``); no law and no formula may rest on them.

A table lies in ``<folder>/<name>.csv`` unless ``path`` says where, and its rows are told apart by
``id`` unless ``key`` names columns (``[]``: by none). ``register: true`` names the usual columns of
a register; ``identities`` are equations by title: ``{四项之和等于增加值: value_added = wages + tax}``.
``PLAIN`` stand as the data package has them. A column ``origin`` marks each row as real or a sample
(``origins``); it may be left blank.

What a book says of its own tables (``OWN``) stays in its ``datapackage.json``. A table that is new to
a book passes for a sample of unknown source (``UNKNOWN``) until the book says where its rows come from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .data_errors import DataError, Fault
from .declaration import described, faults_in, wrong
from .files import hash_of
from .origins import COLUMN
from .text_files import read_yaml

PACKAGE = Path(__file__).parents[1]
FORM = Path(__file__).with_name("tables.schema.json")
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
# Of a table that is new to a book, until somebody says where its rows come from: surely nothing real.
UNKNOWN = {
    "origin": "sample",
    "sources": [{"title": "还没有写明来源：请在datapackage.json里写上，是填报的把origin改成real，是自己定的改成own"}],
}
PLAIN = (
    *("access", "chapters", "grain", "covers", "owner", "dated_by", "consolidation", "occasional"),
    *("tree", "term", "signs", "members", "carry"),
)
REGISTER = {"title": "title", "opened": "opened_on", "due": "due_on", "closed": "closed_on"}
# How the parts of a table follow each other in datapackage.json.
ORDER = (
    *("name", "absent", "title", "path", "description", "origin", "access", "chapters", "sources"),
    *("tree", "identities", "consolidation", "grain", "occasional", "covers", "owner", "register", "term"),
    *("labels", "signs", "members", "carry", "dated_by", "schema"),
)


Declared = tuple[str, list[tuple[str, dict[str, Any]]]]  # what a domain is called, its tables by name
_READ: dict[tuple[str, str], Declared] = {}  # what stands in files, by their names and hashes


@dataclass(frozen=True)
class Declaration:
    """A table as its domain declares it: the file that does, the descriptor, what the domain is called."""

    file: str
    raw: Mapping[str, Any]
    domain: str = ""


# --- reading the YAML --------------------------------------------------------------------------


def read(package: Path | None = None) -> dict[str, Declaration]:
    """Return the declared tables by name, the shared first, then by domain.

    ``package`` is the folder that holds the domains; without it, this package's own.

    Raises:
        DataError: a file is not as it must be.
    """
    found: dict[str, Declaration] = {}
    faults: list[Fault] = []
    package = package or PACKAGE
    for path in (*package.glob(SHARED), *sorted(package.glob(DOMAINS))):
        file = path.relative_to(package.parent).as_posix()
        try:
            domain, tables = _tables(path, file)
        except DataError as error:
            faults += error.faults
            continue
        for name, raw in tables:
            if name in found:
                faults.append(_fault(file, (name,), f"{found[name].file}里已经声明", "每张表只声明一次", "删去一处"))
            else:
                found[name] = Declaration(file, raw, domain)
    if faults:
        raise DataError(faults)
    return found


@cache
def names() -> frozenset[str]:
    """Return the tables that the program declares, whichever of them a book has; reading them takes long."""
    return frozenset(read())


def _tables(path: Path, file: str) -> Declared:
    """Return what a file's domain is called, and (name, descriptor) of each table that it declares."""
    key = file, hash_of(path)
    if key not in _READ:
        _READ[key] = _read_tables(path, file)
    return deepcopy(_READ[key])


def _read_tables(path: Path, file: str) -> Declared:
    """Return them as they stand in the file: to read it takes long.

    Raises:
        DataError: it is not as it must be.
    """
    try:
        sections = _plain(read_yaml(path, "改正缩进和冒号"))
    except DataError as error:
        raise DataError(replace(fault, file=file) for fault in error.faults) from None
    if faults := list(_faults(file, sections)):
        raise DataError(faults)
    domain = sections.pop("domain", "")
    return domain, [
        (name, descriptor(folder, name, said)) for folder, tables in sections.items() for name, said in tables.items()
    ]


def _plain(value: Any) -> Any:
    """Return what was read with dates as text; a key that YAML read as a number is text, too."""
    match value:
        case dict():
            return {key if isinstance(key, bool) else str(key): _plain(one) for key, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case date():
            return str(value)
    return value


def _faults(file: str, sections: Any) -> Iterator[Fault]:
    """Yield what is wrong in the form of a file."""
    for error in wrong(sections, FORM):
        place = [step for step in list(error.absolute_path)[1:] if step != "columns"]
        found, expected = described(error)
        if error.validator in ("pattern", "not"):
            expected = error.schema["description"]
        if isinstance(error.instance, bool):
            yield _fault(file, place, f"{found}（yes、no、on、off也算）", expected, "用作文字的，加上英文引号")
        else:
            yield _fault(file, place, "空着" if error.instance is None else found, expected)


def _fault(file: str, place: Iterable[Any], found: str, expected: str, advice: str = "请改正后重试") -> Fault:
    return Fault(file, None, "→".join(map(str, place)) or None, found, expected, advice)


# --- making the descriptors --------------------------------------------------------------------


def descriptor(folder: str, name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table's descriptor as Data Package has it, without what a book says of its own tables."""
    columns = {n: {"title": said} if isinstance(said, str) else said for n, said in table["columns"].items()}
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
    if labels := {n: said["codes"] for n, said in columns.items() if "codes" in said}:
        made["labels"] = labels
    return _ordered(made)


def _field(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    usual = TYPES[said.get("type", "string")]
    listed = said.get("codes", said.get("values", ()))
    bounds = {"minimum": said.get("min", usual.get("minimum")), "maximum": said.get("max", usual.get("maximum"))}
    constraints: dict[str, Any] = {} if said.get("optional") or name == COLUMN else {"required": True}
    constraints |= {what: b for what, b in bounds.items() if b is not None}
    if listed:
        constraints["enum"] = list(map(str, listed))
    meaning = "；".join(f"{code}：{word}" for code, word in listed.items()) if isinstance(listed, dict) else ""
    field = {
        "name": name,
        "title": said["title"],
        "type": usual["type"],
        "unit": said.get("unit", usual.get("unit")),
        "description": said.get("meaning", meaning),
        "constraints": constraints,
        "open": said.get("open"),
    }
    return {part: value for part, value in field.items() if value}


def _reference(column: str, refers: str, own: str) -> dict[str, Any]:
    """Return a foreign key; a table calls itself by an empty name."""
    table, _, key = refers.partition(".")
    return {"fields": column, "reference": {"resource": "" if table == own else table, "fields": key}}


def _identity(title: str, equation: str) -> dict[str, Any]:
    total, _, terms = equation.partition(" = ")
    return {"title": title, "total": total, "parts": terms.replace("+ ", "").replace("- ", "-").split(" ")}


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
    tables = [_of_book(table, declared) for table in old] + [_ordered({**raw, **UNKNOWN}) for raw in new]
    made = {**package, "resources": tables}
    if faults := [_where_declared(fault, declared) for fault in faults_in(made)]:
        raise DataError(faults)
    return made


def _of_book(table: Mapping[str, Any], declared: Mapping[str, Declaration]) -> Mapping[str, Any]:
    """Return a book's table as it is declared, with what the book says of it."""
    if table["name"] not in declared:
        return table
    raw = declared[table["name"]].raw
    made = _ordered({**raw, **{part: table[part] for part in OWN if part in table}})
    kept, keys = _references(table), _references(raw)
    # Their order means nothing; a new one would only be a change for somebody to confirm.
    if kept and len(kept) == len(keys) and all(key in keys for key in kept):
        made["schema"] = raw["schema"] | {"foreignKeys": kept}
    return made


def _references(table: Mapping[str, Any]) -> list[Any]:
    schema = table.get("schema")
    keys = schema.get("foreignKeys") if isinstance(schema, dict) else None
    return keys if isinstance(keys, list) else []


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
        yield _difference(
            place, *("没有" if one is None else json.dumps(one, ensure_ascii=False) for one in (old, new))
        )


def _are_named(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and "name" in one for one in value)


def _difference(place: Iterable[str], found: str, expected: str) -> Fault:
    return _fault(FILE, place, found, expected, "tables.yml是对的，就运行python -m stateassets declare")


def render(package: Mapping[str, Any], before: str = "") -> str:
    """Return a package as JSON, indented as the text ``before`` is."""
    indent = re.match(r"\{\r?\n( +)", before.lstrip())
    return json.dumps(package, ensure_ascii=False, indent=len(indent[1]) if indent else 1) + "\n"
