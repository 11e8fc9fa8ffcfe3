"""The centre of the warnings: what it counts, what changed, and where each alert leads."""

import re
from pathlib import Path

import pandas as pd
import pytest
from paths import ROOT

from stateassets.alerts import BLUE, LEVELS, NEW, RED, STILL, YELLOW
from stateassets.alerts.levels import COLUMNS
from stateassets.alerts.page import BETTER, CLEARED, WORSE, AlertsPage, known_modules, known_on, level_mark
from stateassets.alerts.rules import RULES
from stateassets.pages.profiles import Profile
from stateassets.present import style
from stateassets.report import Report
from stateassets.tables.origins import Origin
from stateassets.tables.periods import year_end

CSS = (ROOT / "stateassets" / "book" / "static" / "outputs.css").read_text("utf-8")
HREF = re.compile(r'href="([^"]*)"')


@pytest.fixture(scope="module")
def seen(report):
    return AlertsPage(report)


@pytest.fixture
def here(monkeypatch):
    """The centre's own folder, from which its links are told."""
    monkeypatch.chdir(ROOT / "notebooks" / "10_platform")


def number(text):
    return int(text.removesuffix("项"))


# --- what changed since last month ---------------------------------------------------------------


def test_what_is_new_was_not_open_a_month_ago(report, seen):
    earlier = AlertsPage(report, as_of=pd.Timestamp("2023-11-30"))
    then = {a.key for a in earlier.of(opened=True).alerts}
    new = {a.key for a in seen.of(life=NEW).alerts}
    assert new and not new & then
    assert {a.key for a in seen.of(life=STILL).alerts} <= then
    assert new == {a.key for kind, a, _ in seen.changes() if kind == NEW}


def test_a_return_missed_this_month_is_new_though_it_is_about_the_last(report):
    """B2 did not send October's statement: it was due on 10 November."""
    watch = AlertsPage(report, "flash", pd.Timestamp("2023-11-30"))
    (missed,) = [a for a in watch.of(rules=["flash_late"], opened=True).alerts if a.subject]
    assert (missed.enterprise_id, missed.period.month, missed.life) == ("B2", 10, NEW)


def test_what_is_open_now_and_then_adds_up(seen):
    kinds = [kind for kind, *_ in seen.changes()]
    then = sum(a.open for a in seen.earlier)
    assert then + kinds.count(NEW) - kinds.count(CLEARED) == number(seen.numbers()["open"])


def test_a_change_of_level_is_told_with_both_levels(seen):
    levels = {(kind, before, a.level) for kind, a, before in seen.changes()}
    assert (WORSE, BLUE, YELLOW) in levels  # a lease that was let run on: sixty days at the year's end
    assert all(now > before for kind, before, now in levels if kind == WORSE)
    assert all(now < before for kind, before, now in levels if kind == BETTER)


# --- counts --------------------------------------------------------------------------------------


def test_each_modules_levels_add_up_to_those_told(seen):
    told, modules = seen.numbers(), seen.by_module()
    for place, level in enumerate(LEVELS):
        assert sum(numbers[place] for _, numbers in modules) == number(told[COLUMNS[level]])


def test_the_matrix_shows_the_worst_open_level_of_each_enterprise_and_module(report, seen):
    rows, modules = seen.worst()
    assert modules == list(seen.titles.values())
    shown = {(name, module): word for name, words in rows for module, word in zip(modules, words, strict=True) if word}
    wanted: dict[tuple[str, str], int] = {}
    for a in seen.alerts:
        if a.open:
            key = (report.ledger.name_of(a.enterprise_id), seen.titles[a.rule.module])
            wanted[key] = max(wanted.get(key, 0), a.level)
    assert shown == {key: LEVELS[level] for key, level in wanted.items()}
    assert "红色" in rows[0][1]


def test_density_counts_months_under_supervision(report, seen):
    """18 enterprises in 2022 and 19 in 2023, twelve months each."""
    assert seen.months() == 12 * (18 + 19)
    assert AlertsPage(report, as_of=pd.Timestamp("2023-03-15")).months() == 12 * 18 + 3 * 19
    assert AlertsPage(report, as_of=pd.Timestamp("2021-12-31")).months() == 0
    red = sum(a.worst == RED and (a.open or a.period.year >= 2022) for a in seen.alerts)
    assert f"红色{100 * red / 444:.1f}项" in seen.density()


def test_before_the_data_begin_the_centre_says_that_there_is_nothing(report):
    watch = AlertsPage(report, as_of=pd.Timestamp("2019-12-31"))
    assert len(watch) == 0 and watch.density() == "每100个企业月有红色0.0项、黄色0.0项、蓝色0.0项"
    assert repr(watch.listing("预警")).endswith("没有预警。")
    assert repr(watch.news("变化")).endswith("没有变化。")
    assert watch.evidence().parts == ()


# --- where an alert leads ------------------------------------------------------------------------


