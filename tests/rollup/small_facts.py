"""Small facts of districts, as books publish them, written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KIND = "https://xbrl.org/2021/xbrl-json"
SCOPE = "企业国有资产不含金融"


def computed(concept: str, region: str, year: int, value: str, scope: str = "", moment: bool = True) -> dict[str, Any]:
    """A number that was computed: money in yuan, a ratio as a fraction."""
    period = f"{year + 1}-01-01T00:00:00" if moment else f"{year}-01-01T00:00:00/{year + 1}-01-01T00:00:00"
    own = {"sa:scope": scope} if scope else {}
    dimensions = {"concept": f"sa:{concept}", "entity": f"region:{region}", "period": period, **own}
    return {"value": value, "decimals": 2, "dimensions": dimensions, "sa:origin": "sample"}


def printed(concept: str, region: str, year: int, value: str, words: str, moment: bool = True) -> dict[str, Any]:
    """A number as a report printed it."""
    made = computed(concept, region, year, value, moment=moment)
    made["dimensions"]["sa:stated"] = "sa:report"
    return made | {"sa:printed": words, "decimals": -7}


def assets(region: str, tenths: int, year: int = 2023, **more: dict[str, Any]) -> dict[str, Any]:
    """A district that printed its assets, in tenths of 亿元, and perhaps more."""
    words = f"{tenths // 10}.{tenths % 10}亿元"
    return document({"assets": printed("total_assets", region, year, str(tenths * 10**7), words), **more})


def document(facts: dict[str, Any], scope: str = SCOPE) -> dict[str, Any]:
    """What a book publishes."""
    about = {"title": "示例报告", "scope": scope}
    return {"documentInfo": {"documentType": KIND}, "sa:book": about, "sa:scopes": {}, "facts": facts}


def put(folder: Path, **documents: dict[str, Any]) -> Path:
    """Write each document as a facts.json of its own."""
    for name, one in documents.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "facts.json").write_text(json.dumps(one, ensure_ascii=False), "utf-8")
    return folder
