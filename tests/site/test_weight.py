"""What a page costs a reader on a slow line; seconds are measured by benchmarks/page_weight.py."""

from __future__ import annotations

from pathlib import Path
from random import Random

import guards
import pytest

FIRST = 700_000
FURTHER = 150_000


def heavy(site: Path) -> list[str]:
    """Pages that are too heavy as the first one, or after any other one."""
    loads = {path: guards.weight(path) for path in guards.pages(site)}
    # A page that only sends on to another one loads nothing but itself.
    shared = set.intersection(*(set(parts) for parts in loads.values() if len(parts) > 1))
    found = []
    for path, parts in loads.items():
        further = sum(size for part, size in parts.items() if part not in shared)
        if sum(parts.values()) > FIRST or further > FURTHER:
            found.append(f"{path.relative_to(site)}：{sum(parts.values())}，{further}")
    return found


@pytest.mark.slow
def test_a_first_page_is_under_700_kb_and_a_further_one_under_150(real_site: Path) -> None:
    assert heavy(real_site) == []


def test_nothing_lies_in_the_book_that_no_page_uses(real_site: Path) -> None:
    assert not list(real_site.rglob("fontawesome*")) and not list(real_site.rglob("*.map"))
    assert sum(p.stat().st_size for p in (real_site / "_static").rglob("*")) < 1_000_000


def test_a_heavy_page_is_noticed(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 4000
    (tmp_path / "light.html").write_text('<script src="light.js"></script>', "utf-8")
    (tmp_path / "light.js").write_bytes(noise)
    assert heavy(tmp_path) == []
    both = '<script src="light.js"></script><img src="picture.png">'
    (tmp_path / "heavy.html").write_text(both, "utf-8")
    (tmp_path / "picture.png").write_bytes(Random(1).randbytes(FURTHER))
    assert len(heavy(tmp_path)) == 1
