"""Where a number comes from, to the cell: the page of a table's rows, and the way there and back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, unquote, urlsplit

import guards
import pytest
from paths import ROOT
from playwright.sync_api import Browser, Page, expect

from stateassets.book.downloads import rows_page

CHAPTER = "notebooks/1_basics/2_assets_and_debt.html"
FIGURE = ".sa-conclusion a.sa-figure[data-figure='total_assets']"
TOLD = ".sa-cited-told"
LOANS = {
    "name": "loans",
    "title": "借款",
    "origin": "sample",
    "schema": {
        "fields": [
            {"name": "enterprise_id", "title": "企业编号", "type": "string"},
            {"name": "amount", "title": "金额", "type": "number", "unit": "万元"},
        ],
        "foreignKeys": [
            {"fields": "enterprise_id", "reference": {"resource": "enterprises", "fields": "enterprise_id"}}
        ],
    },
}
CELLS = "enterprise_id,amount\nA,0.1\nB,0.2\nA,1000000000000000.05\nC,-3\nB,\nA,一二\n"
NAMES = {"A": "甲公司", "B": "乙公司"}
MENDED = SimpleNamespace(at=2, column="amount", state="已确认", changed="0.1改为0.4", was="0.1", now="0.4")


@pytest.fixture(scope="module")
def loans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one table's page; two more with a correction, and with titles in its file."""
    site = tmp_path_factory.mktemp("rows")
    shutil.copytree(ROOT / "stateassets/book/static", site / "_static")
    (site / "data").mkdir()
    table = site / "data" / "loans.csv"
    table.write_text(CELLS, "utf-8")
    (site / "data/loans.html").write_text(rows_page(LOANS, Path("loans.csv"), table, names=NAMES), "utf-8")
    mended = rows_page(LOANS, Path("loans.csv"), table, [MENDED], names=NAMES)  # type: ignore[list-item]
    (site / "data/mended.html").write_text(mended, "utf-8")
    table.write_text(CELLS.replace("enterprise_id,amount", "企业编号,金额"), "utf-8")
    (site / "data/titled.html").write_text(rows_page(LOANS, Path("loans.csv"), table, names=NAMES), "utf-8")
    fields = [
        LOANS["schema"]["fields"][0],
        *({"name": f"a{n}", "title": f"第{n}项金额", "unit": "万元"} for n in range(30)),
    ]  # type: ignore[index]
    wide = LOANS | {"schema": LOANS["schema"] | {"fields": fields, "primaryKey": ["enterprise_id"]}}  # type: ignore[operator]
    table.write_text("\n".join([",".join(f["name"] for f in fields), *(key + ",1" * 30 for key in NAMES)]), "utf-8")
    (site / "data/wide.html").write_text(rows_page(wide, Path("wide.csv"), table, names=NAMES), "utf-8")
    return site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with guards.window(browser) as empty:
        yield empty


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("loans.html?rows=2,3&columns=amount", "引用了2行，金额合计0.3万元。"),  # not 0.30000000000000004
        ("loans.html?rows=4,5&columns=amount", "引用了2行，金额合计999,999,999,999,997.05万元。"),
        ("loans.html?rows=5&columns=amount", "引用了1行，金额合计-3万元。"),
        ("loans.html?rows=2,6&columns=amount", "引用了2行，金额合计0.1万元。"),  # one is blank
        ("loans.html?rows=2,7&columns=amount", "引用了2行，用到“金额”一列。"),  # one is no number
        ("loans.html?rows=2-4&columns=enterprise_id&as=distinct", "引用了3行，其中不同的企业编号2个。"),
        ("loans.html?rows=2,3&columns=amount&as=rises", "引用了2行，用到“金额”一列。"),
        ("loans.html?rows=2,3", "引用了2行。"),
        ("loans.html?rows=2,4-999999999,3", "引用了6行。"),  # as far as there are rows
        ("loans.html?rows=2,3&columns=nothing", "引用了2行。"),
        ("mended.html?rows=2,3&columns=amount", "引用了2行，金额合计0.6万元。"),  # as corrected
        ("titled.html?rows=2,3&columns=amount", "引用了2行，金额合计0.3万元。"),
    ],
)
def test_what_the_cited_cells_come_to_is_added_up_exactly(page: Page, loans: Path, asked: str, told: str) -> None:
    page.goto(f"{(loans / 'data').as_uri()}/{asked}")
    expect(page.locator(TOLD)).to_contain_text(told)


