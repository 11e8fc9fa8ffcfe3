"""比一比 in a browser: pick, see a picture and a table, send the address, go back; from a folder, too."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import guards
import pytest
from axe_playwright_python.sync_playwright import Axe
from paths import ROOT
from playwright.sync_api import Browser, Page, expect

from stateassets.measures.ledger import ENTERPRISE, GROUP
from stateassets.pages import comparing
from stateassets.present.display import Table
from stateassets.report import Report

PLACE = "notebooks/7_peers/4_compare.html"
STATIC = ROOT / "stateassets" / "book" / "static"
MOST = 400 * 1024  # bytes of the page itself, not compressed, with five years in it
TABLE, SHOWN = ".sa-compared", "#sa-compare-shown"


@pytest.fixture(scope="module")
def shown(report: Report) -> comparing.Comparison:
    """The widget as the book shows it."""
    return comparing.comparison(report, "主要数字")


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory, shown: comparing.Comparison) -> Path:
    """The widget on a page of its own."""
    return written(tmp_path_factory.mktemp("compare") / "page.html", shown)


def written(path: Path, widget: comparing.Comparison) -> Path:
    """A page with the widget, the book's style and scripts, in a folder."""
    sheets = "".join(
        f'<link rel="stylesheet" href="{(STATIC / name).as_uri()}">'
        for name in ("outputs.css", "book.css", "compare.css")
    )
    scripts = "".join(
        f'<script src="{(STATIC / name).as_uri()}"></script>'
        for name in ("taking.js", "tables.js", "explain.js", "numbers.js", "compare.js")
    )
    path.write_text(
        f'<!doctype html><html lang="zh-CN" data-theme="light"><meta charset="utf-8"><title>比一比</title>'
        f'<meta name="viewport" content="width=device-width">{sheets}<body><main><article class="bd-article">'
        f"<h1>比一比</h1>{widget._repr_html_()}</article></main>{scripts}</body></html>",
        "utf-8",
    )
    return path


YEARS = [2019, 2020, 2021, 2022]
# Worked out by hand: what rounds up at a tie, what is nought in 亿元, what is missing in between.
BY_HAND = {
    "profit": (
        "利润",
        "亿元",
        1,
        "%",
        ";18.2;-7.7;250|;不可比;减亏;由亏转盈",
        "110000;130000;120000;420000|0;-2000;-500;900",
    ),
    "rate": ("比率", "%", 1, "个百分点", ";;;0.1|;;;-10", "n;40;y;40.05|o;50;y;40"),
    "people": ("人数", "人", 0, "%", "", "12345.5;12344.5;2;-0.4|1;2;3;4"),
}


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory, shown: comparing.Comparison) -> Path:
    """A page with two groups, four years and three indicators that were made up."""
    facts = dict(shown.contents)
    scopes = [{"code": f"group:{key}", "by": "group", "name": f"集团{key}"} for key in "PQ"]
    measures = [
        {
            "code": code,
            "name": name,
            "domain": "财务",
            "unit": unit,
            "decimals": decimals,
            "base": "万元",
            "kind": "yoy",
            "origin": "real",
            "changes": changes,
            "basis": 0,
            "source": {"rows": 0},
            "values": {"group": values},
        }
        | ({"since": {"group": since}} if since else {})
        for code, (name, unit, decimals, changes, since, values) in BY_HAND.items()
    ]
    made = {"year": 2022, "years": YEARS, "scopes": scopes, "measures": measures, "first": "profit", "presets": {}}
    made |= {"sources": [{"table": "表", "page": "表.html", "rows": {"group": "|"}}], "bases": ["办法"]}
    widget = comparing.Comparison(Table("没有", ("企业",), (("集团",),)), facts | made)
    return written(tmp_path_factory.mktemp("by_hand") / "page.html", widget)


@contextmanager
def page_at(browser: Browser, path: Path, query: str = "", width: int = 1280) -> Iterator[Page]:
    with guards.opened(browser, path.as_uri() + query, width) as (page, _):
        page.wait_for_selector(f"{SHOWN}:not(:empty)")
        yield page


@pytest.fixture
def page(browser: Browser, light: Path) -> Iterator[Page]:
    with page_at(browser, light) as opened:
        yield opened


def rows(page: Page) -> list[list[str]]:
    """What the table holds, row by row."""
    return page.locator(f"{TABLE} tbody tr").evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.innerText))")


