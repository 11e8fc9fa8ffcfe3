"""What a reader is told of one group, wherever the tables that tell it come from."""

import csv
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from paths import ROOT

from stateassets.cli.main import main
from stateassets.measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, Scope, ScopeError
from stateassets.pages.profile_notebooks import page, refresh, sources_of
from stateassets.pages.profiles import Profile, debts_by_kind, first_and_last
from stateassets.report import NO_LAST_YEAR, Report
from stateassets.tables.data_errors import DataError
from stateassets.tables.declared import Identity

PROFILES = "8_profiles"
CONTENTS = f"format: jb-book\nroot: index\nchapters:\n  - glob: notebooks/{PROFILES}/*\n"
FOLDER = ROOT / "notebooks" / PROFILES
# What every district has; registers, projects and targets are added by the tests that need them.
CORE = {
    "claims",
    "terms",
    "enterprises",
    "balance_sheet",
    "income_statement",
    "equity_changes",
    "value_added",
    "headcount",
    "budget",
}
REGISTER = {"title": "title", "opened": "opened_on", "due": "due_on", "closed": "closed_on"}
DATES = [
    (f"{name}_on", words, "date")
    for name, words in (("opened", "提出日期"), ("due", "完成期限"), ("closed", "完成日期"))
]
ITEM = [
    ("year", "年度", "integer"),
    ("id", "编号", "string"),
    ("enterprise_id", "企业编号", "string"),
    ("title", "事项", "string"),
    *DATES,
]
TARGET = [
    ("indicator", "判断指标", "string"),
    ("scope", "范围", "string"),
    ("direction", "方向", "string"),
    ("target", "目标", "number"),
]
CHORES = [
    # id, owner, title, opened, due, closed
    ("1", "A1", "补办产权证", "2023-01-10", "2023-10-31", ""),
    ("2", "A", "清理欠款", "2023-02-10", "2023-03-31", ""),
    ("3", "A2", "修订租赁办法", "2023-11-01", "2024-02-28", ""),
    ("4", "A", "更换电梯", "2023-01-10", "2023-03-31", "2023-03-30"),
    ("5", "B", "盘点存货", "2023-01-10", "2023-03-31", ""),
]


