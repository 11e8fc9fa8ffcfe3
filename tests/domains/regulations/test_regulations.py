"""What a reader of the supervision chapter, and who keeps its tables, can rely on."""

import pytest

from stateassets.present.coverage import covered, gaps, groups
from stateassets.report import Report
from stateassets.tables.validation import check, checks, open_checked


@pytest.fixture(scope="module")
def report():
    return Report("二（二）1")


def blame(data, table, change, **where):
    """Spoil one row; return the row's number and every fault that is found then."""
    number = data.change(table, change, **where)
    return number, "\n".join(data.faults())


# --- coverage ------------------------------------------------------------------------------------


def test_coverage_of_rules_is_what_was_taken_over_of_what_all_should(report):
    frames = report.ledger.frames
    due = int((frames["rules"]["applies_to"] == "groups").sum()) * len(groups(report))
    done = len(frames["rule_adoptions"])
    assert report.figure("rule_coverage").value == pytest.approx(100 * done / due)
    assert report.figure("rule_gaps").value == due - done > 0


def test_the_grid_shows_every_rule_at_every_group(report):
    rows = covered(report, "rules", "rule_adoptions", "rule_id", applies_to="groups")
    adopted = set(
        report.ledger.frames["rule_adoptions"][["rule_id", "enterprise_id"]].itertuples(index=False, name=None)
    )
    ids = report.ledger.frames["rules"].set_index("title")["id"]
    assert len(rows) == len(ids) - 1  # the regulator's own rules of procedure are nobody's to take over
    for title, marks in rows:
        assert marks == [(ids[title], name[-1]) in adopted for name in groups(report)]
    assert [sum(marks) for _, marks in rows] == sorted(sum(marks) for _, marks in rows)


def test_the_regulators_own_rules_of_procedure_are_a_real_row_that_no_group_lacks(report):
    rules = report.ledger.frames["rules"]
    real = rules[rules["origin"] == "real"]
    assert real["title"].tolist() == ["大渡口区国有资产监督管理委员会议事规则"]
    assert real["change"].tolist() == ["revised"] and real["issued_on"].isna().all()
    lacking = gaps(report, "缺口", "rules", "rule_adoptions", "rule_id", applies_to="groups")
    assert not any("议事规则" in row[4] for row in lacking.rows)


def test_a_group_that_takes_over_the_regulators_own_rules_is_named(data):
    rows = data.rows("rule_adoptions")
    data.write("rule_adoptions", [*rows, {**rows[0], "rule_id": "SRB01"}])
    data.fault(f"ledger/rule_adoptions.csv第{len(rows) + 2}行", "SRB01由监管机构自身执行", "由一级企业落实的制度")


def test_the_platforms_are_those_that_the_report_names(report):
    shown = report.rows("平台", "information_platforms", ["id"], year=2023)
    assert [row[0] for row in shown.rows] == ["国资监管一体化平台", "区产业信息公共服务平台"]
    assert [row[2] for row in shown.rows] == ["公司应用+国资监管+大数据分析", "电子政务+电子商务"]


def test_gaps_are_named_by_group_and_add_up(report):
    table = gaps(report, "缺口", "rules", "rule_adoptions", "rule_id", applies_to="groups")
    lacking = [int(row[3]) for row in table.rows]
    assert sum(lacking) == report.figure("rule_gaps").value
    assert lacking == sorted(lacking, reverse=True)
    for row in table.rows:
        assert (row[4] == "无") == (row[3] == "0")
        assert row[4] == "无" or len(row[4].split("、")) == int(row[3])


def test_who_is_not_registered_is_named(data, report):
    unregistered = report.figures("unregistered_enterprises", "enterprise")
    assert [f.scope.name_zh for f in unregistered if f.number] == ["二级企业E2"]
    assert report.figure("registration_coverage").value == pytest.approx(100 * 18 / 19)
    own = [r for r in data.rows("property_registration") if r["enterprise_id"] != "B1"]
    data.write("property_registration", own)  # not in the register at all: not registered
    without = Report(root=data.folder.parent).figures("unregistered_enterprises", "enterprise")
    assert {f.scope.id for f in without if f.number} == {"B1", "E2"}


def test_a_change_is_no_registration_of_the_company(data):
    data.change("property_registration", lambda r: r.update(kind="change"), enterprise_id="A1")
    changed = Report(root=data.folder.parent)
    assert changed.figure("unregistered_enterprises").number == 2


# --- ties ----------------------------------------------------------------------------------------


def test_a_rule_taken_over_before_it_was_issued_is_named(data):
    number, said = blame(data, "rule_adoptions", lambda r: r.update(adopted_on="2023-01-09"))
    assert f"rule_adoptions.csv第{number}行“落地日期（adopted_on）”列：2023-01-09" in said
    assert "不早于印发日期" in said


def test_a_rule_taken_over_by_a_lower_level_enterprise_is_named(data):
    number, said = blame(data, "rule_adoptions", lambda r: r.update(enterprise_id="C1"))
    assert f"rule_adoptions.csv第{number}行“一级企业（enterprise_id）”列：C1" in said


def test_a_finding_older_than_its_inspection_is_named(data):
    number, said = blame(data, "inspection_findings", lambda r: r.update(opened_on="2023-01-09"))
    assert f"inspection_findings.csv第{number}行“发现日期（opened_on）”列：2023-01-09" in said


def test_a_finding_put_right_by_another_group_is_named(data):
    number, said = blame(data, "inspection_findings", lambda r: r.update(enterprise_id="F"))
    assert f"inspection_findings.csv第{number}行“整改企业（enterprise_id）”列：F" in said


def test_an_enterprise_registered_twice_is_named(data):
    rows = data.rows("property_registration")
    data.write("property_registration", [*rows, {**rows[0], "id": "PR999"}])
    found = data.fault("property_registration.csv", "A有两条占有登记")
    assert f"第{len(rows) + 2}行" in found


def test_capital_that_moved_without_a_registration_is_named_with_both_amounts(data):
    rows = data.rows("property_registration")
    event = next(r for r in rows if float(r["amount"]) and r["kind"] == "change")
    data.write("property_registration", [r for r in rows if r is not event])
    found = data.fault("property_registration.csv", f"{event['enterprise_id']}登记的实收资本变动合计0.00")
    assert f"应为：{float(event['amount']):,.2f}万元（资产负债表年末数减年初数）" in found


def test_a_registered_amount_that_the_accounts_do_not_hold_is_named(data):
    number, said = blame(
        data, "property_registration", lambda r: r.update(amount="10.00"), kind="change", enterprise_id="F1"
    )
    assert f"property_registration.csv第{number}行“实收资本变动（amount）”列" in said
    assert "F1登记的实收资本变动合计10.00万元；应为：0.00万元" in said


def test_the_ties_say_nothing_of_tables_that_are_not_there(data):
    package, frames = open_checked(data.folder)
    few = {name: frames[name] for name in ("enterprises", "balance_sheet")}
    own = [one for one in checks() if one.module == "stateassets.domains.regulations.checks"]
    assert own and [fault for one in own for fault in one(package, few)] == []
    assert check(data.folder) == []
