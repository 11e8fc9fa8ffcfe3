"""Does ``datapackage.json`` declare tables as it must? Its form stands in a JSON Schema."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .data_errors import Fault
from .notation import value_of
from .origins import COLUMN, Origin

FORM = Path(__file__).with_name("datapackage.schema.json")
FILE = "datapackage.json"
KINDS = {
    "string": "文字",
    "number": "数",
    "integer": "整数",
    "array": "列表[…]",
    "object": "对照表{…}",
    "boolean": "true或false",
}
MOST = 50  # faults told at once
# What every chapter rests on: a book cannot leave it out.
ESSENTIAL = ("enterprises", "balance_sheet")
_SOUND: set[bytes] = set()  # the hashes of what was found sound


def wrong(value: Any, form: Path) -> list[Any]:
    """Return what breaks a form, a file of JSON Schema, as errors of jsonschema by their places.

    fastjsonschema tells quickly that there is nothing wrong, but not in words that help.
    """
    from fastjsonschema import JsonSchemaException

    try:
        _quick(form)(value)
    except JsonSchemaException:
        from jsonschema import Draft202012Validator

        errors = Draft202012Validator(_read(form)).iter_errors(value)
        return sorted(errors, key=lambda error: list(map(str, error.path)))
    return []


@cache
def _quick(form: Path) -> Callable[[Any], Any]:
    import fastjsonschema

    draft = {"$schema": "http://json-schema.org/draft-07/schema#"}  # the latest that it knows
    check: Callable[[Any], Any] = fastjsonschema.compile(_read(form) | draft, use_default=False)
    return check


def _read(form: Path) -> Any:
    return json.loads(form.read_text("utf-8"))


def is_public(resource: Mapping[str, Any]) -> bool:
    """Whether a table, as it is declared, may be shown to everybody."""
    return resource.get("access") == "public"


def faults_in(raw: Any) -> tuple[Fault, ...]:
    """Return what is wrong in the form of a data package; else what it names but does not have."""
    said = hashlib.sha256(repr(raw).encode("utf-8", "replace")).digest()  # much faster than to look through it again
    if said in _SOUND:
        return ()
    found = tuple(_faults_in(raw))
    if not found:
        _SOUND.add(said)
    return found


def _faults_in(raw: Any) -> Iterator[Fault]:
    errors = wrong(raw, FORM)
    for error in errors[:MOST]:
        yield _fault(_place(raw, error.absolute_path), *described(error))
    if not errors:
        yield from _strangers(raw["resources"])


def _fault(place: str, found: str, expected: str, advice: str = "请改正后重试") -> Fault:
    return Fault(FILE, None, place or None, found, expected, advice)


def _place(raw: Any, path: Iterable[Any]) -> str:
    """Return where something stands, in words: tables and columns by name where they have one."""
    words, here = [], raw
    for step in path:
        here = here[step]
        name = here.get("name") if isinstance(here, dict) else None
        words.append(name if isinstance(name, str) else f"第{step + 1}项" if isinstance(step, int) else str(step))
    return "→".join(words)


def described(error: Any) -> tuple[str, str]:
    """Return what a JSON Schema error found and what is expected, in Chinese."""
    due = error.validator_value
    found = json.dumps(error.instance, ensure_ascii=False)
    match error.validator:
        case "required":
            missing = next(name for name in due if name not in error.instance)
            return f"缺少“{missing}”", "完整的数据清单"
        case "type":
            kinds = [due] if isinstance(due, str) else due
            return found, "或".join(KINDS[kind] for kind in kinds)
        case "enum":
            return found, "或".join(one if isinstance(one, str) else json.dumps(one) for one in due)
        case "pattern":
            return found, "小写英文字母开头，由小写字母、数字和下划线组成的名字"
        case "minimum" | "maximum":
            return found, f"不{'小' if error.validator == 'minimum' else '大'}于{due}"
        case "additionalProperties":
            known = error.schema["properties"]
            more = next(name for name in error.instance if name not in known)
            return f"不认识“{more}”", "、".join(known)
        case _:  # minItems, minLength
            return "空着", "至少有一项"


def _strangers(tables: Iterable[Mapping[str, Any]]) -> Iterator[Fault]:
    """Yield tables declared twice, and names of columns and tables that are not declared."""
    fields = {t["name"]: {f["name"]: f["type"] for f in t["schema"]["fields"]} for t in tables}
    for what, values in (("这个表名", [t["name"] for t in tables]), ("这个文件", [t["path"] for t in tables])):
        for value, times in Counter(values).items():
            if times > 1:
                yield _fault(value, f"{what}出现了{times}次", "每张表一次")
    for table in tables:
        name, own = table["name"], fields[table["name"]]
        twice = Counter(f["name"] for f in table["schema"]["fields"])
        for column in (c for c, times in twice.items() if times > 1):
            yield _fault(f"{name}→{column}", "这一列声明了两次", "每列一次")
        if COLUMN in own and not {*table.get("labels", {}).get(COLUMN, ("",))} <= {*Origin}:
            yield _fault(
                f"{name}→{COLUMN}", "这一列不是各行的来源", f"代码只用{'、'.join(Origin)}；别的意思请换一个列名"
            )
        for field in table["schema"]["fields"]:
            for what in ("minimum", "maximum"):
                bound = field.get("constraints", {}).get(what)
                if bound is not None and value_of(field["type"], bound) is None:
                    yield _fault(f"{name}→{field['name']}→{what}", f"“{bound}”", f"这一列的类型{field['type']}的值")
        if table.get("absent") and name in ESSENTIAL:
            yield _fault(
                f"{name}→absent",
                "写着没有这张表",
                f"{table['title']}，各章都要用到",
                f"删去“absent”这一行，填写{table['title']}",
            )
        for what, column in _named(table):
            if column not in own:
                yield _fault(f"{name}→{what}", f"“{column}”不是这张表的列", "表里声明的列")
        for date in ("opened", "due", "closed"):
            column = (table.get("register") or table.get("term") or {}).get(date)
            if own.get(column, "date") != "date":
                yield _fault(f"{name}→{column}", f"类型是{own[column]}", "date，登记册的日期列")
        for identity in table.get("identities", ()):
            for column in (identity["total"], *(p.lstrip("-") for p in identity["parts"])):
                if own.get(column, "number") not in ("number", "integer"):
                    yield _fault(f"{name}→{column}", f"类型是{own[column]}", "数，勾稽关系里的列")
        for key in table["schema"].get("foreignKeys", ()):
            refers = key["reference"]
            target = refers["resource"] or name
            if target in fields and refers["fields"] not in fields[target]:
                yield _fault(f"{name}→foreignKeys", f"表{target}没有“{refers['fields']}”这一列", "所指的表里声明的列")


def _named(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (part of the declaration, column that it names)."""
    schema = table["schema"]
    yield from (("primaryKey", column) for column in schema.get("primaryKey", ()))
    yield from (("foreignKeys", key["fields"]) for key in schema.get("foreignKeys", ()))
    for what in ("labels", "signs", "members"):
        yield from ((what, column) for column in table.get(what, ()))
    for what in ("register", "term", "tree"):
        yield from ((what, column) for column in table.get(what, {}).values())
    for identity in table.get("identities", ()):
        yield "identities", identity["total"]
        yield from (("identities", part.lstrip("-")) for part in identity["parts"])
    for owners in table.get("members", {}).values():
        yield from (("members", owner) for owner in owners)
    for what in ("owner", "dated_by"):
        if what in table:
            yield what, table[what]