def test_each_alert_leads_to_its_chapter_its_enterprise_and_its_rows(here, seen):
    places = set(re.findall(r'id="([^"]*)"', seen.evidence()._repr_html_()))
    table = seen.listing("预警")
    for alert, row in zip(seen.alerts, table.rows, strict=True):
        who, _, _, chapter, *_, rows = row
        root = seen.report.ledger.root(alert.enterprise_id)
        assert HREF.findall(who.html) == [f"../8_profiles/{root}.html"]
        (page,) = HREF.findall(chapter.html)
        assert page.endswith(f"_{alert.rule.module}.html") and Path(page).with_suffix(".ipynb").is_file()
        known, *cited = HREF.findall(rows.html)
        assert known == f"../9_reference/3_data.html#table-{alert.rule.tables[0]}"
        assert len(cited) == len(alert.rows)
        assert all(link.partition("#")[0] == "9_alerts.html" for link in cited)
        assert {link.partition("#")[2] for link in cited} <= places


def test_the_rows_shown_are_those_of_the_file(report, seen):
    """The payment split in three, as the table holds it."""
    (split,) = seen.of(rules=["payment_split"]).alerts
    shown = report.cited("行", "large_payments", split.rows)
    lines = (ROOT / "data/ledger/large_payments.csv").read_text("utf-8-sig").splitlines()
    assert len(shown.rows) == 3 and shown.origin is Origin.SAMPLE
    for row, number in zip(shown.rows, split.rows, strict=True):
        assert row[0].text == str(number)
        assert str(row[2]) == lines[number - 1].split(",")[1]


def test_a_modules_page_has_its_alerts_without_naming_the_module(report):
    own, whole = AlertsPage(report, "funds"), AlertsPage(report)
    assert {a.rule.module for a in own.alerts} == {"funds"}
    assert [a.as_dict() for a in own.alerts] == [a.as_dict() for a in whole.alerts if a.rule.module == "funds"]
    table = own.listing("预警")
    assert "模块" not in table.header and len(table.header) == len(table.rows[0])
    assert {table.header[i] for i in table.filters} == {"企业", "级别", "规则", "状态"}


def test_the_menus_offer_module_level_life_and_enterprise(seen):
    table = seen.listing("预警")
    assert {table.header[i] for i in table.filters} == {"企业", "级别", "模块", "规则", "状态"}
    assert list(table.filters[table.header.index("级别")]) == ["红色", "黄色", "蓝色"]


def test_a_groups_page_lists_its_own_open_alerts(seen):
    told = Profile("F", ROOT).alerts()
    own = [a for a in seen.of(opened=True).alerts if a.enterprise_id.startswith("F")]
    assert own and all(a.sentence in repr(told) for a in own)
    assert sum(a.sentence in repr(told) for a in seen.of(opened=True).alerts) == len(own)
    assert repr(told).startswith("【示例】")


def test_a_group_without_open_alerts_says_so(report, monkeypatch):
    monkeypatch.setattr("stateassets.alerts.page.find_alerts", lambda *_: [])
    assert "没有未解除的预警" in repr(Profile("F", ROOT).alerts())


def test_a_district_without_the_platform_has_no_alerts(report, monkeypatch):
    bare = Report(root=ROOT)
    rest = {name: rows for name, rows in report.ledger.frames.items() if name != "warning_rules"}
    monkeypatch.setattr(bare.ledger, "frames", rest)
    assert len(AlertsPage(bare)) == 0


def test_the_sentence_on_the_cover_leads_to_the_centre_and_says_sample(here, seen):
    told = seen.say("未解除{open}，见{centre}；{groups}。")
    assert told.origin is Origin.SAMPLE and "示例" in told._repr_html_()
    links = [link for link in HREF.findall(told._repr_html_()) if not link.startswith("#")]
    assert links == ["9_alerts.html", *(f"../8_profiles/{g}.html" for g in "ABCDEF")]


# --- looks ---------------------------------------------------------------------------------------


def test_pages_and_pictures_give_a_level_the_same_colours():
    assert list(style.LEVEL_FILLS) == list(LEVELS.values())
    for level, word in LEVELS.items():
        fill, ink = style.LEVEL_FILLS[word]
        assert f".sa-level-{COLUMNS[level]} {{ background: {fill}; color: {ink}; }}" in CSS
        assert word in level_mark(level).html  # never by colour alone


@pytest.mark.parametrize("module", known_modules())
def test_a_modules_alerts_rest_on_few_tables_so_that_few_changes_make_them_be_looked_for_again(report, module):
    of_all = {"balance_sheet", "enterprises", "holidays", "warning_rules"}  # who there is and when, the lines
    own = {name for rule in RULES.values() if rule.module == module for name in rule.tables}
    ledger = Report(root=ROOT).ledger
    with ledger.frames.noting() as seen:
        known_on(ledger, year_end(report.year), module)
    owed = {"investments", "bank_accounts"} if module == "returns" else set()  # whose returns are owed
    assert seen and set(seen) <= own | of_all | owed
