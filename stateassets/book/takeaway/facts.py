"""The book's numbers for programs: an xBRL-JSON report, and the taxonomy that says what its concepts are.

Each value stands with its concept (a figure's id, e.g. ``total_assets.yoy``), period, unit, accuracy and
whose it is. Three things are this book's own and are named in its own namespace: the dimension ``scope``
(a class, a group or an enterprise; the whole district where it is absent), the dimension ``stated``
(there where a number is as the report printed it, which may say 逾, 余, 近 or 约; absent where it was computed
from the tables), and the
property ``origin`` of each fact (real, own or sample). ``book`` says whose numbers these are, as without finance:
numbers of unlike scopes are never added. Money is in yuan and ratios are fractions, as XBRL
has them: 57.6 % is 0.576.

The taxonomy has the Chinese and the English name of each concept, its definition and its legal basis, and
as calculations the formulas that only add and subtract. Specifications: Open Information Model 1.0
(xBRL-JSON), XBRL 2.1, Dimensions 1.0, Calculations 1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from ...editions.edition import INTERNAL, PUBLIC
from ...measures.claims import Claim
from ...measures.figures import Figure
from ...measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, ScopeError
from ...measures.measures import KINDS, LEVEL, Indicator, Kind, Measure
from ...measures.registry import REGISTRY
from ...measures.units import HEDGES, UNITS, Number, half_up, to_decimal, to_fraction
from ...report import Report
from ...tables.data_errors import DataError
from ...tables.declared import LackingError
from ...tables.origins import Origin
from .files import TAXONOMY

OWN, SCHEME = "urn:stateassets:concepts", "urn:stateassets:regions"
PREFIX, REGION = "sa", "region"
SCOPE, STATED, ORIGIN, PRINTED, SCOPES, BOOK = (
    f"{PREFIX}:{name}" for name in ("scope", "stated", "origin", "printed", "scopes", "book")
)
REPORT = "report"  # a member of ``stated``: as printed; with a qualifier behind it (report_over) it is not that number
QUALIFIED = {"rounded": REPORT, "exact": REPORT, **{word: f"{REPORT}_{word}" for word in HEDGES}}
HUNDREDTHS = ("ratio", "points")  # dimensions that are printed in hundredths
YUAN, PURE = 10_000, 100  # in one 万元; of one whole
CENTS, PLACES = 2, 8  # decimals to which computed money (in yuan) and other computed numbers are told
XS = "http://www.w3.org/2001/XMLSchema"
XLINK = "http://www.w3.org/1999/xlink"
LINK = "http://www.xbrl.org/2003/linkbase"
XBRLI = "http://www.xbrl.org/2003/instance"
XBRLDT = "http://xbrl.org/2005/xbrldt"
SUMMATION = "https://xbrl.org/2023/arcrole/summation-item"
SCHEMAS = {
    XBRLI: "http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd",
    XBRLDT: "http://www.xbrl.org/2005/xbrldt-2005.xsd",
}
CALCULATIONS = "https://www.xbrl.org/2023/calculation-1.1.xsd"
ROLE = "http://www.xbrl.org/2003/role/"
CONCEPT_LABEL = "http://www.xbrl.org/2003/arcrole/concept-label"


@dataclass(frozen=True)
class Concept:
    """What facts are of: a measure as a kind looks at it."""

    measure: Measure
    kind: Kind

    @property
    def id(self) -> str:
        """The id of its figures, e.g. ``total_assets.yoy``."""
        return ".".join(filter(None, (self.measure.name, self.kind.suffix)))

    @property
    def unit(self) -> str:
        """The unit in which it is printed."""
        return self.kind.unit(self.measure)

    @property
    def dimension(self) -> str:
        """What its unit measures: money, people, ratio, …; empty for a unit of its own kind."""
        return UNITS[self.unit][0] if self.unit in UNITS else ""

    @property
    def moment(self) -> str:
        """``closing`` or ``opening`` where it is of one moment, empty where it is of a year."""
        return _moment(self.measure.name) if self.kind is LEVEL else ""


@cache
def _moment(name: str) -> str:
    moments = {q.where.get("moment", ("",)) for q in REGISTRY.quantities_of(name)}
    found = moments.pop() if len(moments) == 1 else ("",)
    return str(found[0]) if len(found) == 1 else ""


# --- facts -----------------------------------------------------------------------------------


def report_of(report: Report, edition: str = INTERNAL) -> bytes:
    """Return the xBRL-JSON report; the public edition has what is of the whole district."""
    whole = report.whole
    kinds = (DISTRICT,) if edition == PUBLIC else (DISTRICT, CLASS, GROUP, ENTERPRISE)
    computed = list(_figures(report, kinds))
    scopes = {_scope(f): f.scope.name_zh for f in computed if f.scope != whole}
    facts = {figure.place: _computed(figure, report) for figure in computed}
    facts |= {f"stated-{claim.figure_id}-{claim.year}": stated(claim) for claim in report.claims if claim.as_kind}
    content = {
        "documentInfo": {
            "documentType": "https://xbrl.org/2021/xbrl-json",
            "namespaces": {
                "xbrl": "https://xbrl.org/2021",
                "iso4217": "http://www.xbrl.org/2003/iso4217",
                PREFIX: OWN,
                REGION: SCHEME,
            },
            "taxonomy": [TAXONOMY],
        },
        BOOK: {"title": report.package.title, "scope": report.package.scope, "edition": edition},
        SCOPES: scopes,
        "facts": facts,
    }
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _figures(report: Report, kinds: Iterable[str]) -> Iterator[Figure]:
    """Yield every level that has a number, of every scope and year; what the book has no table for has none."""
    ledger = report.ledger
    origin = cache(lambda name: ledger.origin([name]))
    for by in kinds:
        values = dict[str, dict[tuple[int, str], float | None]]()
        for name in REGISTRY:
            with suppress(ScopeError, DataError, LackingError):
                values[name] = ledger.values(name, by)
        for year in ledger.years:
            for scope in ledger.scopes(by, year):
                for name, of in values.items():
                    # Not ``report.figure``, which works out how each is printed, too.
                    figure = Figure(REGISTRY[name], LEVEL, scope, year, of[year, scope.id], rests_on=origin(name))
                    if figure.value is not None and not figure.is_rule:
                        yield figure


def _scope(figure: Figure) -> str:
    return f"{figure.scope.by}:{figure.scope.id}"


def _computed(figure: Figure, report: Report) -> dict[str, Any]:
    assert figure.value is not None
    own = "" if figure.scope == report.whole else _scope(figure)
    concept, region = Concept(figure.measure, figure.kind), report.package.region
    return computed(concept, region, figure.year, figure.value, figure.rests_on, own)


def computed(
    concept: Concept, region: str, year: int, number: Number, origin: Origin, scope: str = ""
) -> dict[str, Any]:
    """Return the fact of a number that was computed, held in the base unit; of the whole district without ``scope``."""
    value, decimals = _told(number, concept.dimension)
    dimensions = {**_dimensions(concept, region, year), **({SCOPE: scope} if scope else {})}
    return {"value": value, "decimals": decimals, "dimensions": dimensions, ORIGIN: origin.value}


def _told(value: Number, dimension: str) -> tuple[str, int]:
    """Return a number, held in base units, as XBRL has it, and its decimals."""
    decimals = CENTS if _is_money(dimension) else PLACES
    return _plain(half_up(to_fraction(value) * _scale(dimension), decimals)), decimals


def _is_money(dimension: str) -> bool:
    return dimension.startswith("money")  # per head, too


def _scale(dimension: str) -> Fraction:
    """Return by how much a number in the base unit of its dimension is multiplied for XBRL."""
    if _is_money(dimension):
        return Fraction(YUAN)
    return Fraction(1, PURE) if dimension in HUNDREDTHS else Fraction(1)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def stated(claim: Claim) -> dict[str, Any]:
    """Return what the report printed; ``printed`` has its own words, which may say that it is more than that."""
    assert claim.measure and claim.as_kind
    concept = Concept(claim.measure, claim.as_kind)
    dimension, size = UNITS.get(claim.unit, ("", Fraction(1)))
    size *= _scale(dimension)
    value = to_decimal(Fraction(claim.text) * size)
    decimals = claim.decimals - Decimal(size.numerator).adjusted() + Decimal(size.denominator).adjusted()
    return {
        "value": _plain(value),
        "decimals": decimals,
        "dimensions": {
            **_dimensions(concept, claim.region, claim.year),
            STATED: f"{PREFIX}:{QUALIFIED[claim.qualifier]}",
        },
        ORIGIN: "real",
        PRINTED: claim.printed,
    }


def _dimensions(concept: Concept, region: str, year: int) -> dict[str, str]:
    begin, end = (f"{y}-01-01T00:00:00" for y in (year, year + 1))
    period = {"closing": end, "opening": begin}.get(concept.moment, f"{begin}/{end}")
    found = {"concept": f"{PREFIX}:{concept.id}", "entity": f"{REGION}:{region}", "period": period}
    if unit := _unit(concept):
        found["unit"] = unit
    return found


def _unit(concept: Concept) -> str:
    """Return a unit's name, empty for a pure number."""
    if concept.dimension == "money":
        return "iso4217:CNY"
    if concept.dimension == "money per head":
        return f"iso4217:CNY/{PREFIX}:人"
    return "" if concept.dimension in (*HUNDREDTHS, "times") or not concept.unit else f"{PREFIX}:{concept.unit}"


