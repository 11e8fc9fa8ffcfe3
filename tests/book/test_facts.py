"""What the book publishes for programs: every number once, and a reader of XBRL agrees on every sum."""

from __future__ import annotations

import json
import os
import subprocess
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from importing.small_district import make
from lxml import etree
from paths import ROOT
from waiting import LONGEST

from stateassets import Report
from stateassets.book import dataset
from stateassets.book.takeaway import facts
from stateassets.book.takeaway.files import FACTS, TAXONOMY
from stateassets.editions.edition import PUBLIC
from stateassets.measures.ledger import DISTRICT, ENTERPRISE, GROUP
from stateassets.measures.measures import KINDS
from stateassets.measures.registry import REGISTRY

ARELLE = ROOT / ".venv-xbrl" / "bin" / "arelleCmdLine"  # see tools/bootstrap.sh
REPORT = Report(root=ROOT)
YEAR = REPORT.year


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return json.loads(facts.report_of(REPORT))


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.fromstring(facts.taxonomy())


def test_a_book_without_a_table_publishes_what_the_others_give(tmp_path):
    root = make(tmp_path / "书")
    file = root / "data" / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    for table in package["resources"]:
        if table["name"] in ("equity_changes", "value_added", "budget"):
            table["absent"] = True
    file.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    told = json.loads(facts.report_of(Report(root=root), PUBLIC))["facts"]
    concepts = {one["dimensions"]["concept"].partition(":")[2] for one in told.values()}
    assert {"total_assets", "revenue"} <= concepts
    assert not concepts & {"state_investment", "value_added", "budget_revenue"}


def fact(published: dict[str, Any], name: str) -> Any:
    return published["facts"][name]


def test_money_is_in_yuan_and_a_ratio_is_a_fraction(published):
    assets, ratio = (REPORT.figure(name, REPORT.whole) for name in ("total_assets", "debt_ratio"))
    told = fact(published, assets.place)
    assert Decimal(told["value"]) == Decimal(str(assets.value)) * 10_000  # the ledger has 万元
    assert told["dimensions"]["unit"] == "iso4217:CNY" and told["decimals"] == 2
    told = fact(published, ratio.place)
    assert (
        abs(Decimal(told["value"]) - Decimal(str(ratio.value)) / 100) < Decimal("1e-8")
        and "unit" not in told["dimensions"]
    )


def test_what_stands_at_a_year_end_is_of_a_moment_and_what_happens_is_of_the_year(published):
    periods = {
        name: fact(published, REPORT.figure(name, REPORT.whole).place)["dimensions"]["period"]
        for name in ("total_assets", "opening_total_assets", "revenue", "preservation_rate")
    }
    begin, end = f"{YEAR}-01-01T00:00:00", f"{YEAR + 1}-01-01T00:00:00"
    year = f"{begin}/{end}"
    assert periods == {"total_assets": end, "opening_total_assets": begin, "revenue": year, "preservation_rate": year}


def test_every_printed_number_is_there_as_printed_and_real(published):
    claims = [claim for claim in REPORT.claims if claim.as_kind]
    assert claims
    for claim in claims:
        told = fact(published, f"stated-{claim.figure_id}-{claim.year}")
        assert (told["sa:printed"], told["sa:origin"]) == (claim.printed, "real")
        half = Fraction(10) ** -told["decimals"] / 2
        printed = Fraction(claim.text) * {
            "亿元": 10**8,
            "万元": 10**4,
            "%": Fraction(1, 100),
            "个百分点": Fraction(1, 100),
        }.get(claim.unit, 1)
        if not claim.unit.endswith("/人"):
            assert Fraction(told["value"]) == printed and half > 0, claim.figure_id


def test_a_number_that_is_printed_as_over_another_is_not_told_as_that_number(published):
    over = [claim for claim in REPORT.claims if claim.over and claim.as_kind]
    assert over
    for claim in over:
        stated = fact(published, f"stated-{claim.figure_id}-{claim.year}")["dimensions"]["sa:stated"]
        assert stated == f"sa:report_{claim.qualifier}" != "sa:report"


def test_no_scope_or_year_is_lost_and_each_has_its_name(published):
    for by in (DISTRICT, GROUP, ENTERPRISE):
        for year in REPORT.ledger.years:
            for scope in REPORT.ledger.scopes(by, year):
                figure = REPORT.figure("total_assets", scope, year)
                if figure.value is None:
                    continue
                told = fact(published, figure.place)
                assert told["sa:origin"] == figure.rests_on.value
                if by != DISTRICT:
                    assert published["sa:scopes"][told["dimensions"]["sa:scope"]] == scope.name_zh