@pytest.fixture
def root(tmp_path):
    """A district with the statements and nothing else."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    edit(tmp_path, lambda resources: [r for r in resources if r["name"] in CORE])
    (tmp_path / "_toc.yml").write_text(CONTENTS, "utf-8")
    return tmp_path


def edit(root, change):
    path = root / "data" / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"] = change(package["resources"])
    path.write_text(json.dumps(package), "utf-8")


def add(root, name, title, fields, rows, **properties):
    resource = {
        "name": name,
        "title": title,
        "path": f"ledger/{name}.csv",
        "description": title,
        "origin": "sample",
        "sources": [{"title": "测试"}],
        "grain": "item",
        "register": REGISTER,
        "schema": {
            "fields": [dict(zip(("name", "title", "type"), field, strict=True)) for field in fields],
            "primaryKey": ["id"],
        },
        **properties,
    }
    edit(root, lambda resources: [*resources, resource])
    with (root / f"data/ledger/{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[field[0] for field in fields], *rows])


def add_chores(root, rows=CHORES):
    add(root, "chores", "杂事台账", ITEM, [(2023, *row) for row in rows])


def rewrite(root, table, change):
    path = root / f"data/ledger/{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


# --- one page for each group ---------------------------------------------------------------------


def test_the_book_has_exactly_one_page_for_each_group_and_each_is_the_template():
    groups = {scope.id: scope.name_zh for scope in Report(root=ROOT).ledger.scopes(GROUP)}
    pages = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.iterdir()}
    assert set(pages) == set(groups)
    for key, name_zh in groups.items():
        assert sources_of(pages[key]) == sources_of(page(key, name_zh)), key


def test_pages_differ_in_id_and_title_only():
    a, b = ("".join(str(cell) for cell in sources_of(page(key, f"甲企业{key}"))) for key in ("X", "Y"))
    assert (
        a != b
        and a.replace("甲企业X", "甲企业Y").replace("profile-X", "profile-Y").replace('Profile("X")', 'Profile("Y")')
        == b
    )


def test_a_name_is_text_and_never_markup():
    title = "".join(page("X", "甲*企业*[一]")["cells"][0]["source"])
    assert title == "[//]: # (profile-X)\n# 甲\\*企业\\*\\[一\\]"


def test_the_command_writes_what_is_missing_and_then_changes_nothing(root, capsys):
    assert main(["profiles", "--root", str(root)]) == 0
    assert "新写6页：A、B、C、D、E、F。" in capsys.readouterr().out
    assert main(["profiles", "--root", str(root), "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)
    assert changes["unchanged"] == list("ABCDEF")
    assert not any(changes[key] for key in ("written", "renewed", "removed", "strangers"))


def district(root, **groups):
    """A district of which only its groups matter."""
    scopes = tuple(Scope(GROUP, key, name_zh) for key, name_zh in groups.items())
    table = SimpleNamespace(path="ledger/enterprises.csv")
    (root / "_toc.yml").write_text(CONTENTS, "utf-8")
    return SimpleNamespace(
        root=root,
        ledger=SimpleNamespace(scopes=lambda by: scopes),
        package=SimpleNamespace(tables={"enterprises": table}),
    )


def test_pages_follow_the_table_of_enterprises(tmp_path):
    refresh(district(tmp_path, X="甲企业", Y="乙企业"))
    folder = tmp_path / "notebooks" / PROFILES
    kept = json.loads((folder / "Y.ipynb").read_text("utf-8"))
    kept["cells"][1] |= {"execution_count": 1, "outputs": [{"output_type": "stream"}]}
    (folder / "Y.ipynb").write_text(json.dumps(kept), "utf-8")
    (folder / "笔记.ipynb").write_text("{}", "utf-8")
    changes = refresh(district(tmp_path, Y="乙企业", Z="丙企业"))
    assert (changes.written, changes.removed, changes.unchanged) == (("Z",), ("X",), ("Y",))
    assert changes.strangers == ("笔记.ipynb",) and "没有动：笔记.ipynb" in str(changes)
    assert sorted(p.name for p in folder.iterdir()) == ["Y.ipynb", "Z.ipynb", "笔记.ipynb"]
    assert json.loads((folder / "Y.ipynb").read_text("utf-8")) == kept  # its results too


def test_a_page_that_is_no_longer_the_template_is_renewed(tmp_path):
    refresh(district(tmp_path, X="甲企业"))
    assert refresh(district(tmp_path, X="甲集团")).renewed == ("X",)
    path = tmp_path / "notebooks" / PROFILES / "X.ipynb"
    path.write_text("写坏了", "utf-8")
    assert refresh(district(tmp_path, X="甲集团")).renewed == ("X",)


def test_an_id_that_cannot_name_a_file_is_a_fault(tmp_path):
    with pytest.raises(DataError, match=r"ledger/enterprises\.csv.*甲/乙"):
        refresh(district(tmp_path, **{"甲/乙": "甲企业"}))


def test_a_page_of_no_group_says_which_command_helps(root):
    for key in ("Z", "A1"):
        with pytest.raises(DataError, match=rf"{key}\.ipynb.*python -m stateassets profiles"):
            Profile(key, root)


# --- a report seen from a group ------------------------------------------------------------------


@pytest.fixture(scope="module")
def report():
    return Report("一（二）", ROOT)


@pytest.fixture(scope="module")
def view(report):
    return report.at(report.ledger.scope(GROUP, "D2"))


def test_a_view_speaks_of_its_scope_and_the_report_still_of_the_district(report, view):
    assert view.here.id == "D" and view.text("{here}{enterprises}") == "一级企业D4户"
    assert report.text("{enterprises}") == "19户"
    assert view.figure("enterprises", view.whole).printed == "19户"


def test_a_view_holds_the_rows_of_its_scope_only(report, view):
    table = view.table("各户", ["total_assets"], by=ENTERPRISE)
    assert [row[0] for row in table.rows] == ["一级企业D", "二级企业D1", "二级企业D2", "二级企业D3", "合并报表"]
    frame = report.ledger.frames["equity_changes"]
    rows = view.rows("变动", "equity_changes", year=2023).rows
    assert len(rows) == ((frame["enterprise_id"] == "D") & (frame["year"] == 2023)).sum()
    assert {f.scope.id for f in view.figures("total_assets", ENTERPRISE)} == {"D", "D1", "D2", "D3"}
    groups = report.at(report.ledger.scope(CLASS, "D")).figures("total_assets", GROUP)
    assert [f.scope.id for f in groups] == ["C", "D"]


def test_a_table_that_does_not_say_whose_its_rows_are_is_refused(view):
    with pytest.raises(ScopeError, match="不按企业分列"):
        view.rows("预算", "budget")


def test_a_view_is_checked_against_what_was_printed_of_the_district(report, view):
    assert repr(view.checks()) == repr(report.checks()) and "不符" not in repr(view.checks())


def test_a_company_is_told_in_units_in_which_it_is_not_nought(report, view):
    small = report.ledger.scope(ENTERPRISE, "D2")
    rows = report.ledger.frames["income_statement"].query("basis == 'individual' and year == 2023")
    profit = rows.set_index("enterprise_id")["total_profit"]["D2"]
    # On its group's page, and on the district's, where in 亿元 it would be 0.0.
    assert {at.figure("total_profit", small).printed for at in (report, view)} == {f"{profit:.0f}万元"}
    assert view.figure("total_profit").printed == "0.67亿元"
    table = view.table("各户", ["total_assets", "total_profit"], by=ENTERPRISE)
    ends = [[part.figure.unit for part in row[1:]] for row in (table.rows[0], table.rows[-1])]
    assert ends == [["万元", "万元"]] * 2


@pytest.mark.parametrize("folder", ["notebooks", "notebooks/1_basics", "notebooks/9_reference"])
@pytest.mark.parametrize(("key", "group"), [("A", "A"), ("D3", "D")])
def test_a_name_leads_to_its_groups_page_from_every_chapter(report, monkeypatch, folder, key, group):
    monkeypatch.chdir(ROOT / folder)
    html = report.enterprise(key).html
    target = (Path.cwd() / html.split('"')[1]).resolve()
    assert target == (FOLDER / f"{group}.html").resolve()


def test_a_page_does_not_link_to_itself(report, view):
    assert view.enterprise("D2") == "二级企业D2" and view.enterprise("C") != "一级企业C"


def moved(then, now):
    """What is said of a profit that was ``then`` and is ``now``, in 亿元."""
    report = Report(root=ROOT)
    view = report.at(report.ledger.scope(GROUP, "A"))
    values = {2022: then, 2023: now}
    view.ledger._value = lambda name, scope, year: None if values[year] is None else values[year] * 10_000
    since = view.since("total_profit")
    return since if isinstance(since, str) else since.phrase


def test_growth_across_nought_is_told_in_words():
    assert moved(2.0, 3.0) == "同比增长50.0%"
    assert moved(-2.0, 3.0) == "由亏转盈"
    assert moved(2.0, -3.0) == "由盈转亏"
    assert moved(-2.0, -3.0) == "增亏" and moved(-3.0, -2.0) == "减亏"
    assert moved(0.0, 3.0) == "同比增加3.00亿元"  # from nought there is no rate
    assert moved(None, 3.0) == NO_LAST_YEAR


# --- what a page says ----------------------------------------------------------------------------


def test_the_first_and_the_last_month_are_each_companys_own():
    rows = [("A", 12, 9), ("A", 1, 8), ("A", 7, 30), ("B", 7, 5), ("B", 12, 4)]
    people = pd.DataFrame(rows, columns=["enterprise_id", "month", "headcount"])
    assert first_and_last(people) == [("A", (1, 8), (12, 9)), ("B", (7, 5), (12, 4))]


def test_debts_are_the_declared_parts_the_largest_first_without_those_that_are_nought():
    parts = (("loans", 1), ("bonds", 1), ("taxes", 1))
    declared = SimpleNamespace(
        identities=(
            Identity("资产总额", "total_assets", (("cash", 1),)),
            Identity("负债总额", "total_liabilities", parts),
        ),
        column=lambda name: SimpleNamespace(title=name),
    )
    sheet = pd.DataFrame(
        {"moment": ["opening", "closing"], "loans": [10_000.0, 20_000.0], "bonds": [0.0, 50_000.0], "taxes": [0.0, 0.0]}
    )
    assert debts_by_kind(declared, sheet) == [("bonds", 0.0, 5.0), ("loans", 1.0, 2.0)]


@pytest.mark.parametrize("key", list("ABCDEF"))
def test_the_debts_shown_are_all_debts_and_the_equity_bridge_closes(key):
    profile = Profile(key, ROOT)
    sheet = profile.report.ledger.frames["balance_sheet"].query(
        "enterprise_id == @key and year == 2023 and basis == 'consolidated'"
    )
    debts = debts_by_kind(profile.report.package.tables["balance_sheet"], sheet)
    now = profile.report.exact(profile.report.figure("total_liabilities"))
    assert sum(closing for _, _, closing in debts) == pytest.approx(now, abs=1e-4)
    profile.equity()  # the chart refuses a bridge that does not arrive


def test_a_district_without_registers_has_pages_that_say_so(root):
    profile = Profile("A", root)
    assert repr(profile.pending()) == "底表里还没有按企业登记事项的台账。"
    assert "未办结" not in repr(profile.conclusion())
    assert "目标" not in repr(profile.cards()) + repr(profile.standing())


def test_what_a_groups_companies_have_not_done_stands_overdue_first(root):
    add_chores(root)
    profile = Profile("A", root)
    assert "到年末有未办结事项3项，其中逾期2项。" in repr(profile.conclusion())
    progress, items = profile.pending().parts
    assert progress.rows == (("杂事台账", "4", "2", "1", "0", "1"),)
    assert [row[1] for row in items.rows] == ["清理欠款", "补办产权证", "修订租赁办法"]
    assert items.rows[1][2] == "二级企业A1" and items.rows[0][4].text == "逾期未完成"


def test_a_group_that_has_done_everything_is_told_so(root):
    add_chores(root, CHORES[3:])
    profile = Profile("A", root)
    assert "到年末没有未办结事项。" in repr(profile.conclusion())
    assert "一级企业A在各台账中没有未办结的事项" in repr(profile.pending())
    assert "到年末有未办结事项1项，其中逾期1项。" in repr(Profile("B", root).conclusion())
    nobodys = Profile("C", root).pending()  # a register without a row of the group is left out
    assert repr(nobodys) == "到2023年末，一级企业C在各台账中没有未办结的事项。"


def test_a_register_that_names_no_enterprise_is_nobodys(root):
    fields = [field for field in ITEM if field[0] != "enterprise_id"]
    add(root, "office", "机关台账", fields, [(2023, "1", "发文", "2023-01-10", "2023-03-31", "")])
    assert repr(Profile("A", root).pending()) == "底表里还没有按企业登记事项的台账。"


def test_projects_are_listed_and_are_no_open_problems(root):
    rows = [
        (2023, "1", "A2", "老城片区改造", "2023-01-10", "2024-03-31", ""),
        (2023, "2", "B1", "厂房二期", "2023-01-10", "2024-03-31", ""),
    ]
    add(root, "projects", "项目台账", ITEM, rows)
    shown = repr(Profile("A", root).pending())
    assert "一级企业A的项目" in shown and "老城片区改造" in shown and "厂房二期" not in shown
    assert "底表里还没有按企业登记事项的台账。" in shown


def test_targets_stand_on_the_cards_and_in_a_table_in_the_units_they_were_set_in(root):
    def plan(key, owner, indicator, scope, way, target):
        return (2023, key, owner, f"安排{key}", "2023-12-10", "2024-12-31", "", indicator, scope, way, target)

    rows = [
        plan("1", "A", "debt_ratio", "group", "down", 52.6),
        plan("2", "A2", "revenue", "enterprise", "up", 1.2),
        plan("3", "A", "enterprises", "district", "down", 18),
        plan("4", "B", "revenue", "group", "up", 1.8),
    ]
    labels = {"direction": {"up": "提高到", "down": "降到"}}
    add(root, "aims", "目标表", [*ITEM, *TARGET], rows, labels=labels)
    profile = Profile("A", root)
    cards = {name: note for name, _, note in profile.cards().cards}
    assert cards["资产负债率"].endswith("；目标降到52.6%") and "目标" not in cards["营业收入"]
    aims = profile.standing().parts[-1].rows
    assert [row[3] for row in aims] == ["降到52.6%", "提高到1.2亿元", "降到18户"]
    assert aims[1][1] == "二级企业A2营业收入" and aims[2][2].text == "19户"
    assert repr(profile.pending()) == "底表里还没有按企业登记事项的台账。"  # a plan is no problem


def test_a_group_that_is_alone_in_its_class_is_not_compared_with_itself(root):
    def move(row):
        if row["enterprise_id"].startswith("B"):
            row["class_zh"] = "城市运营管理类"

    rewrite(root, "enterprises", move)
    profile = Profile("A", root)
    assert list(profile.yardsticks) == ["全区"]
    said = repr(profile.conclusion()) + repr(profile.cards()) + repr(profile.standing())
    assert "本类" not in said and "在全区6家一级企业中居第1位" in said and "占全区" in said


def test_words_follow_from_the_rows(root):
    def lose(row):
        if (row["year"], row["enterprise_id"]) == ("2023", "F") and row["basis"] != "elimination":
            for column in ("other_income", "total_profit", "net_profit"):
                row[column] = f"{float(row[column]) - 9000:.2f}"

    before = repr(Profile("F", root).conclusion())
    rewrite(root, "income_statement", lose)
    after = repr(Profile("F", root).conclusion())
    assert "利润总额0." in before and "利润总额-0." in after and "亿元，由盈转亏" in after


def test_one_page_is_about_one_group():
    for key, name_zh in (("A", "一级企业A"), ("F", "一级企业F")):
        profile = Profile(key, ROOT)
        shown = "".join(
            repr(part)
            for part in (
                profile.conclusion(),
                profile.cards(),
                profile.standing(),
                profile.companies(),
                profile.debts(),
                profile.equity(),
                profile.pending(),
            )
        )
        others = {s.name_zh for s in profile.report.ledger.scopes(GROUP)} - {name_zh}
        assert name_zh in shown and "示例" in shown
        assert not [other for other in others if other in shown]


def test_the_whole_district_is_inside_itself(report):
    whole = report.ledger.scope(DISTRICT, "A")
    assert report.ledger.inside(whole, GROUP) == report.ledger.scopes(GROUP)