def test_a_page_that_nobody_cites_says_nothing_of_it_and_names_enterprises_and_units(page: Page, loans: Path) -> None:
    page.goto(f"{(loans / 'data').as_uri()}/loans.html")
    assert page.locator(TOLD).count() == page.locator(".sa-cited, .sa-summed").count() == 0
    assert page.locator("#row-2 td").all_inner_texts() == ["甲公司（A）", "0.1"]
    assert page.locator("#row-5 td").first.inner_text() == "C"  # a name that nobody knows
    assert page.locator("thead th").last.inner_text().startswith("金额（万元）")


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("notebooks/a.html#节", "notebooks/a.html#节"),
        ("../elsewhere.html", None),
        ("https://example.com/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_way_back_leads_into_the_book_or_nowhere(page: Page, loans: Path, back: str, leads: str | None) -> None:
    page.goto(f"{(loans / 'data').as_uri()}/loans.html?rows=2&from={quote(back)}")
    found = page.locator(f"{TOLD} a").evaluate_all("links => links.map(a => a.href)")
    if leads:
        assert [unquote(address) for address in found] == [f"{loans.as_uri()}/{leads}"]
    else:  # within the book if anywhere
        assert all(address.startswith(loans.as_uri() + "/") for address in found)


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.slow), 390])
@pytest.mark.parametrize("mode", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_a_number_leads_to_its_cells_and_back(browser: Browser, real_site: Path, width: int, mode: str) -> None:
    with guards.window(browser, width, 844, mode) as page:
        page.goto(f"{real_site.as_uri()}/{CHAPTER}")
        page.locator(FIGURE).first.click()
        taken = page.locator("#sa-explain").inner_text()
        total = re.search(r"资产总额([\d,.]+万元)", taken)
        page.locator("#sa-explain a[href*='?rows=']").first.click()
        page.wait_for_url("**/data/balance_sheet.html*")
        rows = unquote(page.url).split("rows=")[1].split("&")[0].split(",")
        cells = page.locator("td.sa-summed")
        assert cells.count() == len(rows) > 1
        assert total
        expect(page.locator(TOLD)).to_contain_text(f"引用了{len(rows)}行，资产总额合计{total[1]}。")
        assert page.locator("th.sa-summed").inner_text().startswith("资产总额（万元）")
        expect(cells.first).to_be_in_viewport()
        ink, ground = cells.first.evaluate("td => [getComputedStyle(td).color, getComputedStyle(td).backgroundColor]")
        row = page.locator("tr.sa-cited td").first.evaluate("td => getComputedStyle(td).backgroundColor")
        assert ink != ground != row
        place = unquote(urlsplit(page.locator(f"{TOLD} a").evaluate("a => a.href")).fragment)
        page.get_by_label("只看用到的").check()  # then its column stands beside whose the rows are
        assert page.locator("thead th:visible").all_inner_texts()[-1].startswith("资产总额")
        expect(cells.last).to_be_in_viewport()
        page.locator(f"{TOLD} a").click()
        page.wait_for_url(f"**/{CHAPTER}*")
        assert place and page.locator(f"[id='{place}']").count() == 1
        expect(page.locator(FIGURE).first).to_be_in_viewport()  # where it was left


SEEN = """css => { const cell = document.querySelector(`tr.sa-cited ${css}`), at = cell.getBoundingClientRect();
  return cell.contains(document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2)); }"""


@pytest.mark.parametrize("width", [1280, 390])
def test_a_wide_table_opens_with_the_names_beside_the_cited_cell(browser: Browser, loans: Path, width: int) -> None:
    with guards.window(browser, width, 844) as page:
        for column, scrolled in (("a0", False), ("a29", True)):
            page.goto(f"{(loans / 'data').as_uri()}/wide.html?rows=2&columns={column}")
            frame = page.locator(".sa-frame")
            assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
            assert (frame.evaluate("frame => frame.scrollLeft") > 0) == scrolled
            assert page.evaluate(SEEN, "th") and page.evaluate(SEEN, "td") and page.evaluate(SEEN, "td.sa-summed")
        page.evaluate(
            "document.querySelectorAll('head style').forEach(style => style.remove())"
        )  # nothing holds the names
        assert not page.evaluate(SEEN, "td")


def test_without_scripts_the_page_of_rows_is_whole(browser: Browser, loans: Path) -> None:
    with guards.window(browser, java_script_enabled=False) as page:
        page.goto(f"{(loans / 'data').as_uri()}/loans.html?rows=2,3&columns=amount#row-2")
        assert page.locator("tbody tr:visible").count() == CELLS.count("\n") - 1
