"""Is a value surely as a JSON Schema asks? Told quickly, so that the validator looks only at what may be wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "array": (list,),
    "object": (dict,),
    "boolean": (bool,),
}
NOTES = ("$schema", "$defs")  # parts of a schema that ask for nothing


def fits(value: Any, form: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Tell whether a value surely is as a schema asks; of a rule that is not among ``RULES``, it is not sure.

    ``known`` are the schemas to which ``form`` refers.
    """
    return all(rule in NOTES or (rule in RULES and RULES[rule](value, due, form, known)) for rule, due in form.items())


def _type(value: Any, due: Any, *_: Any) -> bool:
    return type(value) in KINDS[due] if isinstance(due, str) else any(type(value) in KINDS[one] for one in due)


def _enum(value: Any, due: Any, *_: Any) -> bool:
    return any(type(value) is type(one) and value == one for one in due)


def _properties(value: Any, due: Any, _: Any, known: Mapping[str, Any]) -> bool:
    return type(value) is dict and all(fits(one, due[name], known) for name, one in value.items() if name in due)


def _more(value: Any, due: Any, form: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    said = form.get("properties", {})
    return type(value) is dict and all(
        due is not False and fits(one, due, known) for name, one in value.items() if name not in said
    )


def _items(value: Any, due: Any, _: Any, known: Mapping[str, Any]) -> bool:
    return type(value) is list and all(fits(one, due, known) for one in value)


RULES: dict[str, Callable[[Any, Any, Mapping[str, Any], Mapping[str, Any]], bool]] = {
    "$ref": lambda value, due, form, known: fits(value, known[due.removeprefix("#/$defs/")], known),
    "allOf": lambda value, due, form, known: all(fits(value, one, known) for one in due),
    "type": _type,
    "enum": _enum,
    "properties": _properties,
    "additionalProperties": _more,
    "items": _items,
    "required": lambda value, due, form, known: type(value) is dict and value.keys() >= set(due),
    "minItems": lambda value, due, form, known: type(value) is list and len(value) >= due,
    "minLength": lambda value, due, form, known: type(value) is str and len(value) >= due,
    "pattern": lambda value, due, form, known: type(value) is str and re.search(due, value) is not None,
    "minimum": lambda value, due, form, known: type(value) is int and value >= due,
    "maximum": lambda value, due, form, known: type(value) is int and value <= due,
}
