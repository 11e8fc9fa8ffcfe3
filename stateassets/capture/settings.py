"""``platform.yml`` beside ``data/``: where returns come from, how they are accepted, who is told.

Whatever is secret (addresses of databases and of webhooks, a mail server's user and password) stands in the
environment; the file names the variables.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from ..tables.data_errors import DataError, Fault
from ..tables.text_files import read_yaml

FILE = "platform.yml"
DEFAULTS: dict[str, Any] = {
    "inbox": "收件",
    "accept_clean": False,
    "acceptors": 1,
    "look_every": 2,
    "remind_days": 7,
    "databases": [],
    "mail": {},
    "webhook_env": "",
    "tell": [],
    "responsible": {},
}


def _each(**properties: Any) -> dict[str, Any]:
    """Describe a part with these words and no others; what begins with an underscore may be absent."""
    names = {name.lstrip("_"): kind for name, kind in properties.items()}
    needed = [name for name in properties if not name.startswith("_")]
    return {"type": "object", "properties": names, "required": needed, "additionalProperties": False}


TEXT, NUMBER = {"type": "string", "minLength": 1}, {"type": "number", "exclusiveMinimum": 0}
SCHEMA = _each(
    _inbox=TEXT,
    _accept_clean={"type": "boolean"},
    _acceptors={"enum": [1, 2]},
    _look_every=NUMBER,
    _remind_days=NUMBER,
    _databases={
        "type": "array",
        "items": _each(
            name=TEXT,
            url_env=TEXT,
            _every=NUMBER,  # seconds
            _enterprise=TEXT,
            queries={
                "type": "array",
                "minItems": 1,
                "items": _each(table=TEXT, select=TEXT, watermark=TEXT, begin={"type": ["string", "number"]}, _unit=TEXT),
            },
        ),
    },
    _mail=_each(host=TEXT, _port={"type": "integer"}, sender=TEXT, _starttls={"type": "boolean"}, _user_env=TEXT, _password_env=TEXT),
    _webhook_env=TEXT,
    _tell={
        "type": "array",
        "items": _each(_modules={"type": "array", "items": TEXT}, _least={"enum": ["blue", "yellow", "red"]}, mail={"type": "array", "items": TEXT}),
    },
    _responsible={"type": "object", "additionalProperties": _each(name=TEXT, _mail=TEXT)},
)  # fmt: skip
WORDS = {
    "additionalProperties": "有不认识的项",
    "required": "少了一项",
    "enum": "值不在可以写的里面",
    "type": "值的种类不对",
}


def read_settings(root: Path) -> dict[str, Any]:
    """Return a book's settings, with what is usual where it says nothing.

    Raises:
        DataError: the file is there and is not as it should be; the message says where.
    """
    path = root / FILE
    if not path.is_file():
        return dict(DEFAULTS)
    raw = read_yaml(path) or {}
    if faults := [_fault(error) for error in Draft202012Validator(SCHEMA).iter_errors(raw)]:
        raise DataError(faults)
    return DEFAULTS | raw


def _fault(error: Any) -> Fault:
    where = "/".join(map(str, error.absolute_path)) or "最上面一层"
    schema = error.schema if isinstance(error.schema, dict) else {}
    allowed = "、".join(map(str, schema.get("enum") or schema.get("properties") or [schema.get("type", "")]))
    found = WORDS.get(error.validator, "写法不对")
    return Fault(FILE, None, where, found, allowed or "不是空的", "对照docs/platform.md改正")
