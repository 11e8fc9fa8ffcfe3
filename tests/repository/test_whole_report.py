"""Every printed figure is recomputed, narrated once and checked; any part can be left out."""

import dataclasses
import functools
import json
import shutil

import nbformat
import pytest
from many import each
from paths import ROOT

from stateassets.measures.figures import AGREES, NOT_RECOMPUTED
from stateassets.measures.registry import REGISTRY
from stateassets.pages import reference as appendix
from stateassets.report import Report
from stateassets.tables.declared import DataPackage, Tables
from stateassets.tables.validation import check, checks, open_checked

REPORT = Report(root=ROOT)
# Rows that wait for a chapter.
WAITING: set[str] = set()
TABLES = DataPackage.read(ROOT / "data").tables
# What a district may lack altogether: everything but the enterprises and their statements.
BASIC = {
    "claims",
    "enterprises",
    "balance_sheet",
    "income_statement",
    "equity_changes",
    "value_added",
    "headcount",
    "budget",
}
OPTIONAL = sorted(set(TABLES) - BASIC)


@functools.cache
def sources():
    paths = [p for p in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts]
    return {p: "".join(c.source for c in nbformat.read(p, 4).cells) for p in paths}


def test_exactly_the_listed_rows_wait():
    assert {c.id for c in REPORT.claims if REPORT.recomputed(c) is None} == WAITING


def test_every_other_printed_figure_agrees():
    wrong = {c.id: REPORT.check_state(c) for c in REPORT.claims if c.id not in WAITING}
    assert set(wrong.values()) == {AGREES}, {k: v for k, v in wrong.items() if v != AGREES}
    assert len(REPORT.claims) == 59


def test_each_printed_figure_is_told_and_checked_by_exactly_one_chapter():
    def told_once(claim):
        chapters = [text for text in sources().values() if f'Report("{claim.section}")' in text]
        assert len(chapters) == 1
        assert "{" + claim.figure_id in chapters[0]
        assert "report.checks()" in chapters[0]

    each({c.id: c for c in REPORT.claims if c.id not in WAITING}, told_once)


def copied(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path / "data"


def test_every_table_whose_file_is_gone_is_named(tmp_path):
    data = copied(tmp_path)
    for name in OPTIONAL:
        (data / TABLES[name].path).unlink()
    faults = [str(f) for f in check(data)]
    for name in OPTIONAL:
        assert any(TABLES[name].path in fault and "没有这个文件" in fault for fault in faults)


@pytest.fixture(scope="module")
def everything():
    return open_checked(ROOT / "data")


def without(package, names):
    tables = Tables(t for k, t in package.tables.items() if k not in names)
    return dataclasses.replace(package, tables=tables)


class Watched(Tables):
    """Tables, or their rows, that note which of them were asked for.

    Every check is asked first whether its own tables are among the names (``keys``): those are its ``tables``.
    """

    def __init__(self, everything, seen):
        dict.__init__(self, everything)
        self.absent, self.seen = getattr(everything, "absent", {}), seen

    def __getitem__(self, name):
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.seen.add(name)
        return super().get(name, default)

    def __contains__(self, name):
        self.seen.add(name)
        return super().__contains__(name)

    def __iter__(self):
        self.seen.update(dict.keys(self))
        return super().__iter__()

    def items(self):
        self.seen.update(dict.keys(self))
        return super().items()

    def values(self):
        self.seen.update(dict.keys(self))
        return super().values()


# A plan that is judged, or a statement that is seen, by what nobody declares is a fault, rightly.
JUDGED = {"plans", "statements"}


def said(names, everything, which):
    """What checks say of a book that has none of these tables."""
    (package, frames), gone = everything, {*names, *JUDGED}
    rest, left = without(package, gone), {k: frame for k, frame in frames.items() if k not in gone}
    return [str(fault) for one in which for fault in one(rest, left)]


@pytest.fixture(scope="module")
def asked_for(everything):
    """The tables that each check asks for; it says the same whether or not there is any other."""
    package, frames = everything
    found = {}
    for one in checks():
        seen = set()
        tables = Watched(without(package, JUDGED).tables, seen)
        list(one(dataclasses.replace(package, tables=tables), Watched({k: frames[k] for k in dict.keys(tables)}, seen)))
        found[one] = seen | one.tables
    return found


@pytest.mark.slow
def test_the_checks_say_nothing_of_tables_that_a_district_does_not_have(everything):
    several = {", ".join(names): names for names in (OPTIONAL[n::8] for n in range(8))}

    def nothing_is_said(names):
        assert said(names, everything, checks()) == []

    each(several, nothing_is_said)


@pytest.mark.slow
def test_the_checks_say_nothing_of_any_single_table_that_a_district_does_not_have(everything, asked_for):
    def nothing_is_said(name):
        assert said([name], everything, [one for one, seen in asked_for.items() if name in seen]) == []

    each({name: name for name in OPTIONAL}, nothing_is_said)


def test_a_district_with_nothing_but_its_statements_has_a_report(tmp_path):
    data = copied(tmp_path)
    path = data / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] in BASIC]
    path.write_text(json.dumps(package), "utf-8")
    report = Report(root=tmp_path)
    assert report.figure("total_assets").value == REPORT.figure("total_assets").value
    assert appendix.check_summary(report).rows and appendix.tables(report, "").rows
    assert report.count(NOT_RECOMPUTED) > len(WAITING)


def test_an_enterprise_gone_from_the_roster_is_named_wherever_it_still_stands(tmp_path):
    data = copied(tmp_path)
    path = data / "ledger/enterprises.csv"
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith("E2,")), "utf-8-sig")
    faults = "\n".join(map(str, check(data)))
    for table in ("balance_sheet", "headcount", "party_organisations"):
        assert f"ledger/{table}.csv第" in faults
    assert "“E2”在所指的表里找不到" in faults


def test_every_measure_can_be_asked_for():
    for name in REGISTRY:
        assert REPORT.figure(name).printed


def test_the_cover_mentions_only_what_there_is():
    assert appendix.standing(REPORT) == f"{len(REPORT.claims)}个相符"