def test_the_public_edition_has_nothing_of_a_class_a_group_or_an_enterprise():
    public = json.loads(facts.report_of(REPORT, PUBLIC))
    assert public["facts"] and not public["sa:scopes"]
    assert all("sa:scope" not in told["dimensions"] for told in public["facts"].values())


def test_the_taxonomy_has_every_concept_with_its_chinese_name(published, schema):
    names = {element.get("id") for element in schema.iter(f"{{{facts.XS}}}element")}
    used = {told["dimensions"]["concept"].removeprefix("sa:") for told in published["facts"].values()}
    assert used <= names and set(REGISTRY) <= names
    labels = {label.text for label in schema.iter(f"{{{facts.LINK}}}label")}
    assert {
        measure.name_zh + kind.name_zh
        for measure in REGISTRY.values()
        for kind in KINDS.values()
        if kind.suffix != "last"
    } <= labels


def test_a_formula_that_only_adds_and_subtracts_is_a_sum_and_no_other_is():
    assert facts.parts("owners_equity") == {"total_assets": 1, "total_liabilities": -1}
    assert facts.parts("debt_ratio") == {} == facts.parts("total_assets")


def arelle(folder: Path) -> str:
    """What Arelle says of the report in a folder, without network."""
    if not ARELLE.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{ARELLE.parent.parent.name} is not there")
    command = [
        str(ARELLE),
        "--internetConnectivity",
        "offline",
        "--plugins",
        "loadFromOIM",
        "--validate",
        "--calc",
        "c11r",
    ]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [*command, "--file", str(folder / FACTS)], capture_output=True, text=True, env=env, check=False, timeout=LONGEST
    )
    return done.stdout + done.stderr


def put(folder: Path, published: dict[str, Any]) -> Path:
    (folder / FACTS).write_text(json.dumps(published, ensure_ascii=False), "utf-8")
    (folder / TAXONOMY).write_bytes(facts.taxonomy())
    return folder


@pytest.mark.slow
def test_arelle_reads_it_and_agrees_on_every_sum(tmp_path, published):
    said = arelle(put(tmp_path, published))
    assert "validated in" in said
    told = ("[info]", "[info:profileActivity]")  # the latter on a busy machine, of what takes long
    assert [line for line in said.splitlines() if line.startswith("[") and not line.startswith(told)] == []


@pytest.mark.slow
def test_arelle_names_a_sum_that_is_wrong_and_a_concept_that_there_is_not(tmp_path, published):
    place = REPORT.figure("total_costs", REPORT.whole).place
    wrong = json.loads(json.dumps(published))
    # The district's own numbers are enough to be wrong about, and quicker read.
    wrong["facts"] = {key: told for key, told in wrong["facts"].items() if "sa:scope" not in told["dimensions"]}
    wrong["facts"][place]["value"] = str(Decimal(wrong["facts"][place]["value"]) + 1)
    wrong["facts"][REPORT.figure("revenue", REPORT.whole, YEAR - 1).place]["dimensions"]["concept"] = "sa:nonsense"
    said = arelle(put(tmp_path, wrong))
    assert "Calculation inconsistent from sa:total_costs" in said and "sa:nonsense" in said


BODY = """<div class="sa-conclusion"><p><span class="sa-origin sa-sample">示例</span>资产<a href="#a">6亿元</a>。</p></div>
<a href="../../data/loans.html?rows=2#row-2">借款表</a>
<li id="figure-total_assets-2023"><span class="sa-origin sa-real">真实</span><strong>资产总额，全区，2023年：6亿元</strong></li>"""


def test_a_page_says_in_its_head_what_data_it_has_and_nothing_in_it_ends_the_element():
    package = {
        "title": "报告",
        "region": "甲区",
        "year": 2023,
        "resources": [{"name": "loans", "title": "借款表"}, {"name": "other", "title": "别的"}],
        "sources": [{"title": "原文", "path": "http://example.org/"}],
    }
    told = dataset.of_page("资产</script>", BODY, package, "../../")
    assert told.count("</script>") == 1
    found = json.loads(told.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    assert (found["@type"], found["name"], found["description"]) == ("Dataset", "资产</script>", "【示例】资产6亿元。")
    assert found["variableMeasured"] == ["资产总额"] and found["spatialCoverage"] == "甲区"
    assert [one["name"] for one in found["isBasedOn"]] == ["原文", "借款表"]
    assert found["distribution"][0]["contentUrl"] == "../../downloads/facts.json"