# --- sums ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sum:
    """What a formula that only adds and subtracts is made of, by weight; any other cannot be called with it."""

    weights: Mapping[str, int]

    def __add__(self, other: Sum) -> Sum:
        return self._with(other, 1)

    def __sub__(self, other: Sum) -> Sum:
        return self._with(other, -1)

    def __neg__(self) -> Sum:
        return Sum({name: -weight for name, weight in self.weights.items()})

    def _with(self, other: Sum, sign: int) -> Sum:
        if not isinstance(other, Sum):
            return NotImplemented
        names = dict.fromkeys([*self.weights, *other.weights])
        return Sum({n: self.weights.get(n, 0) + sign * other.weights.get(n, 0) for n in names})


def parts(name: str) -> Mapping[str, int]:
    """Return the measures that one is the sum of, each with 1 or -1; nothing if it is no sum of its like."""
    measure = REGISTRY[name]
    if not isinstance(measure, Indicator):
        return {}
    try:
        found = measure.formula(**{part: Sum({part: 1}) for part in measure.inputs})
    except TypeError:
        return {}
    own, weights = Concept(measure, LEVEL), found.weights if isinstance(found, Sum) else {}
    others = [Concept(REGISTRY[part], LEVEL) for part in weights]
    like = all((o.dimension, o.moment) == (own.dimension, own.moment) and own.dimension for o in others)
    return weights if like and len(weights) > 1 and set(weights.values()) <= {1, -1} else {}


