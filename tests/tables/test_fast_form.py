"""What is quickly told to be as its JSON Schema asks, the validator finds so too."""

from __future__ import annotations

import json

from hostile import PACKAGE, cases, changed
from many import every
from paths import ROOT

from stateassets.tables import declaration
from stateassets.tables.fast_form import RULES, fits

FORM = declaration._form()
KNOWN = FORM["$defs"]


def test_the_book_and_a_small_package_surely_are_as_they_must():
    book = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    assert fits(book, FORM, KNOWN) and fits(PACKAGE, FORM, KNOWN)


@every("case", cases("packages"), ids=lambda c: ascii(f"{'.'.join(map(str, c['at']))} {c['put']}"))
def test_of_what_the_validator_finds_wrong_nothing_is_passed(case):
    package = changed(case["at"], case["put"])
    wrong = any(declaration._validator().iter_errors(package))
    assert not (wrong and fits(package, FORM, KNOWN))


WRONG = [
    ("text", {"type": "integer"}),
    (True, {"type": "integer"}),
    (True, {"enum": [1, -1]}),
    (2, {"enum": [1, -1]}),
    ("Name", {"pattern": "^[a-z]+$"}),
    ("", {"minLength": 1}),
    ([], {"minItems": 1}),
    (["a", 1], {"items": {"type": "string"}}),
    (1979, {"minimum": 1980}),
    (2201, {"maximum": 2200}),
    ({}, {"required": ["a"]}),
    ({"a": 1}, {"properties": {"a": {"type": "string"}}}),
    ({"b": 1}, {"properties": {"a": {}}, "additionalProperties": False}),
    ({"b": 1}, {"additionalProperties": {"type": "string"}}),
    ("", {"allOf": [{"type": "string"}, {"minLength": 1}]}),
    ("", {"$ref": "#/$defs/words"}),
]


@every("value, form", WRONG)
def test_a_value_that_breaks_one_rule_is_not_passed(value, form):
    from jsonschema import Draft202012Validator

    assert any(Draft202012Validator({**form, "$defs": KNOWN}).iter_errors(value))
    assert not fits(value, form, KNOWN)


def test_each_rule_is_shown_to_fail_and_of_an_unknown_one_nothing_is_sure():
    assert {rule for _, form in WRONG for rule in form} == set(RULES)
    assert not fits("a", {"maxLength": 5}, {})