def heads(page: Page) -> list[str]:
    """What stands above each column, with the indicator that it belongs to."""
    return page.locator(TABLE).evaluate(
        """figure => {
          const [above, below] = figure.querySelectorAll("thead tr");
          const titles = [...above.cells].slice(1).flatMap(c => Array(c.colSpan).fill(c.innerText));
          return [above.cells[0].innerText, ...[...below.cells].map((c, i) => `${titles[i]}${c.innerText}`)];
        }"""
    )


def plain(text: str) -> str:
    return text.replace(",", "").strip()


# --- what is shown -------------------------------------------------------------------------------


def test_at_first_the_groups_are_compared_by_what_the_report_prints(page: Page, report: Report) -> None:
    shown = {row[0]: row[1:] for row in rows(page)}
    for scope in report.ledger.scopes(GROUP):
        now, before, change = (report.figure(i, scope) for i in ("debt_ratio", "debt_ratio.last", "debt_ratio.change"))
        bare = [f.exact.removesuffix("%").removesuffix("个百分点") for f in (before, now, change)]
        assert [cell.lstrip("+") for cell in shown[scope.name_zh]] == bare
    assert len(shown) == len(report.ledger.scopes(GROUP))
    assert page.locator(f"{TABLE} figcaption .sa-sample").count() == 1


@pytest.mark.slow
def test_every_indicator_of_every_company_prints_as_the_report_prints_it(
    browser: Browser, light: Path, report: Report
) -> None:
    companies = report.ledger.scopes(ENTERPRISE)
    with page_at(browser, light, "?who=all&what=all&years=2023") as page:
        columns = _columns(page)
        table = {row[0].removesuffix("（单户）"): row[1:] for row in rows(page)[-len(companies) :]}
    assert len(columns) > 300
    compared = 0
    for scope in companies:
        for (name, unit), cell in zip(columns, table[scope.name_zh], strict=True):
            try:
                figure = report.figure(name, scope)
            except ValueError:
                assert cell == "不分列"
                continue
            if figure.value is not None and unit == figure.told_unit:
                decimals = len(cell.partition(".")[2])
                if decimals == len(figure.exact.removesuffix(unit).partition(".")[2]):
                    assert plain(cell) + unit == plain(figure.exact), (name, scope)
                    compared += 1
    assert compared > 3000


def _keys(page: Page) -> list[str]:
    return page.locator(f"{TABLE} thead th[data-key]").evaluate_all("heads => heads.map(h => h.dataset.key)")


def _columns(page: Page) -> list[tuple[str, str]]:
    """(measure, unit) of each column."""
    units = [re.search(r"（([^（）]*)）[^（）]*$", head) for head in heads(page)[1:]]
    return [(k.rpartition(".")[0], u[1] if u else "") for k, u in zip(_keys(page), units, strict=True)]


def test_one_year_gives_dots_and_two_years_lines_with_names_and_numbers(page: Page, report: Report) -> None:
    names = [scope.name_zh for scope in report.ledger.scopes(GROUP)]
    right = page.locator(".sa-side-right .sa-label").all_inner_texts()
    assert len(right) == len(names) and all(any(name in text for text in right) for name in names)
    assert page.locator(".sa-lines polyline").count() == len(names)
    page.get_by_label("2022年", exact=True).uncheck()
    assert page.locator(".sa-dots > li").count() == len(names) and not page.locator(".sa-lines").count()


