"""Every number of the book says where it comes from."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from many import every
from paths import ROOT

from stateassets import Report
from stateassets.measures.ledger import GROUP
from stateassets.measures.measures import Indicator
from stateassets.measures.registry import REGISTRY
from stateassets.present.display import ORIGINS, READ, Part, Passage, Table
from stateassets.present.typesetting import written
from stateassets.tables.addresses import ranges

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


def shown(path: Path) -> BeautifulSoup:
    """What a chapter's stored outputs show."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    outputs = (o for cell in cells for o in cell.get("outputs", ()))
    html = "".join("".join(o.get("data", {}).get("text/html", "")) for o in outputs)
    return BeautifulSoup(html, "html.parser")


def unanswered(page: BeautifulSoup) -> list[str]:
    """Numbers in sentences, tables and cards that lead nowhere, and links to no entry."""
    ids = {str(tag["id"]) for tag in page.select("[id]")}
    links = page.select("a:is(.sa-figure, .sa-counted, .sa-from)")
    found = [str(a["href"]) for a in links if str(a["href"]).removeprefix("#") not in ids]
    found += [str(span) for span in page.select(".sa-figure:not(a)")]
    for figure in page.select("figure.sa-table"):
        bare = [
            td
            for td in figure.select("td.sa-number")
            if re.search(r"\d", td.get_text()) and not td.select("a.sa-figure")
        ]
        if bare and not figure.select("figcaption a.sa-from"):
            found.append(figure.figcaption.get_text() if figure.figcaption else "表")
    found += [str(card) for card in page.select(".sa-card-value") if not card.select("a.sa-figure")]
    return found


@pytest.mark.slow
@every("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_number_of_a_page_leads_to_where_it_comes_from(path: Path) -> None:
    page = shown(path)
    assert page.select(f"#{ORIGINS}") and page.select(f"#{READ} a")
    assert not unanswered(page)


def test_a_number_that_leads_nowhere_is_noticed() -> None:
    listed = f'<p id="{READ}">表</p>'
    planted = (
        '<p><a class="sa-figure" href="#figure-x-2023">1</a></p>',
        '<p><span class="sa-figure">1</span></p>',
        '<figure class="sa-table"><figcaption>甲</figcaption><table><tr><td class="sa-number">1</td></tr>'
        "</table></figure>",
        '<div class="sa-card-value">1</div>',
    )
    for html in planted:
        assert unanswered(BeautifulSoup(listed + html, "html.parser")), html


def test_a_counted_number_in_a_sentence_leads_to_the_tables_read() -> None:
    html = Passage(((Part("共"), Part("12"), Part("户，占3.5%。")),))._repr_html_()
    links = BeautifulSoup(html, "html.parser").select(f'a.sa-counted[href="#{READ}"]')
    assert [a.get_text() for a in links] == ["12户", "3.5%"]


@pytest.mark.parametrize("text", ["2023年末", "到12月31日", "财资〔2024〕157号", "第34号令", "A1公司", "第3行"])
def test_years_dates_and_numbers_of_documents_are_no_figures(text: str) -> None:
    assert "<a" not in Passage(((Part(text),),))._repr_html_()
    assert "<a" not in Passage((tuple(map(Part, text)),))._repr_html_()


def test_a_name_with_markup_stays_a_name_beside_a_number() -> None:
    html = Passage(((Part("<b>3户</b>"),),))._repr_html_()
    assert "<b>" not in html and "&lt;b&gt;" in html


def test_a_table_of_plain_rows_leads_to_the_tables_read_and_one_of_figures_does_not(report: Report) -> None:
    assert "sa-from" in Table("甲", ("年", "数"), (("一", "1"),), frozenset({1}))._repr_html_()
    figures = report.table("甲", ["total_assets"], by=GROUP)
    assert "sa-from" not in figures._repr_html_()


def entry(report: Report, figure_id: str) -> str:
    """What the list says of one figure."""
    report.say(f"{{{figure_id}}}")
    listed = BeautifulSoup(report.sources()._repr_html_(), "html.parser")
    found = listed.find(id=report.figure(figure_id).place)
    assert found is not None
    return found.get_text("\n")


def test_an_entry_has_meaning_formula_values_rows_basis_and_claim(report: Report) -> None:
    text = entry(report, "debt_ratio")
    frame = report.ledger.frames["balance_sheet"]
    chosen = frame[(frame["year"] == report.year) & (frame["moment"] == "closing") & (frame["basis"] == "consolidated")]
    debts, assets = chosen["total_liabilities"].sum(), chosen["total_assets"].sum()
    rows = "、".join(str(n + 2) for n in chosen.index)
    assert "含义：" in text and "依据：" in text
    assert "负债总额÷资产总额×100" in text
    assert f"＝{100 * debts / assets:.2f}%" in text
    assert f"第{rows}行" in text
    assert "报告印出：57.6%，与示例底表重算的相符" in text
    assert text.startswith("真实"), "what was printed is real, whatever reproduces it"


def test_an_entry_of_a_number_that_was_not_printed_is_a_sample_while_its_tables_are(report: Report) -> None:
    assert entry(report, "owners_equity").startswith("示例")


def test_growth_names_the_rows_of_both_years(report: Report) -> None:
    text = entry(report, "total_assets.yoy")
    assert "（本年数－上年数）÷上年数" in text
    assert f"，{report.year}年，第" in text and f"，{report.year - 1}年，第" in text


@every("name", REGISTRY)
def test_the_rows_named_are_those_that_a_quantity_is_made_of(report: Report, name: str) -> None:
    """Without them the quantity is nothing; with only them it is the same."""
    quantity = REGISTRY.quantities_of(name)[0]
    if quantity.how != "sum" or quantity.table == "roster":
        return
    ledger = report.ledger
    for scope in (report.whole, *ledger.scopes(GROUP)):
        if not ledger._knows(quantity, scope.by):
            continue
        numbers = [n - 2 for n in ledger.rows_of(quantity, scope, report.year)]
        total = ledger.frames[quantity.table].loc[numbers, quantity.column].sum()
        value = ledger.value(quantity.name, scope, report.year)
        assert total == pytest.approx(value or 0)


@given(st.sets(st.integers(2, 60)))
def test_runs_of_rows_hold_each_row_once(rows: set[int]) -> None:
    found = ranges(sorted(rows))
    assert [n for a, b in found for n in range(a, b + 1)] == sorted(rows)
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(found))


@every("name", [n for n, m in REGISTRY.items() if isinstance(m, Indicator)])
def test_a_written_formula_reckons_to_what_the_formula_gives(name: str) -> None:
    """What a reader would type into a calculator from the page gives the same number."""
    measure = REGISTRY[name]
    assert isinstance(measure, Indicator)
    numbers = {part: 2.0 + 3 * n for n, part in enumerate(measure.inputs)}
    text = written(measure.formula, {part: f"{value:g}" for part, value in numbers.items()})
    plain = text.translate(str.maketrans("＋－×÷（）", "+-*/()")).replace("≤", "<=")
    plain = plain.replace("≥", ">=").replace("＜", "<").replace("＞", ">")
    assert eval(plain) == pytest.approx(measure.formula(**numbers))


def test_a_negative_value_is_written_in_brackets() -> None:
    assert written(lambda a, b: a - b, {"a": "3", "b": "-5万元"}) == "3－（-5万元）"
