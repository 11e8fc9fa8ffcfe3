"""A page with one table, as the book makes it, that needs no server."""

from __future__ import annotations

from pathlib import Path

from paths import ROOT

from stateassets.present.display import Table

STATIC = ROOT / "stateassets" / "book" / "static"


def page_of(table: Table, folder: Path) -> Path:
    """Write the page, in the book's style and with what makes its tables sort, into a folder."""
    path = folder / "page.html"
    sheets = "".join(
        f'<link rel="stylesheet" href="{(STATIC / name).as_uri()}">' for name in ("outputs.css", "book.css")
    )
    path.write_text(
        f'<!doctype html><html lang="zh-CN" data-theme="light"><meta charset="utf-8">{sheets}'
        f'<body><article class="bd-article">{table._repr_html_()}</article>'
        f'<script src="{(STATIC / "tables.js").as_uri()}"></script></body></html>',
        "utf-8",
    )
    return path
