"""Made-up printed figures of one district, as the audit and what rests on it take them."""

from __future__ import annotations

from stateassets.audit import audit
from stateassets.measures.claims import Claim
from stateassets.measures.registry import REGISTRY
from stateassets.pages.questions import Material

KIND = {"": "level", "yoy": "yoy_pct", "change": "yoy_pp"}


def claim(figure_id: str, text: str, unit: str, qualifier: str = "rounded", region: str = "某区") -> Claim:
    """A printed figure, e.g. ``claim("debt_ratio.change", "1.0", "个百分点")``."""
    name, _, suffix = figure_id.partition(".")
    decimals = len(text.partition(".")[2])
    return Claim(
        figure_id,
        region,
        2023,
        "",
        "一（一）",
        name,
        REGISTRY[name].name_zh,
        KIND[suffix],
        text,
        unit,
        decimals,
        qualifier,
        "",
    )


def printed(*claims: Claim) -> Material:
    """What is known of a report that printed these and nothing else."""
    return Material(claims=claims, verdict=audit(claims)[0])
