"""Safety: what ties of inspections, hazards and notices, and what is said when it does not."""

from stateassets.measures.figures import AGREES
from stateassets.report import Report
from stateassets.tables.periods import CLOSED


def test_every_printed_figure_that_has_its_tables_agrees(report):
    claims = [c for c in report.claims if c.section == "二（二）2" and report.recomputed(c)]
    assert claims
    assert {report.check_state(c) for c in claims} == {AGREES}


def test_a_number_printed_as_more_than_a_round_one_keeps_its_word_and_is_listed_exactly(report):
    figure = report.figure("safety_hazards")
    assert figure.printed == figure.claim.printed and figure.printed == "40余处"
    assert figure.exact == f"{len(report.register('hazards'))}处"


def test_one_late_hazard_breaks_the_rate(data):
    def delay(row):
        row["due_on"] = row["opened_on"]
        row["closed_on"] = f"{row['opened_on'][:8]}28"

    data.change("hazards", delay, id="YH001")
    figure = Report(root=data.folder.parent).figure("safety_hazards_closed_rate")
    assert figure.value < 100


def test_a_hazard_found_on_another_day_than_its_inspection_is_named(data):
    row = data.change("hazards", lambda r: r.update(opened_on="2023-01-02"), id="YH001")
    data.fault(f"ledger/hazards.csv第{row}行", "发现日期", "2023-01-02", "检查AJ")


def test_a_notice_to_somebody_else_is_named(data):
    row = data.change("safety_notices", lambda r: r.update(enterprise_id="A1"), id="TZ001")
    data.fault(f"ledger/safety_notices.csv第{row}行", "A1", "所在的企业")


def test_a_notice_before_the_hazard_was_found_is_named(data):
    row = data.change("safety_notices", lambda r: r.update(issued_on="2023-01-02"), id="TZ001")
    data.fault(f"ledger/safety_notices.csv第{row}行", "2023-01-02", "不早于发现隐患")


def test_an_asset_said_to_be_registered_without_a_date_is_named(data):
    rows = data.rows("titleless_assets")
    open_one = next(r for r in rows if not r["closed_on"])
    row = data.change("titleless_assets", lambda r: r.update(step="registered"), id=open_one["id"])
    data.fault(f"ledger/titleless_assets.csv第{row}行", "办证进度", "已办证", "没有办结日期")


def test_hazards_are_of_a_kind_that_their_inspection_looks_at(report):
    subjects = report.register("hazards", "inspection_id").frame
    gas = subjects[subjects["inspection_id.subject"].str.contains("燃气")]
    assert len(gas) and set(gas["kind"]) == {"gas"}


def test_a_calendar_of_hazards_holds_each_of_them_with_its_state(report):
    days = report.register("hazards").days("opened")
    assert len(days) == report.figure("safety_hazards").value
    assert {state for *_, state in days} == {"按期完成"}
    assert len(report.register("hazards").of(CLOSED)) == len(days)


def test_each_risk_review_is_about_safety(report):
    subjects = report.ledger.frames["risk_reviews"]["subject"]
    assert len(subjects) == report.figure("safety_risk_reviews").value
    assert subjects.str.contains("安全").all()