# --- taxonomy --------------------------------------------------------------------------------

_XS = ElementMaker(
    namespace=XS, nsmap={"xs": XS, "link": LINK, "xlink": XLINK, "xbrli": XBRLI, "xbrldt": XBRLDT, PREFIX: OWN}
)
_LINK = ElementMaker(namespace=LINK, nsmap={"link": LINK, "xlink": XLINK})


def taxonomy() -> bytes:
    """Return the taxonomy of all that a book may count, as one XML schema with its linkbases inside."""
    concepts = [Concept(REGISTRY[name], kind) for name in REGISTRY for kind in KINDS.values() if kind.suffix != "last"]
    schema = _XS.schema(
        _XS.annotation(_XS.appinfo(_labels(concepts), _calculations())),
        *(_XS("import", namespace=of, schemaLocation=at) for of, at in SCHEMAS.items()),
        *map(_element, concepts),
        _item("scope", "xbrldt:dimensionItem", **{f"{{{XBRLDT}}}typedDomainRef": "#scope_domain"}),
        _XS.element(_XS.simpleType(_XS.restriction(base="xs:string")), name="scope_domain", id="scope_domain"),
        _item("stated", "xbrldt:dimensionItem"),
        *(_item(member, "xbrli:item") for member in dict.fromkeys(QUALIFIED.values())),
        targetNamespace=OWN,
        elementFormDefault="qualified",
    )
    return etree.tostring(schema, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _item(name: str, group: str, **more: str) -> etree._Element:
    facts = {"type": "xbrli:stringItemType", "substitutionGroup": group, "abstract": "true", "nillable": "true"}
    return _XS.element(name=name, id=name, **facts, **{f"{{{XBRLI}}}periodType": "duration"}, **more)


def _element(concept: Concept) -> etree._Element:
    money = concept.dimension == "money"
    kind, period = "monetary" if money else "decimal", "instant" if concept.moment else "duration"
    facts = {"type": f"xbrli:{kind}ItemType", "substitutionGroup": "xbrli:item", "nillable": "true"}
    return _XS.element(name=concept.id, id=concept.id, **facts, **{f"{{{XBRLI}}}periodType": period})


def _extended(name: str, *inside: etree._Element, role: str = f"{ROLE}link") -> etree._Element:
    return _LINK(name, *inside, **{f"{{{XLINK}}}type": "extended", f"{{{XLINK}}}role": role})


def _locator(concept: str) -> etree._Element:
    return _LINK.loc(**{f"{{{XLINK}}}type": "locator", f"{{{XLINK}}}href": f"#{concept}", f"{{{XLINK}}}label": concept})


def _arc(name: str, role: str, begin: str, end: str, **more: str) -> etree._Element:
    ends = {f"{{{XLINK}}}from": begin, f"{{{XLINK}}}to": end}
    return _LINK(name, **{f"{{{XLINK}}}type": "arc", f"{{{XLINK}}}arcrole": role}, **ends, **more)


def _labels(concepts: Iterable[Concept]) -> etree._Element:
    inside: list[etree._Element] = []
    for concept in concepts:
        measure, label = concept.measure, f"label.{concept.id}"
        said = [("label", "zh", measure.name_zh + concept.kind.name_zh), ("label", "en", concept.id.replace("_", " "))]
        if concept.kind is LEVEL:
            said += [("documentation", "zh", f"{measure.definition}。依据：{measure.basis}".removeprefix("。"))]
        inside += [_locator(concept.id), _arc("labelArc", CONCEPT_LABEL, concept.id, label)]
        for role, language, text in said:
            place = {f"{{{XLINK}}}type": "resource", f"{{{XLINK}}}label": label, f"{{{XLINK}}}role": ROLE + role}
            inside.append(_LINK.label(text, **place, **{"{http://www.w3.org/XML/1998/namespace}lang": language}))
    return _LINK.linkbase(_extended("labelLink", *inside))


def _calculations() -> etree._Element:
    inside: list[etree._Element] = []
    sums = {name: found for name in REGISTRY if (found := parts(name))}
    inside += map(_locator, dict.fromkeys([*sums, *(part for found in sums.values() for part in found)]))
    for name, found in sums.items():
        for order, (part, weight) in enumerate(found.items(), 1):
            inside.append(_arc("calculationArc", SUMMATION, name, part, weight=str(weight), order=str(order)))
    reference = _LINK.arcroleRef(
        arcroleURI=SUMMATION, **{f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": f"{CALCULATIONS}#summation-item"}
    )
    return _LINK.linkbase(reference, _extended("calculationLink", *inside))
