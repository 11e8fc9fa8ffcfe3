"""Party building: what ties of organisations and activities, and what is said when it does not."""

from stateassets.measures.figures import AGREES
from stateassets.present import coverage
from stateassets.tables.origins import Origin


def test_every_printed_figure_that_has_its_tables_agrees(report):
    claims = [c for c in report.claims if c.section == "二（四）" and report.recomputed(c)]
    assert claims
    assert {report.check_state(c) for c in claims} == {AGREES}


def test_an_enterprise_without_a_party_organisation_lowers_the_coverage_and_is_named(data):
    rows = [r for r in data.rows("party_organisations") if r["enterprise_id"] != "B2"]
    data.write("party_organisations", rows)
    known = {r["id"] for r in rows}
    for name in ("party_standing", "party_list_reviews"):
        data.write(name, [r for r in data.rows(name) if r["organisation_id"] in known])
    data.fault("ledger/party_organisations.csv", "没有二级企业B2", "每户企业都有")


def test_an_activity_before_there_was_a_branch_is_named(data):
    first = data.rows("learning_activities")[0]
    data.change(
        "party_organisations", lambda r: r.update(founded_on="2023-12-01"), enterprise_id=first["enterprise_id"]
    )
    data.fault("ledger/learning_activities.csv第2行", first["held_on"], "党组织成立日期2023-12-01")


def test_a_measure_written_twice_is_named(data):
    rows = data.rows("party_rectification")
    rows[5].update({key: rows[4][key] for key in ("enterprise_id", "problem", "title")})
    data.write("party_rectification", rows)
    data.fault("ledger/party_rectification.csv第7行", rows[4]["title"], "与前面某一行重复")


def test_a_branch_of_several_enterprises_counts_once(report):
    rows = report.ledger.frames["party_organisations"]
    joint = rows[rows["kind"] == "joint"]
    assert joint["title"].duplicated().any()
    repeated = int(rows["title"].duplicated().sum())
    assert report.figure("party_organisations").value == len(rows) - repeated


def test_months_of_a_picture_add_up_to_the_rows(report):
    panels = coverage.by_month(report, "learning_activities", "held_on", "kind")
    drawn = sum(number for _, months in panels for _, number in months)
    assert drawn == report.figure("party_learning_activities").value
    assert all(len(months) == 12 for _, months in panels)


def test_the_training_course_is_the_one_that_the_report_names(report):
    shown = report.rows("培训班", "training_courses", ["id"], year=2023)
    [(title, *blanks, mark)] = shown.rows
    assert (title, *blanks) == ("2023年度区属国有企业党组织书记及党务工作者培训班", *["报告未载"] * 3)
    assert mark.text == "真实" and shown.origin == "real"


def test_of_the_responsibility_lists_only_the_named_one_is_real(report):
    shown = report.rows("清单", "responsibility_lists", ["id"], year=2023)
    assert shown.rows[0][:2] == ("全面从严治党主体责任清单", "报告未载")
    assert [row[-1].text for row in shown.rows] == ["真实", "示例", "示例"]


def test_every_report_heard_is_about_what_the_report_says_it_was_about(report):
    subjects = report.ledger.frames["party_reports"]["subject"]
    assert subjects.is_unique and subjects.str.startswith("全面从严治党").all()


def test_numbers_counted_in_sample_rows_make_a_printed_one_beside_them_a_sample(report):
    told = ("{party_rectification_measures}回答{problems}。",)
    assert report.say(*told, problems="14个").origin is Origin.REAL
    assert report.say(*told, problems="14个", rests_on=["party_rectification"]).origin is Origin.SAMPLE