def test_each_unit_has_a_picture_of_its_own_whose_title_says_what_it_shows(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?what=debt_ratio,total_profit&who=group:A,group:B&years=2022,2023") as page:
        titles = page.locator(".sa-panel figcaption").all_inner_texts()
    assert [re.search(r"（(.+?)）", title)[1] for title in titles] == ["%", "亿元"]
    assert "一级企业A最高，53.5%，一级企业B最低，45.0%" in titles[0] and "都下降" in titles[0]
    assert "都上升" in titles[1]


def test_amounts_stand_in_one_unit_in_which_none_is_nought(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?what=total_profit&who=district,enterprise:B2,enterprise:F2&years=2023") as page:
        (head,) = heads(page)[1:]
        cells = [plain(row[1].removeprefix("真实")) for row in rows(page)]
    assert head == "利润总额（万元）2023年" and cells[0] == "46007"
    assert all(float(cell) for cell in cells)


def test_unlike_scopes_are_told_and_the_district_is_marked_as_printed(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?who=district,group:A,enterprise:A1&what=debt_ratio&years=2023") as page:
        assert "口径不同" in page.locator(".sa-reasons").inner_text()
        marks = page.locator(f"{TABLE} tbody tr").evaluate_all(
            "rows => rows.map(r => r.querySelectorAll('td .sa-real').length)"
        )
    assert marks == [1, 0, 0]


def test_a_title_says_of_which_of_unlike_scopes_it_speaks(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?who=district,group:A,group:B&what=total_assets&years=2023") as page:
        title = page.locator(".sa-panel figcaption").inner_text()
    assert "一级企业（合并）里，2023年一级企业A最高" in title


def test_a_year_without_any_number_is_not_drawn(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?what=party_organisations&years=2022,2023") as page:
        assert not page.locator(".sa-lines").count() and page.locator(".sa-dots > li").count() == 6
        assert "空心" not in page.locator(".sa-panel").inner_text() and "没有底表" in str(rows(page))


def test_what_the_report_printed_is_real_only_as_it_was_printed(browser: Browser, light: Path, report: Report) -> None:
    printed = report.claim("total_assets").printed
    with page_at(browser, light, "?who=district,enterprise:B2&what=total_assets&years=2023") as page:
        (whole, _), (head,) = rows(page), heads(page)[1:]
        assert whole[1].startswith("真实") and f"{whole[1].removeprefix('真实')}亿元" == printed
        assert "亿元" in head
    with page_at(browser, light, "?who=district,enterprise:F2&what=total_profit&years=2023") as page:
        assert "万元" in heads(page)[1] and "真实" not in rows(page)[0][1]


def test_where_there_is_no_number_the_cell_and_a_note_say_why(browser: Browser, light: Path) -> None:
    query = "?who=district,enterprise:D3,group:A&what=budget_revenue,debt_ratio&years=2022,2023"
    with page_at(browser, light, query) as page:
        shown = {row[0]: row[1:] for row in rows(page)}
        assert shown["一级企业A"][0] == "不分列" and "不在监管" in str(shown)
        notes = page.locator(".sa-reasons").inner_text()
    assert "不分列：" in notes and "不在监管：" in notes


def test_a_number_says_in_place_where_it_comes_from(page: Page) -> None:
    page.locator(f"{TABLE} tbody tr").first.locator("td").nth(1).locator("a").click()
    box = page.locator("#sa-explain")
    expect(box).to_be_visible()
    told = box.inner_text()
    assert "2023年资产负债率＝负债总额÷资产总额×100＝" in told and "取自：" in told and "第" in told
    assert "资产负债表.html" not in told
    assert box.locator("a[href*='balance_sheet.html?rows=']").count() >= 1


def test_numbers_are_rounded_half_up_and_told_in_a_unit_that_suits_all(browser: Browser, by_hand: Path) -> None:
    with page_at(browser, by_hand, "?what=profit,people&years=2019,2020,2021,2022") as page:
        assert heads(page)[1] == "利润（亿元）2019年"
        first, second = rows(page)
    # 0.05亿元 has two digits only with two decimals; 2000万元 then is 0.20亿元.
    assert first[1:8] == ["11.00", "13.00", "12.00", "42.00", "+18.2", "-7.7", "+250"]
    assert second[1:8] == ["0.00", "-0.20", "-0.05", "0.09", "不可比", "减亏", "由亏转盈"]
    assert first[8:] == ["12,346", "12,345", "2", "0"]


def test_in_smaller_company_the_unit_is_smaller(browser: Browser, by_hand: Path) -> None:
    with page_at(browser, by_hand, "?who=group:Q&what=profit&years=2021,2022") as page:
        assert heads(page)[1] == "利润（万元）2021年" and rows(page)[0][1:] == ["-500", "900", "由亏转盈"]


def test_several_years_give_lines_and_what_is_missing_is_left_out_of_them(browser: Browser, by_hand: Path) -> None:
    with page_at(browser, by_hand, "?what=rate&years=2019,2020,2021,2022") as page:
        points = page.locator(".sa-lines polyline").evaluate_all("lines => lines.map(l => l.points.length)")
        title = page.locator(".sa-panel figcaption").inner_text()
        first, second = rows(page)
        assert points == [2, 2]
    assert first[1:5] == ["算不出", "40.0", "没有底表", "40.1"] and second[1] == "不在监管"
    assert "集团P最高，40.1%，集团Q最低，40.0%" in title


def test_years_that_do_not_follow_each_other_have_no_change(browser: Browser, by_hand: Path) -> None:
    with page_at(browser, by_hand, "?what=profit&years=2019,2021,2022") as page:
        assert [head.partition("）")[2] for head in heads(page)[1:]] == [
            "2019年",
            "2021年",
            "2022年",
            "2022年比上年（%）",
        ]
        page.get_by_label("2022年", exact=True).uncheck()
        assert len(heads(page)) == 3 and "只在相邻两年之间算增减" in page.locator(".sa-reasons").inner_text()


# --- picking ---------------------------------------------------------------------------------------


def test_picking_changes_picture_table_and_address(page: Page) -> None:
    page.get_by_label("一级企业A", exact=True).uncheck()
    assert "一级企业A" not in [row[0] for row in rows(page)]
    page.get_by_label("查找指标").fill("净利润")
    page.locator(".sa-pick:visible", has_text=re.compile("^净利润（")).locator("input").check()
    assert any(re.fullmatch("净利润（亿元）2023年", head) for head in heads(page))
    assert "what=debt_ratio,net_profit" in page.url and "group:A" not in page.url and "group:B" in page.url
    assert "2个指标" in page.locator(SHOWN).inner_text()


def test_a_preset_picks_what_belongs_together(page: Page) -> None:
    page.get_by_role("button", name="债务风险", exact=True).click()
    names = {head.partition("（")[0] for head in heads(page)[1:]}
    assert {"资产负债率", "速动比率", "已获利息倍数"} <= names


def test_back_forward_and_reload_keep_what_was_picked(page: Page) -> None:
    page.get_by_label("2022年", exact=True).uncheck()
    page.get_by_role("button", name="效率", exact=True).click()
    picked = heads(page)
    page.reload()
    page.wait_for_selector(f"{SHOWN}:not(:empty)")
    assert heads(page) == picked
    page.go_back()
    expect(page.locator(f"{TABLE} thead th[data-key]")).to_have_count(1)
    assert not page.get_by_label("2022年", exact=True).is_checked()
    page.go_back()
    expect(page.locator(f"{TABLE} thead th[data-key]")).to_have_count(3)
    page.go_forward()
    expect(page.locator(f"{TABLE} thead th[data-key]")).to_have_count(1)


def test_what_other_tables_keep_in_the_address_stays(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?table-other.sort=x&what=debt_ratio") as page:
        page.get_by_label("2022年", exact=True).uncheck()
        assert page.url.endswith("&table-other.sort=x") and page.url.count("what=") == 1


def test_an_indicator_is_found_and_picked_with_the_keyboard_alone(page: Page) -> None:
    page.get_by_label("查找指标").focus()
    page.keyboard.type("净利润率")
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "net_margin":
            break
    page.keyboard.press("Space")
    guards.wait_until(page, lambda: "what=debt_ratio,net_margin" in page.url)
    assert page.evaluate("document.activeElement.value") == "net_margin"


def test_the_table_is_copied_and_that_is_told(page: Page) -> None:
    page.get_by_role("button", name="复制表格").click()
    expect(page.locator(".sa-actions [role=status]")).to_have_text("已复制表格")


def test_an_address_can_be_sent_and_shows_the_same(browser: Browser, light: Path, page: Page) -> None:
    page.get_by_role("button", name="主要数字", exact=True).click()
    page.locator(f"{TABLE} th[data-key='total_profit.2023'] button").click()
    with page_at(browser, light, "?" + page.url.partition("?")[2]) as other:
        assert (heads(other), rows(other)) == (heads(page), rows(page))
        assert other.locator("th[aria-sort='ascending']").get_attribute("data-key") == "total_profit.2023"


def test_headings_sort_and_keep_the_focus_with_the_keyboard(page: Page) -> None:
    head = page.locator(f"{TABLE} th[data-key='debt_ratio.2023']")
    head.locator("button").focus()
    for order in (False, True):
        page.keyboard.press("Enter")
        numbers = [float(row[2]) for row in rows(page)]
        assert numbers == sorted(numbers, reverse=order)
    assert page.evaluate("document.activeElement.closest('th').dataset.key") == "debt_ratio.2023"
    assert "sort=-debt_ratio.2023" in page.url


def test_what_an_address_names_and_the_book_has_not_is_told(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?who=group:A,group:Z&what=debt_ratio,no_such&years=2023,1999&sort=x") as page:
        told = page.get_by_role("alert").inner_text()
        assert all(word in told for word in ("企业“group:Z”", "指标“no_such”", "年度“1999”", "排序“x”"))
        assert [row[0] for row in rows(page)] == ["一级企业A"] and len(heads(page)) == 2
        page.get_by_label("一级企业B", exact=True).check()
        assert not page.get_by_role("alert").is_visible()


@pytest.mark.parametrize("written", ["A", "a", "企业A", "一级企业A", "一级企业Ａ", "group:A"])
def test_an_enterprise_may_be_written_in_the_address_as_it_is_called(
    browser: Browser, light: Path, written: str
) -> None:
    with page_at(browser, light, f"?who={written},B1&what=资产负债率,总资产&years=2023年") as page:
        assert {row[0] for row in rows(page)} == {"一级企业A", "二级企业B1"}
        assert len(heads(page)) == 3 and not page.get_by_role("alert").is_visible()


def test_what_there_is_instead_is_told(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?who=Z&what=no_such&years=1999") as page:
        told = page.get_by_role("alert").inner_text()
        assert all(
            word in told
            for word in (
                "企业“Z”",
                "企业有一级企业A、一级企业B",
                "指标有资产总额",
                "年度有2019、2020、2021、2022、2023",
            )
        )


@pytest.mark.parametrize("name", ["企业", "whom", "year", "表-没有"])
def test_a_field_of_the_address_that_the_page_does_not_know_is_told(browser: Browser, light: Path, name: str) -> None:
    with page_at(browser, light, f"?{name}=A&what=debt_ratio") as page:
        told = page.get_by_role("alert").inner_text()
        assert f"地址里的“{name}”本页不认得" in told and "who（企业）" in told
        assert heads(page)  # the rest is shown
        page.get_by_label("2022年", exact=True).uncheck()
        assert not page.get_by_role("alert").is_visible()


def test_marks_and_what_other_tables_keep_are_known_fields(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?table-other.sort=x&表-甲.排序=x&mark=资产&what=debt_ratio") as page:
        assert not page.get_by_role("alert").is_visible()


def test_nothing_picked_is_said_and_not_drawn(browser: Browser, light: Path) -> None:
    with page_at(browser, light, "?who=&what=debt_ratio") as page:
        assert "还没有选企业" in page.locator(SHOWN).inner_text() and not page.locator(TABLE).count()


def test_the_table_is_taken_away_as_csv_that_says_it_is_a_sample(page: Page) -> None:
    with page.expect_download() as found:
        page.get_by_role("button", name="下载表格（CSV）").click()
    assert found.value.suggested_filename == "示例-比一比.csv"
    with Path(found.value.path()).open(encoding="utf-8-sig", newline="") as lines:
        head, *body = csv.reader(lines)
    assert head == [
        "企业",
        "资产负债率2022年（%）",
        "资产负债率2023年（%）",
        "资产负债率2023年比上年（个百分点）",
        "来源",
    ]
    assert [row[:-1] for row in body] == rows(page)
    assert {row[-1] for row in body} == {"示例"}


# --- on every screen ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen_and_axe_finds_no_barrier(browser: Browser, light: Path, width: int) -> None:
    with page_at(browser, light, "?what=debt_ratio,total_profit,revenue&years=2022,2023", width) as page:
        assert guards.overflowing(page) == []
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
        # On a phone what is picked is seen before all that might be.
        assert page.locator(".sa-picker[open]").count() == (3 if width > 600 else 0)


def test_paper_has_the_picture_and_the_table_and_no_pickers(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator(".sa-panel").is_visible() and page.locator(TABLE).is_visible()
    assert not page.locator(".sa-picker:visible, .sa-actions:visible, .sa-still:visible").count()


def test_the_page_of_the_book_is_light_and_alone_in_having_the_script(real_site: Path) -> None:
    page = real_site / PLACE
    assert page.stat().st_size < MOST and len(gzip.compress(page.read_bytes())) < 120_000
    users = [path for path in guards.pages(real_site) if "compare.js" in path.read_text("utf-8")]
    assert users == [page]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_of_the_book_works_from_a_folder(browser: Browser, real_site: Path, width: int) -> None:
    with page_at(browser, real_site / PLACE, "?who=group:A,group:C&what=debt_ratio&years=2023", width) as page:
        assert [row[0] for row in rows(page)] == ["一级企业A", "一级企业C"]
        assert guards.overflowing(page) == []


def test_without_scripts_the_page_has_the_headline_figures_of_every_group(browser: Browser, real_site: Path) -> None:
    with guards.window(browser, java_script_enabled=False) as page:
        page.goto((real_site / PLACE).as_uri())
        table = page.locator("#sa-compare figure.sa-table")
        assert table.is_visible() and table.locator("tbody tr").count() == 7
